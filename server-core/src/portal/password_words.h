// Why a password will not do, in the language of the page.

#pragma once

#include <string>

#include "base/failure.h"
#include "pages/words.h"

namespace polyclinic::portal {

/// Empty for a failure that is not about the new password.
std::string passwordProblem(const pages::Words& words, const Failure& failure);

}  // namespace polyclinic::portal
