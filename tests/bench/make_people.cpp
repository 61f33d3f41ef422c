// Writes made-up patients to a folder: one file a Bundle, or NDJSON, one file a type.

#include <charconv>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <map>
#include <stdexcept>

#include "sample_data/sample_data.h"

namespace {

using polyclinic::sample_data::SampleData;

struct Wish {
    std::filesystem::path folder;
    long resources = 40'000;
    long patients = 200;
    std::uint64_t seed = 1;
    bool ndjson = false;
};

void write(const std::filesystem::path& path, const std::string& text, std::ios::openmode mode = std::ios::out) {
    std::ofstream file(path, mode | std::ios::binary);
    file << text << '\n';
    if (!file.flush()) throw std::runtime_error("cannot write " + path.string());
}

std::string typeOf(const std::string& resource) {
    constexpr std::string_view start = "{\"resourceType\":\"";
    return resource.substr(start.size(), resource.find('"', start.size()) - start.size());
}

long writeNdjson(const Wish& wish, SampleData& people) {
    std::map<std::string, std::ofstream> files;
    long written = 0;
    const auto put = [&](const std::vector<std::string>& resources) {
        for (const auto& resource : resources) {
            if (written == wish.resources) return;
            auto& file = files[typeOf(resource)];
            if (!file.is_open()) file.open(wish.folder / (typeOf(resource) + ".ndjson"), std::ios::binary);
            file << resource << '\n';
            ++written;
        }
    };
    put(people.practice());
    while (written < wish.resources) put(people.nextPatient());
    for (auto& [type, file] : files) {
        if (!file.flush()) throw std::runtime_error("cannot write " + type + ".ndjson");
    }
    return written;
}

long countEntries(const std::string& bundle) {
    long count = 0;
    for (std::size_t at = bundle.find("{\"fullUrl\":"); at != std::string::npos; at = bundle.find("{\"fullUrl\":", at + 1)) ++count;
    return count;
}

/// Whole records only, so the last one goes over the asked number.
long writeBundles(const Wish& wish, SampleData& people) {
    const std::string practice = people.practiceBundle();
    write(wish.folder / "00000-practice.json", practice);
    long written = countEntries(practice);
    for (int number = 1; written < wish.resources; ++number) {
        const std::string bundle = people.nextPatientBundle();
        char name[32];
        std::snprintf(name, sizeof name, "%05d-patient.json", number);
        write(wish.folder / name, bundle);
        written += countEntries(bundle);
    }
    return written;
}

long numberOf(const char* text) {
    const std::string_view whole(text);
    long value = 0;
    const auto [end, error] = std::from_chars(whole.data(), whole.data() + whole.size(), value);
    if (error != std::errc() || end != whole.data() + whole.size()) throw std::runtime_error("not a number: " + std::string(whole));
    return value;
}

Wish wishOf(int count, char** words) {
    Wish wish;
    for (int i = 1; i < count; ++i) {
        const std::string_view word = words[i];
        if (word == "--ndjson") {
            wish.ndjson = true;
        } else if (word.starts_with("--") && i + 1 < count) {
            const long value = numberOf(words[++i]);
            if (word == "--resources")
                wish.resources = value;
            else if (word == "--patients")
                wish.patients = value;
            else if (word == "--seed")
                wish.seed = static_cast<std::uint64_t>(value);
            else
                throw std::runtime_error("unknown option " + std::string(word));
        } else {
            wish.folder = word;
        }
    }
    if (wish.folder.empty() || wish.resources < 1 || wish.patients < 1) {
        throw std::runtime_error("usage: make_people FOLDER [--ndjson] [--resources N] [--patients N] [--seed N]");
    }
    return wish;
}

}  // namespace

int main(int count, char** words) try {
    const Wish wish = wishOf(count, words);
    std::filesystem::create_directories(wish.folder);
    const int years = polyclinic::sample_data::yearsFor(static_cast<int>(wish.resources), static_cast<int>(wish.patients));
    SampleData people(wish.seed, {.years = years});
    const long written = wish.ndjson ? writeNdjson(wish, people) : writeBundles(wish, people);
    std::printf("%ld resources, seed %llu, %d years a patient\n", written, static_cast<unsigned long long>(wish.seed), years);
    return 0;
} catch (const std::exception& error) {
    std::fprintf(stderr, "make_people: %s\n", error.what());
    return 2;
}
