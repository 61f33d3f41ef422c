// What a caller may do, as a value, and the one function that says yes or no.

#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace polyclinic::store {

/// The letters of SMART v2 scopes (SMART App Launch 2.2, "Scopes for requesting FHIR resources").
enum class Verb : std::uint8_t { create = 1, read = 2, update = 4, remove = 8, search = 16 };

struct TypeGrant {
    std::int32_t type = 0;  // typeCode; 0: every type
    std::uint8_t verbs = 0;
};

/// Default deny: a scope without grants allows nothing.
struct AccessScope {
    std::vector<TypeGrant> grants;

    static AccessScope everything() { return {{{0, 31}}}; }
    static AccessScope readEverything() { return {{{0, std::uint8_t(Verb::read) | std::uint8_t(Verb::search)}}}; }
};

/// Asked by every interaction and by every entry of a Bundle, before any look at the data.
bool decide(const AccessScope& scope, Verb verb, std::int32_t type);

/// Throws Failure(forbidden) that names the missing scope where decide() says no.
void demand(const AccessScope& scope, Verb verb, std::string_view type);

}  // namespace polyclinic::store
