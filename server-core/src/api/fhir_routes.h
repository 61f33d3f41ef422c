// The FHIR API at the base of a realm.

#pragma once

#include "api/route.h"

namespace polyclinic::api {

/// The rows of the base that takes the tokens of `realm` (Realm::audience), which lives as long as the routes do.
RouteRows fhirRoutes(const authorization_server::Realm& realm);

}  // namespace polyclinic::api
