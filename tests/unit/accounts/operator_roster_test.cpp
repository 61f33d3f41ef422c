// Who runs the server changes: passwords, people turned off and removed, and somebody always left.
#include <QTest>

#include "accounts/operator_roster.h"
#include "operators_fixture.h"
#include "test_case.h"

using namespace polyclinic;
using namespace polyclinic::test;
using accounts::RosterChange;

class OperatorRosterTest : public QObject, OperatorsWorld {
    Q_OBJECT
  private slots:
    void initTestCase() { OperatorsWorld::initTestCase(); }
    void init() { OperatorsWorld::init(); }
    void cleanup() { OperatorsWorld::cleanup(); }
    void cleanupTestCase() { OperatorsWorld::cleanupTestCase(); }
    void aNewPasswordEndsEverySignIn();
    void aPasswordThatWillNotDoChangesNothing();
    void aNewPasswordKeepsTheSignInThatMadeIt();
    void aSignInThatAChangeOvertookOpensNothing_data();
    void aSignInThatAChangeOvertookOpensNothing();
    void turnedOffAndOnAgain();
    void removedIsRemoved();
    void theLastOneStays();
    void ofTwoWhoRemoveEachOtherOneStays();
    void theListTells();

  private:
    std::string idOf(const std::string& username) {
        for (const auto& each : runBlocking(loop(), operators_->list()))
            if (each.username == username) return each.id;
        return {};
    }
    accounts::ListedOperator maria() {
        return {.id = idOf("Maria@Example.org"), .username = "Maria@Example.org", .created = {}, .lastSignIn = {}};
    }
    static std::string member(const nlohmann::json& tokens, const char* name) { return tokens.at(name).get<std::string>(); }
    http::Response refresh(const std::string& token) {
        return this->token({{"grant_type", "refresh_token"}, {"refresh_token", token}, {"client_id", "polyclinic-console"}});
    }
};

namespace {

const std::string other = "copper meadow window nine";

}  // namespace

void OperatorRosterTest::aNewPasswordEndsEverySignIn() {
    firstOperator();
    const auto before = tokens(), elsewhere = tokens();
    const auto pending = code();
    QVERIFY(who(member(before, "access_token")));
    runBlocking(loop(), operators_->changePassword(maria(), std::nullopt, other, {}));
    for (const auto& each : {before, elsewhere}) {
        QVERIFY(!who(member(each, "access_token")));
        QCOMPARE(bodyOf(refresh(member(each, "refresh_token")))["error"].get<std::string>(), std::string("invalid_grant"));
    }
    QCOMPARE(bodyOf(token(redemption(pending)))["error"].get<std::string>(), std::string("invalid_grant"));
    QVERIFY(!runBlocking(loop(), operators_->verify("maria@example.org", password)));
    QVERIFY(runBlocking(loop(), operators_->verify("maria@example.org", other)).has_value());
}

void OperatorRosterTest::aPasswordThatWillNotDoChangesNothing() {
    firstOperator();
    const auto before = tokens();
    for (const std::string& weak : {std::string("short"), std::string("password1234"), std::string("Maria@Example.org")})
        QVERIFY_EXCEPTION_THROWN(runBlocking(loop(), operators_->changePassword(maria(), std::nullopt, weak, {})), Failure);
    QVERIFY(who(member(before, "access_token")));
    QVERIFY(runBlocking(loop(), operators_->verify("maria@example.org", password)).has_value());
}

void OperatorRosterTest::aNewPasswordKeepsTheSignInThatMadeIt() {
    firstOperator();
    const auto here = tokens(), elsewhere = tokens();
    const auto mine = who(member(here, "access_token"));
    QVERIFY(mine && !mine->grantId.empty());
    runBlocking(loop(), operators_->changePassword(maria(), std::nullopt, other, mine->grantId));
    QVERIFY(who(member(here, "access_token")));
    QCOMPARE(refresh(member(here, "refresh_token")).status, 200);
    QVERIFY(!who(member(elsewhere, "access_token")));
    QCOMPARE(refresh(member(elsewhere, "refresh_token")).status, 400);
}

