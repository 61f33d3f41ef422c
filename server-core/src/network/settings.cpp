#include "network/settings.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "base/failure.h"
#include "base/json_reader.h"
#include "base/url.h"
#include "http/trusted_proxies.h"

namespace polyclinic::network {
namespace {

using nlohmann::json;

constexpr std::array reachNames{std::string_view("this-computer"), std::string_view("network"), std::string_view("internet")};
constexpr std::array modes{std::string_view("clinic"), std::string_view("own"), std::string_view("proxy")};
/// What can be set, and what only tells.
constexpr std::array<std::string_view, 18> members{
    "reach",     "publicUrl", "listen", "certificate", "riskAccepted", "trustedProxies", "resourceType", "base",    "fixed",
    "addresses", "shown",     "checks", "firewall",    "discovery",    "invitations",    "confirm",      "devices", "tenants"};
constexpr std::size_t mostProxies = 20;

/// Empty text for null.
void readText(JsonReader& reader, std::string_view member, std::size_t longest, std::string& into) {
    const auto* value = reader.find(member);
    if (value && value->is_null())
        into.clear();
    else if (auto text = reader.text(member, longest, 0))
        into = std::move(*text);
}

template <class Choice>
void readChoice(JsonReader& reader, std::string_view member, std::span<const std::string_view> names, Choice& into) {
    if (const auto choice = reader.choice(member, names)) into = Choice(*choice);
}

void readCertificate(JsonReader& reader, Settings& next) {
    static constexpr std::array<std::string_view, 4> known{"mode", "file", "keyFile", "authorityInstalled"};
    auto certificate = reader.object("certificate", "must be an object.");
    if (!certificate) return;
    certificate->knownOnly(known);
    readChoice(*certificate, "mode", modes, next.mode);
    readText(*certificate, "file", 4096, next.file);
    readText(*certificate, "keyFile", 4096, next.keyFile);
    next.authorityInstalled = certificate->flag("authorityInstalled").value_or(next.authorityInstalled);
}

void readRisk(JsonReader& reader, Timestamp now, Settings& next) {
    const auto* value = reader.find("riskAccepted");
    if (!value) return;
    if (value->is_null()) {
        next.risk.reset();
        return;
    }
    auto given = reader.object("riskAccepted", "must be an object with name and words.");
    if (!given) return;
    if (const auto* at = given->find("at"); at && next.risk && *at == toInstant(next.risk->at)) return;  // as it was read
    Risk risk;
    risk.at = now;
    readText(*given, "name", 200, risk.name);
    readText(*given, "words", 2000, risk.statement);
    if (risk.name.size() < 2) given->fault("name", "must be the name of the person who takes the risk.");
    if (risk.statement.size() < 10) given->fault("words", "must say in a sentence what risk is taken, and why.");
    next.risk = std::move(risk);
}

void readProxies(JsonReader& reader, Settings& next) {
    if (!reader.has("trustedProxies")) return;
    next.trustedProxies.clear();
    const auto* list = reader.list("trustedProxies", mostProxies, "must be a list of at most 20 IP addresses.");
    if (!list) return;
    for (const auto& one : *list) next.trustedProxies.push_back(one.is_string() ? one.get<std::string>() : std::string("?"));
}

/// What members cannot be together.
void judge(JsonReader& reader, const Settings& next) {
    const bool outside = next.reach != Reach::thisComputer;
    if (!parseListen(next.listen)) reader.fault("listen", "must be ADDRESS:PORT, such as 0.0.0.0:8443.");
    if (!next.publicUrl.empty()) {
        const auto url = parseUrl(next.publicUrl);
        if (!isBaseUrl(next.publicUrl))
            reader.fault("publicUrl", "must be an address such as https://clinic.example, without a closing slash.");
        else if (url->scheme != "https" && (outside || !url->isLoopback()))
            reader.fault("publicUrl", "must begin with https://: records do not leave this computer in the clear.");
    }
    if (next.reach == Reach::internet && next.publicUrl.empty())
        reader.fault("publicUrl", "is needed for the Internet: the address that people type.");
    if (outside && next.mode == CertificateMode::own && (next.file.empty() || next.keyFile.empty()))
        reader.fault("certificate.file", "and keyFile are needed for a certificate of your own.");
    for (const auto* path : {&next.file, &next.keyFile})
        if (!path->empty() && path->front() != '/')
            reader.fault(path == &next.file ? "certificate.file" : "certificate.keyFile", "must be a whole path, beginning with /.");
    if (outside && next.mode == CertificateMode::proxy) {
        if (next.trustedProxies.empty()) reader.fault("trustedProxies", "must name the address of the proxy, such as 127.0.0.1.");
        if (next.publicUrl.empty()) reader.fault("publicUrl", "is needed behind a proxy: the address that the proxy answers at.");
    }
    for (const auto& one : next.trustedProxies) try {
            http::TrustedProxies checked({one});
        } catch (const Failure& failure) {
            reader.fault("trustedProxies", "is wrong: " + failure.publicMessage());
        }
}

}  // namespace

std::string_view toText(Reach reach) { return reachNames[std::size_t(reach)]; }
std::string_view toText(CertificateMode mode) { return modes[std::size_t(mode)]; }

bool isAddress(const std::string& text) {
    unsigned char bytes[16];
    return ::inet_pton(AF_INET, text.c_str(), bytes) == 1 || ::inet_pton(AF_INET6, text.c_str(), bytes) == 1;
}

bool isLoopback(std::string_view address) { return address.starts_with("127.") || address == "::1"; }

std::string hostOf(std::string_view url) {
    auto parsed = parseUrl(url);
    return parsed ? std::move(parsed->host) : std::string();
}

std::string Listen::text() const {
    const bool six = address.find(':') != address.npos;
    return (six ? "[" + address + "]" : address) + ":" + std::to_string(port);
}

std::optional<Listen> parseListen(std::string_view text) {
    const auto colon = text.rfind(':');
    if (colon == text.npos) return std::nullopt;
    Listen listen;
    listen.address = text.substr(0, colon);
    if (listen.address.size() > 2 && listen.address.front() == '[' && listen.address.back() == ']')
        listen.address = listen.address.substr(1, listen.address.size() - 2);
    const auto digits = text.substr(colon + 1);
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), listen.port);
    if (error != std::errc() || end != digits.data() + digits.size() || !isAddress(listen.address)) return std::nullopt;
    return listen;
}

