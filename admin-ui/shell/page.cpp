#include "shell/page.h"

#include <QEvent>
#include <QScrollArea>

#include "widgets/parts.h"
#include "widgets/plain_text.h"

namespace polyclinic::ui {

Page::Page(const QString& title, const QString& subtitle) {
    setProperty("page", true);
    setAttribute(Qt::WA_StyledBackground);
    auto* all = new QVBoxLayout(this);
    all->setContentsMargins(32, 26, 32, 22);
    all->setSpacing(18);
    header = new QHBoxLayout;
    header->setSpacing(10);
    auto* labels = new QVBoxLayout;
    labels->setSpacing(3);
    title_ = shortened(title, Text::Title);
    subtitle_ = shortened(subtitle, Text::Body, Tone::Muted);
    labels->addWidget(title_);
    labels->addWidget(subtitle_);
    header->addLayout(labels, 1);
    all->addLayout(header);
    subtitle_->setVisible(!subtitle.isEmpty());
    messages_ = new MessageBar;
    all->addWidget(messages_);
    body = new QVBoxLayout;
    body->setSpacing(18);
    all->addLayout(body, 1);
}

void Page::setTitle(const QString& title, const QString& subtitle) {
    title_->setText(cut(title, longestTip));
    subtitle_->setText(cut(subtitle, longestTip));
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
    inside_ = new QWidget;
    column = new QVBoxLayout(inside_);
    column->setContentsMargins(0, 0, 6, 12);
    column->setSpacing(18);
    area->setWidget(inside_);
    body->addWidget(area);
}

void ScrollPage::addColumns(const QList<QWidget*>& left, const QList<QWidget*>& right, int leftShare, int rightShare) {
    columns_ = new QHBoxLayout;
    columns_->setSpacing(18);
    for (const auto& cards : {left, right}) {
        auto* one = new QVBoxLayout;
        one->setSpacing(18);
        for (QWidget* each : cards) one->addWidget(each);
        one->addStretch();
        columns_->addLayout(one);
    }
    shares_ = {leftShare, rightShare};
    column->addLayout(columns_);
    column->addStretch();
    inside_->installEventFilter(this);
    arrange();
}

bool ScrollPage::eventFilter(QObject* watched, QEvent* event) {
    if (watched == inside_ && (event->type() == QEvent::LayoutRequest || event->type() == QEvent::Resize)) arrange();
    return Page::eventFilter(watched, event);
}

void ScrollPage::arrange() {
    const int least = columns_->itemAt(0)->minimumSize().width() + columns_->spacing() + columns_->itemAt(1)->minimumSize().width();
    const bool beside = least <= inside_->parentWidget()->width() - column->contentsMargins().right();
    columns_->setDirection(beside ? QBoxLayout::LeftToRight : QBoxLayout::TopToBottom);
    columns_->setStretch(0, beside ? shares_.first : 0);
    columns_->setStretch(1, beside ? shares_.second : 1);
}

}  // namespace polyclinic::ui
