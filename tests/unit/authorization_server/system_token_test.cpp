// What a token of system/auth is worth, where, and for how long.
#include <QTest>

#include "system_auth_fixture.h"
#include "test_case.h"

using namespace polyclinic;
using namespace polyclinic::test;
using namespace std::chrono_literals;

class SystemTokenTest : public QObject, SystemAuthWorld {
    Q_OBJECT
  private slots:
    void initTestCase() { SystemAuthWorld::initTestCase(); }
    void init() { SystemAuthWorld::init(); }
    void cleanupTestCase() { SystemAuthWorld::cleanupTestCase(); }
    void clinicsAreApart();
    void expiredTokensAreDead();
    void revokedTokensAreDeadAtOnce();
    void otherClientsTokensLiveOn();
    void disablingAndRotatingActAtOnce();
    void introspectionKnowsItsOwn();
    void fishingForTokensIsSlowedDown();
    void manyAtOnceWithGoodTokensAreNoFishers();
    void databaseHoldsNoTokenInClear();
};

void SystemTokenTest::clinicsAreApart() {
    const auto token = tokenOf(clinicA, lab_);
    QVERIFY(grantOf(clinicA, token));
    QVERIFY(!grantOf(clinicB, token));  // also while A's verdict is remembered
    QCOMPARE(tokenOf(clinicB, lab_), std::string());
    const auto other = make(clinicB, "system/*.rs");
    const auto seen = introspect(clinicB, post({{"token", token}}, basic(other.id, other.secret)));
    QCOMPARE(seen.body, std::string(R"({"active":false})"));
    QCOMPARE(revoke(clinicB, post({{"token", token}}, basic(other.id, other.secret))).status, 200);
    QVERIFY(grantOf(clinicA, token));
}

void SystemTokenTest::expiredTokensAreDead() {
    const auto token = tokenOf(clinicA, lab_);
    world_->clock.forward(3599s);
    QVERIFY(grantOf(clinicA, token));
    world_->clock.forward(1s);
    QVERIFY(!grantOf(clinicA, token));
    for (const std::string& text : {std::string(), std::string("pst_"), token + "x", token.substr(1), "pot_" + token.substr(4)})
        QVERIFY(!grantOf(clinicA, text));
}

void SystemTokenTest::revokedTokensAreDeadAtOnce() {
    const auto token = tokenOf(clinicA, lab_), other = tokenOf(clinicA, lab_);
    QVERIFY(grantOf(clinicA, token) && grantOf(clinicA, other));
    QCOMPARE(revoke(clinicA, post({{"token", token}}, basic(lab_.id, lab_.secret))).status, 200);
    QVERIFY(!grantOf(clinicA, token));
    QVERIFY(grantOf(clinicA, other));
    QCOMPARE(revoke(clinicA, post({{"token", "unknown"}}, basic(lab_.id, lab_.secret))).status, 200);
    QCOMPARE(revoke(clinicA, post({{"token", other}})).status, 401);
    QCOMPARE(revoke(clinicA, post({}, basic(lab_.id, lab_.secret))).status, 400);
    auto get = post({{"token", other}}, basic(lab_.id, lab_.secret));
    get.method = http::Method::get;
    QCOMPARE(revoke(clinicA, get).status, 405);
    QVERIFY(grantOf(clinicA, other));
}

void SystemTokenTest::otherClientsTokensLiveOn() {
    const auto token = tokenOf(clinicA, lab_);
    const auto stranger = make(clinicA, "system/*.rs");
    const auto response = revoke(clinicA, post({{"token", token}}, basic(stranger.id, stranger.secret)));
    QCOMPARE(response.status, 400);
    QVERIFY(grantOf(clinicA, token));
}

void SystemTokenTest::disablingAndRotatingActAtOnce() {
    auto rows = session(clinicA);
    auto& loop = world_->loops[0];
    auto token = tokenOf(clinicA, lab_);
    QVERIFY(grantOf(clinicA, token));
    const auto rotated = runBlocking(loop, oauth::client_store::rotateSecret(rows, lab_.id, std::nullopt, world_->clock.now()));
    QVERIFY(!grantOf(clinicA, token));
    QCOMPARE(tokenOf(clinicA, lab_), std::string());
    lab_.secret = rotated->secret;
    token = tokenOf(clinicA, lab_);
    QVERIFY(grantOf(clinicA, token));
    auto client = rotated->client;
    client.disabled = true;
    runBlocking(loop, oauth::client_store::update(rows, client, std::nullopt, world_->clock.now()));
    QVERIFY(!grantOf(clinicA, token));
    QCOMPARE(tokenOf(clinicA, lab_), std::string());

    // Another process took it away: seen after a second.
    const auto machine = make(clinicA, "system/*.rs");
    token = tokenOf(clinicA, machine);
    QVERIFY(grantOf(clinicA, token));
    OpenDatabase owner(world_->cluster.asBootstrap(), world_->loops);
    oneNow(world_->loops, *owner, "DELETE FROM access_token WHERE client = $1", db::Params().text(machine.id));
    world_->clock.forward(1s);
    QVERIFY(!grantOf(clinicA, token));
}

