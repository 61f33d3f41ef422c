// The token endpoint (auth/patient_auth.h; RFC 6749 sections 4.1.3 and 6, RFC 9700 section 2.2.2).

#include <algorithm>
#include <nlohmann/json.hpp>

#include "auth/id_token.h"
#include "auth/oauth_failure.h"
#include "auth/patient_auth.h"
#include "auth/patient_realm.h"
#include "auth/pkce.h"
#include "auth/refresh_token.h"
#include "base/random.h"
#include "store/grant_store.h"

namespace polyclinic::auth {
namespace {

OAuthFailure noGrant(std::string_view what) {
    return OAuthFailure("invalid_grant", "The " + std::string(what) + " is not valid, or it has been used.");
}

/// What one answer hands out, with the secrets in clear.
struct Handout {
    store::NewTokens tokens;
    std::string access, refresh;  // refresh empty: none
};

Handout handout(const store::Client& client, const std::optional<std::string>& secretHash, const access::ScopeSet& scopes,
                std::string words, std::string refresh, Timestamp grantEnds, Timestamp now) {
    Handout made;
    made.access = std::string(accessPrefix) + randomToken();
    made.refresh = std::move(refresh);
    auto& tokens = made.tokens;
    tokens.client = client.id;
    tokens.secretHash = secretHash;
    tokens.registered = client.scopes;
    tokens.accessHash = sha256(made.access);
    tokens.accessId = randomUuid();
    tokens.scopes = scopes.toJson();
    tokens.words = std::move(words);
    tokens.audience = audience;
    tokens.issued = now;
    tokens.accessExpires = std::min(now + lifeOf(client), grantEnds);
    if (!made.refresh.empty()) tokens.refreshHash = sha256(made.refresh);
    tokens.refreshExpires = std::min(now + refreshLife, grantEnds);
    return made;
}

std::string scopeText(const access::ScopeSet& scopes, const std::string& words) {
    const auto resources = scopes.text();
    return words.empty() || resources.empty() ? words + resources : words + ' ' + resources;
}

nlohmann::ordered_json answerOf(const Handout& made, const access::ScopeSet& scopes, const std::string& patient) {
    const auto life = std::chrono::duration_cast<std::chrono::seconds>(made.tokens.accessExpires - made.tokens.issued);
    nlohmann::ordered_json answer{{"access_token", made.access},
                                  {"token_type", "Bearer"},
                                  {"expires_in", life.count()},
                                  {"scope", scopeText(scopes, made.tokens.words)},
                                  {"patient", patient}};
    if (!made.refresh.empty()) answer["refresh_token"] = made.refresh;
    return answer;
}

std::string joined(const std::vector<std::string>& words) {
    std::string text;
    for (const auto& word : words) text += (text.empty() ? "" : " ") + word;
    return text;
}

/// Of what a person allowed, what the clinic has not taken from the app since then.
access::ScopeSet stillGranted(const std::string& granted, const access::ScopeRequest& registered) {
    return access::grantable(access::ScopeSet::fromJson(granted).scopes(), registered.scopes, access::Level::patient);
}

bool mayStay(const access::ScopeRequest& registered) {
    return std::find(registered.words.begin(), registered.words.end(), "offline_access") != registered.words.end();
}

/// What a refresh that names scopes gets: those, when the grant holds every one of them (RFC 6749 section 6).
std::pair<access::ScopeSet, std::string> narrowed(std::string_view asked, const access::ScopeSet& scopes, const std::string& words) {
    const auto wish = access::parseScopeList(asked);
    const OAuthFailure wider("invalid_scope", "A refresh cannot widen the scope.");
    if (wish.hostile || !wish.dropped.empty()) throw wider;
    for (const auto& word : wish.words)
        if (!holdsWord(words, word)) throw wider;
    for (const auto& scope : wish.scopes) {
        const auto held = access::grantable({scope}, scopes.scopes(), access::Level::patient);
        if (held.scopes() != std::vector<access::Scope>{scope}) throw wider;
    }
    return {access::ScopeSet(wish.scopes), joined(wish.words)};
}

}  // namespace

Task<http::Response> PatientAuth::token(const http::Request& request, PersonAuthContext& tenant) {
    const auto form = OAuthForm::ofPost(request);
    const auto grantType = form.demand("grant_type");
    if (grantType != "authorization_code" && grantType != "refresh_token")
        throw OAuthFailure("unsupported_grant_type", "This grant type is not offered.");
    const bool first = grantType == "authorization_code";
    http::Response response;
    std::exception_ptr refused;
    std::string patient, asked;
    try {
        const auto client = co_await authenticateClient(request, form, tenant, asked);
        if (first) response = co_await redeem(form, tenant, client, patient);
        else response = co_await refresh(form, tenant, client, patient);
    } catch (const OAuthFailure& failure) {
        if (failure.retryAfter()) throw;
        refused = std::current_exception();
    }
    co_await noteApp(tenant, request, std::move(asked), patient, first ? "token-code" : "token-refresh", "", refused ? 4 : 0);
    if (refused) std::rethrow_exception(refused);
    co_return response;
}

Task<void> PatientAuth::endReused(PersonAuthContext& tenant, std::string grant) {
    if (!grant.empty()) co_await store::grants::end(tenant.session, realm, grant, "reuse", clock_.now());
}

Task<http::Response> PatientAuth::redeem(const OAuthForm& form, PersonAuthContext& tenant, const KnownClient& known,
                                         std::string& patient) {
    const auto code = form.demand("code");
    const std::string hash = sha256(code);
    const auto& client = known.client;
    const auto now = clock_.now();
    const auto found = co_await store::auth_requests::findByCode(tenant.session, realm, hash);
    if (!found || found->client != client.id) throw noGrant("code");
    patient = found->patient;
    if (found->state == "redeemed") co_await endReused(tenant, found->grant);
    if (found->state != "decided") throw noGrant("code");

    // Whoever cannot prove that the code is theirs gets one try (RFC 9700 section 2.1.1).
    const auto wish = AuthorizeWish::fromJson(found->wish);
    const auto& addresses = client.redirectUris;
    const bool proven = found->codeExpires && *found->codeExpires > now && form.get("redirect_uri") == found->redirectUri &&
                        std::find(addresses.begin(), addresses.end(), found->redirectUri) != addresses.end() &&
                        provesCodeChallenge(form.get("code_verifier"), wish.codeChallenge);
    if (!proven) {
        co_await store::auth_requests::burn(tenant.session, realm, hash, now);
        throw noGrant("code");
    }
    const auto grant = co_await store::grants::find(tenant.session, realm, found->grant);
    if (!grant || !grant->active(now)) throw noGrant("code");

    const auto registered = access::parseScopeList(client.scopes);
    const auto scopes = stillGranted(grant->scopes, registered);
    const bool lasting = holdsWord(grant->words, "offline_access") && mayStay(registered);
    auto words = access::parseScopeList(grant->words).words;
    if (!lasting) std::erase(words, "offline_access");
    const auto made = handout(client, known.secretHash, scopes, joined(words), lasting ? newRefreshToken() : std::string(),
                              grant->ends, now);
    const bool redeemed = co_await store::person_tokens::redeem(tenant.session, realm, hash, made.tokens);
    if (!redeemed) {
        const auto again = co_await store::auth_requests::findByCode(tenant.session, realm, hash);
        if (again && again->state == "redeemed") co_await endReused(tenant, again->grant);
        throw noGrant("code");
    }
    auto answer = answerOf(made, scopes, grant->patient);
    if (holdsWord(grant->words, "openid")) {
        const Identity who{tenant.issuer, grant->account, tenant.fhirApi + '/' + grant->fhirUser, grant->words};
        auto claims = idTokenClaims(who, client.id, wish.nonce, found->authTime.value_or(now), now);
        answer["id_token"] = co_await keys_.sign(tenant.session, std::string(realm), std::move(claims));
    }
    co_return tokenAnswer(answer.dump());
}

Task<http::Response> PatientAuth::refresh(const OAuthForm& form, PersonAuthContext& tenant, const KnownClient& known,
                                          std::string& patient) {
    const auto token = form.demand("refresh_token");
    const auto& client = known.client;
    const auto now = clock_.now();
    if (!looksLikeRefreshToken(token)) throw noGrant("refresh token");
    const std::string hash = sha256(token);
    auto found = co_await store::person_tokens::findRefresh(tenant.session, realm, hash, now);
    if (found && found->client == client.id) patient = found->patient;
    if (!found || found->client != client.id || !found->alive || found->expires <= now) throw noGrant("refresh token");

    const auto registered = access::parseScopeList(client.scopes);
    if (!mayStay(registered) || !holdsWord(found->words, "offline_access")) throw noGrant("refresh token");
    auto scopes = stillGranted(found->scopes, registered);
    auto words = found->words;
    if (form.has("scope")) std::tie(scopes, words) = narrowed(form.get("scope"), scopes, words);

    const auto made = handout(client, known.secretHash, scopes, words,
                              successorOf(token, vault_, tenant.tenant.number(), realm), found->grantEnds, now);
    bool handedOut = false;
    if (!found->used) {
        handedOut = co_await store::person_tokens::rotate(tenant.session, realm, hash, found->grant, made.tokens);
        if (!handedOut) found = co_await store::person_tokens::findRefresh(tenant.session, realm, hash, now);
    }
    if (!handedOut && found && found->alive && found->used) {
        // The answer may have been lost on the way to a client that can prove who it is; everybody else is a thief, or
        // was robbed (RFC 9700 section 4.14.2).
        if (known.confidential() && now - *found->used <= repeatWithin)
            handedOut = co_await store::person_tokens::repeat(tenant.session, realm, found->grant, made.tokens);
        if (!handedOut) co_await endReused(tenant, found->grant);
    }
    if (!handedOut) throw noGrant("refresh token");
    auto answer = answerOf(made, scopes, found->patient);
    co_return tokenAnswer(answer.dump());
}

}  // namespace polyclinic::auth
