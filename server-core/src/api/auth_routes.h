// The rows of one realm's authorization server, below BASE/tenant/{id}/{realm}/auth.

#pragma once

#include "api/route.h"

namespace polyclinic::api {

/// Called once a realm.
RouteRows authRoutes(const authorization_server::Realm& realm);

}  // namespace polyclinic::api
