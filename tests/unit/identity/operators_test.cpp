#include <QTest>
#include <fstream>

#include "auth/loopback_redirect.h"
#include "auth/pkce.h"
#include "identity_fixture.h"
#include "test_case.h"

using namespace polyclinic;
using namespace polyclinic::test;
using namespace std::chrono_literals;

namespace {

const std::string password = "harbour lantern seven", verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const std::string challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";  // RFC 7636 appendix B
const std::string redirect = "http://127.0.0.1:43210/";

FormFields wish() {
    return {{"response_type", "code"},
            {"client_id", "polyclinic-console"},
            {"redirect_uri", redirect},
            {"state", "st/ate+1"},
            {"code_challenge", challenge},
            {"code_challenge_method", "S256"}};
}

FormFields with(FormFields fields, const std::string& name, const std::string& value) {
    std::erase_if(fields, [&](const auto& field) { return field.first == name; });
    if (!value.empty()) fields.emplace_back(name, value);
    return fields;
}

/// Value of a hidden field of a page.
std::string hidden(const http::Response& page, const std::string& name) {
    const auto start = page.body.find("name=\"" + name + "\" value=\"");
    if (start == std::string::npos) return {};
    const auto from = start + name.size() + 15;
    return page.body.substr(from, page.body.find('"', from) - from);
}

}  // namespace

class OperatorsTest : public QObject {
    Q_OBJECT
  private slots:
    void initTestCase();
    void init();
    void cleanup();
    void cleanupTestCase();
    void setupWorksOnce();
    void setupAtOnceHasOneWinner();
    void setupNeedsItsSecret();
    void setupTellsWhatWillNotDo();
    void setupMakesTheClinic();
    void operatorsAreAddedByName();
    void signInByPage();
    void signInByTicket();
    void wrongPasswordsAreAllAlike();
    void guessingIsSlowedDown();
    void formsOfOthersAreRefused();
    void badWishesGetAPage_data();
    void badWishesGetAPage();
    void badWishesGoBackWithAnError_data();
    void badWishesGoBackWithAnError();
    void foreignPostsBecomeGets();
    void codesWorkOnceAndForTheirVerifier_data();
    void codesWorkOnceAndForTheirVerifier();
    void codeReuseEndsTheSignIn();
    void codesRunOut();
    void refreshRotates();
    void refreshReuseEndsTheSignIn();
    void refreshesAtOnceHaveOneWinner();
    void codesAtOnceHaveOneWinner();
    void revocationEndsTheSignIn();
    void clientsOfOperators();
    void onlyAccessTokensOpen();
    void disabledOperatorsAreOut();
    void databaseHoldsNothingInClear();
    void pagesAreStrict();
    void challengesAndLoopback();

  private:
    Loop& loop() { return (*loops_)[0]; }
    void firstOperator();
    http::Response authorize(const http::Request& request) { return answer(loop(), auth_->authorize(request)); }
    http::Response token(const FormFields& fields, const std::string& authorization = {}) {
        return answer(loop(), auth_->token(post(fields, authorization)));
    }
    http::Response submit(const std::string& username, const std::string& secret, const std::string& peer = "192.0.2.7");
    std::string code();
    FormFields redemption(const std::string& code) const {
        return {{"grant_type", "authorization_code"}, {"code", code}, {"redirect_uri", redirect},
                {"client_id", "polyclinic-console"}, {"client_secret", ""}, {"code_verifier", verifier}};
    }
    nlohmann::json tokens() { return bodyOf(token(redemption(code()))); }
    std::optional<identity::Operator> who(const std::string& bearer) {
        return runBlocking(loop(), auth_->authenticate(bearer));
    }
    void sql(const std::string& text) {
        OpenDatabase owner(cluster_->asBootstrap(), *loops_);
        oneNow(*loops_, *owner, text);
    }

    std::unique_ptr<TempCluster> cluster_;
    std::unique_ptr<RunningLoops> loops_;
    std::unique_ptr<OpenDatabase> database_;
    std::unique_ptr<identity::Passwords> passwords_;
    std::unique_ptr<ManualClock> clock_;
    std::unique_ptr<identity::Operators> operators_;
    std::unique_ptr<auth::OperatorAuth> auth_;
    std::string clinic_;
};

