#include "db/managed_postgres.h"

#include <fcntl.h>
#include <libpq-fe.h>
#include <signal.h>
#include <unistd.h>

#include <condition_variable>
#include <deque>
#include <fstream>
#include <mutex>
#include <thread>

#include "base/failure.h"
#include "base/log.h"
#include "db/admin_connection.h"
#include "db/cluster_files.h"
#include "db/postmaster_pid.h"
#include "db/tenant_login.h"

namespace polyclinic::db {
namespace {

using Clock = std::chrono::steady_clock;
using namespace std::chrono_literals;
using Progress = std::function<void(std::string_view)>;

constexpr auto lookEvery = 100ms;
constexpr auto lockRetries = 15s;  // how long a killed server's children may still hold its memory
constexpr auto failureWindow = 2min;
constexpr std::size_t failureLimit = 5;
constexpr std::uintmax_t longestLog = 10u << 20;

}  // namespace

struct ManagedPostgres::Impl {
    ClusterSettings settings;
    Account account;
    std::filesystem::path socketFolder;

    mutable std::mutex mutex;
    std::condition_variable wake;
    State state = State::stopped;
    std::function<void(State, std::string_view)> listener;
    pid_t pid = 0;
    bool isChild = false, stopping = false;
    int secondsTold = 0;  // between vacuums
    std::mutex telling;   // of settings: one writes the files and knows the logins
    std::thread supervisor;

    std::filesystem::path logFile() const { return settings.dataDirectory / "postgres.log"; }

    std::string conninfoFor(const std::string& role, const std::string& database) const {
        return conninfoWith({}, {{"host", socketFolder.string()}, {"port", "5432"}, {"user", role}, {"dbname", database}});
    }

    void become(State next, std::string_view reason) {
        std::function<void(State, std::string_view)> tell;
        {
            std::lock_guard lock(mutex);
            if (state == next) return;
            state = next;
            tell = listener;
        }
        if (tell) tell(next, reason);
    }

    /// What the log got since `offset`.
    std::string logSince(std::uintmax_t offset) const {
        std::ifstream file(logFile(), std::ios::binary);
        file.seekg(static_cast<std::streamoff>(offset));
        return {std::istreambuf_iterator<char>(file), {}};
    }
    std::uintmax_t logSize() const {
        std::error_code error;
        const auto size = std::filesystem::file_size(logFile(), error);
        return error ? 0 : size;
    }

    bool running() const { return isChild ? !endOfProgram(pid).has_value() : isAlive(pid); }
    bool mustStop() const {
        std::lock_guard lock(mutex);
        return stopping;
    }
    void setServer(pid_t number, bool child) {
        std::lock_guard lock(mutex);
        pid = number;
        isChild = child;
    }

    /// Pauses between looks, shorter when stop() is called.
    void pause(std::chrono::milliseconds time) {
        std::unique_lock lock(mutex);
        wake.wait_for(lock, time, [this] { return stopping; });
    }

    void rotateLog() const {
        if (logSize() < longestLog) return;
        std::error_code error;
        std::filesystem::rename(logFile(), settings.dataDirectory / "postgres.log.1", error);
    }

    /// Until it takes connections. False when it ended instead.
    bool awaitReady(const Progress& progress) {
        const auto conninfo = conninfoFor(bootstrapRole(settings.roles), "postgres");
        bool said = false;
        const auto since = Clock::now();
        for (;;) {
            const auto answer = PQping(conninfo.c_str());
            if (answer == PQPING_OK) return true;
            if (!running()) return false;
            if (mustStop()) throw Failure(FailureKind::unavailable, "PostgreSQL is being stopped.");
            if (answer == PQPING_REJECT && !said && Clock::now() - since > 1s) {
                progress("Recovering the database after a sudden end");
                said = true;
            }
            pause(30ms);
        }
    }

    /// Starts the server and waits; what a killed server's children still hold is tried again.
    void launch(const Progress& progress) {
        const auto programs = postgresPrograms(clusterMajor(settings.dataDirectory));
        const auto until = Clock::now() + lockRetries;
        for (;;) {
            rotateLog();
            const auto offset = logSize();
            Program postgres{{(programs / "postgres").string(), "-D", settings.dataDirectory.string()}, logFile()};
            if (settings.endsWithUs) postgres.signalAtOurEnd = SIGINT;  // PostgreSQL's fast shutdown
            setServer(startProgram(postgres, account), true);
            if (awaitReady(progress)) return;
            const auto said = logSince(offset);
            setServer(0, false);
            const bool held = said.find("postmaster.pid") != said.npos || said.find("shared memory") != said.npos;
            if (!held || Clock::now() > until || mustStop())
                throw Failure(FailureKind::internal,
                              "PostgreSQL does not start with the data folder " + settings.dataDirectory.string() +
                                  ". Its own log says why: " + logFile().string() + ".",
                              "PostgreSQL ended at start");
            pause(300ms);
        }
    }

