#include "store/client.h"

#include <algorithm>
#include <array>

#include "base/failure.h"

namespace polyclinic::store {
namespace {

constexpr std::array<std::string_view, 3> kinds{"patient-app", "provider-app", "backend-service"};
constexpr std::array<std::string_view, 3> types{"public", "confidential-symmetric", "confidential-asymmetric"};
constexpr std::array<std::string_view, 13> members{"resourceType", "id",      "meta",    "name",     "kind",
                                                   "type",         "scopes",  "disabled", "created",
                                                   "redirectUris", "launchUri", "jwks",  "jwksUri"};

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
        const bool plain = std::none_of(result.begin(), result.end(),
                                        [](unsigned char c) { return c < 0x20 || c == 0x7F; });
        if (result.empty() || result.size() > longest || !plain) {
            fault(name, "must have 1 to " + std::to_string(longest) + " bytes without control characters.");
            return std::nullopt;
        }
        return result;
    }

    /// For members that belong to kinds of client which are not served yet.
    void refuse(const char* name) {
        const auto* value = find(name);
        if (value && !(value->is_array() && value->empty())) fault(name, "is not for this kind of client.");
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

std::string_view toText(ClientKind kind) { return kinds[static_cast<std::size_t>(kind)]; }
std::string_view toText(ClientType type) { return types[static_cast<std::size_t>(type)]; }

Client clientFromJson(const nlohmann::json& body, std::string_view id, const ScopeCheck& scopeCheck) {
    if (!body.is_object()) throw Failure(FailureKind::badRequest, "A client is a JSON object.");
    Reader reader(body);
    reader.refuseUnknown();
    Client client;
    client.id = id;
    if (const auto* type = reader.find("resourceType"); type && *type != "Client")
        reader.fault("resourceType", "must be Client.");
    if (const auto* given = reader.find("id"); given && *given != client.id)
        reader.fault("id", id.empty() ? "is chosen by the server." : "must be the id of the address.");

    if (auto name = reader.text("name", 200)) client.name = std::move(*name);
    else if (!reader.find("name")) reader.fault("name", "is required.");

    const auto kind = reader.text("kind", 40);
    if (!reader.find("kind")) reader.fault("kind", "is required.");
    else if (kind && *kind != toText(ClientKind::backendService))
        reader.fault("kind", "must be backend-service: apps cannot be registered in this version.");
    const auto type = reader.text("type", 40);
    if (type && *type != toText(ClientType::confidentialSymmetric))
        reader.fault("type", "must be confidential-symmetric for a backend service in this version.");

    for (const char* later : {"redirectUris", "launchUri", "jwks", "jwksUri"}) reader.refuse(later);

    if (auto scopes = reader.text("scopes", 8000)) {
        client.scopes = spaced(*scopes);
        const std::string foreign = scopeCheck ? scopeCheck(client.kind, client.scopes) : std::string();
        if (client.scopes.empty()) reader.fault("scopes", "must name at least one scope.");
        else if (!foreign.empty())
            reader.fault("scopes", "has a word that is no scope for this client: " + foreign.substr(0, 80));
    } else if (!reader.find("scopes")) {
        reader.fault("scopes", "is required.");
    }

    if (const auto* disabled = reader.find("disabled")) {
        if (disabled->is_boolean()) client.disabled = disabled->get<bool>();
        else reader.fault("disabled", "must be true or false.");
    }
    reader.finish();
    return client;
}

nlohmann::ordered_json toJson(const Client& client) {
    nlohmann::ordered_json json{{"resourceType", "Client"},
                                {"id", client.id},
                                {"meta",
                                 {{"versionId", std::to_string(client.version)},
                                  {"lastUpdated", toInstant(client.updated)}}},
                                {"name", client.name},
                                {"kind", toText(client.kind)},
                                {"type", toText(client.type)},
                                {"scopes", client.scopes},
                                {"disabled", client.disabled},
                                {"created", toInstant(client.created)}};
    if (!client.redirectUris.empty()) json["redirectUris"] = client.redirectUris;
    if (client.launchUri) json["launchUri"] = *client.launchUri;
    if (client.jwks) json["jwks"] = nlohmann::ordered_json::parse(*client.jwks);
    if (client.jwksUri) json["jwksUri"] = *client.jwksUri;
    return json;
}

}  // namespace polyclinic::store
