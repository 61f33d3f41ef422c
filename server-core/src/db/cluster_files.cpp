#include "db/cluster_files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <charconv>
#include <chrono>
#include <fstream>
#include <iterator>
#include <thread>

#include "base/failure.h"

namespace polyclinic::db {
namespace fs = std::filesystem;
namespace {

[[noreturn]] void refuse(std::string publicMessage) { throw Failure(FailureKind::conflict, std::move(publicMessage)); }

std::string contentOf(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

int numberIn(std::string_view text) {
    int number = 0;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
}

std::string restoreAdvice(const fs::path& folder) {
    return "Nothing was changed. Put the folder " + folder.string() + " back from a backup, or move it away to begin anew.";
}

void give(const fs::path& path, const Account& account) {
    if (account.drops && chown(path.c_str(), account.uid, account.gid) != 0)
        refuse("The folder " + path.string() + " cannot be given to the account " + account.name + ".");
}

}  // namespace

fs::path postgresPrograms(int major) {
    int best = 0;
    std::error_code error;
    for (const auto& entry : fs::directory_iterator("/usr/lib/postgresql", error)) {
        const int version = numberIn(entry.path().filename().string());
        if (version < 15 || version < best || (major != 0 && version != major)) continue;
        if (access((entry.path() / "bin/postgres").c_str(), X_OK) == 0 && access((entry.path() / "bin/initdb").c_str(), X_OK) == 0)
            best = version;
    }
    if (best == 0)
        throw Failure(FailureKind::internal, "PostgreSQL " + (major ? std::to_string(major) : std::string("15 or newer")) +
                                                 " is not installed below /usr/lib/postgresql. Install the package postgresql-" +
                                                 std::to_string(major ? major : 15) + ".");
    return fs::path("/usr/lib/postgresql") / std::to_string(best) / "bin";
}

std::string bootstrapRole(const Roles& roles) { return roles.prefix + "bootstrap"; }

int clusterMajor(const fs::path& dataDirectory) { return numberIn(contentOf(dataDirectory / "PG_VERSION")); }

bool holdsCluster(const ClusterSettings& settings, const Account& account) {
    const auto& folder = settings.dataDirectory;
    struct stat status {};
    if (stat(folder.c_str(), &status) != 0) {
        if (errno == ENOENT) return false;
        refuse("The data folder " + folder.string() + " cannot be read. Give its parent folders the permission to pass.");
    }
    if (!S_ISDIR(status.st_mode)) refuse("The data folder " + folder.string() + " is not a folder. Move that file away.");
    std::error_code error;
    const bool empty = fs::is_empty(folder, error);
    if (error) refuse("The data folder " + folder.string() + " cannot be read. Run: chown -R " + account.name + " " + folder.string());
    if (empty) return false;
    if (clusterMajor(folder) == 0)
        refuse("The data folder " + folder.string() + " is not empty, but its file PG_VERSION is missing or damaged. " +
               restoreAdvice(folder));
    const auto control = fs::file_size(folder / "global/pg_control", error);
    if (error || control != 8192)
        refuse("The data folder " + folder.string() + " is damaged: its file global/pg_control is missing or cut short. " +
               restoreAdvice(folder));
    if (!fs::is_directory(folder / "pg_wal", error) || !fs::is_directory(folder / "base", error))
        refuse("The data folder " + folder.string() + " is damaged: base or pg_wal is missing. " + restoreAdvice(folder));
    if (status.st_uid != account.uid)
        refuse("The data folder " + folder.string() + " belongs to another account. Run: chown -R " + account.name + " " + folder.string());
    if ((status.st_mode & 0027) != 0 || (status.st_mode & 0700) != 0700)
        refuse("The data folder " + folder.string() + " has the wrong mode. Run: chmod 700 " + folder.string());
    if (!mayWrite(folder, account))
        refuse("The data folder " + folder.string() + " cannot be written by " + account.name +
               ". Make its disk writable and its parent folders passable for that account.");
    return true;
}

void makeCluster(const ClusterSettings& settings, const Account& account) {
    const auto& folder = settings.dataDirectory;
    const auto parent = folder.parent_path();
    std::error_code error;
    fs::create_directories(parent, error);
    const auto fresh = fs::path(folder).concat(".new");
    // Of a first start that was killed; what its initdb had under way may write for another moment.
    bool made = false;
    for (int i = 0; i < 50 && !made; ++i) {
        if (i) std::this_thread::sleep_for(std::chrono::milliseconds(100));
        fs::remove_all(fresh, error);
        made = mkdir(fresh.c_str(), 0700) == 0;
        if (!made && errno != EEXIST) break;
    }
    if (!made)
        refuse("The data folder " + folder.string() + " cannot be made: " + parent.string() +
               " cannot be written. Choose another folder or make that one writable.");
    give(fresh, account);
    if (!mayWrite(fresh, account)) {
        fs::remove_all(fresh, error);
        refuse("The account " + account.name + " cannot reach the data folder " + folder.string() +
               ". Choose another folder, or let that account pass: chmod o+x on its parent folders.");
    }
    Program initdb{{(postgresPrograms() / "initdb").string(), "--pgdata=" + fresh.string(), "--data-checksums", "--auth=peer",
                    "--username=" + bootstrapRole(settings.roles), "--encoding=UTF8", "--locale=C", "--no-instructions"},
                   {},
                   true};
    if (!settings.durable) initdb.arguments.push_back("--no-sync");
    const int status = waitForProgram(startProgram(initdb, account));
    if (status != 0) {
        const bool full = fs::space(parent, error).available < (200u << 20);
        fs::remove_all(fresh, error);
        throw Failure(full ? FailureKind::insufficientStorage : FailureKind::internal,
                      "The database could not be made in " + folder.string() + ". " +
                          (full ? "The disk has less than 200 MB left." : "initdb ended with status " + std::to_string(status) + "."));
    }
    fs::rename(fresh, folder, error);
    if (error) refuse("The data folder " + folder.string() + " cannot be put in place. Choose a folder below it instead.");
    if (const int fd = open(parent.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC); fd >= 0) {
        fsync(fd);
        close(fd);
    }
}

namespace {

/// Whether no living server has its socket in `folder`; leftovers of a dead one are removed. One may live whose own
/// folder was deleted under it: it holds the name that the next cluster at the same place would take.
bool holdsNoServer(const fs::path& folder) {
    const auto lock = folder / ".s.PGSQL.5432.lock";
    const pid_t owner = numberIn(contentOf(lock));
    if (isAlive(owner) && executableOf(owner).filename().string().starts_with("postgres")) return false;
    std::error_code error;
    fs::remove(folder / ".s.PGSQL.5432", error);
    fs::remove(lock, error);
    return true;
}

}  // namespace

fs::path makeSocketFolder(const ClusterSettings& settings, const Account& account) {
    constexpr std::size_t longest = 107 - sizeof("/.s.PGSQL.5432.lock");
    const auto name = "pc-" + std::to_string(std::hash<std::string>()(fs::absolute(settings.dataDirectory).string()) % 1'000'000'007);
    const auto usable = [&](const fs::path& folder) {
        if (folder.string().size() > longest) return false;
        if (mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST) return false;
        struct stat status {};
        if (lstat(folder.c_str(), &status) != 0 || !S_ISDIR(status.st_mode)) return false;
        if (account.drops && (chown(folder.c_str(), account.uid, account.gid) != 0)) return false;
        if (!account.drops && status.st_uid != account.uid) return false;
        return chmod(folder.c_str(), 0700) == 0 && mayWrite(folder, account) && holdsNoServer(folder);
    };
    // Root's own runtime folder is closed to the account that PostgreSQL runs as.
    const char* runtime = account.drops ? nullptr : getenv("XDG_RUNTIME_DIR");
    if (runtime && *runtime && usable(fs::path(runtime) / name)) return fs::path(runtime) / name;
    if (account.drops) mkdir("/run/polyclinic", 0755);
    if (usable(fs::path("/run/polyclinic") / name)) return fs::path("/run/polyclinic") / name;
    char fresh[] = "/tmp/polyclinic-XXXXXX";
    if (!mkdtemp(fresh) || !usable(fresh)) refuse("No folder for PostgreSQL's socket can be made in /run or /tmp.");
    return fresh;
}

}  // namespace polyclinic::db
