#include "records/search/types/types.h"

#include <iterator>

#include "fhir/search/types/types.h"

namespace polyclinic::records::sql {
namespace {

using fhir::Match;

constexpr MatchRow matchRows[] = {
    {Match::token, "index_token", tokenFits, true},
    {Match::string, "index_string", stringFits},
    {Match::exact, "index_string", exactStringFits, true},
    {Match::contains, "index_string", containedStringFits},
    {Match::reference, "index_reference", referenceFits, true},
    {Match::date, "index_date", dateFits},
    {Match::uri, "index_uri", uriFits, true},
    {Match::below, "index_uri", uriBelowFits, false, true},
    {Match::number, "index_number", numberFits},
    {Match::quantity, "index_quantity", quantityFits},
    {Match::composite, "index_composite", compositeFits},
    {Match::missing, "resource", presenceIsAmongAll},
    {Match::present, "resource", presenceIsAmongAll},
    {Match::id, "resource", idFits, true},
    {Match::updated, "resource", updatedFits},
};

constexpr bool standAtTheirMatch() {
    for (std::size_t i = 0; i < std::size(matchRows); ++i)
        if (matchRows[i].match != Match(i)) return false;
    return std::size(matchRows) == std::size_t(Match::updated) + 1;
}
static_assert(standAtTheirMatch());

}  // namespace

const MatchRow& rowOf(Match match) { return matchRows[static_cast<std::size_t>(match)]; }

std::string_view tableOf(const fhir::Parameter& parameter) { return rowOf(fhir::plainRow(parameter).match).table; }

}  // namespace polyclinic::records::sql
