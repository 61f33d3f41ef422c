#include "api/guards.h"

#include "authorization_server/client_authentication.h"
#include "base/encoding.h"
#include "base/failure.h"
#include "fhir/definitions/definitions.h"

namespace polyclinic::api {
namespace {

Failure invalidToken() { return Failure(FailureKind::unauthenticated, "The access token is not valid here."); }

using Grant = authorization_server::ActiveToken;

Caller systemCaller(const Grant& grant, const http::Request& request) {
    Caller caller;
    caller.scope = grant.scopes.access(access::Level::system);
    caller.actor = {"system", grant.clientId, request.id, request.peer};
    caller.actor.client = grant.clientId;
    return caller;
}

Caller patientCaller(const Grant& grant, const http::Request& request, const tenancy::TenantContext& tenant) {
    if (grant.patient.empty()) throw Failure(FailureKind::forbidden, "The access token names no patient.");
    Caller caller;
    caller.scope = grant.scopes.access(access::Level::patient);
    caller.scope.compartment = access::Compartment{grant.patient, tenant.record().tenant.appsMayChange};
    if (grant.fhirUser == "Patient/" + grant.patient)
        caller.scope.grants.push_back({fhir::typeCode("Patient"), std::uint8_t(access::Verb::read)});
    caller.actor = {"patient-app", grant.clientId + " for Patient/" + grant.patient, request.id, request.peer};
    caller.actor.client = grant.clientId;
    caller.actor.account = grant.subject;
    caller.actor.patient = grant.patient;
    caller.actor.behalf = grant.fhirUser;
    return caller;
}

}  // namespace

std::string bearerOf(const http::Request& request) {
    if (request.query.find("access_token") != std::string::npos) {
        const auto fields = parseForm(request.query);
        for (const auto& [name, value] : fields.value_or(FormFields()))
            if (name == "access_token")
                throw Failure(FailureKind::unauthenticated, "Send the access token in the Authorization header, not in the address.");
    }
    if (request.header("Authorization").empty())
        throw Failure(FailureKind::unauthenticated, "An access token is required.").withCode("login");
    const auto token = authorization_server::bearerToken(request);
    if (token.empty()) throw invalidToken();
    return std::string(token);
}

Task<Caller> guardClient(Services& services, const http::Request& request, const tenancy::TenantContext& tenant,
                         const authorization_server::Realm& realm) {
    const auto bearer = bearerOf(request);
    const auto grant = co_await services.authorization.authenticate(tenant, realm, bearer);
    if (!grant) throw invalidToken();
    switch (realm.level) {
        case access::Level::patient:
            co_return patientCaller(*grant, request, tenant);
        case access::Level::system:
            if (grant->audience == realm.audience) co_return systemCaller(*grant, request);
            break;
        case access::Level::user:
            break;
    }
    throw invalidToken();
}

Task<OperatorCaller> guardOperator(Services& services, const http::Request& request) {
    const auto bearer = bearerOf(request);
    if (!services.localToken.empty() && equalInConstantTime(sha256(bearer), sha256(services.localToken))) {
        OperatorCaller caller;
        caller.who.id = caller.who.name = caller.who.clientId = "command-line";
        caller.who.person = false;
        caller.local = true;
        co_return caller;
    }
    auto found = co_await services.operatorAuth->authenticate(bearer);
    if (!found) throw invalidToken();
    co_return OperatorCaller{std::move(*found), false};
}

Task<tenancy::TenantContextPtr> servedTenant(Services& services, std::string id) {
    const auto lookup = co_await services.directory.find(id);
    if (lookup.kind == tenancy::Lookup::Kind::here) co_return lookup.context;
    if (lookup.kind == tenancy::Lookup::Kind::provisioning)
        throw Failure(FailureKind::unavailable, "This clinic is being set up. Try again in a moment.").withRetryAfter(2);
    throw Failure(FailureKind::notFound, "There is nothing at this address.");
}

}  // namespace polyclinic::api
