// What an address of a database says.

#pragma once

#include <string>

namespace polyclinic::db {

struct ConninfoParts {
    std::string user, host, database;
};

/// Keywords or URI. Throws Failure(unprocessable) when libpq does not understand it.
ConninfoParts describeConninfo(const std::string& conninfo);

/// The conninfo as keywords, with `file` as libpq's passfile; unchanged but for the form when `file` is empty.
std::string withPasswordFile(const std::string& conninfo, const std::string& file);

}  // namespace polyclinic::db
