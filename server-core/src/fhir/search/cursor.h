// Where a page of a search ended, and its sealed text form: what clients send back as _cursor.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace polyclinic::fhir {

/// The last resource of a page, in the order of the search.
struct Position {
    /// Its values of the sort keys as the index keeps them; nothing where it has none.
    std::vector<std::optional<std::string>> keys;
    std::int64_t rid = 0;
    std::string id;
    friend bool operator==(const Position&, const Position&) = default;
};

/// Bound to a secret, to a tenant and to a search, so that a cursor opens nowhere else.
class CursorSeal {
  public:
    CursorSeal() = default;
    CursorSeal(std::string_view key, std::int32_t tenant, std::string_view search);

    /// base64url, about 60 characters and the keys.
    std::string close(const Position& position) const;
    /// Nothing for a text that close() of an equal seal did not make.
    std::optional<Position> open(std::string_view text) const;

  private:
    std::string tagOf(std::string_view payload) const;
    std::string key_, context_;
};

}  // namespace polyclinic::fhir
