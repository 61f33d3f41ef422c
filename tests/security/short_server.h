// One server with two pairs of clinics for all classes of this binary: shared + shared, shared + dedicated.

#pragma once

#include "server_process.h"

namespace polyclinic::test {

struct ShortServer {
    ServerProcess process{std::vector<std::string>{"--log-level", "debug"}};
    Clinic a = makeClinic(process, "t-a", false);
    Clinic b = makeClinic(process, "t-b", false);
    Clinic own = makeClinic(process, "t-own", true);

    /// The clinic beside `a`: 0 in the same database, 1 in one of its own.
    const Clinic& beside(int placement) const { return placement == 0 ? b : own; }
};

/// Started by the first caller, ended with the program.
inline ShortServer& shortServer() {
    static ShortServer server;
    return server;
}

/// Stands in every record that tests write for a clinic.
inline std::string canaryOf(const Clinic& clinic) { return "CANARY-" + clinic.id; }

}  // namespace polyclinic::test
