#include "sign_in/fresh_sign_in_sheet.h"

#include "sign_in/password_field.h"
#include "sign_in/sign_in_flow.h"
#include "widgets/parts.h"

namespace polyclinic::ui {

FreshSignInSheet::FreshSignInSheet(SignInFlow& flow, const QString& username, QWidget* window)
    : Sheet(tr("Is it you, %1?").arg(username), window, 440), flow_(flow), username_(username) {
    body()->addWidget(paragraph(tr("Before a change like this your password is asked for once more."), Text::Body, Tone::Muted));
    password_ = new PasswordField;
    field_ = new Field(tr("&Password"), password_);
    body()->addWidget(field_);
    auto* cancel = button(tr("Cancel"));
    go_ = button(tr("Go on"), Kind::Primary);
    foot()->addWidget(cancel);
    foot()->addWidget(go_);
    connect(cancel, &QPushButton::clicked, this, &Sheet::close);
    connect(go_, &QPushButton::clicked, this, &FreshSignInSheet::signIn);
    connect(password_, &QLineEdit::returnPressed, this, &FreshSignInSheet::signIn);
}

QWidget* FreshSignInSheet::firstField() { return password_; }

void FreshSignInSheet::signIn() {
    if (!go_->isEnabled()) return;
    go_->setEnabled(false);
    whenDone(flow_.signIn(username_, password_->text()), this, [this](const Result<QString>& token) {
        go_->setEnabled(true);
        if (!token) {
            const bool wrong = token.error().status == 401;
            field_->setError(wrong ? tr("The password is wrong.") : token.error().sentence);
            password_->selectAll();
            password_->setFocus();
            return;
        }
        emit signedIn(*token);
        close();
    });
}

}  // namespace polyclinic::ui
