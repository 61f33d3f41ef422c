#include "portal/password_words.h"

namespace polyclinic::portal {

std::string passwordProblem(const pages::Words& words, const Failure& failure) {
    if (failure.kind() != FailureKind::unprocessable || failure.issues().empty() ||
        failure.issues().front().expression != "password")
        return {};
    const auto& told = failure.issues().front().diagnostics;
    const auto says = [&told](std::string_view part) { return told.find(part) != told.npos; };
    const auto* reason = says("too short")          ? "password_short"
                         : says("too long")         ? "password_long"
                         : says("must not contain") ? "password_named"
                                                    : "password_weak";
    return words.text("password_unfit", {{"reason", words.text(reason)}});
}

}  // namespace polyclinic::portal
