#include "import/unit.h"

#include <algorithm>
#include <charconv>
#include <map>

#include "base/encoding.h"
#include "fhir/definitions/definitions.h"
#include "fhir/resource.h"
#include "fhir/stored_form.h"
#include "fhir/validate.h"

namespace polyclinic::import {
namespace {

constexpr std::size_t mostEntries = 100'000;

/// For a resource that came without an id: always the same for the same place and content, so that a second run of the
/// import finds what the first one stored.
std::string steadyId(const Line& line, std::size_t entry) {
    const auto digest = sha256(line.file + '\n' + std::to_string(line.number) + '\n' + std::to_string(entry) + '\n' + line.text);
    auto id = hexEncode(std::string_view(digest).substr(0, 16));
    id[12] = '8';  // RFC 9562: a version for one's own use, and the variant
    id[16] = "89ab"[static_cast<unsigned char>(digest[8]) >> 6];
    for (const std::size_t at : {8, 13, 18, 23}) id.insert(at, "-");
    return id;
}

/// The resource of a line or of an entry, ready to be written under its own id.
fhir::BundleEntry entryOf(json::Document document, const Rules& rules, const Line& line, const std::string& place, Tally& tally,
                          std::size_t index = 0) {
    const std::string type(document.root().stringAt("resourceType"));
    if (!fhir::Definitions::r4().isResourceType(type))
        throw Failure::withIssues(FailureKind::unprocessable,
                                  {{Issue::Severity::error, "structure", "there is no such resource type", "resourceType"}});
    fhir::BundleEntry entry;
    entry.type = type;
    try {
        fhir::prepareResource(document, type, rules.owner, place);
    } catch (const Failure& failure) {
        if (!rules.lenient || failure.issues().empty()) throw;
        for (const auto& issue : failure.issues()) tally.warn(line.file, line.number, issue);
    }
    entry.id = document.root().stringAt("id");
    entry.method = "PUT";
    if (entry.id.empty()) entry.id = steadyId(line, index);
    if (!fhir::isId(entry.id))
        throw Failure::withIssues(FailureKind::unprocessable,
                                  {{Issue::Severity::error, "value", "the id has characters that an id must not have", type + ".id"}});
    entry.document = std::move(document);
    return entry;
}

/// Of entries with one identity the last stays, as if they had been written one after the other.
void dropRepeated(Unit& unit) {
    std::map<std::pair<std::string, std::string>, std::size_t> last;
    for (std::size_t i = 0; i < unit.bundle.entries.size(); ++i) last[{unit.bundle.entries[i].type, unit.bundle.entries[i].id}] = i;
    if (last.size() == unit.bundle.entries.size()) return;
    std::vector<fhir::BundleEntry> entries;
    std::vector<Unit::Origin> origins;
    for (std::size_t i = 0; i < unit.bundle.entries.size(); ++i) {
        auto& entry = unit.bundle.entries[i];
        if (last.at({entry.type, entry.id}) != i) continue;
        entry.index = entries.size();
        entries.push_back(std::move(entry));
        origins.push_back(unit.origins[i]);
    }
    unit.bundle.entries = std::move(entries);
    unit.origins = std::move(origins);
}

std::string entryPlace(std::size_t number) { return "Bundle.entry[" + std::to_string(number) + "]"; }

/// With the entry's number in every place.
Failure ofEntry(const Failure& failure, std::size_t number) {
    const auto resource = entryPlace(number) + ".resource";
    if (failure.issues().empty())
        return Failure::withIssues(failure.kind(), {{Issue::Severity::error, failure.code(), failure.publicMessage(), resource}});
    auto issues = failure.issues();
    for (auto& issue : issues) {
        auto& place = issue.expression;
        if (place.starts_with("Bundle.")) continue;
        // "Patient.id" or "meta.tenant": the type gives way to where the resource stands.
        if (!place.empty() && place[0] >= 'A' && place[0] <= 'Z') place.erase(0, std::min(place.find('.') + 1, place.size()));
        place = place.empty() ? resource : resource + '.' + place;
    }
    return Failure::withIssues(failure.kind(), std::move(issues));
}

/// What a search said about itself is no record.
bool isRemarkOfSearch(const json::Value& entry) {
    const auto* search = entry.find("search");
    return search && search->stringAt("mode") == "outcome";
}

/// A Bundle that is no transaction: its resources under their own ids.
void readCollection(json::Document& document, const Rules& rules, const Line& line, Tally& tally, Unit& unit) {
    const auto* entries = document.root().find("entry");
    if (!entries) return;
    std::size_t number = 0;
    for (auto& item : entries->items()) {
        const auto place = number++;
        const auto* resource = item.find("resource");
        if (!resource || isRemarkOfSearch(item)) continue;
        try {
            json::Document one;
            one.setRoot(one.copy(*resource));
            auto entry = entryOf(std::move(one), rules, line, entryPlace(place) + ".resource", tally, place);
            entry.fullUrl = item.stringAt("fullUrl");
            entry.index = unit.bundle.entries.size();
            unit.bundle.entries.push_back(std::move(entry));
            unit.origins.push_back({line.file, line.number, place});
        } catch (const Failure& failure) {
            if (!rules.conditional) tally.refuse(line.file, line.number, ofEntry(failure, place), 1);
        }
    }
}

/// Entries of a batch that are none fit for writing are refused one by one; what is left is numbered anew.
void takeEntries(fhir::Bundle bundle, const Line& line, const Rules& rules, Tally& tally, Unit& unit) {
    for (auto& entry : bundle.entries) {
        const auto place = entry.index;
        if (entry.refusal) {
            if (!rules.conditional) tally.refuse(line.file, line.number, ofEntry(*entry.refusal, place), 1);
            continue;
        }
        if (entry.method == "POST" && !entry.fullUrl.starts_with("urn:uuid:")) entry.id = steadyId(line, place);
        entry.index = unit.bundle.entries.size();
        unit.bundle.entries.push_back(std::move(entry));
        unit.origins.push_back({line.file, line.number, place});
    }
}

bool hasConditional(fhir::Bundle& bundle) {
    for (auto& entry : bundle.entries)
        if (entry.document && !fhir::conditionalReferences(*entry.document).empty()) return true;
    return false;
}

std::size_t entriesOf(const json::Document& document) {
    const auto* entries = document.root().find("entry");
    return entries ? entries->items().size() : 1;
}

Unit bundleUnit(json::Document document, const Line& line, const Rules& rules, Tally& tally, bool& sawConditional) {
    Unit unit;
    unit.bundle.isTransaction = true;
    const auto resources = entriesOf(document);
    try {
        const std::string type(document.root().stringAt("type"));
        unit.isBundle = type != "batch";
        if (type == "transaction" || type == "batch") {
            document = json::Document();  // parseBundle reads the text once more; two trees of a large one cost memory
            fhir::Tolerate tolerate;
            if (rules.lenient && !rules.conditional)
                tolerate = [&](const Failure& failure) {
                    for (const auto& issue : failure.issues()) tally.warn(line.file, line.number, issue);
                };
            else if (rules.lenient)
                tolerate = [](const Failure&) {};  // told by the first pass
            auto bundle = fhir::parseBundle(line.text, rules.owner, mostEntries, tolerate);
            fhir::assignIds(bundle, true);
            takeEntries(std::move(bundle), line, rules, tally, unit);
        } else {
            readCollection(document, rules, line, tally, unit);
        }
        const bool conditional = hasConditional(unit.bundle);
        sawConditional = sawConditional || conditional;
        if (conditional != rules.conditional) {
            unit.bundle.entries.clear();
            unit.origins.clear();
        }
        dropRepeated(unit);
    } catch (const Failure& failure) {
        if (!rules.conditional) tally.refuse(line.file, line.number, failure, resources);
        unit.bundle.entries.clear();
        unit.origins.clear();
    }
    return unit;
}

}  // namespace

bool mayBeBundle(std::string_view text) {
    constexpr std::size_t end = 400;
    return text.substr(0, end).find("\"Bundle\"") != text.npos || text.substr(0, end).find("\"entry\"") != text.npos;
}

Failure placed(const Failure& failure, const Unit& unit) {
    constexpr std::string_view head = "Bundle.entry[";
    if (failure.issues().empty()) return failure;
    auto issues = failure.issues();
    for (auto& issue : issues) {
        auto& place = issue.expression;
        if (!place.starts_with(head)) continue;
        std::size_t number = 0;
        const auto [end, error] = std::from_chars(place.data() + head.size(), place.data() + place.size(), number);
        if (error != std::errc() || number >= unit.origins.size()) continue;
        const auto rest = place.substr(std::size_t(end - place.data()) + 1);
        const auto entry = unit.origins[number].entry;
        if (entry)
            place = entryPlace(*entry) + rest;
        else
            place = rest.starts_with(".resource") ? unit.bundle.entries[number].type + rest.substr(9) : std::string();
    }
    return Failure::withIssues(failure.kind(), std::move(issues));
}

std::vector<Unit> prepareUnits(std::vector<Line> lines, const Rules& rules, Tally& tally, bool& sawConditional) {
    std::vector<Unit> units;
    Unit unit;
    unit.bundle.isTransaction = true;
    for (const auto& line : lines) {
        try {
            auto document = fhir::parseBody(line.text);
            if (document.root().isArray())
                throw Failure(FailureKind::badRequest, "This is a JSON array. An import takes one resource a line, or a Bundle.");
            if (document.root().isObject() && document.root().stringAt("resourceType") == "Bundle") {
                units.push_back(bundleUnit(std::move(document), line, rules, tally, sawConditional));
                continue;
            }
            const bool conditional = line.text.find('?') != line.text.npos && !fhir::conditionalReferences(document).empty();
            sawConditional = sawConditional || conditional;
            if (conditional != rules.conditional) continue;
            auto entry = entryOf(std::move(document), rules, line, "", tally);
            entry.index = unit.bundle.entries.size();
            unit.bundle.entries.push_back(std::move(entry));
            unit.origins.push_back({line.file, line.number});
        } catch (const Failure& failure) {
            if (!rules.conditional) tally.refuse(line.file, line.number, failure, 1);
        }
    }
    dropRepeated(unit);
    units.push_back(std::move(unit));
    return units;
}

}  // namespace polyclinic::import
