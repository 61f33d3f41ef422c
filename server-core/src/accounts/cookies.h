// Cookies that hold sessions: one name for each realm of each tenant, so that a person can be signed in to several
// clinics, and as patient and provider of one, side by side.

#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "tenancy/realm_session.h"

namespace polyclinic::accounts {

/// "__Host-pc-{realm}-{tenant}" on https, else the same without the prefix, which browsers take on https alone
/// (RFC 6265bis section 4.1.3).
std::string cookieName(std::string_view realm, std::string_view tenantId, bool https);
/// The same for the address that this tenant was made with.
std::string cookieName(const tenancy::RealmSession& session);
/// Of the nonce that forms are bound to before anyone is signed in.
std::string formCookieName(const tenancy::RealmSession& session);

/// Of what a browser is known by, long after its session has ended.
std::string deviceCookieName(const tenancy::RealmSession& session);

/// Values of a Set-Cookie header: Path=/; HttpOnly; SameSite=Lax, and Secure for __Host- names. `value`: base64url.
std::string setCookie(std::string_view name, std::string_view value);
/// The same for a cookie that outlives the browser's run.
std::string keepCookie(std::string_view name, std::string_view value, std::chrono::seconds life);
std::string clearCookie(std::string_view name);

/// The value of `name` in a Cookie header; empty when it is not there or stands there twice.
std::string cookieValue(std::string_view header, std::string_view name);

}  // namespace polyclinic::accounts