void OperatorsTest::initTestCase() {
    cluster_ = std::make_unique<TempCluster>();
    loops_ = std::make_unique<RunningLoops>(2);
    db::PoolSizes sizes;
    sizes.controlPerLoop = 10;
    database_ = std::make_unique<OpenDatabase>(cluster_->asSystem(), *loops_, sizes);
    passwords_ = std::make_unique<identity::Passwords>();
}

void OperatorsTest::init() {
    clock_ = std::make_unique<ManualClock>();
    operators_ = std::make_unique<identity::Operators>(**database_, *passwords_, *clock_);
    auth::OperatorAuthSettings settings;
    settings.issuer = "http://127.0.0.1:9000/admin/auth";
    settings.createClinic = [this](std::string name) -> Task<void> {
        clinic_ = name;
        if (name == "Broken") throw Failure(FailureKind::unavailable, "The clinic could not be made.");
        co_return;
    };
    clinic_.clear();
    auth_ = std::make_unique<auth::OperatorAuth>(*operators_, settings, *clock_);
}

void OperatorsTest::cleanup() { sql("TRUNCATE operator_account, operator_client, operator_grant, operator_token"); }

void OperatorsTest::cleanupTestCase() {
    database_.reset();
    loops_.reset();
    cluster_.reset();
}

void OperatorsTest::firstOperator() { runBlocking(loop(), operators_->add("Maria@Example.org", password)); }

http::Response OperatorsTest::submit(const std::string& username, const std::string& secret, const std::string& peer) {
    const auto page = authorize(get(encodeForm(wish())));
    auto fields = wish();
    fields.emplace_back("form_token", hidden(page, "form_token"));
    fields.emplace_back("username", username);
    fields.emplace_back("password", secret);
    auto request = post(fields);
    request.peer = peer;
    const auto cookie = header(page, "Set-Cookie");
    request.headers.set("Cookie", "other=1; " + cookie.substr(0, cookie.find(';')));
    request.headers.set("Origin", "http://127.0.0.1:9000");
    return authorize(request);
}

std::string OperatorsTest::code() { return returned(submit("maria@example.org", password), "code"); }

void OperatorsTest::setupWorksOnce() {
    QVERIFY(!runBlocking(loop(), operators_->any()));
    const auto secret = operators_->beginSetup();
    const auto body = nlohmann::json{{"secret", secret}, {"username", "maria"}, {"password", password}};
    const auto made = answer(loop(), auth_->setup(postJson(body)));
    QCOMPARE(made.status, 200);
    QVERIFY(bodyOf(made)["login_ticket"].get<std::string>().size() >= 43);
    QVERIFY(runBlocking(loop(), operators_->any()));
    QVERIFY(!operators_->setupPending());
    QCOMPARE(answer(loop(), auth_->setup(postJson(body))).status, 403);
    // A new secret does not help once there is an operator.
    const auto late = nlohmann::json{{"secret", operators_->beginSetup()}, {"username", "eve"}, {"password", password}};
    QVERIFY_EXCEPTION_THROWN(runBlocking(loop(), auth_->setup(postJson(late))), Failure);
    QVERIFY(!runBlocking(loop(), operators_->verify("eve", password)));
    QVERIFY(runBlocking(loop(), operators_->verify("MARIA", password)).has_value());
}

void OperatorsTest::setupAtOnceHasOneWinner() {
    for (int round = 0; round < 10; ++round) {
        const auto secret = operators_->beginSetup();
        const auto statuses = race(*loops_, 20, [&, secret](int i) -> Task<http::Response> {
            const auto request = postJson({{"secret", secret}, {"username", "user" + std::to_string(i)}, {"password", password}});
            co_return co_await auth_->setup(request);
        });
        QCOMPARE(statuses.at(200), 1);
        OpenDatabase owner(cluster_->asBootstrap(), *loops_);
        QCOMPARE(oneNow(*loops_, *owner, "SELECT count(*) FROM operator_account").int8(0, 0), std::int64_t(1));
        cleanup();
    }
}

