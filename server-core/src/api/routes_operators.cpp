// The operators' listener: OPERATORS. Loopback unless it is switched on for more.

#include "admin/nouns.h"
#include "api/open_pages.h"
#include "api/operator_pages.h"
#include "api/route.h"
#include "interactions/interactions.h"

namespace polyclinic::api {
namespace {

constexpr std::size_t none = 0, form = 64 << 10, json = 1 << 20, bundle = 50 << 20;

}  // namespace

RouteRows routesOfOperators() {
    using http::Method;
    using namespace admin;
    const auto office = [](Operates handler, std::size_t limit = none) { return Route{handler, FaultWriter::outcome, limit}; };
    const auto theme = [](Reads handler, std::size_t limit = none) { return Route{OperatorReads{handler}, FaultWriter::outcome, limit}; };
    const std::string auth = "/admin/auth", api = "/admin/api", tenant = api + "/Tenant/:tenant";
    return RouteRows{
        {Method::get, "/health/live", {Open(live)}},
        {Method::get, "/health/ready", {Open(ready)}},
        {Method::get, "/metrics", {Open(metrics)}},
        {Method::get, "/assets/:name", {Open(operatorAsset), FaultWriter::page}},

        {Method::get, auth + "/.well-known/openid-configuration", {Open(operatorDiscovery), FaultWriter::oauth}},
        {Method::get, auth + "/authorize", {Open(operatorAuthorize), FaultWriter::page}},
        {Method::post, auth + "/authorize", {Open(operatorAuthorize), FaultWriter::page, form}},
        {Method::post, auth + "/token", {Open(operatorToken), FaultWriter::oauth, form}},
        {Method::post, auth + "/revoke", {Open(operatorRevoke), FaultWriter::oauth, form}},
        {Method::post, auth + "/setup", {Open(operatorSetup), FaultWriter::outcome, form}},
        {Method::post, auth + "/sign-in", {Open(operatorSignIn), FaultWriter::outcome, form}},
        {Method::get, auth + "/assets/:name", {Open(operatorAsset), FaultWriter::page}},

        {Method::get, api + "/Server", office(getServer)},
        {Method::get, api + "/Network", office(getNetwork)},
        {Method::put, api + "/Network", office(putNetwork, form)},
        {Method::post, api + "/Operator", office(addOperator, form)},
        {Method::get, api + "/Operator", office(listOperators)},
        {Method::put, api + "/Operator/:operator", office(putOperator, form)},
        {Method::del, api + "/Operator/:operator", office(deleteOperator)},
        {Method::post, api + "/Operator/:operator/$change-password", office(changeOperatorPassword, form)},
        {Method::post, api + "/OperatorClient", office(addOperatorClient, form)},
        {Method::get, api + "/OperatorClient", office(listOperatorClients)},
        {Method::del, api + "/OperatorClient/:client", office(deleteOperatorClient)},
        {Method::get, api + "/AuditEvent", office(listOperatorEvents)},
        {Method::post, api + "/AuditEvent/$verify", office(verifyOperatorEvents)},
        {Method::get, api + "/Tenant", office(listTenants)},
        {Method::put, tenant, office(putTenant, json)},
        {Method::get, tenant, office(getTenant)},
        {Method::del, tenant, office(deleteTenant)},
        {Method::post, tenant + "/$restore", office(restoreTenant)},
        {Method::get, tenant + "/$counts", office(countTenant)},
        {Method::post, tenant + "/$rotate-signing-key", office(rotateSigningKey)},
        {Method::post, tenant + "/$consent-preview", office(previewConsent, json)},
        {Method::post, tenant + "/Client", office(createClient, json)},
        {Method::get, tenant + "/Client", office(listClients)},
        {Method::get, tenant + "/Client/:client", office(getClient)},
        {Method::put, tenant + "/Client/:client", office(putClient, json)},
        {Method::del, tenant + "/Client/:client", office(deleteClient)},
        {Method::post, tenant + "/Client/:client/$rotate-secret", office(rotateSecret)},
        {Method::post, tenant + "/Account", office(createAccount, form)},
        {Method::get, tenant + "/Account", office(listAccounts)},
        {Method::get, tenant + "/Account/:account", office(getAccount)},
        {Method::put, tenant + "/Account/:account", office(putAccount, form)},
        {Method::del, tenant + "/Account/:account", office(deleteAccount)},
        {Method::post, tenant + "/Account/:account/$invite", office(inviteAccount)},
        {Method::post, tenant + "/Account/:account/$reset-code", office(resetAccountCode, form)},
        {Method::post, tenant + "/Account/:account/$unlock", office(unlockAccount)},
        {Method::get, tenant + "/Grant", office(listGrants)},
        {Method::get, tenant + "/Grant/:grant", office(getGrant)},
        {Method::del, tenant + "/Grant/:grant", office(deleteGrant)},
        {Method::get, tenant + "/Session", office(listSessions)},
        {Method::del, tenant + "/Session/:session", office(deleteSession)},
        {Method::post, tenant + "/$import", office(startImport, bundle)},
        {Method::get, tenant + "/AuditEvent", office(listAuditEvents)},
        {Method::post, tenant + "/AuditEvent/$verify", office(verifyAuditEvents)},
        {Method::get, tenant + "/fhir/:type", theme(interactions::search)},
        {Method::post, tenant + "/fhir/:type/_search", theme(interactions::search, form)},
        {Method::get, tenant + "/fhir/:type/:id", theme(interactions::read)},
        {Method::get, tenant + "/fhir/:type/:id/_history", theme(interactions::history)},
        {Method::get, tenant + "/fhir/:type/:id/_history/:version", theme(interactions::vread)},
        {Method::get, api + "/Job", office(listJobs)},
        {Method::get, api + "/Job/:job", office(getJob)},
        {Method::del, api + "/Job/:job", office(cancelJob)},
    };
}

}  // namespace polyclinic::api
