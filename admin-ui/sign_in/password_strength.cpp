#include "sign_in/password_strength.h"

#include <zxcvbn.h>

#include <QCoreApplication>
#include <vector>

namespace polyclinic::ui {
namespace {

constexpr int fewestCharacters = 12;
constexpr int mostCharacters = 128;
constexpr int fewestPoints = 3;

QString tr(const char* text) { return QCoreApplication::translate("PasswordStrength", text); }

/// zxcvbn's own steps, in guesses: 10^3, 10^6, 10^8, 10^10; ZxcvbnMatch answers bits.
int scoreOf(double bits) {
    const double guesses = bits * 0.301029996;  // log10
    if (guesses < 3) return 0;
    if (guesses < 6) return 1;
    if (guesses < 8) return 2;
    if (guesses < 10) return 3;
    return 4;
}

}  // namespace

PasswordStrength strengthOf(const QString& password, const QStringList& known) {
    std::vector<QByteArray> labels;
    for (const QString& each : known) {
        for (const QString& word : each.toLower().split(' ', Qt::SkipEmptyParts)) labels.push_back(word.toUtf8());
    }
    std::vector<const char*> pointers;
    for (const QByteArray& word : labels) pointers.push_back(word.constData());
    pointers.push_back(nullptr);

    PasswordStrength strength;
    const QByteArray utf8 = password.left(mostCharacters).normalized(QString::NormalizationForm_KC).toUtf8();
    strength.score = scoreOf(ZxcvbnMatch(utf8.constData(), pointers.data(), nullptr));
    const auto length = password.toUcs4().size();
    for (const QString& each : known) {
        const QString word = each.trimmed();
        if (word.size() >= 3 && password.contains(word, Qt::CaseInsensitive)) {
            strength.score = std::min(strength.score, 1);
            strength.word = tr("Holds a name used here");
        }
    }
    strength.acceptable = length >= fewestCharacters && length <= mostCharacters && strength.score >= fewestPoints;
    if (length < fewestCharacters) {
        strength.word = tr("%1 more characters").arg(fewestCharacters - length);
        if (fewestCharacters - length == 1) strength.word = tr("1 more character");
    } else if (length > mostCharacters) {
        strength.word = tr("Too long: at most 128 characters");
    } else if (strength.word.isEmpty()) {
        const QStringList labels{tr("Very easy to guess"), tr("Easy to guess"), tr("Could be guessed"), tr("Good"), tr("Strong")};
        strength.word = labels[strength.score];
    }
    return strength;
}

}  // namespace polyclinic::ui
