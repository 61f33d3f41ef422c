// What the tests of the whole server's faults share.

#pragma once

#include <arpa/inet.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <optional>
#include <pqxx/pqxx>
#include <string>
#include <thread>
#include <vector>

#include "db/child_process.h"
#include "db/managed_postgres.h"
#include "server_process.h"

namespace polyclinic::test {

namespace fs = std::filesystem;
using Steady = std::chrono::steady_clock;

inline double secondsSince(Steady::time_point start) { return std::chrono::duration<double>(Steady::now() - start).count(); }

/// Memory, where there is some: killed programs lose nothing that only a power cut would take, and a busy disk would
/// make some forty first starts slow. An environment that names a folder wins.
inline const bool diskChosen =
    setenv("POLYCLINIC_TEST_FOLDER", access("/dev/shm", W_OK) == 0 && fs::space("/dev/shm").available > (2ull << 30) ? "/dev/shm" : "/tmp",
           0) == 0;

/// How often a kill is tried; POLYCLINIC_ROUNDS for long runs.
inline int rounds(int usual) {
    const char* asked = getenv("POLYCLINIC_ROUNDS");
    return asked ? std::atoi(asked) : usual;
}

inline std::string contentsOf(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

struct Ended {
    int code = -1;  // 128 + signal when one ended it; -1: it had to be killed after 30 s
    std::string text;
    double seconds = 0;
};

/// polyclinicd with these words, run to its end, as root or (when this is root) as `user`.
inline Ended polyclinicd(const std::vector<std::string>& words, const std::string& user = {}) {
    static std::atomic<int> number{0};
    const auto output = fs::temp_directory_path() / ("polyclinicd-" + std::to_string(getpid()) + "-" + std::to_string(++number));
    std::vector<std::string> all;
    if (!user.empty()) all = {"/usr/sbin/runuser", "-u", user, "--"};
    all.push_back(POLYCLINIC_BIN_DIR "/polyclinicd");
    all.insert(all.end(), words.begin(), words.end());
    const auto start = Steady::now();
    const pid_t pid = db::startProgram({all, output}, {"", 0, 0, {}, false});
    std::optional<int> code;
    while (!(code = db::endOfProgram(pid)) && secondsSince(start) < 30) std::this_thread::sleep_for(std::chrono::milliseconds(2));
    if (!code) {
        kill(pid, SIGTERM);
        for (int i = 0; i < 1000 && !db::endOfProgram(pid); ++i) std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    Ended ended{code.value_or(-1), contentsOf(output), secondsSince(start)};
    fs::remove(output);
    return ended;
}

/// `serve` on free ports with a data folder, run to its end: for starts that must fail.
inline Ended serve(const fs::path& data, std::vector<std::string> more = {}, const std::string& user = {}) {
    std::vector<std::string> words{"serve", "--data-dir", data.string(), "--listen", "127.0.0.1:0", "--operator-listen", "127.0.0.1:0"};
    words.insert(words.end(), more.begin(), more.end());
    return polyclinicd(words, user);
}

/// Processes whose working folder lies in `folder`: the PostgreSQL of a data folder.
inline std::vector<pid_t> livingIn(const fs::path& folder) {
    std::vector<pid_t> found;
    std::error_code error;
    for (const auto& entry : fs::directory_iterator("/proc", error)) {
        const pid_t pid = std::atoi(entry.path().filename().c_str());
        if (pid > 0 && db::isAlive(pid) && db::workingFolderOf(pid).string().starts_with(folder.string())) found.push_back(pid);
    }
    return found;
}

/// The first number in the cluster's own postmaster.pid; 0 for none.
inline pid_t postmasterOf(const fs::path& data) { return std::atoi(contentsOf(data / "postgres/postmaster.pid").c_str()); }

/// Calls `work` with 0..count-1, each on a thread of its own, at once.
inline void atOnce(int count, const std::function<void(int)>& work) {
    std::vector<std::jthread> threads;
    std::atomic<bool> go{false};
    for (int i = 0; i < count; ++i)
        threads.emplace_back([&, i] {
            while (!go) std::this_thread::yield();
            work(i);
        });
    go = true;
}

/// A folder that other accounts may pass; removed with this, its PostgreSQL ended before.
class Folder {
  public:
    Folder() {
        std::string name = std::string(getenv("POLYCLINIC_TEST_FOLDER")) + "/polyclinic-test-XXXXXX";
        path_ = mkdtemp(name.data());
        fs::permissions(path_, fs::perms(0755));
    }
    ~Folder() {
        for (const pid_t pid : livingIn(path_)) kill(pid, SIGQUIT);
        for (int i = 0; i < 300 && !livingIn(path_).empty(); ++i) std::this_thread::sleep_for(std::chrono::milliseconds(10));
        std::error_code error;
        fs::remove_all(path_, error);
    }
    Folder(const Folder&) = delete;
    fs::path operator/(const std::string& name) const { return path_ / name; }
    const fs::path& path() const { return path_; }

  private:
    fs::path path_;
};

/// A listening socket of this process on 127.0.0.1.
class TakenPort {
  public:
    /// 0: any. port() is 0 when it could not be had.
    explicit TakenPort(int port = 0) : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(static_cast<std::uint16_t>(port));
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        if (bind(socket_, reinterpret_cast<sockaddr*>(&address), size) != 0 || listen(socket_, 1) != 0) return;
        getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size);
        port_ = ntohs(address.sin_port);
    }
    ~TakenPort() { close(socket_); }
    int port() const { return port_; }

  private:
    int socket_, port_ = 0;
};

inline nlohmann::json patient(const std::string& id, const std::string& family = "Doe") {
    nlohmann::json json{{"resourceType", "Patient"}, {"name", {{{"family", family}}}}};
    if (!id.empty()) json["id"] = id;
    return json;
}

/// A transaction that puts Patient/<prefix>-0 and so on.
inline nlohmann::json transactionOf(const std::string& prefix, int count) {
    auto entries = nlohmann::json::array();
    for (int i = 0; i < count; ++i) {
        const auto id = prefix + "-" + std::to_string(i);
        entries.push_back({{"request", {{"method", "PUT"}, {"url", "Patient/" + id}}}, {"resource", patient(id, prefix)}});
    }
    return {{"resourceType", "Bundle"}, {"type", "transaction"}, {"entry", entries}};
}

inline HttpAnswer put(const Clinic& clinic, const nlohmann::json& resource, HttpHeaders more = {}) {
    auto headers = bearerJson(clinic.token);
    headers.insert(headers.end(), more.begin(), more.end());
    return http("PUT", clinic.fhir + "/" + resource.at("resourceType").get<std::string>() + "/" + resource.at("id").get<std::string>(),
                headers, resource.dump());
}
inline HttpAnswer get(const Clinic& clinic, const std::string& path) { return http("GET", clinic.fhir + "/" + path, bearer(clinic.token)); }
inline HttpAnswer post(const Clinic& clinic, const std::string& path, const nlohmann::json& body, HttpHeaders more = {}) {
    auto headers = bearerJson(clinic.token);
    headers.insert(headers.end(), more.begin(), more.end());
    return http("POST", clinic.fhir + path, headers, body.dump());
}
/// The first of an OperationOutcome; empty where the answer is none.
inline nlohmann::json issueOf(const HttpAnswer& answer) {
    return answer.json.is_object() && answer.json.contains("issue") ? answer.json["issue"][0] : nlohmann::json::object();
}

/// What the kernel says of a process, in megabytes.
inline int megabytesOf(pid_t pid, const std::string& line) {
    std::ifstream file("/proc/" + std::to_string(pid) + "/status");
    for (std::string text; std::getline(file, text);)
        if (text.starts_with(line)) return std::atoi(text.c_str() + text.find_first_of("0123456789")) / 1024;
    return -1;
}

/// How many the search finds.
inline int countOf(const Clinic& clinic, const std::string& query) {
    return get(clinic, query + (query.find('?') == query.npos ? "?" : "&") + "_summary=count").json.value("total", -1);
}

/// Conninfo of the superuser of a data folder's private cluster.
inline std::string bootstrapOf(const fs::path& data) {
    std::ifstream file(data / "postgres/postmaster.pid");
    std::string line;
    for (int i = 0; i < 5; ++i) std::getline(file, line);
    return "host=" + line + " port=5432 user=polyclinic_bootstrap dbname=polyclinic";
}

/// As superuser in the private cluster; the first field of its answer.
inline std::string sql(const fs::path& data, const std::string& statement) {
    pqxx::connection connection(bootstrapOf(data));
    pqxx::nontransaction work(connection);
    const auto rows = work.exec(statement);
    return rows.empty() || rows[0][0].is_null() ? std::string() : rows[0][0].as<std::string>();
}

/// The id of the job. Failure: std::runtime_error with what was answered.
inline std::string startImport(ServerProcess& server, const std::string& tenant, const fs::path& file) {
    const auto started =
        operate(server, "POST", "/admin/api/Tenant/" + tenant + "/$import", {{"files", {fs::weakly_canonical(file).string()}}});
    if (started.status != 202) throw std::runtime_error(started.told());
    return started.json.at("id");
}

}  // namespace polyclinic::test
