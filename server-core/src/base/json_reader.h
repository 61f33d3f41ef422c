// The body that describes a thing of the server (Tenant, Client, Account, Network ...), read strictly: members have the type
// and size that they are asked for, and everything that is wrong is told at once, by the place of the member.

#pragma once

#include <cstdint>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/failure.h"

namespace polyclinic {

class JsonReader {
  public:
    struct Manner {
        bool placeInSentence = true;  // "Client.name is required.", else "is required"
        bool nullIsAbsent = true;     // else null is a value of a wrong type
    };

    /// `place`: where places begin ("Client"); may be empty. `body` must outlive the reader. Throws Failure(badRequest,
    /// `noObject`) for what is no object.
    JsonReader(const nlohmann::json& body, std::string place, const std::string& noObject, Manner manner);
    JsonReader(const nlohmann::json& body, std::string place, const std::string& noObject)
        : JsonReader(body, std::move(place), noObject, {}) {}

    /// `sentence` follows the member's place: "must be a colour." `member` empty: the object itself. `code`: an issue type.
    void fault(std::string_view member, std::string_view sentence, std::string_view code = "value");
    /// Throws Failure(unprocessable) with all faults; nothing where there are none.
    void finish();
    bool isGood() const { return issues_->empty(); }

    /// Names, cut to 40 bytes, that are none of `known`.
    std::vector<std::string> unknown(std::span<const std::string_view> known) const;
    /// A fault for each of them.
    void knownOnly(std::span<const std::string_view> known);

    /// The member as it is; null where it is left out, or null and that counts as left out.
    const nlohmann::json* find(std::string_view member) const;
    bool has(std::string_view member) const { return find(member) != nullptr; }

    /// Each answers nothing where the member is left out or wrong; what is wrong is a fault. Sizes are bytes.
    std::optional<std::string> text(std::string_view member, std::size_t longest, std::size_t shortest = 1);
    std::optional<bool> flag(std::string_view member);
    std::optional<std::int64_t> wholeNumber(std::string_view member, std::int64_t least, std::int64_t most);
    /// Which of `names` it is. `sentence` empty: "must be one of: a, b."
    std::optional<std::size_t> choice(std::string_view member, std::span<const std::string_view> names, std::string_view sentence = {});
    /// A reader of the object that it is; their faults are together.
    std::optional<JsonReader> object(std::string_view member, std::string_view sentence = "must be an object");
    /// The list that it is, of `most` items at most; null where it is left out or wrong.
    const nlohmann::json* list(std::string_view member, std::size_t most, std::string_view sentence, std::size_t least = 0);

  private:
    JsonReader(const JsonReader& parent, const nlohmann::json& body, std::string place);
    std::string placeOf(std::string_view member) const;

    const nlohmann::json& body_;
    std::string place_;
    Manner manner_;
    std::shared_ptr<std::vector<Issue>> issues_;
};

}  // namespace polyclinic
