#include "jobs/worker.h"

#include <nlohmann/json.hpp>

#include "base/failure.h"
#include "base/log.h"

namespace polyclinic::jobs {
namespace {

using namespace std::chrono_literals;

/// Renewed twice a second; long enough for a database that stands still a while. A job that runs twice does no harm.
constexpr auto lease = 20s;
constexpr int mostAtOnce = 2;

}  // namespace

Task<bool> Run::progress(std::string state) {
    job_.state = std::move(state);
    co_await store_.save(tenant_->session(), job_);
    const bool cancelWanted = co_await store_.renew(job_.id, lease);
    if (cancelWanted) cancelled_ = true;
    co_return cancelled_;
}

void Worker::start() {
    loop_ = &Loop::current();
    arm();
    kick();
}

void Worker::arm() {
    timer_ = loop_->after(1s, [this] {
        arm();
        if (!looking_) spawn(look());
    });
}

void Worker::kick() {
    loop_->post([this] {
        if (!looking_) spawn(look());
    });
}

Task<void> Worker::look() {
    looking_ = true;
    try {
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

Task<void> Worker::run(store::Claim claim) {
    try {
        const auto tenant = co_await directory_.byNumber(claim.tenantNumber);
        std::optional<store::Job> job;
        if (tenant) job = co_await store_.get(tenant->session(), claim.id);
        if (!job || job->hasEnded()) {
            co_await store_.forget(claim.id);
        } else {
            job->status = "running";
            Run run(store_, tenant, std::move(*job));
            std::string failure;
            try {
                const bool cancelled = co_await run.progress(run.job().state);
                if (!cancelled) co_await handlers_.at(claim.kind)(run);
            } catch (const Failure& error) {
                failure = error.told();
                log::warn("job {} of tenant {} failed: {}", claim.id, tenant->id(), error.what());
            } catch (const std::exception& error) {
                failure = "The job ended with an internal error.";
                log::error("job {} of tenant {} failed: {}", claim.id, tenant->id(), error.what());
            }
            auto ended = run.job();
            ended.status = !failure.empty() ? "failed" : run.isCancelled() ? "cancelled" : "completed";
            if (!failure.empty()) {
                auto state = nlohmann::json::parse(ended.state);
                state["failure"] = failure;
                ended.state = state.dump();
            }
            co_await store_.save(tenant->session(), ended);
        }
    } catch (const std::exception& error) {
        log::error("job {} could not be ended: {}", claim.id, error.what());
    }
    --running_;
    if (!stopping_) kick();
}

}  // namespace polyclinic::jobs
