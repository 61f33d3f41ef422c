// The little that identity may know of a record: that it is there, its name, and the birth date that proves a person.

#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/task.h"
#include "tenancy/tenant_context.h"

namespace polyclinic::accounts {

struct PatientSummary {
    std::string given, family;            // of the usual or official name; where that is but a text, it is `given`. Empty: none
    std::vector<std::string> names = {};  // every word of every name that the record has, old ones too
    std::string birthDate;                // YYYY-MM-DD; empty where it is not there or is not a whole date

    /// "Maria Gomez"; empty without a name.
    std::string fullName() const { return given.empty() || family.empty() ? given + family : given + ' ' + family; }
};

/// Of Patient/`id`, as it is or as it was `at` that time; nothing when there is none in this tenant, or was none. Loop threads.
Task<std::optional<PatientSummary>> patientSummary(const tenancy::TenantContext& tenant, std::string_view id,
                                                   std::optional<Timestamp> at = {});

}  // namespace polyclinic::accounts
