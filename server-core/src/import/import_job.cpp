#include "import/import_job.h"

#include <deque>
#include <mutex>
#include <nlohmann/json.hpp>

#include "base/failure.h"
#include "base/log.h"
#include "fhir/definitions/definitions.h"
#include "import/unit.h"
#include "records/transaction_bundle.h"

namespace polyclinic::import {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t linesPerUnit = 200, bytesPerUnit = 4 << 20;
constexpr std::int64_t effortPerTurn = 16 << 20;  // bytes that are looked at before others come to their turn
constexpr int tries = 10, triesAmongOthers = 3;

/// Everything that the workers of one import share. Lines are taken one unit after the other, units run side by side.
struct Import {
    Importing setup;
    jobs::Run& run;
    FairWorkers::Share workers = setup.workers.of({run.tenant()->number()});
    bool lenient = false;
    std::function<std::unique_ptr<LineSource>()> open;

    std::shared_ptr<LineSource> source;  // set while no worker runs
    std::mutex taking;                   // held while a file is read: by workers alone, never by a loop
    std::optional<Line> held;
    std::atomic<bool> atEnd{false};
    bool conditionalPass = false;
    std::atomic<bool> sawConditional{false};
    std::atomic<int> exclusiveTurns{0};  // units that others wait for
    std::atomic<int> large{0};           // lines that are longer than a usual unit: one at a time, for their memory
    std::mutex faultMutex;
    std::exception_ptr fault;
    std::atomic<bool> failed{false};
    Tally tally;
    records::ResolvedReferences resolved;

    bool shouldStop() const { return failed || run.shouldStop(); }

    struct Taken {
        std::vector<Line> lines;
        bool large = false;  // whoever has it gives `large` back
        bool waits = false;  // for another large one to be done
    };

    /// A Bundle, or some lines that are none. Empty at the end, and when the turn was used up before a line ended. On a
    /// worker.
    Taken take() {
        std::lock_guard lock(taking);
        Taken taken;
        auto& lines = taken.lines;
        std::size_t bytes = 0;
        auto effort = effortPerTurn;
        while (!atEnd && lines.size() < linesPerUnit && bytes < bytesPerUnit && effort > 0 && !shouldStop()) {
            Line line;
            if (held) {
                line = *std::exchange(held, std::nullopt);
            } else {
                const auto found = source->next(line, effort);
                if (found == LineSource::Found::end) atEnd = true;
                if (found != LineSource::Found::document) break;
            }
            const bool alone = mayBeBundle(line.text) || line.text.size() + bytes > bytesPerUnit;
            if (alone && !lines.empty()) {
                held = std::move(line);
                break;
            }
            if (line.text.size() > bytesPerUnit) {
                int none = 0;
                taken.large = large.compare_exchange_strong(none, 1);
                if (!taken.large) {
                    held = std::move(line);
                    taken.waits = true;
                    break;
                }
            }
            bytes += line.text.size();
            lines.push_back(std::move(line));
            if (alone) break;
        }
        return taken;
    }

    std::string state() { return tally.toJson(source ? source->bytesDone() : 0, source ? source->bytesTotal() : 0); }

    void fail(std::exception_ptr error) {
        std::lock_guard lock(faultMutex);
        if (!fault) fault = std::move(error);
        failed = true;
    }
};

records::ScopedWriter writerOf(Import& import) {
    audit::Actor actor{"server", import.run.job().requestedBy, import.run.job().id};
    actor.behalf = actor.id;
    return {import.run.tenant(), access::AccessScope::everything(), std::move(actor), import.setup.audit, import.setup.clock};
}

/// Held by a unit that others were faster than too often: no other begins meanwhile. A large Bundle would wait for ever
/// beside many small ones that share resources with it.
class ExclusiveTurn {
  public:
    void take(Import& import) {
        if (!std::exchange(held_, &import)) ++import.exclusiveTurns;
    }
    ~ExclusiveTurn() {
        if (held_) --held_->exclusiveTurns;
    }
    bool isHeld() const { return held_; }

