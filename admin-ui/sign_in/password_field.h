// A line for a password, with Show.

#pragma once

#include <QLineEdit>

class QAction;

namespace polyclinic::ui {

class PasswordField : public QLineEdit {
    Q_OBJECT
  public:
    explicit PasswordField();

  private:
    void setShown(bool shown);

    QAction* show_;
};

}  // namespace polyclinic::ui