void OperatorsTest::setupNeedsItsSecret() {
    const auto body = [](const std::string& secret) {
        return nlohmann::json{{"secret", secret}, {"username", "eve"}, {"password", password}};
    };
    QCOMPARE(answer(loop(), auth_->setup(postJson(body("")))).status, 403);
    QCOMPARE(answer(loop(), auth_->setup(postJson(body("guess")))).status, 403);
    const auto first = operators_->beginSetup();
    const auto second = operators_->beginSetup();
    QCOMPARE(answer(loop(), auth_->setup(postJson(body(first)))).status, 403);  // replaced
    auto form = post({{"secret", second}, {"username", "eve"}, {"password", password}});
    QVERIFY_EXCEPTION_THROWN(runBlocking(loop(), auth_->setup(form)), Failure);  // what a foreign page can send
    QVERIFY(!runBlocking(loop(), operators_->any()));
    QCOMPARE(answer(loop(), auth_->setup(postJson(body(second)))).status, 200);
}

void OperatorsTest::setupTellsWhatWillNotDo() {
    const auto secret = operators_->beginSetup();
    const auto place = [&](nlohmann::json body) {
        try {
            runBlocking(loop(), auth_->setup(postJson(body)));
        } catch (const Failure& failure) {
            return failure.kind() == FailureKind::unprocessable ? failure.issues().at(0).expression : std::string("other");
        }
        return std::string("taken");
    };
    QCOMPARE(place({{"secret", secret}, {"username", "maria"}, {"password", "short"}}), std::string("password"));
    QCOMPARE(place({{"secret", secret}, {"username", ""}, {"password", password}}), std::string("username"));
    QCOMPARE(place({{"secret", secret}, {"username", "harbour"}, {"password", password}}), std::string("password"));
    QCOMPARE(place({{"secret", secret}, {"username", "m"}, {"password", password}, {"role", "x"}}), std::string("role"));
    QCOMPARE(place({{"secret", secret}, {"username", 7}, {"password", password}}), std::string("username"));
    QCOMPARE(place({{"secret", secret}, {"username", "maria"}, {"password", password}}), std::string("taken"));
}

void OperatorsTest::setupMakesTheClinic() {
    const auto body = nlohmann::json{
        {"secret", operators_->beginSetup()}, {"username", "maria"}, {"password", password}, {"clinic", "Green Lake"}};
    QCOMPARE(answer(loop(), auth_->setup(postJson(body))).status, 200);
    QCOMPARE(clinic_, std::string("Green Lake"));
    cleanup();
    const auto broken = nlohmann::json{
        {"secret", operators_->beginSetup()}, {"username", "maria"}, {"password", password}, {"clinic", "Broken"}};
    const auto response = answer(loop(), auth_->setup(postJson(broken)));
    QCOMPARE(response.status, 200);
    QCOMPARE(bodyOf(response)["clinic_error"].get<std::string>(), std::string("The clinic could not be made."));
}

void OperatorsTest::operatorsAreAddedByName() {
    firstOperator();
    try {
        runBlocking(loop(), operators_->add("  MARIA@example.org", password));
        QFAIL("the same name twice");
    } catch (const Failure& failure) {
        QCOMPARE(failure.kind(), FailureKind::conflict);
    }
    QVERIFY(runBlocking(loop(), operators_->verify("maria@example.org", password)).has_value());
    QVERIFY(!runBlocking(loop(), operators_->verify("maria@example.org", "wrong")).has_value());
    QVERIFY(!runBlocking(loop(), operators_->verify("", password)).has_value());
}

void OperatorsTest::signInByPage() {
    firstOperator();
    const auto response = submit("maria@example.org", password);
    QCOMPARE(response.status, 303);
    QVERIFY(header(response, "Location").starts_with(redirect + "?"));
    QCOMPARE(returned(response, "state"), std::string("st/ate+1"));
    QCOMPARE(returned(response, "iss"), std::string("http://127.0.0.1:9000/admin/auth"));
    QVERIFY(returned(response, "error").empty());
    const auto answered = token(redemption(returned(response, "code")));
    QCOMPARE(answered.status, 200);
    QCOMPARE(header(answered, "Cache-Control"), std::string("no-store"));
    const auto body = bodyOf(answered);
    QVERIFY(body["access_token"].get<std::string>().starts_with("pot_"));
    QVERIFY(body["refresh_token"].get<std::string>().starts_with("por_"));
    QCOMPARE(body["expires_in"].get<int>(), 3600);
    const auto person = who(body["access_token"]);
    QVERIFY(person && person->person);
    QCOMPARE(person->name, std::string("Maria@Example.org"));
}

