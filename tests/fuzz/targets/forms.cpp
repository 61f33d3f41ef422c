#include <algorithm>
#include <array>

#include "accounts/cookies.h"
#include "authorization_server/authorization_request.h"
#include "authorization_server/client_authentication.h"
#include "authorization_server/loopback_redirect.h"
#include "authorization_server/oauth_failure.h"
#include "authorization_server/oauth_form.h"
#include "authorization_server/pkce.h"
#include "base/encoding.h"
#include "base/url.h"
#include "oauth/redirect_uri.h"
#include "targets.h"

namespace polyclinic::fuzz {
namespace {

constexpr std::string_view audience = "https://clinic.example/clinic-a/patient/smart-api";

std::string_view takeLine(std::string_view& input) {
    const auto end = std::min(input.find('\n'), input.size());
    const auto line = input.substr(0, end);
    input.remove_prefix(std::min(end + 1, input.size()));
    return line;
}

/// What a header's value can be once the framing was checked.
std::string headerValue(std::string_view text) {
    std::string value;
    for (const unsigned char c : text)
        if ((c >= 0x20 && c != 0x7f) || c == '\t') value += static_cast<char>(c);
    return value;
}

void demandCodings(std::string_view text) {
    if (const auto bytes = base64Decode(text)) demand(base64Encode(*bytes) == text, "Base64 has one spelling.");
    if (const auto bytes = base64UrlDecode(text)) demand(base64UrlEncode(*bytes) == text, "Base64url has one spelling.");
    demand(base64Decode(base64Encode(text)) == text && base64UrlDecode(base64UrlEncode(text)) == text, "Base64 reads what it writes.");
    demand(percentDecode(percentEncode(text), true) == text && percentDecode(percentEncode(text), false) == text,
           "Percent-encoding reads what it writes.");
    demand(escapeHtml(text).find_first_of("<>\"'") == std::string::npos, "Escaped HTML holds no mark-up.");
}

void demandCookies(const std::string& header) {
    const auto name = accounts::cookieName("patient", "clinic-a", true);
    const auto value = accounts::cookieValue(header, name);
    demand(value.empty() || header.find(name + '=' + value) != std::string::npos, "A cookie's value is the header's.");
    demand(value.find(';') == value.npos, "A cookie ends at a semicolon.");
    const auto before = header.empty() ? name + "=abc" : name + "=abc; " + header;
    const bool twice = std::string_view(header).find(name + '=') != std::string_view::npos;
    if (!twice) demand(accounts::cookieValue(before, name) == "abc", "Other cookies do not hide ours.");
    demand(accounts::cookieValue(before + "; " + name + "=def", name).empty(), "A cookie that stands there twice counts for none.");
}

void demandClient(const std::string& authorization, const authorization_server::OAuthForm& form) {
    http::Request request;
    request.method = http::Method::post;
    if (!authorization.empty()) request.headers.add("Authorization", authorization);
    try {
        const auto client = authorization_server::clientCredentials(request, form);
        if (authorization.empty()) {
            demand(client.id == form.get("client_id"), "Without a header the form names the client.");
            return;
        }
        demand(!client.id.empty() && client.secret && !client.secret->empty() && isUtf8(client.id), "Basic names a client and a secret.");
        http::Request again;
        again.method = http::Method::post;
        again.headers.add("Authorization", "Basic " + base64Encode(percentEncode(client.id) + ':' + percentEncode(*client.secret)));
        const auto same = authorization_server::clientCredentials(again, authorization_server::OAuthForm(FormFields{}));
        demand(same.id == client.id && same.secret == client.secret, "Basic reads what clients write.");
    } catch (const authorization_server::OAuthFailure& failure) {
        demand(failure.code() == "invalid_client" || failure.code() == "invalid_request", "A client's faults have two names.");
        authorization_server::toResponse(failure);
    }
}

void demandWish(const authorization_server::OAuthForm& form) {
    const auto [wish, fault] = authorization_server::readRequest(form, audience);
    if (fault) {
        demand(!fault->error.empty() && wish.state.size() <= 8'192, "A fault has its name.");
        return;
    }
    demand(authorization_server::isCodeChallenge(wish.codeChallenge), "No wish goes without a code challenge.");
    const auto again = authorization_server::AuthorizationRequest::fromJson(wish.toJson());
    demand(again.scope == wish.scope && again.state == wish.state && again.nonce == wish.nonce &&
               again.codeChallenge == wish.codeChallenge && again.silent == wish.silent && again.signInAgain == wish.signInAgain &&
               again.maxAge == wish.maxAge,
           "A wish comes back from where it is kept.");
    const auto offer = authorization_server::grantableOf(authorization_server::realms::patient, wish.scope,
                                                         "patient/*.rs patient/Observation.cruds openid fhirUser");
    demand(!offer.scopes.allows(access::Level::patient, "Condition", access::Verb::create), "An offer is not wider than registered.");
}

void demandForm(std::string_view body) {
    http::Request request;
    request.method = http::Method::post;
    request.headers.add("Content-Type", "application/x-www-form-urlencoded; charset=UTF-8");
    request.body = body;
    try {
        const auto form = authorization_server::OAuthForm::ofPost(request);
        demand(!form.repeats(), "A parameter stands there once.");
        for (const auto& [name, value] : form.fields()) demand(form.get(name) == value, "A parameter has its value.");
    } catch (const authorization_server::OAuthFailure& failure) {
        demand(failure.code() == "invalid_request", "A broken form is an invalid request.");
        authorization_server::toResponse(failure);
    }
}

void demandRedirect(std::string_view uri, const FormFields& fields) {
    const auto fault = oauth::redirectUriFault(uri);
    if (authorization_server::loopbackOrigin(uri)) demand(!fault, "An address on this computer can be registered.");
    if (!oauth::pageUriFault(uri)) demand(!fault, "What people can be led to, codes can.");
    if (fault) return;
    demand(std::ranges::all_of(uri, [](unsigned char c) { return c > 0x20 && c < 0x7f; }) && uri.find('#') == uri.npos,
           "A redirect address is visible ASCII without fragment.");
    for (const std::string_view bad : {"javascript:", "data:", "file:", "vbscript:", "about:", "blob:"})
        demand(!uri.starts_with(bad), "No redirect address runs or opens something.");
    const auto address = withQuery(uri, fields);
    demand(address.starts_with(uri) && std::ranges::all_of(address, [](unsigned char c) { return c > 0x20 && c < 0x7f; }),
           "An answer's address begins as registered and hides no line.");
    const auto query = parseForm(std::string_view(address).substr(address.find('?') + 1));
    if (!query) return;  // the app's own query may be none that we could read
    demand(query->size() >= fields.size() && std::equal(fields.rbegin(), fields.rend(), query->rbegin()),
           "The app reads the fields that it was sent.");
}

void demandProof(std::string_view verifier, std::string_view challenge) {
    const auto own = base64UrlEncode(sha256(verifier));
    demand(authorization_server::isCodeChallenge(own), "A SHA-256 is a code challenge.");
    const bool proves = authorization_server::provesCodeChallenge(verifier, own);
    if (proves) {
        demand(verifier.size() >= 43 && verifier.size() <= 128 && percentEncode(verifier) == verifier, "A verifier has its form.");
        std::string other(verifier);
        other.back() = other.back() == 'a' ? 'b' : 'a';
        demand(!authorization_server::provesCodeChallenge(other, own), "Another verifier proves nothing.");
    }
    demand(!authorization_server::provesCodeChallenge(verifier, challenge) || challenge == own,
           "A verifier proves its own challenge alone.");
}

}  // namespace

void forms(std::string_view input) {
    const auto cookie = headerValue(takeLine(input)), authorization = headerValue(takeLine(input));
    const auto redirect = takeLine(input), verifier = takeLine(input);
    for (const auto text : std::array<std::string_view, 5>{cookie, authorization, redirect, verifier, input}) demandCodings(text);
    demandCookies(cookie);
    demandProof(verifier, redirect);
    const auto fields = parseForm(input);
    demandForm(input);
    if (!fields) return;
    demand(parseForm(encodeForm(*fields)) == fields, "A form reads what it writes.");
    const authorization_server::OAuthForm form(*fields);
    demandClient(authorization, form);
    demandWish(form);
    demandRedirect(redirect, *fields);
}

}  // namespace polyclinic::fuzz
