// The clinics that interactions are tried in, and records in few words.

#pragma once

#include <cstdint>
#include <string>

#include "flow.h"

namespace polyclinic::test {

using Json = nlohmann::json;

/// Rows of a data-driven test: a clinic of the shared database, and one with a database of its own.
void placements();
/// The clinic of the row that runs.
Clinic& clinic();
/// One beside them, in the shared database, that must not notice.
Clinic& neighbour();

/// `mark`: value of an identifier of the system urn:test; empty: none.
Json patient(const std::string& family, const std::string& mark = "");
Json withId(Json resource, const std::string& id);
/// One entry of a Bundle.
Json entry(const std::string& method, const std::string& url, Json resource = {}, const std::string& fullUrl = {});
std::string bundle(const std::string& type, Json entries);

inline std::string idOf(const HttpAnswer& answer) { return answer.json.at("id"); }
/// How many match; throws when the search is refused.
std::int64_t totalOf(const Clinic& clinic, const std::string& query);

}  // namespace polyclinic::test
