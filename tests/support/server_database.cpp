#include "server_database.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace polyclinic::test {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> linesOf(std::istream& text) {
    std::vector<std::string> lines;
    for (std::string line; std::getline(text, line);) lines.push_back(line);
    return lines;
}

std::vector<std::string> linesOf(const fs::path& path) {
    std::ifstream file(path);
    return linesOf(file);
}

}  // namespace

ServerDatabase::ServerDatabase(ServerProcess& server) : ServerDatabase(server.dataDirectory()) {}

ServerDatabase::ServerDatabase(const fs::path& dataDirectory) {
    for (const auto& entry : fs::recursive_directory_iterator(dataDirectory, fs::directory_options::skip_permission_denied))
        if (entry.path().filename() == "postmaster.pid") cluster_ = entry.path().parent_path();
    const auto lines = cluster_.empty() ? std::vector<std::string>() : linesOf(cluster_ / "postmaster.pid");
    if (lines.size() < 5) throw std::runtime_error("the server's PostgreSQL is not running");
    port_ = lines[3];
    socket_ = lines[4];
}

std::string ServerDatabase::roleLike(const std::string& ending) const {
    for (const auto& line : linesOf(cluster_ / "pg_ident.conf")) {
        std::istringstream words(line);
        std::string map, account, role;
        if (!(words >> map >> account >> role) || map.starts_with('#')) continue;
        std::erase(role, '"');
        if (role.ends_with(ending)) return role;
    }
    throw std::runtime_error("no login that ends in " + ending);
}

std::vector<std::string> ServerDatabase::run(const std::string& role, const std::string& options, const std::string& sql) const {
    char name[] = "/tmp/polyclinic-sql-XXXXXX";
    const int file = mkstemp(name);
    if (file < 0 || write(file, sql.data(), sql.size()) != ssize_t(sql.size())) throw std::runtime_error("no temporary file");
    fchmod(file, 0644);
    close(file);
    // The cluster lets its own account in, and nobody else.
    const std::string account = geteuid() == 0 ? "runuser -u postgres -- " : "";
    const auto command = account + "env PGOPTIONS='" + options + "' psql -X -q -A -t -v ON_ERROR_STOP=1 -h '" + socket_ + "' -p " + port_ +
                         " -U " + role + " -d polyclinic -f " + name + " 2>&1";
    FILE* pipe = popen(command.c_str(), "r");
    if (!pipe) throw std::runtime_error("psql does not start");
    std::string out;
    char part[4096];
    for (std::size_t read; (read = fread(part, 1, sizeof part, pipe)) > 0;) out.append(part, read);
    const int status = pclose(pipe);
    unlink(name);
    if (status != 0) throw std::runtime_error("psql: " + out);
    std::istringstream text(out);
    return linesOf(text);
}

std::vector<std::string> ServerDatabase::asTenant(int number, const std::string& sql) const {
    return run(roleLike("app_tenant"), "-c app.tenant=" + std::to_string(number), sql);
}

std::vector<std::string> ServerDatabase::asSuperuser(const std::string& sql) const { return run(roleLike("bootstrap"), "", sql); }

int ServerDatabase::numberOf(const std::string& tenant) const {
    return std::stoi(asSuperuser("SELECT number FROM tenant WHERE id = '" + tenant + "' AND state <> 'purged'").at(0));
}

}  // namespace polyclinic::test
