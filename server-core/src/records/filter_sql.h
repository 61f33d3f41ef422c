// Statements on records known by their id, narrowed to what a scope reaches.

#pragma once

#include <span>
#include <string>
#include <utility>

#include "access/access_scope.h"
#include "db/tenant_session.h"

namespace polyclinic::records::sql {

/// Columns: type, id, rid, version, updated, deleted, content; rows locked, in one order for everybody, so that two
/// transactions cannot wait for each other. `wanted`: type and id.
db::TenantStatement lockStatement(const access::AccessScope& scope, std::span<const std::pair<std::string, std::string>> wanted);

}  // namespace polyclinic::records::sql
