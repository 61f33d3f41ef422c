#include "corpus.h"

#include <zlib.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <filesystem>

namespace polyclinic::test {
namespace {

const std::string folder = POLYCLINIC_SOURCE_DIR "/../shared/testdata/";

/// Empty when the file cannot be read to its end.
std::string unpack(const std::string& file) {
    gzFile source = gzopen((folder + file).c_str(), "rb");
    if (!source) return {};
    std::string text;
    std::string block(1 << 18, '\0');
    int count = 0;
    while ((count = gzread(source, block.data(), static_cast<unsigned>(block.size()))) > 0) {
        text.append(block, 0, static_cast<std::size_t>(count));
    }
    gzclose(source);
    return count < 0 ? std::string() : text;
}

}  // namespace

bool haveCorpus() { return std::filesystem::is_directory(folder); }

std::size_t forEachLine(const std::string& file, const std::function<void(const std::string&)>& each) {
    const std::string text = unpack(file);
    std::size_t count = 0;
    for (std::size_t at = 0; at < text.size();) {
        const auto end = std::min(text.find('\n', at), text.size());
        if (end > at) {
            each(text.substr(at, end - at));
            ++count;
        }
        at = end + 1;
    }
    return count;
}

std::size_t forEachInArchive(const std::string& file, const std::function<void(std::string_view, std::string_view)>& each) {
    const std::string archive = unpack(file);
    std::size_t count = 0;
    for (std::size_t at = 0; at + 512 <= archive.size() && archive[at] != '\0';) {
        const std::string name(archive.data() + at, strnlen(archive.data() + at, 100));
        const char kind = archive[at + 156];
        const std::size_t size = std::strtoul(archive.substr(at + 124, 12).c_str(), nullptr, 8);
        if (kind == '0' || kind == '\0') {
            each(name, std::string_view(archive).substr(at + 512, size));
            ++count;
        }
        at += 512 + (size + 511) / 512 * 512;
    }
    return count;
}

}  // namespace polyclinic::test
