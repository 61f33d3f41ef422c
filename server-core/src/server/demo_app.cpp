#include "server/demo_app.h"

#include <nlohmann/json.hpp>

#include "base/failure.h"
#include "base/url.h"
#include "demo_app_embedded.h"
#include "fhirclient_embedded.h"

namespace polyclinic {
namespace {

constexpr std::uint16_t usualPort = 8090;

std::string_view typeOf(std::string_view name) {
    if (name.ends_with(".html")) return "text/html; charset=utf-8";
    if (name.ends_with(".css")) return "text/css; charset=utf-8";
    if (name.ends_with(".js")) return "text/javascript; charset=utf-8";
    return "application/octet-stream";
}

const EmbeddedFile* find(std::span<const EmbeddedFile> files, std::string_view name) {
    for (const auto& file : files)
        if (file.name == name) return &file;
    return nullptr;
}

http::Limits fewConnections() {
    http::Limits limits;
    limits.connections = limits.connectionsPerPeer = 100;
    return limits;
}

}  // namespace

DemoApp::DemoApp(std::span<Loop* const> loops) : server_(loops, *this, fewConnections()) {}
DemoApp::~DemoApp() = default;

std::string DemoApp::open() {
    http::ListenSettings settings;
    settings.port = usualPort;
    std::uint16_t port = 0;
    try {
        port = server_.listen(settings);
    } catch (const Failure&) {
        settings.port = 0;
        port = server_.listen(settings);
    }
    return "http://127.0.0.1:" + std::to_string(port) + "/";
}

void DemoApp::connect(const std::string& fhirBase, const std::string& clientId) {
    const std::scoped_lock lock(mutex_);
    settings_ = nlohmann::json{{"iss", fhirBase}, {"clientId", clientId}}.dump();
    const auto url = parseWebUrl(fhirBase);
    contentPolicy_ = "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; connect-src 'self' " +
                     (url ? url->origin() : "") + "; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
}

void DemoApp::moved(const std::string& fhirBase) {
    std::string client;
    {
        const std::scoped_lock lock(mutex_);
        if (settings_.empty()) return;
        client = nlohmann::json::parse(settings_).value("clientId", "");
    }
    connect(fhirBase, client);
}

void DemoApp::stop() { server_.stop(std::chrono::milliseconds(200)); }

Task<http::Admission> DemoApp::admit(const http::Request& request) {
    http::Admission admission;
    admission.bodyLimit = 0;
    if (request.method != http::Method::get && request.method != http::Method::head) admission.refusal = onlyGet();
    co_return admission;
}

Task<http::Response> DemoApp::handle(http::Request request) {
    if (request.method != http::Method::get && request.method != http::Method::head) co_return onlyGet();
    co_return file(request.path);
}

http::Response DemoApp::onlyGet() { return fault(405, "Only GET is answered here.", {}); }

http::Response DemoApp::file(std::string_view path) {
    const std::scoped_lock lock(mutex_);
    if (settings_.empty()) return fault(503, "The demo clinic is being made.", {});
    http::Response response;
    if (path == "/settings.json") {
        response = http::Response::make(200, "application/json", settings_);
    } else {
        const auto name = path == "/" ? std::string_view("index.html") : path.substr(path.empty() ? 0 : 1);
        const auto* found = find(demoAppFiles(), name);
        if (!found) found = find(fhirClientFiles(), name);
        if (!found) return fault(404, "There is no such page.", {});
        response = http::Response::make(200, std::string(typeOf(name)), std::string(found->bytes));
    }
    for (const auto& [name, value] : {std::pair<std::string_view, std::string_view>{"Cache-Control", "no-store"},
                                      {"Content-Security-Policy", contentPolicy_},
                                      {"X-Content-Type-Options", "nosniff"},
                                      {"Referrer-Policy", "no-referrer"}})
        response.headers.add(std::string(name), std::string(value));
    return response;
}

http::Response DemoApp::fault(int status, std::string_view reason, std::string_view) {
    return http::Response::make(status, "text/plain; charset=utf-8", std::string(reason) + "\n");
}

}  // namespace polyclinic
