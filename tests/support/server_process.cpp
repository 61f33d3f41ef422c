#include "server_process.h"

#include "after_class.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstring>
#include <fstream>
#include <iterator>
#include <mutex>
#include <set>
#include <stdexcept>
#include <thread>

namespace polyclinic::test {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using Steady = std::chrono::steady_clock;

constexpr auto startPatience = 60s, stopPatience = 15s;

std::string contentsOf(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

bool ended(pid_t pid, int& status, std::chrono::milliseconds patience) {
    const auto until = Steady::now() + patience;
    while (waitpid(pid, &status, WNOHANG) == 0) {
        if (Steady::now() > until) return false;
        std::this_thread::sleep_for(2ms);
    }
    return true;
}

/// A PostgreSQL that a killed server left: told to go by the number in its own folder.
void stopOrphan(const fs::path& data) {
    std::error_code error;
    for (const auto& entry : fs::recursive_directory_iterator(data, error)) {
        if (entry.path().filename() != "postmaster.pid") continue;
        std::ifstream file(entry.path());
        pid_t server = 0;
        if (!(file >> server) || server <= 1 ||
            fs::read_symlink("/proc/" + std::to_string(server) + "/cwd", error) != entry.path().parent_path())
            continue;
        kill(server, SIGQUIT);
        for (int i = 0; i < 500 && kill(server, 0) == 0; ++i) std::this_thread::sleep_for(10ms);
        return;
    }
}

/// Servers that there are, and what those that are gone said of their event loops.
struct Watched {
    std::mutex mutex;
    std::set<ServerProcess*> servers;
    std::string told;
};
Watched& watched() {
    static Watched all;
    return all;
}

HttpAnswer demand(HttpAnswer answer, const std::string& what) {
    if (answer.status < 200 || answer.status > 299) throw std::runtime_error(what + ": " + answer.told());
    return answer;
}

}  // namespace

ServerProcess::ServerProcess(std::vector<std::string> arguments) : arguments_(std::move(arguments)) {
    const char* disk = getenv("POLYCLINIC_TEST_FOLDER");
    std::string pattern = std::string(disk ? disk : "/tmp") + "/polyclinic-test-XXXXXX";
    if (!mkdtemp(pattern.data())) throw std::runtime_error("no folder for " + pattern);
    folder_ = pattern;
    chmod(folder_.c_str(), 0755);  // started as root, the server becomes another account, which has to pass
    static const bool asked = (afterEachClass().push_back(heldLoopsOfAll), true);
    static_cast<void>(asked);
    {
        auto& all = watched();
        const std::scoped_lock lock(all.mutex);
        all.servers.insert(this);
    }
    try {
        start();
    } catch (...) {
        const std::scoped_lock lock(watched().mutex);
        watched().servers.erase(this);
        throw;
    }
}

ServerProcess::~ServerProcess() {
    if (pid_ > 0) terminate();
    {
        auto& all = watched();
        const std::scoped_lock lock(all.mutex);
        all.servers.erase(this);
        all.told += heldLoops();
    }
    stopOrphan(dataDirectory());
    std::error_code error;
    fs::remove_all(folder_, error);
}

void ServerProcess::start() {
    const char* other = getenv("POLYCLINIC_SERVER");  // tests/security/mutants.js tries servers that are broken on purpose
    std::vector<std::string> words{
        other ? other : POLYCLINIC_BIN_DIR "/polyclinicd",           "serve", "--data-dir", dataDirectory().string(), "--operator-listen",
        operators_.empty() ? "127.0.0.1:0" : authorityOf(operators_)};
    // Behind a proxy, base() is the proxy's address and tells nothing of this one.
    if (std::find(arguments_.begin(), arguments_.end(), "--listen") == arguments_.end())
        words.insert(words.end(), {"--listen", base_.empty() ? "127.0.0.1:0" : authorityOf(base_)});
    words.insert(words.end(), arguments_.begin(), arguments_.end());
    std::vector<char*> pointers;
    for (auto& word : words) pointers.push_back(word.data());
    pointers.push_back(nullptr);
    const auto outPath = folder_ / "stdout.log", errPath = folder_ / "stderr.log";
    const int out = open(outPath.c_str(), O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0600);
    const int err = open(errPath.c_str(), O_CREAT | O_APPEND | O_WRONLY | O_CLOEXEC, 0600);
    pid_ = fork();
    if (pid_ < 0) throw std::runtime_error("no process");
    if (pid_ == 0) {
        prctl(PR_SET_PDEATHSIG, SIGTERM);
        dup2(out, STDOUT_FILENO);
        dup2(err, STDERR_FILENO);
        execv(pointers[0], pointers.data());
        _exit(127);
    }
    close(out);
    close(err);
    const auto until = Steady::now() + startPatience;
    for (bool ready = false; !ready;) {
        std::this_thread::sleep_for(5ms);
        int status = 0;
        const bool gone = waitpid(pid_, &status, WNOHANG) == pid_;
        std::ifstream lines(outPath);
        for (std::string line; std::getline(lines, line) && !lines.eof();) {
            if (line.starts_with("operators ")) operators_ = line.substr(10);
            if (line.starts_with("setup ") && line.find('#') != line.npos) setupSecret_ = line.substr(line.find('#') + 1);
            if (line.starts_with("ready ")) base_ = line.substr(6), ready = true;
        }
        if (!ready && (gone || Steady::now() > until)) {
            if (gone) pid_ = -1;
            throw std::runtime_error("polyclinicd did not start: " + log());
        }
    }
    const auto control = nlohmann::json::parse(contentsOf(dataDirectory() / "control.json"));
    localToken_ = control.at("token");
}

std::string ServerProcess::heldLoops() {
    std::ifstream file(folder_ / "stderr.log", std::ios::binary);
    file.seekg(std::streamoff(lookedAt_));
    std::string told;
    for (std::string line; std::getline(file, line) && !file.eof();) {
        lookedAt_ += line.size() + 1;
        const auto at = line.find("held an event loop for ");
        // The server tells of 50 ms; a machine whose processors others share makes any work look up to three times as long.
        if (at != line.npos && std::atoi(line.c_str() + at + std::strlen("held an event loop for ")) >= 150) told += line + '\n';
    }
    return told;
}

std::string ServerProcess::heldLoopsOfAll() {
    auto& all = watched();
    const std::scoped_lock lock(all.mutex);
    auto told = std::exchange(all.told, {});
    for (auto* server : all.servers) told += server->heldLoops();
    return told;
}

std::string ServerProcess::log() const { return contentsOf(folder_ / "stdout.log") + contentsOf(folder_ / "stderr.log"); }

void ServerProcess::kill9() {
    if (pid_ <= 0) return;
    kill(pid_, SIGKILL);
    int status = 0;
    waitpid(pid_, &status, 0);
    pid_ = -1;
}

int ServerProcess::terminate() {
    if (pid_ <= 0) return -1;
    int status = 0;
    kill(pid_, SIGTERM);
    if (!ended(pid_, status, stopPatience)) {
        kill9();
        return -1;
    }
    pid_ = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

void ServerProcess::restart() {
    if (pid_ > 0) terminate();
    start();
}

HttpAnswer operate(ServerProcess& server, const std::string& method, const std::string& path, const nlohmann::json& body) {
    auto headers = bearer(server.localToken());
    if (!body.is_null()) headers.emplace_back("Content-Type", "application/json");
    return http(method, server.operators() + path, headers, body.is_null() ? std::string() : body.dump());
}

HttpAnswer askToken(const Clinic& clinic, const std::string& scopes) {
    std::vector<std::pair<std::string, std::string>> fields{
        {"grant_type", "client_credentials"}, {"client_id", clinic.clientId}, {"client_secret", clinic.secret}};
    if (!scopes.empty()) fields.emplace_back("scope", scopes);
    return http("POST", clinic.tokenUrl, {{"Content-Type", "application/x-www-form-urlencoded"}}, form(fields));
}

Clinic makeClinic(ServerProcess& server, const std::string& id, bool dedicated, const std::string& scopes) {
    const auto made = demand(operate(server, "PUT", "/admin/api/Tenant/" + id,
                                     {{"resourceType", "Tenant"},
                                      {"id", id},
                                      {"name", "Clinic " + id},
                                      {"status", "active"},
                                      {"isolation", dedicated ? "dedicated" : "shared"}}),
                             "PUT Tenant");
    Clinic clinic;
    clinic.id = id;
    for (const auto& endpoint : made.json.at("endpoint")) {
        if (endpoint.at("type") == "fhir-api") clinic.fhir = endpoint.at("url");
        if (endpoint.at("type") == "system-auth") clinic.tokenUrl = endpoint.at("url").get<std::string>() + "/token";
    }
    return addClient(server, clinic, scopes);
}

Clinic addClient(ServerProcess& server, const Clinic& clinic, const std::string& scopes, const std::string& asked) {
    const auto made =
        demand(operate(server, "POST", "/admin/api/Tenant/" + clinic.id + "/Client",
                       {{"name", "feed"}, {"kind", "backend-service"}, {"type", "confidential-symmetric"}, {"scopes", scopes}}),
               "POST Client");
    auto other = clinic;
    other.clientId = made.json.at("id");
    other.secret = made.json.at("clientSecret");
    other.token = demand(askToken(other, asked.empty() ? scopes : asked), "token").json.at("access_token");
    return other;
}

}  // namespace polyclinic::test
