#include "base/json_parser.h"

#include <algorithm>
#include <bit>
#include <cstring>

namespace polyclinic::json {
namespace {

constexpr std::uint64_t ones = 0x0101010101010101;
constexpr std::uint64_t highBits = 0x8080808080808080;

std::uint64_t zeroBytes(std::uint64_t word) { return (word - ones) & ~word & highBits; }

/// Marks (in the lowest one exactly) the bytes that end a plain run inside a string: quote, backslash, below
/// 0x20.
std::uint64_t specialBytes(std::uint64_t word) {
    const std::uint64_t control = (word - ones * 0x20) & ~word & highBits;
    return zeroBytes(word ^ (ones * '"')) | zeroBytes(word ^ (ones * '\\')) | control;
}

/// First quote, backslash or control character; the zeros after the input make sure that there is one.
char* plainRunEnd(char* at) {
    static_assert(std::endian::native == std::endian::little);
    for (;; at += 8) {
        std::uint64_t word;
        std::memcpy(&word, at, 8);
        if (const auto special = specialBytes(word)) return at + std::countr_zero(special) / 8;
    }
}

bool isDigit(char c) { return c >= '0' && c <= '9'; }

char* putUtf8(unsigned code, char* out) {
    if (code < 0x80) {
        *out++ = static_cast<char>(code);
    } else if (code < 0x800) {
        *out++ = static_cast<char>(0xc0 | code >> 6);
        *out++ = static_cast<char>(0x80 | (code & 0x3f));
    } else if (code < 0x10000) {
        *out++ = static_cast<char>(0xe0 | code >> 12);
        *out++ = static_cast<char>(0x80 | (code >> 6 & 0x3f));
        *out++ = static_cast<char>(0x80 | (code & 0x3f));
    } else {
        *out++ = static_cast<char>(0xf0 | code >> 18);
        *out++ = static_cast<char>(0x80 | (code >> 12 & 0x3f));
        *out++ = static_cast<char>(0x80 | (code >> 6 & 0x3f));
        *out++ = static_cast<char>(0x80 | (code & 0x3f));
    }
    return out;
}

}  // namespace

void Parser::fail(const char* message) const { throw SyntaxError(message, static_cast<std::size_t>(at_ - begin_)); }

void Parser::skipSpace() {
    while (*at_ == ' ' || *at_ == '\n' || *at_ == '\r' || *at_ == '\t') ++at_;
}

Value Parser::parse() {
    for (;;) {
        skipSpace();
        Value value;
        if (*at_ == '{' || *at_ == '[') {
            open(*at_ == '{');
            skipSpace();
            if (*at_ != (open_.back().isObject ? '}' : ']')) {
                if (open_.back().isObject) readName();
                continue;
            }
            ++at_;
            value = close();
        } else {
            value = scalar();
        }
        for (;;) {  // `value` is whole: put it where it belongs
            skipSpace();
            if (open_.empty()) {
                if (at_ != end_) fail("There is data after the end of the JSON value.");
                return value;
            }
            const bool inObject = open_.back().isObject;
            if (inObject)
                members_.back().value = value;
            else
                items_.push_back(value);
            if (*at_ == ',') {
                ++at_;
                if (inObject) {
                    skipSpace();
                    readName();
                }
                break;
            }
            if (*at_ != (inObject ? '}' : ']')) fail("A comma or the end of the object or array is missing.");
            ++at_;
            value = close();
        }
    }
}

void Parser::open(bool isObject) {
    if (open_.size() >= depth_) fail("The JSON is nested too deeply.");
    open_.push_back({isObject, isObject ? members_.size() : items_.size()});
    ++at_;
}

Value Parser::close() {
    const Open closed = open_.back();
    open_.pop_back();
    Value value;
    if (closed.isObject) {
        const std::size_t count = members_.size() - closed.first;
        value.kind_ = Kind::object;
        value.size_ = static_cast<std::uint32_t>(count);
        value.members_ = arena_.allocate<Member>(count);
        std::uninitialized_copy_n(members_.begin() + std::ptrdiff_t(closed.first), count, value.members_);
        members_.resize(closed.first);
        refuseDuplicates(value.members_, count);
    } else {
        const std::size_t count = items_.size() - closed.first;
        value.kind_ = Kind::array;
        value.size_ = static_cast<std::uint32_t>(count);
        value.items_ = arena_.allocate<Value>(count);
        std::uninitialized_copy_n(items_.begin() + std::ptrdiff_t(closed.first), count, value.items_);
        items_.resize(closed.first);
    }
    return value;
}

void Parser::readName() {
    if (*at_ != '"') fail("A member name in double quotes is missing.");
    const std::string_view name = string();
    skipSpace();
    if (*at_ != ':') fail("The colon after a member name is missing.");
    ++at_;
    members_.push_back({name, {}});
}

Value Parser::scalar() {
    Value value;
    switch (*at_) {
        case '"': {
            const std::string_view text = string();
            value.kind_ = Kind::string;
            value.chars_ = text.data();
            value.size_ = static_cast<std::uint32_t>(text.size());
            return value;
        }
        case 't':
            literal("true");
            value.kind_ = Kind::boolean;
            value.chars_ = "true";
            value.size_ = 4;
            return value;
        case 'f':
            literal("false");
            value.kind_ = Kind::boolean;
            value.chars_ = "false";
            value.size_ = 5;
            return value;
        case 'n':
            literal("null");
            return value;
        default:
            return number();
    }
}

void Parser::literal(std::string_view word) {
    if (std::string_view(at_, std::min<std::size_t>(word.size(), end_ - at_)) != word) {
        fail("A JSON value is missing or misspelled.");
    }
    at_ += word.size();
}

Value Parser::number() {
    char* const start = at_;
    if (*at_ == '-') ++at_;
    if (!isDigit(*at_)) fail("A JSON value is missing or misspelled.");
    if (*at_ == '0') {
        ++at_;
        if (isDigit(*at_)) fail("A number has a leading zero.");
    } else {
        while (isDigit(*at_)) ++at_;
    }
    if (*at_ == '.') {
        ++at_;
        if (!isDigit(*at_)) fail("A number has no digit after its decimal point.");
        while (isDigit(*at_)) ++at_;
    }
    if (*at_ == 'e' || *at_ == 'E') {
        ++at_;
        if (*at_ == '+' || *at_ == '-') ++at_;
        if (!isDigit(*at_)) fail("A number has no digit in its exponent.");
        while (isDigit(*at_)) ++at_;
    }
    Value value;
    value.kind_ = Kind::number;
    value.chars_ = start;
    value.size_ = static_cast<std::uint32_t>(at_ - start);
    return value;
}

std::string_view Parser::string() {
    char* const start = ++at_;
    at_ = plainRunEnd(at_);
    char* out = at_;
    while (*at_ != '"') {
        if (*at_ != '\\') {
            fail(at_ == end_ ? "A string does not end." : "A string holds a control character that is not escaped.");
        }
        out = unescape(out);
        char* const runEnd = plainRunEnd(at_);
        std::memmove(out, at_, static_cast<std::size_t>(runEnd - at_));
        out += runEnd - at_;
        at_ = runEnd;
    }
    ++at_;
    return {start, static_cast<std::size_t>(out - start)};
}

char* Parser::unescape(char* out) {
    ++at_;
    const char kind = *at_;
    switch (kind) {
        case '"':
        case '\\':
        case '/':
            *out++ = kind;
            break;
        case 'b':
            *out++ = '\b';
            break;
        case 'f':
            *out++ = '\f';
            break;
        case 'n':
            *out++ = '\n';
            break;
        case 'r':
            *out++ = '\r';
            break;
        case 't':
            *out++ = '\t';
            break;
        case 'u': {
            ++at_;
            unsigned code = hex4();
            if (code == 0) fail("A string holds the character U+0000.");
            if (code >= 0xdc00 && code < 0xe000) fail("A string holds half of a surrogate pair.");
            if (code >= 0xd800 && code < 0xdc00) {
                if (at_[0] != '\\' || at_[1] != 'u') fail("A string holds half of a surrogate pair.");
                at_ += 2;
                const unsigned low = hex4();
                if (low < 0xdc00 || low >= 0xe000) fail("A string holds half of a surrogate pair.");
                code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
            }
            return putUtf8(code, out);
        }
        default:
            fail("A string holds an unknown escape.");
    }
    ++at_;
    return out;
}

unsigned Parser::hex4() {
    unsigned code = 0;
    for (int i = 0; i < 4; ++i, ++at_) {
        const char c = *at_;
        if (isDigit(c))
            code = code * 16 + static_cast<unsigned>(c - '0');
        else if (c >= 'a' && c <= 'f')
            code = code * 16 + static_cast<unsigned>(c - 'a' + 10);
        else if (c >= 'A' && c <= 'F')
            code = code * 16 + static_cast<unsigned>(c - 'A' + 10);
        else
            fail("A \\u escape needs four hexadecimal digits.");
    }
    return code;
}

void Parser::refuseDuplicates(const Member* members, std::size_t count) {
    constexpr const char* message = "An object names a member twice.";
    if (count <= 16) {
        for (std::size_t i = 1; i < count; ++i) {
            for (std::size_t j = 0; j < i; ++j) {
                if (members[i].name == members[j].name) fail(message);
            }
        }
        return;
    }
    names_.clear();
    for (std::size_t i = 0; i < count; ++i) names_.push_back(members[i].name);
    std::sort(names_.begin(), names_.end());
    if (std::adjacent_find(names_.begin(), names_.end()) != names_.end()) fail(message);
}

}  // namespace polyclinic::json
