#include "accounts/one_time_codes.h"

#include "base/random.h"

namespace polyclinic::accounts {
namespace {

constexpr std::string_view alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
constexpr std::size_t selectorLength = 5, secretLength = 8;

std::string draw(std::size_t count) {
    std::string text;
    for (const unsigned char byte : randomBytes(count)) text += alphabet[byte % 32];
    return text;
}

}  // namespace

CodeText drawCode() { return {draw(selectorLength), draw(secretLength)}; }

std::string toText(const CodeText& code) { return code.selector + '-' + code.secret.substr(0, 4) + '-' + code.secret.substr(4); }

std::optional<CodeText> parseCode(std::string_view typed) {
    std::string text;
    for (char c : typed.substr(0, 100)) {
        if (c == '-' || c == ' ' || c == '\t' || c == '\r' || c == '\n') continue;
        if (c >= 'a' && c <= 'z') c = char(c - 'a' + 'A');
        if (c == 'O') c = '0';
        if (c == 'I' || c == 'L') c = '1';
        if (alphabet.find(c) == alphabet.npos) return std::nullopt;
        text += c;
    }
    if (text.size() != selectorLength + secretLength) return std::nullopt;
    return CodeText{text.substr(0, selectorLength), text.substr(selectorLength)};
}

std::string macOf(const KeyVault& vault, const tenancy::RealmSession& session, const CodeText& code) {
    return vault.mac("one-time-code", std::to_string(session.tenant().number()) + '|' + std::string(session.realm()) + '|' + code.selector +
                                          '|' + code.secret);
}

}  // namespace polyclinic::accounts
