// The first run: a clinic, and the person who looks after it. One page, one button.

#pragma once

#include "api_client/api_client.h"
#include "sign_in/front_page.h"

class QLabel;
class QLineEdit;
class QPushButton;
class QStackedWidget;

namespace polyclinic::ui {

class Field;
class MessageBar;
class NewPassword;
class SignInFlow;

class WelcomePage : public FrontPage {
    Q_OBJECT
  public:
    WelcomePage();
    void begin(ApiClient* api, SignInFlow* flow, const QString& setupSecret);
    void focusFirst();

  signals:
    void finished(const polyclinic::ui::Tenant& tenant, const QString& username);

  private:
    enum class Step { Account, Clinic, Answers };

    QWidget* makeForm();
    QWidget* makeSteps();
    bool formIsGood();
    void start();
    void makeClinic();
    void seeThatItAnswers(const Tenant& tenant);
    void setStep(Step step);
    void failed(const ApiError& error);

    ApiClient* api_ = nullptr;
    SignInFlow* flow_ = nullptr;
    QString secret_;
    bool accountMade_ = false;
    QStackedWidget* stack_;
    QLineEdit *clinic_, *username_;
    NewPassword* password_;
    Field *clinicField_, *usernameField_;
    QPushButton* go_;
    MessageBar* messages_;
    QList<QLabel*> stepSigns_, stepWords_;
};

}  // namespace polyclinic::ui
