#include "store/access_scope.h"

#include "base/failure.h"
#include "fhir/definitions/definitions.h"

namespace polyclinic::store {
namespace {

char letter(Verb verb) {
    switch (verb) {
        case Verb::create: return 'c';
        case Verb::read: return 'r';
        case Verb::update: return 'u';
        case Verb::remove: return 'd';
        case Verb::search: return 's';
    }
    return '?';
}

}  // namespace

bool decide(const AccessScope& scope, Verb verb, std::int32_t type) {
    for (const auto& grant : scope.grants)
        if ((grant.type == 0 || grant.type == type) && (grant.verbs & std::uint8_t(verb))) return true;
    return false;
}

void demand(const AccessScope& scope, Verb verb, std::string_view type) {
    if (decide(scope, verb, fhir::typeCode(type))) return;
    throw Failure(FailureKind::forbidden,
                  "The access token has no scope for this: " + std::string(type) + "." + letter(verb) + " is missing.");
}

}  // namespace polyclinic::store
