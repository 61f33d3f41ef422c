// How hard a password is to guess for somebody who knows its owner, in any script. zxcvbn knows English words and ASCII
// keyboards; this knows the owner, the commonest words of many languages, and the keyboards of five scripts.

#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace polyclinic::accounts {

/// Whom the password is for, as far as it is known.
struct PasswordOwner {
    std::vector<std::string> neverIn;  // user name, clinic: a password must not contain them
    std::vector<std::string> names;    // of the person
    std::string birthDate;             // YYYY-MM-DD; empty: not known
};

/// The least number of bits that such a guesser needs: dates, names and common words cost little, and so do runs along a
/// keyboard or an alphabet and what is repeated. `password`: NFKC. Any thread.
double patternBits(std::string_view password, const PasswordOwner& owner);

/// Without accents and case, without what stands between words, digits of every script as 0 to 9: "Contraseña 12" and
/// "CONTRASENA-12" are one.
std::u32string plainForm(std::string_view text);

/// The commonest words of passwords, in plainForm().
std::span<const std::u32string> commonWords();
/// Rows of keyboards, in plainForm().
std::span<const std::u32string> keyboardRows();

}  // namespace polyclinic::accounts
