// The operations that are measured: what is asked over HTTP, which answers are right, and the same on PostgreSQL.

#pragma once

#include <memory>
#include <vector>

#include "load.h"
#include "people/dice.h"
#include "raw.h"
#include "records.h"
#include "server.h"

namespace polyclinic::bench {

/// Shared by all operations of a run.
struct Stage {
    const Records& records;
    std::vector<Tenant> tenants;  // both hold all records
    Address server;
    Raw* raw = nullptr;
};

/// A Work whose errors' cause can be told afterwards, and which can look at its traces when the load is over.
class Operation : public Work {
  public:
    explicit Operation(const Stage& stage) : stage_(stage) {}
    /// The scripts for pgbench; empty where there is nothing to compare with.
    virtual std::vector<Script> scripts() = 0;
    /// How many of the things written are not there as they were sent; asked after the load.
    virtual std::uint64_t missing() { return 0; }

  protected:
    std::string get(const Tenant& tenant, const std::string& target) const;
    std::string send(std::string_view method, const Tenant& tenant, const std::string& target, const std::string& body,
                     const std::string& ifMatch = {}) const;

    const Stage& stage_;
    people::Dice dice_{1};
};

std::unique_ptr<Operation> readOperation(const Stage& stage);
std::unique_ptr<Operation> searchOperation(const Stage& stage);
std::unique_ptr<Operation> chartOperation(const Stage& stage);
std::unique_ptr<Operation> createOperation(const Stage& stage);
std::unique_ptr<Operation> updateOperation(const Stage& stage);
std::unique_ptr<Operation> transactionOperation(const Stage& stage);
/// One record of a tenant: Type/id.
struct Place {
    Tenant tenant;
    std::string target;
};
/// Reads these, the first ones far more often than the last; no scripts.
std::unique_ptr<Operation> skewedReadOperation(const Stage& stage, std::vector<Place> places);

}  // namespace polyclinic::bench