void OperatorRosterTest::aSignInThatAChangeOvertookOpensNothing_data() {
    QTest::addColumn<bool>("off");
    QTest::newRow("another password") << false;
    QTest::newRow("turned off and on") << true;
}

/// The password was right when it was looked at, and is not any more when the sign-in is kept.
void OperatorRosterTest::aSignInThatAChangeOvertookOpensNothing() {
    QFETCH(bool, off);
    firstOperator();
    runBlocking(loop(), operators_->add("grace", other));
    const auto checked = runBlocking(loop(), operators_->verify("maria@example.org", password));
    QVERIFY(checked.has_value());
    const auto keep = [&](const std::string& access) {
        const accounts::OperatorGrant grant{"g-" + access, checked->id,        "polyclinic-console",
                                            clock_->now(), clock_->now() + 1h, checked->password};
        std::vector<accounts::OperatorToken> tokens;
        tokens.push_back({accounts::OperatorTokenKind::access, sha256(access), grant.id, clock_->now() + 1h, {}, {}});
        runBlocking(loop(), accounts::operator_store::addGrant(operators_->session(), grant, tokens));
        return runBlocking(loop(), accounts::operator_store::findBearer(operators_->session(), sha256(access), clock_->now())).has_value();
    };
    QVERIFY(keep("in-time"));
    if (off) {
        const auto id = idOf("Maria@Example.org");
        QCOMPARE(runBlocking(loop(), accounts::operator_store::setDisabled(operators_->session(), id, true)), RosterChange::done);
        QVERIFY(!keep("too-late"));
        QCOMPARE(runBlocking(loop(), accounts::operator_store::setDisabled(operators_->session(), id, false)), RosterChange::done);
        QVERIFY(!runBlocking(loop(), accounts::operator_store::findBearer(operators_->session(), sha256("too-late"), clock_->now())));
    } else {
        runBlocking(loop(), operators_->changePassword(maria(), std::nullopt, other, {}));
        QVERIFY(!keep("too-late"));
    }
}

void OperatorRosterTest::turnedOffAndOnAgain() {
    firstOperator();
    runBlocking(loop(), operators_->add("grace", other));
    const auto before = tokens();
    const auto id = idOf("Maria@Example.org");
    QCOMPARE(runBlocking(loop(), accounts::operator_store::setDisabled(operators_->session(), id, true)), RosterChange::done);
    QVERIFY(!who(member(before, "access_token")));
    QVERIFY(!runBlocking(loop(), operators_->verify("maria@example.org", password)));
    QCOMPARE(runBlocking(loop(), accounts::operator_store::setDisabled(operators_->session(), id, false)), RosterChange::done);
    QVERIFY(!who(member(before, "access_token")));  // what ended has ended
    QCOMPARE(refresh(member(before, "refresh_token")).status, 400);
    QVERIFY(who(member(tokens(), "access_token")));
    QCOMPARE(runBlocking(loop(), accounts::operator_store::setDisabled(operators_->session(), "nobody", true)), RosterChange::unknown);
}

void OperatorRosterTest::removedIsRemoved() {
    firstOperator();
    const auto grace = runBlocking(loop(), operators_->add("grace", other));
    const auto before = tokens();
    QCOMPARE(runBlocking(loop(), accounts::operator_store::remove(operators_->session(), idOf("Maria@Example.org"))), RosterChange::done);
    QVERIFY(!who(member(before, "access_token")));
    QCOMPARE(refresh(member(before, "refresh_token")).status, 400);
    QVERIFY(!runBlocking(loop(), operators_->verify("maria@example.org", password)));
    QVERIFY(runBlocking(loop(), operators_->verify("grace", other)).has_value());
    QCOMPARE(runBlocking(loop(), accounts::operator_store::remove(operators_->session(), "nobody")), RosterChange::unknown);
    QCOMPARE(idOf("grace"), grace);
}

