// Refresh tokens and what follows them.

#pragma once

#include <string>
#include <string_view>

#include "base/key_vault.h"

namespace polyclinic::auth {

/// The first one of a grant.
std::string newRefreshToken();
/// The one that `token` is exchanged for: always the same, so that a client which lost the answer can be given it again,
/// and nobody can tell it without the vault's key.
std::string successorOf(std::string_view token, const KeyVault& vault, std::int32_t tenant, std::string_view realm);
/// Whether it has their form; saves a look.
bool looksLikeRefreshToken(std::string_view text);

}  // namespace polyclinic::auth
