// One event of the audit log in a patient's words.

#pragma once

#include <map>
#include <string>

#include "audit/activity.h"
#include "pages/translations.h"

namespace polyclinic::portal {

/// Names of apps as they are shown, by the id of the client and by the id of a grant.
using AppNames = std::map<std::string, std::string, std::less<>>;

/// "Heart Diary looked at your allergies."; empty for what is no patient's concern, such as a renewed token. Nobody at the
/// clinic is named.
std::string sentenceOf(const pages::Translations& translations, const audit::ActivityEvent& event, const AppNames& apps);

}  // namespace polyclinic::portal
