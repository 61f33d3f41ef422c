// The clinics' listener: BASE.

#include "api/auth_routes.h"
#include "api/fhir_endpoints.h"
#include "api/open_endpoints.h"
#include "api/route.h"
#include "interactions/interactions.h"

namespace polyclinic::api {
namespace {

constexpr std::size_t none = 0, form = 64 << 10, resource = 10 << 20, bundle = 50 << 20;

}  // namespace

RouteRows routesOfClinics() {
    using http::Method;
    using namespace interactions;
    const auto fhir = [](Handler handler, std::size_t limit = none) { return Route{handler, FaultWriter::outcome, limit, true}; };
    const std::string api = "/tenant/:tenant/fhir-api";
    RouteRows rows{
        {Method::get, "/", {Open(frontPage), FaultWriter::page}},
        {Method::get, "/hello", {Open(hello), FaultWriter::page}},
        {Method::get, "/hello/authority.crt", {Open(authorityFile), FaultWriter::page}},
        {Method::get, "/health/live", {Open(live)}},
        {Method::get, "/health/ready", {Open(ready)}},

        {Method::get, api + "/metadata", fhir(OpenOfTenant(capabilities))},
        {Method::get, api + "/.well-known/smart-configuration", fhir(OpenOfTenant(smartConfiguration))},
        {Method::post, api, fhir(ReadsAndWrites(interactions::bundle), bundle)},
        {Method::get, api + "/:type", fhir(Reads(search))},
        {Method::post, api + "/:type/_search", fhir(Reads(search), form)},
        {Method::post, api + "/:type", fhir(Writes(create), resource)},
        {Method::get, api + "/:type/:id", fhir(Reads(read))},
        {Method::put, api + "/:type/:id", fhir(Writes(update), resource)},
        {Method::del, api + "/:type/:id", fhir(Writes(remove))},
        {Method::get, api + "/:type/:id/_history", fhir(Reads(history))},
        {Method::get, api + "/:type/:id/_history/:version", fhir(Reads(vread))},
    };
    const auto add = [&rows](RouteRows part) {
        for (auto& row : part) rows.push_back(std::move(row));
    };
    add(routesOfPatientApi());
    add(authRoutes(authorization_server::realms::patient));
    add(authRoutes(authorization_server::realms::system));
    add(routesOfPortal());
    add(routesOfHelp());
    return rows;
}

}  // namespace polyclinic::api
