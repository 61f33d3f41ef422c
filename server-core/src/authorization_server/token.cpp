// The token endpoint (authorization_server/authorization_server.h; RFC 6749 section 3.2). redeem.cpp, refresh.cpp and
// client_credentials.cpp have its grant types.

#include "authorization_server/authorization_server.h"
#include "authorization_server/oauth_failure.h"

namespace polyclinic::authorization_server {
namespace {

std::string_view noteOf(std::string_view grantType) {
    return grantType == "authorization_code" ? "token-code" : grantType == "refresh_token" ? "token-refresh" : "token";
}

}  // namespace

Task<http::Response> AuthorizationServer::token(const http::Request& request, AuthContext& context) {
    const auto form = OAuthForm::ofPost(request);
    const auto grantType = form.demand("grant_type");
    if (!context.realm.offers(grantType)) throw OAuthFailure("unsupported_grant_type", "This grant type is not offered.");
    http::Response response;
    std::exception_ptr refused;
    ProvenCaller caller;
    try {
        const auto client = co_await authenticateClient(request, form, context);
        if (client.confidential()) caller.client = client.client.id;
        if (grantType == "authorization_code")
            response = co_await redeem(form, context, client, caller);
        else if (grantType == "refresh_token")
            response = co_await refresh(form, context, client, caller);
        else
            response = co_await clientCredentials(form, context, client);
    } catch (const OAuthFailure& failure) {
        if (failure.retryAfter()) throw;
        refused = std::current_exception();
    }
    std::string what(noteOf(grantType));
    if (refused && caller.client.empty())
        co_await refusals_.count(context, std::move(what));
    else
        co_await noteClient(context, request, std::move(caller), std::move(what), std::string(), refused ? 4 : 0);
    if (refused) std::rethrow_exception(refused);
    co_return response;
}

Task<void> AuthorizationServer::endReused(AuthContext& context, std::string grant, std::string family) {
    const bool ended = co_await oauth::token_store::endFamily(context.session, grant, family, "reuse", clock_.now());
    if (!ended) co_return;
    audit::AuditEntry entry;
    entry.action = 'E';
    entry.interaction = "token-reuse";
    entry.resourceId = std::move(grant);
    // Thief or robbed: nobody can tell who showed it.
    audit::Actor actor{"server", "server", {}};
    co_await audit_.note(context.tenant, std::move(actor), std::move(entry), db::QueryClass::control);
}

}  // namespace polyclinic::authorization_server
