// A unit of an import: what is written in one transaction. A Bundle is one; lines of NDJSON are gathered to one.

#pragma once

#include <optional>
#include <string>
#include <vector>

#include "fhir/bundle.h"
#include "import/line_source.h"
#include "import/tally.h"

namespace polyclinic::import {

struct Unit {
    struct Origin {
        std::string file;
        std::size_t line = 0;
        std::optional<std::size_t> entry = {};  // its number in the Bundle that it came in
    };
    fhir::Bundle bundle;          // entries: PUT of an id each, or POST with an id of its own
    std::vector<Origin> origins;  // of each entry
    bool isBundle = false;        // all or nothing; else entries can be tried one by one
};

/// The failure of a unit with its places as the person knows them: the number of an entry in the Bundle that was sent, or
/// the type of a line's resource.
Failure placed(const Failure& failure, const Unit& unit);

struct Rules {
    fhir::Owner owner;
    bool lenient = false;
    bool conditional = false;  // second pass: only lines with conditional references; first pass: only those without
};

/// Turns lines into units: one for every Bundle, one for all the rest. What is refused goes to the tally: a transaction
/// as a whole, of other Bundles the entry alone. Lines of another pass are left out. Pure.
std::vector<Unit> prepareUnits(std::vector<Line> lines, const Rules& rules, Tally& tally, bool& sawConditional);

/// A guess from the beginning of a line, so that large Bundles are not gathered on one worker.
bool mayBeBundle(std::string_view text);

}  // namespace polyclinic::import