void OperatorRosterTest::theLastOneStays() {
    firstOperator();
    const auto maria = idOf("Maria@Example.org");
    QCOMPARE(runBlocking(loop(), accounts::operator_store::remove(operators_->session(), maria)), RosterChange::last);
    QCOMPARE(runBlocking(loop(), accounts::operator_store::setDisabled(operators_->session(), maria, true)), RosterChange::last);
    // Somebody who cannot sign in is nobody.
    const auto grace = runBlocking(loop(), operators_->add("grace", other));
    QCOMPARE(runBlocking(loop(), accounts::operator_store::setDisabled(operators_->session(), grace, true)), RosterChange::done);
    QCOMPARE(runBlocking(loop(), accounts::operator_store::remove(operators_->session(), maria)), RosterChange::last);
    QCOMPARE(runBlocking(loop(), accounts::operator_store::remove(operators_->session(), grace)), RosterChange::done);
    QVERIFY(runBlocking(loop(), operators_->verify("maria@example.org", password)).has_value());
}

void OperatorRosterTest::ofTwoWhoRemoveEachOtherOneStays() {
    for (int round = 0; round < 10; ++round) {
        firstOperator();
        const std::vector<std::string> ids{runBlocking(loop(), operators_->add("grace", other)), idOf("Maria@Example.org")};
        const auto changes = race(*loops_, 20, [&](int i) -> Task<http::Response> {
            auto session = operators_->session();
            const auto id = ids[std::size_t(i % 2)];
            http::Response answered;
            if (i < 10)
                answered.status = int(co_await accounts::operator_store::remove(session, id));
            else
                answered.status = int(co_await accounts::operator_store::setDisabled(session, id, true));
            co_return answered;
        });
        QVERIFY(changes.at(int(RosterChange::done)) >= 1);
        OpenDatabase owner(cluster_->asBootstrap(), *loops_);
        QCOMPARE(oneNow(*loops_, *owner, "SELECT count(*) FROM operator_account WHERE NOT disabled").int8(0, 0), std::int64_t(1));
        cleanup();
    }
}

void OperatorRosterTest::theListTells() {
    firstOperator();
    runBlocking(loop(), operators_->add("adele", other));
    tokens();
    clock_->forward(1h);
    tokens();
    const auto all = runBlocking(loop(), operators_->list());
    QCOMPARE(runBlocking(loop(), operators_->list(" MARIA@example.ORG")).size(), std::size_t(1));
    QCOMPARE(runBlocking(loop(), operators_->list("nobody")).size(), std::size_t(0));
    QCOMPARE(all.size(), std::size_t(2));
    QCOMPARE(all[0].username, std::string("adele"));
    QVERIFY(!all[0].lastSignIn && !all[0].disabled);
    QCOMPARE(all[1].username, std::string("Maria@Example.org"));
    QCOMPARE(*all[1].lastSignIn, clock_->now());
    const auto made = runBlocking(loop(), operators_->addClient("Nightly report"));
    auto programs = runBlocking(loop(), accounts::operator_store::listClients(operators_->session()));
    QCOMPARE(programs.size(), std::size_t(1));
    QVERIFY(programs[0].id == made.clientId && programs[0].name == "Nightly report" && !programs[0].lastToken);
    const auto given = token({{"grant_type", "client_credentials"}, {"client_id", made.clientId}, {"client_secret", made.clientSecret}});
    QCOMPARE(given.status, 200);
    programs = runBlocking(loop(), accounts::operator_store::listClients(operators_->session()));
    const auto asked = clock_->now();
    QCOMPARE(*programs[0].lastToken, asked);
    QVERIFY(who(member(bodyOf(given), "access_token")));
    // Kept when the tokens themselves are long gone.
    clock_->forward(24h * 31);
    tokens();
    QCOMPARE(*runBlocking(loop(), accounts::operator_store::listClients(operators_->session()))[0].lastToken, asked);
    QVERIFY(runBlocking(loop(), operators_->removeClient(made.clientId)));
    QVERIFY(!who(member(bodyOf(given), "access_token")));
}

POLYCLINIC_TEST(OperatorRosterTest)
#include "operator_roster_test.moc"
