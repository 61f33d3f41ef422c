#include "flow.h"

namespace polyclinic::test {

using namespace std::chrono_literals;

ServerProcess& server() {
    static ServerProcess one;
    return one;
}

nlohmann::json awaitJob(ServerProcess& server, const std::string& id) {
    const auto until = std::chrono::steady_clock::now() + 60s;
    for (;;) {
        const auto answer = operate(server, "GET", "/admin/api/Job/" + id);
        if (answer.status != 200) throw std::runtime_error("GET Job: " + answer.told());
        const auto status = answer.json.value("status", "");
        if ((status != "queued" && status != "running") || std::chrono::steady_clock::now() > until) return answer.json;
        std::this_thread::sleep_for(20ms);
    }
}

nlohmann::json importFiles(ServerProcess& server, const std::string& tenant, const std::vector<std::filesystem::path>& paths,
                           const std::string& query) {
    auto files = nlohmann::json::array();
    for (const auto& path : paths) files.push_back(std::filesystem::weakly_canonical(path.parent_path()) / path.filename());
    const auto started = operate(server, "POST", "/admin/api/Tenant/" + tenant + "/$import" + query, {{"files", files}});
    if (started.status != 202) throw std::runtime_error("$import: " + std::to_string(started.status) + " " + started.told());
    return awaitJob(server, started.json.at("id"));
}

std::map<std::string, std::int64_t> typesOf(ServerProcess& server, const std::string& tenant) {
    const auto answer = operate(server, "GET", "/admin/api/Tenant/" + tenant + "/$counts");
    if (answer.status != 200) throw std::runtime_error("$counts: " + answer.told());
    return answer.json.at("types").get<std::map<std::string, std::int64_t>>();
}

}  // namespace polyclinic::test
