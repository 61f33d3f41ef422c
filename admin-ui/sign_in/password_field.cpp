#include "sign_in/password_field.h"

#include <QAction>
#include <QToolButton>

#include "widgets/icons.h"

namespace polyclinic::ui {

PasswordField::PasswordField() : show_(addAction(QIcon(), QLineEdit::TrailingPosition)) {
    setEchoMode(QLineEdit::Password);
    setAttribute(Qt::WA_InputMethodEnabled);
    show_->setCheckable(true);
    for (QToolButton* made : findChildren<QToolButton*>()) {
        if (made->defaultAction() == show_) made->setFocusPolicy(Qt::TabFocus);
    }
    connect(show_, &QAction::toggled, this, &PasswordField::setShown);
    connect(&Theme::instance(), &Theme::changed, this, [this] { setShown(show_->isChecked()); });
    setShown(false);
}

void PasswordField::forget() {
    setText({});  // unlike clear(), this drops what can be undone
    show_->setChecked(false);
}

void PasswordField::setShown(bool shown) {
    setEchoMode(shown ? QLineEdit::Normal : QLineEdit::Password);
    show_->setText(shown ? tr("Hide password") : tr("Show password"));
    show_->setIcon(icon(shown ? "eye-off" : "eye", Theme::instance().colours().muted));
    for (QToolButton* made : findChildren<QToolButton*>()) {
        if (made->defaultAction() == show_) made->setAccessibleName(show_->text());
    }
}

}  // namespace polyclinic::ui
