// The types of search parameters in SQL. A file a type makes its conditions; the table that joins them is in types.cpp.

#pragma once

#include <string>
#include <string_view>

#include "fhir/search/query_tree.h"
#include "records/search/binder.h"

namespace polyclinic::records::sql {

/// True for a row with a value that fits one of the operands, whatever parameter it belongs to.
using RowCondition = std::string (*)(const fhir::Predicate&, std::string_view alias, Binder&);

struct MatchRow {
    fhir::Match match;
    std::string_view table;  // with the rows that are looked into
    RowCondition fits;
    bool isList = false;      // one condition, however many operands; the others are alternatives that PostgreSQL plans one by one
    bool readsWhole = false;  // no index answers it by row number: the rows that fit are read once, all of them
};

const MatchRow& rowOf(fhir::Match match);

/// The table that holds the values of a parameter.
std::string_view tableOf(const fhir::Parameter& parameter);

std::string tokenFits(const fhir::Predicate& predicate, std::string_view alias, Binder& binder);
std::string stringFits(const fhir::Predicate& predicate, std::string_view alias, Binder& binder);
std::string exactStringFits(const fhir::Predicate& predicate, std::string_view alias, Binder& binder);
std::string containedStringFits(const fhir::Predicate& predicate, std::string_view alias, Binder& binder);
std::string referenceFits(const fhir::Predicate& predicate, std::string_view alias, Binder& binder);
std::string dateFits(const fhir::Predicate& predicate, std::string_view alias, Binder& binder);
std::string numberFits(const fhir::Predicate& predicate, std::string_view alias, Binder& binder);
std::string quantityFits(const fhir::Predicate& predicate, std::string_view alias, Binder& binder);
std::string uriFits(const fhir::Predicate& predicate, std::string_view alias, Binder& binder);
std::string uriBelowFits(const fhir::Predicate& predicate, std::string_view alias, Binder& binder);
std::string compositeFits(const fhir::Predicate& predicate, std::string_view alias, Binder& binder);
std::string idFits(const fhir::Predicate& predicate, std::string_view alias, Binder& binder);
std::string updatedFits(const fhir::Predicate& predicate, std::string_view alias, Binder& binder);

/// Asked of a known row of `resource`, which tells whether there is a value.
std::string presenceFits(const fhir::Predicate& predicate, std::string_view alias, Binder& binder);
/// The same as a condition by which an index finds the rows of `resource`.
std::string presenceIsAmongAll(const fhir::Predicate& predicate, std::string_view alias, Binder& binder);

/// For :missing, true or false.
bool isPresence(const fhir::Predicate& predicate);

}  // namespace polyclinic::records::sql
