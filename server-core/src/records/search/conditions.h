// From the tree of a search to SQL conditions on the index tables. All values become parameters.

#pragma once

#include <string>
#include <string_view>

#include "db/tenant_session.h"
#include "fhir/search/query.h"
#include "records/search/search.h"

namespace polyclinic::records::sql {

/// Collects parameters; each answers its placeholder. $1 is the tenant's number.
class Binder {
  public:
    std::string int4(std::int32_t value) {
        params_.int4(value);
        return next();
    }
    std::string int8(std::int64_t value) {
        params_.int8(value);
        return next();
    }
    std::string float8(double value) {
        params_.float8(value);
        return next();
    }
    std::string text(std::string_view value) {
        params_.text(value);
        return next();
    }
    std::string time(Timestamp value) {
        params_.timestamp(value);
        return next();
    }
    std::string int4s(const std::vector<std::int32_t>& values) {
        params_.int4Array(values);
        return next();
    }
    std::string int8s(const std::vector<std::int64_t>& values) {
        params_.int8Array(values);
        return next();
    }
    std::string texts(const std::vector<std::string>& values) {
        params_.textArray(values);
        return next();
    }
    db::Params take() { return std::move(params_); }

  private:
    std::string next() { return "$" + std::to_string(params_.size() + 1); }
    db::Params params_;
};

/// True for :missing, true or false: asked of the resource's own row.
bool isPresence(const fhir::Predicate& predicate);

/// The index table of a parameter type.
std::string_view tableOf(fhir::ParameterType kind);
/// The index table that a predicate looks into.
std::string_view tableOf(const fhir::Predicate& predicate);

/// True for a row of the predicate's index table that fits it; its parameter number included, tenant and rid not.
/// For id, updated and presence: of the table resource.
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
