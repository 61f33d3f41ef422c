#include "jobs/worker.h"

#include <nlohmann/json.hpp>

#include "base/failure.h"
#include "base/log.h"

namespace polyclinic::jobs {
namespace {

using namespace std::chrono_literals;

/// Renewed twice a second; long enough for a database that stands still a while.
constexpr auto lease = 20s;
constexpr int mostAtOnce = 2;
constexpr int triesToEnd = 60;  // a second apart

std::string withFailure(const std::string& state, const std::string& failure) {
    auto json = nlohmann::ordered_json::parse(state);
    json["failure"] = failure;
    return json.dump();
}

}  // namespace

Task<void> Run::progress(std::string state) {
    job_.state = std::move(state);
    co_await store_.saveState(*tenant_, job_.id, job_.state);
}

void Worker::start() {
    loop_ = &Loop::current();
    arm();
    kick();
}

void Worker::stop() {
    stopping_ = true;
    Loop* loop = loop_;
    if (!loop) return;
    loop->post([this] {
        for (const auto& [id, run] : runs_) run->ask(Run::Stop::serverStops);
    });
}

void Worker::arm() {
    timer_ = loop_.load()->after(1s, [this] {
        arm();
        if (!looking_) spawn(takeJobs());
    });
}

void Worker::kick() {
    loop_.load()->post([this] {
        if (!looking_) spawn(takeJobs());
    });
}

Task<void> Worker::takeJobs() {
    looking_ = true;
    try {
        if (!stopping_) co_await endDead();
        while (!stopping_ && running_ < mostAtOnce) {
            auto claim = co_await store_.claim(lease);
            if (!claim) break;
            ++running_;
            spawn(run(std::move(*claim)));
        }
    } catch (const std::exception& error) {
        log::warn("the job queue could not be read: {}", error.what());
    }
    looking_ = false;
}

Task<void> Worker::endDead() {
    const auto dead = co_await store_.endDead();
    for (const auto& claim : dead) {
        log::error("job {} is given up: the server died {} times while it ran", claim.id, claim.attempt);
        try {
            const auto tenant = co_await directory_.byNumberOrTrashed(claim.tenantNumber);
            if (!tenant) continue;
            const auto job = co_await store_.claimed(*tenant, claim);
            if (!job || job->hasEnded()) continue;
            auto state = withFailure(job->state, std::string(diedTooOften));
            co_await store_.end(*tenant, claim, "failed", std::move(state));
        } catch (const std::exception& error) {
            log::warn("job {} could not be marked as given up among its tenant's rows: {}", claim.id, error.what());
        }
    }
}

void Worker::noteRenewal(JobStore::Renewal renewal, Run& run) {
    using Renewal = JobStore::Renewal;
    switch (renewal) {
        case Renewal::held:
            return;
        case Renewal::lost:
            return run.ask(Run::Stop::leaseLost);
        case Renewal::cancelled:
            return run.ask(Run::Stop::cancelled);
        case Renewal::tenantStopped:
            return run.ask(Run::Stop::tenantStopped);
    }
}

/// Beside the job, so that a handler that is busy for long keeps its lease and hears that it should stop.
Task<void> Worker::keepLease(Claim claim, std::shared_ptr<Run> run) {
    auto held = std::chrono::steady_clock::now();
    while (!run->over_) {
        try {
            const auto asked = std::chrono::steady_clock::now();
            const auto renewal = co_await store_.renew(claim, lease);
            if (run->over_) break;
            noteRenewal(renewal, *run);
            held = asked;
        } catch (const std::exception& error) {
            log::warn("the lease of job {} could not be renewed: {}", claim.id, error.what());
            if (std::chrono::steady_clock::now() - held > lease) run->ask(Run::Stop::leaseLost);
        }
        for (int i = 0; i < 10 && !run->over_; ++i) co_await sleepFor(50ms);
    }
}

Task<void> Worker::run(Claim claim) {
    std::shared_ptr<Run> run;
    try {
        const auto tenant = co_await directory_.byNumber(claim.tenantNumber);
        std::optional<Job> job;
        if (tenant) job = co_await store_.claimed(*tenant, claim);
        if (!tenant) {
            co_await store_.release(claim);  // it waits until the tenant is served again
        } else if (!job || !handlers_.contains(claim.kind)) {
            co_await store_.endInDirectory(claim, "failed");
        } else if (job->hasEnded()) {
            co_await store_.endInDirectory(claim, job->status);
        } else {
            job->status = "running";
            run = std::make_shared<Run>(store_, tenant, std::move(*job));
            runs_[claim.id] = run;
            co_await carryOut(claim, run);
        }
    } catch (const std::exception& error) {
        log::error("job {} could not be ended: {}", claim.id, error.what());
    }
    if (run) {
        run->over_ = true;
        runs_.erase(claim.id);
    }
    --running_;
    if (!stopping_) kick();
}

Task<void> Worker::carryOut(const Claim& claim, std::shared_ptr<Run> run) {
    const auto tenant = run->tenant();
    std::string failure;
    if (stopping_) run->ask(Run::Stop::serverStops);
    try {
        noteRenewal(co_await store_.renew(claim, lease), *run);
        spawn(keepLease(claim, run));
        if (!run->shouldStop()) {
            co_await run->progress(run->job().state);
            co_await handlers_.at(claim.kind)(*run);
        }
    } catch (const Failure& error) {
        failure = error.publicMessage();
        log::warn("job {} of tenant {} failed: {}", claim.id, tenant->id(), error.what());
    } catch (const std::exception& error) {
        failure = "The job ended with an internal error.";
        log::error("job {} of tenant {} failed: {}", claim.id, tenant->id(), error.what());
    }
    const auto asked = run->stop_.load();
    // The end is worth waiting for: without it the job would be run once more.
    for (int attempt = 1;; ++attempt) {
        try {
            const auto renewal = co_await store_.renew(claim, lease);
            if (renewal == JobStore::Renewal::lost) {
                log::warn("job {} of tenant {} is another worker's by now", claim.id, tenant->id());
                co_return;
            }
            auto stop = asked;
            // A write that was refused tells of a closed clinic before the lease does.
            if (renewal == JobStore::Renewal::tenantStopped && !failure.empty() && stop == Run::Stop::no) stop = Run::Stop::tenantStopped;
            const auto current = co_await directory_.byNumberOrTrashed(claim.tenantNumber);  // as it may be written to now
            auto state = run->job().state;
            if (!current) {
                co_await store_.endInDirectory(claim, "cancelled");  // nothing of it stays
            } else if (stop == Run::Stop::serverStops) {
                co_await store_.saveState(*current, claim.id, std::move(state));
                co_await store_.release(claim);
            } else {
                std::string status = "completed";
                if (stop == Run::Stop::tenantStopped) failure = "The clinic was suspended or removed while this ran.";
                if (stop == Run::Stop::cancelled) failure.clear();
                if (!failure.empty()) state = withFailure(state, failure);
                if (stop != Run::Stop::no)
                    status = "cancelled";
                else if (!failure.empty())
                    status = "failed";
                co_await store_.end(*current, claim, std::move(status), std::move(state));
            }
            co_return;
        } catch (const std::exception& error) {
            log::warn("the end of job {} could not be stored: {}", claim.id, error.what());
            if (attempt == triesToEnd) throw;
        }
        if (stopping_) co_return;
        co_await sleepFor(1s);
    }
}

}  // namespace polyclinic::jobs