    void open(const Progress& progress) {
        socketFolder = makeSocketFolder(settings, account);
        secondsTold = secondsBetweenVacuums(settings);
        writeSettings(settings, account, socketFolder);
        progress("Starting PostgreSQL");
        launch(progress);
    }

    /// The orphan of a crashed program: taken over when it answers, else stopped. False when a start is needed.
    bool adopt(const PostmasterFile& file, const Progress& progress) {
        setServer(file.pid, false);
        progress("Taking over the PostgreSQL that is running already");
        for (auto until = Clock::now() + 3s; Clock::now() < until && isAlive(file.pid); pause(lookEvery)) {
            // It writes its socket's folder a little after its number.
            socketFolder = readPostmasterFile(settings.dataDirectory).socketFolder;
            if (socketFolder.empty()) continue;
            const auto answer = PQping(conninfoFor(bootstrapRole(settings.roles), "postgres").c_str());
            if (answer == PQPING_OK) return true;
            if (answer == PQPING_REJECT) until = Clock::now() + 3s;  // recovering, however long that takes
        }
        end(8s);
        setServer(0, false);
        return false;
    }

    /// Fast shutdown; immediate after `patience`; killed when nothing else helps.
    void end(std::chrono::milliseconds patience) {
        const auto gone = [this](std::chrono::milliseconds time) {
            for (const auto until = Clock::now() + time; Clock::now() < until; std::this_thread::sleep_for(10ms))
                if (!running()) return true;
            return !running();
        };
        if (pid <= 0 || !running()) return;
        kill(pid, SIGINT);
        if (gone(patience)) return;
        log::warn("PostgreSQL did not stop in time; it is stopped at once and will recover at the next start");
        kill(pid, SIGQUIT);
        if (gone(5s)) return;
        kill(pid, SIGKILL);
        gone(5s);
    }

    void prepare(const Progress& progress) {
        progress("Preparing the database");
        const auto admin = conninfoFor(bootstrapRole(settings.roles), "postgres");
        withAdmin(admin, [&](pqxx::connection_base& connection) {
            pqxx::work work(connection);
            work.exec(rolesSql(settings.roles, {}));
            const auto migrator = connection.quote_name(settings.roles.migrator());
            work.exec(
                "REVOKE ALL ON DATABASE postgres FROM PUBLIC; REVOKE ALL ON DATABASE template1 FROM PUBLIC;"
                "GRANT CONNECT ON DATABASE postgres TO " +
                migrator);
            work.commit();
        });
        if (auto logins = tenantLogins(admin, settings.database); !logins.empty()) {
            std::lock_guard lock(telling);
            settings.tenantLogins = std::move(logins);
            tellSettings();
        }
        // What a killed program had asked for may still be under way in the PostgreSQL that it left.
        for (const auto until = Clock::now() + 5s;; pause(200ms)) {
            try {
                return createDatabase(conninfoFor(settings.roles.migrator(), "postgres"), settings.database, settings.roles);
            } catch (const Failure& failure) {
                if (failure.kind() == FailureKind::unavailable || Clock::now() > until || mustStop()) throw;
            }
        }
    }

    /// Writes the settings and has PostgreSQL read them again. Under `telling`.
    void tellSettings() {
        writeSettings(settings, account, socketFolder);
        std::lock_guard lock(mutex);
        // Of a child nobody else gets the number before the supervisor has looked.
        if (pid > 0 && (isChild || isAlive(pid))) ::kill(pid, SIGHUP);
    }

    /// Databases come and go: what depends on their number is told to PostgreSQL anew.
    void followNumberOfDatabases() {
        std::lock_guard lock(telling);
        const int seconds = secondsBetweenVacuums(settings);
        if (seconds == secondsTold) return;
        try {
            tellSettings();
            secondsTold = seconds;
        } catch (const std::exception& error) {
            log::warn("PostgreSQL's settings could not be written: {}", error.what());
        }
    }

    void supervise() {
        std::deque<Clock::time_point> failures;
        auto countAt = Clock::now() + settings.followEvery;
        while (!mustStop()) {
            if (running()) {
                if (Clock::now() >= countAt) {
                    followNumberOfDatabases();
                    countAt = Clock::now() + settings.followEvery;
                }
                pause(lookEvery);
                continue;
            }
            if (mustStop()) return;
            failures.push_back(Clock::now());
            while (Clock::now() - failures.front() > failureWindow) failures.pop_front();
            if (failures.size() >= failureLimit) {
                log::error("PostgreSQL failed {} times in two minutes and is not started again", failures.size());
                setServer(0, false);
                return become(State::failed, "PostgreSQL failed 5 times in 2 minutes. Its log: " + logFile().string());
            }
            log::warn("PostgreSQL ended unexpectedly and is started again");
            become(State::recovering, "PostgreSQL ended unexpectedly");
            try {
                launch([](std::string_view) {});
                become(State::running, "PostgreSQL runs again");
            } catch (const std::exception& error) {
                log::warn("PostgreSQL was not started: {}", error.what());
                pause(500ms);
            }
        }
    }