void OperatorsTest::signInByTicket() {
    firstOperator();
    const auto asked = answer(loop(), auth_->signIn(postJson({{"username", "maria@example.org"}, {"password", password}})));
    QCOMPARE(asked.status, 200);
    const auto ticket = bodyOf(asked)["login_ticket"].get<std::string>();
    const auto query = encodeForm(with(wish(), "login_ticket", ticket));
    const auto response = authorize(get(query));
    QCOMPARE(response.status, 303);
    QCOMPARE(token(redemption(returned(response, "code"))).status, 200);
    // A second time it is a page, and the first sign-in lives on: reloading is no theft.
    QCOMPARE(authorize(get(query)).status, 200);

    const auto late = bodyOf(answer(loop(), auth_->signIn(postJson({{"username", "maria@example.org"}, {"password", password}}))));
    clock_->forward(60s);
    const auto page = authorize(get(encodeForm(with(wish(), "login_ticket", late["login_ticket"]))));
    QCOMPARE(page.status, 200);
    QVERIFY(page.body.find(late["login_ticket"].get<std::string>()) == std::string::npos);
    QCOMPARE(answer(loop(), auth_->signIn(postJson({{"username", "maria@example.org"}, {"password", "wrong"}}))).status, 401);
}

void OperatorsTest::wrongPasswordsAreAllAlike() {
    firstOperator();
    runBlocking(loop(), operators_->add("off", password));
    sql("UPDATE operator_account SET disabled = true WHERE username = 'off'");
    const auto known = submit("maria@example.org", "wrong"), unknown = submit("nobody@example.org", "wrong"),
               off = submit("off", password);
    QCOMPARE(known.status, 400);
    QCOMPARE(unknown.status, 400);
    QCOMPARE(off.status, 400);
    const auto plain = [](std::string text, const std::string& name) {
        const auto token = text.find("form_token");
        text.erase(token, text.find('>', token) - token);
        const auto at = text.find("value=\"" + name);
        return at == text.npos ? std::string() : text.erase(at, name.size() + 7);
    };
    const auto expected = plain(known.body, "maria@example.org");
    QVERIFY(!expected.empty());
    QCOMPARE(plain(unknown.body, "nobody@example.org"), expected);
    QCOMPARE(plain(off.body, "off"), expected);
}

void OperatorsTest::guessingIsSlowedDown() {
    firstOperator();
    for (const std::string name : {"maria@example.org", "nobody"}) {
        for (int i = 0; i < 10; ++i) QCOMPARE(submit(name, "wrong").status, 400);
        const auto slowed = submit(name, name == "nobody" ? "wrong" : password);
        QCOMPARE(slowed.status, 429);
        QCOMPARE(header(slowed, "Retry-After"), std::string("900"));
    }
    QCOMPARE(submit("maria@example.org", password, "198.51.100.4").status, 303);
    const auto start = std::chrono::steady_clock::now();
    QCOMPARE(submit("maria@example.org", std::string(1'000, 'x') + std::string(60'000, 'y'), "198.51.100.4").status, 400);
    QVERIFY(std::chrono::steady_clock::now() - start < 500ms);
    clock_->forward(15min);
    QCOMPARE(submit("maria@example.org", password).status, 303);
}

void OperatorsTest::formsOfOthersAreRefused() {
    firstOperator();
    const auto page = authorize(get(encodeForm(wish())));
    const auto cookie = header(page, "Set-Cookie");
    auto fields = wish();
    fields.emplace_back("username", "maria@example.org");
    fields.emplace_back("password", password);
    const auto send = [&](const std::string& formToken, const std::string& sentCookie, const std::string& origin, FormFields body) {
        body.emplace_back("form_token", formToken);
        auto request = post(body);
        if (!sentCookie.empty()) request.headers.set("Cookie", sentCookie);
        if (!origin.empty()) request.headers.set("Origin", origin);
        return authorize(request);
    };
    const auto good = hidden(page, "form_token"), own = cookie.substr(0, cookie.find(';'));
    QCOMPARE(send("x", own, "", fields).status, 403);
    QCOMPARE(send(good, "", "", fields).status, 403);
    QCOMPARE(send(good, "pc-operator=" + randomToken(), "", fields).status, 403);
    QCOMPARE(send(good, own, "https://evil.example", fields).status, 403);
    QCOMPARE(send(good, own, "", with(fields, "code_challenge", std::string(42, 'A') + "E")).status, 403);  // shown for another request
    QCOMPARE(send(good, own, "http://127.0.0.1:9000", fields).status, 303);
    QVERIFY(cookie.find("HttpOnly") != cookie.npos && cookie.find("SameSite=Lax") != cookie.npos);
}

