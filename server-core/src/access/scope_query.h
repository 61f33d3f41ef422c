// The query of a granular scope: plain search parameters with values.

#pragma once

#include <string_view>

namespace polyclinic::access {

/// param=value[&param=value...]: names of letters, digits, '-' and '_', values that are not empty.
bool isScopeQuery(std::string_view query);
/// A parameter that reaches through a reference or has a modifier (patient.birthdate, code:in): no sentence of a
/// consent page can say it, and no filter on one resource can hold it.
bool isHostileQuery(std::string_view query);

}  // namespace polyclinic::access
