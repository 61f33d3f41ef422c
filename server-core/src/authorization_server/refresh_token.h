// Refresh tokens and what follows them.

#pragma once

#include <string>
#include <string_view>

#include "authorization_server/realm.h"
#include "base/key_vault.h"

namespace polyclinic::authorization_server {

/// The first one of a grant.
std::string newRefreshToken(const Realm& realm);
/// The one that `token` is exchanged for: always the same, so that a client which lost the answer can be given it again,
/// and nobody can tell it without the vault's key.
std::string successorOf(const Realm& realm, std::string_view token, const KeyVault& vault, std::int32_t tenant);

}  // namespace polyclinic::authorization_server
