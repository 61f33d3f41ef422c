#include "sign_in/front_page.h"

#include <QVBoxLayout>

#include "help/help_window.h"
#include "widgets/icons.h"
#include "widgets/parts.h"
#include "widgets/plain_text.h"

namespace polyclinic::ui {

FrontPage::FrontPage(int width) {
    setProperty("page", true);
    setAttribute(Qt::WA_StyledBackground);
    auto* all = new QVBoxLayout(this);
    all->setContentsMargins(24, 24, 24, 24);
    all->addStretch(2);
    auto* brand = new QHBoxLayout;
    brand->setSpacing(12);
    brand->addStretch();
    brand->addWidget(iconLabel("polyclinic", Tone::Plain, 38));
    brand->addWidget(label("Polyclinic", Text::Title));
    brand->addStretch();
    all->addLayout(brand);
    all->addSpacing(20);
    auto* card = new Card;
    card->setFixedWidth(width);
    card->body->setContentsMargins(32, 28, 32, 30);
    card->body->setSpacing(16);
    body = card->body;
    auto* middle = new QHBoxLayout;  // not an alignment: that would forget that wrapped lines need height
    middle->addStretch();
    middle->addWidget(card);
    middle->addStretch();
    all->addLayout(middle);
    all->addStretch(3);
    auto* help = button(tr("Help"), Kind::Quiet, "help");
    setTip(help, tr("F1"));
    connect(help, &QPushButton::clicked, this, [this] { HelpWindow::open(window()); });
    all->addWidget(help, 0, Qt::AlignRight);
}

}  // namespace polyclinic::ui
