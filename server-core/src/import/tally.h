// What an import has done so far; written by several loops, read by the job's coroutine.

#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/failure.h"

namespace polyclinic::import {

class Tally {
  public:
    void count(const std::string& type, int status, bool unchanged);
    /// One line of the list for each issue; the list ends at 1,000, the count does not.
    void refuse(const std::string& file, std::size_t line, const Failure& failure, std::size_t resources);
    /// Lenient: stored all the same.
    void warn(const std::string& file, std::size_t line, const Issue& issue);

    /// {"progress":...,"result":...,"error":[...]}
    std::string toJson(std::uint64_t bytesDone, std::uint64_t bytesTotal) const;

  private:
    void note(const std::string& file, std::size_t line, std::string_view severity, const std::string& diagnostics,
              const std::string& expression);

    struct Line {
        std::string file;
        std::size_t line;
        std::string severity, diagnostics, expression;
    };
    mutable std::mutex mutex_;
    std::map<std::string, std::int64_t> created_, updated_;
    std::int64_t unchanged_ = 0, failed_ = 0, done_ = 0;
    std::vector<Line> lines_;
};

}  // namespace polyclinic::import
