#include <fcntl.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include "base/failure.h"
#include "db/cluster_files.h"

namespace polyclinic::db {
namespace {

namespace fs = std::filesystem;

/// Written beside, flushed and renamed: a reader sees the old text or the new one.
void replaceFile(const fs::path& path, const std::string& text, const Account& account) {
    const auto beside = fs::path(path).concat(".new");
    const int fd = open(beside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
    bool good = fd >= 0 && write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size()) && fsync(fd) == 0;
    if (good && account.drops) good = fchown(fd, account.uid, account.gid) == 0;
    if (fd >= 0) close(fd);
    if (!good || rename(beside.c_str(), path.c_str()) != 0)
        throw Failure(FailureKind::conflict,
                      "The file " + path.string() + " cannot be written. Make its disk writable and free some space.");
}

/// Numbered folders, one a database, without PostgreSQL's own three.
int databasesIn(const ClusterSettings& settings) {
    std::error_code error;
    int count = 0;
    for (fs::directory_iterator each(settings.dataDirectory / "base", error), end; !error && each != end; each.increment(error))
        count += each->path().filename().string().find_first_not_of("0123456789") == std::string::npos;
    return error ? 0 : std::max(0, count - 3);
}

std::string serverSettings(const ClusterSettings& settings, const fs::path& socketFolder) {
    std::string text = "# Written by Polyclinic at every start. Your own settings: local.conf beside this file.\n";
    const auto set = [&text](const std::string& name, const std::string& value) { text += name + " = " + value + "\n"; };
    // Reached through a socket in a folder that only its owner enters.
    set("listen_addresses", "''");
    set("port", "5432");
    set("unix_socket_directories", "'" + socketFolder.string() + "'");
    set("unix_socket_permissions", "0700");
    set("max_connections", std::to_string(settings.maxConnections));
    set("shared_buffers", std::to_string(settings.sharedBuffersMb) + "MB");
    set("work_mem", "16MB");
    set("maintenance_work_mem", "128MB");
    set("max_wal_size", "2GB");
    set("checkpoint_timeout", "15min");
    set("wal_compression", "lz4");
    set("default_toast_compression", "lz4");
    set("random_page_cost", "1.1");
    set("jit", "off");
    set("max_parallel_workers_per_gather", "0");
    // Plans made while a table was empty read all of it later; what was counted since replaces them.
    set("autovacuum_naptime", std::to_string(secondsBetweenVacuums(settings)) + "s");
    set("autovacuum_vacuum_scale_factor", "0.05");
    set("autovacuum_analyze_scale_factor", "0.05");
    set("timezone", "'UTC'");
    set("synchronous_commit", "on");
    set("fsync", settings.durable ? "on" : "off");
    set("full_page_writes", settings.durable ? "on" : "off");
    // The log gets the server's own events. Messages of errors and statements can hold patient data.
    set("log_destination", "'stderr'");
    set("logging_collector", "off");
    set("log_min_messages", "log");
    set("log_min_error_statement", "panic");
    set("log_error_verbosity", "terse");
    set("log_statement", "'none'");
    set("log_min_duration_statement", "-1");
    set("log_parameter_max_length", "0");
    set("log_parameter_max_length_on_error", "0");
    set("log_lock_waits", "off");
    set("log_checkpoints", "off");
    set("log_autovacuum_min_duration", "-1");
    set("log_line_prefix", "'%m [%p] '");
    text += "include_if_exists = 'local.conf'\n";
    return text;
}

/// Which accounts of the system may be which roles: whoever runs PostgreSQL, and root when root starts it.
std::string identMap(const ClusterSettings& settings, const Account& account) {
    std::string text = "# Written by Polyclinic at every start.\n";
    const auto& roles = settings.roles;
    for (const auto& person : {account.name, std::string(account.drops ? "root" : "")}) {
        if (person.empty()) continue;
        for (const auto& role : {bootstrapRole(roles), roles.migrator(), roles.tenant(), roles.system(), roles.backup()})
            text += "polyclinic \"" + person + "\" \"" + role + "\"\n";
        for (const auto& login : settings.tenantLogins) text += "polyclinic \"" + person + "\" \"" + login + "\"\n";
    }
    return text;
}

/// Who may open which database: the installation's roles what they have a right to, everybody else that of their own name.
std::string accessRules(const ClusterSettings& settings) {
    const auto& roles = settings.roles;
    std::string names;
    for (const auto& role : {bootstrapRole(roles), roles.migrator(), roles.tenant(), roles.system(), roles.backup()})
        names += (names.empty() ? "\"" : ",\"") + role + '"';
    return "# Written by Polyclinic at every start.\nlocal all " + names + " peer map=polyclinic\nlocal sameuser all peer map=polyclinic\n";
}

}  // namespace

int secondsBetweenVacuums(const ClusterSettings& settings) { return std::max(10, databasesIn(settings)); }

void writeSettings(const ClusterSettings& settings, const Account& account, const fs::path& socketFolder) {
    const auto& folder = settings.dataDirectory;
    replaceFile(folder / "postgresql.conf", serverSettings(settings, socketFolder), account);
    replaceFile(folder / "pg_hba.conf", accessRules(settings), account);
    replaceFile(folder / "pg_ident.conf", identMap(settings, account), account);
}

}  // namespace polyclinic::db
