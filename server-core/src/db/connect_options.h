// What every runtime connection asks of libpq and of the server. Internal to db/.

#pragma once

#include <chrono>
#include <string>
#include <utility>
#include <vector>

namespace polyclinic::db {

/// Keywords and values for PQconnectStartParams(expand_dbname = 1): `conninfo` first, then ours, which win.
std::vector<std::pair<std::string, std::string>> connectOptions(const std::string& conninfo, std::chrono::milliseconds statementTimeout);

/// Keywords or a URI as keywords, with some changed or added. Throws Failure(badRequest) when it is neither.
std::string conninfoWith(const std::string& conninfo, const std::vector<std::pair<std::string, std::string>>& changes);

/// For the blocking work of libpqxx: waits 5 s for a connection and for a lock, tells no notices.
std::string adminConninfo(const std::string& conninfo);

/// How long a connection may take to come about; also the server's silence that ends a TCP connection.
constexpr std::chrono::seconds connectTimeout{5};
constexpr std::chrono::seconds silenceTimeout{10};

}  // namespace polyclinic::db