void SystemTokenTest::introspectionKnowsItsOwn() {
    const auto token = tokenOf(clinicA, lab_, "system/Patient.rs");
    const auto response = introspect(clinicA, post({{"token", token}}, basic(lab_.id, lab_.secret)));
    QCOMPARE(response.status, 200);
    const auto body = bodyOf(response);
    QCOMPARE(body["active"].get<bool>(), true);
    QCOMPARE(body["client_id"].get<std::string>(), lab_.id);
    QCOMPARE(body["scope"].get<std::string>(), std::string("system/Patient.rs"));
    QCOMPARE(body["exp"].get<std::int64_t>(), world_->clock.now().micros / 1'000'000 + 3600);
    QCOMPARE(body["iss"].get<std::string>(), std::string("https://clinic.example.org/tenant/t-a/system/auth"));
    QCOMPARE(header(response, "Cache-Control"), std::string("no-store"));
    // A client learns of its own tokens; of others' one that is registered for it.
    const auto stranger = make(clinicA, "system/*.rs"), gateway = make(clinicA, "system/*.rs", true);
    QCOMPARE(introspect(clinicA, post({{"token", token}}, basic(stranger.id, stranger.secret))).body, std::string(R"({"active":false})"));
    QCOMPARE(bodyOf(introspect(clinicA, post({{"token", token}}, basic(gateway.id, gateway.secret))))["active"].get<bool>(), true);
    // A token of this clinic stands for its client.
    QCOMPARE(introspect(clinicA, post({{"token", token}}, "bearer " + token)).status, 200);
    QCOMPARE(introspect(clinicA, post({{"token", token}}, "Bearer pst_" + randomToken())).status, 401);
    QCOMPARE(introspect(clinicA, post({{"token", token}})).status, 401);
    QCOMPARE(introspect(clinicA, post({{"token", "invalid_token_value"}}, basic(lab_.id, lab_.secret))).body,
             std::string(R"({"active":false})"));
}

void SystemTokenTest::fishingForTokensIsSlowedDown() {
    int through = 0;
    for (int i = 0; i < 200; ++i) {
        const auto response = introspect(clinicA, post({{"token", "pst_" + randomToken()}}, basic(lab_.id, lab_.secret)));
        if (response.status == 200)
            ++through;
        else
            QCOMPARE(response.status, 429);
    }
    QVERIFY2(through >= 20 && through <= 30, qPrintable(QString::number(through)));
}

/// What is under way is no failure: a busy server asks about hundreds of live tokens in the same moment.
void SystemTokenTest::manyAtOnceWithGoodTokensAreNoFishers() {
    std::vector<std::string> tokens;
    for (int i = 0; i < 100; ++i) tokens.push_back(tokenOf(clinicA, lab_));
    const auto asked = race(world_->loops, 100, [&](int i) -> Task<http::Response> {
        authorization_server::AuthContext context(authorization_server::realms::system, tenant(clinicA));
        const auto request = post({{"token", tokens[std::size_t(i)]}}, basic(lab_.id, lab_.secret));
        auto response = co_await auth_->introspect(request, context);
        if (response.body.find("\"active\":true") == std::string::npos) response.status = 500;
        co_return response;
    });
    QCOMPARE(asked.at(200), 100);
    const auto taken = race(world_->loops, 100, [&](int) -> Task<http::Response> {
        authorization_server::AuthContext context(authorization_server::realms::system, tenant(clinicA));
        const auto request = post({{"grant_type", "client_credentials"}, {"scope", "system/*.rs"}}, basic(lab_.id, lab_.secret));
        co_return co_await auth_->token(request, context);
    });
    QCOMPARE(taken.at(200), 100);
}

void SystemTokenTest::databaseHoldsNoTokenInClear() {
    const auto token = tokenOf(clinicA, lab_);
    OpenDatabase owner(world_->cluster.asBootstrap(), world_->loops);
    const auto rows = oneNow(world_->loops, *owner,
                             "SELECT coalesce(string_agg(t::text, ' '), '') FROM (SELECT access_token::text AS t FROM access_token"
                             " UNION ALL SELECT client::text FROM client) all_rows");
    const std::string dump(rows.text(0, 0));
    QVERIFY(dump.find(lab_.id) != dump.npos);
    QVERIFY(dump.find(token) == dump.npos);
    QVERIFY(dump.find(token.substr(4)) == dump.npos);
    QVERIFY(dump.find(lab_.secret) == dump.npos);
}

POLYCLINIC_TEST(SystemTokenTest)
#include "system_token_test.moc"
