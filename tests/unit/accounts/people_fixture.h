// Two clinics with a directory of their own, records in both, and People over them.

#pragma once

#include "accounts/account_service.h"
#include "accounts/cookies.h"
#include "base/key_vault.h"
#include "fhir/definitions/definitions.h"
#include "identity_fixture.h"
#include "records/content.h"
#include "tenancy/tenant_directory.h"

namespace polyclinic::test {

using namespace std::chrono_literals;

/// Public addresses of https, as clinics have them.
class PeopleWorld {
  public:
    PeopleWorld() : workers(2, 64) {
        placement =
            std::make_unique<tenancy::Placement>(tenancy::DatabaseAddresses{cluster.asTenant(), cluster.asSystem(), cluster.asMigrator(),
                                                                            cluster.settings().database, cluster.roles()},
                                                 loops.all(), db::PoolSizes(), 8);
        directory = std::make_unique<tenancy::TenantDirectory>(*placement, workers, clock);
        directory->setBase("https://clinic.example.org");
        a = make("t-a", "Oak Street Clinic");
        b = make("t-b", "Harbour Clinic");
    }
    ~PeopleWorld() { placement->close(); }

    template <class T>
    T wait(Task<T> task) {
        return runBlocking(loops[0], std::move(task));
    }

    void record(const tenancy::TenantContextPtr& tenant, const std::string& id, const std::string& birthDate,
                const std::string& given = "Maria", const std::string& family = "Gomez") {
        static constexpr db::TenantSql sql(
            "INSERT INTO resource (tenant_id, type, id, rid, id_hash, version, updated, pack, deleted, content)"
            " VALUES ($1, $2, $3, $4, 0, 1, now(), 1, false, $5)");
        nlohmann::ordered_json json{{"resourceType", "Patient"}, {"id", id}};
        if (!given.empty()) json["name"] = {{{"family", family}, {"given", {given}}}};
        if (!birthDate.empty()) json["birthDate"] = birthDate;
        auto session = rowsOf(*tenant);
        db::Params params;
        params.int4(fhir::typeCode("Patient")).text(id).int8(++rid_).bytea(records::compressContent(json.dump()));
        wait(session.run({sql, std::move(params)}));
    }

    accounts::Invitation invite(const tenancy::TenantContextPtr& tenant, const std::string& patient, const std::string& username = {},
                                std::optional<std::string> birthDate = {}) {
        accounts::NewAccount wish;
        wish.fhirUser = "Patient/" + patient;
        wish.username = username;
        wish.birthDate = std::move(birthDate);
        return wait(people.invite({*tenant, accounts::patientRealm}, wish, staff()));
    }

    /// Invited and activated with `password`.
    accounts::SignedIn activate(const tenancy::TenantContextPtr& tenant, const accounts::Invitation& invitation,
                                const std::string& birthDate, const std::string& password) {
        auto activated =
            wait(people.useCode({*tenant, accounts::patientRealm}, invitation.activation.code, birthDate, password, false, clientInfo()));
        if (!activated || !activated->signedIn) throw std::runtime_error("the activation was refused");
        return std::move(*activated->signedIn);
    }

    std::optional<accounts::SignedIn> signIn(const tenancy::TenantContextPtr& tenant, const std::string& username,
                                             const std::string& password, std::optional<accounts::ClientInfo> from = {}) {
        return wait(people.signIn({*tenant, accounts::patientRealm}, username, password, from ? *from : clientInfo()));
    }

    std::optional<accounts::PersonSession> session(const tenancy::TenantContextPtr& tenant, const std::string& cookies) {
        return wait(people.session({*tenant, accounts::patientRealm}, cookies));
    }

    static std::string cookieOf(const accounts::SignedIn& signedIn) { return signedIn.setCookie.substr(0, signedIn.setCookie.find(';')); }
    static accounts::ClientInfo clientInfo(std::string peer = "192.0.2.7", std::string cookies = {}) {
        return {std::move(peer), "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/156.0.0.0 Mobile Safari/537.36",
                std::move(cookies), "req-1"};
    }
    static audit::Actor staff() { return {"operator", "dr.who", "req-1"}; }

    TempCluster cluster;
    RunningLoops loops{2};
    WorkerPool workers;
    ManualClock clock;
    std::unique_ptr<tenancy::Placement> placement;
    std::unique_ptr<tenancy::TenantDirectory> directory;
    tenancy::TenantContextPtr a, b;
    accounts::Passwords passwords;
    KeyVault vault{std::string(32, 'k')};
    audit::AuditLog audit{clock};
    accounts::AccountService people{passwords, vault, audit, clock};

  private:
    tenancy::TenantContextPtr make(const std::string& id, const std::string& name) {
        tenancy::Tenant tenant;
        tenant.id = id;
        tenant.name = name;
        wait(directory->put(tenant, std::nullopt));
        return wait(directory->find(id)).context;
    }
    std::int64_t rid_ = 0;
};

}  // namespace polyclinic::test
