#include "import/line_source.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <atomic>
#include <cstring>
#include <utility>

#include "base/failure.h"

namespace polyclinic::import {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t longestLine = 64 << 20;  // bytes
constexpr std::size_t largeLine = 4 << 20;
constexpr std::size_t mostFiles = 100'000;

Failure unreadable(const fs::path& path, const std::string& why) { return Failure(FailureKind::unprocessable, path.string() + ": " + why); }

bool isOneDocument(const fs::path& path) {
    const auto name = path.filename().string();
    return name.ends_with(".json") || name.ends_with(".json.gz");
}

bool isBlank(std::string_view text) { return text.find_first_not_of(" \t\r\n") == text.npos; }

/// What some programs write before the first character. JSON has no such thing.
void dropByteOrderMark(std::string& text) {
    if (text.starts_with("\xef\xbb\xbf")) text.erase(0, 3);
}

std::uint64_t sizeOf(const fs::path& path) {
    std::error_code error;
    const auto size = fs::file_size(path, error);
    return error ? 0 : size;
}

/// zlib reads plain files as they are.
class GzFile {
  public:
    explicit GzFile(const fs::path& path) : path_(path) {
        // What was a file when it was looked up may be a pipe by now: opening one would wait for its other end.
        const int fd = ::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
        if (fd < 0) throw unreadable(path, "cannot be opened");
        struct stat info {};
        if (::fstat(fd, &info) != 0 || !S_ISREG(info.st_mode)) {
            ::close(fd);
            throw unreadable(path, "is no ordinary file");
        }
        file_ = gzdopen(fd, "rb");
        if (!file_) {
            ::close(fd);
            throw unreadable(path, "cannot be opened");
        }
        gzbuffer(file_, unsigned(chunk));
    }
    ~GzFile() { gzclose(file_); }
    GzFile(const GzFile&) = delete;

    /// Lines that are blank before the next one are passed over and counted in `number`; then as LineSource::next, up to
    /// and without '\n'. `out` grows over several calls.
    LineSource::Found line(std::string& out, std::size_t& number, std::int64_t& effort) {
        for (;;) {
            if (at_ == filled_) {
                if (effort <= 0) return LineSource::Found::nothingYet;
                if (!fill()) {
                    if (out.empty()) return LineSource::Found::end;
                    ++number;
                    return LineSource::Found::document;
                }
                effort -= std::int64_t(filled_);
            }
            if (out.empty() && skipBlank(number)) continue;
            const auto* begin = buffer_.data() + at_;
            const auto* end = buffer_.data() + filled_;
            const auto* found = static_cast<const char*>(std::memchr(begin, '\n', std::size_t(end - begin)));
            append(out, begin, found ? found : end, "a line is longer than 64 MB");
            if (found) {
                ++at_;
                ++number;
                return LineSource::Found::document;
            }
        }
    }

    LineSource::Found all(std::string& out, std::int64_t& effort) {
        while (at_ < filled_ || fill()) {
            effort -= std::int64_t(filled_ - at_);
            append(out, buffer_.data() + at_, buffer_.data() + filled_, "a document is longer than 64 MB");
            if (effort <= 0) return LineSource::Found::nothingYet;
        }
        return LineSource::Found::document;
    }

    std::uint64_t offset() const { return std::uint64_t(std::max<z_off_t>(gzoffset(file_), 0)); }

  private:
    static constexpr std::size_t chunk = 256 * 1024;

    /// Whether the buffer held nothing else; newlines of whole blank lines are counted.
    bool skipBlank(std::size_t& number) {
        const std::string_view rest(buffer_.data() + at_, filled_ - at_);
        const auto blank = std::min(rest.find_first_not_of(" \t\r\n"), rest.size());
        number += std::size_t(std::count(rest.begin(), rest.begin() + std::ptrdiff_t(blank), '\n'));
        at_ += blank;
        return at_ == filled_;
    }

    void append(std::string& out, const char* begin, const char* end, const char* tooLong) {
        const auto count = std::size_t(end - begin);
        if (out.size() + count > longestLine) throw unreadable(path_, tooLong);
        // Room at once, of which only what is written costs memory: doubling would hold a long line twice.
        if (out.size() + count > largeLine && out.capacity() < longestLine) out.reserve(longestLine);
        out.append(begin, end);
        at_ += count;
    }

    bool fill() {
        const int count = gzread(file_, buffer_.data(), unsigned(buffer_.size()));
        // A stream that is cut off gives what it has, and tells of it at the end only.
        int error = Z_OK;
        if (count <= 0) gzerror(file_, &error);
        if (count < 0 || error != Z_OK) throw unreadable(path_, "is damaged or cut off");
        at_ = 0;
        filled_ = std::size_t(count);
        if (count == 0 && !gzeof(file_)) throw unreadable(path_, "is damaged or cut off");
        return count > 0;
    }

    fs::path path_;
    gzFile file_ = nullptr;
    std::string buffer_ = std::string(chunk, '\0');
    std::size_t at_ = 0, filled_ = 0;
};

class Files final : public LineSource {
  public:
    explicit Files(std::vector<fs::path> files) : files_(std::move(files)) {
        for (const auto& file : files_) total_ += sizeOf(file);
    }

