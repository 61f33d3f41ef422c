#include "authorization_server/pkce.h"

#include <algorithm>

#include "base/encoding.h"

namespace polyclinic::authorization_server {

bool isCodeChallenge(std::string_view text) {
    const auto bytes = base64UrlDecode(text);
    return bytes && bytes->size() == 32;
}

bool provesCodeChallenge(std::string_view verifier, std::string_view challenge) {
    const auto unreserved = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' || c == '~';
    };
    if (verifier.size() < 43 || verifier.size() > 128 || !std::all_of(verifier.begin(), verifier.end(), unreserved)) return false;
    return equalInConstantTime(base64UrlEncode(sha256(verifier)), challenge);
}

}  // namespace polyclinic::authorization_server
