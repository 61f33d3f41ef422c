#include "api/operator_pages.h"

#include "base/failure.h"

namespace polyclinic::api {

Answer operatorDiscovery(Services& services, const http::Request&, const PathParameters&) {
    co_return services.operatorAuth->discovery();
}

Answer operatorAuthorize(Services& services, const http::Request& request, const PathParameters&) {
    co_return co_await services.operatorAuth->authorize(request);
}

Answer operatorToken(Services& services, const http::Request& request, const PathParameters&) {
    co_return co_await services.operatorAuth->token(request);
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
    auto found = auth::OperatorAuth::asset(parameters.front().second);
    if (!found) throw Failure(FailureKind::notFound, "There is no such page.");
    co_return std::move(*found);
}

}  // namespace polyclinic::api
