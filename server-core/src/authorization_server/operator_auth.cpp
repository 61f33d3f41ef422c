#include "authorization_server/operator_auth.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "accounts/text.h"
#include "audit/operator_events.h"
#include "authorization_server/oauth_failure.h"
#include "base/json.h"
#include "base/random.h"
#include "pages/pages.h"

namespace polyclinic::authorization_server {
namespace {

constexpr std::chrono::hours grantLife{24 * 30};
constexpr std::chrono::seconds ticketLife{60};

/// The members of a small JSON body, all strings. A page of another site cannot send this content type unasked.
class JsonBody {
  public:
    JsonBody(const http::Request& request, const std::vector<std::string_view>& members) {
        if (request.method != http::Method::post) throw Failure(FailureKind::methodNotAllowed, "Only POST works here.");
        if (!hasMediaType(request, "application/json"))
            throw Failure(FailureKind::unsupportedMediaType, "The body must be application/json.");
        if (request.body.size() > 16 * 1024) throw Failure(FailureKind::payloadTooLarge, "The body is too long.");
        try {
            document_ = json::Document::parse(request.body, {.depth = 4});
        } catch (const json::SyntaxError&) {
            throw Failure(FailureKind::badRequest, "The body is not valid JSON.");
        }
        if (!document_.root().isObject()) throw Failure(FailureKind::badRequest, "The body is not a JSON object.");
        std::vector<Issue> issues;
        for (const auto& member : document_.root().members()) {
            const std::string name(member.name.substr(0, 40));
            if (std::find(members.begin(), members.end(), member.name) == members.end())
                issues.push_back({Issue::Severity::error, "structure", name + " is not a member here.", name});
            else if (!member.value.isString())
                issues.push_back({Issue::Severity::error, "value", name + " must be a string.", name});
        }
        if (!issues.empty()) throw Failure::withIssues(FailureKind::unprocessable, std::move(issues));
    }

    std::string get(std::string_view name) const { return std::string(document_.root().stringAt(name)); }

