// The sort keys of a search: the columns that hold them, and their values in a cursor.

#pragma once

#include <string>

#include "records/search/binder.h"
#include "records/search/plan.h"

namespace polyclinic::records::sql {

// Columns of a page: id, version, updated, content, rid, patient, then one for each sort key.
inline constexpr std::size_t columnId = 0, columnVersion = 1, columnUpdated = 2, columnContent = 3, columnRid = 4, columnPatient = 5,
                             columnKeys = 6;

struct Key {
    std::string column;  // of the index table, or of resource
    enum class Type { time, text, number } type;
};

Key keyOf(const fhir::SortKey& sort);

/// The parameter that `text`, a key as a cursor holds it, is bound to.
std::string bindKey(const fhir::SortKey& sort, const std::string& text, Binder& binder);

/// The sort keys of a row, as a cursor holds them.
fhir::Position positionOf(const Plan& plan, const db::Result& rows, std::size_t row);

}  // namespace polyclinic::records::sql
