#include "api/fhir_routes.h"

#include "api/fhir_endpoints.h"
#include "interactions/interactions.h"
#include "operations/operations.h"

namespace polyclinic::api {
namespace {}  // namespace

RouteRows fhirRoutes(const authorization_server::Realm& realm) {
    using http::Method;
    using namespace interactions;
    const auto route = [&realm](rest::Interaction handler, std::size_t limit = body::none, const rest::Operation* operation = nullptr) {
        return Route{OfBase{&realm, handler, operation}, FaultWriter::outcome, limit, true};
    };
    const auto open = [&realm](auto handler) { return Route{OpenOfBase{&realm, handler}, FaultWriter::outcome, body::none, true}; };
    const std::string base = std::string(tenancy::tenantPattern) + std::string(realm.audience);
    RouteRows rows{
        {Method::get, base + "/metadata", open(capabilities)},
        {Method::get, base + "/.well-known/smart-configuration", open(smartConfiguration)},
        {Method::post, base, route(bundle, body::large)},
        {Method::get, base + "/:type", route(search)},
        {Method::post, base + "/:type/_search", route(search, body::form)},
        {Method::post, base + "/:type", route(create, body::resource)},
        {Method::get, base + "/:type/:id", route(read)},
        {Method::put, base + "/:type/:id", route(update, body::resource)},
        {Method::del, base + "/:type/:id", route(remove)},
        {Method::get, base + "/:type/:id/_history", route(history)},
        {Method::get, base + "/:type/:id/_history/:version", route(vread)},
    };
    for (const auto& operation : operations::table()) {
        const auto add = [&](unsigned level, const std::string& place) {
            if (!(operation.levels & level)) return;
            const auto address = place + "/$" + std::string(operation.name);
            rows.push_back({Method::post, address, route(operation.handler, operation.bodyLimit, &operation)});
            if (std::holds_alternative<Reads>(operation.handler))
                rows.push_back({Method::get, address, route(operation.handler, body::none, &operation)});
        };
        add(rest::level::system, base);
        add(rest::level::type, base + "/:type");
        add(rest::level::instance, base + "/:type/:id");
    }
    return rows;
}

}  // namespace polyclinic::api
