#include "process.h"

#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <pwd.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <thread>

namespace polyclinic::bench {
namespace {

using Steady = std::chrono::steady_clock;

void become(uid_t account) {
    const passwd* entry = getpwuid(account);
    if (!entry || initgroups(entry->pw_name, entry->pw_gid) != 0 || setgid(entry->pw_gid) != 0 || setuid(account) != 0) _exit(126);
    setenv("HOME", entry->pw_dir, 1);
    setenv("USER", entry->pw_name, 1);
}

std::string lastLine(const std::string& text) {
    std::istringstream lines(text);
    std::string last;
    for (std::string line; std::getline(lines, line);) {
        if (!line.empty()) last = line;
    }
    return last;
}

}  // namespace

Child::Child(const Call& call) {
    int out[2], err[2];
    if (pipe2(out, O_CLOEXEC) != 0 || pipe2(err, O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
    pid_ = fork();
    if (pid_ < 0) throw std::runtime_error("no process");
    if (pid_ == 0) {
        prctl(PR_SET_PDEATHSIG, SIGTERM);
        dup2(out[1], STDOUT_FILENO);
        dup2(err[1], STDERR_FILENO);
        if (!call.errorFile.empty()) {
            const int file = open(call.errorFile.c_str(), O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC, 0600);
            if (file < 0 || dup2(file, STDERR_FILENO) < 0) _exit(126);
        }
        if (call.account && geteuid() == 0 && *call.account != 0) {
            become(*call.account);
            if (chdir("/") != 0) _exit(126);
        }
        for (const auto& [name, value] : call.environment) setenv(name.c_str(), value.c_str(), 1);
        std::vector<char*> words;
        for (const auto& word : call.words) words.push_back(const_cast<char*>(word.c_str()));
        words.push_back(nullptr);
        execvp(words[0], words.data());
        const char* reason = strerror(errno);
        (void)!write(STDERR_FILENO, reason, strlen(reason));
        _exit(127);
    }
    close(out[1]);
    close(err[1]);
    out_ = out[0];
    err_ = err[0];
}

Child::~Child() {
    if (!reaped_) end(Seconds(10));
    if (out_ >= 0) close(out_);
    if (err_ >= 0) close(err_);
}

/// Takes what is there; false when both pipes are at their end or `patience` is over.
bool Child::read(Seconds patience) {
    pollfd files[2]{{out_, POLLIN, 0}, {err_, POLLIN, 0}};
    if (out_ < 0 && err_ < 0) return false;
    if (::poll(files, 2, static_cast<int>(patience.count() * 1000)) <= 0) return false;
    char buffer[65536];
    for (const auto& file : files) {
        if (file.revents == 0) continue;
        int& end = file.fd == out_ ? out_ : err_;
        const ssize_t got = ::read(file.fd, buffer, sizeof buffer);
        if (got > 0) {
            (file.fd == out_ ? outText_ : errText_).append(buffer, static_cast<std::size_t>(got));
        } else {
            close(end);
            end = -1;
        }
    }
    return true;
}

std::optional<std::string> Child::line(Seconds patience) {
    const auto until = Steady::now() + patience;
    for (;;) {
        if (const auto end = outText_.find('\n'); end != std::string::npos) {
            std::string text = outText_.substr(0, end);
            outText_.erase(0, end + 1);
            return text;
        }
        const Seconds left = until - Steady::now();
        if (left.count() <= 0 || !read(left)) return std::nullopt;
    }
}

std::string Child::errors() {
    while (read(Seconds(0))) {
    }
    return errText_;
}

bool Child::reap(Seconds patience) {
    const auto until = Steady::now() + patience;
    while (!reaped_) {
        reaped_ = waitpid(pid_, &status_, WNOHANG) == pid_;
        if (reaped_) break;
        if (Steady::now() > until) return false;
        std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
    return true;
}

bool Child::end(Seconds patience) {
    if (reap(Seconds(0))) return true;
    kill(pid_, SIGTERM);
    const auto until = Steady::now() + patience;
    while (!reap(Seconds(0.01)) && Steady::now() < until) read(Seconds(0));  // a full pipe would hold it up
    if (reaped_) return true;
    kill(pid_, SIGKILL);
    reap(Seconds(5));
    return false;
}

Ended Child::wait(Seconds patience) {
    const auto start = Steady::now();
    const auto until = start + patience;
    while (Steady::now() < until && read(until - Steady::now())) {
    }
    const bool ended = reap(std::max(Seconds(0.1), Seconds(until - Steady::now())));
    if (!ended) {
        kill(pid_, SIGKILL);
        reap(Seconds(5));
    }
    const int code = WIFEXITED(status_) ? WEXITSTATUS(status_) : 128 + WTERMSIG(status_);
    return {code, outText_, errText_, Steady::now() - start};
}

Ended run(const Call& call, Seconds patience) {
    const Ended ended = Child(call).wait(patience);
    if (ended.code != 0) {
        throw std::runtime_error(call.words[0] + " ended with " + std::to_string(ended.code) + ": " +
                                 (ended.err.empty() ? ended.out.substr(0, 500) : lastLine(ended.err)));
    }
    return ended;
}

Seconds cpuOf(pid_t pid) {
    std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
    std::string text;
    std::getline(file, text);
    const auto name = text.rfind(')');
    if (name == std::string::npos) return {};
    std::istringstream fields(text.substr(name + 2));
    std::string skipped;
    for (int field = 3; field < 14; ++field) fields >> skipped;
    double user = 0, system = 0;
    fields >> user >> system;
    return Seconds((user + system) / static_cast<double>(sysconf(_SC_CLK_TCK)));
}

namespace {

double kilobytes(const std::string& path, const std::string& name) {
    std::ifstream file(path);
    for (std::string line; std::getline(file, line);) {
        if (line.starts_with(name + ":")) return std::stod(line.substr(name.size() + 1));
    }
    return 0;
}

}  // namespace

double residentMb(pid_t pid) { return kilobytes("/proc/" + std::to_string(pid) + "/status", "VmRSS") / 1024; }

double familyMb(pid_t parent) {
    double sum = 0;
    for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
        const std::string name = entry.path().filename();
        if (name.find_first_not_of("0123456789") != std::string::npos) continue;
        const bool belongs = name == std::to_string(parent) || kilobytes(entry.path() / "status", "PPid") == parent;
        if (belongs) sum += kilobytes(entry.path() / "smaps_rollup", "Pss");
    }
    return sum / 1024;
}

std::chrono::microseconds syncTime(const std::filesystem::path& folder) {
    const auto path = folder / "bench-sync";
    const int file = open(path.c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
    if (file < 0) throw std::runtime_error("cannot write in " + folder.string());
    const std::string block(8192, 'x');
    std::vector<std::chrono::microseconds> times;
    for (int round = 0; round < 101; ++round) {
        const auto start = Steady::now();
        if (pwrite(file, block.data(), block.size(), 0) < 0 || fdatasync(file) != 0) break;
        times.push_back(std::chrono::duration_cast<std::chrono::microseconds>(Steady::now() - start));
    }
    close(file);
    std::filesystem::remove(path);
    if (times.empty()) throw std::runtime_error("fdatasync fails in " + folder.string());
    std::nth_element(times.begin(), times.begin() + static_cast<long>(times.size() / 2), times.end());
    return times[times.size() / 2];
}

}  // namespace polyclinic::bench
