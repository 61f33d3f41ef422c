#include "db/postmaster_pid.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <ctime>
#include <fstream>

#include "base/failure.h"
#include "db/child_process.h"

namespace polyclinic::db {
namespace {

bool ownedByUs(pid_t pid) {
    struct stat status {};
    return stat(("/proc/" + std::to_string(pid)).c_str(), &status) == 0 && (geteuid() == 0 || status.st_uid == geteuid());
}

}  // namespace

PostmasterFile readPostmasterFile(const std::filesystem::path& dataDirectory) {
    PostmasterFile found;
    std::ifstream file(dataDirectory / "postmaster.pid");
    std::string line, lines[5];
    for (auto& text : lines)
        if (!std::getline(file, text)) break;
    found.pid = std::atoi(lines[0].c_str());
    found.socketFolder = lines[4];
    // Standalone backends write a negative number.
    if (found.pid < 0) found.pid = -found.pid;
    if (!isAlive(found.pid)) return found;
    // PostgreSQL takes a number of another user's process for stale by itself.
    if (!ownedByUs(found.pid)) return found;

    const auto executable = executableOf(found.pid);
    if (executable.empty())
        throw Failure(FailureKind::conflict, "The file " + (dataDirectory / "postmaster.pid").string() + " names the running process " +
                                                 lines[0] +
                                                 ", and the system does not say what it is. End that process or restart "
                                                 "the computer, then start again.");
    // The start time in the file proves less: after a jump of the clock a living server would look like a stranger.
    // A program replaced on disk by an update shows as "postgres (deleted)".
    const bool isPostgres = executable.filename().string().starts_with("postgres");
    std::error_code error;
    const bool isHere = std::filesystem::equivalent(workingFolderOf(found.pid), dataDirectory, error) && !error;
    found.owner = isPostgres && isHere ? PostmasterFile::Owner::living : PostmasterFile::Owner::foreign;
    return found;
}

std::filesystem::path moveAside(const std::filesystem::path& dataDirectory) {
    const auto file = dataDirectory / "postmaster.pid";
    auto aside = file;
    aside += ".stale-" + std::to_string(std::time(nullptr));
    if (readPostmasterFile(dataDirectory).owner == PostmasterFile::Owner::foreign) std::filesystem::rename(file, aside);
    return aside;
}

}  // namespace polyclinic::db
