// What of a grant counts now: what the person allowed and the clinic has not taken from the app since then.

#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "access/scope.h"
#include "authorization_server/realm.h"

namespace polyclinic::authorization_server {

std::string joined(const std::vector<std::string>& nonResourceScopes);

/// `granted`: as grants keep it.
access::ScopeSet stillGranted(const Realm& realm, const std::string& granted, const access::ScopeRequest& registered);
/// What of the words that one authorization was given counts now: identity is told as the person allowed it last.
std::string stillTold(const std::string& nonResourceScopes, const std::string& granted);
/// Whether the client may have refresh tokens.
bool mayStay(const access::ScopeRequest& registered);
/// What a refresh that names scopes gets: those, when the grant holds every one of them (RFC 6749 section 6). Throws
/// OAuthFailure(invalid_scope).
std::pair<access::ScopeSet, std::string> narrowed(const Realm& realm, std::string_view asked, const access::ScopeSet& scopes,
                                                  const std::string& nonResourceScopes);

}  // namespace polyclinic::authorization_server
