// Client: apps and systems that a clinic lets in. A secret is shown once, in the answer that made it.

#include "base/failure.h"
#include "oauth/client_store.h"
#include "operator_api/handlers.h"

namespace polyclinic::operator_api {
namespace {

constexpr std::int32_t page = 200;
constexpr int mostClientRounds = 20;  // of a change that others overtake

Failure unknownClient() { return Failure(FailureKind::notFound, "There is no such client."); }

Task<void> note(OperatorServices& services, const Call& call, const tenancy::TenantContext& tenant, char action, std::string interaction,
                std::string id) {
    audit::AuditEntry entry;
    entry.action = action;
    entry.interaction = std::move(interaction);
    entry.resourceId = std::move(id);
    co_await services.audit.note(tenant, call.actor(), std::move(entry));
}

/// What an app is was decided at its registration: grants and secrets hang on it.
void demandSame(const oauth::Client& before, const oauth::Client& wanted) {
    std::vector<Issue> issues;
    if (before.kind != wanted.kind)
        issues.push_back({Issue::Severity::error, "value", "Client.kind cannot change. Register the app anew.", "Client.kind"});
    if (before.type != wanted.type)
        issues.push_back({Issue::Severity::error, "value", "Client.type cannot change. Register the app anew.", "Client.type"});
    if (!issues.empty()) throw Failure::withIssues(FailureKind::unprocessable, std::move(issues));
}

http::Response clientAnswer(int status, const oauth::Client& client, const std::string& secret = {}) {
    auto json = toJson(client);
    if (!secret.empty()) json["clientSecret"] = secret;
    auto response = answer(status, json);
    response.headers.add("ETag", "W/\"" + std::to_string(client.version) + '"');
    if (!secret.empty()) response.headers.add("Cache-Control", "no-store");
    return response;
}

}  // namespace

Task<http::Response> createClient(OperatorServices& services, const Call& call) {
    const auto tenant = co_await tenantOf(services, call);
    const tenancy::RealmSession session(*tenant, tenancy::everyRealm);
    const auto made =
        co_await oauth::client_store::create(session, oauth::clientFromJson(call.body(), "", services.scopeCheck), services.clock.now());
    co_await note(services, call, *tenant, 'C', "client-create", made.client.id);
    co_return clientAnswer(201, made.client, made.secret);
}

Task<http::Response> listClients(OperatorServices& services, const Call& call) {
    const auto tenant = co_await tenantOf(services, call);
    const tenancy::RealmSession session(*tenant, tenancy::everyRealm);
    const auto found = co_await oauth::client_store::list(session, call.query("_cursor"), page);
    std::vector<nlohmann::ordered_json> resources;
    for (const auto& client : found.clients) resources.push_back(toJson(client));
    const auto total = std::int64_t(resources.size());
    co_return answer(200, searchset(std::move(resources), total, found.next ? "Client?_cursor=" + *found.next : ""));
}

Task<http::Response> getClient(OperatorServices& services, const Call& call) {
    const auto tenant = co_await tenantOf(services, call);
    const tenancy::RealmSession session(*tenant, tenancy::everyRealm);
    const auto client = co_await oauth::client_store::find(session, call.parameter("client"));
    if (!client) throw unknownClient();
    co_return clientAnswer(200, *client);
}

Task<http::Response> putClient(OperatorServices& services, const Call& call) {
    const auto tenant = co_await tenantOf(services, call);
    const tenancy::RealmSession session(*tenant, tenancy::everyRealm);
    const auto id = call.parameter("client");
    const auto body = call.body();
    const auto wanted = oauth::clientFromJson(body, id, services.scopeCheck);
    const auto expected = call.ifMatch();
    // Without If-Match the wish holds for the client as it is, however often somebody else is quicker.
    for (int round = 1;; ++round) {
        const auto before = co_await oauth::client_store::find(session, id);
        if (!before) throw unknownClient();
        demandSame(*before, wanted);
        auto next = wanted;
        if (!body.contains("disabled")) next.disabled = before->disabled;  // nothing said of it: a new name turns nobody on
        const std::optional<std::int64_t> version(expected.value_or(before->version));
        std::optional<oauth::Client> client;
        std::optional<Failure> overtaken;
        try {
            client = co_await oauth::client_store::update(session, std::move(next), version, services.clock.now());
        } catch (const Failure& failure) {
            if (expected || failure.kind() != FailureKind::preconditionFailed || round == mostClientRounds) throw;
            overtaken = failure;
        }
        if (overtaken) continue;
        if (!client) throw unknownClient();
        co_await note(services, call, *tenant, 'U', client->disabled ? "client-disable" : "client-update", id);
        co_return clientAnswer(200, *client);
    }
}

Task<http::Response> deleteClient(OperatorServices& services, const Call& call) {
    const auto tenant = co_await tenantOf(services, call);
    const tenancy::RealmSession session(*tenant, tenancy::everyRealm);
    const auto id = call.parameter("client");
    const bool removed = co_await oauth::client_store::remove(session, id);
    if (!removed) throw unknownClient();
    co_await note(services, call, *tenant, 'D', "client-delete", id);
    co_return noContent();
}

Task<http::Response> rotateSecret(OperatorServices& services, const Call& call) {
    const auto tenant = co_await tenantOf(services, call);
    const tenancy::RealmSession session(*tenant, tenancy::everyRealm);
    const auto id = call.parameter("client");
    const auto before = co_await oauth::client_store::find(session, id);
    if (before && before->type != oauth::ClientType::confidentialSymmetric)
        throw Failure(FailureKind::conflict, "A public app has no secret.");
    const auto made = co_await oauth::client_store::rotateSecret(session, id, call.ifMatch(), services.clock.now());
    if (!made) throw unknownClient();
    co_await note(services, call, *tenant, 'U', "client-rotate-secret", id);
    co_return clientAnswer(200, made->client, made->secret);
}

}  // namespace polyclinic::operator_api
