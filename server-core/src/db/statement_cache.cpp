#include "db/statement_cache.h"

#include <algorithm>
#include <functional>

namespace polyclinic::db {
namespace {

/// The text and the types of its parameters: PostgreSQL fixes both when it prepares.
std::string keyOf(const Statement& statement) {
    std::string key;
    key.reserve(statement.sql.size() + 1 + 4 * statement.params.size());
    key = statement.sql;
    key += '\0';
    for (const auto& entry : statement.params.entries()) key.append(reinterpret_cast<const char*>(&entry.oid), sizeof entry.oid);
    return key;
}

}  // namespace

StatementCache::Use StatementCache::use(const Statement& statement) {
    if (statement.sql.size() > longestText) return {};
    std::string key = keyOf(statement);
    if (const auto found = byKey_.find(key); found != byKey_.end()) {
        order_.splice(order_.begin(), order_, found->second);
        found->second->segment = segment_;
        return {found->second->name, false, {}};
    }
    if (!cameBefore(key)) return {};
    Use use;
    if (!makeRoom(key.size(), use.replaced)) return use;
    use.name = "p" + std::to_string(++counter_);
    use.isNew = true;
    bytes_ += key.size();
    order_.push_front({std::move(key), use.name, segment_});
    byKey_.emplace(order_.front().key, order_.begin());
    return use;
}

bool StatementCache::cameBefore(std::string_view key) {
    const std::uint64_t hash = std::hash<std::string_view>()(key);
    auto& places = seen_[hash % seen_.size()];
    if (std::ranges::find(places, hash) != places.end()) return true;
    std::shift_right(places.begin(), places.end(), 1);
    places.front() = hash;
    return false;
}

bool StatementCache::makeRoom(std::size_t bytes, std::vector<std::string>& replaced) {
    if (limit_ == 0 || bytes > byteLimit_) return false;
    while (order_.size() >= limit_ || bytes_ + bytes > byteLimit_) {
        auto& oldest = order_.back();
        if (oldest.segment == segment_) return false;
        replaced.push_back(oldest.name);
        bytes_ -= oldest.key.size();
        byKey_.erase(oldest.key);
        order_.pop_back();
    }
    return true;
}

void StatementCache::forget(const std::string& name) {
    for (auto entry = order_.begin(); entry != order_.end(); ++entry) {
        if (entry->name != name) continue;
        bytes_ -= entry->key.size();
        byKey_.erase(entry->key);
        order_.erase(entry);
        return;
    }
}

}  // namespace polyclinic::db