  private:
    json::Document document_;
};

}  // namespace

OperatorAuth::OperatorAuth(accounts::Operators& operators, OperatorAuthSettings settings, const Clock& clock)
    : operators_(operators),
      settings_(std::move(settings)),
      clock_(clock),
      formKey_(randomBytes(32)),
      throttle_(clock, programLimits),
      tokenCache_(clock) {}

accounts::OperatorGrant OperatorAuth::newGrant(std::optional<std::string> operatorId, std::string client) const {
    const Timestamp now = clock_.now();
    return {randomUuid(), std::move(operatorId), std::move(client), now, now + grantLife};
}

accounts::OperatorGrant OperatorAuth::newGrant(const accounts::OperatorAccount& person) const {
    auto grant = newGrant(person.id, std::string(accounts::consoleClient));
    grant.provenPassword = person.password;
    return grant;
}

Task<void> OperatorAuth::note(const http::Request& request, std::string who, std::string_view action) {
    audit::OperatorEvent event;
    event.at = clock_.now();
    event.request = request.id;
    event.who = std::move(who);
    event.action = action;
    event.address = request.peer;
    return audit::operator_events::note(operators_.session(), std::move(event));
}

Task<std::optional<accounts::OperatorAccount>> OperatorAuth::checkPassword(std::string username, std::string password,
                                                                           const http::Request& request) {
    // Refused before anything is counted or hashed.
    if (username.size() > 1024 || password.size() > 1024) throw Failure(FailureKind::badRequest, "User name or password is too long.");
    const std::string name = accounts::usernameKey(username).value_or(username);
    auto& tries = operators_.tries();
    const auto tried = tries.ofPassword(name, request.peer, request.peerOwner);
    co_await tries.begin(tried);
    std::optional<accounts::OperatorAccount> found;
    try {
        found = co_await operators_.verify(std::move(username), std::move(password));
    } catch (...) {
        tries.withdrawn(tried);
        throw;
    }
    if (found)
        co_await tries.proved(tried);
    else
        co_await tries.failed(tried);
    // What was typed stays out where nobody is called so: it may be a password.
    auto known = found;
    if (!known) known = co_await accounts::operator_store::find(operators_.session(), name);
    std::string who = known ? known->username : std::string("unknown");
    co_await note(request, std::move(who), found ? "sign-in" : "sign-in-refused");
    co_return found;
}

Task<http::Response> OperatorAuth::setup(const http::Request& request) {
    std::vector<std::string_view> members{"secret", "username", "password"};
    if (settings_.createClinic) members.push_back("clinic");
    const JsonBody body(request, members);
    const std::string clinic = body.get("clinic");
    const std::string ticket = co_await operators_.setUp(body.get("secret"), body.get("username"), body.get("password"), clinic);
    std::string who = body.get("username");
    co_await note(request, std::move(who), "setup");
    nlohmann::ordered_json answer{{"login_ticket", ticket}, {"expires_in", ticketLife.count()}};
    if (!clinic.empty()) {
        // The operator is there by now and can make the clinic in the console, so its failure is only told.
        try {
            co_await settings_.createClinic(clinic);
        } catch (const Failure& failure) {
            answer["clinic_error"] = failure.publicMessage();
        }
    }
    co_return tokenAnswer(answer.dump());
}

Task<http::Response> OperatorAuth::signIn(const http::Request& request) {
    const std::vector<std::string_view> members{"username", "password"};
    const JsonBody body(request, members);
    const auto account = co_await checkPassword(body.get("username"), body.get("password"), request);
    if (!account) throw Failure(FailureKind::unauthenticated, "The user name or password is not right.");
    const std::string ticket = randomToken();
    const auto grant = newGrant(*account);
    std::vector<accounts::OperatorToken> tokens;
    tokens.push_back({accounts::OperatorTokenKind::ticket, sha256(ticket), grant.id, grant.created + ticketLife, {}, {}});
    co_await accounts::operator_store::addGrant(operators_.session(), grant, tokens);
    const nlohmann::ordered_json answer{{"login_ticket", ticket}, {"expires_in", ticketLife.count()}};
    co_return tokenAnswer(answer.dump());
}

http::Response OperatorAuth::discovery() const {
    const auto& issuer = settings_.issuer;
    const nlohmann::ordered_json document{
        {"issuer", issuer},
        {"authorization_endpoint", issuer + "/authorize"},
        {"token_endpoint", issuer + "/token"},
        {"revocation_endpoint", issuer + "/revoke"},
        {"scopes_supported", {"operator"}},
        {"response_types_supported", {"code"}},
        {"response_modes_supported", {"query"}},
        {"grant_types_supported", {"authorization_code", "refresh_token", "client_credentials"}},
        {"token_endpoint_auth_methods_supported", {"none", "client_secret_basic", "client_secret_post"}},
        {"revocation_endpoint_auth_methods_supported", {"none", "client_secret_basic", "client_secret_post"}},
        {"code_challenge_methods_supported", {"S256"}},
        {"authorization_response_iss_parameter_supported", true}};
    auto response = http::Response::make(200, "application/json", document.dump());
    response.headers.set("X-Content-Type-Options", "nosniff");
    return response;
}

std::optional<http::Response> OperatorAuth::asset(std::string_view name) { return pages::asset(name); }

Task<std::optional<accounts::Operator>> OperatorAuth::authenticate(std::string_view bearer) {
    constexpr std::size_t length = 4 + 43;
    if (bearer.size() != length || !bearer.starts_with("pot_")) co_return std::nullopt;
    const std::string hash = sha256(bearer);
    const std::string key = tokenCache_.key(0, "operator", hash);
    if (const auto cachedToken = tokenCache_.find(key)) co_return *cachedToken;
    const auto epoch = access::tokenCacheEpoch();
    const auto found = co_await accounts::operator_store::findBearer(operators_.session(), hash, clock_.now());
    if (!found) co_return std::nullopt;
    auto cachedToken = std::make_shared<accounts::Operator>();
    cachedToken->id = found->operatorId.value_or(found->client);
    cachedToken->name = found->name;
    cachedToken->clientId = found->client;
    cachedToken->grantId = found->grantId;
    cachedToken->person = found->operatorId.has_value();
    cachedToken->expires = found->expires;
    cachedToken->signedIn = found->signedIn;
    tokenCache_.put(key, cachedToken, epoch);
    co_return *cachedToken;
}

}  // namespace polyclinic::authorization_server
