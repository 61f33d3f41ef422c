// Who a client is (authorization_server/authorization_server.h; RFC 6749 section 2.3).

#include "authorization_server/authorization_server.h"
#include "authorization_server/oauth_failure.h"

namespace polyclinic::authorization_server {

Task<AuthorizationServer::KnownClient> AuthorizationServer::authenticateClient(const http::Request& request, const OAuthForm& form,
                                                                               AuthContext& context, bool anyKind) {
    const auto& realm = context.realm;
    auto credentials = authorization_server::clientCredentials(request, form);
    if (credentials.id.empty() && form.get("grant_type") == "refresh_token" && realm.takes(ClientAuthentication::none)) {
        // A client without a secret need not name itself here, and the public SMART library does not (RFC 6749 section
        // 6): the token says whose it is. One with a secret is refused below.
        const std::string hash = sha256(form.get("refresh_token"));
        const auto found = co_await oauth::token_store::findRefresh(context.session, hash, clock_.now());
        if (found) credentials.id = found->client;
    }
    if (credentials.id.empty()) throw noClient();
    if (form.has("client_secret") && !realm.takes(ClientAuthentication::post))
        throw OAuthFailure("invalid_client", "Send the client's secret by HTTP Basic.");
    std::optional<oauth::Client> client;
    std::optional<oauth::ClientSecret> secret;
    if (mayBeClientId(credentials.id)) {
        client = co_await oauth::client_store::find(context.session, credentials.id);
        if (credentials.secret) secret = co_await oauth::client_store::findSecret(context.session, credentials.id);
    }
    const bool known = client && (anyKind || client->kind == realm.clientKind) && !client->disabled;
    if (!credentials.secret) {
        // A client with a secret says nothing by naming itself (RFC 6749 section 3.2.1).
        if (!known || client->type != oauth::ClientType::publicClient || !realm.takes(ClientAuthentication::none)) throw noClient();
        co_return KnownClient{std::move(*client), std::nullopt};
    }
    // A secret cannot be guessed: the right one is never kept waiting by others who try wrong ones.
    const auto account = triesOf(realm.name, "client", context.tenant.number(), credentials.id);
    if (!isSecretOf(secret, *credentials.secret) || !known || client->type != oauth::ClientType::confidentialSymmetric) {
        if (const auto wait = throttle_.failed(account, request.peer)) throw OAuthFailure::tooManyTries(*wait);
        throw noClient();
    }
    throttle_.proved(account, request.peer);
    co_return KnownClient{std::move(*client), std::move(secret->hash)};
}

}  // namespace polyclinic::authorization_server
