#include "import/import_job.h"

#include <deque>
#include <mutex>
#include <nlohmann/json.hpp>

#include "base/failure.h"
#include "base/log.h"
#include "fhir/definitions/definitions.h"
#include "import/unit.h"
#include "store/transaction_bundle.h"

namespace polyclinic::import {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t linesPerUnit = 200;
constexpr int tries = 10, triesAmongOthers = 3;

/// Everything that the lanes of one import share. Lines are taken one unit after the other, units run side by side.
struct Import {
    Importing setup;
    jobs::Run& run;
    bool lenient = false;
    std::function<std::unique_ptr<LineSource>()> open;

    std::shared_ptr<LineSource> source;
    std::mutex mutex;
    std::optional<Line> held;
    bool conditionalPass = false;
    std::atomic<bool> sawConditional{false};
    std::atomic<bool> stop{false};
    std::atomic<int> onTheFloor{0};  // units that others wait for
    std::exception_ptr fault;
    Tally tally;
    store::ResolvedReferences resolved;

    /// A Bundle, or some lines that are none. Empty at the end. On a worker.
    std::vector<Line> take() {
        std::lock_guard lock(mutex);
        std::vector<Line> lines;
        while (lines.size() < linesPerUnit && !stop) {
            auto line = held ? std::exchange(held, std::nullopt) : source->next();
            if (!line) break;
            const bool bundle = mayBeBundle(line->text);
            if (bundle && !lines.empty()) {
                held = std::move(line);
                break;
            }
            lines.push_back(std::move(*line));
            if (bundle) break;
        }
        return lines;
    }

    std::string state() {
        std::lock_guard lock(mutex);
        return tally.toJson(source ? source->bytesDone() : 0, source ? source->bytesTotal() : 0);
    }
};

store::ScopedWriter writerOf(Import& import) {
    store::Actor actor{"server", import.run.job().requestedBy, import.run.job().id};
    return {import.run.tenant(), store::AccessScope::everything(), std::move(actor), import.setup.audit, import.setup.clock};
}

/// Held by a unit that others were faster than too often: no other begins meanwhile. A large Bundle would wait for ever
/// beside many small ones that share resources with it.
class Floor {
  public:
    void take(Import& import) {
        if (!std::exchange(held_, &import)) ++import.onTheFloor;
    }
    ~Floor() {
        if (held_) --held_->onTheFloor;
    }
    bool isHeld() const { return held_; }

