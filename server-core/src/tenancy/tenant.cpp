#include "tenancy/tenant.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <vector>

#include "base/encoding.h"
#include "base/failure.h"
#include "base/json_reader.h"
#include "base/text.h"

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

/// Faults of members that are none stand at the object.
void demandOnly(JsonReader& reader, std::initializer_list<std::string_view> names) {
    for (const auto& name : reader.unknown({names.begin(), names.size()})) reader.fault("", "there is no such member: " + name);
}

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
        if (!isAsciiLetter(c) && !(part > 0 && isAsciiDigit(c))) return false;
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
void readPatientApps(JsonReader& reader, std::vector<std::string>& mayChange) {
    static constexpr std::array<std::string_view, 5> openable{"address", "communication", "contact", "photo", "telecom"};
    auto rules = reader.object("patientApps");
    if (!rules) return;
    demandOnly(*rules, {"mayChange"});
    const auto* elements = rules->list("mayChange", 1000, "must be a list of texts");
    if (!elements) return;
    for (const auto name : openable)
        if (std::ranges::find(*elements, nlohmann::json(name)) != elements->end()) mayChange.emplace_back(name);
    if (mayChange.size() != elements->size())
        rules->fault("mayChange", "may hold address, communication, contact, photo and telecom, each once");
}

void readLogo(JsonReader& reader, Branding& into) {
    auto logo = reader.object("logo");
    if (!logo) return;
    demandOnly(*logo, {"contentType", "data"});
    const auto type = logo->text("contentType", 40).value_or(std::string());
    const auto bytes = base64Decode(logo->text("data", largestLogo * 2).value_or(std::string()));
    if (!bytes) return logo->fault("data", "must be base64");
    if (const auto fault = faultOfLogo(type, *bytes); !fault.empty())
        logo->fault("", fault);
    else
        into.logo = *bytes;
}

void readBranding(JsonReader& reader, Branding& into) {
    auto branding = reader.object("branding");
    if (!branding) return;
    demandOnly(*branding, {"color", "logo"});
    if (const auto text = branding->text("color", 40)) {
        const auto colour = colourOf(*text);
        if (!colour)
            branding->fault("color", "must be a colour such as #0b5d66");
        else if (contrast(*colour, {255, 255, 255}) < leastContrast)
            branding->fault("color", "is too light: white text on it must have a contrast of 4.5 to 1");
        else
            into.color = toText(*colour);
    }
    readLogo(*branding, into);
}

void readContact(JsonReader& reader, Tenant& tenant) {
    auto contact = reader.object("contact");
    if (!contact) return;
    demandOnly(*contact, {"phone", "email"});
    tenant.phone = contact->text("phone", 40).value_or(std::string());
    tenant.email = contact->text("email", 254).value_or(std::string());
    if (!tenant.email.empty() && tenant.email.find('@') == tenant.email.npos) contact->fault("email", "must be an e-mail address");
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
        if (isAsciiLetter(c) || isAsciiDigit(c))
            id += lowerAscii(c);
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
    static constexpr std::array<std::string_view, 2> statuses{"active", "suspended"}, isolations{"shared", "dedicated"};
    JsonReader reader(body, "Tenant", "The body must be a JSON object.", {.placeInSentence = false, .nullIsAbsent = false});
    demandOnly(reader, {"resourceType", "id", "meta", "name", "status", "fhirVersion", "isolation", "timezone", "language", "contact",
                        "branding", "patientApps", "endpoint"});
    Tenant tenant;
    const auto* type = reader.find("resourceType");
    if (!type || *type != "Tenant") reader.fault("resourceType", "must be Tenant");
    tenant.id = idInUrl;
    if (const auto* id = reader.find("id"); id && *id != tenant.id) reader.fault("id", "must be the id of the address");

    if (!reader.has("name")) reader.fault("name", "is required: the clinic's name");
    tenant.name = reader.text("name", 200).value_or(std::string());
    tenant.suspended = reader.choice("status", statuses, "must be active or suspended") == 1;
    if (const auto* version = reader.find("fhirVersion"); version && *version != "4.0.1")
        reader.fault("fhirVersion", "this server offers 4.0.1");
    if (reader.choice("isolation", isolations, "must be shared or dedicated") == 1) tenant.isolation = Isolation::dedicated;
    if (auto timezone = reader.text("timezone", 64)) {
        tenant.timezone = std::move(*timezone);
        if (!isTimeZone(tenant.timezone)) reader.fault("timezone", "must be a name of the tz database, such as America/Chicago");
    }
    if (auto language = reader.text("language", 35)) {
        tenant.language = std::move(*language);
        if (!isLanguageTag(tenant.language)) reader.fault("language", "must be a language tag, such as en or es-MX");
    }
    readContact(reader, tenant);
    readBranding(reader, tenant.branding);
    readPatientApps(reader, tenant.appsMayChange);
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
