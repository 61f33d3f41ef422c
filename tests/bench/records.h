// The data of a run: made-up records under ids that pgbench can count up to, and what is known of them.

#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace polyclinic::bench {

struct Record {
    std::string type, id, json;
};

/// An Observation's place in the searches.
struct Finding {
    std::string code, date, patient, category;
    std::size_t record = 0;  // index in Records::all
    bool hasQuantity = false;
};

class Records {
  public:
    Records(std::uint64_t seed, std::size_t count);

    std::vector<Record> all;
    std::vector<Finding> findings;
    std::map<std::string, std::size_t> counts;  // by type

    /// One file a type, all readable to the account that the server runs as.
    void writeNdjson(const std::filesystem::path& folder) const;

  private:
    void take(const std::vector<std::string>& texts);
    void renumber();
    void find(std::size_t record);
};

/// The id of the `number`th (from 1) resource of a type: idStart() followed by a number of 12 digits.
std::string countedId(std::size_t number);
inline constexpr const char* idStart = "00000000-0000-4000-8000-";
inline constexpr std::uint64_t firstNumber = 100'000'000'001;

/// `json` with another number as its valueQuantity, in tenths.
std::string withValue(const std::string& json, int tenths);
/// Without the id, as a create sends it.
std::string withoutId(const std::string& json);
/// What came back without versionId, lastUpdated and the tenant's mark; empty when it does not name `tenant`.
std::string withoutStamp(const std::string& json, const std::string& tenant);

}  // namespace polyclinic::bench
