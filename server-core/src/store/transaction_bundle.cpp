#include "store/transaction_bundle.h"

#include "base/encoding.h"
#include "base/failure.h"
#include "fhir/definitions/definitions.h"
#include "fhir/definitions/definitions.h"
#include "fhir/search/query.h"

namespace polyclinic::store {
namespace {

Failure ambiguous(std::size_t index, const std::string& member, const std::string& sentence) {
    return Failure::withIssues(FailureKind::preconditionFailed,
                               {{Issue::Severity::error, "multiple-matches", sentence,
                                 "Bundle.entry[" + std::to_string(index) + "]" + member}});
}

}  // namespace

fhir::SearchQuery parseCriteria(std::string_view type, std::string_view criteria, std::string_view cursorKey,
                                const tenancy::TenantContext& tenant) {
    if (criteria.starts_with('?')) criteria.remove_prefix(1);
    const auto fields = parseForm(criteria);
    if (!fields || fields->empty())
        throw Failure(FailureKind::badRequest, "The search criteria of a condition are empty or not well-formed.");
    const auto base = tenant.urls().fhirApi();
    fhir::QueryOptions options;
    options.strict = true;
    options.cursorKey = cursorKey;
    options.tenant = tenant.number();
    options.ownBase = base;
    return fhir::parseQuery(type, *fields, options);
}

Task<std::vector<EntryOutcome>> carryOut(ScopedWriter& writer, fhir::Bundle& bundle, const BundleRules& rules) {
    std::vector<EntryOutcome> outcomes(bundle.entries.size());
    auto transaction = co_await writer.begin();

    // Conditional creates first: whether they write decides what others refer to.
    for (auto& entry : bundle.entries) {
        if (entry.method != "POST" || entry.ifNoneExist.empty()) continue;
        const auto query = parseCriteria(entry.type, entry.ifNoneExist, rules.cursorKey, writer.tenant());
        const auto ids = co_await transaction.match(query, entry.ifNoneExist);
        if (ids.size() > 1) throw ambiguous(entry.index, ".request.ifNoneExist", "matches more than one resource");
        if (ids.empty()) continue;
        entry.id = ids.front();
        auto& outcome = outcomes[entry.index];
        outcome.status = 200;
        outcome.unchanged = true;
        outcome.resource.type = fhir::typeCode(entry.type);
        outcome.resource.id = entry.id;
    }

    auto targets = fhir::targetsOf(bundle);
    for (auto& entry : bundle.entries) {
        if (!entry.document) continue;
        for (const auto& reference : fhir::conditionalReferences(*entry.document)) {
            if (targets.contains(reference)) continue;
            const auto mark = reference.find('?');
            const auto type = reference.substr(0, mark), criteria = reference.substr(mark + 1);
            const auto query = parseCriteria(type, criteria, rules.cursorKey, writer.tenant());
            const auto ids = co_await transaction.match(query, criteria);
            if (ids.size() != 1)
                throw ambiguous(entry.index, ".resource",
                                "a conditional reference to a " + type + " matches " +
                                    (ids.empty() ? "no resource" : "more than one resource"));
            targets[reference] = type + '/' + ids.front();
        }
    }

    std::vector<Change> changes;
    std::vector<std::size_t> owners;
    for (auto& entry : bundle.entries) {
        if (entry.method == "GET" || outcomes[entry.index].status != 0) continue;
        if (entry.document) fhir::rewriteLinks(*entry.document, targets);
        Change change;
        change.type = entry.type;
        change.id = entry.id;
        change.ifMatch = entry.ifMatch;
        change.skipUnchanged = rules.skipUnchanged;
        change.document = entry.document ? &*entry.document : nullptr;
        if (entry.method == "DELETE")
            change.kind = Change::Kind::remove;
        else if (entry.method == "PUT" || rules.postReplaces)
            change.kind = Change::Kind::put;
        changes.push_back(std::move(change));
        owners.push_back(entry.index);
    }
    auto written = co_await transaction.commit(changes, "transaction");
    for (std::size_t i = 0; i < written.size(); ++i) {
        auto& outcome = outcomes[owners[i]];
        outcome.resource = std::move(written[i].resource);
        switch (written[i].outcome) {
            case Written::Outcome::created: outcome.status = 201; break;
            case Written::Outcome::updated: outcome.status = 200; break;
            case Written::Outcome::unchanged: outcome.status = 200; outcome.unchanged = true; break;
            case Written::Outcome::removed:
            case Written::Outcome::absent: outcome.status = 204; break;
        }
    }
    co_return outcomes;
}

}  // namespace polyclinic::store
