#include "db/conninfo.h"

#include <arpa/inet.h>
#include <libpq-fe.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <vector>

#include "base/failure.h"
#include "base/text.h"

namespace polyclinic::db {
namespace {

using Options = std::unique_ptr<PQconninfoOption, void (*)(PQconninfoOption*)>;

Options parse(const std::string& conninfo) {
    char* error = nullptr;
    Options options(PQconninfoParse(conninfo.c_str(), &error), PQconninfoFree);
    PQfreemem(error);  // its text may repeat the address
    if (!options) throw Failure(FailureKind::unprocessable, "The database's address is not one that PostgreSQL understands.");
    return options;
}

std::string quoted(const std::string& value) {
    std::string out = "'";
    for (const char c : value) {
        if (c == '\'' || c == '\\') out += '\\';
        out += c;
    }
    return out + "'";
}

std::string optionOf(const Options& options, std::string_view keyword, const char* variable) {
    for (auto* option = options.get(); option->keyword; ++option)
        if (keyword == option->keyword && option->val && *option->val) return option->val;
    const char* fromOutside = std::getenv(variable);
    return fromOutside ? fromOutside : "";
}

bool isLoopbackHost(const std::string& host) {
    if (host.empty() || host.front() == '/' || host.front() == '@' || host == "localhost") return true;
    in_addr v4{};
    in6_addr v6{};
    if (::inet_pton(AF_INET, host.c_str(), &v4) == 1) return (ntohl(v4.s_addr) >> 24) == 127;
    return ::inet_pton(AF_INET6, host.c_str(), &v6) == 1 && IN6_IS_ADDR_LOOPBACK(&v6);
}

/// The entries of a list with commas, empty ones too; none of an empty text.
std::vector<std::string_view> listed(const std::string& text) {
    if (text.empty()) return {};
    return split(text, ',');
}

bool isHere(const Options& options) {
    const auto hostList = optionOf(options, "host", "PGHOST"), addressList = optionOf(options, "hostaddr", "PGHOSTADDR");
    const auto hosts = listed(hostList), addresses = listed(addressList);
    // Where a service of pg_service.conf leads, nobody here knows.
    if (hosts.empty() && addresses.empty()) return optionOf(options, "service", "PGSERVICE").empty();
    // hostaddr is where it goes, and host but the name that the certificate must have; an entry that is left empty goes to its host.
    for (std::size_t i = 0; i < std::max(hosts.size(), addresses.size()); ++i) {
        const auto host = i < hosts.size() ? hosts[i] : std::string_view();
        if (!isLoopbackHost(std::string(i < addresses.size() && !addresses[i].empty() ? addresses[i] : host))) return false;
    }
    return true;
}

std::string sslModeOf(const Options& options) {
    for (auto* option = options.get(); option->keyword; ++option)
        if (std::string_view(option->keyword) == "sslmode" && option->val) return option->val;
    return {};
}

/// Where libpq looks when nobody names a file.
bool hasOwnAuthority() {
    const char* homeFolder = std::getenv("HOME");
    if (!homeFolder || !*homeFolder) {
        const auto* entry = ::getpwuid(::geteuid());
        homeFolder = entry ? entry->pw_dir : nullptr;
    }
    std::error_code error;
    return homeFolder && std::filesystem::exists(std::filesystem::path(homeFolder) / ".postgresql/root.crt", error);
}

constexpr const char* systemAuthorities = "/etc/ssl/certs/ca-certificates.crt";

}  // namespace

bool isOnThisComputer(const std::string& conninfo) { return isHere(parse(conninfo)); }

std::string withVerifiedTls(const std::string& conninfo) {
    const auto options = parse(conninfo);
    if (isHere(options) || !sslModeOf(options).empty()) return conninfo;
    const bool named = !optionOf(options, "sslrootcert", "PGSSLROOTCERT").empty() || hasOwnAuthority();
    std::string out;
    for (auto* option = options.get(); option->keyword; ++option)
        if (option->val) out += std::string(option->keyword) + '=' + quoted(option->val) + ' ';
    out += "sslmode='verify-full'";
    if (!named) out += " sslrootcert=" + quoted(systemAuthorities);
    return out;
}

std::string weaknessOfTls(const std::string& conninfo) {
    const auto options = parse(conninfo);
    const auto mode = sslModeOf(options);
    if (isHere(options) || mode.empty() || mode == "verify-full") return {};
    const std::string begin = "The address of the database says sslmode=" + mode + ": ";
    const std::string end = " Leave it out, and the server must prove its name.";
    if (mode == "disable") return begin + "records and passwords of the database go over the network in clear text." + end;
    if (mode == "allow" || mode == "prefer") return begin + "anybody between could make records go over the network in clear text." + end;
    if (mode == "require") return begin + "what goes over the network is encrypted, but to a server that need not prove who it is." + end;
    return begin + "any server with a certificate of that authority is taken for the database." + end;
}

std::string unfitFile(const std::string& conninfo) {
    constexpr std::size_t largest = 16 << 20;  // all authorities of the world in one file
    const auto options = parse(conninfo);
    for (auto* option = options.get(); option->keyword; ++option) {
        const std::string_view keyword = option->keyword;
        const bool names =
            keyword == "passfile" || keyword == "sslcert" || keyword == "sslkey" || keyword == "sslrootcert" || keyword == "sslcrl";
        if (!names || !option->val || !*option->val) continue;
        struct stat info {};
        if (::stat(option->val, &info) != 0) continue;  // libpq says so in its words
        if (!S_ISREG(info.st_mode)) return std::string(option->val) + " is no ordinary file";
        if (std::size_t(info.st_size) > largest) return std::string(option->val) + " has more than 16 MB";
    }
    return {};
}

ConninfoParts describeConninfo(const std::string& conninfo) {
    const auto options = parse(conninfo);
    ConninfoParts parts;
    for (auto* option = options.get(); option->keyword; ++option) {
        if (!option->val) continue;
        const std::string_view keyword = option->keyword;
        if (keyword == "user") parts.user = option->val;
        if (keyword == "host") parts.host = option->val;
        if (keyword == "dbname") parts.database = option->val;
    }
    return parts;
}

std::string withPasswordFile(const std::string& conninfo, const std::string& file) {
    const auto options = parse(conninfo);
    std::string out;
    for (auto* option = options.get(); option->keyword; ++option) {
        if (!option->val || (!file.empty() && std::string_view(option->keyword) == "passfile")) continue;
        out += std::string(option->keyword) + '=' + quoted(option->val) + ' ';
    }
    if (!file.empty()) out += "passfile=" + quoted(file);
    return out;
}

}  // namespace polyclinic::db
