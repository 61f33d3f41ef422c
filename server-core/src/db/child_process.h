// Programs that this one starts, and what /proc tells of others. Internal to db/.

#pragma once

#include <sys/types.h>

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace polyclinic::db {

/// Whom a program runs as. `drops`: this process is root and the program is not.
struct Account {
    std::string name;
    uid_t uid;
    gid_t gid;
    std::vector<gid_t> groups;
    bool drops;
};
/// The named account when this process is root (empty: "postgres"), else the process's own. Throws Failure(internal)
/// naming the account when there is none or it is root too.
Account accountFor(const std::string& name);

struct Program {
    std::vector<std::string> arguments;  // the first is the path
    std::filesystem::path output{};      // appended to; empty: nowhere
    bool diesWithUs = false;             // killed when this process ends, however it ends
    int signalAtOurEnd = 0;              // or gets this signal when the thread that started it ends
};

/// In a session of its own, with no descriptor of ours but its output, as `account`; lives on when we die.
/// Throws Failure(internal) when it cannot be forked. A program that cannot be executed ends with 127.
pid_t startProgram(const Program& program, const Account& account);
/// Waits for its end; the exit status, 128 + signal when one ended it.
int waitForProgram(pid_t pid);
/// The same if it has ended; nothing while it runs.
std::optional<int> endOfProgram(pid_t pid);

/// Whether `account` may make files in `folder`.
bool mayWrite(const std::filesystem::path& folder, const Account& account);

/// Living and no zombie.
bool isAlive(pid_t pid);
/// Empty when it cannot be read.
std::filesystem::path executableOf(pid_t pid);
std::filesystem::path workingFolderOf(pid_t pid);
/// Clock ticks since boot; tells a process from a later one with the same number. 0 for none.
unsigned long long startTimeOf(pid_t pid);

}  // namespace polyclinic::db
