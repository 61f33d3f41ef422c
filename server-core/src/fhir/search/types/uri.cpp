// http://hl7.org/fhir/R4/search.html#uri

#include <algorithm>

#include "fhir/search/query_values.h"
#include "fhir/search/text.h"
#include "fhir/search/types/types.h"

namespace polyclinic::fhir {
namespace {

Operand uriOperand(std::string_view uri) { return {.text = std::string(cutText(uri, longestIndexedUri))}; }

}  // namespace

void readUri(const AskedValue& asked, std::vector<Operand>& into) {
    const auto plain = unescaped(asked.text);
    if (plain.empty()) refuse(asked.parameter, "The value is empty.");
    into.push_back(uriOperand(plain));
}

/// The address itself and each way up, with and without its slash.
void readUriAbove(const AskedValue& asked, std::vector<Operand>& into) {
    readUri(asked, into);
    const auto plain = unescaped(asked.text);
    if (std::size_t(std::ranges::count(plain, '/')) * 2 > mostOperands) tooCostly(asked.parameter.code);
    for (auto slash = plain.rfind('/'); slash != plain.npos && slash > 0; slash = plain.rfind('/', slash - 1)) {
        into.push_back(uriOperand(std::string_view(plain).substr(0, slash)));
        into.push_back(uriOperand(std::string_view(plain).substr(0, slash + 1)));
    }
}

}  // namespace polyclinic::fhir
