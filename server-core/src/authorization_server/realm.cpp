#include "authorization_server/realm.h"

#include <algorithm>
#include <array>

namespace polyclinic::authorization_server {
namespace {

constexpr std::size_t secretLength = 43;  // 32 bytes as base64url

bool isToken(std::string_view text, std::string_view prefix) {
    return !prefix.empty() && text.size() == prefix.size() + secretLength && text.starts_with(prefix);
}

}  // namespace

std::string_view toText(ClientAuthentication method) {
    switch (method) {
        case ClientAuthentication::none:
            return "none";
        case ClientAuthentication::basic:
            return "client_secret_basic";
        case ClientAuthentication::post:
            return "client_secret_post";
    }
    return {};
}

bool Realm::offers(std::string_view grantType) const { return std::ranges::find(grantTypes, grantType) != grantTypes.end(); }

bool Realm::takes(ClientAuthentication method) const {
    return std::ranges::find(clientAuthentication, method) != clientAuthentication.end();
}

bool Realm::looksLikeAccessToken(std::string_view text) const { return isToken(text, accessPrefix); }
bool Realm::looksLikeRefreshToken(std::string_view text) const { return isToken(text, refreshPrefix); }

namespace realms {

const Realm patient{.name = "patient",
                    .level = access::Level::patient,
                    .clientKind = oauth::ClientKind::patientApp,
                    .agentKind = "patient-app",
                    .audience = "patient/smart-api",
                    .signIn = "patient/portal/sign-in",
                    .management = "patient/portal/apps",
                    .grantTypes = {"authorization_code", "refresh_token"},
                    .clientAuthentication = {ClientAuthentication::none, ClientAuthentication::basic, ClientAuthentication::post},
                    .nonResourceScopes = {"openid", "fhirUser", "profile", "offline_access"},
                    .scopesSupported = {"openid", "fhirUser", "profile", "launch/patient", "offline_access", "patient/*.rs",
                                        "patient/*.cruds", "patient/*.read", "patient/*.write", "patient/*.*"},
                    .capabilities = {"launch-standalone", "client-public", "client-confidential-symmetric", "sso-openid-connect",
                                     "context-standalone-patient", "permission-offline", "permission-patient", "permission-v1",
                                     "permission-v2", "authorize-post"},
                    .accessPrefix = "pat_",
                    .refreshPrefix = "prt_"};

const Realm system{.name = "system",
                   .level = access::Level::system,
                   .clientKind = oauth::ClientKind::backendService,
                   .agentKind = "system",
                   .audience = "fhir-api",
                   .signIn = {},
                   .management = {},
                   .grantTypes = {"client_credentials"},
                   .clientAuthentication = {ClientAuthentication::basic, ClientAuthentication::post},
                   .nonResourceScopes = {},
                   .scopesSupported = {"system/*.cruds", "system/*.rs", "system/*.read", "system/*.write", "system/*.*"},
                   .capabilities = {"client-confidential-symmetric", "permission-v1", "permission-v2"},
                   .accessPrefix = "pst_",
                   .refreshPrefix = {}};

std::span<const Realm* const> all() {
    static constexpr std::array<const Realm*, 2> each{&patient, &system};
    return each;
}

}  // namespace realms

}  // namespace polyclinic::authorization_server
