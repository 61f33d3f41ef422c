// An authorization request before anybody has signed in: a sealed value that the browser carries along, so that strangers make
// the server keep nothing. It becomes a row when a person who is signed in comes with it.

#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/key_vault.h"
#include "oauth/auth_request_store.h"

namespace polyclinic::oauth {

/// What fits into an address, with room for the rest of it.
inline constexpr std::size_t longestSealedRequest = 6000;

/// Text for an address. `tenant`: its number; elsewhere the value opens nothing. Any thread.
std::string sealRequest(const KeyVault& vault, std::int32_t tenant, std::string_view realm, const AuthRequest& request);
/// A request that has started; nothing for every other text and when it is over by `now`. `clientName` is left empty.
std::optional<AuthRequest> openRequest(const KeyVault& vault, std::int32_t tenant, std::string_view realm, std::string_view sealed,
                                       Timestamp now);
/// Whether `text` can only be one of these, and no id of a row.
bool looksSealed(std::string_view text);

}  // namespace polyclinic::oauth
