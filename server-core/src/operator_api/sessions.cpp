// Session: who is signed in to a clinic's pages right now.

#include "base/failure.h"
#include "operator_api/handlers.h"

namespace polyclinic::operator_api {

Task<http::Response> listSessions(OperatorServices& services, const Call& call) {
    const auto tenant = co_await tenantOf(services, call);
    const auto sessions = co_await services.accountService.sessionsOf(patientsOf(*tenant), call.query("account"));
    std::vector<nlohmann::ordered_json> resources;
    for (const auto& one : sessions)
        resources.push_back({{"resourceType", "Session"},
                             {"id", one.id},
                             {"account", one.account},
                             {"username", one.username},
                             {"fhirUser", one.fhirUser},
                             {"device", one.device},
                             {"address", one.address},
                             {"started", toInstant(one.started)},
                             {"lastSeen", toInstant(one.lastSeen)},
                             {"expires", toInstant(one.expires)}});
    std::vector<std::string> about;
    for (const auto& one : sessions) addPatient(one.fhirUser, about);
    co_await noteLook(services, call, *tenant, "session-search", {}, std::move(about), int(resources.size()));
    const auto total = std::int64_t(resources.size());
    co_return answer(200, searchset(std::move(resources), total, ""));
}

Task<http::Response> deleteSession(OperatorServices& services, const Call& call) {
    const auto tenant = co_await tenantOf(services, call);
    const bool ended = co_await services.accountService.endAnySession(patientsOf(*tenant), call.parameter("session"), call.actor());
    if (!ended) throw Failure(FailureKind::notFound, "There is no such session.");
    co_return noContent();
}

}  // namespace polyclinic::operator_api
