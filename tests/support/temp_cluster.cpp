#include "temp_cluster.h"

#include <signal.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <fstream>

#include "base/encoding.h"

namespace polyclinic::test {
namespace fs = std::filesystem;
using namespace std::chrono_literals;
namespace {

// Of its own: what follows in the names of other folders of tests is no process number.
constexpr std::string_view folderPrefix = "polyclinic-cluster-";

fs::path fastDisk() {
    std::error_code error;
    const auto space = fs::space("/dev/shm", error);
    return !error && space.available > (1ull << 30) && access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp";
}

std::string templatePrefix() { return "polyclinic-template-" + std::to_string(geteuid()) + "-"; }

/// Named by what goes into it, so that a changed migration makes another.
fs::path templateFolder() {
    std::string everything = "2";
    for (const char* set : {"directory", "tenant"})
        for (const auto& migration : db::migrationsOf(set)) everything.append(migration.name).append(migration.sql);
    return fastDisk() / (templatePrefix() + hexEncode(sha256(everything)).substr(0, 12));
}

db::ClusterSettings settingsIn(const fs::path& folder) {
    db::ClusterSettings settings;
    settings.dataDirectory = folder / "data";
    settings.sharedBuffersMb = 64;
    settings.durable = false;
    return settings;
}

void makeTemplate(const fs::path& folder) {
    const auto building = fs::path(folder).concat(".building");
    fs::remove_all(building);
    fs::create_directory(building);
    chmod(building.c_str(), 0755);
    const auto settings = settingsIn(building);
    {
        db::ManagedPostgres server(settings);
        server.start({});
        for (const char* set : {"directory", "tenant"}) db::migrate(server.conninfo(settings.roles.migrator()), set, settings.roles);
    }
    fs::rename(building, folder);
}

void copyWithOwners(const fs::path& from, const fs::path& to) {
    fs::copy(from, to, fs::copy_options::recursive);
    if (geteuid() != 0) return;
    struct stat owner {};
    stat(from.c_str(), &owner);
    const auto give = [&owner](const fs::path& path) {
        if (lchown(path.c_str(), owner.st_uid, owner.st_gid) != 0) throw std::runtime_error("chown of a test folder failed");
    };
    give(to);
    for (const auto& entry : fs::recursive_directory_iterator(to)) give(entry.path());
}

/// Those of other migrations that nobody has copied for an hour: another checkout may be testing beside this one.
void clearOtherTemplates(const fs::path& own) {
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(own.parent_path(), error)) {
        if (entry.path() == own || !entry.path().filename().string().starts_with(templatePrefix())) continue;
        if (entry.last_write_time(error) < fs::file_time_type::clock::now() - 1h) fs::remove_all(entry.path(), error);
    }
}

/// Other test binaries may want it at the same moment: one makes it, and no one clears what another copies.
void copyTemplate(const fs::path& to) {
    const auto folder = templateFolder();
    const auto name = fastDisk() / ("polyclinic-templates-" + std::to_string(geteuid()) + ".lock");
    const std::unique_ptr<FILE, int (*)(FILE*)> lock(fopen(name.c_str(), "we"), fclose);
    if (!lock) throw std::runtime_error("the lock of the test templates cannot be opened");
    flock(fileno(lock.get()), LOCK_EX);
    if (!fs::exists(folder)) {
        clearOtherTemplates(folder);
        makeTemplate(folder);
    }
    fs::last_write_time(folder, fs::file_time_type::clock::now());
    flock(fileno(lock.get()), LOCK_SH);
    copyWithOwners(folder / "data", to);
}

/// What tests that crashed have left: their servers are stopped by the number in their own folder.
void sweep(const fs::path& disk) {
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(disk, error)) {
        const auto name = entry.path().filename().string();
        if (!name.starts_with(folderPrefix)) continue;
        const pid_t owner = std::atoi(name.c_str() + folderPrefix.size());
        if (owner <= 0 || kill(owner, 0) == 0 || errno != ESRCH) continue;
        std::ifstream file(entry.path() / "data/postmaster.pid");
        pid_t server = 0;
        const auto cwd = file >> server ? fs::read_symlink("/proc/" + std::to_string(server) + "/cwd", error) : fs::path();
        if (cwd == entry.path() / "data") kill(server, SIGQUIT);
        fs::remove_all(entry.path(), error);
    }
}

}  // namespace

fs::path makeTestFolder() {
    static std::atomic<int> counter{0};
    const auto disk = fastDisk();
    if (counter == 0) sweep(disk);
    const auto folder = disk / (std::string(folderPrefix) + std::to_string(getpid()) + "-" + std::to_string(++counter));
    fs::remove_all(folder);
    fs::create_directory(folder);
    chmod(folder.c_str(), 0755);
    return folder;
}

TempCluster::TempCluster() : home_(makeTestFolder()), settings_(settingsIn(home_)) {
    copyTemplate(settings_.dataDirectory);
    server_ = std::make_unique<db::ManagedPostgres>(settings_);
    server_->start({});
}

TempCluster::~TempCluster() {
    server_.reset();
    std::error_code error;
    fs::remove_all(home_, error);
}

std::string TempCluster::conninfo(const std::string& role, const std::string& database) const { return server_->conninfo(role, database); }

}  // namespace polyclinic::test
