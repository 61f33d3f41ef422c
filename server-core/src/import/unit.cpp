#include "import/unit.h"

#include <map>

#include "base/random.h"
#include "fhir/definitions/definitions.h"
#include "fhir/resource.h"
#include "fhir/stored_form.h"
#include "fhir/validate.h"

namespace polyclinic::import {
namespace {

constexpr std::size_t mostEntries = 100'000;

/// The resource of a line or of an entry, ready to be written under its own id.
fhir::BundleEntry entryOf(json::Document document, const Rules& rules, const Line& line, const std::string& place, Tally& tally) {
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
    if (entry.id.empty()) entry.id = randomUuid();
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
                             "Bundle.entry[" + std::to_string(bundle.entries.size()) + "].resource", tally);
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

Unit bundleUnit(const Line& line, const Rules& rules, Tally& tally, bool& sawConditional) {
    Unit unit;
    unit.isBundle = true;
    std::size_t resources = 1;
    try {
        auto document = fhir::parseBody(line.text);
        resources = entriesOf(document);
        const auto type = document.root().stringAt("type");
        if (type == "transaction" || type == "batch") {
            unit.bundle = fhir::parseBundle(line.text, rules.home, mostEntries);
            fhir::assignIds(unit.bundle, true);
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

bool isBundleLine(std::string_view text) {
    // The key is read for real below; this only groups lines, and a wrong guess costs a smaller batch.
    const auto head = text.substr(0, 400);
    return head.find("\"Bundle\"") != head.npos;
}

Unit prepareUnit(std::vector<Line> lines, const Rules& rules, Tally& tally, bool& sawConditional) {
    if (lines.size() == 1) {
        try {
            if (fhir::parseBody(lines.front().text).root().stringAt("resourceType") == "Bundle")
                return bundleUnit(lines.front(), rules, tally, sawConditional);
        } catch (const Failure&) {
            // Told below, with its line.
        }
    }
    Unit unit;
    unit.bundle.isTransaction = true;
    for (const auto& line : lines) {
        try {
            auto document = fhir::parseBody(line.text);
            const bool conditional = line.text.find("?") != line.text.npos && !fhir::conditionalReferences(document).empty();
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
    return unit;
}

}  // namespace polyclinic::import
