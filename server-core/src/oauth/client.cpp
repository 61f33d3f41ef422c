#include "oauth/client.h"

#include <algorithm>
#include <array>

#include "base/failure.h"
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
constexpr std::array<const char*, 9> appMembers{"redirectUris", "launchUri", "publisher", "description",  "policyUri",
                                                "termsUri",     "facts",     "offered",   "accessSeconds"};
constexpr std::int64_t shortestAccess = 60, longestAccess = 3600;

/// Collects every fault, so that the operator sees all of them at once.
class Reader {
  public:
    explicit Reader(const nlohmann::json& body) : body_(body) {}

    void fault(std::string_view member, std::string sentence) {
        const std::string place = "Client." + std::string(member);
        issues_.push_back({Issue::Severity::error, "value", place + " " + sentence, place});
    }

    const nlohmann::json* find(const char* name) {
        const auto found = body_.find(name);
        return found == body_.end() || found->is_null() ? nullptr : &*found;
    }

    std::optional<std::string> text(const char* name, std::size_t longest) {
        const auto* value = find(name);
        if (!value) return std::nullopt;
        if (!value->is_string()) {
            fault(name, "must be a string.");
            return std::nullopt;
        }
        auto result = value->get<std::string>();
        const bool plain = std::none_of(result.begin(), result.end(), [](unsigned char c) { return c < 0x20 || c == 0x7F; });
        if (result.empty() || result.size() > longest || !plain) {
            fault(name, "must have 1 to " + std::to_string(longest) + " bytes without control characters.");
            return std::nullopt;
        }
        return result;
    }

    void refuse(const char* name, const char* sentence) {
        const auto* value = find(name);
        if (value && *value != false && !(value->is_array() && value->empty())) fault(name, sentence);
    }

    bool flag(const char* name) {
        const auto* value = find(name);
        if (value && !value->is_boolean()) fault(name, "must be true or false.");
        return value && value->is_boolean() && value->get<bool>();
    }

    /// An address of a page; http only on this computer.
    std::optional<std::string> page(const char* name) {
        auto uri = text(name, 2000);
        if (!uri) return uri;
        if (auto wrong = pageUriFault(*uri)) fault(name, std::move(*wrong));
        return uri;
    }

    std::vector<std::string> redirectUris() {
        std::vector<std::string> uris;
        const auto* value = find("redirectUris");
        if (!value || !value->is_array() || value->empty() || value->size() > 20) {
            fault("redirectUris", "must have 1 to 20 addresses that answers may go to.");
            return uris;
        }
        for (std::size_t i = 0; i < value->size(); ++i) {
            const auto& item = (*value)[i];
            const std::string place = "redirectUris[" + std::to_string(i) + "]";
            if (!item.is_string()) {
                fault(place, "must be a string.");
                continue;
            }
            auto uri = item.get<std::string>();
            if (auto wrong = redirectUriFault(uri))
                fault(place, std::move(*wrong));
            else if (std::find(uris.begin(), uris.end(), uri) != uris.end())
                fault(place, "stands there twice.");
            uris.push_back(std::move(uri));
        }
        return uris;
    }

    /// Questions' keys and the maker's answers.
    std::optional<std::string> privacyAnswers() {
        const auto* value = find("facts");
        if (!value || value->empty()) return std::nullopt;
        const auto isKey = [](const std::string& key) {
            return !key.empty() && key.size() <= 40 && std::all_of(key.begin(), key.end(), [](char c) {
                return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
            });
        };
        bool good = value->is_object() && value->size() <= 20;
        if (good)
            for (const auto& [key, answer] : value->items())
                good = good && isKey(key) && answer.is_string() && !answer.get_ref<const std::string&>().empty() &&
                       answer.get_ref<const std::string&>().size() <= 300;
        if (good) return value->dump();
        fault("facts", "must be an object of at most 20 short keys with answers of 1 to 300 bytes.");
        return std::nullopt;
    }

    std::optional<std::int32_t> accessSeconds() {
        const auto* value = find("accessSeconds");
        if (!value) return std::nullopt;
        if (value->is_number_integer() && *value >= shortestAccess && *value <= longestAccess) return value->get<std::int32_t>();
        fault("accessSeconds", "must be a whole number from 60 to 3600.");
        return std::nullopt;
    }

