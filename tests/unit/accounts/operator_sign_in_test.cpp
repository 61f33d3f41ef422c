// The operators' sign-in: page, ticket, and what is no wish.
#include <QTest>

#include "operators_fixture.h"
#include "test_case.h"

using namespace polyclinic;
using namespace polyclinic::test;

class OperatorSignInTest : public QObject, OperatorsWorld {
    Q_OBJECT
  private slots:
    void initTestCase() { OperatorsWorld::initTestCase(); }
    void init() { OperatorsWorld::init(); }
    void cleanup() { OperatorsWorld::cleanup(); }
    void cleanupTestCase() { OperatorsWorld::cleanupTestCase(); }
    void signInByPage();
    void signInByTicket();
    void everySignInIsKept();
    void wrongPasswordsAreAllAlike();
    void guessingIsSlowedDown();
    void formsOfOthersAreRefused();
    void thePageNamesWhoAsksAndLetsRefuse();
    void badWishesGetAPage_data();
    void badWishesGetAPage();
    void badWishesGoBackWithAnError_data();
    void badWishesGoBackWithAnError();
    void foreignPostsBecomeGets();
    void pagesAreStrict();
};

void OperatorSignInTest::signInByPage() {
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

void OperatorSignInTest::signInByTicket() {
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

void OperatorSignInTest::everySignInIsKept() {
    firstOperator();
    QCOMPARE(submit("maria@example.org", password).status, 303);
    QCOMPARE(submit("maria@example.org", "wrong").status, 400);
    QCOMPARE(submit("violet-harbor-mitten-92", "wrong", "192.0.2.99").status, 400);  // typed into the wrong field
    QCOMPARE(answer(loop(), auth_->signIn(postJson({{"username", "MARIA@example.org"}, {"password", password}}))).status, 200);
    OpenDatabase owner(cluster_->asBootstrap(), *loops_);
    const auto rows =
        oneNow(*loops_, *owner,
               "SELECT string_agg(operator || ' ' || action || ' ' || address || ' ' || request, ',' ORDER BY number) FROM operator_event");
    QCOMPARE(std::string(rows.text(0, 0)),
             std::string("Maria@Example.org sign-in 192.0.2.7 req-1,Maria@Example.org sign-in-refused 192.0.2.7 req-1,"
                         "unknown sign-in-refused 192.0.2.99 req-1,Maria@Example.org sign-in 192.0.2.7 req-1"));
}

void OperatorSignInTest::wrongPasswordsAreAllAlike() {
    firstOperator();
    runBlocking(loop(), operators_->add("off", password));
    sql("UPDATE operator_account SET disabled = true WHERE username = 'off'");
    const auto known = submit("maria@example.org", "wrong"), unknown = submit("nobody@example.org", "wrong"), off = submit("off", password);
    QCOMPARE(known.status, 400);
    QCOMPARE(unknown.status, 400);
    QCOMPARE(off.status, 400);
    const auto plain = [](std::string text, const std::string& name) {
        const auto token = text.find("csrf_token");
        text.erase(token, text.find('>', token) - token);
        const auto at = text.find("value=\"" + name);
        return at == text.npos ? std::string() : text.erase(at, name.size() + 7);
    };
    const auto expected = plain(known.body, "maria@example.org");
    QVERIFY(!expected.empty());
    QCOMPARE(plain(unknown.body, "nobody@example.org"), expected);
    QCOMPARE(plain(off.body, "off"), expected);
}

void OperatorSignInTest::guessingIsSlowedDown() {
    firstOperator();
    for (const std::string name : {"maria@example.org", "nobody"}) {
        for (int i = 0; i < 10; ++i) QCOMPARE(submit(name, "wrong").status, 400);
        const auto slowed = submit(name, name == "nobody" ? "wrong" : password);
        QCOMPARE(slowed.status, 429);
        QCOMPARE(header(slowed, "Retry-After"), std::string("10"));
    }
    QCOMPARE(submit("maria@example.org", password, "198.51.100.4").status, 303);
    const auto start = std::chrono::steady_clock::now();
    QCOMPARE(submit("maria@example.org", std::string(1'000, 'x') + std::string(60'000, 'y'), "198.51.100.4").status, 400);
    QVERIFY(std::chrono::steady_clock::now() - start < 500ms);
    clock_->forward(10s);
    QCOMPARE(submit("maria@example.org", password).status, 303);
}

void OperatorSignInTest::formsOfOthersAreRefused() {
    firstOperator();
    const auto page = authorize(get(encodeForm(wish())));
    const auto cookie = header(page, "Set-Cookie");
    auto fields = wish();
    fields.emplace_back("username", "maria@example.org");
    fields.emplace_back("password", password);
    const auto send = [&](const std::string& formToken, const std::string& sentCookie, const std::string& origin, FormFields body) {
        body.emplace_back("csrf_token", formToken);
        auto request = post(body);
        if (!sentCookie.empty()) request.headers.set("Cookie", sentCookie);
        if (!origin.empty()) request.headers.set("Origin", origin);
        return authorize(request);
    };
    const auto good = hidden(page, "csrf_token"), own = cookie.substr(0, cookie.find(';'));
    QCOMPARE(send("x", own, "", fields).status, 403);
    QCOMPARE(send(good, "", "", fields).status, 403);
    QCOMPARE(send(good, "pc-operator=" + randomToken(), "", fields).status, 403);
    QCOMPARE(send(good, own, "https://evil.example", fields).status, 403);
    QCOMPARE(send(good, own, "", with(fields, "code_challenge", std::string(42, 'A') + "E")).status, 403);  // shown for another request
    QCOMPARE(send(good, own, "http://127.0.0.1:9000", fields).status, 303);
    QVERIFY(cookie.find("HttpOnly") != cookie.npos && cookie.find("SameSite=Lax") != cookie.npos);
}

/// A loopback address proves nobody (RFC 8252 section 8.6).
void OperatorSignInTest::thePageNamesWhoAsksAndLetsRefuse() {
    firstOperator();
    const auto page = authorize(get(encodeForm(with(wish(), "redirect_uri", "http://127.0.0.1:54321/"))));
    QCOMPARE(page.status, 200);
    QVERIFY(page.body.find("polyclinic-console") != std::string::npos);
    const auto code = page.body.find("<code dir=\"ltr\">");
    QVERIFY(code != std::string::npos);
    QVERIFY(page.body.substr(code, 80).find("127.0.0.1:54321") != std::string::npos);
    QVERIFY(page.body.find("you return to the Polyclinic console") == std::string::npos);
    const auto asked = authorize(get(encodeForm(wish())));
    const auto cookie = header(asked, "Set-Cookie");
    auto fields = wish();
    fields.emplace_back("decision", "deny");
    fields.emplace_back("csrf_token", hidden(asked, "csrf_token"));
    auto request = post(fields);
    request.headers.set("Cookie", cookie.substr(0, cookie.find(';')));
    const auto refused = authorize(request);
    QCOMPARE(refused.status, 303);
    QCOMPARE(returned(refused, "error"), std::string("access_denied"));
    QCOMPARE(returned(refused, "code"), std::string());
}

void OperatorSignInTest::badWishesGetAPage_data() {
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("value");
    for (const char* uri :
         {"http://127.0.0.1:43210/x", "http://127.0.0.1:43210/?a=b", "http://127.0.0.1:43210/#a", "https://127.0.0.1:43210/",
          "HTTP://127.0.0.1:43210/", "http://127.0.0.1.evil.example/", "http://127.0.0.1@evil.example/", "http://evil.example/",
          "javascript:alert(1)", "http://127.0.0.1:99999/", "http://127.0.0.1:0/", "http://127.0.0.1:/", "http://127.0.0.1:1234//",
          "http://localhostevil.example/", "http://127.0.0.2:1/", "//127.0.0.1:43210/"})
        QTest::newRow(uri) << "redirect_uri" << uri;
    QTest::newRow("no redirect") << "redirect_uri"
                                 << "";
    QTest::newRow("other client") << "client_id"
                                  << "somebody";
    QTest::newRow("no client") << "client_id"
                               << "";
    QTest::newRow("client twice") << "+client_id"
                                  << "polyclinic-console";
    QTest::newRow("redirect twice") << "+redirect_uri"
                                    << "http://127.0.0.1:43210/";
}

void OperatorSignInTest::badWishesGetAPage() {
    QFETCH(QString, name);
    QFETCH(QString, value);
    auto fields = wish();
    if (name.startsWith('+'))
        fields.emplace_back(name.mid(1).toStdString(), value.toStdString());
    else
        fields = with(fields, name.toStdString(), value.toStdString());
    const auto page = authorize(get(encodeForm(fields)));
    QCOMPARE(page.status, 400);
    QVERIFY(header(page, "Location").empty());
    QVERIFY(header(page, "Access-Control-Allow-Origin").empty());
    QVERIFY(header(page, "Content-Type").starts_with("text/html"));
}

void OperatorSignInTest::badWishesGoBackWithAnError_data() {
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("value");
    QTest::addColumn<QString>("error");
    const QString good = QString::fromStdString(challenge);
    QTest::newRow("no type") << "response_type"
                             << ""
                             << "invalid_request";
    QTest::newRow("implicit") << "response_type"
                              << "token"
                              << "unsupported_response_type";
    QTest::newRow("id_token") << "response_type"
                              << "id_token"
                              << "unsupported_response_type";
    QTest::newRow("no challenge") << "code_challenge"
                                  << ""
                                  << "invalid_request";
    QTest::newRow("no method") << "code_challenge_method"
                               << ""
                               << "invalid_request";
    QTest::newRow("plain") << "code_challenge_method"
                           << "plain"
                           << "invalid_request";
    QTest::newRow("42 characters") << "code_challenge" << good.left(42) << "invalid_request";
    QTest::newRow("44 characters") << "code_challenge" << good + "A"
                                   << "invalid_request";
    QTest::newRow("padding") << "code_challenge" << good.left(42) + "="
                             << "invalid_request";
    QTest::newRow("request object") << "request"
                                    << "eyJ"
                                    << "request_not_supported";
    QTest::newRow("request_uri") << "request_uri"
                                 << "http://127.0.0.1/"
                                 << "request_uri_not_supported";
    QTest::newRow("hostile scope") << "scope"
                                   << "a\nb"
                                   << "invalid_scope";
    QTest::newRow("scope twice") << "+scope"
                                 << "a"
                                 << "invalid_request";
}

void OperatorSignInTest::badWishesGoBackWithAnError() {
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

void OperatorSignInTest::foreignPostsBecomeGets() {
    const auto response = authorize(post(wish()));
    QCOMPARE(response.status, 303);
    QCOMPARE(header(response, "Location"), "http://127.0.0.1:9000/admin/auth/authorize?" + encodeForm(wish()));
}

void OperatorSignInTest::pagesAreStrict() {
    auto fields = with(wish(), "state", "\"><script>alert(1)</script>");
    const auto page = authorize(get(encodeForm(fields)));
    QCOMPARE(page.status, 200);
    QVERIFY(page.body.find("<script>alert") == std::string::npos);
    QCOMPARE(header(page, "Content-Security-Policy"), std::string("default-src 'none'; style-src 'self'; script-src 'self'; img-src "
                                                                  "'self'; connect-src 'self'; form-action 'self' http://127.0.0.1:43210;"
                                                                  " frame-ancestors 'none'; base-uri 'none'"));
    QCOMPARE(header(page, "X-Frame-Options"), std::string("DENY"));
    QCOMPARE(header(page, "Cache-Control"), std::string("no-store"));
    QVERIFY(page.body.find(" style=") == std::string::npos && page.body.find(" on") == page.body.find(" on this computer"));
    for (const std::string kind : {".css", ".js"}) {
        const auto end = page.body.find(kind + "\"");
        const auto start = page.body.rfind("assets/", end) + 7;
        const auto asset = authorization_server::OperatorAuth::asset(page.body.substr(start, end + kind.size() - start));
        QVERIFY(asset && asset->status == 200 && !asset->body.empty());
        QVERIFY(header(*asset, "Cache-Control").find("immutable") != std::string::npos);
    }
    for (const char* name : {"pages.css", "../pages/error.mustache", "", "styles/pages.css"})
        QVERIFY(!authorization_server::OperatorAuth::asset(name));
}

POLYCLINIC_TEST(OperatorSignInTest)
#include "operator_sign_in_test.moc"
