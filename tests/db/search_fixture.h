// Resources with their index rows in a cluster of the test's own, written as the server writes them.

#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "base/encoding.h"
#include "base/json.h"
#include "base/row_id.h"
#include "database_fixture.h"
#include "fhir/search/extract.h"
#include "fhir/search/query.h"
#include "records/content.h"
#include "records/search/search.h"
#include "records/write_batch.h"

namespace polyclinic::test {

/// "Type/id" of what was found, in order; the cursor behind it; the total when there is one.
struct Found {
    std::vector<std::string> names;
    std::string next;
    std::optional<std::int64_t> total;
};

class SearchFixture {
  public:
    SearchFixture() : loops_(1), database_(cluster_.asTenant(), loops_) {}

    db::TenantSession session(int tenant = clinicA) { return database_.session(tenant); }
    Loop& loop() { return loops_[0]; }
    TempCluster& cluster() { return cluster_; }

    /// In one transaction; each must be new. `type` code comes from the caller, since Qt's words clash with ours.
    void write(const std::vector<const json::Value*>& resources, int tenant = clinicA);
    /// make(0) to make(count - 1), two thousand in a transaction.
    template <class Make>
    void writeEach(int count, Make make, int tenant = clinicA) {
        constexpr int most = 2'000;
        for (int from = 0; from < count; from += most) {
            std::vector<json::Document> documents;
            std::vector<const json::Value*> roots;
            for (int i = from; i < std::min(count, from + most); ++i) documents.push_back(json::Document::parse(make(i)));
            for (const auto& document : documents) roots.push_back(&document.root());
            write(roots, tenant);
        }
    }
    void replace(const json::Value& before, const json::Value& after, std::int64_t rid, int tenant = clinicA);

    fhir::QueryOptions options(int tenant = clinicA) const {
        fhir::QueryOptions options;
        options.cursorKey = "a secret of this test";
        options.tenant = tenant;
        options.strict = true;
        return options;
    }
    Found search(std::string_view type, std::string_view query, const std::vector<access::ScopePredicate>& scope = {},
                 int tenant = clinicA);
    /// All pages, one after the other.
    std::vector<std::string> everyPage(std::string_view type, const std::string& query, int tenant = clinicA);

    /// The plan of a statement as the server runs it: prepared once for any values (the runtime login's own setting), then
    /// carried out with these.
    std::vector<std::string> plan(const db::TenantStatement& statement, int tenant = clinicA);

    /// By the superuser, who sees through row security: ANALYZE and the like.
    void administer(const std::string& sql);

  private:
    TempCluster cluster_;
    RunningLoops loops_;
    OpenDatabase database_;
};

}  // namespace polyclinic::test
