// The operator signs in; also where a locked console waits for the password.

#pragma once

#include <QUrl>

#include "sign_in/front_page.h"

class QLabel;
class QLineEdit;
class QPushButton;

namespace polyclinic::ui {

class Field;
class MessageBar;
class PasswordField;
class SignInFlow;

class SignInPage : public FrontPage {
    Q_OBJECT
  public:
    SignInPage();

    void setFlow(SignInFlow* flow, const QUrl& operators);
    /// Asks for the password of one who was signed in before; `why` says what happened.
    void askAgain(const QString& username, const QString& why);
    void askAnew();
    void focusFirst();

  signals:
    /// `username` is empty after a sign-in in the browser: the server knows it.
    void signedIn(const QString& token, const QString& username);
    void anotherOperatorWanted();

  private:
    void signIn();
    void signInByBrowser();

    SignInFlow* flow_ = nullptr;
    QUrl operators_;
    QLabel *title_, *why_;
    QLineEdit* username_;
    Field *usernameField_, *passwordField_;
    PasswordField* password_;
    QPushButton *go_, *browser_, *another_;
    MessageBar* messages_;
};

}  // namespace polyclinic::ui