nlohmann::ordered_json toJson(const Settings& settings) {
    nlohmann::ordered_json out{{"reach", toText(settings.reach)}, {"publicUrl", settings.publicUrl}, {"listen", settings.listen}};
    auto& certificate = out["certificate"] = {{"mode", toText(settings.mode)}};
    if (!settings.file.empty()) certificate["file"] = settings.file;
    if (!settings.keyFile.empty()) certificate["keyFile"] = settings.keyFile;
    certificate["authorityInstalled"] = settings.authorityInstalled;
    out["trustedProxies"] = settings.trustedProxies;
    out["riskAccepted"] = nullptr;
    if (settings.risk)
        out["riskAccepted"] = {{"name", settings.risk->name}, {"words", settings.risk->statement}, {"at", toInstant(settings.risk->at)}};
    return out;
}

Settings changed(const Settings& before, const json& wanted, Timestamp now) {
    JsonReader reader(wanted, "Network", "The network's settings are a JSON object.", {.nullIsAbsent = false});
    reader.knownOnly(members);
    auto next = before;
    readChoice(reader, "reach", reachNames, next.reach);
    readText(reader, "publicUrl", 200, next.publicUrl);
    readText(reader, "listen", 60, next.listen);
    readCertificate(reader, next);
    readRisk(reader, now, next);
    readProxies(reader, next);
    if (reader.isGood()) judge(reader, next);
    reader.finish();
    return next;
}

std::optional<Settings> fromStorage(std::string_view text) {
    const auto kept = json::parse(text, nullptr, false);
    if (!kept.is_object() || !kept.contains("reach") || !kept.contains("certificate")) return std::nullopt;
    try {
        auto wanted = kept;
        const auto risk = kept.value("riskAccepted", json());
        if (risk.is_object()) wanted.erase("riskAccepted");
        auto settings = changed({}, wanted, {});
        if (risk.is_object())
            settings.risk = Risk{risk.value("name", ""), risk.value("words", ""), fromInstant(risk.value("at", "")).value_or(Timestamp())};
        return settings;
    } catch (const std::exception&) {
        return std::nullopt;
    }
}

std::string toStorage(const Settings& settings) { return toJson(settings).dump(2) + "\n"; }

}  // namespace polyclinic::network
