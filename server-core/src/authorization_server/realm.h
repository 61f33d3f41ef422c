// What makes an authorization server that of a clinic's patients, of its providers or of its backend services: a value.
// Each step of the specifications is written once and asks the realm in which it is taken.

#pragma once

#include <chrono>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "access/scope.h"
#include "oauth/client.h"

namespace polyclinic::authorization_server {

/// How a client says who it is (RFC 6749 section 2.3.1).
enum class ClientAuthentication { none, basic, post };
/// As metadata names it (RFC 8414): client_secret_basic.
std::string_view toText(ClientAuthentication method);

struct Realm {
    std::string_view name;         // patient: leads rows, keys of caches and addresses
    access::Level level;           // of the scopes that it grants
    oauth::ClientKind clientKind;  // whom it gives tokens
    std::string_view agentKind;    // how the audit log calls those clients
    std::string_view audience;     // the API that takes its tokens, below the clinic's address: patient/smart-api
    std::string_view signIn;       // where its people sign in, likewise; empty: nobody does, its clients speak for themselves
    std::string_view management;   // where its people see what they allowed, likewise; empty: no such page
    std::vector<std::string_view> grantTypes;
    std::vector<ClientAuthentication> clientAuthentication;
    std::vector<std::string_view> nonResourceScopes;  // that can be granted to a client registered for them
    std::vector<std::string_view> scopesSupported;    // as metadata names them
    std::vector<std::string_view> capabilities;       // SMART App Launch 2.2, "Conformance"
    std::string_view accessPrefix;                    // of its access tokens: pat_
    std::string_view refreshPrefix;                   // empty: it has no refresh tokens
    std::chrono::seconds accessLife = std::chrono::hours(1);
    std::chrono::seconds refreshLife = std::chrono::hours(24 * 92);
    std::chrono::seconds codeLife{60};
    std::chrono::seconds requestLife = std::chrono::minutes(30);  // from the app's request to the person's answer
    std::chrono::seconds repeatWithin{10};                        // a refresh whose answer was lost may be repeated

    bool forPeople() const { return !signIn.empty(); }
    /// Each of its tokens is about the record of one patient.
    bool isOfOnePatient() const { return level == access::Level::patient; }
    bool offers(std::string_view grantType) const;
    bool takes(ClientAuthentication method) const;
    /// Below the clinic's address: patient/auth.
    std::string place() const { return std::string(name) + "/auth"; }
    /// How long access tokens of `client` last.
    std::chrono::seconds lifeOf(const oauth::Client& client) const {
        return client.accessSeconds ? std::chrono::seconds(*client.accessSeconds) : accessLife;
    }
    /// Whether it has the form of one of its tokens; saves a look.
    bool looksLikeAccessToken(std::string_view text) const;
    bool looksLikeRefreshToken(std::string_view text) const;
};

namespace realms {
extern const Realm patient, system;

/// Every one that a clinic has.
std::span<const Realm* const> all();
}  // namespace realms

}  // namespace polyclinic::authorization_server
