#include "store/transaction_bundle.h"

#include <algorithm>
#include <tuple>

#include "base/encoding.h"
#include "base/failure.h"
#include "fhir/definitions/definitions.h"
#include "fhir/search/query.h"

namespace polyclinic::store {
namespace {

Failure ambiguous(std::size_t index, const std::string& member, const std::string& sentence) {
    return Failure::withIssues(FailureKind::preconditionFailed,
                               {{Issue::Severity::error, "multiple-matches", sentence,
                                 "Bundle.entry[" + std::to_string(index) + "]" + member}});
}

/// Adds "Type/id" of every conditional reference of the Bundle to `targets`.
Task<void> resolveReferences(WriteTransaction& transaction, fhir::Bundle& bundle, const BundleRules& rules,
                             const tenancy::TenantContext& tenant, std::unordered_map<std::string, std::string>& targets) {
    std::vector<fhir::SearchQuery> queries;
    std::vector<std::pair<std::string, std::size_t>> wanted;  // reference, and the first entry that has it
    std::unordered_map<std::string, std::size_t> asked;
    for (auto& entry : bundle.entries) {
        if (!entry.document) continue;
        for (auto& reference : fhir::conditionalReferences(*entry.document)) {
            if (targets.contains(reference) || asked.contains(reference)) continue;
            if (rules.resolved) {
                if (auto known = rules.resolved->find(reference)) {
                    targets[reference] = std::move(*known);
                    continue;
                }
            }
            const auto mark = reference.find('?');
            queries.push_back(parseCriteria(reference.substr(0, mark), reference.substr(mark + 1), rules.cursorKey, tenant));
            asked[reference] = entry.index;
            wanted.emplace_back(reference, entry.index);
        }
    }
    if (queries.empty()) co_return;
    const auto found = co_await transaction.look(queries);
    for (std::size_t i = 0; i < wanted.size(); ++i) {
        const auto& [reference, index] = wanted[i];
        const auto& type = queries[i].type;
        if (found[i].size() != 1)
            throw ambiguous(index, ".resource", "a conditional reference to a " + type + " matches " +
                                                    (found[i].empty() ? "no resource" : "more than one resource"));
        const auto target = type + '/' + found[i].front();
        if (rules.resolved) rules.resolved->remember(reference, target);
        targets[reference] = target;
    }
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

    // Conditional creates first: whether they write decides what others refer to. In one order for everybody, so that
    // two transactions cannot wait for each other.
    std::vector<fhir::BundleEntry*> conditional;
    for (auto& entry : bundle.entries)
        if (entry.method == "POST" && !entry.ifNoneExist.empty()) conditional.push_back(&entry);
    std::sort(conditional.begin(), conditional.end(), [](const auto* a, const auto* b) {
        return std::tie(a->type, a->ifNoneExist, a->index) < std::tie(b->type, b->ifNoneExist, b->index);
    });
    for (auto* one : conditional) {
        auto& entry = *one;
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
    co_await resolveReferences(transaction, bundle, rules, writer.tenant(), targets);

    // Written in one order by everybody, for the same reason.
    std::vector<fhir::BundleEntry*> order;
    for (auto& entry : bundle.entries) order.push_back(&entry);
    std::sort(order.begin(), order.end(), [](const auto* a, const auto* b) {
        return std::tie(a->type, a->id, a->index) < std::tie(b->type, b->id, b->index);
    });
    std::vector<Change> changes;
    std::vector<std::size_t> owners;
    for (auto* one : order) {
        auto& entry = *one;
        if (entry.method == "GET" || outcomes[entry.index].status != 0) continue;
        if (entry.refusal || (!entry.document && entry.method != "DELETE"))
            throw Failure(FailureKind::internal, "The Bundle could not be carried out.", "an entry without a resource came to be written");
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
