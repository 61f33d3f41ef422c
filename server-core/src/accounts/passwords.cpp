#include "accounts/passwords.h"

#include <openssl/crypto.h>
#include <zxcvbn.h>

#include <cmath>
#include <memory>
#include <vector>

#include "accounts/argon2id.h"
#include "accounts/text.h"
#include "base/failure.h"
#include "base/random.h"

namespace polyclinic::accounts {
namespace {

constexpr std::size_t longestBytes = 1024, shortest = 12, longest = 128;

/// zxcvbn's score 3 begins at 10^8 guesses.
const double enoughBits = std::log2(1e8);
constexpr double ofOneWord = 8;

void demandSize(std::string_view password) {
    if (password.size() > longestBytes) throw Failure(FailureKind::badRequest, "The password is too long.");
}

/// Leaves nothing of a password in memory that is freed.
struct Cleansed {
    std::string& text;
    ~Cleansed() { OPENSSL_cleanse(text.data(), text.size()); }
};

std::string encode(std::string password) {
    auto text = nfkc(password);
    OPENSSL_cleanse(password.data(), password.size());
    if (!text) throw Failure(FailureKind::badRequest, "The password is not UTF-8 text.");
    const Cleansed after{*text};
    return argon2idHash(*text);
}

bool matches(std::string password, const std::string& encoded) {
    auto text = nfkc(password);
    OPENSSL_cleanse(password.data(), password.size());
    if (!text) text.emplace();
    const Cleansed after{*text};
    return argon2idMatches(*text, encoded);
}

/// Without spaces and hyphens, so that "green lake" is found in "GreenLake2026".
std::string compact(std::string_view text) {
    std::string result;
    for (const char c : nfkcCasefold(text).value_or(std::string()))
        if (c != ' ' && c != '-' && c != '_' && c != '.') result += c;
    return result;
}

std::string_view sentenceOf(Weakness weakness) {
    switch (weakness) {
        case Weakness::notText:
            return "The password is not UTF-8 text.";
        case Weakness::tooShort:
            return "The password is too short: 12 characters at least.";
        case Weakness::tooLong:
            return "The password is too long: 128 characters at most.";
        case Weakness::named:
            return "The password must not contain the name of the clinic or your user name.";
        case Weakness::personal:
            return "The password must not be made of your name or your birth date.";
        case Weakness::guessable:
            break;
    }
    return "The password is too easy to guess. Add another word or two that do not belong together.";
}

}  // namespace

UnfitPassword::UnfitPassword(Weakness weakness)
    : Failure(withIssues(FailureKind::unprocessable, {{Issue::Severity::error, "value", std::string(sentenceOf(weakness)), "password"}})),
      weakness_(weakness) {}

Passwords::Passwords() : workers_(2, 64), dummy_(encode(randomToken())) {
    // Words and months are made the first time, which no event loop should wait for.
    patternBits("first", PasswordOwner{{}, {}, "2000-01-01"});
}

Task<std::string> Passwords::hashPassword(std::string password, WorkOwner owner) {
    demandSize(password);
    auto work = [password = std::move(password)]() mutable { return encode(std::move(password)); };
    co_return co_await workers_.run(std::move(work), owner);
}

Task<bool> Passwords::verifyPassword(std::string password, std::string encoded, WorkOwner owner) {
    demandSize(password);
    const bool known = !encoded.empty();
    if (!known) encoded = dummy_;
    auto work = [password = std::move(password), encoded = std::move(encoded)]() mutable { return matches(std::move(password), encoded); };
    const bool right = co_await workers_.run(std::move(work), owner);
    co_return right&& known;
}

std::optional<Weakness> Passwords::weakness(std::string_view password, std::span<const std::string> ownWords) {
    return weakness(password, PasswordOwner{{ownWords.begin(), ownWords.end()}, {}, {}});
}

std::optional<Weakness> Passwords::weakness(std::string_view password, const PasswordOwner& owner) {
    if (password.size() > longestBytes) return Weakness::tooLong;
    const auto text = nfkc(password);
    if (!text) return Weakness::notText;
    const auto length = codePoints(*text);
    if (length < shortest) return Weakness::tooShort;
    if (length > longest) return Weakness::tooLong;

    const std::string plain = compact(*text);
    std::vector<std::string> known{"polyclinic"};
    for (const auto& word : owner.neverIn) {
        known.push_back(word);
        known.push_back(word.substr(0, word.find('@')));
    }
    for (const auto& word : known) {
        const std::string part = compact(word);
        if (codePoints(part) >= 4 && plain.find(part) != plain.npos && part != "polyclinic") return Weakness::named;
    }

    std::vector<const char*> dictionary;
    for (const auto& word : known)
        if (!word.empty()) dictionary.push_back(word.c_str());
    dictionary.push_back(nullptr);
    const double bits = ZxcvbnMatch(text->c_str(), dictionary.data(), nullptr);
    const double anybody = patternBits(*text, PasswordOwner()), who = patternBits(*text, owner);
    const bool personal = who + ofOneWord < anybody;  // it is the owner's words that make it weak
    if (who < enoughBits) return personal ? Weakness::personal : Weakness::guessable;
    if (bits < enoughBits) return Weakness::guessable;
    return std::nullopt;
}

Task<void> Passwords::demandFit(const std::string& password, const PasswordOwner& owner, WorkOwner whose) {
    auto work = [&password, &owner] { return weakness(password, owner); };
    const auto found = co_await workers_.run(std::move(work), whose);
    if (found) throw UnfitPassword(*found);
}

}  // namespace polyclinic::accounts
