// $import: Bundles and NDJSON into a tenant, as a job that can be watched, cancelled, killed and run again.

#pragma once

#include <filesystem>
#include <functional>
#include <vector>

#include "audit/audit_log.h"
#include "base/clock.h"
#include "base/fair_workers.h"
#include "base/loop.h"
#include "jobs/worker.h"

namespace polyclinic::import {

inline constexpr const char* importKind = "import";

struct Importing {
    FairWorkers& workers;
    audit::AuditLog& audit;
    const Clock& clock;
    std::vector<Loop*> loops;                    // batches are dealt to them
    std::vector<std::filesystem::path> allowed;  // files must lie below one of these
    std::string_view cursorKey;
    std::function<bool()> mayStore;  // false: the disk is almost full, and the job ends as failed
};

/// The handler for jobs of importKind. The wish is {"files": [...], "lenient": bool}; without files the job's body is
/// read. The state has progress, result and error as the operator API shows them.
jobs::Handler importHandler(Importing importing);

}  // namespace polyclinic::import