  private:
    Import* held_ = nullptr;
};

/// Writes the unit; a Failure of a unit that is no Bundle comes back for its entries to be tried one by one.
Task<std::optional<Failure>> write(Import& import, Unit& unit) {
    if (!import.setup.mayStore())
        co_return Failure(FailureKind::insufficientStorage,
                          "The disk of the server is almost full. Free some space and start the import again: what is there already counts as unchanged.");
    auto writer = writerOf(import);
    store::BundleRules rules;
    rules.skipUnchanged = true;
    rules.postReplaces = true;
    rules.cursorKey = import.setup.cursorKey;
    rules.resolved = &import.resolved;
    Floor floor;
    for (int attempt = 1;; ++attempt) {
        std::optional<Failure> failure;
        while (!floor.isHeld() && import.onTheFloor > 0) co_await sleepFor(5ms);
        try {
            const auto outcomes = co_await store::carryOut(writer, unit.bundle, rules);
            for (const auto& entry : unit.bundle.entries)
                if (entry.method != "GET")
                    import.tally.count(entry.type, outcomes[entry.index].status, outcomes[entry.index].unchanged);
            co_return std::nullopt;
        } catch (const Failure& caught) {
            failure = caught;
        }
        const bool mayPass = failure->kind() == FailureKind::conflict || failure->kind() == FailureKind::unavailable;
        if (!mayPass || attempt == tries) co_return failure;
        if (failure->kind() == FailureKind::conflict && attempt >= triesAmongOthers) floor.take(import);
        co_await sleepFor(std::chrono::milliseconds(20 << std::min(attempt, 6)));
    }
}

Task<void> writeOrRefuse(Import& import, Unit& unit) {
    if (unit.bundle.entries.empty()) co_return;
    const auto failure = co_await write(import, unit);
    if (!failure) co_return;
    if (failure->kind() == FailureKind::unavailable || failure->kind() == FailureKind::internal ||
        failure->kind() == FailureKind::insufficientStorage)
        throw *failure;  // not the data's fault: the job fails and can be run again
    if (unit.isBundle || unit.bundle.entries.size() == 1) {
        import.tally.refuse(unit.origins.front().file, unit.origins.front().line, *failure, unit.bundle.entries.size());
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

Task<void> lane(Import& import) {
    const Rules rules{{import.run.tenant()->id(), import.run.tenant()->urls().fhirApi()}, import.lenient, import.conditionalPass};
    while (!import.stop) {
        // Lines that wait behind others are read, parsed and checked off the loop.
        const auto units = co_await import.setup.workers.run([&import, &rules]() -> std::shared_ptr<std::vector<Unit>> {
            auto lines = import.take();
            if (lines.empty()) return nullptr;
            bool conditional = false;
            auto prepared = std::make_shared<std::vector<Unit>>(prepareUnits(std::move(lines), rules, import.tally, conditional));
            if (conditional) import.sawConditional = true;
            return prepared;
        });
        if (!units) break;
        for (auto& unit : *units) co_await writeOrRefuse(import, unit);
    }
}

/// A lane on its own loop; its fault stops the others.
Task<void> guardedLane(Import& import, std::shared_ptr<std::atomic<int>> left, std::shared_ptr<OneShot<bool>> done) {
    try {
        co_await lane(import);
    } catch (...) {
        std::lock_guard lock(import.mutex);
        if (!import.fault) import.fault = std::current_exception();
        import.stop = true;
    }
    if (--*left == 0) done->set(true);
}

Task<void> watch(Import& import, std::shared_ptr<bool> over) {
    while (!*over) {
        for (int i = 0; i < 25 && !*over; ++i) co_await sleepFor(20ms);
        if (*over) break;
        try {
            const bool cancelled = co_await import.run.progress(import.state());
            if (cancelled) import.stop = true;
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
    import.source = co_await import.setup.workers.run(
        [&import] { return std::shared_ptr<LineSource>(import.open()); });
    const auto left = std::make_shared<std::atomic<int>>(int(import.setup.loops.size()));
    const auto done = std::make_shared<OneShot<bool>>();
    for (auto* loop : import.setup.loops) loop->post([&import, left, done] { spawn(guardedLane(import, left, done)); });
    co_await *done;
    if (import.fault) std::rethrow_exception(import.fault);
}

Task<void> runImport(Importing setup, jobs::Run& run) {
    const auto wish = nlohmann::json::parse(run.job().wish);
    Import import{setup, run};
    import.lenient = wish.value("lenient", false);
    if (wish.contains("files")) {
        const auto paths = wish["files"].get<std::vector<std::string>>();
        const auto allowed = setup.allowed;
        const auto trusted = wish.value("trusted", false);
        auto resolve = [paths, allowed, trusted] {
            return resolveFiles(paths, trusted ? std::vector<std::filesystem::path>{"/"} : allowed);
        };
        const auto files = co_await setup.workers.run(std::move(resolve));
        import.open = [files] { return readFiles(files); };
    } else {
        const auto body = std::make_shared<std::string>(co_await run.store().body(run.tenant()->session(), run.job().id));
        import.open = [body] { return readText(*body); };
    }

    const auto over = std::make_shared<bool>(false);
    const auto ended = std::make_shared<OneShot<bool>>();
    spawn(watchUntil(import, over, ended));
    std::exception_ptr fault;
    try {
        co_await pass(import);
        if (import.sawConditional && !import.stop) {
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
