// The database behind a ServerProcess, for what no address of the server can do: reading as another role, and planting
// what must not be there.

#pragma once

#include <string>
#include <vector>

#include "server_process.h"

namespace polyclinic::test {

class ServerDatabase {
  public:
    /// The server must be running on a PostgreSQL of its own. Failure: std::runtime_error.
    explicit ServerDatabase(ServerProcess& server);
    explicit ServerDatabase(const std::filesystem::path& dataDirectory);

    /// Rows as psql -At prints them. Failure: std::runtime_error with what psql said.
    std::vector<std::string> asTenant(int number, const std::string& sql) const;
    std::vector<std::string> asSuperuser(const std::string& sql) const;
    /// The number of a tenant in the shared database.
    int numberOf(const std::string& tenant) const;

  private:
    std::vector<std::string> run(const std::string& role, const std::string& options, const std::string& sql) const;
    std::string roleLike(const std::string& ending) const;

    std::string socket_, port_;
    std::filesystem::path cluster_;
};

}  // namespace polyclinic::test
