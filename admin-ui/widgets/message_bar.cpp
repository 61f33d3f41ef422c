#include "widgets/message_bar.h"

#include <QAccessible>
#include <QStyle>

#include "widgets/icons.h"
#include "widgets/parts.h"
#include "widgets/plain_text.h"

namespace polyclinic::ui {

MessageBar::MessageBar(QWidget* parent) : QFrame(parent), text_(paragraph({})), action_(button({})) {
    layout_ = new QHBoxLayout(this);
    layout_->setContentsMargins(14, 8, 8, 8);
    layout_->setSpacing(10);
    text_->setTextInteractionFlags(Qt::TextSelectableByMouse);
    text_->setMinimumHeight(30);
    layout_->addWidget(text_, 1);
    layout_->addWidget(action_);
    auto* close = iconButton("close", tr("Hide this message"), Tone::Plain);
    layout_->addWidget(close);
    connect(close, &QToolButton::clicked, this, &QWidget::hide);
    connect(action_, &QPushButton::clicked, this, [this] {
        hide();
        if (then_) then_();
    });
    hide();
}

QString MessageBar::text() const { return text_->text(); }

void MessageBar::tell(Tone tone, const QString& text) { tell(tone, text, {}, {}); }

void MessageBar::tell(const ApiError& error) {
    tell(Tone::Danger, error.sentence);
    unreached_ = error.code == QLatin1String("unreachable");
}

void MessageBar::serverIsBack() {
    if (unreached_) hide();
}

void MessageBar::tell(Tone tone, const QString& text, const QString& actionName, std::function<void()> action) {
    unreached_ = false;
    delete icon_;
    const char *name = "info", *bar = "info";
    if (tone == Tone::Success) name = "ok", bar = "success";
    if (tone == Tone::Warning) name = "warning", bar = "warning";
    if (tone == Tone::Danger) name = "error", bar = "danger";
    icon_ = iconLabel(name, tone);
    layout_->insertWidget(0, icon_);
    setProperty("bar", bar);
    style()->unpolish(this);
    style()->polish(this);
    text_->setText(cut(text, longestText));
    then_ = std::move(action);
    action_->setText(actionName);
    action_->setVisible(!actionName.isEmpty());
    show();
    text_->setAccessibleName(text_->text());
    QAccessibleEvent event(text_, QAccessible::Alert);
    QAccessible::updateAccessibility(&event);
}

}  // namespace polyclinic::ui
