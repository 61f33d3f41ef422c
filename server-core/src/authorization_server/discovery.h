// What a realm's metadata says of it: made of the realm, so that nothing is named that does not work.

#pragma once

#include <nlohmann/json.hpp>

#include "authorization_server/realm.h"
#include "tenancy/tenant_address.h"

namespace polyclinic::authorization_server {

/// RFC 8414 and, where people sign in, OpenID Connect Discovery.
nlohmann::ordered_json serverMetadata(const Realm& realm, const tenancy::TenantAddress& urls);
/// `.well-known/smart-configuration` of the API that takes the realm's tokens (SMART App Launch 2.2, "Conformance").
nlohmann::ordered_json smartConfiguration(const Realm& realm, const tenancy::TenantAddress& urls);

}  // namespace polyclinic::authorization_server
