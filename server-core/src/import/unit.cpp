#include "import/unit.h"

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
        fhir::prepareResource(document, type, rules.home, place);
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
    for (std::size_t i = 0; i < unit.bundle.entries.size(); ++i)
        last[{unit.bundle.entries[i].type, unit.bundle.entries[i].id}] = i;
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

/// A Bundle that is no transaction: its resources under their own ids.
fhir::Bundle collectionOf(json::Document& document, const Rules& rules, const Line& line, Tally& tally) {
    fhir::Bundle bundle;
    bundle.isTransaction = true;
    const auto* entries = document.root().find("entry");
    if (!entries) return bundle;
    for (auto& item : entries->items()) {
        const auto* resource = item.find("resource");
        if (!resource) continue;
        json::Document one;
        one.setRoot(one.copy(*resource));
        auto entry = entryOf(std::move(one), rules, line,
                             "Bundle.entry[" + std::to_string(bundle.entries.size()) + "].resource", tally,
                             bundle.entries.size());
        entry.fullUrl = item.stringAt("fullUrl");
        entry.index = bundle.entries.size();
        bundle.entries.push_back(std::move(entry));
    }
    return bundle;
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
    unit.isBundle = true;
    const auto resources = entriesOf(document);
    try {
        const auto type = document.root().stringAt("type");
        if (type == "transaction" || type == "batch") {
            fhir::Tolerate tolerate;
            if (rules.lenient && !rules.conditional)
                tolerate = [&](const Failure& failure) {
                    for (const auto& issue : failure.issues()) tally.warn(line.file, line.number, issue);
                };
            else if (rules.lenient)
                tolerate = [](const Failure&) {};  // told by the first pass
            unit.bundle = fhir::parseBundle(line.text, rules.home, mostEntries, tolerate);
            fhir::assignIds(unit.bundle, true);
            for (auto& entry : unit.bundle.entries)
                if (entry.method == "POST" && !entry.fullUrl.starts_with("urn:uuid:")) entry.id = steadyId(line, entry.index);
        } else {
            unit.bundle = collectionOf(document, rules, line, tally);
        }
        const bool conditional = hasConditional(unit.bundle);
        sawConditional = sawConditional || conditional;
        if (conditional != rules.conditional) unit.bundle.entries.clear();
        unit.origins.assign(unit.bundle.entries.size(), {line.file, line.number});
        dropRepeated(unit);
    } catch (const Failure& failure) {
        if (!rules.conditional) tally.refuse(line.file, line.number, failure, resources);
        unit.bundle.entries.clear();
    }
    return unit;
}

}  // namespace

bool mayBeBundle(std::string_view text) {
    constexpr std::size_t end = 400;
    return text.substr(0, end).find("\"Bundle\"") != text.npos || text.substr(0, end).find("\"entry\"") != text.npos;
}

std::vector<Unit> prepareUnits(std::vector<Line> lines, const Rules& rules, Tally& tally, bool& sawConditional) {
    std::vector<Unit> units;
    Unit unit;
    unit.bundle.isTransaction = true;
    for (const auto& line : lines) {
        try {
            auto document = fhir::parseBody(line.text);
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
