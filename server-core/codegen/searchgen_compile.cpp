// Search expressions of R4 come in eleven shapes (plain paths, casts in two notations, where() with a type test or
// an equality, [0], unions, one existence test): each is compiled to steps over JSON member names.

#include <algorithm>
#include <cctype>
#include <regex>
#include <stdexcept>

#include "searchgen_model.h"

namespace searchgen {
namespace {

std::string trimmed(std::string text) {
    const auto isSpace = [](unsigned char c) { return std::isspace(c); };
    text.erase(text.begin(), std::find_if_not(text.begin(), text.end(), isSpace));
    text.erase(std::find_if_not(text.rbegin(), text.rend(), isSpace).base(), text.end());
    return text;
}

std::string capitalised(std::string text) {
    text[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(text[0])));
    return text;
}

bool sameWord(const std::string& a, const std::string& b) {
    return std::ranges::equal(a, b, [](unsigned char x, unsigned char y) { return std::tolower(x) == std::tolower(y); });
}

/// Splits at `separator` outside parentheses and quotes.
std::vector<std::string> split(const std::string& text, char separator) {
    std::vector<std::string> parts{""};
    int depth = 0;
    bool quoted = false;
    for (const char c : text) {
        if (c == '\'') quoted = !quoted;
        if (!quoted && c == '(') ++depth;
        if (!quoted && c == ')') --depth;
        if (c == separator && !quoted && depth == 0)
            parts.emplace_back();
        else
            parts.back() += c;
    }
    for (auto& part : parts) part = trimmed(part);
    return parts;
}

std::vector<Place> member(const Definitions& definitions, const std::vector<Place>& from, const std::string& name) {
    std::vector<Place> to;
    for (const auto& place : from) {
        const std::string path = place.context + "." + name;
        const auto at = definitions.elements.find(path);
        if (at == definitions.elements.end()) continue;  // one type of a choice may lack what another has
        const Element& element = at->second;
        const auto step = [&](const std::string& type, const std::string& context) {
            Place next = place;
            next.steps.push_back({element.choice ? name + capitalised(type) : name, false, "", ""});
            next.dataType = type;
            next.context = context;
            next.repeats |= element.repeats;
            next.system = element.system;
            to.push_back(std::move(next));
        };
        if (!element.contentReference.empty()) step("BackboneElement", element.contentReference);
        for (const auto& type : element.types) step(type, type == "BackboneElement" || type == "Element" ? path : type);
    }
    if (to.empty()) throw std::runtime_error("no element " + name);
    return to;
}

/// Data types that are also of the type they are derived from (http://hl7.org/fhir/R4/datatypes.html).
const std::map<std::string, std::string> parents = {
    {"canonical", "uri"},       {"url", "uri"},      {"uuid", "uri"},        {"oid", "uri"},
    {"code", "string"},         {"id", "string"},    {"markdown", "string"}, {"positiveInt", "integer"},
    {"unsignedInt", "integer"}, {"Age", "Quantity"}, {"Count", "Quantity"},  {"Distance", "Quantity"},
    {"Duration", "Quantity"}};

void cast(std::vector<Place>& places, const std::string& type) {
    std::erase_if(places, [&](const Place& place) {
        const auto parent = parents.find(place.dataType);
        return !sameWord(place.dataType, type) && !(parent != parents.end() && parent->second == type);
    });
    if (places.empty()) throw std::runtime_error("nothing is a " + type);
}

void apply(const Definitions& definitions, std::vector<Place>& places, const std::string& part) {
    std::smatch found;
    if (std::regex_match(part, found, std::regex(R"((?:as|ofType)\((\w+)\))"))) {
        cast(places, found[1]);
    } else if (std::regex_match(part, found, std::regex(R"(where\(resolve\(\) is (\w+)\))"))) {
        for (auto& place : places) place.resolvesTo = found[1];
    } else if (std::regex_match(part, found, std::regex(R"(where\((\w+)\s*=\s*'([^']*)'\))"))) {
        for (auto& place : places) {
            place.steps.back().member = found[1];
            place.steps.back().value = found[2];
        }
    } else if (std::regex_match(part, found, std::regex(R"((\w+)\[0\])"))) {
        places = member(definitions, places, found[1]);
        for (auto& place : places) place.steps.back().first = true;
    } else if (std::regex_match(part, std::regex(R"(\w+)"))) {
        places = member(definitions, places, part);
    } else {
        throw std::runtime_error("not understood: " + part);
    }
}

}  // namespace

std::vector<std::string> splitUnion(const std::string& expression) { return split(expression, '|'); }

bool concerns(const std::string& branch, const std::string& type) {
    std::smatch found;
    if (!std::regex_search(branch, found, std::regex(R"(^\(*([A-Z]\w*))"))) return true;
    return found[1] == type || found[1] == "Resource" || found[1] == "DomainResource";
}

std::vector<Place> compile(const Definitions& definitions, std::string branch, const std::string& type, const Place& start) {
    bool exists = false;
    std::smatch found;
    if (std::regex_match(branch, found, std::regex(R"(([\w.]+)\.exists\(\) and ([\w.]+) != false)")) && found[1] == found[2]) {
        branch = found[1];
        exists = true;
    }
    std::vector<Place> places{start};
    std::string castTo;
    if (std::regex_match(branch, found, std::regex(R"(\(?([\w.]+) as (\w+)\)?)"))) {
        const std::string path = found[1];
        castTo = found[2];
        branch = path;
    }
    bool head = true;
    for (auto part : split(branch, '.')) {
        if (part.starts_with('(') && part.ends_with(')')) {
            places = compile(definitions, part.substr(1, part.size() - 2), type, start);
        } else if (!(head && (part == type || part == "Resource" || part == "DomainResource"))) {
            apply(definitions, places, part);
        }
        head = false;
    }
    if (!castTo.empty()) cast(places, castTo);
    for (auto& place : places) place.exists = exists;
    return places;
}

}  // namespace searchgen
