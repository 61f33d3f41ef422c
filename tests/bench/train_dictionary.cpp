// Trains the dictionary that stored resources are compressed with, and measures it.
// usage: train_dictionary OUT.zdict [--measure RESOURCES.ndjson]...   (with --measure-only, OUT is read)

#define ZDICT_STATIC_LINKING_ONLY  // for the choice of k and d
#include <zdict.h>
#include <zstd.h>

#include <chrono>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <vector>

#include "sample_data/sample_data.h"

namespace {

using polyclinic::sample_data::SampleData;

constexpr std::size_t dictionarySize = 64 * 1024;
constexpr unsigned dictionaryId = 0x50430001;  // outside the ranges that zstd reserves; never used for other bytes
constexpr int level = 3;

/// A resource as the server writes it: meta begins with version, time and tenant.
std::string stored(const std::string& resource, std::size_t number) {
    static const std::vector<std::string> tenants{"oak-street", "demo", "riverside-family-practice", "north-7", "my-clinic"};
    const auto meta = resource.find("\"meta\":{");
    if (meta == std::string::npos) throw std::runtime_error("resource without meta");
    char time[40];
    std::snprintf(time, sizeof time, "2026-%02zu-%02zuT%02zu:%02zu:%02zu.%03zuZ", number % 12 + 1, number % 28 + 1, number % 24,
                  number * 7 % 60, number * 13 % 60, number * 31 % 1000);
    std::string text = resource;
    text.insert(meta + 8, "\"versionId\":\"1\",\"lastUpdated\":\"" + std::string(time) +
                              R"(","extension":[{"url":"urn:polyclinic:tenant-id","valueReference":{"reference":"Tenant/)" +
                              tenants[number % tenants.size()] + "\"}}],");
    return text;
}

/// The same with the addresses of the code systems that other programs' records name, so that theirs pack well too.
std::string elsewhere(std::string text) {
    static const std::vector<std::pair<std::string_view, std::string_view>> systems{
        {"Observation", "http://loinc.org"},
        {"DiagnosticReport", "http://loinc.org"},
        {"MedicationRequest", "http://www.nlm.nih.gov/research/umls/rxnorm"},
        {"Immunization", "http://hl7.org/fhir/sid/cvx"},
    };
    std::string_view system = "http://snomed.info/sct";
    for (const auto& [type, address] : systems) {
        if (text.starts_with("{\"resourceType\":\"" + std::string(type))) system = address;
    }
    constexpr std::string_view local = "\"urn:polyclinic:demo\"";
    for (auto at = text.find(local); at != std::string::npos; at = text.find(local, at)) {
        text.replace(at + 1, local.size() - 2, system);
    }
    return text;
}

std::vector<std::string> generated(std::uint64_t seed, int patients) {
    SampleData people(seed);
    std::vector<std::string> all;
    const auto add = [&](const std::vector<std::string>& resources) {
        for (const auto& resource : resources) all.push_back(stored(resource, all.size()));
    };
    add(people.practice());
    for (int patient = 0; patient < patients; ++patient) add(people.nextPatient());
    return all;
}

std::string train(const std::vector<std::string>& samples) {
    std::string joined;
    std::vector<std::size_t> sizes;
    for (const auto& sample : samples) {
        joined += sample;
        sizes.push_back(sample.size());
    }
    ZDICT_fastCover_params_t parameters{};
    parameters.k = 1024;
    parameters.d = 8;
    parameters.steps = 4;
    parameters.nbThreads = 1;
    parameters.zParams.compressionLevel = level;
    parameters.zParams.dictID = dictionaryId;
    std::string dictionary(dictionarySize, '\0');
    const std::size_t size = ZDICT_trainFromBuffer_fastCover(dictionary.data(), dictionary.size(), joined.data(), sizes.data(),
                                                             static_cast<unsigned>(sizes.size()), parameters);
    if (ZDICT_isError(size)) throw std::runtime_error(ZDICT_getErrorName(size));
    dictionary.resize(size);
    return dictionary;
}

void measure(const char* name, const std::vector<std::string>& samples, const std::string& dictionary) {
    using Clock = std::chrono::steady_clock;
    ZSTD_CDict* const compression = ZSTD_createCDict(dictionary.data(), dictionary.size(), level);
    ZSTD_DDict* const decompression = ZSTD_createDDict(dictionary.data(), dictionary.size());
    ZSTD_CCtx* const compressor = ZSTD_createCCtx();
    ZSTD_DCtx* const decompressor = ZSTD_createDCtx();
    std::vector<std::string> frames;
    std::size_t before = 0, after = 0;
    std::string buffer;

    auto start = Clock::now();
    for (const auto& sample : samples) {
        buffer.resize(ZSTD_compressBound(sample.size()));
        const std::size_t size =
            ZSTD_compress_usingCDict(compressor, buffer.data(), buffer.size(), sample.data(), sample.size(), compression);
        if (ZSTD_isError(size)) throw std::runtime_error(ZSTD_getErrorName(size));
        frames.emplace_back(buffer, 0, size);
        before += sample.size();
        after += size;
    }
    const double compressing = std::chrono::duration<double, std::micro>(Clock::now() - start).count();

    start = Clock::now();
    for (std::size_t i = 0; i < frames.size(); ++i) {
        buffer.resize(samples[i].size());
        const std::size_t size =
            ZSTD_decompress_usingDDict(decompressor, buffer.data(), buffer.size(), frames[i].data(), frames[i].size(), decompression);
        if (ZSTD_isError(size) || buffer != samples[i]) throw std::runtime_error("a frame does not come back as it was");
    }
    const double decompressing = std::chrono::duration<double, std::micro>(Clock::now() - start).count();

    const auto count = static_cast<double>(samples.size());
    std::printf("%-24s %7zu resources, mean %5.0f -> %4.0f bytes, ratio %.2f, %.1f us to compress, %.1f us to decompress\n", name,
                samples.size(), before / count, after / count, static_cast<double>(before) / after, compressing / count,
                decompressing / count);
    ZSTD_freeCDict(compression);
    ZSTD_freeDDict(decompression);
    ZSTD_freeCCtx(compressor);
    ZSTD_freeDCtx(decompressor);
}

std::vector<std::string> lines(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file) throw std::runtime_error("cannot read " + path);
    std::vector<std::string> all;
    for (std::string line; std::getline(file, line);) {
        if (!line.empty()) all.push_back(line);
    }
    return all;
}

}  // namespace

int main(int count, char** words) try {
    std::string path;
    std::vector<std::string> others;
    bool onlyMeasure = false;
    for (int i = 1; i < count; ++i) {
        const std::string word = words[i];
        if (word == "--measure-only")
            onlyMeasure = true;
        else if (word == "--measure" && i + 1 < count)
            others.push_back(words[++i]);
        else
            path = word;
    }
    if (path.empty()) throw std::runtime_error("usage: train_dictionary OUT.zdict [--measure-only] [--measure FILE.ndjson]...");

    std::string dictionary;
    if (onlyMeasure) {
        std::ifstream file(path, std::ios::binary);
        dictionary.assign(std::istreambuf_iterator<char>(file), {});
    } else {
        std::vector<std::string> samples = generated(20260101, 40);
        for (std::size_t i = 0; i < samples.size(); i += 3) samples[i] = elsewhere(samples[i]);
        dictionary = train(samples);
        std::ofstream file(path, std::ios::binary);
        file.write(dictionary.data(), static_cast<std::streamsize>(dictionary.size()));
        if (!file.flush()) throw std::runtime_error("cannot write " + path);
    }
    std::printf("dictionary %u, %zu bytes, level %d\n", ZDICT_getDictID(dictionary.data(), dictionary.size()), dictionary.size(), level);
    measure("generator, other seed", generated(2, 20), dictionary);
    measure("  without dictionary", generated(2, 20), {});
    for (const auto& other : others) {
        measure(other.substr(other.rfind('/') + 1).c_str(), lines(other), dictionary);
        measure("  without dictionary", lines(other), {});
    }
    return 0;
} catch (const std::exception& error) {
    std::fprintf(stderr, "train_dictionary: %s\n", error.what());
    return 1;
}
