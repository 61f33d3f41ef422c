#include "base/small_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace polyclinic {
namespace {

std::string tooLarge(std::size_t most) {
    return most < 1024 * 1024 ? "has more than " + std::to_string(most) + " bytes" : "has more than " + std::to_string(most >> 20) + " MB";
}

}  // namespace

SmallFile readSmallFile(const std::filesystem::path& path, std::size_t most) {
    // Without O_NONBLOCK opening a pipe waits for its other end.
    const int fd = ::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (fd < 0) return {{}, "cannot be read"};
    SmallFile file;
    struct stat info {};
    if (::fstat(fd, &info) != 0) {
        file.fault = "cannot be read";
    } else if (!S_ISREG(info.st_mode)) {
        file.fault = "is no ordinary file";
    } else if (info.st_size > off_t(most)) {
        file.fault = tooLarge(most);
    } else {
        char piece[16 * 1024];
        ssize_t count = 0;
        while (file.bytes.size() <= most && (count = ::read(fd, piece, sizeof piece)) > 0) file.bytes.append(piece, std::size_t(count));
        if (count < 0) file.fault = "cannot be read";
        if (file.bytes.size() > most) file.fault = tooLarge(most);
        if (!file.fault.empty()) file.bytes.clear();
    }
    ::close(fd);
    return file;
}

}  // namespace polyclinic
