// Files that a person names on the command line.

#pragma once

#include <sys/stat.h>

#include <cstddef>
#include <string>

/// Why a file is not read, as words that follow its path: pipes and devices would be waited for or read for ever. Empty: it is an
/// ordinary file of at most `most` bytes, or there is none.
inline std::string faultOfFile(const std::string& path, std::size_t most) {
    struct stat info {};
    if (::stat(path.c_str(), &info) != 0 || S_ISDIR(info.st_mode)) return {};
    if (!S_ISREG(info.st_mode)) return "is no ordinary file";
    return std::size_t(info.st_size) > most ? "has more than " + std::to_string(most) + " bytes" : std::string();
}
