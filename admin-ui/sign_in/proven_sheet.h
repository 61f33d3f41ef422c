// A sheet whose deed needs that it is really the operator: it asks for their own password, and signs in with it first.

#pragma once

#include <functional>

#include "api_client/api_client.h"
#include "widgets/message_bar.h"
#include "widgets/overlay.h"

class QLineEdit;

namespace polyclinic::ui {

class Field;
class PasswordField;
class SignInFlow;

/// Who is signed in, and the ways to the server.
struct Self {
    ApiClient& api;
    SignInFlow& flow;
    QString username;
};

class ProvenSheet : public Sheet {
    Q_OBJECT
  protected:
    ProvenSheet(const QString& title, Self self, const QString& verb, QWidget* window);

    /// Where the operator's own password is asked for, among the other fields.
    void addOwnPassword(const QString& name);
    QString ownPassword() const;
    /// Called when the verb is pressed. False keeps the sheet as it is: something is missing, and is said.
    virtual bool check() = 0;
    /// Called when it is the operator; ends with finish().
    virtual void act() = 0;
    /// Closes the sheet, or says why not. True: done.
    bool finish(const Result<Nothing>& done);

    Self self_;

  private:
    void start();
    void setUnderWay(bool underWay);

    MessageBar* messages_;
    PasswordField* own_ = nullptr;
    Field* ownField_ = nullptr;
    QPushButton* go_;
};

}  // namespace polyclinic::ui
