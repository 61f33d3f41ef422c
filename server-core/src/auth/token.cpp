// The token endpoint (auth/authorization_server.h; RFC 6749 section 3.2). redeem.cpp, refresh.cpp and
// client_credentials.cpp have its grant types.

#include "auth/authorization_server.h"
#include "auth/oauth_failure.h"
#include "store/grant_store.h"

namespace polyclinic::auth {
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
    std::string patient, asked;
    try {
        const auto client = co_await authenticateClient(request, form, context, asked);
        if (grantType == "authorization_code") response = co_await redeem(form, context, client, patient);
        else if (grantType == "refresh_token") response = co_await refresh(form, context, client, patient);
        else response = co_await clientCredentials(form, context, client);
    } catch (const OAuthFailure& failure) {
        if (failure.retryAfter()) throw;
        refused = std::current_exception();
    }
    co_await noteClient(context, request, std::move(asked), patient, std::string(noteOf(grantType)), "", refused ? 4 : 0);
    if (refused) std::rethrow_exception(refused);
    co_return response;
}

Task<void> AuthorizationServer::endReused(AuthContext& context, std::string grant) {
    if (!grant.empty()) co_await store::grants::end(context.session, context.realm.name, grant, "reuse", clock_.now());
}

}  // namespace polyclinic::auth
