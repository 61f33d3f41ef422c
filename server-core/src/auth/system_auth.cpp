#include "auth/system_auth.h"

#include <nlohmann/json.hpp>

#include "auth/program_proof.h"
#include "pages/pages.h"
#include "base/random.h"
#include "store/client_store.h"
#include "store/token_store.h"

namespace polyclinic::auth {
namespace {

constexpr std::chrono::hours accessLife{1};
constexpr std::string_view realm = "system", audience = "fhir-api", prefix = "pst_";

bool isToken(std::string_view bearer) { return bearer.size() == prefix.size() + 43 && bearer.starts_with(prefix); }

/// Browsers may call this from any page: no cookie counts here.
http::Response readable(http::Response response) {
    response.headers.set("Access-Control-Allow-Origin", "*");
    return response;
}

}  // namespace

SystemAuth::SystemAuth(const Clock& clock, identity::ThrottleLimits limits)
    : clock_(clock), throttle_(clock, limits), verdicts_(clock) {}

Task<SystemAuth::KnownClient> SystemAuth::authenticateClient(const http::Request& request, const OAuthForm& form,
                                                             TenantAuthContext& tenant) {
    const auto credentials = clientCredentials(request, form);
    if (mayBeClientId(credentials.id)) tenant.client = credentials.id;
    if (credentials.id.empty() || !credentials.secret) throw noClient();
    const auto account = triesOf(realm, "client", tenant.session.key().number(), credentials.id);
    if (const auto wait = throttle_.wait(account, request.peer)) throw OAuthFailure::tooManyTries(*wait);
    std::optional<store::ClientSecret> known;
    if (mayBeClientId(credentials.id)) known = co_await store::clients::findSecret(tenant.session, credentials.id);
    if (!isSecretOf(known, *credentials.secret) || known->disabled) {
        throttle_.failed(account, request.peer);
        throw noClient();
    }
    throttle_.proved(account, request.peer);
    co_return KnownClient{credentials.id, known->hash, known->scopes};
}

Task<http::Response> SystemAuth::token(const http::Request& request, TenantAuthContext& tenant) {
    const auto form = OAuthForm::ofPost(request);
    if (form.demand("grant_type") != "client_credentials")
        throw OAuthFailure("unsupported_grant_type", "Only client_credentials is offered here.");
    const auto client = co_await authenticateClient(request, form, tenant);

    for (const std::string_view name : {"aud", "audience", "resource"})
        if (form.has(name) && form.get(name) != tenant.fhirApi)
            throw OAuthFailure("invalid_request", "The audience is not the address of this clinic's FHIR API.");
    const auto wish = access::parseScopeList(form.get("scope"));
    if (wish.hostile) throw OAuthFailure("invalid_scope", "The scope cannot be read.");
    const auto registered = access::parseScopeList(client.scopes);
    const auto granted = access::grantable(wish.scopes, registered.scopes, access::Level::system);
    if (granted.empty()) throw OAuthFailure("invalid_scope", "No scope that was asked for can be granted.");

    const Timestamp now = clock_.now();
    const std::string secret = std::string(prefix) + randomToken();
    const store::AccessToken token{randomUuid(), client.id, std::string(audience), granted.toJson(), now, now + accessLife};
    const bool added = co_await store::tokens::add(tenant.session, realm, sha256(secret), token, client.secretHash, client.scopes);
    if (!added) throw noClient();
    const nlohmann::ordered_json answer{{"access_token", secret},
                                        {"token_type", "Bearer"},
                                        {"expires_in", std::chrono::seconds(accessLife).count()},
                                        {"scope", granted.text()}};
    co_return readable(tokenAnswer(answer.dump()));
}

Task<std::optional<SystemGrant>> SystemAuth::authenticate(db::TenantSession& session, std::string_view bearer) {
    if (!isToken(bearer)) co_return std::nullopt;
    const std::string hash = sha256(bearer);
    const std::string key = verdicts_.key(session.key().number(), 's', hash);
    if (const auto verdict = verdicts_.find(key)) co_return *verdict;
    const auto epoch = store::verdictEpoch();
    auto found = co_await store::tokens::find(session, realm, hash, clock_.now());
    if (!found) co_return std::nullopt;
    auto verdict = std::make_shared<SystemGrant>();
    verdict->clientId = std::move(found->clientId);
    verdict->scopes = access::ScopeSet::fromJson(found->scopes);
    verdict->audience = std::move(found->audience);
    verdict->tokenId = std::move(found->id);
    verdict->issued = found->issued;
    verdict->expires = found->expires;
    verdicts_.put(key, verdict, epoch);
    co_return *verdict;
}

Task<std::string> SystemAuth::introspectingClient(const http::Request& request, const OAuthForm& form,
                                                  TenantAuthContext& tenant) {
    const auto bearer = bearerToken(request);
    if (bearer.empty() || request.headers.count("Authorization") != 1) {
        const auto client = co_await authenticateClient(request, form, tenant);
        co_return client.id;
    }
    const auto grant = co_await authenticate(tenant.session, bearer);
    if (!grant) throw OAuthFailure("invalid_client", "The token that stands for the client is not valid.");
    co_return grant->clientId;
}

Task<http::Response> SystemAuth::introspect(const http::Request& request, TenantAuthContext& tenant) {
    const auto form = OAuthForm::ofPost(request);
    const std::string client = co_await introspectingClient(request, form, tenant);
    const auto token = form.demand("token");
    // Clients that fish for tokens are slowed down as those that fish for secrets.
    const auto account = triesOf(realm, "introspect", tenant.session.key().number(), client);
    if (const auto wait = throttle_.wait(account, request.peer)) throw OAuthFailure::tooManyTries(*wait);
    const auto grant = co_await authenticate(tenant.session, token);
    if (!grant) {
        throttle_.failed(account, request.peer);
        co_return readable(tokenAnswer(R"({"active":false})"));
    }
    const nlohmann::ordered_json answer{{"active", true},
                                        {"scope", grant->scopes.text()},
                                        {"client_id", grant->clientId},
                                        {"token_type", "Bearer"},
                                        {"exp", numericDate(grant->expires)},
                                        {"iat", numericDate(grant->issued)},
                                        {"sub", grant->clientId},
                                        {"aud", tenant.fhirApi},
                                        {"iss", tenant.issuer},
                                        {"jti", grant->tokenId}};
    co_return readable(tokenAnswer(answer.dump()));
}

Task<http::Response> SystemAuth::revoke(const http::Request& request, TenantAuthContext& tenant) {
    const auto form = OAuthForm::ofPost(request);
    const auto client = co_await authenticateClient(request, form, tenant);
    const auto token = form.demand("token");
    const std::string hash = sha256(token);
    const bool ended = co_await store::tokens::revoke(tenant.session, realm, hash, client.id);
    if (!ended) {
        // An unknown token is as good as revoked; another client's lives on (RFC 7009 section 2.1).
        const auto other = co_await store::tokens::find(tenant.session, realm, hash, clock_.now());
        if (other) throw OAuthFailure("invalid_grant", "The token was given to another client.");
    }
    co_return readable(tokenAnswer("{}"));
}

http::Response SystemAuth::discovery(const TenantAuthContext& tenant) {
    const nlohmann::ordered_json methods{"client_secret_basic", "client_secret_post"};
    const nlohmann::ordered_json document{{"issuer", tenant.issuer},
                                          {"authorization_endpoint", tenant.issuer + "/authorize"},
                                          {"token_endpoint", tenant.issuer + "/token"},
                                          {"introspection_endpoint", tenant.issuer + "/introspect"},
                                          {"revocation_endpoint", tenant.issuer + "/revoke"},
                                          {"response_types_supported", nlohmann::ordered_json::array()},
                                          {"grant_types_supported", {"client_credentials"}},
                                          {"scopes_supported", {"system/*.rs", "system/*.cruds", "system/*.read", "system/*.write"}},
                                          {"token_endpoint_auth_methods_supported", methods},
                                          {"introspection_endpoint_auth_methods_supported", methods},
                                          {"revocation_endpoint_auth_methods_supported", methods}};
    auto response = http::Response::make(200, "application/json", document.dump());
    response.headers.set("X-Content-Type-Options", "nosniff");
    return readable(std::move(response));
}

http::Response SystemAuth::authorize(const http::Request& request) {
    return pages::error({400, "Nobody signs in here",
                         "This address is for programs of the clinic that have a secret of their own.",
                         "If an app sent you here, its address for signing in is not the right one. "
                         "Ask the people who made it, or your clinic.",
                         request.id});
}

std::optional<http::Response> SystemAuth::asset(std::string_view name) { return pages::asset(name); }

}  // namespace polyclinic::auth
