// How clients say who they are at every authorization server of the house: none, Basic, or a secret in the form
// (RFC 6749 section 2.3.1); and how many wrong tries they have.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "accounts/throttle.h"
#include "authorization_server/oauth_failure.h"
#include "authorization_server/oauth_form.h"
#include "base/clock.h"
#include "http/message.h"
#include "oauth/client_store.h"

namespace polyclinic::authorization_server {

/// Slower to give up than people's limits: a program tries again by itself.
inline constexpr accounts::ThrottleLimits programLimits{
    {30, std::chrono::minutes(1)}, {300, std::chrono::minutes(1)}, {600, std::chrono::minutes(10)}, 100'000};

/// What a request says of its client; nothing of it is proven yet.
struct ClientCredentials {
    std::string id;
    std::optional<std::string> secret;
};

/// By Basic or in the form, never both. An empty id and no secret when it does not say. Failures: invalid_request for
/// both ways at once or two Authorization headers, invalid_client for a header that cannot be read, for an empty
/// secret and for methods that are not offered.
ClientCredentials clientCredentials(const http::Request& request, const OAuthForm& form);

/// The same for clients that are unknown, switched off, or have another secret.
OAuthFailure noClient();

/// An account of the throttle: where it is tried, what, and by whom.
std::string triesOf(std::string_view realm, std::string_view what, std::int32_t tenant, std::string_view client);

/// Whether PostgreSQL could hold it; any other id is nobody's.
bool mayBeClientId(std::string_view id);

/// One comparison in constant time, whoever is asked for; false where there is no such client or it has no secret.
bool isSecretOf(const std::optional<oauth::ClientSecret>& known, std::string_view secret);

/// The token of "Authorization: Bearer TOKEN", whatever the case of the scheme; empty when the header is something else.
std::string_view bearerToken(const http::Request& request);

/// As JSON Web Tokens and introspection tell times (RFC 7519 section 2, NumericDate).
inline std::int64_t numericDate(Timestamp time) { return time.micros / 1'000'000; }

}  // namespace polyclinic::authorization_server
