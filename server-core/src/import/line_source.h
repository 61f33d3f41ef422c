// What an import reads: files (plain or gzip, one JSON document a line or one in all) or a body that was sent along.
// Blocking; one thread at a time, but for the numbers of bytes.

#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace polyclinic::import {

/// One JSON document and where it stood.
struct Line {
    std::string file;  // name only, as the person gave it
    std::size_t number = 1;
    std::string text;
};

class LineSource {
  public:
    enum class Found { document, nothingYet, end };

    virtual ~LineSource() = default;
    /// Reads on until a document is whole or `effort` is used up; what was looked at, in bytes, is taken off it. Then
    /// nothingYet, and the next call goes on there: however large a file is and whatever it holds, the caller comes to
    /// its turn. Throws Failure(unprocessable) when a file cannot be read to its end.
    virtual Found next(Line& line, std::int64_t& effort) = 0;
    virtual std::uint64_t bytesDone() const = 0;  // any thread
    virtual std::uint64_t bytesTotal() const = 0;
};

/// The files in order; folders were resolved by resolveFiles.
std::unique_ptr<LineSource> readFiles(std::vector<std::filesystem::path> files);
/// NDJSON, or one document.
std::unique_ptr<LineSource> readText(std::shared_ptr<const std::string> text);

/// Regular files below `allowed` that `paths` name, folders walked, sorted, no symbolic link followed.
/// Throws Failure(unprocessable) naming the path that does not exist, is not allowed, cannot be read, or is none of
/// *.json, *.ndjson, *.json.gz, *.ndjson.gz (in folders others are passed over), and for more than 100,000 files.
std::vector<std::filesystem::path> resolveFiles(const std::vector<std::string>& paths, const std::vector<std::filesystem::path>& allowed);

}  // namespace polyclinic::import
