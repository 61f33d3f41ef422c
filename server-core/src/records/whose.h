// Whose records are, by their ids: what is kept beside them, without reading what may be large.

#pragma once

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "db/tenant_session.h"

namespace polyclinic::records {

/// Type and id of a record.
using RecordName = std::pair<std::int32_t, std::string>;

/// For addWhose().
db::TenantStatement whoseStatement(std::span<const RecordName> records);

/// Adds to about[i] the ids of the Patients that the i-th record is of, each once. `ownBase`: TenantAddress::fhirApi().
void addWhose(const db::Result& rows, std::string_view ownBase, std::vector<std::vector<std::string>>& about);

/// Ids with a blank between, as they are kept.
std::string joinedIds(const std::vector<std::string>& ids);
/// Adds each unless it is there.
void addIds(std::string_view joined, std::vector<std::string>& ids);

}  // namespace polyclinic::records
