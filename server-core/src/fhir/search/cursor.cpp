#include "fhir/search/cursor.h"

#include "base/encoding.h"

namespace polyclinic::fhir {
namespace {

constexpr std::size_t tagSize = 16;
constexpr char version = 1;

void putNumber(std::string& out, std::uint64_t number) {
    for (int i = 0; i < 8; ++i) out += static_cast<char>(number >> (8 * i));
}

void putText(std::string& out, std::string_view text) {
    putNumber(out, text.size());
    out += text;
}

class CursorReader {
  public:
    explicit CursorReader(std::string_view bytes) : bytes_(bytes) {}
    std::uint64_t number() {
        const auto part = take(8);
        std::uint64_t number = 0;
        for (std::size_t i = 0; i < part.size(); ++i) number |= static_cast<std::uint64_t>(static_cast<unsigned char>(part[i])) << (8 * i);
        return number;
    }
    std::string text() { return std::string(take(number())); }
    std::string_view take(std::size_t count) {
        if (bytes_.size() < count) broken_ = true;
        const auto part = broken_ ? std::string_view() : bytes_.substr(0, count);
        bytes_.remove_prefix(part.size());
        return part;
    }
    bool good() const { return !broken_ && bytes_.empty(); }
    bool broken() const { return broken_; }

  private:
    std::string_view bytes_;
    bool broken_ = false;
};

}  // namespace

CursorSeal::CursorSeal(std::string_view key, std::int32_t tenant, std::string_view search)
    : key_(key), context_(std::to_string(tenant) + "\n" + std::string(search)) {}

std::string CursorSeal::tagOf(std::string_view payload) const {
    return hmacSha256(key_, sha256(context_) + std::string(payload)).substr(0, tagSize);
}

std::string CursorSeal::close(const Position& position) const {
    std::string payload(1, version);
    putNumber(payload, static_cast<std::uint64_t>(position.rid));
    putText(payload, position.id);
    putNumber(payload, position.keys.size());
    for (const auto& key : position.keys) {
        putNumber(payload, key ? 1 : 0);
        putText(payload, key.value_or(""));
    }
    return base64UrlEncode(tagOf(payload) + payload);
}

std::optional<Position> CursorSeal::open(std::string_view text) const {
    if (text.size() > 16'384) return std::nullopt;
    const auto bytes = base64UrlDecode(text);
    if (!bytes || bytes->size() <= tagSize) return std::nullopt;
    const auto payload = std::string_view(*bytes).substr(tagSize);
    if (!equalInConstantTime(tagOf(payload), std::string_view(*bytes).substr(0, tagSize))) return std::nullopt;
    CursorReader reader(payload);
    if (reader.take(1) != std::string_view(&version, 1)) return std::nullopt;
    Position position;
    position.rid = static_cast<std::int64_t>(reader.number());
    position.id = reader.text();
    for (auto left = reader.number(); left > 0 && !reader.broken(); --left) {
        const bool present = reader.number() == 1;
        auto key = reader.text();
        position.keys.push_back(present ? std::optional(std::move(key)) : std::nullopt);
    }
    if (!reader.good()) return std::nullopt;
    return position;
}

}  // namespace polyclinic::fhir
