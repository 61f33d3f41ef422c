// Carries a search out. http://hl7.org/fhir/R4/http.html#search

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "access/access_scope.h"
#include "base/cancel.h"
#include "base/task.h"
#include "db/tenant_session.h"
#include "fhir/search/query.h"
#include "records/large_content.h"
#include "records/stored_resource.h"

namespace polyclinic::records {

struct SearchPage {
    std::vector<StoredResource> resources;  // in order; none of them deleted
    std::optional<std::int64_t> total;      // when asked for, or when one page held everything
    std::string next;                       // _cursor of the next page; empty: this was the last
};

/// One page. All of `scope` must hold. Rows that are not written meanwhile are neither repeated nor left out from
/// page to page. Throws what TenantSession::run throws. One loop; `disconnect` cancels long searches. `room`: of the
/// answer that the page is for; null: it has one of its own. A page of very large resources is shorter than was asked.
Task<SearchPage> search(db::TenantSession session, const fhir::SearchQuery& query, const std::vector<access::ScopePredicate>& scope = {},
                        Disconnect* disconnect = nullptr, AnswerRoom* room = nullptr);

/// Rows whose column 0 is the id of a match, `most` at most: for conditions inside a transaction.
db::TenantStatement matchStatement(const fhir::SearchQuery& query, std::size_t most, const std::vector<access::ScopePredicate>& scope = {});

}  // namespace polyclinic::records
