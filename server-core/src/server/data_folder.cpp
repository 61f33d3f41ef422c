#include "server/data_folder.h"

#include <fcntl.h>
#include <pwd.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

namespace polyclinic {
namespace {

namespace fs = std::filesystem;

StartFault unusable(const fs::path& path, const std::string& why) {
    return {{"The data folder " + path.string() + " cannot be used: " + why + ".",
             "Choose another folder with --data-dir, or make this one yours: chmod u+rwx, chown.", 73}};
}

}  // namespace

DataFolder::DataFolder(const fs::path& path, const std::string& account) : path_(fs::absolute(path)) {
    if (!account.empty() && ::geteuid() == 0) {
        const auto* entry = ::getpwnam(account.c_str());
        if (!entry)
            throw StartFault{{"There is no account named " + account + " to run PostgreSQL under.",
                              "Install PostgreSQL, or name another account with --account.", 77}};
        owner_ = entry->pw_uid;
        group_ = entry->pw_gid;
        givesAway_ = true;
    }
    std::error_code error;
    if (!fs::exists(path_, error)) {
        fs::create_directories(path_.parent_path(), error);
        if (::mkdir(path_.c_str(), 0700) != 0 && errno != EEXIST) throw unusable(path_, std::strerror(errno));
    }
    struct stat info {};
    if (::stat(path_.c_str(), &info) != 0) throw unusable(path_, std::strerror(errno));
    if (!S_ISDIR(info.st_mode)) throw unusable(path_, "it is no folder");
    if (::geteuid() != 0 && info.st_uid != ::geteuid()) throw unusable(path_, "it belongs to somebody else");
    if (::access(path_.c_str(), R_OK | W_OK | X_OK) != 0) throw unusable(path_, std::strerror(errno));
    if (info.st_mode & 077) ::chmod(path_.c_str(), 0700);
    give(path_);

    const auto lockPath = path_ / "lock";
    lock_ = ::open(lockPath.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (lock_ < 0) throw unusable(path_, std::strerror(errno));
    give(lockPath);
    if (::flock(lock_, LOCK_EX | LOCK_NB) != 0) {
        ::close(lock_);
        lock_ = -1;
        std::string where;
        if (const auto control = read(controlFile)) {
            const auto json = nlohmann::json::parse(*control, nullptr, false);
            if (json.is_object()) where = " (process " + std::to_string(json.value("pid", 0)) + ")";
        }
        throw StartFault{{"Polyclinic is already running on " + path_.string() + where + ".",
                          "Use that one, or choose another folder with --data-dir.", 2}};
    }
}

DataFolder::~DataFolder() {
    if (lock_ < 0) return;
    std::error_code error;
    fs::remove(path_ / controlFile, error);
    ::close(lock_);
}

void DataFolder::give(const fs::path& path) const {
    if (givesAway_ && ::lchown(path.c_str(), owner_, group_) != 0) throw unusable(path_, std::strerror(errno));
}

void DataFolder::write(std::string_view name, std::string_view bytes) const {
    const auto target = path_ / name, temporary = path_ / (std::string(name) + ".new");
    const int fd = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
    const bool written = fd >= 0 && ::write(fd, bytes.data(), bytes.size()) == ssize_t(bytes.size()) && ::fsync(fd) == 0;
    const int cause = errno;
    if (fd >= 0) ::close(fd);
    if (!written || ::rename(temporary.c_str(), target.c_str()) != 0) throw unusable(path_, std::strerror(written ? errno : cause));
    give(target);
}

std::optional<std::string> DataFolder::read(std::string_view name) const {
    std::ifstream file(path_ / name, std::ios::binary);
    if (!file) return std::nullopt;
    return std::string{std::istreambuf_iterator<char>(file), {}};
}

}  // namespace polyclinic
