#include "authorization_server/authorization_request.h"

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>

#include "authorization_server/pkce.h"
#include "base/failure.h"
#include "base/text.h"
#include "consent/scope_rows.h"

namespace polyclinic::authorization_server {
namespace {

// What fits into the addresses on the way through sign-in (oauth/sealed_request.h).
constexpr std::size_t longestState = 2048, longestNonce = 512, longestScope = 8192;
/// Words that go with what was registered: an app that may see records of one patient always knows which patient.
constexpr std::string_view patientInContext = "launch/patient";

bool has(const std::vector<std::string>& nonResourceScopes, std::string_view word) {
    return std::find(nonResourceScopes.begin(), nonResourceScopes.end(), word) != nonResourceScopes.end();
}

/// OpenID Connect Core section 3.1.2.1.
std::optional<RequestFault> readPrompt(const OAuthForm& form, AuthorizationRequest& wanted) {
    const auto prompts = splitWords(form.get("prompt"));
    for (const auto prompt : prompts) {
        if (prompt == "none") wanted.silent = true;
        if (prompt == "login" || prompt == "select_account") wanted.signInAgain = true;
    }
    if (wanted.silent && prompts.size() > 1) return RequestFault{"invalid_request", "The prompt none cannot be joined with another."};
    if (const auto text = form.get("max_age"); !text.empty()) {
        std::int64_t seconds = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
        if (error != std::errc() || end != text.data() + text.size() || seconds < 0 || seconds > 10'000'000)
            return RequestFault{"invalid_request", "The parameter max_age is not a number of seconds."};
        wanted.maxAge = seconds;
    }
    return std::nullopt;
}

std::optional<RequestFault> read(const OAuthForm& form, std::string_view audience, AuthorizationRequest& wanted) {
    // A state that cannot be told apart, or is a load of its own, is not sent back.
    if (form.repeats("state")) return RequestFault{"invalid_request", "A parameter is given twice."};
    if (form.get("state").size() > longestState) return RequestFault{"invalid_request", "The state is too long."};
    wanted.state = form.get("state");
    if (form.repeats()) return RequestFault{"invalid_request", "A parameter is given twice."};
    if (form.has("request")) return RequestFault{"request_not_supported", "Request objects are not offered."};
    if (form.has("request_uri")) return RequestFault{"request_uri_not_supported", "Request objects are not offered."};
    if (form.has("registration")) return RequestFault{"registration_not_supported", "Registration in a request is not offered."};
    if (!form.has("response_type")) return RequestFault{"invalid_request", "The parameter response_type is missing."};
    if (form.get("response_type") != "code") return RequestFault{"unsupported_response_type", "Only code is offered."};
    if (form.has("response_mode") && form.get("response_mode") != "query")
        return RequestFault{"invalid_request", "Only the response mode query is offered."};
    if (form.get("code_challenge_method") != "S256" || !isCodeChallenge(form.get("code_challenge")))
        return RequestFault{"invalid_request", "A code_challenge with the method S256 is required."};
    wanted.codeChallenge = form.get("code_challenge");
    auto aud = form.get("aud");
    if (aud.empty()) return RequestFault{"invalid_request", "The parameter aud is missing."};
    if (aud.ends_with('/')) aud.remove_suffix(1);
    if (aud != audience) return RequestFault{"invalid_request", "The parameter aud is not the address of this clinic's API."};
    if (form.has("launch")) return RequestFault{"invalid_request", "There is no launch of that name."};
    if (form.get("nonce").size() > longestNonce) return RequestFault{"invalid_request", "The nonce is too long."};
    wanted.nonce = form.get("nonce");
    if (form.get("scope").size() > longestScope) return RequestFault{"invalid_scope", "The scope is too long."};
    wanted.scope = form.get("scope");
    if (access::parseScopeList(wanted.scope).hostile) return RequestFault{"invalid_scope", "The scope cannot be read."};
    return readPrompt(form, wanted);
}

}  // namespace

std::string AuthorizationRequest::toJson() const {
    nlohmann::ordered_json json{{"scope", scope}, {"state", state}, {"nonce", nonce}, {"code_challenge", codeChallenge}};
    if (silent) json["silent"] = true;
    if (signInAgain) json["sign_in_again"] = true;
    if (maxAge) json["max_age"] = *maxAge;
    return json.dump();
}

AuthorizationRequest AuthorizationRequest::fromJson(std::string_view text) {
    try {
        const auto json = nlohmann::json::parse(text);
        AuthorizationRequest wanted;
        wanted.scope = json.at("scope").get<std::string>();
        wanted.state = json.at("state").get<std::string>();
        wanted.nonce = json.at("nonce").get<std::string>();
        wanted.codeChallenge = json.at("code_challenge").get<std::string>();
        wanted.silent = json.value("silent", false);
        wanted.signInAgain = json.value("sign_in_again", false);
        if (json.contains("max_age")) wanted.maxAge = json["max_age"].get<std::int64_t>();
        return wanted;
    } catch (const nlohmann::json::exception&) {
        throw Failure(FailureKind::internal, "The request cannot be read.", "a stored authorization request cannot be read");
    }
}

std::pair<AuthorizationRequest, std::optional<RequestFault>> readRequest(const OAuthForm& form, std::string_view audience) {
    AuthorizationRequest wanted;
    auto fault = read(form, audience, wanted);
    return {std::move(wanted), std::move(fault)};
}

GrantableScopes grantableOf(const Realm& realm, std::string_view asked, std::string_view registered) {
    const auto wanted = access::parseScopeList(asked), may = access::parseScopeList(registered);
    GrantableScopes offer;
    const auto held = access::grantable(wanted.scopes, may.scopes, realm.level);
    std::vector<access::Scope> sayable;
    for (const auto& scope : held.scopes())
        if (consent::rowOf(scope)) sayable.push_back(scope);
    offer.scopes = access::ScopeSet(std::move(sayable));
    for (const auto& word : wanted.nonResourceScopes) {
        const bool known = std::ranges::find(realm.nonResourceScopes, word) != realm.nonResourceScopes.end();
        if ((known && has(may.nonResourceScopes, word)) || (word == patientInContext && realm.isOfOnePatient()))
            offer.nonResourceScopes.push_back(word);
    }
    return offer;
}

}  // namespace polyclinic::authorization_server
