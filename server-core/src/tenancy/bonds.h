// People and apps that know a clinic by its address, and would have to be connected anew under another.

#pragma once

#include <cstdint>

#include "base/task.h"
#include "tenancy/tenant_context.h"

namespace polyclinic::tenancy {

struct Bonds {
    std::int64_t accounts = 0, grants = 0;  // of patients; living ones
};

/// Loop threads.
Task<Bonds> bondsOf(const tenancy::TenantContext& tenant);

}  // namespace polyclinic::tenancy
