// What the command line and the desktop need of the core besides a server.

#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "base/failure.h"
#include "core/server.h"
#include "db/conninfo.h"
#include "server/data_folder.h"

namespace polyclinic {

std::string_view version() { return POLYCLINIC_VERSION; }

std::string defaultDataDirectory() {
    if (::geteuid() == 0) return "/var/lib/polyclinic";
    if (const auto* data = std::getenv("XDG_DATA_HOME"); data && *data == '/') return std::string(data) + "/polyclinic";
    const auto* homeFolder = std::getenv("HOME");
    return std::string(homeFolder ? homeFolder : "/tmp") + "/.local/share/polyclinic";
}

std::vector<std::string> warningsOf(const Settings& settings) {
    std::vector<std::string> warnings;
    try {
        if (!settings.database.empty())
            if (auto weak = db::weaknessOfTls(settings.database); !weak.empty()) warnings.push_back(std::move(weak));
    } catch (const Failure&) {
        // An address that is none is a fault, not a warning.
    }
    return warnings;
}

RunningServer findRunning(const std::string& dataDirectory) {
    RunningServer running;
    const auto folder = dataDirectory.empty() ? defaultDataDirectory() : dataDirectory;
    const auto path = std::filesystem::path(folder) / controlFile;
    // Only a file that nobody else could have put there is believed.
    struct stat info {
    }, owner{};
    if (::lstat(path.c_str(), &info) != 0 || !S_ISREG(info.st_mode) || (info.st_mode & 077)) return running;
    if (::stat(folder.c_str(), &owner) != 0 || owner.st_uid != info.st_uid) return running;
    if (::geteuid() != 0 && info.st_uid != ::geteuid()) return running;
    std::ifstream file(path);
    const auto json = nlohmann::json::parse(std::istreambuf_iterator<char>(file), {}, nullptr, false);
    if (!json.is_object()) return running;
    const int pid = json.value("pid", 0);
    if (pid <= 0 || (::kill(pid, 0) != 0 && errno != EPERM)) return running;
    running.pid = pid;
    running.operators = json.value("operators", "");
    running.base = json.value("base", "");
    running.token = json.value("token", "");
    return running;
}

}  // namespace polyclinic
