#include "api/operator_endpoints.h"

#include "base/encoding.h"
#include "base/failure.h"
#include "base/log.h"

namespace polyclinic::api {

Answer operatorDiscovery(Services& services, const http::Request&, const PathParameters&) { co_return services.operatorAuth->discovery(); }

Answer operatorAuthorize(Services& services, const http::Request& request, const PathParameters&) {
    auto response = co_await services.operatorAuth->authorize(request);
    const bool challenged = request.query.find("code_challenge_method=S256") != std::string::npos;
    log::info("request {}: operators' authorize, {}, answered {}", request.id, challenged ? "challenge S256" : "no challenge",
              response.status);
    co_return response;
}

Answer operatorToken(Services& services, const http::Request& request, const PathParameters&) {
    auto response = co_await services.operatorAuth->token(request);
    // What was asked for, never with what: the form holds secrets.
    const auto fields = parseForm(request.body).value_or(FormFields());
    std::string_view grant = "other";
    for (const auto& [name, value] : fields)
        for (const std::string_view known : {"authorization_code", "refresh_token", "client_credentials"})
            if (name == "grant_type" && value == known) grant = known;
    log::info("request {}: operators' token by {}, answered {}", request.id, grant, response.status);
    co_return response;
}

Answer operatorRevoke(Services& services, const http::Request& request, const PathParameters&) {
    co_return co_await services.operatorAuth->revoke(request);
}

Answer operatorSetup(Services& services, const http::Request& request, const PathParameters&) {
    co_return co_await services.operatorAuth->setup(request);
}

Answer operatorSignIn(Services& services, const http::Request& request, const PathParameters&) {
    co_return co_await services.operatorAuth->signIn(request);
}

Answer operatorAsset(Services&, const http::Request&, const PathParameters& parameters) {
    auto found = authorization_server::OperatorAuth::asset(parameters.front().second);
    if (!found) throw Failure(FailureKind::notFound, "There is no such page.");
    co_return std::move(*found);
}

}  // namespace polyclinic::api
