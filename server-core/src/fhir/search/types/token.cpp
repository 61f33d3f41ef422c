// http://hl7.org/fhir/R4/search.html#token

#include "fhir/search/query_values.h"
#include "fhir/search/text.h"
#include "fhir/search/types/types.h"

namespace polyclinic::fhir {
namespace {

/// Systems that the bindings of the parameter's codes imply: a code without a system is of one of them.
std::vector<std::int64_t> noSystem(const Parameter& parameter) {
    std::vector<std::int64_t> systems{0};
    for (const auto& branch : parameter.branches)
        if (!branch.system.empty()) systems.push_back(systemHash(branch.system));
    return systems;
}

}  // namespace

void readToken(const AskedValue& asked, std::vector<Operand>& into) {
    const auto parts = splitEscaped(asked.text, '|');
    if (parts.size() > 2) refuse(asked.parameter, "A token is written as code, system|code, |code or system|.");
    Operand operand;
    const auto code = unescaped(parts.back());
    if (parts.size() == 2) {
        const auto system = unescaped(parts.front());
        operand.systems = system.empty() ? noSystem(asked.parameter) : std::vector{systemHash(system)};
        operand.anyCode = code.empty();
        if (system.empty() && code.empty()) refuse(asked.parameter, "The value is empty.");
    }
    operand.code = tokenHash(code);
    into.push_back(std::move(operand));
}

}  // namespace polyclinic::fhir
