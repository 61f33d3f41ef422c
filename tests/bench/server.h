// The program under test, started, set up through its operator API and stopped again.

#pragma once

#include <filesystem>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "http_client.h"
#include "process.h"

namespace polyclinic::bench {

struct Tenant {
    std::string id, client, secret, token;
    std::string api;  // path of its fhir-api below the server
    double madeInMs = 0;
};

class Server {
  public:
    /// Starts `program` on `data` and free ports; waits for `ready`, 60 s at most.
    Server(std::filesystem::path program, std::filesystem::path data);
    ~Server();

    const std::string& base() const { return base_; }
    double readyInMs() const { return readyInMs_; }
    pid_t pid() const;
    /// TERM; answers whether it ended within 10 s.
    bool stop();

    /// The first operator's client, from the command line; then its token.
    void signIn();
    /// Makes a tenant, a backend client in it and a token for its fhir-api.
    Tenant makeTenant(const std::string& id);
    /// POST to the operator API below a tenant ("Client"); what was made. Throws where nothing was.
    nlohmann::json make(const std::string& tenant, const std::string& kind, const nlohmann::json& body);
    /// Registers a public app of patients; its id.
    std::string makePatientApp(const std::string& tenant);
    /// Imports files or folders; answers how long the command took.
    Seconds import(const Tenant& tenant, const std::vector<std::string>& paths);

  private:
    std::string lastWords() const;

    std::filesystem::path program_, data_;
    std::unique_ptr<Child> child_;
    std::string base_, operators_, token_;
    double readyInMs_ = 0;
};

}  // namespace polyclinic::bench
