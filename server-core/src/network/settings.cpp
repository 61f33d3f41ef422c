#include "network/settings.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "base/failure.h"
#include "base/url.h"
#include "http/trusted_proxies.h"

namespace polyclinic::network {
namespace {

using nlohmann::json;

constexpr std::array reachNames{std::string_view("this-computer"), std::string_view("network"), std::string_view("internet")};
constexpr std::array modes{std::string_view("clinic"), std::string_view("own"), std::string_view("proxy")};
constexpr std::array reported{std::string_view("resourceType"), std::string_view("base"),      std::string_view("fixed"),
                              std::string_view("addresses"),    std::string_view("shown"),     std::string_view("checks"),
                              std::string_view("firewall"),     std::string_view("discovery"), std::string_view("invitations"),
                              std::string_view("confirm"),      std::string_view("devices"),   std::string_view("tenants")};
constexpr std::size_t mostProxies = 20;

/// Collects what is wrong, so that all of it is told at once.
struct Reader {
    std::vector<Issue> issues;

    void fault(const std::string& member, const std::string& sentence) {
        issues.push_back({Issue::Severity::error, "value", "Network." + member + " " + sentence, "Network." + member});
    }
    /// Empty text for null.
    void text(const json& value, const std::string& member, std::size_t longest, std::string& into) {
        if (value.is_null()) {
            into.clear();
            return;
        }
        const auto* text = value.get_ptr<const std::string*>();
        if (!text || text->size() > longest ||
            std::any_of(text->begin(), text->end(), [](unsigned char c) { return c < 0x20 || c == 0x7F; }))
            fault(member, "must be text of at most " + std::to_string(longest) + " bytes without control characters.");
        else
            into = *text;
    }
    template <class Choice, std::size_t count>
    void choice(const json& value, const std::string& member, const std::array<std::string_view, count>& names, Choice& into) {
        const auto* text = value.get_ptr<const std::string*>();
        for (std::size_t i = 0; text && i < count; ++i)
            if (*text == names[i]) {
                into = Choice(i);
                return;
            }
        std::string all;
        for (const auto word : names) all += (all.empty() ? "" : ", ") + std::string(word);
        fault(member, "must be one of: " + all + ".");
    }
};

void readCertificate(Reader& reader, const json& value, Settings& next) {
    if (!value.is_object()) return reader.fault("certificate", "must be an object.");
    for (const auto& member : value.items()) {
        const auto& name = member.key();
        if (name == "mode")
            reader.choice(member.value(), "certificate.mode", modes, next.mode);
        else if (name == "file")
            reader.text(member.value(), "certificate.file", 4096, next.file);
        else if (name == "keyFile")
            reader.text(member.value(), "certificate.keyFile", 4096, next.keyFile);
        else if (name == "authorityInstalled" && member.value().is_boolean())
            next.authorityInstalled = member.value().get<bool>();
        else
            reader.fault("certificate." + name.substr(0, 40), "is not a member that can be set so.");
    }
}

void readRisk(Reader& reader, const json& value, Timestamp now, Settings& next) {
    if (value.is_null()) {
        next.risk.reset();
        return;
    }
    Risk risk;
    risk.at = now;
    if (!value.is_object()) return reader.fault("riskAccepted", "must be an object with name and words.");
    if (value.contains("at") && next.risk && value["at"] == toInstant(next.risk->at)) return;  // as it was read
    reader.text(value.value("name", json()), "riskAccepted.name", 200, risk.name);
    reader.text(value.value("words", json()), "riskAccepted.words", 2000, risk.statement);
    if (risk.name.size() < 2) reader.fault("riskAccepted.name", "must be the name of the person who takes the risk.");
    if (risk.statement.size() < 10) reader.fault("riskAccepted.words", "must say in a sentence what risk is taken, and why.");
    next.risk = std::move(risk);
}

/// What members cannot be together.
void judge(Reader& reader, const Settings& next) {
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
    if (next.trustedProxies.size() > mostProxies) reader.fault("trustedProxies", "may hold 20 addresses.");
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
    if (!wanted.is_object()) throw Failure(FailureKind::badRequest, "The network's settings are a JSON object.");
    Reader reader;
    auto next = before;
    for (const auto& member : wanted.items()) {
        const auto& name = member.key();
        const auto& value = member.value();
        if (name == "reach")
            reader.choice(value, name, reachNames, next.reach);
        else if (name == "publicUrl")
            reader.text(value, name, 200, next.publicUrl);
        else if (name == "listen")
            reader.text(value, name, 60, next.listen);
        else if (name == "certificate")
            readCertificate(reader, value, next);
        else if (name == "riskAccepted")
            readRisk(reader, value, now, next);
        else if (name == "trustedProxies") {
            next.trustedProxies.clear();
            if (!value.is_array()) reader.fault(name, "must be a list of IP addresses.");
            for (const auto& one : value.is_array() ? value : json::array())
                next.trustedProxies.push_back(one.is_string() ? one.get<std::string>() : std::string("?"));
        } else if (std::find(reported.begin(), reported.end(), name) == reported.end())
            reader.fault(name.substr(0, 40), "is not a member of Network.");
    }
    if (reader.issues.empty()) judge(reader, next);
    if (!reader.issues.empty()) throw Failure::withIssues(FailureKind::unprocessable, std::move(reader.issues));
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
