#include "authorization_server/discovery.h"

#include "authorization_server/authorization_server.h"

namespace polyclinic::authorization_server {
namespace {

nlohmann::ordered_json methodsOf(const Realm& realm, bool secretNeeded = false) {
    auto methods = nlohmann::ordered_json::array();
    for (const auto method : realm.clientAuthentication)
        if (!secretNeeded || method != ClientAuthentication::none) methods.push_back(toText(method));
    return methods;
}

}  // namespace

nlohmann::ordered_json serverMetadata(const Realm& realm, const tenancy::TenantAddress& urls) {
    const auto issuer = urls.at(realm.place());
    nlohmann::ordered_json json{
        {"issuer", issuer}, {"authorization_endpoint", issuer + "/authorize"}, {"token_endpoint", issuer + "/token"}};
    if (realm.forPeople()) {
        json["userinfo_endpoint"] = issuer + "/userinfo";
        json["jwks_uri"] = issuer + "/jwks";
    }
    json["introspection_endpoint"] = issuer + "/introspect";
    json["revocation_endpoint"] = issuer + "/revoke";
    json["scopes_supported"] = realm.scopesSupported;
    json["response_types_supported"] = nlohmann::ordered_json::array();
    if (realm.forPeople()) {
        json["response_types_supported"].push_back("code");
        json["response_modes_supported"] = {"query"};
    }
    json["grant_types_supported"] = realm.grantTypes;
    if (realm.forPeople()) {
        json["subject_types_supported"] = {"public"};
        json["id_token_signing_alg_values_supported"] = {"RS256"};
    }
    json["token_endpoint_auth_methods_supported"] = methodsOf(realm);
    // Naming oneself is no proof: whoever asks about tokens must have a secret.
    json["introspection_endpoint_auth_methods_supported"] = methodsOf(realm, true);
    json["revocation_endpoint_auth_methods_supported"] = methodsOf(realm);
    if (realm.forPeople()) {
        json["code_challenge_methods_supported"] = {"S256"};
        json["claims_supported"] = {"iss", "sub", "aud", "exp", "iat", "auth_time", "nonce", "fhirUser", "profile"};
        json["prompt_values_supported"] = {"none", "login", "consent", "select_account"};
        json["authorization_response_iss_parameter_supported"] = true;
        json["claims_parameter_supported"] = false;
        json["request_parameter_supported"] = false;
        json["request_uri_parameter_supported"] = false;
    }
    return json;
}

nlohmann::ordered_json smartConfiguration(const Realm& realm, const tenancy::TenantAddress& urls) {
    const auto issuer = urls.at(realm.place());
    nlohmann::ordered_json json;
    // No authorization_endpoint where nobody signs in.
    if (realm.forPeople()) {
        json["issuer"] = issuer;
        json["jwks_uri"] = issuer + "/jwks";
        json["authorization_endpoint"] = issuer + "/authorize";
    }
    json["token_endpoint"] = issuer + "/token";
    json["introspection_endpoint"] = issuer + "/introspect";
    json["revocation_endpoint"] = issuer + "/revoke";
    if (!realm.management.empty()) json["management_endpoint"] = urls.at(realm.management);
    json["grant_types_supported"] = realm.grantTypes;
    if (realm.forPeople()) {
        json["response_types_supported"] = {"code"};
        json["code_challenge_methods_supported"] = {"S256"};
    }
    json["token_endpoint_auth_methods_supported"] = methodsOf(realm);
    json["scopes_supported"] = realm.scopesSupported;
    json["capabilities"] = realm.capabilities;
    return json;
}

Task<http::Response> AuthorizationServer::discovery(const http::Request&, AuthContext& context) {
    const auto document = serverMetadata(context.realm, context.tenant.urls());
    co_return http::Response::make(200, "application/json", document.dump());
}

Task<http::Response> AuthorizationServer::jwks(const http::Request&, AuthContext& context) {
    auto body = co_await keys_.jwks(context.session);
    auto response = http::Response::make(200, "application/json", std::move(body));
    // Nobody may miss the key of a token that was signed a moment after a rotation.
    response.headers.set("Cache-Control", "no-cache");
    co_return response;
}

}  // namespace polyclinic::authorization_server
