// A version of a resource as it comes out of the database.

#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/clock.h"

namespace polyclinic::records {

struct LargeContent;  // records/large_content.h

struct StoredResource {
    std::int32_t type = 0;  // typeCode
    std::string id;
    std::int64_t version = 0;
    Timestamp updated;
    bool deleted = false;
    std::string json;  // as it is sent; empty when deleted, and where it is `large`
    std::shared_ptr<const LargeContent> large = {};
    std::optional<std::string> patients = {};  // whose it is, as it was kept: ids with a blank between. Nothing: not looked up, or not kept
};

}  // namespace polyclinic::records
