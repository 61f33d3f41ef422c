// An installation with its operators, their authorization server, and a browser before it.

#pragma once

#include "identity_fixture.h"

namespace polyclinic::test {

using namespace std::chrono_literals;

inline const std::string password = "harbour lantern seven", verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
inline const std::string challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";  // RFC 7636 appendix B
inline const std::string redirect = "http://127.0.0.1:43210/";

inline FormFields wish() {
    return {{"response_type", "code"}, {"client_id", "polyclinic-console"}, {"redirect_uri", redirect},
            {"state", "st/ate+1"},     {"code_challenge", challenge},       {"code_challenge_method", "S256"}};
}

inline FormFields with(FormFields fields, const std::string& name, const std::string& value) {
    std::erase_if(fields, [&](const auto& field) { return field.first == name; });
    if (!value.empty()) fields.emplace_back(name, value);
    return fields;
}

/// Value of a hidden field of a page.
inline std::string hidden(const http::Response& page, const std::string& name) {
    const auto start = page.body.find("name=\"" + name + "\" value=\"");
    if (start == std::string::npos) return {};
    const auto from = start + name.size() + 15;
    return page.body.substr(from, page.body.find('"', from) - from);
}

struct OperatorsWorld {
    Loop& loop() { return (*loops_)[0]; }
    void initTestCase();
    void init();
    void cleanup();
    void cleanupTestCase();
    void firstOperator();
    http::Response authorize(const http::Request& request) { return answer(loop(), auth_->authorize(request)); }
    http::Response token(const FormFields& fields, const std::string& authorization = {}) {
        return answer(loop(), auth_->token(post(fields, authorization)));
    }
    http::Response submit(const std::string& username, const std::string& secret, const std::string& peer = "192.0.2.7");
    std::string code();
    FormFields redemption(const std::string& code) const {
        return {{"grant_type", "authorization_code"}, {"code", code},        {"redirect_uri", redirect},
                {"client_id", "polyclinic-console"},  {"client_secret", ""}, {"code_verifier", verifier}};
    }
    nlohmann::json tokens() { return bodyOf(token(redemption(code()))); }
    std::optional<accounts::Operator> who(const std::string& bearer) { return runBlocking(loop(), auth_->authenticate(bearer)); }
    void sql(const std::string& text) {
        OpenDatabase owner(cluster_->asBootstrap(), *loops_);
        oneNow(*loops_, *owner, text);
    }

    std::unique_ptr<TempCluster> cluster_;
    std::unique_ptr<RunningLoops> loops_;
    std::unique_ptr<OpenDatabase> database_;
    std::unique_ptr<accounts::Passwords> passwords_;
    std::unique_ptr<ManualClock> clock_;
    std::unique_ptr<accounts::Operators> operators_;
    std::unique_ptr<authorization_server::OperatorAuth> auth_;
    std::string clinic_;
};

inline void OperatorsWorld::initTestCase() {
    cluster_ = std::make_unique<TempCluster>();
    loops_ = std::make_unique<RunningLoops>(2);
    db::PoolSizes sizes;
    sizes.controlPerLoop = 10;
    database_ = std::make_unique<OpenDatabase>(cluster_->asSystem(), *loops_, sizes);
    passwords_ = std::make_unique<accounts::Passwords>();
}

inline void OperatorsWorld::init() {
    clock_ = std::make_unique<ManualClock>();
    operators_ = std::make_unique<accounts::Operators>(**database_, *passwords_, *clock_);
    authorization_server::OperatorAuthSettings settings;
    settings.issuer = "http://127.0.0.1:9000/admin/auth";
    settings.createClinic = [this](std::string name) -> Task<void> {
        clinic_ = name;
        if (name == "Broken") throw Failure(FailureKind::unavailable, "The clinic could not be made.");
        co_return;
    };
    clinic_.clear();
    auth_ = std::make_unique<authorization_server::OperatorAuth>(*operators_, settings, *clock_);
}

inline void OperatorsWorld::cleanup() {
    sql("TRUNCATE operator_account, operator_client, operator_grant, operator_token, operator_event, operator_try");
}

inline void OperatorsWorld::cleanupTestCase() {
    database_.reset();
    loops_.reset();
    cluster_.reset();
}

inline void OperatorsWorld::firstOperator() { runBlocking(loop(), operators_->add("Maria@Example.org", password)); }

inline http::Response OperatorsWorld::submit(const std::string& username, const std::string& secret, const std::string& peer) {
    const auto page = authorize(get(encodeForm(wish())));
    auto fields = wish();
    fields.emplace_back("csrf_token", hidden(page, "csrf_token"));
    fields.emplace_back("username", username);
    fields.emplace_back("password", secret);
    auto request = post(fields);
    request.peer = peer;
    const auto cookie = header(page, "Set-Cookie");
    request.headers.set("Cookie", "other=1; " + cookie.substr(0, cookie.find(';')));
    request.headers.set("Origin", "http://127.0.0.1:9000");
    return authorize(request);
}

inline std::string OperatorsWorld::code() { return returned(submit("maria@example.org", password), "code"); }

}  // namespace polyclinic::test
