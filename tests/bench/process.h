// Programs that the load test starts, and what the kernel says of them.

#pragma once

#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace polyclinic::bench {

using Seconds = std::chrono::duration<double>;

struct Call {
    std::vector<std::string> words;                    // program and arguments
    std::map<std::string, std::string> environment{};  // added to this process's own
    std::optional<uid_t> account{};                    // run as; only asked of root
    std::filesystem::path errorFile{};                 // takes standard error in place of a pipe, which nobody empties in time
};

struct Ended {
    int code = -1;  // 128 + signal when a signal ended it
    std::string out, err;
    Seconds took{};
};

/// A child process with its standard output and error piped to us. The destructor ends it.
class Child {
  public:
    explicit Child(const Call& call);
    ~Child();
    Child(const Child&) = delete;

    pid_t pid() const { return pid_; }
    /// The next line of standard output; nothing at its end or after `patience`.
    std::optional<std::string> line(Seconds patience);
    /// What was written to standard error so far.
    std::string errors();
    /// TERM, then KILL after `patience`; answers whether TERM was enough.
    bool end(Seconds patience);
    /// Waits for its own end, KILL after `patience`.
    Ended wait(Seconds patience);

  private:
    bool read(Seconds patience);
    bool reap(Seconds patience);

    pid_t pid_ = -1;
    int out_ = -1, err_ = -1, status_ = 0;
    bool reaped_ = false;
    std::string outText_, errText_;
};

/// Runs to the end. Throws std::runtime_error with the program's own last words when the exit code is not 0.
Ended run(const Call& call, Seconds patience);

/// User and system time so far.
Seconds cpuOf(pid_t pid);
/// Resident memory in MB; 0 when it is gone.
double residentMb(pid_t pid);
/// Proportional memory in MB of a process and its children: shared pages counted once.
double familyMb(pid_t parent);

/// Median of writing 8 kB and fdatasync in `folder`.
std::chrono::microseconds syncTime(const std::filesystem::path& folder);

}  // namespace polyclinic::bench
