#include "records.h"

#include <fstream>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <unordered_map>

#include "sample_data/sample_data.h"

namespace polyclinic::bench {
namespace {

constexpr std::size_t uuidLength = 36;

std::string between(const std::string& text, std::string_view before, std::string_view after, std::size_t from = 0) {
    const auto start = text.find(before, from);
    if (start == std::string::npos) return {};
    const auto end = text.find(after, start + before.size());
    return text.substr(start + before.size(), end - start - before.size());
}

}  // namespace

Records::Records(std::uint64_t seed, std::size_t count) {
    sample_data::SampleData people(seed);
    take(people.practice());
    while (all.size() < count) take(people.nextPatient());
    all.resize(count);  // may cut a record in two: references to nothing are allowed
    renumber();
    for (std::size_t record = 0; record < all.size(); ++record) {
        if (all[record].type == "Observation") find(record);
    }
}

void Records::take(const std::vector<std::string>& texts) {
    for (const auto& text : texts) {
        all.push_back({between(text, "\"resourceType\":\"", "\""), between(text, "\"id\":\"", "\""), text});
    }
}

void Records::renumber() {
    std::unordered_map<std::string, std::string> ids;
    for (auto& record : all) {
        const std::string id = countedId(++counts[record.type]);
        record.json.replace(record.json.find(record.id), uuidLength, id);
        ids.emplace(record.id, id);
        record.id = id;
    }
    for (auto& record : all) {
        for (auto at = record.json.find('/'); at != std::string::npos; at = record.json.find('/', at + 1)) {
            if (record.json.size() <= at + 1 + uuidLength || record.json[at + 1 + uuidLength] != '"') continue;
            const auto id = ids.find(record.json.substr(at + 1, uuidLength));
            if (id != ids.end()) record.json.replace(at + 1, uuidLength, id->second);
        }
    }
}

void Records::find(std::size_t record) {
    const auto json = nlohmann::json::parse(all[record].json);
    findings.push_back({.code = json["code"]["coding"][0]["code"],
                        .date = json["effectiveDateTime"].get<std::string>().substr(0, 10),
                        .patient = json["subject"]["reference"],
                        .category = json["category"][0]["coding"][0]["code"],
                        .record = record,
                        .hasQuantity = json.contains("valueQuantity")});
}

void Records::writeNdjson(const std::filesystem::path& folder) const {
    std::filesystem::create_directories(folder);
    std::map<std::string, std::ofstream> files;
    for (const auto& record : all) {
        auto& file = files[record.type];
        if (!file.is_open()) file.open(folder / (record.type + ".ndjson"), std::ios::binary);
        file << record.json << '\n';
    }
    for (auto& [type, file] : files) {
        if (!file.flush()) throw std::runtime_error("cannot write " + type + ".ndjson");
    }
}

std::string countedId(std::size_t number) { return idStart + std::to_string(firstNumber + number - 1); }

std::string withValue(const std::string& json, int tenths) {
    constexpr std::string_view start = "\"valueQuantity\":{\"value\":";
    const auto value = json.find(start);
    if (value == std::string::npos) throw std::runtime_error("an Observation without a quantity");
    const auto from = value + start.size();
    const auto to = json.find(',', from);
    std::string text = json;
    return text.replace(from, to - from, std::to_string(tenths / 10) + "." + std::to_string(tenths % 10));
}

std::string withoutId(const std::string& json) {
    const auto start = json.find("\"id\":\"");
    const auto end = json.find(',', start);
    std::string text = json;
    return text.erase(start, end + 1 - start);
}

std::string withoutStamp(const std::string& json, const std::string& tenant) {
    const std::string mark = R"(,"extension":[{"url":"urn:polyclinic:tenant-id","valueReference":{"reference":"Tenant/)" + tenant + "\"}}]";
    std::string text = json;
    const auto extension = text.find(mark);
    if (extension == std::string::npos) return {};
    text.erase(extension, mark.size());
    // Both lead meta; the sample's tag follows them.
    const auto start = text.find("\"versionId\":\"");
    const auto end = text.find("\"tag\":", start);
    if (start == std::string::npos || end == std::string::npos) return {};
    return text.erase(start, end - start);
}

}  // namespace polyclinic::bench
