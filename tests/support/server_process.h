// The server as people run it: bin/polyclinicd as a child process with a data folder and ports of its own.

#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <vector>

#include "http_client.h"

namespace polyclinic::test {

class ServerProcess {
  public:
    /// Starts it in a fresh folder polyclinic-test-XXXXXX of /tmp (or POLYCLINIC_TEST_FOLDER) and waits for `ready`, 60 s at most;
    /// `arguments` follow `serve --data-dir ... --listen 127.0.0.1:0 --operator-listen 127.0.0.1:0`; their own --listen goes before ours.
    /// Failure: std::runtime_error with its words.
    explicit ServerProcess(std::vector<std::string> arguments = {});
    /// Ends it, its PostgreSQL too, and removes the folder.
    ~ServerProcess();
    ServerProcess(const ServerProcess&) = delete;

    /// Addresses without a closing slash.
    const std::string& base() const { return base_; }
    const std::string& operators() const { return operators_; }
    /// Of the first start, while there is no operator; else empty.
    const std::string& setupSecret() const { return setupSecret_; }
    /// Bearer for operators()/admin/api, as this machine's command line.
    const std::string& localToken() const { return localToken_; }
    std::filesystem::path dataDirectory() const { return folder_ / "data"; }
    /// Parent of the data folder: files for $import may stand here.
    const std::filesystem::path& folder() const { return folder_; }
    pid_t pid() const { return pid_; }
    /// Everything that it has written to standard output and standard error so far.
    std::string log() const;

    /// At once, without a goodbye; PostgreSQL is left to itself.
    void kill9();
    /// TERM; answers the exit code, or -1 when it does not run or had to be killed after 15 s.
    int terminate();
    /// terminate() if it runs, then starts on the same data folder and the same ports.
    void restart();

  private:
    void start();
    /// Lines of its log, since they were looked at last, that tell of an event loop which one continuation held.
    std::string heldLoops();
    static std::string heldLoopsOfAll();

    std::size_t lookedAt_ = 0;  // of standard error
    std::vector<std::string> arguments_;
    std::filesystem::path folder_;
    std::string base_, operators_, setupSecret_, localToken_;
    pid_t pid_ = -1;
};

struct Clinic {
    std::string id;
    std::string fhir;      // BASE/tenant/{id}/fhir-api
    std::string tokenUrl;  // BASE/tenant/{id}/system/auth/token
    std::string clientId, secret, token;
};

/// Makes the tenant, a confidential client with `scopes`, and takes a real token. Failure: std::runtime_error.
Clinic makeClinic(ServerProcess& server, const std::string& id, bool dedicated, const std::string& scopes = "system/*.cruds");
/// Another client of a clinic, with a token for `asked` (empty: all that it is registered for).
Clinic addClient(ServerProcess& server, const Clinic& clinic, const std::string& scopes, const std::string& asked = {});
/// Asks the operator API as the command line of this machine; `path` begins with /admin.
HttpAnswer operate(ServerProcess& server, const std::string& method, const std::string& path,
                   const nlohmann::json& body = nlohmann::json());
/// client_credentials with HTTP Basic.
HttpAnswer askToken(const Clinic& clinic, const std::string& scopes);

}  // namespace polyclinic::test