void OperatorsTest::badWishesGetAPage_data() {
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("value");
    for (const char* uri : {"http://127.0.0.1:43210/x", "http://127.0.0.1:43210/?a=b", "http://127.0.0.1:43210/#a",
                            "https://127.0.0.1:43210/", "HTTP://127.0.0.1:43210/", "http://127.0.0.1.evil.example/",
                            "http://127.0.0.1@evil.example/", "http://evil.example/", "javascript:alert(1)",
                            "http://127.0.0.1:99999/", "http://127.0.0.1:0/", "http://127.0.0.1:/", "http://127.0.0.1:1234//",
                            "http://localhostevil.example/", "http://127.0.0.2:1/", "//127.0.0.1:43210/"})
        QTest::newRow(uri) << "redirect_uri" << uri;
    QTest::newRow("no redirect") << "redirect_uri" << "";
    QTest::newRow("other client") << "client_id" << "somebody";
    QTest::newRow("no client") << "client_id" << "";
    QTest::newRow("client twice") << "+client_id" << "polyclinic-console";
    QTest::newRow("redirect twice") << "+redirect_uri" << "http://127.0.0.1:43210/";
}

void OperatorsTest::badWishesGetAPage() {
    QFETCH(QString, name);
    QFETCH(QString, value);
    auto fields = wish();
    if (name.startsWith('+')) fields.emplace_back(name.mid(1).toStdString(), value.toStdString());
    else fields = with(fields, name.toStdString(), value.toStdString());
    const auto page = authorize(get(encodeForm(fields)));
    QCOMPARE(page.status, 400);
    QVERIFY(header(page, "Location").empty());
    QVERIFY(header(page, "Access-Control-Allow-Origin").empty());
    QVERIFY(header(page, "Content-Type").starts_with("text/html"));
}

void OperatorsTest::badWishesGoBackWithAnError_data() {
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("value");
    QTest::addColumn<QString>("error");
    const QString good = QString::fromStdString(challenge);
    QTest::newRow("no type") << "response_type" << "" << "invalid_request";
    QTest::newRow("implicit") << "response_type" << "token" << "unsupported_response_type";
    QTest::newRow("id_token") << "response_type" << "id_token" << "unsupported_response_type";
    QTest::newRow("no challenge") << "code_challenge" << "" << "invalid_request";
    QTest::newRow("no method") << "code_challenge_method" << "" << "invalid_request";
    QTest::newRow("plain") << "code_challenge_method" << "plain" << "invalid_request";
    QTest::newRow("42 characters") << "code_challenge" << good.left(42) << "invalid_request";
    QTest::newRow("44 characters") << "code_challenge" << good + "A" << "invalid_request";
    QTest::newRow("padding") << "code_challenge" << good.left(42) + "=" << "invalid_request";
    QTest::newRow("request object") << "request" << "eyJ" << "request_not_supported";
    QTest::newRow("request_uri") << "request_uri" << "http://127.0.0.1/" << "request_uri_not_supported";
    QTest::newRow("hostile scope") << "scope" << "a\nb" << "invalid_scope";
    QTest::newRow("scope twice") << "+scope" << "a" << "invalid_request";
}

void OperatorsTest::badWishesGoBackWithAnError() {
    QFETCH(QString, name);
    QFETCH(QString, value);
    QFETCH(QString, error);
    auto fields = with(wish(), "state", "a b\r\nSet-Cookie: x=1\xc3\xa9");
    if (name.startsWith('+')) {
        fields.emplace_back(name.mid(1).toStdString(), "b");
        fields.emplace_back(name.mid(1).toStdString(), value.toStdString());
    } else {
        fields = with(fields, name.toStdString(), value.toStdString());
    }
    const auto response = authorize(get(encodeForm(fields)));
    QCOMPARE(response.status, 303);
    QCOMPARE(QString::fromStdString(returned(response, "error")), error);
    QCOMPARE(returned(response, "state"), std::string("a b\r\nSet-Cookie: x=1\xc3\xa9"));
    QVERIFY(header(response, "Location").find_first_of("\r\n") == std::string::npos);
    QVERIFY(returned(response, "code").empty());
}

