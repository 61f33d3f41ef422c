#include "accounts/form_token.h"

#include "base/encoding.h"

namespace polyclinic::accounts {

std::string formToken(const KeyVault& vault, const tenancy::RealmSession& session, std::string_view cookie, std::string_view purpose) {
    if (cookie.empty()) return {};
    // Digests have one length, so no two sets of parts make one text.
    std::string text = std::to_string(session.tenant().number()) + '|' + sha256(session.realm()) + sha256(cookie) + sha256(purpose);
    return base64UrlEncode(vault.mac("form-token", text));
}

}  // namespace polyclinic::accounts
