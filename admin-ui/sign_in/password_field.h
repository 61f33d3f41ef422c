// A line for a password, with Show.

#pragma once

#include <QLineEdit>

class QAction;

namespace polyclinic::ui {

class PasswordField : public QLineEdit {
    Q_OBJECT
  public:
    explicit PasswordField();

    /// Empties and hides it: neither undoing nor the eye of who came before brings a password back.
    void forget();

  private:
    void setShown(bool shown);

    QAction* show_;
};

}  // namespace polyclinic::ui
