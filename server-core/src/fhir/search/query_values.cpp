#include "fhir/search/query_values.h"

#include <algorithm>

#include "base/failure.h"

namespace polyclinic::fhir {

void refuse(const Parameter& parameter, std::string_view sentence) {
    throw Failure(FailureKind::badRequest, "Search parameter " + std::string(parameter.code) + ": " + std::string(sentence))
        .withCode("value");
}

void notOffered(std::string sentence) { throw Failure(FailureKind::badRequest, std::move(sentence)).withCode("not-supported"); }

void tooCostly(std::string_view parameter, std::string_view sentence) {
    // Names that look like a parameter's, nothing else: a message repeats nothing of what is searched for.
    const bool plain = !parameter.empty() && parameter.size() <= 64 && std::ranges::all_of(parameter, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '_' || c == ':' || c == '.';
    });
    std::string publicMessage = plain ? "Search parameter " + std::string(parameter) + ": " : "";
    publicMessage += sentence.empty() ? "A search may come to 1,000 values in all; ask for fewer at a time." : sentence;
    throw Failure::withIssues(FailureKind::badRequest, {{Issue::Severity::error, "too-costly", std::move(publicMessage),
                                                         plain ? "http." + std::string(parameter) : "http"}});
}

std::vector<std::string_view> splitEscaped(std::string_view text, char separator) {
    std::vector<std::string_view> parts;
    std::size_t begin = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\\') {
            ++i;
            if (i == text.size() || std::string_view(",|$\\").find(text[i]) == std::string_view::npos)
                throw Failure(FailureKind::badRequest, "A backslash in a search value escapes only , | $ and itself.").withCode("value");
        } else if (text[i] == separator) {
            parts.push_back(text.substr(begin, i - begin));
            begin = i + 1;
        }
    }
    parts.push_back(text.substr(begin));
    return parts;
}

std::string unescaped(std::string_view text) {
    std::string plain;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\\' && i + 1 < text.size()) ++i;
        plain += text[i];
    }
    return plain;
}

Comparator takeComparator(const Parameter& parameter, std::string_view& text) {
    constexpr std::string_view names[] = {"eq", "ne", "gt", "lt", "ge", "le", "sa", "eb", "ap"};
    if (text.empty() || text[0] < 'a' || text[0] > 'z') return Comparator::eq;
    for (std::size_t i = 0; i < std::size(names); ++i)
        if (text.starts_with(names[i])) {
            text.remove_prefix(2);
            return static_cast<Comparator>(i);
        }
    refuse(parameter, "The prefix is none of eq, ne, gt, lt, ge, le, sa, eb, ap.");
}

}  // namespace polyclinic::fhir
