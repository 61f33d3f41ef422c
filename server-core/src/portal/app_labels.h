// Apps as the portal's pages show them.

#pragma once

#include <string>
#include <vector>

#include "base/task.h"
#include "oauth/client.h"
#include "oauth/grant_store.h"
#include "portal/call.h"

namespace polyclinic::portal {

/// The letter in an app's square.
std::string initialOf(const std::string& name);
/// "Since 3 May 2026. Ends 3 May 2027. Last used today at 14:05.", or how and when it ended.
std::string datesOf(const pages::Translations& translations, const pages::PageTheme& theme, const oauth::Grant& grant, Timestamp now);
/// "You stopped this access on 3 May 2026."; empty while it is alive.
std::string endedOf(const pages::Translations& translations, const pages::PageTheme& theme, const oauth::Grant& grant, Timestamp now);
/// One row of a list: initial, name, maker, dates, href, details_label.
pages::data rowOf(const Call& call, const pages::PageTheme& theme, const oauth::Grant& grant);
/// Apps that the clinic lists for its patients: { entries: [...] }; nothing when there are none.
Task<std::optional<pages::data>> offeredApps(const Call& call, std::string language);

}  // namespace polyclinic::portal
