#include "records/large_content.h"

#include <algorithm>
#include <atomic>

#include "base/failure.h"
#include "base/loop.h"
#include "tenancy/rows_of.h"

namespace polyclinic::records {
namespace {

constexpr std::size_t piece = 64 << 10, fetchedAtOnce = 128 << 10;
constexpr std::size_t heldText = 256 << 10;  // of one record that was just written
constexpr std::size_t workingMemory = 128 << 20;
constexpr std::size_t mostFrames = 64 << 20;  // kept by all answers that are being sent
constexpr std::chrono::milliseconds lookAgain{50}, waitAtMost{10'000};

std::atomic<std::size_t> workingNow{0}, framesNow{0};

bool takeMemory(std::size_t bytes) {
    auto taken = workingNow.load();
    do {
        if (taken > 0 && taken + bytes > workingMemory) return false;
    } while (!workingNow.compare_exchange_weak(taken, taken + bytes));
    return true;
}

}  // namespace

LargeContent::LargeContent(std::size_t bytes, std::string_view start, bool isWhole, const db::TenantSession& tenant,
                           const StoredResource& resource)
    : size(bytes), session(tenant), type(resource.type), id(resource.id), version(resource.version) {
    if (framesNow.fetch_add(start.size()) + start.size() <= mostFrames) {
        frame = start;
        whole = isWhole;
    } else {
        framesNow -= start.size();
    }
}

LargeContent::~LargeContent() { framesNow -= frame.size(); }

Task<std::shared_ptr<const void>> memoryForLargeText(std::size_t bytes) {
    for (auto waited = std::chrono::milliseconds(0); !takeMemory(bytes); waited += lookAgain) {
        if (waited >= waitAtMost)
            throw Failure(FailureKind::unavailable, "Too many large records are being read. Try again in a few seconds.").withRetryAfter(5);
        co_await sleepFor(lookAgain);
    }
    co_return std::shared_ptr<const void>(nullptr, [bytes](const void*) { workingNow -= bytes; });
}

void AnswerRoom::keep(StoredResource& resource, std::string_view bytes, std::size_t asked, const db::TenantSession& session) {
    const bool whole = bytes.size() < asked;
    const auto size = contentSize(bytes);
    if (whole && size <= text_) {
        text_ -= size;
        resource.json = decompressContent(bytes);
        return;
    }
    const bool held = bytes.size() <= frames_;
    if (held) frames_ -= bytes.size();
    resource.large = std::make_shared<const LargeContent>(size, held ? bytes : std::string_view(), held && whole, session, resource);
}

void setAside(StoredResource& resource, const tenancy::TenantContext& tenant) {
    if (resource.json.size() <= heldText || resource.version == 0) return;
    resource.large = std::make_shared<const LargeContent>(resource.json.size(), std::string_view(), false, rowsOf(tenant), resource);
    resource.json = {};
}

Task<void> LargeContentReader::fetch() {
    static constexpr db::TenantSql sql(
        "SELECT substring(v.content, $5, $6) FROM ("
        "SELECT content FROM resource WHERE tenant_id = $1 AND type = $2 AND id = $3 AND version = $4 UNION ALL "
        "SELECT content FROM resource_history WHERE tenant_id = $1 AND type = $2 AND id = $3 AND version = $4) AS v "
        "WHERE v.content IS NOT NULL LIMIT 1");
    auto session = content_->session;
    db::Params params;
    params.int4(content_->type).text(content_->id).int8(content_->version);
    params.int4(std::int32_t(offset_ + 1)).int4(std::int32_t(fetchedAtOnce));
    db::TenantStatement statement(sql, std::move(params));
    const auto rows = co_await session.run(std::move(statement));
    fetched_ = rows.empty() ? std::string() : std::string(rows.text(0, 0));
    if (fetched_.empty())
        throw Failure(FailureKind::internal, "A stored resource cannot be read.", "content has ended too early, or is gone");
    inHand_ = fetched_;
}

Task<bool> LargeContentReader::next(std::string& into) {
    if (done_) co_return false;
    if (!begun_) {
        begun_ = true;
        if (content_->whole && content_->size <= piece) {
            into += decompressContent(content_->frame);
            done_ = true;
            co_return true;
        }
        inHand_ = content_->frame;
        if (inHand_.empty()) co_await fetch();
        memory_ = co_await memoryForLargeText(ContentDecoder::workBytes(inHand_));
        decoder_ = std::make_unique<ContentDecoder>(inHand_);
    }
    const std::size_t before = into.size();
    while (!done_ && into.size() - before < piece) {
        const std::size_t had = into.size();
        const auto step = decoder_->decode(inHand_, into, piece - (had - before));
        inHand_.remove_prefix(step.used);
        offset_ += step.used;
        done_ = step.done;
        if (done_ || step.used > 0 || into.size() > had) continue;
        if (content_->whole) throw Failure(FailureKind::internal, "A stored resource cannot be read.", "content is damaged");
        co_await fetch();
    }
    if (done_) {
        decoder_.reset();
        memory_.reset();
    }
    co_return into.size() > before;
}

}  // namespace polyclinic::records
