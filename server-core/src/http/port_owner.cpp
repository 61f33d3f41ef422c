#include "http/port_owner.h"

#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

namespace polyclinic::http {
namespace {

namespace fs = std::filesystem;

/// The names that /proc/<pid>/fd gives to sockets listening on `port`: "socket:[<inode>]" (proc(5),
/// /proc/net/tcp).
std::set<std::string> listeningSockets(const char* table, std::uint16_t port) {
    std::set<std::string> sockets;
    std::ifstream stream(table);
    std::string line;
    std::getline(stream, line);
    while (std::getline(stream, line)) {
        std::istringstream columns(line);
        std::string slot, local, remote, state, queues, timer, retransmits, uid, timeout, inode;
        columns >> slot >> local >> remote >> state >> queues >> timer >> retransmits >> uid >> timeout >> inode;
        const auto colon = local.rfind(':');
        constexpr auto listening = "0A";
        if (state == listening && colon != std::string::npos && std::strtoul(local.c_str() + colon + 1, nullptr, 16) == port)
            sockets.insert("socket:[" + inode + "]");
    }
    return sockets;
}

bool holdsOneOf(const fs::path& process, const std::set<std::string>& sockets) {
    std::error_code error;
    fs::directory_iterator files(process / "fd", error);
    for (; !error && files != fs::directory_iterator(); files.increment(error)) {
        std::error_code gone;
        if (sockets.contains(fs::read_symlink(files->path(), gone).string())) return true;
    }
    return false;
}

}  // namespace

std::string portOwner(std::uint16_t port) {
    auto sockets = listeningSockets("/proc/net/tcp", port);
    sockets.merge(listeningSockets("/proc/net/tcp6", port));
    if (sockets.empty()) return {};
    std::error_code error;
    fs::directory_iterator processes("/proc", error);
    for (; !error && processes != fs::directory_iterator(); processes.increment(error)) {
        const std::string pid = processes->path().filename();
        if (pid.find_first_not_of("0123456789") != std::string::npos) continue;
        if (!holdsOneOf(processes->path(), sockets)) continue;
        std::ifstream stream(processes->path() / "comm");
        std::string name;
        std::getline(stream, name);
        return name + " (pid " + pid + ")";
    }
    return {};
}

}  // namespace polyclinic::http
