#include "overview/health_row.h"

#include <QCoreApplication>

#include "widgets/icons.h"
#include "widgets/parts.h"

namespace polyclinic::ui {
namespace {

QString tr(const char* text) { return QCoreApplication::translate("Health", text); }

QWidget* rowFor(const HealthItem& item) {
    Tone tone = Tone::Success;
    QString sign = "ok", word = tr("Good");
    if (item.state == "warning") tone = Tone::Warning, sign = "warning", word = tr("Look at this");
    if (item.state == "error") tone = Tone::Danger, sign = "error", word = tr("Broken");
    if (item.state == "unknown") tone = Tone::Muted, sign = "info", word = tr("Not tried");
    auto* row = new QWidget;
    auto* layout = new QHBoxLayout(row);
    layout->setContentsMargins(0, 4, 0, 4);
    layout->setSpacing(12);
    layout->addWidget(iconLabel(sign, tone), 0, Qt::AlignTop);
    auto* labels = new QVBoxLayout;
    labels->setSpacing(2);
    labels->addWidget(paragraph(item.title, Text::Strong));
    if (!item.detail.isEmpty()) labels->addWidget(paragraph(item.detail, Text::Body, Tone::Muted));
    if (!item.remedy.isEmpty() && item.state != "ok") labels->addWidget(paragraph(item.remedy));
    layout->addLayout(labels, 1);
    layout->addWidget(label(word, Text::Small, tone), 0, Qt::AlignTop);
    return row;
}

}  // namespace

void addHealth(QVBoxLayout* into, const QList<HealthItem>& items) {
    for (const HealthItem& item : items) {
        if (&item != &items.first()) into->addWidget(line());
        into->addWidget(rowFor(item));
    }
}

}  // namespace polyclinic::ui
