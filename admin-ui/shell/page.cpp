#include "shell/page.h"

#include <QScrollArea>

#include "widgets/parts.h"

namespace polyclinic::ui {

Page::Page(const QString& title, const QString& subtitle) {
    setProperty("page", true);
    setAttribute(Qt::WA_StyledBackground);
    auto* all = new QVBoxLayout(this);
    all->setContentsMargins(32, 26, 32, 22);
    all->setSpacing(18);
    header = new QHBoxLayout;
    header->setSpacing(10);
    auto* words = new QVBoxLayout;
    words->setSpacing(3);
    title_ = label(title, Text::Title);
    subtitle_ = label(subtitle, Text::Body, Tone::Muted);
    words->addWidget(title_);
    words->addWidget(subtitle_);
    header->addLayout(words);
    header->addStretch();
    all->addLayout(header);
    subtitle_->setVisible(!subtitle.isEmpty());
    messages_ = new MessageBar;
    all->addWidget(messages_);
    body = new QVBoxLayout;
    body->setSpacing(18);
    all->addLayout(body, 1);
}

void Page::setTitle(const QString& title, const QString& subtitle) {
    title_->setText(title);
    subtitle_->setText(subtitle);
    subtitle_->setVisible(!subtitle.isEmpty());
}

void Page::resizeEvent(QResizeEvent* event) {
    // Lines that run across a wide screen are hard to read: the page keeps to the middle instead.
    constexpr int widest = 1180;
    const int side = std::max(32, (width() - widest) / 2);
    layout()->setContentsMargins(side, 26, side, 22);
    QWidget::resizeEvent(event);
}

ScrollPage::ScrollPage(const QString& title, const QString& subtitle) : Page(title, subtitle) {
    auto* area = new QScrollArea;
    area->setWidgetResizable(true);
    area->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    area->setFocusPolicy(Qt::NoFocus);
    auto* inside = new QWidget;
    column = new QVBoxLayout(inside);
    column->setContentsMargins(0, 0, 6, 12);
    column->setSpacing(18);
    area->setWidget(inside);
    body->addWidget(area);
}

void ScrollPage::addColumns(const QList<QWidget*>& left, const QList<QWidget*>& right, int leftShare, int rightShare) {
    auto* columns = new QHBoxLayout;
    columns->setSpacing(18);
    for (const auto& [cards, share] : {std::pair{left, leftShare}, std::pair{right, rightShare}}) {
        auto* one = new QVBoxLayout;
        one->setSpacing(18);
        for (QWidget* each : cards) one->addWidget(each);
        one->addStretch();
        columns->addLayout(one, share);
    }
    column->addLayout(columns);
    column->addStretch();
}

}  // namespace polyclinic::ui
