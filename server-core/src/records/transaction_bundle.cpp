#include "records/transaction_bundle.h"

#include <algorithm>
#include <span>
#include <tuple>
#include <unordered_set>

#include "base/encoding.h"
#include "base/failure.h"
#include "fhir/definitions/definitions.h"
#include "fhir/search/query.h"

namespace polyclinic::records {
namespace {

Failure ambiguous(std::size_t index, const std::string& member, const std::string& sentence) {
    return Failure::withIssues(FailureKind::preconditionFailed, {{Issue::Severity::error, "multiple-matches", sentence,
                                                                  "Bundle.entry[" + std::to_string(index) + "]" + member}});
}

/// So many searches go out together: others of this loop have their turn in between.
constexpr std::size_t looksAtOnce = 100;

template <class Work>
Task<void> makeReady(const BundleRules& rules, Work work) {
    if (rules.workers && rules.bytes > largeForLoop)
        co_await rules.workers->run(std::move(work));
    else
        work();
}

/// What is left for conditions. Each is a search of its own, inside one transaction.
class Budget {
  public:
    explicit Budget(std::size_t most) : left_(most) {}
    void spend(const fhir::SearchQuery& query, std::size_t index, const std::string& member) {
        const auto cost = query.cost();
        if (cost > left_)
            throw Failure::withIssues(
                FailureKind::badRequest,
                {{Issue::Severity::error, "too-costly", "The conditions of the Bundle come to too many searches; send it in parts.",
                  "Bundle.entry[" + std::to_string(index) + "]" + member}});
        left_ -= cost;
    }

  private:
    std::size_t left_;
};

/// The conditional references of a Bundle that have to be looked for, each once.
struct Wanted {
    std::vector<fhir::SearchQuery> queries;
    std::vector<std::pair<std::string, std::size_t>> references;  // and the first entry that has it
};

/// Those that are known already go to `targets`.
void collect(fhir::Bundle& bundle, const BundleRules& rules, Budget& budget, const tenancy::TenantContext& tenant,
             std::unordered_map<std::string, std::string>& targets, Wanted& wanted) {
    std::unordered_set<std::string> asked;
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
            wanted.queries.push_back(parseCriteria(reference.substr(0, mark), reference.substr(mark + 1), rules.cursorKey, tenant));
            budget.spend(wanted.queries.back(), entry.index, ".resource");
            asked.insert(reference);
            wanted.references.emplace_back(reference, entry.index);
        }
    }
}

/// Adds "Type/id" of every conditional reference of the Bundle to `targets`.
Task<void> resolveReferences(WriteTransaction& transaction, fhir::Bundle& bundle, const BundleRules& rules, Budget& budget,
                             const tenancy::TenantContext& tenant, std::unordered_map<std::string, std::string>& targets) {
    Wanted wanted;
    const auto collecting = [&] { collect(bundle, rules, budget, tenant, targets, wanted); };
    co_await makeReady(rules, collecting);
    const std::span<const fhir::SearchQuery> queries(wanted.queries);
    for (std::size_t begin = 0; begin < queries.size(); begin += looksAtOnce) {
        const auto some = queries.subspan(begin, std::min(looksAtOnce, queries.size() - begin));
        const auto found = co_await transaction.find(some);
        for (std::size_t i = 0; i < some.size(); ++i) {
            const auto& [reference, index] = wanted.references[begin + i];
            const auto& type = some[i].type;
            if (found[i].size() != 1)
                throw ambiguous(
                    index, ".resource",
                    "a conditional reference to a " + type + " matches " + (found[i].empty() ? "no resource" : "more than one resource"));
            const auto target = type + '/' + found[i].front();
            if (rules.resolved) rules.resolved->remember(reference, target);
            targets[reference] = target;
        }
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

namespace {

/// All of carryOut() but what becomes of the looks of a Bundle that fails.
Task<std::vector<EntryOutcome>> carryOutIn(WriteTransaction& transaction, ScopedWriter& writer, fhir::Bundle& bundle,
                                           const BundleRules& rules) {
    std::vector<EntryOutcome> outcomes(bundle.entries.size());
    Budget budget(rules.mostConditions);

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
        budget.spend(query, entry.index, ".request.ifNoneExist");
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
    co_await resolveReferences(transaction, bundle, rules, budget, writer.tenant(), targets);

    // Written in one order by everybody, for the same reason.
    std::vector<fhir::BundleEntry*> order;
    for (auto& entry : bundle.entries) order.push_back(&entry);
    std::sort(order.begin(), order.end(),
              [](const auto* a, const auto* b) { return std::tie(a->type, a->id, a->index) < std::tie(b->type, b->id, b->index); });
    std::vector<Change> changes;
    std::vector<std::size_t> owners;
    const auto rewriting = [&] {
        for (auto& entry : bundle.entries)
            if (entry.document && outcomes[entry.index].status == 0) fhir::rewriteLinks(*entry.document, targets);
    };
    co_await makeReady(rules, rewriting);
    for (auto* one : order) {
        auto& entry = *one;
        if (entry.method == "GET" || outcomes[entry.index].status != 0) continue;
        if (entry.refusal || (!entry.document && entry.method != "DELETE"))
            throw Failure(FailureKind::internal, "The Bundle could not be carried out.", "an entry without a resource came to be written");
        Change change;
        change.type = entry.type;
        change.id = entry.id;
        change.ifMatch = entry.ifMatch;
        change.skipUnchanged = rules.skipUnchanged;
        change.place = "Bundle.entry[" + std::to_string(entry.index) + "].resource";
        change.bytes = rules.bytes / bundle.entries.size();
        change.workers = rules.workers;
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
            case Written::Outcome::created:
                outcome.status = 201;
                break;
            case Written::Outcome::updated:
                outcome.status = 200;
                break;
            case Written::Outcome::unchanged:
                outcome.status = 200;
                outcome.unchanged = true;
                break;
            case Written::Outcome::removed:
            case Written::Outcome::absent:
                outcome.status = 204;
                break;
        }
    }
    co_return outcomes;
}

}  // namespace

Task<std::vector<EntryOutcome>> carryOut(ScopedWriter& writer, fhir::Bundle& bundle, const BundleRules& rules) {
    auto transaction = co_await writer.begin();
    std::exception_ptr failed;
    std::vector<EntryOutcome> outcomes;
    try {
        outcomes = co_await carryOutIn(transaction, writer, bundle, rules);
    } catch (const Failure&) {
        failed = std::current_exception();
    }
    if (!failed) co_return outcomes;
    // What a condition found was told by the refusal, though nothing was written.
    co_await transaction.noteLooks();
    std::rethrow_exception(failed);
}

}  // namespace polyclinic::records
