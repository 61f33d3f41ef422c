// Which kinds of resources a patient's record holds.

#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/task.h"
#include "tenancy/tenant_context.h"

namespace polyclinic::records {

/// Types of the resources in the compartment of Patient/`id` (fhir/compartment.h), sorted; Patient itself among them.
/// A look at the index for each type, however long the record is. Loop threads.
Task<std::vector<std::string>> kindsOfPatient(const tenancy::TenantContext& tenant, std::string_view id);

}  // namespace polyclinic::records