void OperatorsTest::foreignPostsBecomeGets() {
    const auto response = authorize(post(wish()));
    QCOMPARE(response.status, 303);
    QCOMPARE(header(response, "Location"), "http://127.0.0.1:9000/admin/auth/authorize?" + encodeForm(wish()));
}

void OperatorsTest::codesWorkOnceAndForTheirVerifier_data() {
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("value");
    QTest::newRow("wrong verifier") << "code_verifier" << QString("A").repeated(43);
    QTest::newRow("no verifier") << "code_verifier" << "";
    QTest::newRow("verifier is the challenge") << "code_verifier" << QString::fromStdString(challenge);
    QTest::newRow("other redirect") << "redirect_uri" << "http://127.0.0.1:43211/";
    QTest::newRow("no redirect") << "redirect_uri" << "";
}

void OperatorsTest::codesWorkOnceAndForTheirVerifier() {
    QFETCH(QString, name);
    QFETCH(QString, value);
    firstOperator();
    const auto fresh = code();
    const auto wrong = token(with(redemption(fresh), name.toStdString(), value.toStdString()));
    QCOMPARE(wrong.status, 400);
    QCOMPARE(bodyOf(wrong)["error"].get<std::string>(), std::string("invalid_grant"));
    QCOMPARE(token(redemption(fresh)).status, 400);  // used up
    QCOMPARE(token(redemption("unknown")).status, 400);
    QCOMPARE(token(with(redemption(code()), "client_id", "somebody")).status, 401);
    QCOMPARE(token(with(redemption(code()), "client_secret", "x")).status, 401);
}

void OperatorsTest::codeReuseEndsTheSignIn() {
    firstOperator();
    const auto fresh = code();
    const auto body = bodyOf(token(redemption(fresh)));
    QVERIFY(who(body["access_token"]));
    QCOMPARE(token(redemption(fresh)).status, 400);
    QVERIFY(!who(body["access_token"]));
    QCOMPARE(token({{"grant_type", "refresh_token"}, {"refresh_token", body["refresh_token"]}}).status, 400);
}

void OperatorsTest::codesRunOut() {
    firstOperator();
    const auto fresh = code();
    clock_->forward(60s);
    QCOMPARE(token(redemption(fresh)).status, 400);
}

void OperatorsTest::refreshRotates() {
    firstOperator();
    auto body = tokens();
    for (int i = 0; i < 3; ++i) {
        clock_->forward(1h);
        QVERIFY(!who(body["access_token"]));
        FormFields fields{{"grant_type", "refresh_token"}, {"refresh_token", body["refresh_token"]}};
        if (i > 0) fields.emplace_back("client_id", "polyclinic-console");
        const auto next = token(fields);
        QCOMPARE(next.status, 200);
        QVERIFY(bodyOf(next)["refresh_token"] != body["refresh_token"]);
        body = bodyOf(next);
        QVERIFY(who(body["access_token"]));
    }
    const auto wider = token({{"grant_type", "refresh_token"}, {"refresh_token", body["refresh_token"]}, {"scope", "operator x"}});
    QCOMPARE(bodyOf(wider)["error"].get<std::string>(), std::string("invalid_scope"));
    clock_->forward(12h);
    QCOMPARE(token({{"grant_type", "refresh_token"}, {"refresh_token", body["refresh_token"]}}).status, 400);
}

void OperatorsTest::refreshReuseEndsTheSignIn() {
    firstOperator();
    const auto first = tokens(), other = tokens();
    const FormFields fields{{"grant_type", "refresh_token"}, {"refresh_token", first["refresh_token"]}};
    const auto second = bodyOf(token(fields));
    QVERIFY(who(second["access_token"]));
    QCOMPARE(token(fields).status, 400);
    QVERIFY(!who(second["access_token"]));
    QVERIFY(!who(first["access_token"]));
    QCOMPARE(token({{"grant_type", "refresh_token"}, {"refresh_token", second["refresh_token"]}}).status, 400);
    QVERIFY(who(other["access_token"]));  // another sign-in
}

