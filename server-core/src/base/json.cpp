#include "base/json.h"

#include <simdjson.h>

#include <algorithm>
#include <cstring>
#include <limits>

#include "base/json_parser.h"

namespace polyclinic::json {
namespace {

/// What stands before the items of an array that append() made.
struct Growth {
    std::uint32_t used;
    std::uint32_t capacity;
};
static_assert(sizeof(Growth) <= sizeof(Value));

std::uint32_t checkedSize(std::size_t size) {
    if (size > std::numeric_limits<std::uint32_t>::max()) throw std::length_error("JSON too large");
    return static_cast<std::uint32_t>(size);
}

}  // namespace

std::string_view Value::text() const {
    switch (kind_) {
        case Kind::boolean:
        case Kind::number:
        case Kind::string:
            return {chars_, size_};
        default:
            return {};
    }
}

std::span<Value> Value::items() const { return kind_ == Kind::array ? std::span<Value>(items_, size_) : std::span<Value>(); }

std::span<Member> Value::members() const { return kind_ == Kind::object ? std::span<Member>(members_, size_) : std::span<Member>(); }

Value* Value::find(std::string_view name) const {
    for (Member& member : members()) {
        if (member.name == name) return &member.value;
    }
    return nullptr;
}

std::string_view Value::stringAt(std::string_view name) const {
    const Value* value = find(name);
    return value && value->isString() ? value->text() : std::string_view();
}

char* Document::Arena::copyText(std::string_view text) {
    char* place = allocate<char>(text.size());
    if (!text.empty()) std::memcpy(place, text.data(), text.size());
    return place;
}

Document::Document() : arena_(std::make_unique<Arena>(512)), root_(&arena_->root) {}
Document::Document(Document&&) noexcept = default;
Document& Document::operator=(Document&&) noexcept = default;
Document::~Document() = default;

Document Document::parse(std::string_view bytes, const Limits& limits) {
    if (bytes.starts_with("\xef\xbb\xbf")) throw SyntaxError("JSON must not begin with a byte order mark.", 0);
    if (!simdjson::validate_utf8(bytes.data(), bytes.size())) throw SyntaxError("The text is not UTF-8.", 0);
    checkedSize(bytes.size());
    constexpr std::size_t padding = 8;
    Document document;
    // A node takes about as much room as its text.
    document.arena_ = std::make_unique<Arena>(bytes.size() * 3 + 256);
    document.root_ = &document.arena_->root;
    char* text = document.arena_->allocate<char>(bytes.size() + padding);
    if (!bytes.empty()) std::memcpy(text, bytes.data(), bytes.size());
    std::memset(text + bytes.size(), 0, padding);
    Parser parser(*document.arena_, bytes.data(), bytes.data() + bytes.size(), text, std::min(limits.depth, Limits::maxDepth));
    document.arena_->root = parser.parse();
    return document;
}

Value Document::string(std::string_view text) {
    Value value;
    value.kind_ = Kind::string;
    value.size_ = checkedSize(text.size());
    value.chars_ = arena_->copyText(text);
    return value;
}

Value Document::number(std::string_view lexeme) {
    Value value = string(lexeme);
    value.kind_ = Kind::number;
    return value;
}

Value Document::boolean(bool truth) {
    Value value;
    value.kind_ = Kind::boolean;
    value.chars_ = truth ? "true" : "false";
    value.size_ = truth ? 4 : 5;
    return value;
}

Value Document::array(std::span<const Value> items) {
    Value value;
    value.kind_ = Kind::array;
    value.size_ = checkedSize(items.size());
    value.items_ = arena_->allocate<Value>(items.size());
    std::uninitialized_copy(items.begin(), items.end(), value.items_);
    return value;
}

Value Document::object(std::span<const Member> members) {
    Value value;
    value.kind_ = Kind::object;
    value.size_ = checkedSize(members.size());
    value.members_ = arena_->allocate<Member>(members.size());
    Member* place = value.members_;
    for (const Member& member : members) {
        new (place++) Member{{arena_->copyText(member.name), member.name.size()}, member.value};
    }
    return value;
}

void Document::set(Value& object, std::string_view name, Value value) {
    if (Value* old = object.find(name))
        *old = value;
    else
        setAt(object, object.members().size(), name, value);
}

void Document::setAt(Value& object, std::size_t position, std::string_view name, Value value) {
    if (!object.isObject()) throw std::logic_error("json: a member set on what is no object");
    const auto old = object.members();
    Member* members = arena_->allocate<Member>(old.size() + 1);
    std::size_t count = 0;
    const Member added{{arena_->copyText(name), name.size()}, value};
    for (const Member& member : old) {
        if (member.name == name) continue;
        if (count == position) new (members + count++) Member(added);
        new (members + count++) Member(member);
    }
    if (count <= position) new (members + count++) Member(added);
    object.members_ = members;
    object.size_ = checkedSize(count);
}

void Document::remove(Value& object, std::string_view name) {
    const auto members = object.members();
    const auto found = std::find_if(members.begin(), members.end(), [&](const Member& m) { return m.name == name; });
    if (found == members.end()) return;
    std::copy(found + 1, members.end(), found);
    --object.size_;
}

void Document::append(Value& array, Value item) {
    if (!array.isArray()) throw std::logic_error("json: an item appended to what is no array");
    // Copies of a node share its storage; the one that is behind `used` has to move away.
    auto* growth = array.growing_ ? reinterpret_cast<Growth*>(array.items_ - 1) : nullptr;
    if (!growth || growth->used != array.size_ || growth->used == growth->capacity) {
        const auto capacity = checkedSize(std::max<std::size_t>(4, std::size_t(array.size_) * 2));
        Value* storage = arena_->allocate<Value>(capacity + std::size_t(1));
        growth = new (storage) Growth{array.size_, capacity};
        std::uninitialized_copy_n(array.items_, array.size_, storage + 1);
        array.items_ = storage + 1;
        array.growing_ = true;
    }
    new (array.items_ + array.size_) Value(item);
    growth->used = ++array.size_;
}

void Document::setRoot(Value value) { *root_ = value; }

Value Document::copy(const Value& value) {
    switch (value.kind()) {
        case Kind::string:
            return string(value.text());
        case Kind::number:
            return number(value.text());
        case Kind::array: {
            Value result = array(value.items());
            for (Value& item : result.items()) item = copy(item);
            return result;
        }
        case Kind::object: {
            Value result = object(value.members());
            for (Member& member : result.members()) member.value = copy(member.value);
            return result;
        }
        default:
            return value;  // booleans and null own no text
    }
}

}  // namespace polyclinic::json