    void join() {
        {
            std::lock_guard lock(mutex);
            stopping = true;
        }
        wake.notify_all();
        if (supervisor.joinable()) supervisor.join();
    }
};

ManagedPostgres::ManagedPostgres(ClusterSettings settings) : impl_(std::make_unique<Impl>()) {
    impl_->settings = std::move(settings);
    impl_->settings.dataDirectory = std::filesystem::absolute(impl_->settings.dataDirectory).lexically_normal();
}

ManagedPostgres::~ManagedPostgres() { stop(); }

void ManagedPostgres::start(const std::function<void(std::string_view)>& progress) {
    auto& me = *impl_;
    const Progress tell = progress ? progress : [](std::string_view) {};
    stop();
    me.stopping = false;
    me.become(State::starting, "starting");
    try {
        me.account = accountFor(me.settings.account);
        if (!holdsCluster(me.settings, me.account)) {
            tell("Making the database folder");
            makeCluster(me.settings, me.account);
        }
        const auto file = readPostmasterFile(me.settings.dataDirectory);
        if (file.owner == PostmasterFile::Owner::foreign) {
            const auto aside = moveAside(me.settings.dataDirectory);
            log::warn("a stale postmaster.pid named a process that is not PostgreSQL; it is now {}", aside.string());
        }
        const bool adopted = file.owner == PostmasterFile::Owner::living && me.adopt(file, tell);
        if (!adopted) me.open(tell);
        try {
            me.prepare(tell);
        } catch (const Failure& failure) {
            if (!adopted) throw;
            // It was about to end: that of a command that died.
            log::warn("the PostgreSQL that ran already is of no use and is stopped: {}", failure.what());
            me.end(8s);
            me.setServer(0, false);
            me.open(tell);
            me.prepare(tell);
        }
    } catch (const std::exception& error) {
        me.end(5s);
        me.setServer(0, false);
        me.become(State::failed, error.what());
        throw;
    }
    me.become(State::running, "running");
    me.supervisor = std::thread([&me] { me.supervise(); });
}

void ManagedPostgres::stop() {
    auto& me = *impl_;
    me.join();
    me.end(10s);
    me.setServer(0, false);
    std::error_code error;
    // PostgreSQL removes its socket; the folder goes when it is empty.
    if (!me.socketFolder.empty()) std::filesystem::remove(me.socketFolder, error);
    me.become(State::stopped, "stopped");
}

ManagedPostgres::State ManagedPostgres::state() const {
    std::lock_guard lock(impl_->mutex);
    return impl_->state;
}

void ManagedPostgres::onState(std::function<void(State, std::string_view)> listener) {
    std::lock_guard lock(impl_->mutex);
    impl_->listener = std::move(listener);
}

std::string ManagedPostgres::conninfo(const std::string& role, const std::string& database) const {
    return impl_->conninfoFor(role, database.empty() ? impl_->settings.database : database);
}

void ManagedPostgres::makeTenantLogin(const std::string& name) {
    auto& me = *impl_;
    std::lock_guard lock(me.telling);
    if (me.settings.tenantLogins.contains(name)) return;
    withAdmin(me.conninfoFor(bootstrapRole(me.settings.roles), "postgres"),
              [&](pqxx::connection_base& connection) { pqxx::nontransaction(connection).exec(tenantLoginSql(name, {})); });
    me.settings.tenantLogins.insert(name);
    try {
        me.tellSettings();
    } catch (...) {
        me.settings.tenantLogins.erase(name);  // the next call tries again
        throw;
    }
}

void ManagedPostgres::removeTenantLogin(const std::string& name) {
    auto& me = *impl_;
    std::lock_guard lock(me.telling);
    dropTenantLogin(me.conninfoFor(bootstrapRole(me.settings.roles), "postgres"), name);
    if (me.settings.tenantLogins.erase(name) > 0) me.tellSettings();
}

std::filesystem::path ManagedPostgres::socketDirectory() const { return impl_->socketFolder; }

int ManagedPostgres::postmasterPid() const {
    std::lock_guard lock(impl_->mutex);
    return impl_->pid;
}

std::string ManagedPostgres::logTail(std::size_t lines) const {
    const auto size = impl_->logSize();
    std::string text = impl_->logSince(size > 65'536 ? size - 65'536 : 0);
    auto at = text.size();
    for (std::size_t seen = 0; at > 0; --at)
        if (text[at - 1] == '\n' && at != text.size() && ++seen == lines) break;
    return text.substr(at);
}

}  // namespace polyclinic::db
