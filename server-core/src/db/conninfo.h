// What an address of a database says.

#pragma once

#include <string>

namespace polyclinic::db {

struct ConninfoParts {
    std::string user, host, database;
};

/// Keywords or URI. Throws Failure(unprocessable) when libpq does not understand it.
ConninfoParts describeConninfo(const std::string& conninfo);

/// What is wrong with a file that the address names (of passwords, certificates, keys): libpq would read a device for ever and wait
/// for a pipe. Empty: nothing.
std::string unfitFile(const std::string& conninfo);
/// The conninfo as keywords, with `file` as libpq's passfile; unchanged but for the form when `file` is empty.
std::string withPasswordFile(const std::string& conninfo, const std::string& file);

/// Whether all servers of the address are this computer: Unix sockets and loopback addresses. What the environment says
/// (PGHOST) counts where the address names none.
bool isOnThisComputer(const std::string& conninfo);

/// The conninfo with sslmode=verify-full where it goes over a network and says nothing of TLS: encrypted, to a server that
/// proves its name by a certificate of an authority that is known: sslrootcert's, else libpq's own file
/// (~/.postgresql/root.crt), else the system's. What it says itself stays. Throws Failure(unprocessable).
std::string withVerifiedTls(const std::string& conninfo);

/// What is weak about an address that says itself how far TLS goes over the network; empty: nothing.
std::string weaknessOfTls(const std::string& conninfo);

}  // namespace polyclinic::db
