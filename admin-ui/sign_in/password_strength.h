// How strong a password is, in words, by zxcvbn; and the rule that the server holds (12 characters or more).

#pragma once

#include <QString>
#include <QStringList>

namespace polyclinic::ui {

struct PasswordStrength {
    int score = 0;  // 0 to 4, zxcvbn's
    QString word;   // "Too short", "Weak", "Fair", "Good", "Strong"
    bool acceptable = false;
};

/// `known`: words that make a password easy to guess here, such as the clinic's and the user's name.
PasswordStrength strengthOf(const QString& password, const QStringList& known);

}  // namespace polyclinic::ui
