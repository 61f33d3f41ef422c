// What tells a form of our own pages from one that another site sends (cross-site request forgery): a code over whom
// the page was shown to and what it is for.

#pragma once

#include <string>
#include <string_view>

#include "base/key_vault.h"
#include "tenancy/realm_session.h"

namespace polyclinic::accounts {

/// `cookie`: the value of the session's cookie, or before there is one of the nonce's (formCookieName). `purpose`:
/// which form it is. Empty for an empty cookie: such a form is nobody's (http/own_form.h compares). Any thread.
std::string formToken(const KeyVault& vault, const tenancy::RealmSession& session, std::string_view cookie, std::string_view purpose);

}  // namespace polyclinic::accounts
