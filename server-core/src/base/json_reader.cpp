#include "base/json_reader.h"

#include <algorithm>

#include "base/text.h"

namespace polyclinic {

JsonReader::JsonReader(const nlohmann::json& body, std::string place, const std::string& noObject, Manner manner)
    : body_(body), place_(std::move(place)), manner_(manner), issues_(std::make_shared<std::vector<Issue>>()) {
    if (!body.is_object()) throw Failure(FailureKind::badRequest, noObject);
}

JsonReader::JsonReader(const JsonReader& parent, const nlohmann::json& body, std::string place)
    : body_(body), place_(std::move(place)), manner_(parent.manner_), issues_(parent.issues_) {}

std::string JsonReader::placeOf(std::string_view member) const {
    auto place = place_;
    if (!place.empty() && !member.empty()) place += '.';
    return place += member;
}

void JsonReader::fault(std::string_view member, std::string_view sentence, std::string_view code) {
    auto place = placeOf(member);
    std::string said(sentence);
    if (manner_.placeInSentence && !place.empty()) said = place + ' ' + said;
    issues_->push_back({Issue::Severity::error, std::string(code), std::move(said), std::move(place)});
}

void JsonReader::finish() {
    if (!issues_->empty()) throw Failure::withIssues(FailureKind::unprocessable, std::move(*issues_));
}

std::vector<std::string> JsonReader::unknown(std::span<const std::string_view> known) const {
    std::vector<std::string> names;
    for (const auto& member : body_.items())
        if (std::ranges::find(known, member.key()) == known.end()) names.push_back(member.key().substr(0, 40));
    return names;
}

void JsonReader::knownOnly(std::span<const std::string_view> known) {
    for (const auto& name : unknown(known)) fault(name, "is not a member of " + place_ + ".");
}

const nlohmann::json* JsonReader::find(std::string_view member) const {
    const auto found = body_.find(member);
    return found == body_.end() || (manner_.nullIsAbsent && found->is_null()) ? nullptr : &*found;
}

std::optional<std::string> JsonReader::text(std::string_view member, std::size_t longest, std::size_t shortest) {
    const auto* value = find(member);
    if (!value) return std::nullopt;
    const auto* text = value->get_ptr<const std::string*>();
    const auto isControl = [](unsigned char c) { return c < 0x20 || c == 0x7F; };
    if (text && text->size() >= shortest && text->size() <= longest && std::ranges::none_of(*text, isControl)) return *text;
    const auto size = (shortest == 0 ? "at most " : std::to_string(shortest) + " to ") + std::to_string(longest);
    fault(member, "must be text of " + size + " bytes without control characters.");
    return std::nullopt;
}

std::optional<bool> JsonReader::flag(std::string_view member) {
    const auto* value = find(member);
    if (!value) return std::nullopt;
    if (value->is_boolean()) return value->get<bool>();
    fault(member, "must be true or false.");
    return std::nullopt;
}

std::optional<std::int64_t> JsonReader::wholeNumber(std::string_view member, std::int64_t least, std::int64_t most) {
    const auto* value = find(member);
    if (!value) return std::nullopt;
    if (value->is_number_integer() && *value >= least && *value <= most) return value->get<std::int64_t>();
    fault(member, "must be a whole number from " + std::to_string(least) + " to " + std::to_string(most) + ".");
    return std::nullopt;
}

std::optional<std::size_t> JsonReader::choice(std::string_view member, std::span<const std::string_view> names, std::string_view sentence) {
    const auto* value = find(member);
    if (!value) return std::nullopt;
    const auto* text = value->get_ptr<const std::string*>();
    const auto found = text ? std::ranges::find(names, *text) : names.end();
    if (found != names.end()) return std::size_t(found - names.begin());
    fault(member, sentence.empty() ? "must be one of: " + joined(names, ", ") + "." : std::string(sentence));
    return std::nullopt;
}

std::optional<JsonReader> JsonReader::object(std::string_view member, std::string_view sentence) {
    const auto* value = find(member);
    if (!value) return std::nullopt;
    if (value->is_object()) return JsonReader(*this, *value, placeOf(member));
    fault(member, sentence);
    return std::nullopt;
}

const nlohmann::json* JsonReader::list(std::string_view member, std::size_t most, std::string_view sentence, std::size_t least) {
    const auto* value = find(member);
    if (!value) return nullptr;
    if (value->is_array() && value->size() >= least && value->size() <= most) return value;
    fault(member, sentence);
    return nullptr;
}

}  // namespace polyclinic
