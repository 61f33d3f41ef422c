// The reading half of base/json.h. For json*.cpp only.

#pragma once

#include <deque>
#include <memory_resource>
#include <vector>

#include "base/json.h"

namespace polyclinic::json {

/// Nodes and texts of one Document. Nothing in it is freed before all of it is.
struct Document::Arena {
    std::pmr::monotonic_buffer_resource memory;
    Value root;

    explicit Arena(std::size_t firstBlock) : memory(firstBlock) {}

    template <class T>
    T* allocate(std::size_t count) {
        return static_cast<T*>(memory.allocate(count * sizeof(T), alignof(T)));
    }
    char* copyText(std::string_view text);
};

/// One walk over a copy of the input that ends in zeros, so that looking ahead needs no bounds. Texts stay
/// where they are in that copy; escapes are undone in place. No recursion: open containers are on `open_`.
class Parser {
  public:
    Parser(Document::Arena& arena, const char* begin, const char* end, char* text, std::size_t depth)
        : arena_(arena), begin_(text), at_(text), end_(text + (end - begin)), depth_(depth) {}

    Value parse();

  private:
    struct Open {
        bool isObject;
        std::size_t first;  // of its parts in members_ or items_
    };

    [[noreturn]] void fail(const char* message) const;
    void skipSpace();
    void open(bool isObject);
    Value close();
    void readName();
    Value scalar();
    std::string_view string();
    char* unescape(char* out);
    unsigned hex4();
    Value number();
    void literal(std::string_view word);
    void refuseDuplicates(const Member* members, std::size_t count);

    Document::Arena& arena_;
    char* begin_;
    char* at_;
    char* end_;
    std::size_t depth_;
    std::vector<Open> open_;
    // Finished parts of the open containers. Never moved to grow: that would take three times the room for a moment.
    std::deque<Member> members_;
    std::deque<Value> items_;
    std::vector<std::string_view> names_;
};

}  // namespace polyclinic::json
