// Carries out a transaction Bundle through one writer: all entries or none.

#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "fhir/bundle.h"
#include "records/scoped_writer.h"

namespace polyclinic::records {

/// Conditional references that were resolved already, for as long as one job runs. Any thread.
class ResolvedReferences {
  public:
    std::optional<std::string> find(const std::string& reference) const {
        std::lock_guard lock(mutex_);
        const auto found = known_.find(reference);
        return found == known_.end() ? std::nullopt : std::optional(found->second);
    }
    void remember(const std::string& reference, const std::string& target) {
        std::lock_guard lock(mutex_);
        if (known_.size() >= most) known_.clear();
        known_[reference] = target;
    }

  private:
    static constexpr std::size_t most = 50'000;
    mutable std::mutex mutex_;
    std::unordered_map<std::string, std::string> known_;
};

struct BundleRules {
    bool skipUnchanged = false;                   // import: a second run writes nothing
    bool postReplaces = false;                    // import: POST entries have ids of their own and may be there already
    std::string_view cursorKey;                   // for parsing criteria
    ResolvedReferences* resolved = nullptr;       // import: the same few references stand in thousands of resources
    std::size_t mostConditions = SIZE_MAX;        // what all conditions may cost together (SearchQuery::cost())
    std::size_t bytes = 0;                        // of what was sent
    const FairWorkers::Share* workers = nullptr;  // where a large Bundle is made ready; null: on the loop
};

/// What became of an entry. GET entries are left to the caller (they read after the commit).
struct EntryOutcome {
    int status = 0;  // 201, 200, 204; 0: not carried out here
    StoredResource resource;
    bool unchanged = false;
};

/// Criteria of a condition, in a header or in an entry: "identifier=http://x|1". Strict, since one that is read more
/// widely than it was meant would hit the wrong resource. Throws Failure(badRequest).
fhir::SearchQuery parseCriteria(std::string_view type, std::string_view criteria, std::string_view cursorKey,
                                const tenancy::TenantContext& tenant);

/// Resolves conditions, rewrites references between entries, writes and commits; results in the order of entries.
/// Throws Failure and writes nothing, (badRequest) with code "too-costly" for more than `mostConditions`. A Failure(conflict) may be tried
/// again with a freshly parsed Bundle.
Task<std::vector<EntryOutcome>> carryOut(ScopedWriter& writer, fhir::Bundle& bundle, const BundleRules& rules);

}  // namespace polyclinic::records
