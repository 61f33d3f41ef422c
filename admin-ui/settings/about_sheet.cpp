#include "settings/about_sheet.h"

#include <QAction>
#include <QGridLayout>

#include "widgets/icons.h"
#include "widgets/parts.h"
#include "widgets/plain_text.h"

namespace polyclinic::ui {

AboutSheet::AboutSheet(const QList<QAction*>& actions, QWidget* window) : Sheet(tr("About Polyclinic"), window, 720) {
    auto* head = new QHBoxLayout;
    head->setSpacing(14);
    head->addWidget(iconLabel("polyclinic", Tone::Plain, 52));
    auto* labels = new QVBoxLayout;
    labels->setSpacing(2);
    labels->addWidget(label(tr("Polyclinic %1").arg(POLYCLINIC_VERSION), Text::Heading));
    labels->addWidget(label(tr("FHIR R4 for every clinic, from one computer"), Text::Body, Tone::Muted));
    head->addLayout(labels, 1);
    body()->addLayout(head);
    body()->addWidget(paragraph(tr("Free software under the GNU General Public License, version 3 or later. It comes without "
                                   "any warranty, and is not a certified medical product."),
                                Text::Body, Tone::Muted));
    body()->addWidget(paragraph(tr("With Qt %1, libqrencode and zxcvbn.").arg(qVersion()), Text::Body, Tone::Muted));
    body()->addWidget(line());
    body()->addWidget(label(tr("Keys"), Text::Strong));
    QList<const QAction*> withKeys;
    for (const QAction* action : actions) {
        if (!action->shortcut().isEmpty()) withKeys << action;
    }
    auto* grid = new QGridLayout;
    grid->setVerticalSpacing(6);
    grid->setColumnMinimumWidth(2, 36);
    const int lines = int(withKeys.size() + 1) / 2;
    for (int i = 0; i < withKeys.size(); ++i) {
        const int row = i % lines, column = i < lines ? 0 : 3;
        grid->setColumnStretch(column, 1);
        grid->addWidget(label(shownOf(withKeys[i]->text())), row, column);
        grid->addWidget(label(withKeys[i]->shortcut().toString(QKeySequence::NativeText), Text::Mono, Tone::Muted), row, column + 1,
                        Qt::AlignRight);
    }
    body()->addLayout(grid);
    auto* shut = button(tr("Close"), Kind::Primary);
    foot()->addWidget(shut);
    connect(shut, &QPushButton::clicked, this, &Sheet::close);
}

}  // namespace polyclinic::ui
