// fhirgen DEFINITIONS OUTPUT: HL7's definitions (a folder of JSON files) to the C++ tables of
// fhir/definitions.

#include <cstdio>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include "model.h"

namespace polyclinic::fhirgen {

json::Document readFile(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file) throw std::runtime_error("cannot read " + path);
    return json::Document::parse(std::string(std::istreambuf_iterator<char>(file), {}));
}

namespace {

std::vector<json::Document> readAll(const std::string& folder, std::initializer_list<const char*> names) {
    std::vector<json::Document> documents;
    for (const char* name : names) documents.push_back(readFile(folder + "/" + name));
    return documents;
}

}  // namespace
}  // namespace polyclinic::fhirgen

int main(int argc, char** argv) try {
    using namespace polyclinic::fhirgen;
    if (argc != 3) throw std::runtime_error("usage: fhirgen DEFINITIONS OUTPUT");
    const std::string folder = argv[1];
    const Types types = readTypes(readAll(folder, {"profiles-types.json", "profiles-resources.json"}));
    const ValueSets sets = expandBound(types, readAll(folder, {"valuesets.json", "v3-codesystems.json", "v2-tables.json"}));
    writeTables(types, sets, argv[2]);
} catch (const std::exception& error) {
    std::fprintf(stderr, "fhirgen: %s\n", error.what());
    return 1;
}
