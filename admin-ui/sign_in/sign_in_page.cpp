#include "sign_in/sign_in_page.h"

#include <QDesktopServices>
#include <QVBoxLayout>

#include "sign_in/password_field.h"
#include "sign_in/sign_in_flow.h"
#include "widgets/message_bar.h"
#include "widgets/parts.h"
#include "widgets/plain_text.h"

namespace polyclinic::ui {

SignInPage::SignInPage() {
    title_ = label(tr("Sign in"), Text::Title);
    why_ = paragraph({}, Text::Body, Tone::Muted);
    messages_ = new MessageBar;
    username_ = new QLineEdit;
    password_ = new PasswordField;
    usernameField_ = new Field(tr("&User name"), username_);
    passwordField_ = new Field(tr("&Password"), password_);
    go_ = button(tr("Sign in"), Kind::Primary);
    browser_ = button(tr("Sign in with the browser instead"), Kind::Quiet, "external");
    another_ = button(tr("Sign in as someone else"), Kind::Quiet);
    for (QWidget* each :
         std::initializer_list<QWidget*>{title_, why_, messages_, usernameField_, passwordField_, go_, browser_, another_}) {
        body->addWidget(each);
    }
    connect(go_, &QPushButton::clicked, this, &SignInPage::signIn);
    connect(browser_, &QPushButton::clicked, this, &SignInPage::signInByBrowser);
    connect(password_, &QLineEdit::returnPressed, this, &SignInPage::signIn);
    connect(username_, &QLineEdit::returnPressed, this, [this] { password_->setFocus(); });
    connect(username_, &QLineEdit::textChanged, this, [this] { usernameField_->setError({}); });
    connect(password_, &QLineEdit::textChanged, this, [this] { passwordField_->setError({}); });
    connect(another_, &QPushButton::clicked, this, [this] {
        askAnew();
        emit anotherOperatorWanted();
    });
    askAnew();
}

void SignInPage::setFlow(SignInFlow* flow, const QUrl& operators) {
    flow_ = flow;
    operators_ = operators;
}

void SignInPage::askAnew() {
    title_->setText(tr("Sign in"));
    why_->setText(tr("To look after the clinics on this server."));
    username_->setReadOnly(false);
    usernameField_->show();
    username_->setText({});
    password_->forget();
    another_->hide();
    messages_->clear();
    focusFirst();
}

void SignInPage::askAgain(const QString& username, const QString& why) {
    askAnew();
    title_->setText(tr("Welcome back, %1").arg(cut(username, longestName)));
    why_->setText(why);
    username_->setText(username);
    usernameField_->hide();
    another_->show();
    focusFirst();
}

void SignInPage::focusFirst() { (usernameField_->isHidden() ? static_cast<QLineEdit*>(password_) : username_)->setFocus(); }

void SignInPage::signInByBrowser() {
    if (!flow_) return;
    messages_->tell(Tone::Info, tr("The sign-in page is open in your browser. Come back here when you are done."));
    whenDone(flow_->signInByBrowser(), this, [this](const Result<QString>& token) {
        if (token) {
            messages_->clear();
            password_->forget();
            emit signedIn(*token, {});
        } else if (token.error().code != "again") {
            messages_->tell(token.error());
        }
    });
}

void SignInPage::signIn() {
    if (!flow_ || !go_->isEnabled()) return;
    const QString username = username_->text().trimmed();
    if (username.isEmpty()) usernameField_->setError(tr("Enter your user name."));
    if (password_->text().isEmpty()) passwordField_->setError(tr("Enter your password."));
    if (usernameField_->hasError()) return username_->setFocus();
    if (passwordField_->hasError()) return password_->setFocus();
    messages_->clear();
    go_->setEnabled(false);
    go_->setText(tr("Signing in…"));
    whenDone(flow_->signIn(username, password_->text()), this, [this, username](const Result<QString>& token) {
        go_->setEnabled(true);
        go_->setText(tr("Sign in"));
        if (token) {
            password_->forget();
            emit signedIn(*token, username);
            return;
        }
        password_->selectAll();
        password_->setFocus();
        if (token.error().status == 401) {
            passwordField_->setError(usernameField_->isHidden() ? tr("The password is wrong.")
                                                                : tr("The user name or the password is wrong."));
        } else {
            messages_->tell(token.error());
        }
    });
}

}  // namespace polyclinic::ui
