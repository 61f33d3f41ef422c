#include "api/auth_routes.h"

namespace polyclinic::api {
namespace {}  // namespace

RouteRows authRoutes(const authorization_server::Realm& realm) {
    using authorization_server::AuthorizationServer;
    using http::Method;
    // Programs in browsers call these from pages of their own; no cookie counts here.
    const auto open = [&realm](AuthorizationServer::Step step, std::size_t limit = body::none) {
        return Route{StepOfRealm{&realm, step}, FaultWriter::oauth, limit, true};
    };
    // Pages: never for programs of other origins.
    const auto page = [&realm](AuthorizationServer::Step step, std::size_t limit = body::none) {
        return Route{StepOfRealm{&realm, step}, FaultWriter::page, limit, false};
    };
    const std::string place = std::string(tenancy::tenantPattern) + realm.place(), wellKnown = "/.well-known/";
    RouteRows rows{
        {Method::get, place + wellKnown + "openid-configuration", open(&AuthorizationServer::discovery)},
        {Method::get, place + wellKnown + "oauth-authorization-server", open(&AuthorizationServer::discovery)},
        // RFC 8414 section 3.1: before the path of the issuer.
        {Method::get, wellKnown + "oauth-authorization-server" + place, open(&AuthorizationServer::discovery)},
        {Method::get, wellKnown + "openid-configuration" + place, open(&AuthorizationServer::discovery)},
        {Method::get, place + "/authorize", page(&AuthorizationServer::authorize)},
        {Method::post, place + "/authorize", page(&AuthorizationServer::authorize, body::form)},
        {Method::get, place + "/assets/:name", page(&AuthorizationServer::asset)},
        {Method::post, place + "/token", open(&AuthorizationServer::token, body::form)},
        {Method::post, place + "/introspect", open(&AuthorizationServer::introspect, body::form)},
        {Method::post, place + "/revoke", open(&AuthorizationServer::revoke, body::form)},
    };
    if (!realm.forPeople()) return rows;
    rows.push_back({Method::post, place + "/consent", page(&AuthorizationServer::consent, body::form)});
    rows.push_back({Method::get, place + "/userinfo", open(&AuthorizationServer::userinfo)});
    rows.push_back({Method::post, place + "/userinfo", open(&AuthorizationServer::userinfo, body::form)});
    rows.push_back({Method::get, place + "/jwks", open(&AuthorizationServer::jwks)});
    return rows;
}

}  // namespace polyclinic::api
