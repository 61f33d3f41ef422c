#include "import/line_source.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include <algorithm>

#include "base/failure.h"

namespace polyclinic::import {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t longestLine = 64 << 20;

Failure unreadable(const fs::path& path, const std::string& why) {
    return Failure(FailureKind::unprocessable, path.string() + ": " + why);
}

bool isOneDocument(const fs::path& path) {
    const auto name = path.filename().string();
    return name.ends_with(".json") || name.ends_with(".json.gz");
}

bool isBlank(std::string_view text) { return text.find_first_not_of(" \t\r\n") == text.npos; }

/// zlib reads plain files as they are.
class GzFile {
  public:
    explicit GzFile(const fs::path& path) : path_(path) {
        const int fd = ::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
        if (fd < 0) throw unreadable(path, "cannot be opened");
        file_ = gzdopen(fd, "rb");
        if (!file_) {
            ::close(fd);
            throw unreadable(path, "cannot be opened");
        }
        gzbuffer(file_, 256 * 1024);
    }
    ~GzFile() { gzclose(file_); }
    GzFile(const GzFile&) = delete;

    /// Up to and without '\n'; false at the end.
    bool line(std::string& out) {
        out.clear();
        for (;;) {
            if (at_ == filled_) {
                if (!fill()) return !out.empty();
            }
            const auto* begin = buffer_.data() + at_;
            const auto* end = buffer_.data() + filled_;
            const auto* found = std::find(begin, end, '\n');
            out.append(begin, found);
            at_ += std::size_t(found - begin);
            if (found != end) {
                ++at_;
                return true;
            }
            if (out.size() > longestLine) throw unreadable(path_, "a line is longer than 64 MB");
        }
    }

    std::string all() {
        std::string out;
        do {
            out.append(buffer_.data() + at_, filled_ - at_);
            at_ = filled_;
            if (out.size() > longestLine) throw unreadable(path_, "a document is longer than 64 MB");
        } while (fill());
        return out;
    }

    std::uint64_t offset() const { return std::uint64_t(std::max<z_off_t>(gzoffset(file_), 0)); }

  private:
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
    std::string buffer_ = std::string(256 * 1024, '\0');
    std::size_t at_ = 0, filled_ = 0;
};

class Files final : public LineSource {
  public:
    explicit Files(std::vector<fs::path> files) : files_(std::move(files)) {
        for (const auto& file : files_) total_ += fs::file_size(file);
    }

    std::optional<Line> next() override {
        for (;;) {
            if (!open_) {
                if (index_ == files_.size()) return std::nullopt;
                open_ = std::make_unique<GzFile>(files_[index_]);
                number_ = 0;
            }
            Line line;
            line.file = files_[index_].filename().string();
            const bool whole = isOneDocument(files_[index_]);
            bool found;
            if (whole) {
                found = number_++ == 0;
                if (found) line.text = open_->all();
            } else {
                found = open_->line(line.text);
                ++number_;
            }
            if (!found) {
                finished_ += fs::file_size(files_[index_++]);
                open_.reset();
                continue;
            }
            line.number = whole ? 1 : number_;
            if (!isBlank(line.text)) return line;
        }
    }

    std::uint64_t bytesDone() const override { return finished_ + (open_ ? open_->offset() : 0); }
    std::uint64_t bytesTotal() const override { return total_; }

  private:
    std::vector<fs::path> files_;
    std::size_t index_ = 0, number_ = 0;
    std::unique_ptr<GzFile> open_;
    std::uint64_t finished_ = 0, total_ = 0;
};

class Text final : public LineSource {
  public:
    explicit Text(std::string text) : text_(std::move(text)) {
        // One pretty-printed document looks like many broken lines: NDJSON has an object on its first line alone.
        const auto end = std::min(text_.find('\n'), text_.size());
        const auto last = text_.find_last_not_of(" \t\r\n", end);
        whole_ = last == text_.npos || text_[last] != '}';
    }

    std::optional<Line> next() override {
        while (at_ < text_.size()) {
            const auto end = whole_ ? text_.size() : std::min(text_.find('\n', at_), text_.size());
            Line line{"body", ++number_, text_.substr(at_, end - at_)};
            at_ = end + 1;
            if (!isBlank(line.text)) return line;
        }
        return std::nullopt;
    }

    std::uint64_t bytesDone() const override { return std::min(at_, text_.size()); }
    std::uint64_t bytesTotal() const override { return text_.size(); }

  private:
    std::string text_;
    bool whole_ = false;
    std::size_t at_ = 0, number_ = 0;
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
std::unique_ptr<LineSource> readText(std::string text) { return std::make_unique<Text>(std::move(text)); }

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
            for (fs::recursive_directory_iterator it(real, error), end; !error && it != end; it.increment(error))
                if (fs::is_regular_file(it->symlink_status()) && isOffered(it->path())) found.push_back(it->path());
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
