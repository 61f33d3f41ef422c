// BASE/tenant/{id}/patient/smart-api: the FHIR API of apps that patients let in.

#include "api/fhir_endpoints.h"
#include "api/route.h"
#include "interactions/interactions.h"

namespace polyclinic::api {
namespace {

constexpr std::size_t none = 0, form = 64 << 10, resource = 10 << 20, large = 50 << 20;

}  // namespace

RouteRows routesOfPatientApi() {
    using http::Method;
    using namespace interactions;
    const auto open = [](OpenOfTenant handler) { return Route{handler, FaultWriter::outcome, none, true}; };
    const auto reads = [](Reads handler, std::size_t limit = none) { return Route{OfPatient{handler}, FaultWriter::outcome, limit, true}; };
    const auto writes = [](Writes handler, std::size_t limit = none) {
        return Route{OfPatient{handler}, FaultWriter::outcome, limit, true};
    };
    const std::string api = "/tenant/:tenant/patient/smart-api";
    return {
        {Method::get, api + "/metadata", open(patientCapabilities)},
        {Method::get, api + "/.well-known/smart-configuration", open(patientSmartConfiguration)},
        {Method::post, api, Route{OfPatient{ReadsAndWrites(bundle)}, FaultWriter::outcome, large, true}},
        {Method::get, api + "/:type", reads(search)},
        {Method::post, api + "/:type/_search", reads(search, form)},
        {Method::post, api + "/:type", writes(create, resource)},
        {Method::get, api + "/:type/:id", reads(read)},
        {Method::put, api + "/:type/:id", writes(update, resource)},
        {Method::del, api + "/:type/:id", writes(remove)},
        {Method::get, api + "/:type/:id/_history", reads(history)},
        {Method::get, api + "/:type/:id/_history/:version", reads(vread)},
    };
}

}  // namespace polyclinic::api
