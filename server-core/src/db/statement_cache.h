// Which statements one connection has prepared, oldest use first out. Internal to db/.

#pragma once

#include <cstddef>
#include <list>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "db/database.h"

namespace polyclinic::db {

class StatementCache {
  public:
    explicit StatementCache(std::size_t limit) : limit_(limit) {}

    struct Use {
        std::string name;
        bool isNew;                           // it has to be prepared first
        std::optional<std::string> replaced;  // a name to be given up before
    };
    Use use(const Statement& statement);
    /// Its preparation failed.
    void forget(const std::string& name);
    std::size_t size() const { return order_.size(); }

  private:
    struct Entry {
        std::string key, name;
    };
    std::list<Entry> order_;  // newest use first
    std::unordered_map<std::string_view, std::list<Entry>::iterator> byKey_;
    std::size_t limit_;
    unsigned long counter_ = 0;
};

}  // namespace polyclinic::db
