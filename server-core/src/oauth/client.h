// A client: an app or a system that a clinic lets in. The value and its JSON.

#pragma once

#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"

namespace polyclinic::oauth {

enum class ClientKind { patientApp, providerApp, backendService };
enum class ClientType { publicClient, confidentialSymmetric, confidentialAsymmetric };  // publicClient: "public" in JSON

std::string_view toText(ClientKind kind);
std::string_view toText(ClientType type);

struct Client {
    std::string id;
    std::string name;
    ClientKind kind = ClientKind::backendService;
    ClientType type = ClientType::confidentialSymmetric;
    std::vector<std::string> redirectUris;
    std::optional<std::string> launchUri;
    std::string scopes;  // what it may be granted, separated by single spaces
    std::optional<std::string> jwks;
    std::optional<std::string> jwksUri;
    // What the clinic's patients are told of it.
    std::optional<std::string> publisher;  // who made it
    std::optional<std::string> description;
    std::optional<std::string> policyUri, termsUri;
    std::optional<std::string> privacyAnswers;  // JSON object: its answers to the questions of a privacy notice
    bool offered = false;                       // shown in the portal's list of apps
    std::optional<std::int32_t> accessSeconds;  // life of its access tokens; nothing: the usual one
    bool introspect = false;                    // a system that may ask about tokens of the clinic's other clients
    bool disabled = false;
    std::int64_t version = 0;
    Timestamp created;
    Timestamp updated;
};

/// Names the first word that is no scope which a client of `kind` can be granted; empty when all are.
using ScopeCheck = std::function<std::string(ClientKind kind, std::string_view scopes)>;

/// The client that `body` describes. `id` of the address, empty at registration. Refuses with
/// Failure(unprocessable), naming every faulty member: unknown members, kinds, types and members that no part of
/// the program serves yet. `resourceType`, `meta` and `created` of an earlier answer are taken and ignored.
Client clientFromJson(const nlohmann::json& body, std::string_view id, const ScopeCheck& scopeCheck = {});

/// As the operator API shows it; never with a secret.
nlohmann::ordered_json toJson(const Client& client);

}  // namespace polyclinic::oauth
