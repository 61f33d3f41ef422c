// Codes, tokens and clients of operators.
#include <QTest>

#include "../accounts/operators_fixture.h"
#include "authorization_server/loopback_redirect.h"
#include "authorization_server/pkce.h"
#include "test_case.h"

using namespace polyclinic;
using namespace polyclinic::test;

class OperatorTokenTest : public QObject, OperatorsWorld {
    Q_OBJECT
  private slots:
    void initTestCase() { OperatorsWorld::initTestCase(); }
    void init() { OperatorsWorld::init(); }
    void cleanup() { OperatorsWorld::cleanup(); }
    void cleanupTestCase() { OperatorsWorld::cleanupTestCase(); }
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
    void challengesAndLoopback();
};

void OperatorTokenTest::codesWorkOnceAndForTheirVerifier_data() {
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("value");
    QTest::newRow("wrong verifier") << "code_verifier" << QString("A").repeated(43);
    QTest::newRow("no verifier") << "code_verifier"
                                 << "";
    QTest::newRow("verifier is the challenge") << "code_verifier" << QString::fromStdString(challenge);
    QTest::newRow("other redirect") << "redirect_uri"
                                    << "http://127.0.0.1:43211/";
    QTest::newRow("no redirect") << "redirect_uri"
                                 << "";
}

void OperatorTokenTest::codesWorkOnceAndForTheirVerifier() {
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

void OperatorTokenTest::codeReuseEndsTheSignIn() {
    firstOperator();
    const auto fresh = code();
    const auto body = bodyOf(token(redemption(fresh)));
    QVERIFY(who(body["access_token"]));
    QCOMPARE(token(redemption(fresh)).status, 400);
    QVERIFY(!who(body["access_token"]));
    QCOMPARE(token({{"grant_type", "refresh_token"}, {"refresh_token", body["refresh_token"]}}).status, 400);
}

void OperatorTokenTest::codesRunOut() {
    firstOperator();
    const auto fresh = code();
    clock_->forward(60s);
    QCOMPARE(token(redemption(fresh)).status, 400);
}

void OperatorTokenTest::refreshRotates() {
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

void OperatorTokenTest::refreshReuseEndsTheSignIn() {
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

void OperatorTokenTest::refreshesAtOnceHaveOneWinner() {
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
        const auto live = oneNow(*loops_, *owner,
                                 "SELECT count(*) FROM operator_token t JOIN operator_grant g ON g.id = t.grant_id"
                                 " WHERE t.kind = 'refresh' AND NOT t.used AND NOT g.revoked");
        QCOMPARE(live.int8(0, 0), std::int64_t(0));
    }
}

void OperatorTokenTest::codesAtOnceHaveOneWinner() {
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

void OperatorTokenTest::revocationEndsTheSignIn() {
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

void OperatorTokenTest::clientsOfOperators() {
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

void OperatorTokenTest::onlyAccessTokensOpen() {
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

void OperatorTokenTest::disabledOperatorsAreOut() {
    firstOperator();
    const auto body = tokens();
    QVERIFY(who(body["access_token"]));
    sql("UPDATE operator_account SET disabled = true");
    clock_->forward(1s);
    QVERIFY(!who(body["access_token"]));
    QCOMPARE(token({{"grant_type", "refresh_token"}, {"refresh_token", body["refresh_token"]}}).status, 400);
}

void OperatorTokenTest::challengesAndLoopback() {
    QVERIFY(authorization_server::provesCodeChallenge(verifier, challenge));
    QVERIFY(!authorization_server::provesCodeChallenge(challenge, challenge));
    QVERIFY(!authorization_server::provesCodeChallenge("", challenge));
    QCOMPARE(authorization_server::loopbackOrigin("http://localhost:8080").value(), std::string("http://localhost:8080"));
    QCOMPARE(authorization_server::loopbackOrigin("http://127.0.0.1/").value(), std::string("http://127.0.0.1"));
}

POLYCLINIC_TEST(OperatorTokenTest)
#include "operator_token_test.moc"
