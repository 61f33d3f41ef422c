// Operator and OperatorClient: the people and the programs that run the server.

#include <algorithm>

#include "base/encoding.h"
#include "base/failure.h"
#include "base/json_reader.h"
#include "operator_api/handlers.h"

namespace polyclinic::operator_api {
namespace {

/// A body of texts. What it may not hold is told, so that nothing that was asked for is passed over in silence.
class Asked : public JsonReader {
  public:
    Asked(const nlohmann::json& body, std::initializer_list<std::string_view> members)
        : JsonReader(body, {}, "The body is a JSON object.", {.placeInSentence = false}) {
        std::vector<std::string_view> known(members);
        known.emplace_back("resourceType");
        for (const auto& name : unknown(known)) fault(name, "cannot be set here");
    }

    /// Throws Failure(unprocessable) where it is no text.
    std::string demand(std::string_view member) {
        const auto* value = find(member);
        const auto* text = value ? value->get_ptr<const std::string*>() : nullptr;
        if (!text || text->empty()) fault(member, "is required", "required");
        finish();
        return *text;
    }
};

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
    Asked asked(body, {"username", "password"});
    const auto username = asked.demand("username");
    auto password = asked.demand("password");
    const auto id = co_await services.operators.add(username, std::move(password));
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
    Asked asked(body, {"disabled"});
    if (!asked.has("disabled")) asked.fault("disabled", "is required: true or false", "required");
    const bool disabled = asked.flag("disabled").value_or(false);
    asked.finish();
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
    Asked asked(body, {"current", "password"});
    auto password = asked.demand("password");
    // A console that was left open proves nobody. Who may use this computer's own credential helps who forgot theirs.
    std::optional<std::string> current;
    if (!call.local || body.contains("current")) current = asked.demand("current");
    const auto person = co_await operatorOf(services, call);
    co_await services.operators.changePassword(person, std::move(current), std::move(password), call.caller.grantId);
    co_await noteInDirectory(services, call, "operator-password", person.username);
    co_return noContent();
}

Task<http::Response> addOperatorClient(OperatorServices& services, const Call& call) {
    demandPerson(services, call);
    const auto body = call.body();
    Asked asked(body, {"name"});
    const auto name = asked.demand("name");
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