    void refuseUnknown() {
        for (const auto& member : body_.items())
            if (std::find(members.begin(), members.end(), member.key()) == members.end())
                fault(member.key().substr(0, 40), "is not a member of Client.");
    }

    void finish() {
        if (!issues_.empty()) throw Failure::withIssues(FailureKind::unprocessable, std::move(issues_));
    }

  private:
    const nlohmann::json& body_;
    std::vector<Issue> issues_;
};

/// One space between words, none at the ends.
std::string spaced(std::string_view text) {
    std::string result;
    for (const char c : text)
        if (c != ' ' || (!result.empty() && result.back() != ' ')) result += c;
    if (!result.empty() && result.back() == ' ') result.pop_back();
    return result;
}

}  // namespace

std::string_view toText(ClientKind kind) { return clientKinds[static_cast<std::size_t>(kind)]; }
std::string_view toText(ClientType type) { return types[static_cast<std::size_t>(type)]; }

Client clientFromJson(const nlohmann::json& body, std::string_view id, const ScopeCheck& scopeCheck) {
    if (!body.is_object()) throw Failure(FailureKind::badRequest, "A client is a JSON object.");
    Reader reader(body);
    reader.refuseUnknown();
    Client client;
    client.id = id;
    if (const auto* type = reader.find("resourceType"); type && *type != "Client") reader.fault("resourceType", "must be Client.");
    if (const auto* given = reader.find("id"); given && *given != client.id)
        reader.fault("id", id.empty() ? "is chosen by the server." : "must be the id of the address.");

    if (auto name = reader.text("name", 200))
        client.name = std::move(*name);
    else if (!reader.find("name"))
        reader.fault("name", "is required.");

    if (const auto kind = reader.text("kind", 40)) {
        const auto known = std::find(clientKinds.begin(), clientKinds.end(), *kind);
        if (known == clientKinds.end())
            reader.fault("kind", "must be patient-app, provider-app or backend-service.");
        else
            client.kind = static_cast<ClientKind>(known - clientKinds.begin());
    } else if (!reader.find("kind")) {
        reader.fault("kind", "is required.");
    }
    const bool app = client.kind != ClientKind::backendService;

    if (const auto type = reader.text("type", 40)) {
        const auto known = std::find(types.begin(), types.end(), *type);
        if (known != types.end()) client.type = static_cast<ClientType>(known - types.begin());
        if (known == types.end() || (!app && client.type == ClientType::publicClient))
            reader.fault("type",
                         app ? "must be public or confidential-symmetric." : "must be confidential-symmetric for a backend service.");
        else if (client.type == ClientType::confidentialAsymmetric)
            reader.fault("type", "confidential-asymmetric cannot be registered in this version.");
    } else if (app && !reader.find("type")) {
        reader.fault("type", "is required: public or confidential-symmetric.");
    }
    for (const char* later : {"jwks", "jwksUri"}) reader.refuse(later, "cannot be registered in this version.");

    if (app) {
        client.redirectUris = reader.redirectUris();
        client.launchUri = reader.page("launchUri");
        client.publisher = reader.text("publisher", 200);
        client.description = reader.text("description", 2000);
        client.policyUri = reader.page("policyUri");
        client.termsUri = reader.page("termsUri");
        client.privacyAnswers = reader.privacyAnswers();
        client.offered = reader.flag("offered");
        client.accessSeconds = reader.accessSeconds();
        reader.refuse("introspect", "is for a backend service.");
    } else {
        for (const char* member : appMembers) reader.refuse(member, "is not for a backend service.");
        client.introspect = reader.flag("introspect");
    }

    if (auto scopes = reader.text("scopes", 8000)) {
        client.scopes = spaced(*scopes);
        const std::string foreign = scopeCheck ? scopeCheck(client.kind, client.scopes) : std::string();
        if (client.scopes.empty())
            reader.fault("scopes", "must name at least one scope.");
        else if (!foreign.empty())
            reader.fault("scopes", "has a word that is no scope for this client: " + foreign.substr(0, 80));
    } else if (!reader.find("scopes")) {
        reader.fault("scopes", "is required.");
    }

    client.disabled = reader.flag("disabled");
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
