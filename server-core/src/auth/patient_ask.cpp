// Introspection, revocation and userinfo (auth/patient_auth.h; RFC 7662, RFC 7009, OpenID Connect Core section 5.3).

#include <nlohmann/json.hpp>

#include "auth/id_token.h"
#include "auth/oauth_failure.h"
#include "auth/patient_auth.h"
#include "auth/patient_realm.h"
#include "auth/program_proof.h"
#include "auth/refresh_token.h"
#include "store/grant_store.h"
#include "store/token_store.h"

namespace polyclinic::auth {
namespace {

http::Response bearerError(int status, std::string_view error, std::string_view description) {
    const nlohmann::ordered_json body{{"error", error}, {"error_description", description}};
    auto response = tokenAnswer(body.dump());
    response.status = status;
    response.headers.set("WWW-Authenticate", error == "login" ? "Bearer" : "Bearer error=\"" + std::string(error) + '"');
    return response;
}

}  // namespace

Task<std::string> PatientAuth::introspecting(const http::Request& request, const OAuthForm& form, PersonAuthContext& tenant) {
    const auto bearer = bearerToken(request);
    if (bearer.empty() || request.headers.count("Authorization") != 1) {
        std::string asked;
        const auto client = co_await authenticateClient(request, form, tenant, asked);
        // Naming oneself is no proof: whoever asks about tokens must have a secret.
        if (!client.confidential()) throw OAuthFailure("invalid_client", "Only clients with a secret or a token may ask.");
        co_return client.client.id;
    }
    const auto person = co_await authenticate(tenant.session, bearer);
    if (person) co_return person->clientId;
    // Systems of the same clinic ask with their own kind of token.
    const auto system = co_await store::tokens::find(tenant.session, "system", sha256(bearer), clock_.now());
    if (!system) throw OAuthFailure("invalid_client", "The token that stands for the client is not valid.");
    co_return system->clientId;
}

Task<http::Response> PatientAuth::introspect(const http::Request& request, PersonAuthContext& tenant) {
    const auto form = OAuthForm::ofPost(request);
    const std::string client = co_await introspecting(request, form, tenant);
    const auto token = form.demand("token");
    // Clients that fish for tokens are slowed down as those that fish for secrets.
    const auto account = triesOf(realm, "introspect", tenant.tenant.number(), client);
    if (const auto wait = throttle_.wait(account, request.peer)) throw OAuthFailure::tooManyTries(*wait);
    const auto grant = co_await authenticate(tenant.session, token);
    if (!grant) {
        throttle_.failed(account, request.peer);
        co_return tokenAnswer(R"({"active":false})");
    }
    const auto scopes = grant->scopes.text();
    nlohmann::ordered_json answer{
        {"active", true},
        {"scope", grant->words.empty() || scopes.empty() ? grant->words + scopes : grant->words + ' ' + scopes},
        {"client_id", grant->clientId},
        {"token_type", "Bearer"},
        {"exp", numericDate(grant->expires)},
        {"iat", numericDate(grant->issued)},
        {"sub", grant->subject},
        {"aud", tenant.fhirApi},
        {"iss", tenant.issuer},
        {"jti", grant->tokenId},
        {"patient", grant->patient}};
    if (!grant->fhirUser.empty()) answer["fhirUser"] = tenant.fhirApi + '/' + grant->fhirUser;
    co_return tokenAnswer(answer.dump());
}

Task<http::Response> PatientAuth::revoke(const http::Request& request, PersonAuthContext& tenant) {
    const auto form = OAuthForm::ofPost(request);
    std::string asked;
    const auto client = co_await authenticateClient(request, form, tenant, asked);
    const auto token = form.demand("token");
    const auto now = clock_.now();
    const auto hash = sha256(token);
    // An unknown token is as good as revoked; another client's lives on (RFC 7009 section 2.1).
    const OAuthFailure others("invalid_grant", "The token was given to another client.");
    std::string over, patient;
    if (looksLikeRefreshToken(token)) {
        const auto found = co_await store::person_tokens::findRefresh(tenant.session, realm, hash, now);
        if (found && found->client != client.client.id) throw others;
        if (found) {
            over = found->grant;
            patient = found->patient;
        }
    } else {
        const auto found = co_await store::person_tokens::find(tenant.session, realm, hash, now);
        if (found && found->client != client.client.id) throw others;
        if (found) {
            patient = found->patient;
            co_await store::person_tokens::revoke(tenant.session, realm, hash, client.client.id);
            // Where no refresh token can make another, nothing is left of the grant.
            const auto grant = co_await store::grants::find(tenant.session, realm, found->grant);
            if (grant && !holdsWord(grant->words, "offline_access")) over = found->grant;
        }
    }
    if (!over.empty()) co_await store::grants::end(tenant.session, realm, over, "app", now);
    co_await noteApp(tenant, request, client.client.id, patient, "token-revoke", over);
    co_return tokenAnswer("{}");
}

Task<http::Response> PatientAuth::userinfo(const http::Request& request, PersonAuthContext& tenant) {
    if (request.headers.count("Authorization") > 1) co_return bearerError(400, "invalid_request", "There are two Authorization headers.");
    std::string token(bearerToken(request));
    if (token.empty() && request.method == http::Method::post && hasMediaType(request, "application/x-www-form-urlencoded")) {
        const OAuthForm form(parseForm(request.body).value_or(FormFields()));
        if (!form.repeats()) token = form.get("access_token");
    }
    if (token.empty()) co_return bearerError(401, "login", "An access token is required.");
    const auto grant = co_await authenticate(tenant.session, token);
    if (!grant) co_return bearerError(401, "invalid_token", "The access token is not valid here.");
    if (!holdsWord(grant->words, "openid")) co_return bearerError(403, "insufficient_scope", "The scope openid was not granted.");
    const Identity who{tenant.issuer, grant->subject, tenant.fhirApi + '/' + grant->fhirUser, grant->words};
    co_return tokenAnswer(userClaims(who).dump());
}

}  // namespace polyclinic::auth
