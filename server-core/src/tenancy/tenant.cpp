#include "tenancy/tenant.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <vector>

#include "base/encoding.h"
#include "base/failure.h"

namespace polyclinic::tenancy {
namespace {

constexpr std::array<std::pair<TenantState, std::string_view>, 6> states{{
    {TenantState::provisioning, "provisioning"},
    {TenantState::active, "active"},
    {TenantState::suspended, "suspended"},
    {TenantState::trashed, "trashed"},
    {TenantState::purging, "purging"},
    {TenantState::purged, "purged"},
}};

/// Collects what is wrong with a body, so that the operator sees all of it at once.
class Reader {
  public:
    void fault(std::string place, std::string sentence) {
        issues_.push_back({Issue::Severity::error, "value", std::move(sentence), std::move(place)});
    }

    std::string text(const nlohmann::json& object, const std::string& place, const char* name, std::size_t most) {
        const auto found = object.find(name);
        if (found == object.end()) return {};
        const auto where = place + "." + name;
        if (!found->is_string()) {
            fault(where, "must be a text");
            return {};
        }
        auto value = found->get<std::string>();
        if (value.empty() || value.size() > most) fault(where, "must have 1 to " + std::to_string(most) + " bytes");
        for (const unsigned char c : value)
            if (c < 0x20 || c == 0x7f) {
                fault(where, "must not contain control characters");
                break;
            }
        return value;
    }

    void knownOnly(const nlohmann::json& object, const std::string& place, std::initializer_list<std::string_view> names) {
        for (const auto& member : object.items()) {
            bool known = false;
            for (const auto name : names) known = known || name == member.key();
            if (!known) fault(place, "there is no such member: " + member.key().substr(0, 40));
        }
    }

    void finish() {
        if (!issues_.empty()) throw Failure::withIssues(FailureKind::unprocessable, std::move(issues_));
    }

