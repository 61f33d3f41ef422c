// Operator and OperatorClient: the people and the programs that run the server.

#include <algorithm>

#include "admin/nouns.h"
#include "base/encoding.h"
#include "base/failure.h"

namespace polyclinic::admin {
namespace {

constexpr const char* signInAgain = "Sign in again to change who runs this server.";

Failure unfit(const char* code, const char* sentence, const char* member) {
    return Failure::withIssues(FailureKind::unprocessable, {{Issue::Severity::error, code, sentence, member}});
}

std::string required(const nlohmann::json& body, const char* name) {
    if (!body.is_object() || !body.contains(name) || !body[name].is_string() || body[name].get<std::string>().empty())
        throw unfit("required", "is required", name);
    return body[name].get<std::string>();
}

bool isSelf(const Call& call, const std::string& id) { return call.caller.person && call.caller.id == id; }

nlohmann::ordered_json shown(const store::ListedOperator& person, const Call& call) {
    nlohmann::ordered_json json{{"resourceType", "Operator"}, {"id", person.id}, {"username", person.username}};
    json["disabled"] = person.disabled;
    json["created"] = toInstant(person.created);
    if (person.lastSignIn) json["lastSignIn"] = toInstant(*person.lastSignIn);
    json["signIns"] = person.signIns;
    if (isSelf(call, person.id)) json["self"] = true;  // who asks
    return json;
}

nlohmann::ordered_json shown(const store::ListedOperatorClient& program, const Call&) {
    nlohmann::ordered_json json{{"resourceType", "OperatorClient"}, {"id", program.id}, {"name", program.name}};
    json["created"] = toInstant(program.created);
    if (program.lastToken) json["lastToken"] = toInstant(*program.lastToken);
    return json;
}

template <class Listed>
http::Response listAnswer(const std::vector<Listed>& all, const Call& call) {
    std::vector<nlohmann::ordered_json> resources;
    for (const auto& each : all) resources.push_back(shown(each, call));
    const auto total = std::int64_t(resources.size());
    return answer(200, searchset(std::move(resources), total, ""));
}

template <class Listed>
Listed oneOf(const std::vector<Listed>& all, const std::string& id, const char* unknown) {
    const auto found = std::ranges::find(all, id, &Listed::id);
    if (found == all.end()) throw Failure(FailureKind::notFound, unknown);
    return *found;
}

/// The operator of the path. Throws Failure(notFound).
Task<store::ListedOperator> operatorOf(Office& office, const Call& call) {
    const auto all = co_await store::operators::list(office.operators.session(), office.clock.now());
    co_return oneOf(all, call.parameter("operator"), "There is no such operator.");
}

void demandDone(store::RosterChange change) {
    if (change == store::RosterChange::unknown) throw Failure(FailureKind::notFound, "There is no such operator.");
    if (change == store::RosterChange::last)
        throw Failure(FailureKind::conflict, "This is the last operator who can sign in. Add another first.");
}

}  // namespace

Task<http::Response> addOperator(Office& office, const Call& call) {
    demandFreshSignIn(office, call, signInAgain);
    const auto body = call.body();
    const auto username = required(body, "username");
    const auto id = co_await office.operators.add(username, required(body, "password"));
    co_await noteInDirectory(office, call, "operator-create", username);
    co_return answer(201, {{"resourceType", "Operator"}, {"id", id}, {"username", username}});
}

Task<http::Response> listOperators(Office& office, const Call& call) {
    const auto all = co_await store::operators::list(office.operators.session(), office.clock.now());
    co_return listAnswer(all, call);
}

Task<http::Response> putOperator(Office& office, const Call& call) {
    demandFreshSignIn(office, call, signInAgain);
    const auto body = call.body();
    if (!body.is_object() || !body.contains("disabled") || !body["disabled"].is_boolean())
        throw unfit("required", "is required: true or false", "disabled");
    const bool disabled = body["disabled"].get<bool>();
    const auto before = co_await operatorOf(office, call);
    demandDone(co_await store::operators::setDisabled(office.operators.session(), before.id, disabled));
    co_await noteInDirectory(office, call, disabled ? "operator-disable" : "operator-enable", before.username);
    const auto after = co_await operatorOf(office, call);
    co_return answer(200, shown(after, call));
}

Task<http::Response> deleteOperator(Office& office, const Call& call) {
    demandFreshSignIn(office, call, signInAgain);
    const auto before = co_await operatorOf(office, call);
    demandDone(co_await store::operators::remove(office.operators.session(), before.id));
    co_await noteInDirectory(office, call, "operator-delete", before.username);
    co_return noContent();
}

Task<http::Response> changeOperatorPassword(Office& office, const Call& call) {
    const auto id = call.parameter("operator");
    if (!call.local && !isSelf(call, id))
        throw Failure(FailureKind::forbidden, "Operators change their own password only.");
    demandFreshSignIn(office, call, "Sign in again to change your password.");
    auto password = required(call.body(), "password");
    const auto person = co_await operatorOf(office, call);
    co_await office.operators.changePassword(person, std::move(password));
    co_await noteInDirectory(office, call, "operator-password", person.username);
    co_return noContent();
}

Task<http::Response> addOperatorClient(Office& office, const Call& call) {
    demandFreshSignIn(office, call, signInAgain);
    const auto body = call.body();
    const auto name = required(body, "name");
    const auto made = co_await office.operators.addClient(name);
    co_await noteInDirectory(office, call, "operator-client-create", name);
    auto response = answer(201, {{"client_id", made.clientId}, {"client_secret", made.clientSecret}});
    response.headers.add("Cache-Control", "no-store");
    co_return response;
}

Task<http::Response> listOperatorClients(Office& office, const Call& call) {
    const auto all = co_await store::operators::listClients(office.operators.session());
    co_return listAnswer(all, call);
}

Task<http::Response> deleteOperatorClient(Office& office, const Call& call) {
    demandFreshSignIn(office, call, signInAgain);
    const auto all = co_await store::operators::listClients(office.operators.session());
    const auto before = oneOf(all, call.parameter("client"), "There is no such program.");
    const bool removed = co_await office.operators.removeClient(before.id);
    if (!removed) throw Failure(FailureKind::notFound, "There is no such program.");
    co_await noteInDirectory(office, call, "operator-client-delete", before.name);
    co_return noContent();
}

}  // namespace polyclinic::admin
