// Files that an operator names: certificates, keys, passwords. Blocking, but never for long.

#pragma once

#include <cstddef>
#include <filesystem>
#include <string>

namespace polyclinic {

struct SmallFile {
    std::string bytes;
    std::string fault;  // why there are none, as words that follow the path: "cannot be read"; empty: they are there
};

inline constexpr std::size_t largestPemFile = 1 << 20, largestKeyFile = 4096;  // bytes

/// An ordinary file of at most `most` bytes, read whole. A pipe, a device or a folder is never read from nor waited for,
/// and of a file that is larger, or grows meanwhile, no more than `most` bytes are held. A link is followed: certificates
/// that are renewed stand behind one.
SmallFile readSmallFile(const std::filesystem::path& path, std::size_t most);

}  // namespace polyclinic
