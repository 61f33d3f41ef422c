// Operator and OperatorClient: made by the command line of this machine, and by operators.

#include "admin/nouns.h"
#include "base/failure.h"

namespace polyclinic::admin {
namespace {

std::string required(const nlohmann::json& body, const char* name) {
    if (!body.is_object() || !body.contains(name) || !body[name].is_string() || body[name].get<std::string>().empty())
        throw Failure::withIssues(FailureKind::unprocessable,
                                  {{Issue::Severity::error, "required", "is required", name}});
    return body[name].get<std::string>();
}

}  // namespace

Task<http::Response> addOperator(Office& office, const Call& call) {
    const auto body = call.body();
    const auto username = required(body, "username");
    co_await office.operators.add(username, required(body, "password"));
    co_await noteInDirectory(office, call, "operator-create", username);
    co_return answer(201, {{"resourceType", "Operator"}, {"username", username}});
}

Task<http::Response> addOperatorClient(Office& office, const Call& call) {
    const auto body = call.body();
    const auto name = required(body, "name");
    const auto made = co_await office.operators.addClient(name);
    co_await noteInDirectory(office, call, "operator-client-create", name);
    auto response = answer(201, {{"client_id", made.clientId}, {"client_secret", made.clientSecret}});
    response.headers.add("Cache-Control", "no-store");
    co_return response;
}

}  // namespace polyclinic::admin
