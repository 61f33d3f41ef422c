// Which statements one connection has prepared, oldest use first out. Internal to db/.
//
// What PostgreSQL keeps for a prepared statement is some ten to fifty times its text, in each of its processes: bounded by
// bytes of text as well as by number. A text is prepared when it comes a second time, since a search of many parameters has
// as many shapes as there are orders of them; a long one never, since to plan it takes little beside what it does.

#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <list>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "db/database.h"

namespace polyclinic::db {

class StatementCache {
  public:
    StatementCache(std::size_t limit, std::size_t byteLimit) : limit_(limit), byteLimit_(byteLimit) {}

    struct Use {
        std::string name;                   // empty: it is sent with its text
        bool isNew = false;                 // it has to be prepared first
        std::vector<std::string> replaced;  // names to be given up before
    };
    /// From here on what is used stays prepared until the next call: those statements go out together.
    void beginSegment() { ++segment_; }
    Use use(const Statement& statement);
    /// Its preparation failed.
    void forget(const std::string& name);
    std::size_t size() const { return order_.size(); }
    /// Of text.
    std::size_t bytes() const { return bytes_; }

    /// A longer text is never prepared.
    static constexpr std::size_t longestText = 8 * 1024;

  private:
    struct Entry {
        std::string key, name;
        std::uint64_t segment;  // that used it last
    };
    /// Whether it has been here before; remembers it.
    bool cameBefore(std::string_view key);
    bool makeRoom(std::size_t bytes, std::vector<std::string>& replaced);

    std::list<Entry> order_;  // newest use first
    std::unordered_map<std::string_view, std::list<Entry>::iterator> byKey_;
    const std::size_t limit_, byteLimit_;
    std::size_t bytes_ = 0;
    std::uint64_t segment_ = 0;
    unsigned long counter_ = 0;
    using Places = std::array<std::uint64_t, 4>;           // the newest first
    std::vector<Places> seen_ = std::vector<Places>(256);  // hashes of texts that came
};

}  // namespace polyclinic::db
