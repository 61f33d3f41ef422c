#include "db/child_process.h"

#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <sstream>

#include "base/failure.h"

namespace polyclinic::db {
namespace {

/// Between fork and exec: only calls that are safe there.
bool become(const Account& account) {
    // Root may have been given up since the account was looked up.
    if (!account.drops || geteuid() == account.uid) return true;
    return setgroups(account.groups.size(), account.groups.data()) == 0 && setgid(account.gid) == 0 && setuid(account.uid) == 0;
}

void resetSignals() {
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, nullptr);
    for (const int number : {SIGPIPE, SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGCHLD, SIGUSR1, SIGUSR2}) signal(number, SIG_DFL);
}

int statusOf(int raw) { return WIFEXITED(raw) ? WEXITSTATUS(raw) : 128 + WTERMSIG(raw); }

/// Fields of /proc/<pid>/stat behind the name in parentheses; the first is the state.
std::vector<std::string> statOf(pid_t pid) {
    std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
    std::string line;
    std::getline(file, line);
    const auto end = line.rfind(')');
    if (end == line.npos) return {};
    std::istringstream rest(line.substr(end + 1));
    std::vector<std::string> fields;
    for (std::string field; rest >> field;) fields.push_back(field);
    return fields;
}

std::filesystem::path linkOf(pid_t pid, const char* name) {
    std::error_code error;
    return std::filesystem::read_symlink("/proc/" + std::to_string(pid) + "/" + name, error);
}

}  // namespace

Account accountFor(const std::string& name) {
    const bool root = geteuid() == 0;
    const std::string wanted = name.empty() ? "postgres" : name;
    char buffer[4096];
    passwd entry{}, *found = nullptr;
    if (root)
        getpwnam_r(wanted.c_str(), &entry, buffer, sizeof buffer, &found);
    else
        getpwuid_r(geteuid(), &entry, buffer, sizeof buffer, &found);
    if (!found || (root && entry.pw_uid == 0))
        throw Failure(FailureKind::internal, "PostgreSQL never runs as root and there is no account " + wanted +
                                                 " to run it. Make that account, or start Polyclinic as another user.");
    Account account{entry.pw_name, entry.pw_uid, entry.pw_gid, {}, root};
    int count = 64;
    account.groups.resize(64);
    if (getgrouplist(entry.pw_name, entry.pw_gid, account.groups.data(), &count) < 0) count = 64;
    account.groups.resize(static_cast<std::size_t>(count));
    return account;
}

pid_t startProgram(const Program& program, const Account& account) {
    std::vector<char*> arguments;
    for (const auto& argument : program.arguments) arguments.push_back(const_cast<char*>(argument.c_str()));
    arguments.push_back(nullptr);
    const std::string output = program.output.empty() ? "/dev/null" : program.output.string();
    char path[] = "PATH=/usr/bin:/bin", locale[] = "LC_ALL=C", zone[] = "TZ=UTC";
    // glibc gives memory back to the system after every statement and fetches it again for the next one: a seventh of
    // what a short read costs. A megabyte stays with each process instead.
    char pad[] = "MALLOC_TOP_PAD_=1048576", trim[] = "MALLOC_TRIM_THRESHOLD_=4194304";
    char* environment[] = {path, locale, zone, pad, trim, nullptr};
    const pid_t parent = getpid(), pid = fork();
    if (pid < 0) throw Failure(FailureKind::internal, "The system has no room for another process.");
    if (pid > 0) return pid;
    setsid();
    resetSignals();
    umask(077);
    if (!become(account)) _exit(126);
    // Only now, since a change of account clears it.
    const int atOurEnd = program.diesWithUs ? SIGKILL : program.signalAtOurEnd;
    if (atOurEnd != 0 && (prctl(PR_SET_PDEATHSIG, atOurEnd) != 0 || getppid() != parent)) _exit(126);
    const int in = open("/dev/null", O_RDONLY);
    const int out = open(output.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
    if (in < 0 || out < 0 || dup2(in, 0) < 0 || dup2(out, 1) < 0 || dup2(out, 2) < 0) _exit(126);
    if (close_range(3, ~0U, 0) != 0)
        for (int fd = 3; fd < 4096; ++fd) close(fd);
    if (chdir("/") != 0) _exit(126);
    execve(arguments[0], arguments.data(), environment);
    _exit(127);
}

int waitForProgram(pid_t pid) {
    int raw = 0;
    while (waitpid(pid, &raw, 0) < 0 && errno == EINTR) {
    }
    return statusOf(raw);
}

std::optional<int> endOfProgram(pid_t pid) {
    int raw = 0;
    const pid_t ended = waitpid(pid, &raw, WNOHANG);
    if (ended == pid) return statusOf(raw);
    if (ended < 0 && errno == ECHILD) return 255;
    return std::nullopt;
}

bool mayWrite(const std::filesystem::path& folder, const Account& account) {
    if (!account.drops) return access(folder.c_str(), W_OK | X_OK) == 0;
    const std::string path = folder.string();
    const pid_t pid = fork();
    if (pid == 0) _exit(become(account) && access(path.c_str(), W_OK | X_OK) == 0 ? 0 : 1);
    return pid > 0 && waitForProgram(pid) == 0;
}

bool isAlive(pid_t pid) {
    if (pid <= 0) return false;
    const auto fields = statOf(pid);
    return !fields.empty() && fields[0] != "Z" && fields[0] != "X";
}

std::filesystem::path executableOf(pid_t pid) { return linkOf(pid, "exe"); }
std::filesystem::path workingFolderOf(pid_t pid) { return linkOf(pid, "cwd"); }

unsigned long long startTimeOf(pid_t pid) {
    const auto fields = statOf(pid);
    return fields.size() > 19 ? std::stoull(fields[19]) : 0;  // field 22 of proc(5)
}

}  // namespace polyclinic::db
