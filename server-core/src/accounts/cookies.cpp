#include "accounts/cookies.h"

#include "base/text.h"

namespace polyclinic::accounts {
namespace {

constexpr std::string_view hostPrefix = "__Host-";

std::string line(std::string_view name, std::string_view value) {
    std::string text(name);
    text += '=';
    text += value;
    text += "; Path=/; HttpOnly; SameSite=Lax";
    if (name.starts_with(hostPrefix)) text += "; Secure";
    return text;
}

bool isHttps(const tenancy::TenantContext& tenant) { return tenant.urls().base().starts_with("https://"); }

}  // namespace

std::string cookieName(std::string_view realm, std::string_view tenantId, bool https) {
    std::string name(https ? hostPrefix : std::string_view());
    name += "pc-";
    name += realm;
    name += '-';
    name += tenantId;
    return name;
}

std::string cookieName(const tenancy::RealmSession& session) {
    return cookieName(session.realm(), session.tenant().id(), isHttps(session.tenant()));
}

std::string formCookieName(const tenancy::RealmSession& session) {
    // No tenant id holds a dot, so no session of another tenant has this name.
    return cookieName(session.realm(), session.tenant().id() + ".form", isHttps(session.tenant()));
}

std::string deviceCookieName(const tenancy::RealmSession& session) {
    return cookieName(session.realm(), session.tenant().id() + ".device", isHttps(session.tenant()));
}

std::string keepCookie(std::string_view name, std::string_view value, std::chrono::seconds life) {
    return line(name, value) + "; Max-Age=" + std::to_string(life.count());
}

std::string setCookie(std::string_view name, std::string_view value) { return line(name, value); }

std::string clearCookie(std::string_view name) { return line(name, "") + "; Max-Age=0"; }

std::string cookieValue(std::string_view header, std::string_view name) {
    std::string value;
    bool found = false;
    for (const auto each : split(header, ';')) {
        const auto pair = trimmed(each);
        const auto equals = pair.find('=');
        if (equals == pair.npos || pair.substr(0, equals) != name) continue;
        if (found) return {};
        found = true;
        value = pair.substr(equals + 1);
    }
    return value;
}

}  // namespace polyclinic::accounts
