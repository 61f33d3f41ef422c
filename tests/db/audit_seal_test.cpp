// The chain over audit events: what is sealed cannot be changed or taken away without a trace.

#include <QTest>

#include "database_fixture.h"
#include "store/audit_log.h"
#include "store/audit_seal.h"
#include "temp_cluster.h"
#include "test_case.h"

using namespace polyclinic;
using namespace polyclinic::test;

namespace {

Task<void> noteSome(store::AuditLog& log, db::TenantSession session, int count) {
    for (int i = 0; i < count; ++i) {
        store::Actor actor{"system", "client-1", "r" + std::to_string(i)};
        store::AuditEntry entry;
        entry.interaction = "read";
        entry.resourceId = "p" + std::to_string(i);
        co_await log.note(session, std::move(actor), std::move(entry));
    }
}

}  // namespace

class AuditSealTest : public QObject {
    Q_OBJECT
  private slots:
    void youngEventsAreLeft();
    void chainHoldsAndShowsWhatWasChanged();
    void chainShowsWhatWasTakenAway();
    void tenantsHaveChainsOfTheirOwn();
    void manyEventsAreSealedPieceByPiece();

  private:
    test::TempCluster cluster_;
};

void AuditSealTest::youngEventsAreLeft() {
    RunningLoops loops(2);
    OpenDatabase database(cluster_.asTenant(), loops);
    store::AuditLog log(Clock::system());
    const auto session = database.session(601);
    runBlocking(loops[0], noteSome(log, session, 3));
    QCOMPARE(runBlocking(loops[0], store::sealAuditEvents(session, Clock::system().now())), 0);
    QCOMPARE(runBlocking(loops[0], store::sealAuditEvents(session, Clock::system().now() + std::chrono::minutes(1))), 3);
    QCOMPARE(runBlocking(loops[0], store::sealAuditEvents(session, Clock::system().now() + std::chrono::minutes(1))), 0);
}

void AuditSealTest::chainHoldsAndShowsWhatWasChanged() {
    RunningLoops loops(2);
    OpenDatabase database(cluster_.asTenant(), loops);
    store::AuditLog log(Clock::system());
    const auto session = database.session(602);
    for (int round = 0; round < 3; ++round) {
        runBlocking(loops[0], noteSome(log, session, 4));
        QCOMPARE(runBlocking(loops[0], store::sealAuditEvents(session, Clock::system().now() + std::chrono::minutes(1))), 4);
    }
    auto check = runBlocking(loops[0], store::checkAuditSeals(session));
    QCOMPARE(check.seals, std::int64_t(3));
    QCOMPARE(check.events, std::int64_t(12));
    QVERIFY(!check.firstBroken);

    OpenDatabase stranger(cluster_.asBootstrap(), loops);
    oneNow(loops, *stranger, "UPDATE audit_event SET agent = 'nobody' WHERE tenant_id = 602 AND request = 'r2' AND id = "
                         "(SELECT min(id) FROM audit_event WHERE tenant_id = 602 AND request = 'r2')");
    check = runBlocking(loops[0], store::checkAuditSeals(session));
    QCOMPARE(check.firstBroken.value_or(0), std::int64_t(1));
}

void AuditSealTest::chainShowsWhatWasTakenAway() {
    RunningLoops loops(2);
    OpenDatabase database(cluster_.asTenant(), loops);
    store::AuditLog log(Clock::system());
    const auto session = database.session(603);
    for (int round = 0; round < 2; ++round) {
        runBlocking(loops[0], noteSome(log, session, 4));
        runBlocking(loops[0], store::sealAuditEvents(session, Clock::system().now() + std::chrono::minutes(1)));
    }
    OpenDatabase stranger(cluster_.asBootstrap(), loops);
    oneNow(loops, *stranger, "DELETE FROM audit_event WHERE tenant_id = 603 AND id = (SELECT max(id) FROM audit_event WHERE tenant_id = 603)");
    QCOMPARE(runBlocking(loops[0], store::checkAuditSeals(session)).firstBroken.value_or(0), std::int64_t(2));
}

void AuditSealTest::tenantsHaveChainsOfTheirOwn() {
    RunningLoops loops(2);
    OpenDatabase database(cluster_.asTenant(), loops);
    store::AuditLog log(Clock::system());
    const auto a = database.session(604), b = database.session(605);
    runBlocking(loops[0], noteSome(log, a, 2));
    runBlocking(loops[0], noteSome(log, b, 5));
    QCOMPARE(runBlocking(loops[0], store::sealAuditEvents(a, Clock::system().now() + std::chrono::minutes(1))), 2);
    QCOMPARE(runBlocking(loops[0], store::checkAuditSeals(a)).events, std::int64_t(2));
    QCOMPARE(runBlocking(loops[0], store::checkAuditSeals(b)).events, std::int64_t(0));
}

void AuditSealTest::manyEventsAreSealedPieceByPiece() {
    RunningLoops loops(2);
    OpenDatabase database(cluster_.asTenant(), loops), owner(cluster_.asBootstrap(), loops);
    oneNow(loops, *owner, "INSERT INTO audit_event (tenant_id, id, at, request, agent_kind, agent, action, interaction, type, outcome, count) "
                          "SELECT 606, i, now() - interval '1 hour', 'r', 'system', 'c', 'R', 'read', 0, 0, 1 FROM generate_series(1, 4500) AS i");
    const auto session = database.session(606);
    std::vector<int> pieces;
    for (int i = 0; i < 4; ++i) pieces.push_back(runBlocking(loops[0], store::sealAuditEvents(session, Clock::system().now())));
    QCOMPARE(pieces, (std::vector<int>{2'000, 2'000, 500, 0}));
    const auto check = runBlocking(loops[0], store::checkAuditSeals(session));
    QCOMPARE(check.events, std::int64_t(4'500));
    QVERIFY(!check.firstBroken);
}

POLYCLINIC_TEST(AuditSealTest)
#include "audit_seal_test.moc"
