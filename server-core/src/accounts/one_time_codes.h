// The text of codes that people read from a slip and type: five characters to find the code by, eight that prove it,
// in Crockford's alphabet, which holds no two signs that look alike.

#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/key_vault.h"
#include "tenancy/realm_session.h"

namespace polyclinic::accounts {

struct CodeText {
    std::string selector, secret;
};

/// 25 and 40 random bits.
CodeText drawCode();
/// ABCDE-FGHJ-KMNP.
std::string toText(const CodeText& code);
/// As people type it: any case, with or without hyphens and spaces, O for 0, I and L for 1. Nothing for other text.
std::optional<CodeText> parseCode(std::string_view typed);
/// What the database keeps of the secret.
std::string macOf(const KeyVault& vault, const tenancy::RealmSession& session, const CodeText& code);

}  // namespace polyclinic::accounts
