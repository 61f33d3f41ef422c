// From the tree of a search to SQL conditions on the index tables. All values become parameters.

#pragma once

#include <string>
#include <string_view>

#include "access/access_scope.h"
#include "fhir/search/query.h"
#include "records/search/binder.h"

namespace polyclinic::records::sql {

/// True for a row of the table of the predicate's match that fits it; its parameter number included, tenant and rid not.
std::string rowFits(const fhir::Predicate& predicate, std::string_view alias, Binder& binder);

/// True for a row of index_reference that fits, tenant left out. `rid`: its row number; `resource`: alias of the resource's
/// row, or empty.
std::string rowFits(const access::ReferencePredicate& reference, std::string_view alias, const std::string& rid, std::string_view resource,
                    Binder& binder);

/// "(SELECT 1 FROM table alias WHERE alias.tenant_id = $1 AND condition)".
std::string rowsOf(std::string_view table, std::string_view alias, std::string_view condition);

/// True for a resource that fits the node. `rid`: its row number; `resource`: alias of its row, or empty. `alias`: of the
/// rows that are looked for; the predicates of one node may share it, since none of them stands inside of another.
std::string fits(const fhir::QueryNode& node, const std::string& rid, std::string_view resource, std::string_view alias, Binder& binder);
std::string fits(const fhir::Predicate& predicate, const std::string& rid, std::string_view resource, std::string_view alias,
                 Binder& binder);
std::string fits(const access::ScopePredicate& scope, const std::string& rid, std::string_view resource, std::string_view alias,
                 Binder& binder);

}  // namespace polyclinic::records::sql
