// What makes this authorization server the patients' one. The providers' differs in these values.

#pragma once

#include <chrono>
#include <string_view>

#include "store/client.h"

namespace polyclinic::auth {

inline constexpr std::string_view realm = "patient", audience = "patient/smart-api", agentKind = "patient-app";
inline constexpr char realmKey = 'p';  // in keys of caches
inline constexpr store::ClientKind clientKind = store::ClientKind::patientApp;
inline constexpr std::string_view accessPrefix = "pat_";

inline constexpr std::chrono::hours accessLife{1}, refreshLife{24 * 92};
inline constexpr std::chrono::seconds codeLife{60}, repeatWithin{10};
inline constexpr std::chrono::minutes requestLife{30};

/// How long the access tokens of a client last.
inline std::chrono::seconds lifeOf(const store::Client& client) {
    return client.accessSeconds ? std::chrono::seconds(*client.accessSeconds) : std::chrono::seconds(accessLife);
}

inline bool looksLikeAccessToken(std::string_view text) {
    return text.size() == accessPrefix.size() + 43 && text.starts_with(accessPrefix);
}

}  // namespace polyclinic::auth
