// The clinics' listener: BASE.

#include "api/auth_routes.h"
#include "api/fhir_routes.h"
#include "api/open_endpoints.h"
#include "api/route.h"

namespace polyclinic::api {
RouteRows routesOfClinics() {
    using http::Method;
    RouteRows rows{
        {Method::get, "/", {Open(frontPage), FaultWriter::page}},
        {Method::get, "/hello", {Open(hello), FaultWriter::page}},
        {Method::get, "/hello/authority.crt", {Open(authorityFile), FaultWriter::page}},
        {Method::get, "/health/live", {Open(live)}},
        {Method::get, "/health/ready", {Open(ready)}},
    };
    const auto add = [&rows](RouteRows part) {
        for (auto& row : part) rows.push_back(std::move(row));
    };
    add(fhirRoutes(authorization_server::realms::system));
    add(fhirRoutes(authorization_server::realms::patient));
    add(authRoutes(authorization_server::realms::patient));
    add(authRoutes(authorization_server::realms::system));
    add(routesOfPortal());
    add(routesOfHelp());
    return rows;
}

}  // namespace polyclinic::api
