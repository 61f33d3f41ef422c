#include "db/statement_cache.h"

namespace polyclinic::db {
namespace {

/// The text and the types of its parameters: PostgreSQL fixes both when it prepares.
std::string keyOf(const Statement& statement) {
    std::string key;
    key.reserve(statement.sql.size() + 1 + 4 * statement.params.size());
    key = statement.sql;
    key += '\0';
    for (const auto& entry : statement.params.entries())
        key.append(reinterpret_cast<const char*>(&entry.oid), sizeof entry.oid);
    return key;
}

}  // namespace

StatementCache::Use StatementCache::use(const Statement& statement) {
    std::string key = keyOf(statement);
    if (const auto found = byKey_.find(key); found != byKey_.end()) {
        order_.splice(order_.begin(), order_, found->second);
        return {found->second->name, false, std::nullopt};
    }
    Use use{"p" + std::to_string(++counter_), true, std::nullopt};
    if (order_.size() >= limit_) {
        use.replaced = order_.back().name;
        byKey_.erase(order_.back().key);
        order_.pop_back();
    }
    order_.push_front({std::move(key), use.name});
    byKey_.emplace(order_.front().key, order_.begin());
    return use;
}

void StatementCache::forget(const std::string& name) {
    for (auto entry = order_.begin(); entry != order_.end(); ++entry) {
        if (entry->name != name) continue;
        byKey_.erase(entry->key);
        order_.erase(entry);
        return;
    }
}

}  // namespace polyclinic::db
