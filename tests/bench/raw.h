// The same work straight on PostgreSQL: pgbench and psql on the server's own cluster, as its runtime login under
// row security, on a copy of a tenant's rows under a number that no tenant has.

#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "process.h"

namespace polyclinic::bench {

struct Script {
    std::string sql;
    std::size_t weight = 1;
};

struct RawResult {
    double perSecond = 0;
    std::uint64_t errors = 0;
};

class Raw {
  public:
    /// Looks for the running cluster below `data`; throws when there is none. `work`: for scripts and copies.
    Raw(const std::filesystem::path& data, std::filesystem::path work);

    static constexpr int copyNumber = 2'000'000'001;

    /// The tenant's internal number.
    int numberOf(const std::string& tenant);
    /// Answers of one statement, a row a line, columns parted by tabs; as the runtime login with `tenant` set.
    std::vector<std::string> rows(int tenant, const std::string& sql);
    std::string value(int tenant, const std::string& sql);
    /// What autovacuum would do in time.
    void analyze();
    /// Copies the tenant's resources and index rows to copyNumber by COPY FROM; answers how long that took.
    Seconds copyTenant(int tenant);
    /// pgbench -M prepared -n over those scripts.
    RawResult bench(const std::vector<Script>& scripts, unsigned connections, Seconds time);
    /// Statement that writes the rows of `rid` once more under a new row number: one CTE. `slot` keeps several in
    /// one transaction apart.
    std::string createSql(const std::string& rid, int slot);

    /// Ends the cluster's PostgreSQL when the server left it behind.
    void stopOrphan() const;

    /// Tables that hold a tenant's resources and index rows.
    const std::vector<std::string>& tables() const { return tables_; }
    std::string columns(const std::string& table);
    pid_t postmaster() const { return postmaster_; }
    std::filesystem::path folder() const { return cluster_; }

  private:
    Call psql(const std::string& role, int tenant, const std::vector<std::string>& words) const;
    std::string program(const std::string& name) const;

    std::filesystem::path cluster_, work_;
    std::string socket_, port_, database_, tenantRole_, systemRole_, migratorRole_;
    uid_t account_ = 0;
    pid_t postmaster_ = 0;
    std::vector<std::string> tables_;
    unsigned runs_ = 0;
};

}  // namespace polyclinic::bench
