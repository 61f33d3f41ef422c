// What somebody without any proof can make a clinic keep or say of others: next to nothing.

#include <QTest>

#include "oauth_world.h"
#include "test_case.h"

using namespace polyclinic::test;

class OAuthStrangers : public QObject, OAuthWorld {
    Q_OBJECT
  private slots:
    void initTestCase() { OAuthWorld::initTestCase("stranger-a1"); }
    void aNameIsNoAgent();
    void refusalsAreCounted();
    void requestsBeforeSignInAreNotKept();
    void longParametersAreRefused_data();
    void longParametersAreRefused();
    void aSealedRequestIsGoodWhereItWasMade();

  private:
    long rows(const std::string& table, const std::string& where = "true") {
        return std::stol(ServerDatabase(process()).asSuperuser("SELECT count(*) FROM " + table + " WHERE " + where).at(0));
    }
    HttpAnswer token(const Fields& fields) {
        return http("POST", patientAuth(a()) + "/token", {{"Content-Type", "application/x-www-form-urlencoded"}}, form(fields));
    }
};

void OAuthStrangers::aNameIsNoAgent() {
    const auto tokens = tokensFor(a(), a1_, app_, scope_);
    QCOMPARE(refresh(a(), app_, tokens.at("refresh_token")).status, 200);
    const auto activity = [&] { return http("GET", patientPortal(a()) + "/activity", {{"Cookie", a1_.cookie}}).body; };
    const auto named = [&] {
        return rows("audit_event",
                    "outcome <> 0 AND (agent LIKE '%" + app_.id + "%' OR client = '" + app_.id + "' OR patient = 'stranger-a1')");
    };
    const auto before = named();
    for (const std::string& name : {app_.id, app_.id + " for Patient/stranger-a1", confidential_.id})
        for (const std::string& kind : {std::string("refresh_token"), std::string("authorization_code")})
            for (int i = 0; i < 5; ++i)
                QVERIFY(
                    token(
                        {{"grant_type", kind}, {"client_id", name}, {"refresh_token", "prt_" + std::string(43, 'n')}, {"code", "nobody's"}})
                        .status >= 400);
    QCOMPARE(named(), before);
    QVERIFY(activity().find("tried to renew") == std::string::npos);
    // What she and her app really did is still there.
    QVERIFY(activity().find("Heart Diary") != std::string::npos);
}

void OAuthStrangers::refusalsAreCounted() {
    const auto refused = "interaction LIKE 'token%' AND outcome = 4";
    const auto before = rows("audit_event", refused);
    const auto counted = [&] {
        return std::stol(
            ServerDatabase(process())
                .asSuperuser("SELECT coalesce(sum(count), 0) FROM audit_event WHERE " + std::string(refused) + " AND agent = 'unknown'")
                .at(0));
    };
    const auto countedBefore = counted();
    for (int i = 0; i < 300; ++i)
        QVERIFY(token({{"grant_type", "authorization_code"}, {"client_id", "invented-" + std::to_string(i)}, {"code", "x"}}).status >= 400);
    for (int i = 0; i < 100; ++i)
        QVERIFY(http("POST", a().tokenUrl, {{"Content-Type", "application/x-www-form-urlencoded"}},
                     form({{"grant_type", "client_credentials"}, {"client_id", "invented-" + std::to_string(i)}, {"client_secret", "x"}}))
                    .status >= 400);
    // One a minute for a clinic and a kind: this takes a few minutes at the very worst.
    const auto added = rows("audit_event", refused) - before;
    QVERIFY2(added <= 20, std::to_string(added).c_str());
    // When the minute is over the log has their number.
    QTRY_VERIFY_WITH_TIMEOUT(counted() - countedBefore >= 300, 180'000);
    QCOMPARE(rows("audit_event", std::string(refused) + " AND agent LIKE '%invented%'"), 0L);
}

void OAuthStrangers::requestsBeforeSignInAreNotKept() {
    const auto before = rows("auth_request");
    for (int i = 0; i < 50; ++i) {
        const auto asked = http("POST", patientAuth(a()) + "/authorize", {{"Content-Type", "application/x-www-form-urlencoded"}},
                                form(request(a(), app_, scope_, {{"state", std::string(2000, 's')}})));
        QCOMPARE(asked.status, 303);
        QCOMPARE(http("GET", asked.header("location")).status, 303);
        QCOMPARE(authorize(a(), request(a(), app_, scope_)).status, 303);
    }
    QCOMPARE(rows("auth_request"), before);
    // Whoever is signed in has one row a request, however often the page is drawn again.
    const auto asked = authorize(a(), request(a(), app_, scope_), a1_.cookie);
    for (int i = 0; i < 3; ++i) QCOMPARE(follow(asked, a1_.cookie, patientAuth(a())).status, 200);
    QCOMPARE(rows("auth_request"), before + 1);
}

void OAuthStrangers::longParametersAreRefused_data() {
    QTest::addColumn<QString>("name");
    QTest::addColumn<int>("good");
    QTest::addColumn<int>("bad");
    QTest::addColumn<QString>("error");
    QTest::newRow("state") << "state" << 2048 << 2049 << "invalid_request";
    QTest::newRow("nonce") << "nonce" << 512 << 513 << "invalid_request";
    QTest::newRow("scope") << "scope" << 0 << 8193 << "invalid_scope";
}

void OAuthStrangers::longParametersAreRefused() {
    QFETCH(QString, name);
    QFETCH(int, good);
    QFETCH(int, bad);
    QFETCH(QString, error);
    const auto ask = [&](int length) {
        return http("POST", patientAuth(a()) + "/authorize", {{"Content-Type", "application/x-www-form-urlencoded"}},
                    form(request(a(), app_, scope_, {{name.toStdString(), std::string(std::size_t(length), 'x')}})));
    };
    if (good > 0) QVERIFY(ask(good).header("location").starts_with(patientAuth(a()) + "/authorize?request="));
    const auto answer = ask(bad);
    QCOMPARE(answer.status, 303);
    QVERIFY(answer.header("location").starts_with("https://app.example.org/back?"));
    QCOMPARE(returned(answer, "error"), error.toStdString());
}

void OAuthStrangers::aSealedRequestIsGoodWhereItWasMade() {
    const auto location = authorize(a(), request(a(), app_, scope_)).header("location");
    const auto sealed = location.substr(location.find("request=") + 8);
    QCOMPARE(http("GET", patientAuth(a()) + "/authorize?request=" + sealed, {{"Cookie", a1_.cookie}}).status, 200);
    const auto there = http("GET", patientAuth(b()) + "/authorize?request=" + sealed);
    QCOMPARE(there.status, 400);
    QCOMPARE(there.header("location"), std::string());
    auto changed = sealed;
    changed[changed.size() / 2] = changed[changed.size() / 2] == 'A' ? 'B' : 'A';
    QCOMPARE(http("GET", patientAuth(a()) + "/authorize?request=" + changed, {{"Cookie", a1_.cookie}}).status, 400);
}

POLYCLINIC_TEST(OAuthStrangers)
#include "oauth_strangers_test.moc"
