// Why a password will not do, in the language of the page.

#pragma once

#include <string>

#include "identity/passwords.h"
#include "pages/translations.h"

namespace polyclinic::portal {

std::string passwordProblem(const pages::Translations& translations, identity::Weakness weakness);

}  // namespace polyclinic::portal
