// Strict JSON (RFC 8259) as a small tree that forgets nothing: number text, key order and member order are kept.
// Refused: duplicate keys, NUL, lone surrogates, bytes that are not UTF-8, a BOM, trailing data, too much depth.

#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>

namespace polyclinic::json {

enum class Kind : std::uint8_t { null, boolean, number, string, array, object };

class Document;
struct Member;

/// A node; owned by its Document and valid as long as it. Copying a Value copies the node, not what is below it.
class Value {
  public:
    Value() = default;

    Kind kind() const { return kind_; }
    bool isNull() const { return kind_ == Kind::null; }
    bool isString() const { return kind_ == Kind::string; }
    bool isNumber() const { return kind_ == Kind::number; }
    bool isBoolean() const { return kind_ == Kind::boolean; }
    bool isArray() const { return kind_ == Kind::array; }
    bool isObject() const { return kind_ == Kind::object; }

    /// string: the characters, unescaped; number: the lexeme as it was sent; boolean: "true" or "false"; else empty.
    std::string_view text() const;
    /// Of an array; else empty.
    std::span<Value> items() const;
    /// Of an object, in the order sent; else empty.
    std::span<Member> members() const;
    /// The member's value; null when there is none or this is no object.
    Value* find(std::string_view name) const;
    /// text() of a string member; empty when there is none or it is no string.
    std::string_view stringAt(std::string_view name) const;

  private:
    friend class Document;
    friend class Parser;
    Kind kind_ = Kind::null;
    bool growing_ = false;    // an array whose storage has room and a header, see Document::append
    std::uint32_t size_ = 0;  // characters, items or members
    union {
        const char* chars_ = nullptr;
        Value* items_;
        Member* members_;
    };
};

struct Member {
    std::string_view name;
    Value value;
};

struct Limits {
    std::size_t depth = 64;  // of arrays and objects in each other; more than maxDepth counts as maxDepth
    static constexpr std::size_t maxDepth = 512;
};

/// What is wrong and at which byte. The message holds nothing of the content.
class SyntaxError : public std::runtime_error {
  public:
    SyntaxError(const std::string& message, std::size_t offset) : std::runtime_error(message), offset_(offset) {}
    std::size_t offset() const { return offset_; }

  private:
    std::size_t offset_;
};

/// Owns the nodes and their texts in one arena; movable. One thread at a time.
class Document {
  public:
    Document();
    Document(Document&&) noexcept;
    Document& operator=(Document&&) noexcept;
    ~Document();

    /// Keeps no reference to `bytes`. Throws SyntaxError.
    static Document parse(std::string_view bytes, const Limits& limits = {});

    Value& root() { return *root_; }
    const Value& root() const { return *root_; }

    // Building and changing. Texts are copied into the arena.
    Value string(std::string_view text);
    /// `lexeme` must be a JSON number.
    Value number(std::string_view lexeme);
    Value boolean(bool value);
    Value array(std::span<const Value> items);
    Value object(std::span<const Member> members);  // names are copied
    /// Puts `value` under `name`: in place of the member of that name, else as the last one.
    void set(Value& object, std::string_view name, Value value);
    /// Puts it first, or moves it there.
    void setAt(Value& object, std::size_t position, std::string_view name, Value value);
    /// No effect when there is no such member.
    void remove(Value& object, std::string_view name);
    /// Constant time over many calls on the same Value.
    void append(Value& array, Value item);
    void setRoot(Value value);
    /// A deep copy of `value` (of any Document) in this one.
    Value copy(const Value& value);

  private:
    friend class Parser;
    struct Arena;
    std::unique_ptr<Arena> arena_;
    Value* root_;
};

/// Minified text, numbers as they were sent, appended to `out`.
void write(const Value& value, std::string& out);
std::string toString(const Value& value);
/// Appends `text` as a JSON string with its quotes.
void writeString(std::string_view text, std::string& out);

}  // namespace polyclinic::json
