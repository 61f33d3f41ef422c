// Who runs this server: people who sign in to the console, and programs.

#pragma once

#include <functional>

#include "shell/page.h"
#include "sign_in/proven_sheet.h"

namespace polyclinic::ui {

class Card;

class OperatorsPage : public ScrollPage {
    Q_OBJECT
  public:
    OperatorsPage(ApiClient& api, SignInFlow& flow);
    void setOperator(const QString& username);
    void refresh() override;
    void changePassword();

  signals:
    void freshSignInWanted(std::function<void()> then);
    void said(const QString& sentence);

  private:
    void showPeople(const QList<Operator>& persons);
    void showPrograms(const QList<Program>& programs);
    QWidget* row(const Operator& person);
    QWidget* row(const Program& program);
    void addPerson();
    void addProgram();
    void setDisabled(const Operator& person, bool disabled);
    void remove(const Operator& person);
    void remove(const Program& program);
    /// Asks for the password where the server wants it once more.
    void change(std::function<QFuture<Result<Nothing>>()> what, bool signedInFresh = false);

    Self self_;
    Card *persons_, *programs_;
};

}  // namespace polyclinic::ui
