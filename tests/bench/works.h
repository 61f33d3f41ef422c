// The operations that are measured: what is asked over HTTP, which answers are right, and the same on PostgreSQL.

#pragma once

#include <memory>
#include <vector>

#include "load.h"
#include "raw.h"
#include "records.h"
#include "sample_data/dice.h"
#include "server.h"
#include "visits.h"

namespace polyclinic::bench {

/// The app of one patient of the first tenant.
struct PatientApp {
    std::string patient;  // id
    std::string api;      // path of patient/smart-api below the server
    std::string token;
};

/// Shared by all operations of a run.
struct Stage {
    const Records& records;
    std::vector<Tenant> tenants;  // both hold all records
    Address server;
    Raw* raw = nullptr;
    PatientApp app = {};
    Visits visits = {};
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
    sample_data::Dice dice_{1};
};

std::unique_ptr<Operation> readOperation(const Stage& stage);
/// One patient's Observations, read by the patient's app, and the same ones by the clinic's system.
std::unique_ptr<Operation> ownReadOperation(const Stage& stage);
std::unique_ptr<Operation> sameReadOperation(const Stage& stage);
/// One patient's newest Observations of a code, likewise.
std::unique_ptr<Operation> ownSearchOperation(const Stage& stage);
std::unique_ptr<Operation> sameSearchOperation(const Stage& stage);
std::unique_ptr<Operation> searchOperation(const Stage& stage);
std::unique_ptr<Operation> chartOperation(const Stage& stage);
std::unique_ptr<Operation> createOperation(const Stage& stage);
std::unique_ptr<Operation> updateOperation(const Stage& stage);
std::unique_ptr<Operation> transactionOperation(const Stage& stage);
/// An app with a secret asks about its access token, and gets new tokens for its last refresh token.
std::unique_ptr<Operation> introspectOperation(const Stage& stage);
std::unique_ptr<Operation> refreshOperation(const Stage& stage);
/// Pages of the portal: to a stranger, and to who is signed in.
std::unique_ptr<Operation> signInPageOperation(const Stage& stage);
std::unique_ptr<Operation> homePageOperation(const Stage& stage);
std::unique_ptr<Operation> appsPageOperation(const Stage& stage);
/// A password is checked, which is most of the time it takes. Ends the sessions of the visits, so it comes last.
std::unique_ptr<Operation> signInOperation(const Stage& stage);
/// One record of a tenant: Type/id.
struct Place {
    Tenant tenant;
    std::string target;
};
/// Reads these, the first ones far more often than the last; no scripts.
std::unique_ptr<Operation> skewedReadOperation(const Stage& stage, std::vector<Place> places);

}  // namespace polyclinic::bench
