// Clients, tokens' verdicts, discovery and keys (auth/patient_auth.h).

#include "auth/patient_auth.h"

#include <nlohmann/json.hpp>

#include "auth/id_token.h"
#include "auth/oauth_failure.h"
#include "auth/patient_realm.h"
#include "auth/program_proof.h"
#include "base/log.h"
#include "store/client_store.h"
#include "store/grant_store.h"

namespace polyclinic::auth {

PatientAuth::PatientAuth(identity::People& people, SigningKeys& keys, store::AuditLog& audit, const KeyVault& vault, const Clock& clock)
    : people_(people), keys_(keys), audit_(audit), vault_(vault), clock_(clock), throttle_(clock, programLimits), verdicts_(clock) {}

Task<PatientAuth::KnownClient> PatientAuth::authenticateClient(const http::Request& request, const OAuthForm& form,
                                                               PersonAuthContext& tenant, std::string& asked) {
    asked = "unknown";
    auto credentials = clientCredentials(request, form);
    if (credentials.id.empty() && form.get("grant_type") == "refresh_token") {
        // A client without a secret need not name itself here, and the public SMART library does not (RFC 6749 section
        // 6): the token says whose it is. One with a secret is refused below.
        const auto token = form.get("refresh_token");
        const std::string hash = sha256(token);
        const auto found = co_await store::person_tokens::findRefresh(tenant.session, realm, hash, clock_.now());
        if (found) credentials.id = found->client;
    }
    if (credentials.id.empty()) throw noClient();
    if (mayBeClientId(credentials.id)) asked = credentials.id;
    if (form.has("client_secret")) throw OAuthFailure("invalid_client", "Send the client's secret by HTTP Basic.");
    const auto account = triesOf(realm, "client", tenant.tenant.number(), credentials.id);
    if (credentials.secret)
        if (const auto wait = throttle_.wait(account, request.peer)) throw OAuthFailure::tooManyTries(*wait);
    std::optional<store::Client> client;
    std::optional<store::ClientSecret> secret;
    if (mayBeClientId(credentials.id)) {
        client = co_await store::clients::find(tenant.session, credentials.id);
        if (credentials.secret) secret = co_await store::clients::findSecret(tenant.session, credentials.id);
    }
    const bool known = client && client->kind == clientKind && !client->disabled;
    if (!credentials.secret) {
        // A client with a secret says nothing by naming itself (RFC 6749 section 3.2.1).
        if (!known || client->type != store::ClientType::open) throw noClient();
        co_return KnownClient{std::move(*client), std::nullopt};
    }
    if (!isSecretOf(secret, *credentials.secret) || !known || client->type != store::ClientType::confidentialSymmetric) {
        throttle_.failed(account, request.peer);
        throw noClient();
    }
    throttle_.proved(account, request.peer);
    co_return KnownClient{std::move(*client), std::move(secret->hash)};
}

Task<std::optional<PersonGrant>> PatientAuth::authenticate(db::TenantSession& session, std::string_view bearer) {
    if (!looksLikeAccessToken(bearer)) co_return std::nullopt;
    const std::string hash = sha256(bearer);
    const std::string key = verdicts_.key(session.key().number(), realmKey, hash);
    if (const auto verdict = verdicts_.find(key)) co_return *verdict;
    const auto epoch = store::verdictEpoch();
    const auto now = clock_.now();
    auto found = co_await store::person_tokens::find(session, realm, hash, now);
    if (!found || found->audience != audience) co_return std::nullopt;
    auto verdict = std::make_shared<PersonGrant>();
    verdict->clientId = std::move(found->client);
    verdict->accountId = found->account;
    verdict->subject = std::move(found->account);
    verdict->grantId = std::move(found->grant);
    verdict->patient = std::move(found->patient);
    verdict->words = std::move(found->words);
    // profile is the older name of the same (SMART App Launch 1.0).
    if (holdsWord(verdict->words, "fhirUser") || holdsWord(verdict->words, "profile")) verdict->fhirUser = std::move(found->fhirUser);
    verdict->scopes = access::ScopeSet::fromJson(found->scopes);
    verdict->tokenId = std::move(found->id);
    verdict->issued = found->issued;
    verdict->expires = found->expires;
    verdicts_.put(key, verdict, epoch);
    if (!found->grantLastUsed || now - *found->grantLastUsed >= std::chrono::minutes(1)) {
        try {
            co_await store::grants::touch(session, realm, verdict->grantId, now);
        } catch (const Failure& failure) {
            log::warn("a grant's last use was not noted: {}", failure.what());  // no reason to refuse the request
        }
    }
    co_return *verdict;
}

Task<void> PatientAuth::notePerson(PersonAuthContext& tenant, const http::Request& request, std::string account, std::string what,
                                   std::string about) {
    store::AuditEntry entry;
    entry.action = 'E';
    entry.interaction = std::move(what);
    entry.resourceId = std::move(about);
    store::Actor actor{std::string(realm), std::move(account), request.id, request.peer};
    co_await audit_.note(tenant.session, std::move(actor), std::move(entry), db::Lane::control);
}

Task<void> PatientAuth::noteApp(PersonAuthContext& tenant, const http::Request& request, std::string client, std::string patient,
                                std::string what, std::string about, int outcome) {
    store::AuditEntry entry;
    entry.action = 'E';
    entry.interaction = std::move(what);
    entry.resourceId = std::move(about);
    entry.outcome = outcome;
    if (!patient.empty()) client += " for Patient/" + patient;
    store::Actor actor{std::string(agentKind), std::move(client), request.id, request.peer};
    co_await audit_.note(tenant.session, std::move(actor), std::move(entry), db::Lane::control);
}

http::Response PatientAuth::discovery(const PersonAuthContext& tenant) {
    const auto& issuer = tenant.issuer;
    const nlohmann::ordered_json clients{"none", "client_secret_basic"};
    const nlohmann::ordered_json document{
        {"issuer", issuer},
        {"authorization_endpoint", issuer + "/authorize"},
        {"token_endpoint", issuer + "/token"},
        {"userinfo_endpoint", issuer + "/userinfo"},
        {"jwks_uri", issuer + "/jwks"},
        {"introspection_endpoint", issuer + "/introspect"},
        {"revocation_endpoint", issuer + "/revoke"},
        {"scopes_supported",
         {"openid", "fhirUser", "profile", "launch/patient", "offline_access", "patient/*.rs", "patient/*.cruds", "patient/*.read",
          "patient/*.write", "patient/*.*"}},
        {"response_types_supported", {"code"}},
        {"response_modes_supported", {"query"}},
        {"grant_types_supported", {"authorization_code", "refresh_token"}},
        {"subject_types_supported", {"public"}},
        {"id_token_signing_alg_values_supported", {"RS256"}},
        {"token_endpoint_auth_methods_supported", clients},
        {"introspection_endpoint_auth_methods_supported", {"client_secret_basic"}},
        {"revocation_endpoint_auth_methods_supported", clients},
        {"code_challenge_methods_supported", {"S256"}},
        {"claims_supported", {"iss", "sub", "aud", "exp", "iat", "auth_time", "nonce", "fhirUser", "profile"}},
        {"prompt_values_supported", {"none", "login", "consent", "select_account"}},
        {"authorization_response_iss_parameter_supported", true},
        {"claims_parameter_supported", false},
        {"request_parameter_supported", false},
        {"request_uri_parameter_supported", false}};
    return http::Response::make(200, "application/json", document.dump());
}

Task<http::Response> PatientAuth::jwks(PersonAuthContext& tenant) {
    auto body = co_await keys_.jwks(tenant.session, std::string(realm));
    auto response = http::Response::make(200, "application/json", std::move(body));
    // Nobody may miss the key of a token that was signed a moment after a rotation.
    response.headers.set("Cache-Control", "no-cache");
    co_return response;
}

}  // namespace polyclinic::auth
