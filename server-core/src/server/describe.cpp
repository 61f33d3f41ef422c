#include "server/describe.h"

#include <cstdlib>

#include "base/encoding.h"
#include "base/failure.h"
#include "base/loop_watch.h"
#include "base/url.h"
#include "core/server.h"
#include "db/tenant_session.h"
#include "server/connections.h"

namespace polyclinic {
namespace {

constexpr double lowSpace = 0.10;
constexpr std::int64_t warnDays = 30;

nlohmann::ordered_json health(std::string id, std::string state, std::string title, std::string detail, std::string remedy = {}) {
    return {{"id", std::move(id)},
            {"state", std::move(state)},
            {"title", std::move(title)},
            {"detail", std::move(detail)},
            {"remedy", std::move(remedy)}};
}

nlohmann::ordered_json databaseTrouble(const db::ManagedPostgres* cluster) {
    if (!cluster)
        return health("database", "error", "Database", "PostgreSQL does not answer.",
                      "Look whether it runs; this program connects again by itself.");
    if (cluster->state() == db::ManagedPostgres::State::failed)
        return health("database", "error", "Database",
                      "PostgreSQL failed 5 times in 2 minutes and is not started again. Its last words: " + cluster->logTail(5),
                      "Mend what its log names, then restart this program.");
    return health("database", "error", "Database", "PostgreSQL does not answer.",
                  "It is started again by itself. If this stays, restart the program.");
}

bool isThisComputer(const std::string& base) {
    const auto url = parseUrl(base);
    return url && url->isLoopback();
}

nlohmann::ordered_json networkOf(const network::View& network, const Settings& settings) {
    if (!network.trouble.empty())
        return health("reach", "error", "Reach", network.trouble + " Others cannot connect.",
                      "The page Network and certificate says more.");
    switch (network.settings.reach) {
        case network::Reach::network:
        case network::Reach::internet:
            if (network.probe && !network.probe->answers)
                return health("reach", "warning", "Reach", network.probe->cause, network.probe->remedy);
            return health("reach", "ok", "Reach",
                          network.settings.reach == network::Reach::network ? "Devices on the clinic's network can connect."
                                                                            : "Devices on the Internet can connect.");
        case network::Reach::thisComputer:
            break;
    }
    if (isThisComputer(network.base)) return health("reach", "ok", "Reach", "Only this computer can connect.");
    if (settings.tlsCertificate.empty())
        return health("reach", "warning", "Reach",
                      "Others can connect. The certificate is somebody else's work: a proxy in front of this server must have it.");
    return health("reach", "ok", "Reach", "Others can connect, by TLS.");
}

}  // namespace

Task<nlohmann::ordered_json> describeServer(Description d) {
    nlohmann::ordered_json json;
    json["version"] = version();
    json["startedAt"] = toInstant(d.started);
    json["addresses"] = {{"clinics", d.network->base}, {"operators", d.operators}};
    auto checks = nlohmann::ordered_json::array();

    nlohmann::ordered_json database{{"kind", d.settings.database.empty() ? "private" : "external"}};
    try {
        db::SystemSession session(d.directory);
        const auto rows = co_await session.run(
            "SELECT current_setting('server_version'), pg_database_size(current_database()), current_setting('max_connections')::bigint");
        database["version"] = rows.text(0, 0);
        database["size"] = rows.int8(0, 1);
        checks.push_back(health("database", "ok", "Database", "PostgreSQL answers."));
        const std::int64_t allowed = rows.int8(0, 2), needed = connectionsOf(d.settings);
        if (allowed < needed)
            checks.push_back(health(
                "connections", "warning", "Database connections",
                "PostgreSQL allows " + std::to_string(allowed) + " connections; this server alone may hold " + std::to_string(needed) + ".",
                "Raise max_connections there, or lower this server's numbers of connections."));
    } catch (const Failure&) {
        checks.push_back(databaseTrouble(d.cluster));
    }

    if (d.withSharedLogin > 0)
        checks.push_back(health("logins", "warning", "Database logins",
                                "Clinics whose own database the login of all clinics opens: " + std::to_string(d.withSharedLogin) + '.',
                                "The log names them. Make a login for each with polyclinicd database prepare --tenant ID, then restart."));
    std::error_code error;
    const auto space = std::filesystem::space(d.settings.dataDirectory, error);
    if (!error && space.capacity > 0) {
        const bool writing = !writesMustStop(d.settings);
        const auto gigabytes = space.available / (1024.0 * 1024 * 1024);
        char text[64];
        std::snprintf(text, sizeof text, "%.1f GB free where the data lives.", gigabytes);
        const bool low = double(space.available) / double(space.capacity) < lowSpace;
        if (writing)
            checks.push_back(
                health("disk", low ? "warning" : "ok", "Disk space", text, low ? "Free some space before the disk is full." : ""));
        else
            checks.push_back(health("disk", "error", "Disk space", std::string(text) + " Records can be read, but nothing is stored.",
                                    "Free more than " + std::to_string(d.settings.reserveMb) + " MB; then it goes on by itself."));
    }
    checks.push_back(networkOf(*d.network, d.settings));
    for (const auto& certificate : d.certificates) {
        const auto days = (certificate.expires - Clock::system().now()) / std::chrono::hours(24);
        const auto text = days < 0 ? std::string("The certificate has expired.")
                                   : "The certificate is good for " + std::to_string(days) + (days == 1 ? " day." : " days.");
        checks.push_back(days < warnDays ? health("certificate", days < 0 ? "error" : "warning", "Certificate", text,
                                                  "Put a new one into the same files; it is taken without a restart.")
                                         : health("certificate", "ok", "Certificate", text));
    }
    for (const auto& trouble : d.auditTroubles)
        checks.push_back(health("audit", "error", "Audit log", trouble,
                                "Somebody changed the log outside of this program, or an older copy of the database was put in its place. "
                                "Keep the database as it is, and compare it with your last backup."));
    checks.push_back(health("backup", "warning", "Backup", "No backup has been made by this program.",
                            "Until it makes its own, use the commands of the help."));
    json["health"] = std::move(checks);
    json["database"] = std::move(database);
    json["certificate"] = nullptr;
    for (const auto& certificate : d.certificates)
        json["certificate"] = {{"file", certificate.file}, {"expires", toInstant(certificate.expires)}};
    if (d.network->certificate) json["certificate"]["fingerprint"] = hexEncode(d.network->certificate->fingerprint);
    json["lastBackup"] = nullptr;
    co_return json;
}

std::string metricsText(const http::Counters& counters, db::Database::Load database) {
    std::string out;
    const auto add = [&out](std::string_view name, std::string_view kind, std::string_view help, std::uint64_t value) {
        out += "# HELP polyclinic_" + std::string(name) + ' ' + std::string(help) + "\n# TYPE polyclinic_" + std::string(name) + ' ' +
               std::string(kind) + "\npolyclinic_" + std::string(name) + ' ' + std::to_string(value) + '\n';
    };
    add("connections_open", "gauge", "HTTP connections that are open.", counters.connectionsOpen);
    add("connections_accepted_total", "counter", "HTTP connections since start.", counters.connectionsAccepted);
    add("requests_total", "counter", "HTTP requests since start.", counters.requests);
    add("requests_under_way", "gauge", "HTTP requests being answered.", counters.requestsUnderWay);
    add("framing_faults_total", "counter", "Requests refused for their framing.", counters.framingFaults);
    add("received_bytes_total", "counter", "Bytes received.", counters.bytesIn);
    add("sent_bytes_total", "counter", "Bytes sent.", counters.bytesOut);
    add("loop_continuations_slow_total", "counter", "Continuations that held an event loop for too much CPU time.", LoopWatch::slow());
    add("loop_continuation_longest_microseconds", "gauge", "CPU time of the longest continuation on an event loop.",
        std::uint64_t(LoopWatch::longest().count()));
    add("directory_connections", "gauge", "Connections to the directory database.", database.open);
    return out;
}

bool writesMustStop(const Settings& settings) {
    if (!settings.database.empty() || settings.reserveMb == 0) return false;
    std::error_code error;
    const auto space = std::filesystem::space(settings.dataDirectory, error);
    return !error && space.available < (std::uintmax_t(settings.reserveMb) << 20);
}

std::vector<std::filesystem::path> importFolders(const Settings& settings) {
    std::vector<std::filesystem::path> folders;
    const auto add = [&folders](const std::filesystem::path& path) {
        std::error_code error;
        const auto real = std::filesystem::canonical(path, error);
        if (!error) folders.push_back(real);
    };
    for (const auto& folder : settings.importFolders) add(folder);
    if (!settings.importFolders.empty()) return folders;
    if (const auto* homeFolder = std::getenv("HOME")) add(homeFolder);
    for (const auto* folder : {"/media", "/mnt", "/run/media", "/srv", "/tmp"}) add(folder);
    return folders;
}

}  // namespace polyclinic
