// The password once more, before something that cannot be undone.

#pragma once

#include "widgets/overlay.h"

class QLineEdit;

namespace polyclinic::ui {

class Field;
class PasswordField;
class SignInFlow;

class FreshSignInSheet : public Sheet {
    Q_OBJECT
  public:
    FreshSignInSheet(SignInFlow& flow, const QString& username, QWidget* window);
    QWidget* firstField();

  signals:
    void signedIn(const QString& token);

  private:
    void signIn();

    SignInFlow& flow_;
    QString username_;
    PasswordField* password_;
    Field* field_;
    QPushButton* go_;
};

}  // namespace polyclinic::ui