void OperatorsTest::refreshesAtOnceHaveOneWinner() {
    firstOperator();
    for (int round = 0; round < 10; ++round) {
        const auto body = tokens();
        const auto statuses = race(*loops_, 20, [&](int) -> Task<http::Response> {
            const auto request = post({{"grant_type", "refresh_token"}, {"refresh_token", body["refresh_token"]}});
            co_return co_await auth_->token(request);
        });
        // One got the token out; it answers 400 too when a loser's alarm came before its successor was written.
        const int won = statuses.contains(200) ? statuses.at(200) : 0;
        QVERIFY2(won <= 1, qPrintable(QString::number(won)));
        QCOMPARE(statuses.at(400) + won, 20);
        OpenDatabase owner(cluster_->asBootstrap(), *loops_);
        const auto live = oneNow(*loops_, *owner, "SELECT count(*) FROM operator_token t JOIN operator_grant g ON g.id = t.grant_id"
                                                  " WHERE t.kind = 'refresh' AND NOT t.used AND NOT g.revoked");
        QCOMPARE(live.int8(0, 0), std::int64_t(0));
    }
}

void OperatorsTest::codesAtOnceHaveOneWinner() {
    firstOperator();
    for (int round = 0; round < 10; ++round) {
        const auto fields = redemption(code());
        const auto statuses = race(*loops_, 20, [&](int) -> Task<http::Response> {
            const auto request = post(fields);
            co_return co_await auth_->token(request);
        });
        const int won = statuses.contains(200) ? statuses.at(200) : 0;
        QVERIFY2(won <= 1, qPrintable(QString::number(won)));
        QCOMPARE(statuses.at(400) + won, 20);
    }
}

void OperatorsTest::revocationEndsTheSignIn() {
    firstOperator();
    const auto body = tokens();
    const auto revoke = [&](const std::string& token, const std::string& client) {
        return answer(loop(), auth_->revoke(post({{"token", token}, {"client_id", client}})));
    };
    QVERIFY(who(body["access_token"]));
    QCOMPARE(revoke(body["access_token"], "somebody").status, 401);
    QCOMPARE(revoke("unknown", "polyclinic-console").status, 200);
    QVERIFY(who(body["access_token"]));
    QCOMPARE(revoke(body["refresh_token"], "polyclinic-console").status, 200);
    QVERIFY(!who(body["access_token"]));
    QCOMPARE(token({{"grant_type", "refresh_token"}, {"refresh_token", body["refresh_token"]}}).status, 400);
    auto get = post({{"token", body["access_token"]}, {"client_id", "polyclinic-console"}});
    get.method = http::Method::get;
    QCOMPARE(answer(loop(), auth_->revoke(get)).status, 405);
}

void OperatorsTest::clientsOfOperators() {
    firstOperator();
    const auto made = runBlocking(loop(), operators_->addClient("nightly report"));
    const auto basicToken = token({{"grant_type", "client_credentials"}}, basic(made.clientId, made.clientSecret));
    QCOMPARE(basicToken.status, 200);
    QVERIFY(!bodyOf(basicToken).contains("refresh_token"));
    const auto caller = who(bodyOf(basicToken)["access_token"]);
    QVERIFY(caller && !caller->person);
    QCOMPARE(caller->id, made.clientId);
    QCOMPARE(caller->name, std::string("nightly report"));
    const FormFields inBody{{"grant_type", "client_credentials"}, {"client_id", made.clientId}, {"client_secret", made.clientSecret}};
    QCOMPARE(token(inBody).status, 200);
    QCOMPARE(token(inBody, basic(made.clientId, made.clientSecret)).status, 400);
    QCOMPARE(token(with(inBody, "client_secret", "wrong")).status, 401);
    QCOMPARE(token(with(inBody, "client_secret", "")).status, 401);
    QCOMPARE(token({{"grant_type", "client_credentials"}, {"client_id", "polyclinic-console"}}).status, 401);
    // A person's token is not theirs to revoke.
    const auto body = tokens();
    QCOMPARE(answer(loop(), auth_->revoke(post({{"token", body["access_token"]}}, basic(made.clientId, made.clientSecret)))).status, 400);
    QVERIFY(who(body["access_token"]));
    QVERIFY(runBlocking(loop(), operators_->removeClient(made.clientId)));
    QVERIFY(!who(bodyOf(basicToken)["access_token"]));
    QCOMPARE(token(inBody).status, 401);
}

