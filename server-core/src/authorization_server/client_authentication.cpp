#include "authorization_server/client_authentication.h"

#include <algorithm>

#include "base/encoding.h"
#include "base/text.h"

namespace polyclinic::authorization_server {
namespace {

/// The two parts are form-encoded before they are joined (RFC 6749 section 2.3.1).
ClientCredentials basicCredentials(std::string_view header) {
    constexpr std::string_view scheme = "Basic ";
    if (header.size() <= scheme.size() || !sameIgnoringCase(header.substr(0, scheme.size()), scheme)) throw noClient();
    const auto text = base64Decode(header.substr(scheme.size()));
    if (!text) throw noClient();
    const auto colon = text->find(':');
    if (colon == text->npos) throw noClient();
    const auto id = percentDecode(std::string_view(*text).substr(0, colon), true);
    const auto secret = percentDecode(std::string_view(*text).substr(colon + 1), true);
    if (!id || !secret || id->empty() || secret->empty() || !isUtf8(*id)) throw noClient();
    return {*id, *secret};
}

}  // namespace

ClientCredentials clientCredentials(const http::Request& request, const OAuthForm& form) {
    const auto headers = request.headers.count("Authorization");
    if (headers > 1) throw OAuthFailure("invalid_request", "There are two Authorization headers.");
    if (form.has("client_assertion") || form.has("client_assertion_type"))
        throw OAuthFailure("invalid_client", "Client assertions are not offered here.");
    const bool inBody = form.has("client_secret");
    if (headers == 0) {
        ClientCredentials credentials{std::string(form.get("client_id")), std::nullopt};
        if (inBody) credentials.secret = form.get("client_secret");
        return credentials;
    }
    if (inBody) throw OAuthFailure("invalid_request", "The client's secret is given twice.");
    auto credentials = basicCredentials(request.header("Authorization"));
    if (form.has("client_id") && form.get("client_id") != credentials.id)
        throw OAuthFailure("invalid_request", "The client is named twice, differently.");
    return credentials;
}

OAuthFailure noClient() { return OAuthFailure("invalid_client", "The client is unknown, or its secret is wrong."); }

std::string triesOf(std::string_view realm, std::string_view what, std::int32_t tenant, std::string_view client) {
    return std::string(realm) + '|' + std::to_string(tenant) + '|' + std::string(what) + '|' + std::string(client);
}

bool mayBeClientId(std::string_view id) { return id.size() <= 200 && id.find('\0') == id.npos; }

bool isSecretOf(const std::optional<oauth::ClientSecret>& known, std::string_view secret) {
    const std::string expected = known && !known->hash.empty() ? known->hash : std::string(32, '\0');
    return equalInConstantTime(sha256(secret), expected) && known;
}

std::string_view bearerToken(const http::Request& request) {
    constexpr std::string_view scheme = "bearer ";
    auto header = request.header("Authorization");
    if (!sameIgnoringCase(header.substr(0, scheme.size()), scheme)) return {};
    header.remove_prefix(scheme.size());
    while (header.starts_with(' ')) header.remove_prefix(1);
    return header;
}

}  // namespace polyclinic::authorization_server