    Found next(Line& line, std::int64_t& effort) override {
        for (;;) {
            if (!open_) {
                if (index_ == files_.size()) return Found::end;
                open_ = std::make_unique<GzFile>(files_[index_]);
                number_ = 0;
                text_.clear();
                givenWhole_ = false;
            }
            const bool whole = isOneDocument(files_[index_]);
            auto found = Found::end;
            if (!whole) {
                found = open_->line(text_, number_, effort);
            } else if (!givenWhole_) {
                found = open_->all(text_, effort);
                number_ = 1;
                givenWhole_ = found == Found::document;
            }
            done_ = finished_ + open_->offset();
            if (found == Found::nothingYet) return found;
            if (found == Found::end) {
                finished_ += sizeOf(files_[index_++]);
                done_ = finished_;
                open_.reset();
                effort -= 1024;  // thousands of empty files are work too
                if (effort <= 0) return Found::nothingYet;
                continue;
            }
            if (number_ == 1) dropByteOrderMark(text_);
            if (isBlank(text_)) {
                text_.clear();
                continue;
            }
            line.file = files_[index_].filename().string();
            line.number = number_;
            line.text = std::exchange(text_, {});
            if (line.text.capacity() > 2 * line.text.size()) line.text.shrink_to_fit();
            return found;
        }
    }

    std::uint64_t bytesDone() const override { return done_; }
    std::uint64_t bytesTotal() const override { return total_; }

  private:
    std::vector<fs::path> files_;
    std::size_t index_ = 0, number_ = 0;
    std::unique_ptr<GzFile> open_;
    std::string text_;  // of the line that is being read
    bool givenWhole_ = false;
    std::uint64_t finished_ = 0, total_ = 0;
    std::atomic<std::uint64_t> done_{0};
};

class Text final : public LineSource {
  public:
    explicit Text(std::shared_ptr<const std::string> text) : text_(std::move(text)) {
        if (text_->starts_with("\xef\xbb\xbf")) at_ = 3;
        // One pretty-printed document looks like many broken lines: NDJSON has an object on its first line alone.
        const auto end = std::min(text_->find('\n'), text_->size());
        const auto last = text_->find_last_not_of(" \t\r\n", end);
        whole_ = last == text_->npos || (*text_)[last] != '}';
    }

    Found next(Line& line, std::int64_t& effort) override {
        while (at_ < text_->size()) {
            if (effort <= 0) return Found::nothingYet;
            const std::size_t begin = at_;
            const auto end = whole_ ? text_->size() : std::min(text_->find('\n', begin), text_->size());
            at_ = end + 1;
            ++number_;
            effort -= std::int64_t(at_ - begin);
            const auto text = std::string_view(*text_).substr(begin, end - begin);
            if (isBlank(text)) continue;
            line = {"body", number_, std::string(text)};
            return Found::document;
        }
        return Found::end;
    }

    std::uint64_t bytesDone() const override { return std::min<std::uint64_t>(at_, text_->size()); }
    std::uint64_t bytesTotal() const override { return text_->size(); }

  private:
    std::shared_ptr<const std::string> text_;
    bool whole_ = false;
    std::atomic<std::size_t> at_{0};
    std::size_t number_ = 0;
};

bool isOffered(const fs::path& path) {
    const auto name = path.filename().string();
    for (const auto* ending : {".json", ".ndjson", ".json.gz", ".ndjson.gz"})
        if (name.ends_with(ending)) return true;
    return false;
}

/// Without following a link in the last part or any other: what `path` says is what is read.
bool isBelow(const fs::path& path, const std::vector<fs::path>& allowed) {
    for (const auto& folder : allowed) {
        const auto relative = path.lexically_relative(folder);
        if (!relative.empty() && *relative.begin() != "..") return true;
    }
    return false;
}

}  // namespace

std::unique_ptr<LineSource> readFiles(std::vector<fs::path> files) { return std::make_unique<Files>(std::move(files)); }
std::unique_ptr<LineSource> readText(std::shared_ptr<const std::string> text) { return std::make_unique<Text>(std::move(text)); }

std::vector<fs::path> resolveFiles(const std::vector<std::string>& paths, const std::vector<fs::path>& allowed) {
    std::vector<fs::path> files;
    for (const auto& text : paths) {
        std::error_code error;
        const auto path = fs::path(text);
        if (!path.is_absolute()) throw unreadable(path, "the path must be absolute");
        const auto real = fs::canonical(path, error);
        if (error) throw unreadable(path, "there is no such file or folder, or it cannot be read");
        if (!isBelow(real, allowed)) throw unreadable(path, "is outside the folders that imports may read");
        if (fs::is_symlink(fs::symlink_status(path))) throw unreadable(path, "is a symbolic link");
        if (fs::is_directory(real)) {
            std::vector<fs::path> found;
            for (fs::recursive_directory_iterator it(real, error), end; !error && it != end; it.increment(error)) {
                if (fs::is_regular_file(it->symlink_status()) && isOffered(it->path())) found.push_back(it->path());
                if (found.size() + files.size() > mostFiles) throw unreadable(path, "holds more than 100,000 files; import it in parts");
            }
            if (error) throw unreadable(path, "a folder in it cannot be read");
            std::sort(found.begin(), found.end());
            files.insert(files.end(), found.begin(), found.end());
        } else if (fs::is_regular_file(real) && isOffered(real)) {
            files.push_back(real);
        } else {
            throw unreadable(path, "is no .json, .ndjson, .json.gz or .ndjson.gz file");
        }
    }
    for (const auto& file : files)
        if (::access(file.c_str(), R_OK) != 0) throw unreadable(file, "cannot be read by this program's account");
    return files;
}

}  // namespace polyclinic::import