void OperatorsTest::onlyAccessTokensOpen() {
    firstOperator();
    const auto body = tokens();
    QVERIFY(!who(body["refresh_token"]));
    QVERIFY(!who(code()));
    QVERIFY(!who(""));
    QVERIFY(!who("pot_"));
    const auto access = body["access_token"].get<std::string>(), refresh = body["refresh_token"].get<std::string>();
    QVERIFY(!who("pot_" + refresh.substr(4)));
    QCOMPARE(token({{"grant_type", "refresh_token"}, {"refresh_token", access}}).status, 400);
    QCOMPARE(token({{"grant_type", "refresh_token"}, {"refresh_token", "por_" + access.substr(4)}}).status, 400);
}

void OperatorsTest::disabledOperatorsAreOut() {
    firstOperator();
    const auto body = tokens();
    QVERIFY(who(body["access_token"]));
    sql("UPDATE operator_account SET disabled = true");
    clock_->forward(1s);
    QVERIFY(!who(body["access_token"]));
    QCOMPARE(token({{"grant_type", "refresh_token"}, {"refresh_token", body["refresh_token"]}}).status, 400);
}

void OperatorsTest::databaseHoldsNothingInClear() {
    firstOperator();
    const auto made = runBlocking(loop(), operators_->addClient("x"));
    const auto pending = code();
    const auto body = tokens();
    OpenDatabase owner(cluster_->asBootstrap(), *loops_);
    const auto rows = oneNow(*loops_, *owner,
                             "SELECT string_agg(t, ' ') FROM (SELECT operator_account::text AS t FROM operator_account"
                             " UNION ALL SELECT operator_client::text FROM operator_client"
                             " UNION ALL SELECT operator_grant::text FROM operator_grant"
                             " UNION ALL SELECT operator_token::text FROM operator_token) every_row");
    const std::string dump(rows.text(0, 0));
    QVERIFY(dump.find(made.clientId) != dump.npos);
    for (const std::string& secret : {password, made.clientSecret, made.clientSecret.substr(4), pending,
                                      body["access_token"].get<std::string>().substr(4),
                                      body["refresh_token"].get<std::string>().substr(4)})
        QVERIFY(dump.find(secret) == dump.npos);
}

void OperatorsTest::pagesAreStrict() {
    auto fields = with(wish(), "state", "\"><script>alert(1)</script>");
    const auto page = authorize(get(encodeForm(fields)));
    QCOMPARE(page.status, 200);
    QVERIFY(page.body.find("<script>alert") == std::string::npos);
    QCOMPARE(header(page, "Content-Security-Policy"),
             std::string("default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self' http://127.0.0.1:43210;"
                         " frame-ancestors 'none'; base-uri 'none'"));
    QCOMPARE(header(page, "X-Frame-Options"), std::string("DENY"));
    QCOMPARE(header(page, "Cache-Control"), std::string("no-store"));
    QVERIFY(page.body.find(" style=") == std::string::npos && page.body.find(" on") == page.body.find(" on this computer"));
    for (const std::string kind : {".css", ".js"}) {
        const auto end = page.body.find(kind + "\"");
        const auto start = page.body.rfind("assets/", end) + 7;
        const auto asset = auth::OperatorAuth::asset(page.body.substr(start, end + kind.size() - start));
        QVERIFY(asset && asset->status == 200 && !asset->body.empty());
        QVERIFY(header(*asset, "Cache-Control").find("immutable") != std::string::npos);
    }
    for (const char* name : {"pages.css", "../pages/error.mustache", "", "styles/pages.css"})
        QVERIFY(!auth::OperatorAuth::asset(name));
}

void OperatorsTest::challengesAndLoopback() {
    QVERIFY(auth::provesCodeChallenge(verifier, challenge));
    QVERIFY(!auth::provesCodeChallenge(challenge, challenge));
    QVERIFY(!auth::provesCodeChallenge("", challenge));
    QCOMPARE(auth::loopbackOrigin("http://localhost:8080").value(), std::string("http://localhost:8080"));
    QCOMPARE(auth::loopbackOrigin("http://127.0.0.1/").value(), std::string("http://127.0.0.1"));
}

POLYCLINIC_TEST(OperatorsTest)
#include "operators_test.moc"
