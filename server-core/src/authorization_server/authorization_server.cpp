// What every step shares (authorization_server/authorization_server.h): the parts, and what goes into the audit log.

#include "authorization_server/authorization_server.h"

#include "pages/pages.h"

namespace polyclinic::authorization_server {

AuthorizationServer::AuthorizationServer(accounts::AccountService& accountService, SigningKeys& keys, audit::AuditLog& audit,
                                         const KeyVault& vault, const Clock& clock, accounts::ThrottleLimits limits)
    : accountService_(accountService),
      keys_(keys),
      audit_(audit),
      vault_(vault),
      clock_(clock),
      throttle_(clock, limits),
      tokens_(clock),
      refusals_(audit) {}

Task<void> AuthorizationServer::notePerson(AuthContext& context, const http::Request& request, std::string account, std::string what,
                                           std::string about) {
    audit::AuditEntry entry;
    entry.action = 'E';
    entry.interaction = std::move(what);
    entry.resourceId = std::move(about);
    auto actor = audit::Actor{std::string(context.realm.name), account, request.id, request.peer}.as(account);
    co_await audit_.note(context.tenant, std::move(actor), std::move(entry), db::QueryClass::control);
}

Task<void> AuthorizationServer::noteClient(AuthContext& context, const http::Request& request, ProvenCaller caller, std::string what,
                                           std::string about, int outcome) {
    audit::AuditEntry entry;
    entry.action = 'E';
    entry.interaction = std::move(what);
    entry.resourceId = std::move(about);
    entry.outcome = outcome;
    audit::Actor actor{std::string(context.realm.agentKind), caller.client, request.id, request.peer};
    actor.client = std::move(caller.client);
    if (!caller.patient.empty()) actor.id += " for Patient/" + caller.patient;
    actor.patient = std::move(caller.patient);
    co_await audit_.note(context.tenant, std::move(actor), std::move(entry), db::QueryClass::control);
}

Task<http::Response> AuthorizationServer::asset(const http::Request& request, AuthContext&) {
    auto found = pages::asset(std::string_view(request.path).substr(request.path.rfind('/') + 1));
    if (!found) throw Failure(FailureKind::notFound, "There is nothing at this address.");
    co_return std::move(*found);
}

}  // namespace polyclinic::authorization_server
