// The operators' listener: OPERATORS. Loopback unless it is switched on for more.

#include "api/open_endpoints.h"
#include "api/operator_endpoints.h"
#include "api/route.h"
#include "interactions/interactions.h"
#include "operator_api/handlers.h"

namespace polyclinic::api {
namespace {}  // namespace

RouteRows routesOfOperators() {
    using http::Method;
    using namespace operator_api;
    const auto operatorRoute = [](Operates handler, std::size_t limit = body::none) { return Route{handler, FaultWriter::outcome, limit}; };
    const auto reads = [](Reads handler, std::size_t limit = body::none) {
        return Route{OperatorReads{handler}, FaultWriter::outcome, limit};
    };
    const std::string auth = "/admin/auth", api = "/admin/api", tenant = api + "/Tenant/:tenant";
    return RouteRows{
        {Method::get, "/health/live", {Open(live)}},
        {Method::get, "/health/ready", {Open(ready)}},
        {Method::get, "/metrics", {Open(metrics)}},
        {Method::get, "/assets/:name", {Open(operatorAsset), FaultWriter::page}},

        {Method::get, auth + "/.well-known/openid-configuration", {Open(operatorDiscovery), FaultWriter::oauth}},
        {Method::get, auth + "/authorize", {Open(operatorAuthorize), FaultWriter::page}},
        {Method::post, auth + "/authorize", {Open(operatorAuthorize), FaultWriter::page, body::form}},
        {Method::post, auth + "/token", {Open(operatorToken), FaultWriter::oauth, body::form}},
        {Method::post, auth + "/revoke", {Open(operatorRevoke), FaultWriter::oauth, body::form}},
        {Method::post, auth + "/setup", {Open(operatorSetup), FaultWriter::outcome, body::form}},
        {Method::post, auth + "/sign-in", {Open(operatorSignIn), FaultWriter::outcome, body::form}},
        {Method::get, auth + "/assets/:name", {Open(operatorAsset), FaultWriter::page}},

        {Method::get, api + "/Server", operatorRoute(getServer)},
        {Method::get, api + "/Network", operatorRoute(getNetwork)},
        {Method::put, api + "/Network", operatorRoute(putNetwork, body::form)},
        {Method::post, api + "/Operator", operatorRoute(addOperator, body::form)},
        {Method::get, api + "/Operator", operatorRoute(listOperators)},
        {Method::put, api + "/Operator/:operator", operatorRoute(putOperator, body::form)},
        {Method::del, api + "/Operator/:operator", operatorRoute(deleteOperator)},
        {Method::post, api + "/Operator/:operator/$change-password", operatorRoute(changeOperatorPassword, body::form)},
        {Method::post, api + "/OperatorClient", operatorRoute(addOperatorClient, body::form)},
        {Method::get, api + "/OperatorClient", operatorRoute(listOperatorClients)},
        {Method::del, api + "/OperatorClient/:client", operatorRoute(deleteOperatorClient)},
        {Method::get, api + "/AuditEvent", operatorRoute(listOperatorEvents)},
        {Method::post, api + "/AuditEvent/$verify", operatorRoute(verifyOperatorEvents)},
        {Method::get, api + "/Tenant", operatorRoute(listTenants)},
        {Method::put, tenant, operatorRoute(putTenant, body::settings)},
        {Method::get, tenant, operatorRoute(getTenant)},
        {Method::del, tenant, operatorRoute(deleteTenant)},
        {Method::post, tenant + "/$restore", operatorRoute(restoreTenant)},
        {Method::get, tenant + "/$counts", operatorRoute(countTenant)},
        {Method::post, tenant + "/$rotate-signing-key", operatorRoute(rotateSigningKey)},
        {Method::post, tenant + "/$consent-preview", operatorRoute(previewConsent, body::settings)},
        {Method::post, tenant + "/Client", operatorRoute(createClient, body::settings)},
        {Method::get, tenant + "/Client", operatorRoute(listClients)},
        {Method::get, tenant + "/Client/:client", operatorRoute(getClient)},
        {Method::put, tenant + "/Client/:client", operatorRoute(putClient, body::settings)},
        {Method::del, tenant + "/Client/:client", operatorRoute(deleteClient)},
        {Method::post, tenant + "/Client/:client/$rotate-secret", operatorRoute(rotateSecret)},
        {Method::post, tenant + "/Account", operatorRoute(createAccount, body::form)},
        {Method::get, tenant + "/Account", operatorRoute(listAccounts)},
        {Method::get, tenant + "/Account/:account", operatorRoute(getAccount)},
        {Method::put, tenant + "/Account/:account", operatorRoute(putAccount, body::form)},
        {Method::del, tenant + "/Account/:account", operatorRoute(deleteAccount)},
        {Method::post, tenant + "/Account/:account/$invite", operatorRoute(inviteAccount)},
        {Method::post, tenant + "/Account/:account/$reset-code", operatorRoute(resetAccountCode, body::form)},
        {Method::post, tenant + "/Account/:account/$unlock", operatorRoute(unlockAccount)},
        {Method::get, tenant + "/Grant", operatorRoute(listGrants)},
        {Method::get, tenant + "/Grant/:grant", operatorRoute(getGrant)},
        {Method::del, tenant + "/Grant/:grant", operatorRoute(deleteGrant)},
        {Method::get, tenant + "/Session", operatorRoute(listSessions)},
        {Method::del, tenant + "/Session/:session", operatorRoute(deleteSession)},
        {Method::post, tenant + "/$import", operatorRoute(startImport, body::large)},
        {Method::get, tenant + "/AuditEvent", operatorRoute(listAuditEvents)},
        {Method::post, tenant + "/AuditEvent/$verify", operatorRoute(verifyAuditEvents)},
        {Method::get, tenant + "/fhir/:type", reads(interactions::search)},
        {Method::post, tenant + "/fhir/:type/_search", reads(interactions::search, body::form)},
        {Method::get, tenant + "/fhir/:type/:id", reads(interactions::read)},
        {Method::get, tenant + "/fhir/:type/:id/_history", reads(interactions::history)},
        {Method::get, tenant + "/fhir/:type/:id/_history/:version", reads(interactions::vread)},
        {Method::get, api + "/Job", operatorRoute(listJobs)},
        {Method::get, api + "/Job/:job", operatorRoute(getJob)},
        {Method::del, api + "/Job/:job", operatorRoute(cancelJob)},
    };
}

}  // namespace polyclinic::api