  private:
    std::vector<Issue> issues_;
};

bool isLanguageTag(std::string_view text) {
    // The shape of RFC 5646: 2-8 letters, then parts of 1-8 letters or digits.
    std::size_t part = 0, length = 0;
    for (const char c : text) {
        if (c == '-') {
            if (length == 0 || (part == 0 && length < 2)) return false;
            ++part;
            length = 0;
            continue;
        }
        const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        if (!letter && !(part > 0 && c >= '0' && c <= '9')) return false;
        if (++length > 8) return false;
    }
    return length > 0 && (part > 0 || length >= 2);
}

bool isTimeZone(const std::string& name) {
    try {
        return std::filesystem::is_regular_file("/usr/share/zoneinfo/" + name) && name.find("..") == name.npos && name.front() != '/';
    } catch (const std::exception&) {
        return false;
    }
}

/// What patients' apps may change in the Patient of their user; nothing else of it, since the clinic knows and matches people
/// by the rest.
void readPatientApps(Reader& reader, const nlohmann::json& rules, std::vector<std::string>& mayChange) {
    static constexpr std::array<std::string_view, 5> openable{"address", "communication", "contact", "photo", "telecom"};
    const std::string place = "Tenant.patientApps";
    if (!rules.is_object()) return reader.fault(place, "must be an object");
    reader.knownOnly(rules, place, {"mayChange"});
    const auto elements = rules.value("mayChange", nlohmann::json::array());
    if (!elements.is_array()) return reader.fault(place + ".mayChange", "must be a list of texts");
    for (const auto name : openable)
        if (std::ranges::find(elements, nlohmann::json(name)) != elements.end()) mayChange.emplace_back(name);
    if (mayChange.size() != elements.size())
        reader.fault(place + ".mayChange", "may hold address, communication, contact, photo and telecom, each once");
}

void readBranding(Reader& reader, const nlohmann::json& branding, Branding& into) {
    const std::string place = "Tenant.branding";
    if (!branding.is_object()) return reader.fault(place, "must be an object");
    reader.knownOnly(branding, place, {"color", "logo"});
    if (branding.contains("color")) {
        const auto text = reader.text(branding, place, "color", 7);
        const auto colour = colourOf(text);
        if (!colour)
            reader.fault(place + ".color", "must be a colour such as #0b5d66");
        else if (contrast(*colour, {255, 255, 255}) < leastContrast)
            reader.fault(place + ".color", "is too light: white text on it must have a contrast of 4.5 to 1");
        else
            into.color = toText(*colour);
    }
    if (!branding.contains("logo")) return;
    const auto& logo = branding["logo"];
    if (!logo.is_object()) return reader.fault(place + ".logo", "must be an object");
    reader.knownOnly(logo, place + ".logo", {"contentType", "data"});
    const auto type = reader.text(logo, place + ".logo", "contentType", 40);
    const auto bytes = base64Decode(reader.text(logo, place + ".logo", "data", largestLogo * 2));
    if (!bytes) return reader.fault(place + ".logo.data", "must be base64");
    if (const auto fault = faultOfLogo(type, *bytes); !fault.empty())
        reader.fault(place + ".logo", fault);
    else
        into.logo = *bytes;
}

}  // namespace

std::string_view toText(TenantState state) {
    for (const auto& [value, text] : states)
        if (value == state) return text;
    return {};
}

TenantState tenantStateOf(std::string_view text) {
    for (const auto& [value, name] : states)
        if (name == text) return value;
    throw Failure(FailureKind::internal, "The directory holds a state that this program does not know.");
}

std::string tenantIdOf(std::string_view name) {
    std::string id;
    for (const char c : name.substr(0, 200)) {
        if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
            id += c;
        else if (c >= 'A' && c <= 'Z')
            id += char(c - 'A' + 'a');
        else if (!id.empty() && !id.ends_with('-') && c != '\'')
            id += '-';
        if (id.size() == 50) break;
    }
    while (id.ends_with('-')) id.pop_back();
    return id.size() < 2 ? "clinic" : id;
}

bool isTenantId(std::string_view text) {
    if (text.size() < 2 || text.size() > 63 || text.front() == '-') return false;
    for (const char c : text)
        if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-')) return false;
    return true;
}

Tenant tenantFromJson(const nlohmann::json& body, std::string_view idInUrl) {
    if (!body.is_object()) throw Failure(FailureKind::badRequest, "The body must be a JSON object.");
    Reader reader;
    reader.knownOnly(body, "Tenant",
                     {"resourceType", "id", "meta", "name", "status", "fhirVersion", "isolation", "timezone", "language", "contact",
                      "branding", "patientApps", "endpoint"});
    Tenant tenant;
    if (body.value("resourceType", nlohmann::json()) != "Tenant") reader.fault("Tenant.resourceType", "must be Tenant");
    tenant.id = idInUrl;
    if (body.contains("id") && body["id"] != tenant.id) reader.fault("Tenant.id", "must be the id of the address");

    tenant.name = reader.text(body, "Tenant", "name", 200);
    if (!body.contains("name")) reader.fault("Tenant.name", "is required: the clinic's name");

    if (body.contains("status")) {
        const auto status = reader.text(body, "Tenant", "status", 20);
        if (status != "active" && status != "suspended") reader.fault("Tenant.status", "must be active or suspended");
        tenant.suspended = status == "suspended";
    }
    if (body.contains("fhirVersion") && body["fhirVersion"] != "4.0.1") reader.fault("Tenant.fhirVersion", "this server offers 4.0.1");
    if (body.contains("isolation")) {
        const auto isolation = reader.text(body, "Tenant", "isolation", 20);
        if (isolation != "shared" && isolation != "dedicated") reader.fault("Tenant.isolation", "must be shared or dedicated");
        if (isolation == "dedicated") tenant.isolation = Isolation::dedicated;
    }
    if (body.contains("timezone")) {
        tenant.timezone = reader.text(body, "Tenant", "timezone", 64);
        if (!tenant.timezone.empty() && !isTimeZone(tenant.timezone))
            reader.fault("Tenant.timezone", "must be a name of the tz database, such as America/Chicago");
    }
    if (body.contains("language")) {
        tenant.language = reader.text(body, "Tenant", "language", 35);
        if (!isLanguageTag(tenant.language)) reader.fault("Tenant.language", "must be a language tag, such as en or es-MX");
    }
    if (body.contains("contact")) {
        const auto& contact = body["contact"];
        if (!contact.is_object()) {
            reader.fault("Tenant.contact", "must be an object");
        } else {
            reader.knownOnly(contact, "Tenant.contact", {"phone", "email"});
            tenant.phone = reader.text(contact, "Tenant.contact", "phone", 40);
            tenant.email = reader.text(contact, "Tenant.contact", "email", 254);
            if (!tenant.email.empty() && tenant.email.find('@') == tenant.email.npos)
                reader.fault("Tenant.contact.email", "must be an e-mail address");
        }
    }
    if (body.contains("branding")) readBranding(reader, body["branding"], tenant.branding);
    if (body.contains("patientApps")) readPatientApps(reader, body["patientApps"], tenant.appsMayChange);
    reader.finish();
    return tenant;
}

nlohmann::ordered_json toJson(const Tenant& tenant) {
    nlohmann::ordered_json json;
    json["resourceType"] = "Tenant";
    json["id"] = tenant.id;
    json["name"] = tenant.name;
    json["status"] = tenant.suspended ? "suspended" : "active";
    json["fhirVersion"] = "4.0.1";
    json["isolation"] = tenant.isolation == Isolation::dedicated ? "dedicated" : "shared";
    json["timezone"] = tenant.timezone;
    json["language"] = tenant.language;
    if (!tenant.phone.empty()) json["contact"]["phone"] = tenant.phone;
    if (!tenant.email.empty()) json["contact"]["email"] = tenant.email;
    if (!tenant.branding.color.empty()) json["branding"]["color"] = tenant.branding.color;
    if (const auto& logo = tenant.branding.logo; !logo.empty())
        json["branding"]["logo"] = {{"contentType", imageType(logo)}, {"data", base64Encode(logo)}};
    if (!tenant.appsMayChange.empty()) json["patientApps"]["mayChange"] = tenant.appsMayChange;
    return json;
}

}  // namespace polyclinic::tenancy
