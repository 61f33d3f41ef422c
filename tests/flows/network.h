// Short words for tests of who can reach the clinics.

#pragma once

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>

#include "server_process.h"

namespace polyclinic::test {

/// Of a shell command, whose output nobody sees; 0: it went well.
inline int run(const std::string& command) { return std::system((command + " >/dev/null 2>&1").c_str()); }

/// What a shell command says, errors too.
inline std::string output(const std::string& command) {
    std::string text;
    FILE* pipe = ::popen((command + " 2>&1").c_str(), "r");
    char buffer[4096];
    for (std::size_t size; pipe && (size = fread(buffer, 1, sizeof buffer, pipe)) > 0;) text.append(buffer, size);
    if (pipe) ::pclose(pipe);
    return text;
}

inline HttpAnswer putNetwork(ServerProcess& server, const nlohmann::json& wish) {
    return operate(server, "PUT", "/admin/api/Network", wish);
}

/// PEM file of the clinic's authority, as a device would fetch it.
inline std::string authorityOf(ServerProcess& server) {
    const auto der = server.folder() / "authority.der", pem = server.folder() / "authority.pem";
    std::ofstream(der, std::ios::binary) << http("GET", server.base() + "/hello/authority.crt").body;
    run("openssl x509 -inform der -in " + der.string() + " -out " + pem.string());
    return pem.string();
}

}  // namespace polyclinic::test
