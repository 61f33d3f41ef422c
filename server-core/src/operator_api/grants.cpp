// Grant: which person let in which app, and the clinic's way to stop it.

#include "oauth/grant_store.h"

#include "access/scope.h"
#include "base/encoding.h"
#include "base/failure.h"
#include "operator_api/handlers.h"

namespace polyclinic::operator_api {
namespace {

constexpr std::int32_t grantsPage = 200;

Failure unknownGrant() { return Failure(FailureKind::notFound, "There is no such grant."); }

nlohmann::ordered_json shown(const oauth::Grant& grant, Timestamp now) {
    const auto resources = access::ScopeSet::fromJson(grant.scopes).text();
    nlohmann::ordered_json json{{"resourceType", "Grant"},
                                {"id", grant.id},
                                {"realm", grant.realm},
                                {"account", grant.account},
                                {"username", grant.username},
                                {"fhirUser", grant.fhirUser},
                                {"client", grant.client},
                                {"clientName", grant.clientName},
                                {"patient", grant.patient},
                                {"scope", grant.nonResourceScopes.empty() || resources.empty() ? grant.nonResourceScopes + resources
                                                                                               : grant.nonResourceScopes + ' ' + resources},
                                {"created", toInstant(grant.created)},
                                {"ends", toInstant(grant.ends)}};
    if (grant.lastUsed) json["lastUsed"] = toInstant(*grant.lastUsed);
    json["status"] = grant.active(now) ? "active" : "ended";
    if (!grant.active(now)) {
        json["ended"] = toInstant(grant.ended.value_or(grant.ends));
        json["endedBy"] = grant.ended ? grant.endedBy : std::string("expired");
    }
    return json;
}

}  // namespace

Task<http::Response> listGrants(OperatorServices& services, const Call& call) {
    const auto tenant = co_await tenantOf(services, call);
    oauth::GrantFilter filter;
    filter.realm = call.query("realm");
    filter.account = call.query("account");
    filter.client = call.query("client");
    const auto status = call.query("status");
    if (!status.empty() && status != "active" && status != "ended")
        throw Failure(FailureKind::badRequest, "status must be active or ended.");
    if (!status.empty()) filter.active = status == "active";
    const auto now = services.clock.now();
    const tenancy::RealmSession session(*tenant, tenancy::everyRealm);
    const auto found = co_await oauth::grant_store::list(session, filter, call.query("_cursor"), grantsPage, now);
    std::vector<nlohmann::ordered_json> resources;
    std::vector<std::string> about;
    for (const auto& grant : found.grants) {
        resources.push_back(shown(grant, now));
        addPatient("Patient/" + grant.patient, about);
    }
    co_await noteLook(services, call, *tenant, "grant-search", {}, std::move(about), int(resources.size()));
    std::string next;
    if (found.next) {
        FormFields fields;
        for (const char* name : {"realm", "account", "client", "status"})
            if (auto value = call.query(name); !value.empty()) fields.emplace_back(name, std::move(value));
        fields.emplace_back("_cursor", *found.next);
        next = "Grant?" + encodeForm(fields);
    }
    const auto total = std::int64_t(resources.size());
    co_return answer(200, searchset(std::move(resources), total, next));
}

Task<http::Response> getGrant(OperatorServices& services, const Call& call) {
    const auto tenant = co_await tenantOf(services, call);
    const tenancy::RealmSession session(*tenant, tenancy::everyRealm);
    const auto grant = co_await oauth::grant_store::find(session, call.parameter("grant"));
    if (!grant) throw unknownGrant();
    std::vector<std::string> about;
    addPatient("Patient/" + grant->patient, about);
    co_await noteLook(services, call, *tenant, "grant-read", grant->id, std::move(about), 1);
    co_return answer(200, shown(*grant, services.clock.now()));
}

Task<http::Response> deleteGrant(OperatorServices& services, const Call& call) {
    const auto tenant = co_await tenantOf(services, call);
    const tenancy::RealmSession session(*tenant, tenancy::everyRealm);
    const auto grant = co_await oauth::grant_store::find(session, call.parameter("grant"));
    if (!grant) throw unknownGrant();
    // One that is over already is as good as ended.
    const tenancy::RealmSession itsRealm(*tenant, grant->realm);
    const bool ended = co_await oauth::grant_store::end(itsRealm, grant->id, "clinic", services.clock.now());
    if (ended) {
        audit::AuditEntry entry;
        entry.action = 'D';
        entry.interaction = "grant-end";
        entry.resourceId = grant->id;
        co_await services.audit.note(*tenant, call.actor(), std::move(entry));
    }
    co_return noContent();
}

}  // namespace polyclinic::operator_api
