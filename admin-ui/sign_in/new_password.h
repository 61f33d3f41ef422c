// Where a password is chosen: its line, with how strong it is below.

#pragma once

#include <QStringList>

#include "widgets/parts.h"

namespace polyclinic::ui {

class PasswordField;

class NewPassword : public Field {
    Q_OBJECT
  public:
    explicit NewPassword(const QString& name);

    /// Words that make a password easy to guess here, such as the user's name.
    void setKnown(QStringList labels);
    /// Says what is wrong when it will not do.
    bool check();
    PasswordField* line() const { return line_; }

  private:
    NewPassword(const QString& name, PasswordField* line);
    void showStrength();

    PasswordField* line_;
    QStringList known_;
};

}  // namespace polyclinic::ui
