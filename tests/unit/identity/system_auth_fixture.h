// The authorization server of two clinics' systems, and a system of the first.

#pragma once

#include "identity_fixture.h"

namespace polyclinic::test {

struct SystemAuthWorld {
    void initTestCase();
    void init();
    void cleanupTestCase();
    struct Machine {
        std::string id, secret;
    };
    Machine make(int clinic, const std::string& scopes);
    http::Response token(int clinic, const http::Request& request);
    http::Response introspect(int clinic, const http::Request& request);
    http::Response revoke(int clinic, const http::Request& request);
    std::string tokenOf(int clinic, const Machine& machine, const std::string& scope = "system/*.rs");
    std::optional<auth::SystemGrant> grantOf(int clinic, const std::string& token);
    auth::TenantAuthContext contextOf(int clinic, db::TenantSession& session) const;

    std::unique_ptr<TempCluster> cluster_;
    std::unique_ptr<RunningLoops> loops_;
    std::unique_ptr<OpenDatabase> database_;
    std::unique_ptr<ManualClock> clock_;
    std::unique_ptr<auth::SystemAuth> auth_;
    Machine lab_;
};

inline void SystemAuthWorld::initTestCase() {
    cluster_ = std::make_unique<TempCluster>();
    loops_ = std::make_unique<RunningLoops>(2);
    database_ = std::make_unique<OpenDatabase>(cluster_->asTenant(), *loops_);
    clock_ = std::make_unique<ManualClock>();
}

inline void SystemAuthWorld::init() {
    auth_ = std::make_unique<auth::SystemAuth>(*clock_);
    lab_ = make(clinicA, "system/*.rs system/Observation.cu");
}

inline void SystemAuthWorld::cleanupTestCase() {
    database_.reset();
    loops_.reset();
    cluster_.reset();
}

inline SystemAuthWorld::Machine SystemAuthWorld::make(int clinic, const std::string& scopes) {
    auto session = database_->session(clinic);
    store::Client client;
    client.name = "Machine";
    client.scopes = scopes;
    const auto made = runBlocking((*loops_)[0], store::clients::create(session, client, clock_->now()));
    return {made.client.id, made.secret};
}

inline auth::TenantAuthContext SystemAuthWorld::contextOf(int clinic, db::TenantSession& session) const {
    const std::string id = clinic == clinicA ? "clinic-a" : "clinic-b";
    const std::string base = "https://fhir.example.org/tenant/" + id;
    return {session, id, base + "/system/auth", base + "/fhir-api"};
}

inline http::Response SystemAuthWorld::token(int clinic, const http::Request& request) {
    auto session = database_->session(clinic);
    auto context = contextOf(clinic, session);
    return answer((*loops_)[0], auth_->token(request, context));
}

inline http::Response SystemAuthWorld::introspect(int clinic, const http::Request& request) {
    auto session = database_->session(clinic);
    auto context = contextOf(clinic, session);
    return answer((*loops_)[0], auth_->introspect(request, context));
}

inline http::Response SystemAuthWorld::revoke(int clinic, const http::Request& request) {
    auto session = database_->session(clinic);
    auto context = contextOf(clinic, session);
    return answer((*loops_)[0], auth_->revoke(request, context));
}

inline std::string SystemAuthWorld::tokenOf(int clinic, const Machine& machine, const std::string& scope) {
    const auto response = token(clinic, post({{"grant_type", "client_credentials"}, {"scope", scope}},
                                             basic(machine.id, machine.secret)));
    return response.status == 200 ? bodyOf(response)["access_token"].get<std::string>() : std::string();
}

inline std::optional<auth::SystemGrant> SystemAuthWorld::grantOf(int clinic, const std::string& token) {
    auto session = database_->session(clinic);
    return runBlocking((*loops_)[0], auth_->authenticate(session, token));
}

}  // namespace polyclinic::test
