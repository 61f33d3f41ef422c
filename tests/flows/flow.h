// What the classes of this binary share: one server, jobs that are waited for, and short words for asking.

#pragma once

#include <chrono>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <thread>

#include "golden.h"
#include "server_process.h"

namespace polyclinic::test {

/// Started by the first caller; gone before main ends.
ServerProcess& server();

/// Starts an import of local files and waits for its end; the Job's last answer.
nlohmann::json importFiles(ServerProcess& server, const std::string& tenant, const std::vector<std::filesystem::path>& paths,
                           const std::string& query = {});
/// The Job as it is once `done` holds for its status; the last answer when 60 s are over.
nlohmann::json awaitJob(ServerProcess& server, const std::string& id);
/// "unchanged" and the like of a Job's result.
inline std::int64_t counted(const nlohmann::json& job, const char* what) { return job.at("result").at(what).get<std::int64_t>(); }
inline std::map<std::string, std::int64_t> byType(const nlohmann::json& job, const char* what) {
    return job.at("result").at(what).get<std::map<std::string, std::int64_t>>();
}
/// How many resources of each type the clinic holds, as the operator API says.
std::map<std::string, std::int64_t> typesOf(ServerProcess& server, const std::string& tenant);

/// Asks a clinic's FHIR API with its token; `path` is below the base, "" or "Patient/1".
inline HttpAnswer ask(const Clinic& clinic, const std::string& method, const std::string& path, std::string_view body = {},
                      HttpHeaders more = {}) {
    auto headers = bearer(clinic.token);
    if (!body.empty()) headers.emplace_back("Content-Type", "application/fhir+json");
    for (auto& header : more) headers.push_back(std::move(header));
    return http(method, clinic.fhir + (path.empty() ? "" : "/" + path), headers, body);
}

inline void writeFile(const std::filesystem::path& path, std::string_view text) {
    std::ofstream(path, std::ios::binary) << text;
    std::filesystem::permissions(path, std::filesystem::perms(0644));
}

/// Where tests put files for imports: readable for the server's account.
inline std::filesystem::path scratch(ServerProcess& server, const std::string& name) {
    const auto folder = server.folder() / name;
    std::filesystem::create_directories(folder);
    std::filesystem::permissions(folder, std::filesystem::perms(0755));
    return folder;
}

}  // namespace polyclinic::test
