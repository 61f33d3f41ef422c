// Why a password will not do, in the language of the page.

#pragma once

#include <string>

#include "accounts/passwords.h"
#include "pages/translations.h"

namespace polyclinic::portal {

std::string passwordProblem(const pages::Translations& translations, accounts::Weakness weakness);

}  // namespace polyclinic::portal
