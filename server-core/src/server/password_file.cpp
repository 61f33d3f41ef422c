#include "server/password_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <sstream>

#include "base/small_file.h"
#include "server/data_folder.h"

namespace polyclinic {
namespace {

constexpr std::size_t largestPasswordFile = 1 << 20;

[[noreturn]] void refusePasswordFile(const std::filesystem::path& path) {
    throw StartFault{{"The file " + path.string() + " could not be written.", "Choose another with --write-passwords.", 73}};
}

std::string loginOf(const std::string& line) {
    std::size_t from = 0;
    for (int field = 0; field < 3; ++field) {
        from = line.find(':', from);
        if (from == line.npos) return {};
        ++from;
    }
    return line.substr(from, line.find(':', from) - from);
}

}  // namespace

PasswordFile::PasswordFile(std::filesystem::path path, const Passwords& passwords)
    : path_(std::move(path)), beside_(std::filesystem::path(path_).concat(".new")) {
    struct stat before {};
    const bool exists = ::stat(path_.c_str(), &before) == 0;
    std::string text;
    if (exists) {
        const auto file = readSmallFile(path_.string(), largestPasswordFile);
        if (!file.fault.empty())
            throw StartFault{{"The file " + path_.string() + " " + file.fault + ".", "Choose another with --write-passwords.", 73}};
        std::istringstream lines(file.bytes);
        for (std::string line; std::getline(lines, line);) {
            const auto login = loginOf(line);
            if (std::ranges::none_of(passwords, [&](const auto& one) { return one.first == login; })) text += line + '\n';
        }
    }
    for (const auto& [login, password] : passwords) text += "*:*:*:" + login + ':' + password + '\n';

    ::unlink(beside_.c_str());
    const int fd = ::open(beside_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    bool good = fd >= 0 && ::write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size()) && ::fsync(fd) == 0;
    // The server reads it as the account that it runs as.
    if (good && exists && ::geteuid() == 0) good = ::fchown(fd, before.st_uid, before.st_gid) == 0;
    if (fd >= 0) ::close(fd);
    if (good) return;
    ::unlink(beside_.c_str());
    refusePasswordFile(path_);
}

PasswordFile::~PasswordFile() { ::unlink(beside_.c_str()); }

void PasswordFile::putInPlace() {
    if (::rename(beside_.c_str(), path_.c_str()) != 0) refusePasswordFile(path_);
}

}  // namespace polyclinic
