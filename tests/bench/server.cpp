#include "server.h"

#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <stdexcept>

namespace polyclinic::bench {

using Json = nlohmann::json;
using Steady = std::chrono::steady_clock;

namespace {
double msSince(Steady::time_point start) { return std::chrono::duration<double, std::milli>(Steady::now() - start).count(); }
}  // namespace

Server::Server(std::filesystem::path program, std::filesystem::path data) : program_(std::move(program)), data_(std::move(data)) {
    const auto start = Steady::now();
    Call call{{program_, "serve", "--data-dir", data_, "--listen", "127.0.0.1:0", "--operator-listen", "127.0.0.1:0", "--import-folder",
               data_.parent_path()}};
    call.errorFile = data_.parent_path() / "server.log";
    child_ = std::make_unique<Child>(call);
    while (base_.empty()) {
        const auto line = child_->line(Seconds(60));
        if (!line) throw std::runtime_error("the server did not become ready: " + lastWords());
        if (line->starts_with("operators ")) operators_ = line->substr(10);
        if (line->starts_with("ready ")) base_ = line->substr(6);
    }
    readyInMs_ = msSince(start);
    if (!operators_.starts_with("http")) operators_ = "http://" + operators_;
    if (operators_.ends_with('/')) operators_.pop_back();
    if (base_.ends_with('/')) base_.pop_back();
}

std::string Server::lastWords() const {
    std::ifstream file(data_.parent_path() / "server.log");
    std::ostringstream text;
    text << file.rdbuf();
    const std::string all = text.str();
    return all.substr(all.size() > 1000 ? all.size() - 1000 : 0);
}

Server::~Server() { stop(); }

pid_t Server::pid() const { return child_->pid(); }

bool Server::stop() { return child_->end(Seconds(10)); }

void Server::signIn() {
    const Ended made = run({{program_, "operator", "add-client", "--name", "bench", "--data-dir", data_, "--json"}}, Seconds(30));
    const Json client = Json::parse(made.out);
    token_ = tokenOf(operators_ + "/admin/auth/token", client.at("client_id"), client.at("client_secret"), "");
}

Tenant Server::makeTenant(const std::string& id) {
    const Headers headers{{"Authorization", "Bearer " + token_}, {"Content-Type", "application/json"}};
    const std::string address = operators_ + "/admin/api/Tenant/" + id;
    Tenant tenant{.id = id};
    const auto start = Steady::now();
    const Json body{{"resourceType", "Tenant"}, {"id", id}, {"name", "Bench " + id}};
    demand(ask("PUT", address, headers, body.dump()), 201, 200, "PUT Tenant");
    tenant.madeInMs = msSince(start);

    const Json wish{{"name", "bench"}, {"kind", "backend-service"}, {"type", "confidential-symmetric"}, {"scopes", "system/*.cruds"}};
    const Json client = make(id, "Client", wish);
    tenant.client = client.at("id");
    tenant.secret = client.at("clientSecret");
    tenant.token = tokenOf(base_ + "/tenant/" + id + "/system/auth/token", tenant.client, tenant.secret, "system/*.cruds");
    tenant.api = Address(base_).path + "/tenant/" + id + "/fhir-api";
    return tenant;
}

Json Server::make(const std::string& tenant, const std::string& kind, const Json& body) {
    const Headers headers{{"Authorization", "Bearer " + token_}, {"Content-Type", "application/json"}};
    const auto made = ask("POST", operators_ + "/admin/api/Tenant/" + tenant + "/" + kind, headers, body.dump());
    return Json::parse(demand(made, 201, 200, "POST " + kind).body);
}

std::string Server::makePatientApp(const std::string& tenant) {
    const Json wish{{"name", "bench app"},
                    {"kind", "patient-app"},
                    {"type", "public"},
                    {"redirectUris", {"https://app.example.org/back"}},
                    {"scopes", "patient/*.rs"}};
    return make(tenant, "Client", wish).at("id");
}

Seconds Server::import(const Tenant& tenant, const std::vector<std::string>& paths) {
    Call call{{program_, "import", "--tenant", tenant.id, "--data-dir", data_, "--json"}};
    call.words.insert(call.words.end(), paths.begin(), paths.end());
    return run(call, Seconds(600)).took;
}

}  // namespace polyclinic::bench
