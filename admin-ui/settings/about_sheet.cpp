#include "settings/about_sheet.h"

#include <QAction>
#include <QGridLayout>

#include "widgets/icons.h"
#include "widgets/parts.h"

namespace polyclinic::ui {

AboutSheet::AboutSheet(const QList<QAction*>& actions, QWidget* window) : Sheet(tr("About Polyclinic"), window, 480) {
    auto* head = new QHBoxLayout;
    head->setSpacing(14);
    head->addWidget(iconLabel("polyclinic", Tone::Plain, 52));
    auto* words = new QVBoxLayout;
    words->setSpacing(2);
    words->addWidget(label(tr("Polyclinic %1").arg(POLYCLINIC_VERSION), Text::Heading));
    words->addWidget(label(tr("FHIR R4 for every clinic, from one computer"), Text::Body, Tone::Muted));
    head->addLayout(words, 1);
    body()->addLayout(head);
    body()->addWidget(paragraph(tr("Free software under the GNU General Public License, version 3 or later. It comes without "
                                   "any warranty, and is not a certified medical product."),
                                Text::Body, Tone::Muted));
    body()->addWidget(paragraph(tr("With Qt %1, libqrencode and zxcvbn.").arg(qVersion()), Text::Body, Tone::Muted));
    body()->addWidget(line());
    body()->addWidget(label(tr("Keys"), Text::Strong));
    auto* grid = new QGridLayout;
    grid->setVerticalSpacing(6);
    grid->setColumnStretch(0, 1);
    for (const QAction* action : actions) {
        if (action->shortcut().isEmpty()) continue;
        const int row = grid->rowCount();
        grid->addWidget(label(QString(action->text()).remove('&')), row, 0);
        grid->addWidget(label(action->shortcut().toString(QKeySequence::NativeText), Text::Mono, Tone::Muted), row, 1, Qt::AlignRight);
    }
    body()->addLayout(grid);
    auto* shut = button(tr("Close"), Kind::Primary);
    foot()->addWidget(shut);
    connect(shut, &QPushButton::clicked, this, &Sheet::close);
}

}  // namespace polyclinic::ui
