// The first operator and the others.
#include <QTest>

#include "operators_fixture.h"
#include "test_case.h"

using namespace polyclinic;
using namespace polyclinic::test;

class OperatorsTest : public QObject, OperatorsWorld {
    Q_OBJECT
  private slots:
    void initTestCase() { OperatorsWorld::initTestCase(); }
    void init() { OperatorsWorld::init(); }
    void cleanup() { OperatorsWorld::cleanup(); }
    void cleanupTestCase() { OperatorsWorld::cleanupTestCase(); }
    void setupWorksOnce();
    void setupAtOnceHasOneWinner();
    void setupNeedsItsSecret();
    void setupTellsWhatWillNotDo();
    void setupMakesTheClinic();
    void operatorsAreAddedByName();
    void databaseHoldsNothingInClear();
};

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
    const auto body =
        nlohmann::json{{"secret", operators_->beginSetup()}, {"username", "maria"}, {"password", password}, {"clinic", "Green Lake"}};
    QCOMPARE(answer(loop(), auth_->setup(postJson(body))).status, 200);
    QCOMPARE(clinic_, std::string("Green Lake"));
    cleanup();
    const auto broken =
        nlohmann::json{{"secret", operators_->beginSetup()}, {"username", "maria"}, {"password", password}, {"clinic", "Broken"}};
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
    for (const std::string& secret :
         {password, made.clientSecret, made.clientSecret.substr(4), pending, body["access_token"].get<std::string>().substr(4),
          body["refresh_token"].get<std::string>().substr(4)})
        QVERIFY(dump.find(secret) == dump.npos);
}

POLYCLINIC_TEST(OperatorsTest)
#include "operators_test.moc"
