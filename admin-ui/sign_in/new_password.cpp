#include "sign_in/new_password.h"

#include "sign_in/password_field.h"
#include "sign_in/password_strength.h"

namespace polyclinic::ui {

NewPassword::NewPassword(const QString& name) : NewPassword(name, new PasswordField) {}

NewPassword::NewPassword(const QString& name, PasswordField* line) : Field(name, line), line_(line) {
    connect(line_, &QLineEdit::textChanged, this, &NewPassword::showStrength);
    showStrength();
}

void NewPassword::setKnown(QStringList labels) {
    known_ = std::move(labels);
    showStrength();
}

void NewPassword::showStrength() {
    setError({});
    if (line_->text().isEmpty()) {
        setHelp(tr("12 characters or more. A few unrelated words are good."));
        return;
    }
    const PasswordStrength strength = strengthOf(line_->text(), known_);
    setHelp(strength.word, strength.acceptable ? Tone::Success : Tone::Warning);
}

bool NewPassword::check() {
    const PasswordStrength strength = strengthOf(line_->text(), known_);
    if (line_->text().isEmpty()) {
        setError(tr("Choose a password of 12 characters or more."));
    } else if (!strength.acceptable) {
        setError(tr("%1. Make it longer or less usual.").arg(strength.word));
    }
    return !hasError();
}

}  // namespace polyclinic::ui
