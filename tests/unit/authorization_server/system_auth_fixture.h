// The authorization server of two clinics' systems, and a system of the first.

#pragma once

#include "../accounts/people_fixture.h"
#include "authorization_server/authorization_server.h"
#include "oauth/client_store.h"

namespace polyclinic::test {

struct SystemAuthWorld {
    struct Machine {
        std::string id, secret;
    };
    void initTestCase() {
        world_ = std::make_unique<PeopleWorld>();
        keys_ = std::make_unique<authorization_server::SigningKeys>(world_->vault, world_->workers, world_->clock);
    }
    void init() {
        auth_ = std::make_unique<authorization_server::AuthorizationServer>(world_->people, *keys_, world_->audit, world_->vault,
                                                                            world_->clock);
        lab_ = make(clinicA, "system/*.rs system/Observation.cu");
    }
    void cleanupTestCase() {
        auth_.reset();
        keys_.reset();
        world_.reset();
    }

    const tenancy::TenantContextPtr& tenant(int clinic) const { return clinic == clinicA ? world_->a : world_->b; }
    tenancy::RealmSession session(int clinic) const { return {*tenant(clinic), "system"}; }
    Machine make(int clinic, const std::string& scopes, bool introspect = false) {
        auto rows = session(clinic);
        oauth::Client client;
        client.name = "Machine";
        client.scopes = scopes;
        client.introspect = introspect;
        const auto made = runBlocking(world_->loops[0], oauth::client_store::create(rows, client, world_->clock.now()));
        return {made.client.id, made.secret};
    }
    http::Response ask(int clinic, authorization_server::AuthorizationServer::Step step, const http::Request& request,
                       const authorization_server::Realm& realm = authorization_server::realms::system) {
        authorization_server::AuthContext context(realm, tenant(clinic));
        return answer(world_->loops[0], ((*auth_).*step)(request, context));
    }
    http::Response token(int clinic, const http::Request& request) {
        return ask(clinic, &authorization_server::AuthorizationServer::token, request);
    }
    http::Response introspect(int clinic, const http::Request& request) {
        return ask(clinic, &authorization_server::AuthorizationServer::introspect, request);
    }
    http::Response revoke(int clinic, const http::Request& request) {
        return ask(clinic, &authorization_server::AuthorizationServer::revoke, request);
    }
    std::string tokenOf(int clinic, const Machine& machine, const std::string& scope = "system/*.rs") {
        const auto response =
            token(clinic, post({{"grant_type", "client_credentials"}, {"scope", scope}}, basic(machine.id, machine.secret)));
        return response.status == 200 ? bodyOf(response)["access_token"].get<std::string>() : std::string();
    }
    std::optional<authorization_server::ActiveToken> grantOf(int clinic, const std::string& token) {
        return runBlocking(world_->loops[0], auth_->authenticate(*tenant(clinic), authorization_server::realms::system, token));
    }

    std::unique_ptr<PeopleWorld> world_;
    std::unique_ptr<authorization_server::SigningKeys> keys_;
    std::unique_ptr<authorization_server::AuthorizationServer> auth_;
    Machine lab_;
};

}  // namespace polyclinic::test
