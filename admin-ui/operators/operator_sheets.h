// What changes who runs the server: a person more, a program more, another password.

#pragma once

#include "sign_in/proven_sheet.h"

class QLineEdit;

namespace polyclinic::ui {

class NewPassword;

class AddPersonSheet : public ProvenSheet {
    Q_OBJECT
  public:
    AddPersonSheet(Self self, QWidget* window);

  signals:
    void added(const QString& username);

  protected:
    bool check() override;
    void act() override;

  private:
    QLineEdit* username_;
    Field* usernameField_;
    NewPassword* password_;
};

class AddProgramSheet : public ProvenSheet {
    Q_OBJECT
  public:
    AddProgramSheet(Self self, QWidget* window);

  signals:
    void added(const QString& name, const polyclinic::ui::ProgramSecret& secret);

  protected:
    bool check() override;
    void act() override;

  private:
    QLineEdit* name_;
    Field* nameField_;
};

class ChangePasswordSheet : public ProvenSheet {
    Q_OBJECT
  public:
    /// `id`: of who is signed in.
    ChangePasswordSheet(Self self, const QString& id, QWidget* window);

  signals:
    void changed();

  protected:
    bool check() override;
    void act() override;

  private:
    QString id_;
    NewPassword* password_;
};

}  // namespace polyclinic::ui
