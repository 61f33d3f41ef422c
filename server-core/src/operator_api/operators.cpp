// Operator and OperatorClient: the people and the programs that run the server.

#include <algorithm>

#include "base/encoding.h"
#include "base/failure.h"
#include "operator_api/handlers.h"

namespace polyclinic::operator_api {
namespace {

Failure unfit(const char* code, const std::string& sentence, const std::string& member) {
    return Failure::withIssues(FailureKind::unprocessable, {{Issue::Severity::error, code, sentence, member}});
}

/// The members that a body may have, so that nothing that was asked for is passed over in silence.
void demandOnly(const nlohmann::json& body, std::initializer_list<std::string_view> members) {
    if (!body.is_object()) throw Failure(FailureKind::badRequest, "The body is a JSON object.");
    for (const auto& member : body.items())
        if (member.key() != "resourceType" && std::ranges::find(members, member.key()) == members.end())
            throw unfit("value", "cannot be set here", member.key().substr(0, 40));
}

std::string required(const nlohmann::json& body, const char* name) {
    if (!body.contains(name) || !body[name].is_string() || body[name].get<std::string>().empty())
        throw unfit("required", "is required", name);
    return body[name].get<std::string>();
}

bool isSelf(const Call& call, const std::string& id) { return call.caller.person && call.caller.id == id; }

/// Who runs the server is changed by people who have just proved who they are, and by who may use this computer's own
/// credential. A program's secret proves nobody, and what it added would outlive it.
void demandPerson(const OperatorServices& services, const Call& call) {
    demandPersonNow(services, call, "Programs do not change who runs this server.", "Sign in again to change who runs this server.");
}

nlohmann::ordered_json shown(const accounts::ListedOperator& person, const Call& call) {
    nlohmann::ordered_json json{{"resourceType", "Operator"}, {"id", person.id}, {"username", person.username}};
    json["disabled"] = person.disabled;
    json["created"] = toInstant(person.created);
    if (person.lastSignIn) json["lastSignIn"] = toInstant(*person.lastSignIn);
    if (isSelf(call, person.id)) json["self"] = true;  // who asks
    return json;
}

nlohmann::ordered_json shown(const accounts::ListedOperatorClient& program, const Call&) {
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
Task<accounts::ListedOperator> operatorOf(OperatorServices& services, const Call& call) {
    const auto all = co_await services.operators.list();
    co_return oneOf(all, call.parameter("operator"), "There is no such operator.");
}

void demandDone(accounts::RosterChange change) {
    if (change == accounts::RosterChange::unknown) throw Failure(FailureKind::notFound, "There is no such operator.");
    if (change == accounts::RosterChange::last)
        throw Failure(FailureKind::conflict, "This is the last operator who can sign in. Add another first.");
}

}  // namespace

Task<http::Response> addOperator(OperatorServices& services, const Call& call) {
    demandPerson(services, call);
    const auto body = call.body();
    demandOnly(body, {"username", "password"});
    const auto username = required(body, "username");
    const auto id = co_await services.operators.add(username, required(body, "password"));
    co_await noteInDirectory(services, call, "operator-create", username);
    co_return answer(201, {{"resourceType", "Operator"}, {"id", id}, {"username", username}});
}

Task<http::Response> listOperators(OperatorServices& services, const Call& call) {
    auto username = call.query("username");
    const auto all = co_await services.operators.list(std::move(username));
    co_return listAnswer(all, call);
}

Task<http::Response> putOperator(OperatorServices& services, const Call& call) {
    demandPerson(services, call);
    const auto body = call.body();
    demandOnly(body, {"disabled"});
    if (!body.contains("disabled") || !body["disabled"].is_boolean()) throw unfit("required", "is required: true or false", "disabled");
    const bool disabled = body["disabled"].get<bool>();
    auto person = co_await operatorOf(services, call);
    if (person.disabled != disabled) {
        demandDone(co_await accounts::operator_store::setDisabled(services.operators.session(), person.id, disabled));
        co_await noteInDirectory(services, call, disabled ? "operator-disable" : "operator-enable", person.username);
        person.disabled = disabled;
    }
    co_return answer(200, shown(person, call));
}

Task<http::Response> deleteOperator(OperatorServices& services, const Call& call) {
    demandPerson(services, call);
    const auto before = co_await operatorOf(services, call);
    demandDone(co_await accounts::operator_store::remove(services.operators.session(), before.id));
    co_await noteInDirectory(services, call, "operator-delete", before.username);
    co_return noContent();
}

Task<http::Response> changeOperatorPassword(OperatorServices& services, const Call& call) {
    const auto id = call.parameter("operator");
    if (!call.local && !isSelf(call, id)) throw Failure(FailureKind::forbidden, "Operators change their own password only.");
    demandPersonNow(services, call, "Programs do not change passwords.", "Sign in again to change your password.");
    const auto body = call.body();
    demandOnly(body, {"current", "password"});
    auto password = required(body, "password");
    // A console that was left open proves nobody. Who may use this computer's own credential helps who forgot theirs.
    std::optional<std::string> current;
    if (!call.local || body.contains("current")) current = required(body, "current");
    const auto person = co_await operatorOf(services, call);
    co_await services.operators.changePassword(person, std::move(current), std::move(password), call.caller.grantId);
    co_await noteInDirectory(services, call, "operator-password", person.username);
    co_return noContent();
}

Task<http::Response> addOperatorClient(OperatorServices& services, const Call& call) {
    demandPerson(services, call);
    const auto body = call.body();
    demandOnly(body, {"name"});
    const auto name = required(body, "name");
    const auto made = co_await services.operators.addClient(name);
    co_await noteInDirectory(services, call, "operator-client-create", name);
    auto response = answer(201, {{"client_id", made.clientId}, {"client_secret", made.clientSecret}});
    response.headers.add("Cache-Control", "no-store");
    co_return response;
}

Task<http::Response> listOperatorClients(OperatorServices& services, const Call& call) {
    const auto all = co_await accounts::operator_store::listClients(services.operators.session());
    co_return listAnswer(all, call);
}

Task<http::Response> deleteOperatorClient(OperatorServices& services, const Call& call) {
    demandPerson(services, call);
    const auto all = co_await accounts::operator_store::listClients(services.operators.session());
    const auto before = oneOf(all, call.parameter("client"), "There is no such program.");
    const bool removed = co_await services.operators.removeClient(before.id);
    if (!removed) throw Failure(FailureKind::notFound, "There is no such program.");
    co_await noteInDirectory(services, call, "operator-client-delete", before.name);
    co_return noContent();
}

}  // namespace polyclinic::operator_api