  private:
    Import* held_ = nullptr;
};

/// Writes the unit; a Failure of a unit that is no Bundle comes back for its entries to be tried one by one.
Task<std::optional<Failure>> write(Import& import, Unit& unit) {
    if (!import.setup.mayStore())
        co_return Failure(FailureKind::insufficientStorage,
                          "The disk of the server is almost full. Free some space and start the import again: what is there already counts "
                          "as unchanged.");
    auto writer = writerOf(import);
    records::BundleRules rules;
    rules.skipUnchanged = true;
    rules.postReplaces = true;
    rules.cursorKey = import.setup.cursorKey;
    rules.resolved = &import.resolved;
    // Some hundred records are indexed beside the loops, whose other requests would wait.
    rules.bytes = unit.bundle.entries.size() * 2'000;
    rules.workers = &import.workers;
    ExclusiveTurn exclusiveTurn;
    for (int attempt = 1;; ++attempt) {
        std::optional<Failure> failure;
        while (!exclusiveTurn.isHeld() && import.exclusiveTurns > 0) co_await sleepFor(5ms);
        try {
            const auto outcomes = co_await records::carryOut(writer, unit.bundle, rules);
            for (const auto& entry : unit.bundle.entries)
                if (entry.method != "GET") import.tally.count(entry.type, outcomes[entry.index].status, outcomes[entry.index].unchanged);
            co_return std::nullopt;
        } catch (const db::DatabaseFailure& caught) {
            if (caught.isClosed()) throw;  // suspended or removed: nothing of the job is stored any more
            failure = caught;
        } catch (const Failure& caught) {
            failure = caught;
        }
        const bool mayPass = failure->kind() == FailureKind::conflict || failure->kind() == FailureKind::unavailable;
        if (!mayPass || attempt == tries || import.shouldStop()) co_return failure;
        if (failure->kind() == FailureKind::conflict && attempt >= triesAmongOthers) exclusiveTurn.take(import);
        co_await sleepFor(std::chrono::milliseconds(20 << std::min(attempt, 6)));
    }
}

Task<void> writeOrRefuse(Import& import, Unit& unit) {
    if (unit.bundle.entries.empty() || import.shouldStop()) co_return;
    const auto failure = co_await write(import, unit);
    if (!failure) co_return;
    if (failure->kind() == FailureKind::unavailable || failure->kind() == FailureKind::internal ||
        failure->kind() == FailureKind::insufficientStorage)
        throw *failure;                  // not the data's fault: the job fails and can be run again
    if (import.shouldStop()) co_return;  // it was not tried to the end
    if (unit.isBundle || unit.bundle.entries.size() == 1) {
        import.tally.refuse(unit.origins.front().file, unit.origins.front().line, placed(*failure, unit), unit.bundle.entries.size());
        co_return;
    }
    for (std::size_t i = 0; i < unit.bundle.entries.size(); ++i) {
        Unit one;
        one.bundle.isTransaction = true;
        one.bundle.entries.push_back(std::move(unit.bundle.entries[i]));
        one.bundle.entries.front().index = 0;
        one.origins.push_back(unit.origins[i]);
        co_await writeOrRefuse(import, one);
    }
}

struct GiveBack {
    std::atomic<int>* count;
    ~GiveBack() {
        if (count) --*count;
    }
};

Task<void> worker(Import& import) {
    const Rules rules{{import.run.tenant()->id(), import.run.tenant()->urls().fhirApi()}, import.lenient, import.conditionalPass};
    while (!import.shouldStop()) {
        // Lines that wait behind others are read, parsed and checked off the loop.
        auto take = [&import] { return std::make_shared<Import::Taken>(import.take()); };
        const auto taken = co_await import.workers.run(take);
        const GiveBack giveBack{taken->large ? &import.large : nullptr};
        if (taken->lines.empty()) {
            if (import.atEnd) break;
            if (taken->waits) co_await sleepFor(10ms);
            continue;
        }
        auto prepare = [&import, &rules, taken] {
            bool conditional = false;
            auto prepared = std::make_shared<std::vector<Unit>>(prepareUnits(std::move(taken->lines), rules, import.tally, conditional));
            if (conditional) import.sawConditional = true;
            return prepared;
        };
        const auto units = co_await import.workers.run(prepare);
        for (auto& unit : *units) co_await writeOrRefuse(import, unit);
    }
}

/// A worker on its own loop; its fault stops the others.
Task<void> guardedQueryClass(Import& import, std::shared_ptr<std::atomic<int>> left, std::shared_ptr<OneShot<bool>> done) {
    try {
        co_await worker(import);
    } catch (...) {
        import.fail(std::current_exception());
    }
    if (--*left == 0) done->set(true);
}

Task<void> watch(Import& import, std::shared_ptr<bool> over) {
    std::string stored;
    while (!*over) {
        for (int i = 0; i < 25 && !*over; ++i) co_await sleepFor(20ms);
        if (*over) break;
        auto state = import.state();
        if (state == stored) continue;
        stored = state;
        try {
            co_await import.run.progress(std::move(state));
        } catch (const std::exception& error) {
            log::warn("an import's progress could not be stored: {}", error.what());
        }
    }
}

Task<void> watchUntil(Import& import, std::shared_ptr<bool> over, std::shared_ptr<OneShot<bool>> ended) {
    co_await watch(import, over);
    ended->set(true);
}

Task<void> pass(Import& import) {
    import.source = co_await import.workers.run(
        [&import] { return std::shared_ptr<LineSource>(import.open());
});
import.atEnd = false;
const auto left = std::make_shared<std::atomic<int>>(int(import.setup.loops.size()));
const auto done = std::make_shared<OneShot<bool>>();
for (auto* loop : import.setup.loops) loop->post([&import, left, done] { spawn(guardedQueryClass(import, left, done)); });
co_await *done;
if (import.fault) std::rethrow_exception(import.fault);
}  // namespace

Task<void> runImport(Importing setup, jobs::Run& run) {
    const auto parameters = nlohmann::json::parse(run.job().parameters);
    Import import{setup, run};
    import.lenient = parameters.value("lenient", false);
    if (parameters.contains("files")) {
        const auto paths = parameters["files"].get<std::vector<std::string>>();
        const auto allowed = setup.allowed;
        const auto trusted = parameters.value("trusted", false);
        auto resolve = [paths, allowed, trusted] {
            return resolveFiles(paths, trusted ? std::vector<std::filesystem::path>{"/"} : allowed);
        };
        const auto files = co_await import.workers.run(std::move(resolve));
        import.open = [files] { return readFiles(files);
    };
}
else {
    const auto body = std::make_shared<std::string>(co_await run.store().body(*run.tenant(), run.job().id));
    import.open = [body] { return readText(body);
};
}  // namespace polyclinic::import

const auto over = std::make_shared<bool>(false);
const auto ended = std::make_shared<OneShot<bool>>();
spawn(watchUntil(import, over, ended));
std::exception_ptr fault;
try {
    co_await pass(import);
    if (import.sawConditional && !import.shouldStop()) {
        import.conditionalPass = true;
        co_await pass(import);
    }
} catch (...) {
    fault = std::current_exception();
}
*over = true;
co_await *ended;
run.setState(import.state());
if (fault) std::rethrow_exception(fault);
}

}  // namespace

jobs::Handler importHandler(Importing importing) {
    return [importing](jobs::Run& run) { return runImport(importing, run); };
}

}  // namespace polyclinic::import
