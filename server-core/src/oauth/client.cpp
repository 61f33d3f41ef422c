#include "oauth/client.h"

#include <algorithm>
#include <array>

#include "base/json_reader.h"
#include "base/text.h"
#include "oauth/redirect_uri.h"

namespace polyclinic::oauth {
namespace {

constexpr std::array<std::string_view, 3> clientKinds{"patient-app", "provider-app", "backend-service"};
constexpr std::array<std::string_view, 3> types{"public", "confidential-symmetric", "confidential-asymmetric"};
constexpr std::array<std::string_view, 21> members{
    "resourceType", "id",        "meta",         "name",      "kind",    "type",          "scopes",
    "disabled",     "created",   "redirectUris", "launchUri", "jwks",    "jwksUri",       "publisher",
    "description",  "policyUri", "termsUri",     "facts",     "offered", "accessSeconds", "introspect"};
/// Of apps that people use.
constexpr std::array<std::string_view, 9> appMembers{"redirectUris", "launchUri", "publisher", "description",  "policyUri",
                                                     "termsUri",     "facts",     "offered",   "accessSeconds"};
constexpr std::int64_t shortestAccess = 60, longestAccess = 3600;

/// A member that is not offered here; false and an empty list ask for nothing.
void refuse(JsonReader& reader, std::string_view member, std::string_view sentence) {
    const auto* value = reader.find(member);
    if (value && *value != false && !(value->is_array() && value->empty())) reader.fault(member, sentence);
}

/// An address of a page; http only on this computer.
std::optional<std::string> pageOf(JsonReader& reader, std::string_view member) {
    auto uri = reader.text(member, 2000);
    if (!uri) return uri;
    if (const auto wrong = pageUriFault(*uri)) reader.fault(member, *wrong);
    return uri;
}

std::vector<std::string> redirectUrisOf(JsonReader& reader) {
    std::vector<std::string> uris;
    constexpr std::string_view needed = "must have 1 to 20 addresses that answers may go to.";
    const auto* list = reader.list("redirectUris", 20, needed, 1);
    if (!list && !reader.has("redirectUris")) reader.fault("redirectUris", needed);
    if (!list) return uris;
    for (std::size_t i = 0; i < list->size(); ++i) {
        const auto& item = (*list)[i];
        const std::string place = "redirectUris[" + std::to_string(i) + "]";
        if (!item.is_string()) {
            reader.fault(place, "must be a string.");
            continue;
        }
        auto uri = item.get<std::string>();
        if (const auto wrong = redirectUriFault(uri))
            reader.fault(place, *wrong);
        else if (std::ranges::find(uris, uri) != uris.end())
            reader.fault(place, "stands there twice.");
        uris.push_back(std::move(uri));
    }
    return uris;
}

/// Questions' keys and the maker's answers.
std::optional<std::string> privacyAnswersOf(JsonReader& reader) {
    const auto* value = reader.find("facts");
    if (!value || value->empty()) return std::nullopt;
    const auto isKey = [](const std::string& key) {
        return !key.empty() && key.size() <= 40 &&
               std::ranges::all_of(key, [](char c) { return isAsciiLetter(c) || isAsciiDigit(c) || c == '-' || c == '_'; });
    };
    bool good = value->is_object() && value->size() <= 20;
    if (good)
        for (const auto& [key, answer] : value->items())
            good = good && isKey(key) && answer.is_string() && !answer.get_ref<const std::string&>().empty() &&
                   answer.get_ref<const std::string&>().size() <= 300;
    if (good) return value->dump();
    reader.fault("facts", "must be an object of at most 20 short keys with answers of 1 to 300 bytes.");
    return std::nullopt;
}

void readType(JsonReader& reader, Client& client, bool app) {
    const auto* sentence = app ? "must be public or confidential-symmetric." : "must be confidential-symmetric for a backend service.";
    const auto type = reader.choice("type", types, sentence);
    if (type) client.type = static_cast<ClientType>(*type);
    if (type && !app && client.type == ClientType::publicClient)
        reader.fault("type", sentence);
    else if (client.type == ClientType::confidentialAsymmetric)
        reader.fault("type", "confidential-asymmetric cannot be registered in this version.");
    else if (app && !reader.has("type"))
        reader.fault("type", "is required: public or confidential-symmetric.");
}

}  // namespace

std::string_view toText(ClientKind kind) { return clientKinds[static_cast<std::size_t>(kind)]; }
std::string_view toText(ClientType type) { return types[static_cast<std::size_t>(type)]; }

Client clientFromJson(const nlohmann::json& body, std::string_view id, const ScopeCheck& scopeCheck) {
    JsonReader reader(body, "Client", "A client is a JSON object.");
    reader.knownOnly(members);
    Client client;
    client.id = id;
    if (const auto* type = reader.find("resourceType"); type && *type != "Client") reader.fault("resourceType", "must be Client.");
    if (const auto* given = reader.find("id"); given && *given != client.id)
        reader.fault("id", id.empty() ? "is chosen by the server." : "must be the id of the address.");
    for (const std::string_view needed : {"name", "kind", "scopes"})
        if (!reader.has(needed)) reader.fault(needed, "is required.");

    client.name = reader.text("name", 200).value_or(std::string());
    const auto kind = reader.choice("kind", clientKinds, "must be patient-app, provider-app or backend-service.");
    if (kind) client.kind = static_cast<ClientKind>(*kind);
    const bool app = client.kind != ClientKind::backendService;
    readType(reader, client, app);
    for (const std::string_view later : {"jwks", "jwksUri"}) refuse(reader, later, "cannot be registered in this version.");

    if (app) {
        client.redirectUris = redirectUrisOf(reader);
        client.launchUri = pageOf(reader, "launchUri");
        client.publisher = reader.text("publisher", 200);
        client.description = reader.text("description", 2000);
        client.policyUri = pageOf(reader, "policyUri");
        client.termsUri = pageOf(reader, "termsUri");
        client.privacyAnswers = privacyAnswersOf(reader);
        client.offered = reader.flag("offered").value_or(false);
        client.accessSeconds = reader.wholeNumber("accessSeconds", shortestAccess, longestAccess);
        refuse(reader, "introspect", "is for a backend service.");
    } else {
        for (const auto member : appMembers) refuse(reader, member, "is not for a backend service.");
        client.introspect = reader.flag("introspect").value_or(false);
    }

    if (auto scopes = reader.text("scopes", 8000)) {
        client.scopes = joined(splitWords(*scopes), " ");
        const std::string foreign = scopeCheck ? scopeCheck(client.kind, client.scopes) : std::string();
        if (client.scopes.empty())
            reader.fault("scopes", "must name at least one scope.");
        else if (!foreign.empty())
            reader.fault("scopes", "has a word that is no scope for this client: " + foreign.substr(0, 80));
    }
    client.disabled = reader.flag("disabled").value_or(false);
    reader.finish();
    return client;
}

nlohmann::ordered_json toJson(const Client& client) {
    nlohmann::ordered_json json{{"resourceType", "Client"},
                                {"id", client.id},
                                {"meta", {{"versionId", std::to_string(client.version)}, {"lastUpdated", toInstant(client.updated)}}},
                                {"name", client.name},
                                {"kind", toText(client.kind)},
                                {"type", toText(client.type)},
                                {"scopes", client.scopes},
                                {"disabled", client.disabled},
                                {"created", toInstant(client.created)}};
    if (!client.redirectUris.empty()) json["redirectUris"] = client.redirectUris;
    if (client.launchUri) json["launchUri"] = *client.launchUri;
    if (client.publisher) json["publisher"] = *client.publisher;
    if (client.description) json["description"] = *client.description;
    if (client.policyUri) json["policyUri"] = *client.policyUri;
    if (client.termsUri) json["termsUri"] = *client.termsUri;
    if (client.privacyAnswers) json["facts"] = nlohmann::ordered_json::parse(*client.privacyAnswers);
    if (client.kind != ClientKind::backendService)
        json["offered"] = client.offered;
    else
        json["introspect"] = client.introspect;
    if (client.accessSeconds) json["accessSeconds"] = *client.accessSeconds;
    if (client.jwks) json["jwks"] = nlohmann::ordered_json::parse(*client.jwks);
    if (client.jwksUri) json["jwksUri"] = *client.jwksUri;
    return json;
}

}  // namespace polyclinic::oauth
