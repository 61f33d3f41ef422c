// What searchgen knows: the elements of R4 and the branches that it compiles search expressions to.

#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace searchgen {

struct Element {
    std::vector<std::string> types;
    std::string contentReference;  // path, without #
    std::string system;            // the one code system of a required binding, or empty
    bool choice = false;
    bool repeats = false;
};

struct Definitions {
    std::map<std::string, Element> elements;  // by path, choices without [x]
    std::vector<std::string> resourceTypes;   // concrete ones, sorted
};

struct Step {
    std::string name;
    bool first = false;
    std::string member, value;
};

/// A place that a path leads to.
struct Place {
    std::string context;  // path prefix of the elements below it
    std::string dataType;
    std::vector<Step> steps;
    bool repeats = false;
    bool exists = false;
    std::string resolvesTo, system;
};

/// Throws std::runtime_error naming the file that cannot be read.
nlohmann::json readJson(const std::string& path);
Definitions readDefinitions(const std::string& folder);

/// Top-level alternatives of a union.
std::vector<std::string> splitUnion(const std::string& expression);
/// True when the branch begins at `type` (or names no type at all).
bool concerns(const std::string& branch, const std::string& type);
/// All places that `branch` reaches from `start`. Throws std::runtime_error for what it does not understand.
std::vector<Place> compile(const Definitions& definitions, std::string branch, const std::string& type, const Place& start);

}  // namespace searchgen
