#include "command_line.h"

#include <unistd.h>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <iostream>
#include <optional>
#include <thread>

#include "local_client.h"

namespace polyclinic {
namespace {

using namespace std::chrono_literals;

void printTenant(const nlohmann::json& tenant) {
    std::cout << tenant.value("id", "") << "  " << tenant.value("name", "") << "  " << tenant.value("status", "") << ", "
              << tenant.value("isolation", "") << '\n';
    for (const auto& endpoint : tenant.value("endpoint", nlohmann::json::array()))
        std::cout << "  " << endpoint.value("type", "") << "  " << endpoint.value("url", "") << '\n';
}

volatile std::sig_atomic_t interrupted = 0;

void showProgress(const nlohmann::json& job) {
    if (!::isatty(STDERR_FILENO) || !job.contains("progress")) return;
    const auto& progress = job["progress"];
    const double total = progress.value("bytesTotal", 0.0), done = progress.value("bytesDone", 0.0);
    const int percent = total > 0 ? int(done * 100 / total) : 0;
    std::cerr << "\r[" << std::string(std::size_t(percent / 4), '#') << std::string(std::size_t(25 - percent / 4), ' ') << "] " << percent
              << " %  " << progress.value("done", 0) << " resources " << std::flush;
}

void printImport(const nlohmann::json& job) {
    if (job.contains("failure")) std::cerr << job["failure"].get<std::string>() << '\n';
    for (const auto& line : job.value("error", nlohmann::json::array()))
        std::cerr << line.value("file", "") << ':' << line.value("line", 0) << ": " << line.value("severity", "") << ": "
                  << (line.contains("expression") ? line.value("expression", "") + ": " : "") << line.value("diagnostics", "") << '\n';
    if (!job.contains("result")) return;
    const auto& result = job["result"];
    for (const auto* kind : {"created", "updated"}) {
        const auto counts = result.value(kind, nlohmann::json::object());  // outlives items(), which only points at it
        for (const auto& [type, count] : counts.items()) std::cout << kind << "  " << type << "  " << count << '\n';
    }
    std::cout << "unchanged  " << result.value("unchanged", 0) << "\nrefused  " << result.value("failed", 0) << '\n';
}

void printChecks(const nlohmann::json& checks) {
    for (const auto& check : checks)
        std::cout << check.value("state", "") << "  " << check.value("title", "") << ": " << check.value("detail", "") << ' '
                  << check.value("remedy", "") << '\n';
}

void printNetwork(const nlohmann::json& network) {
    std::cout << "reach        " << network.value("reach", "") << "\naddress      " << network.value("base", "") << '\n';
    if (network.contains("shown") && network["shown"].is_object())
        std::cout << "certificate  " << network["certificate"].value("mode", "") << ", until " << network["shown"].value("expires", "")
                  << "\nsix words    " << network["shown"].value("words", "") << '\n';
    printChecks(network["checks"]);
}

}  // namespace

int createTenant(const Settings& settings, const std::string& id, const std::string& name, bool dedicated, bool json) {
    LocalClient client(settings);
    const auto before = client.call("GET", "/admin/api/Tenant/" + encoded(id));
    if (before.succeeded()) {
        std::cerr << "There is a clinic with the id " << id << " already.\n";
        return failed;
    }
    const auto answer = client.call(
        "PUT", "/admin/api/Tenant/" + encoded(id),
        {{"resourceType", "Tenant"}, {"id", id}, {"name", name}, {"status", "active"}, {"isolation", dedicated ? "dedicated" : "shared"}});
    if (!answer.succeeded()) return refuse(answer, json);
    if (json)
        std::cout << answer.body.dump() << '\n';
    else
        printTenant(answer.body);
    return succeeded;
}

int listTenants(const Settings& settings, bool json) {
    LocalClient client(settings);
    auto all = nlohmann::json::array();
    for (std::size_t offset = 0;; offset += 500) {
        const auto answer = client.call("GET", "/admin/api/Tenant?_count=500&_cursor=" + std::to_string(offset));
        if (!answer.succeeded()) return refuse(answer, json);
        for (const auto& entry : answer.body["entry"]) all.push_back(entry["resource"]);
        if (!answer.body.contains("link")) break;
    }
    if (json)
        std::cout << all.dump() << '\n';
    else
        for (const auto& tenant : all) printTenant(tenant);
    return succeeded;
}

int showTenant(const Settings& settings, const std::string& id, bool json) {
    LocalClient client(settings);
    const auto answer = client.call("GET", "/admin/api/Tenant/" + encoded(id));
    if (!answer.succeeded()) return refuse(answer, json);
    if (json)
        std::cout << answer.body.dump() << '\n';
    else
        printTenant(answer.body);
    return succeeded;
}

int importPaths(const Settings& settings, const std::string& tenant, bool lenient, const std::vector<std::string>& paths, bool json) {
    auto files = nlohmann::json::array();
    for (const auto& path : paths) {
        std::error_code error;
        const auto real = std::filesystem::canonical(path, error);
        if (error) throw Fault{path + ": there is no such file or folder.", "Correct the path.", 64};
        files.push_back(real.string());
    }
    LocalClient client(settings);
    const auto started =
        client.call("POST", "/admin/api/Tenant/" + encoded(tenant) + "/$import" + (lenient ? "?lenient=true" : ""), {{"files", files}});
    if (!started.succeeded()) return refuse(started, json);
    const auto job = "/admin/api/Job/" + started.body.value("id", "");
    std::signal(SIGINT, [](int) { interrupted = 1; });
    LocalAnswer answer;
    bool cancelled = false;
    for (;;) {
        answer = client.call("GET", job);
        if (!answer.succeeded()) return refuse(answer, json);
        const auto status = answer.body.value("status", "");
        if (!json) showProgress(answer.body);
        if (status != "queued" && status != "running") break;
        if (interrupted && !cancelled) {
            client.call("DELETE", job);
            cancelled = true;
        }
        std::this_thread::sleep_for(200ms);
    }
    if (json) {
        std::cout << answer.body.dump() << '\n';
    } else {
        if (::isatty(STDERR_FILENO)) std::cerr << '\n';
        printImport(answer.body);
    }
    return answer.body.value("status", "") == "completed" && answer.body["result"].value("failed", 0) == 0 ? succeeded : failed;
}

int inviteAccount(const Settings& settings, const std::string& tenant, const std::string& patient, const std::string& username,
                  const std::string& birthDate, bool json) {
    nlohmann::json wanted{{"realm", "patient"}, {"fhirUser", "Patient/" + patient}};
    if (!username.empty()) wanted["username"] = username;
    if (!birthDate.empty()) wanted["birthDate"] = birthDate;
    LocalClient client(settings);
    const auto answer = client.call("POST", "/admin/api/Tenant/" + encoded(tenant) + "/Account", wanted);
    if (!answer.succeeded()) return refuse(answer, json);
    if (json) {
        std::cout << answer.body.dump() << '\n';
        return succeeded;
    }
    const auto& slip = answer.body["activation"];
    std::cout << "User name  " << slip.value("username", "") << "\nCode       " << slip.value("code", "") << "\nAddress    "
              << slip.value("url", "") << "\nUntil      " << slip.value("expiresAt", "")
              << "\nThe person is asked for the birth date, then chooses a password.\n";
    return succeeded;
}

int addApp(const Settings& settings, const std::string& tenant, const NewApp& app, bool json) {
    const bool system = app.kind == "backend-service";
    nlohmann::json wanted{{"name", app.name},
                          {"kind", app.kind},
                          {"type", app.confidential || system ? "confidential-symmetric" : "public"},
                          {"scopes", app.scopes}};
    if (!system || !app.redirectUris.empty()) wanted["redirectUris"] = app.redirectUris;
    if (app.introspect) wanted["introspect"] = true;
    LocalClient client(settings);
    const auto answer = client.call("POST", "/admin/api/Tenant/" + encoded(tenant) + "/Client", wanted);
    if (!answer.succeeded()) return refuse(answer, json);
    if (json) {
        std::cout << answer.body.dump() << '\n';
        return succeeded;
    }
    std::cout << "client_id      " << answer.body.value("id", "") << '\n';
    if (answer.body.contains("clientSecret"))
        std::cout << "client_secret  " << answer.body.value("clientSecret", "") << "\nIt is shown this once.\n";
    return succeeded;
}

int showNetwork(const Settings& settings, bool probe, bool json) {
    LocalClient client(settings);
    const auto answer = client.call("GET", std::string("/admin/api/Network") + (probe ? "?probe=true" : ""));
    if (!answer.succeeded()) return refuse(answer, json);
    if (json)
        std::cout << answer.body.dump() << '\n';
    else
        printNetwork(answer.body);
    return succeeded;
}

int setNetwork(const Settings& settings, const nlohmann::json& wanted, bool json) {
    LocalClient client(settings);
    const auto answer = client.call("PUT", "/admin/api/Network", wanted);
    if (!answer.succeeded()) {
        const int code = refuse(answer, json);
        if (!json && answer.status == 409 && answer.sentences().find("connected anew") != std::string::npos)
            std::cerr << "Nothing was changed. To do it all the same, add --confirm.\n";
        return code;
    }
    if (json)
        std::cout << answer.body.dump() << '\n';
    else
        printNetwork(answer.body);
    return succeeded;
}

namespace {

/// Asks the server to read its logs' seals again. Nothing: why is told. {"logs":[{"log","sealed","verified","broken"}]}.
std::optional<nlohmann::json> auditChecked(LocalClient& client, const std::string& tenant, bool json) {
    std::vector<std::pair<std::string, std::string>> logs;  // name, address
    const auto ofTenant = [&](const std::string& id) { logs.emplace_back(id, "/admin/api/Tenant/" + encoded(id) + "/AuditEvent/$verify"); };
    if (!tenant.empty()) {
        ofTenant(tenant);
    } else {
        logs.emplace_back("server", "/admin/api/AuditEvent/$verify");
        std::string page = "/admin/api/Tenant";
        while (!page.empty()) {
            const auto clinics = client.call("GET", page);
            if (!clinics.succeeded()) {
                refuse(clinics, json);
                return std::nullopt;
            }
            for (const auto& entry : clinics.body["entry"])
                if (entry["resource"].value("status", "") == "active") ofTenant(entry["resource"]["id"].get<std::string>());
            page.clear();
            for (const auto& link : clinics.body.value("link", nlohmann::json::array()))
                if (link.value("relation", "") == "next") page = "/admin/api/" + link["url"].get<std::string>();
        }
    }
    nlohmann::json all{{"logs", nlohmann::json::array()}};
    for (const auto& [name, address] : logs) {
        auto answer = client.call("POST", address);
        if (!answer.succeeded()) {
            refuse(answer, json);
            return std::nullopt;
        }
        answer.body["log"] = name;
        all["logs"].push_back(std::move(answer.body));
    }
    return all;
}

bool areWhole(const nlohmann::json& checked) {
    for (const auto& log : checked["logs"])
        if (!log["broken"].empty()) return false;
    return true;
}

}  // namespace

int verifyAudit(const Settings& settings, const std::string& tenant, bool json) {
    LocalClient client(settings);
    const auto checked = auditChecked(client, tenant, json);
    if (!checked) return failed;
    if (json) std::cout << checked->dump() << '\n';
    for (const auto& log : (*checked)["logs"]) {
        if (json) break;
        std::cout << log["log"].get<std::string>() << ": " << log["verified"] << " of " << log["sealed"]
                  << " events are as they were sealed\n";
        for (const auto& broken : log["broken"])
            std::cout << "  seal " << broken["seal"] << " does not fit: events were changed or taken away\n";
    }
    return areWhole(*checked) ? succeeded : failed;
}

int doctor(const Settings& settings, bool json) {
    LocalClient client(settings);
    auto answer = client.call("GET", "/admin/api/Server");
    if (!answer.succeeded()) return refuse(answer, json);
    bool healthy = true;
    for (const auto& check : answer.body["health"]) {
        healthy = healthy && check.value("state", "") != "error";
    }
    const auto network = client.call("GET", "/admin/api/Network?probe=true");
    if (network.succeeded())
        for (const auto& check : network.body["checks"]) {
            healthy = healthy && check.value("state", "") != "error";
            answer.body["health"].push_back(check);
        }
    if (const auto audit = auditChecked(client, "", json)) {
        const bool whole = areWhole(*audit);
        healthy = healthy && whole;
        nlohmann::json check{{"id", "audit-seals"}, {"state", whole ? "ok" : "error"}, {"title", "Audit logs"}};
        check["detail"] = whole ? "Nobody changed them or took anything away." : "Events were changed or taken away.";
        if (!whole) check["remedy"] = "polyclinicd audit verify says where.";
        answer.body["health"].push_back(std::move(check));
    }
    if (!json) printChecks(answer.body["health"]);
    if (json) std::cout << answer.body.dump() << '\n';
    return healthy ? succeeded : failed;
}

}  // namespace polyclinic
