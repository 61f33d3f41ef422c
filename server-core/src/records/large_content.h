// The text of a version that is too large to be held while it is sent: its frame, or where that is found again.

#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/task.h"
#include "db/tenant_session.h"
#include "records/content.h"
#include "records/stored_resource.h"
#include "tenancy/tenant_context.h"

namespace polyclinic::records {

struct LargeContent {
    /// `start`: the frame's first bytes, all of them when `isWhole`; not kept where all answers together hold too much.
    LargeContent(std::size_t size, std::string_view start, bool isWhole, const db::TenantSession& session, const StoredResource& resource);
    ~LargeContent();
    LargeContent(const LargeContent&) = delete;

    std::size_t size;    // bytes of text
    std::string frame;   // its first bytes, or none
    bool whole = false;  // the frame is all of it
    db::TenantSession session;
    std::int32_t type;
    std::string id;
    std::int64_t version;
};

/// How much of the records that it tells one answer holds: as text up to a little, as frames up to some more, of the
/// others only where they are found again. One for all searches and reads of a request.
class AnswerRoom {
  public:
    /// Sets `json` or `large` of a resource that has its type, id and version. `bytes`: the first of its frame; all of
    /// them when fewer than `asked`. Throws as decompressContent.
    void keep(StoredResource& resource, std::string_view bytes, std::size_t asked, const db::TenantSession& session);

  private:
    std::size_t text_ = 256 << 10, frames_ = 4 << 20;
};

/// Moves what was just written out of memory where it is large: `json` becomes `large`.
void setAside(StoredResource& resource, const tenancy::TenantContext& tenant);

/// Reads a text piece by piece. One loop.
class LargeContentReader {
  public:
    explicit LargeContentReader(std::shared_ptr<const LargeContent> content) : content_(std::move(content)) {}

    /// Appends the next 64 kB or less; false at the end. Waits while many others are read. Throws Failure where the version
    /// is gone or damaged, (unavailable) when it has waited too long.
    Task<bool> next(std::string& into);

  private:
    Task<void> fetch();

    std::shared_ptr<const LargeContent> content_;
    std::unique_ptr<ContentDecoder> decoder_;
    std::shared_ptr<const void> memory_;
    std::string fetched_;
    std::size_t offset_ = 0;  // in the frame, of what is in hand
    std::string_view inHand_;
    bool begun_ = false, done_ = false;
};

/// Memory for work on large texts, of which all requests together have only so much. Given back when the answer is destroyed.
Task<std::shared_ptr<const void>> memoryForLargeText(std::size_t bytes);

}  // namespace polyclinic::records
