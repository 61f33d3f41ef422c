// The chain over audit events: what is sealed cannot be changed or taken away without a trace.

#include <QTest>

#include "audit/audit_log.h"
#include "audit/audit_seal.h"
#include "base/encoding.h"
#include "database_fixture.h"
#include "temp_cluster.h"
#include "test_case.h"

using namespace polyclinic;
using namespace polyclinic::test;

namespace {

Task<void> noteSome(audit::AuditLog& log, db::TenantSession session, int count) {
    for (int i = 0; i < count; ++i) {
        audit::Actor actor{"system", "client-1", "r" + std::to_string(i)};
        audit::AuditEntry entry;
        entry.interaction = "read";
        entry.resourceId = "p" + std::to_string(i);
        co_await log.note(session, std::move(actor), std::move(entry));
    }
}

}  // namespace

class AuditSealTest : public QObject {
    Q_OBJECT
  private slots:
    void whatCommitsLateIsInALaterSeal();
    void sealsOfEarlierVersionsFit();
    void aCutTailIsNoticed();
    void whatWasPutInIsNoticed();
    void aLookThatIsNotFoundIsNoticed();
    void everyColumnIsSealed();
    void chainHoldsAndShowsWhatWasChanged();
    void chainShowsWhatWasTakenAway();
    void tenantsHaveChainsOfTheirOwn();
    void manyEventsAreSealedPieceByPiece();

  private:
    test::TempCluster cluster_;
};

void AuditSealTest::whatCommitsLateIsInALaterSeal() {
    RunningLoops loops(2);
    OpenDatabase database(cluster_.asTenant(), loops), owner(cluster_.asBootstrap(), loops);
    audit::AuditLog log(Clock::system());
    const auto session = database.session(601);
    const auto now = [] { return Clock::system().now(); };
    // Events whose ids were drawn first and whose transaction ends last, after others were sealed.
    const auto late = [](audit::AuditLog& log, db::TenantSession session) -> Task<db::TenantTransaction> {
        auto transaction = co_await session.begin();
        audit::Actor actor{"system", "client-1", "late"};
        std::vector<audit::AuditEntry> entries(2);
        for (auto& entry : entries) entry.interaction = "update";
        auto statement = log.statement(actor, entries);
        co_await transaction.run(std::move(statement));
        co_return transaction;
    };
    auto open = runBlocking(loops[0], late(log, session));
    runBlocking(loops[0], noteSome(log, session, 3));
    QCOMPARE(runBlocking(loops[0], audit::sealAuditEvents(session, now())), 3);
    QCOMPARE(runBlocking(loops[0], audit::sealAuditEvents(session, now())), 0);
    runBlocking(loops[0], open.commit());
    audit::SealHead head;
    QCOMPARE(runBlocking(loops[0], audit::sealAuditEvents(session, now(), audit::sealReach, &head)), 2);
    QCOMPARE(head.sequence, std::int64_t(2));
    auto check = runBlocking(loops[0], audit::checkAuditSeals(session, &head));
    QVERIFY(!check.firstBroken && check.events == 5 && check.sealed == 5);
    // Further behind than rounds look: the night finds it.
    oneNow(loops, *owner,
           "INSERT INTO audit_event (tenant_id, id, at, request, agent_kind, agent, action, interaction, type, outcome, count) "
           "SELECT 601, min(id) - (300000::bigint << 22), now(), 'older', 'system', 'c', 'R', 'read', 0, 0, 1 FROM audit_event WHERE "
           "tenant_id = 601");
    QCOMPARE(runBlocking(loops[0], audit::sealAuditEvents(session, now(), audit::sealNightlyReach)), 1);
    QCOMPARE(runBlocking(loops[0], audit::sealAuditEvents(session, now(), audit::sealNightlyReach)), 0);
    check = runBlocking(loops[0], audit::checkAuditSeals(session, &head));
    QVERIFY(!check.firstBroken && check.events == 6);
}

/// Seals of the version that knew no columns for who it was: they cover ranges of ids and go on fitting.
void AuditSealTest::sealsOfEarlierVersionsFit() {
    RunningLoops loops(2);
    OpenDatabase database(cluster_.asTenant(), loops), owner(cluster_.asBootstrap(), loops);
    const auto session = database.session(607);
    // Hashed by hand as format 1 says: each part with its length, the previous hash first.
    const std::string text =
        "0:"
        "1:5"
        "16:1700000000000000"
        "1:r"
        "11:patient-app"
        "17:c for Patient/p-1"
        "1:R"
        "4:read"
        "1:0"
        "0:"
        "1:0"
        "1:1"
        "0:";
    oneNow(loops, *owner,
           "INSERT INTO audit_event (tenant_id, id, at, request, agent_kind, agent, action, interaction, type, outcome, count, client, "
           "patient) "
           "VALUES (607, 5, 'epoch'::timestamptz + 1700000000 * interval '1 second', 'r', 'patient-app', 'c for Patient/p-1', 'R', 'read', "
           "0, 0, 1, 'c', 'p-1')");
    oneNow(loops, *owner,
           "INSERT INTO audit_seal (tenant_id, sequence, through, events, hash, sealed) VALUES (607, 1, 5, 1, decode('" +
               hexEncode(sha256(text)) + "', 'hex'), now())");
    audit::AuditLog log(Clock::system());
    runBlocking(loops[0], noteSome(log, session, 2));
    QCOMPARE(runBlocking(loops[0], audit::sealAuditEvents(session, Clock::system().now())), 2);
    auto check = runBlocking(loops[0], audit::checkAuditSeals(session));
    QVERIFY2(!check.firstBroken && check.events == 3 && check.seals == 2, std::to_string(check.firstBroken.value_or(0)).c_str());
    oneNow(loops, *owner, "UPDATE audit_event SET agent = 'd for Patient/p-1' WHERE tenant_id = 607 AND id = 5");
    QCOMPARE(runBlocking(loops[0], audit::checkAuditSeals(session)).firstBroken.value_or(0), std::int64_t(1));
}

/// Events and their seals taken off the end leave a chain that fits; the head that was kept elsewhere tells.
void AuditSealTest::aCutTailIsNoticed() {
    RunningLoops loops(2);
    OpenDatabase database(cluster_.asTenant(), loops), owner(cluster_.asBootstrap(), loops);
    audit::AuditLog log(Clock::system());
    const auto session = database.session(608);
    audit::SealHead head;
    for (int round = 0; round < 2; ++round) {
        runBlocking(loops[0], noteSome(log, session, 3));
        runBlocking(loops[0], audit::sealAuditEvents(session, Clock::system().now(), audit::sealReach, &head));
    }
    QVERIFY(!runBlocking(loops[0], audit::checkAuditSeals(session, &head)).firstBroken);
    oneNow(loops, *owner,
           "DELETE FROM audit_event e USING audit_seal s WHERE e.tenant_id = 608 AND s.tenant_id = 608 AND s.sequence = 2 AND e.id = "
           "ANY(s.members)");
    oneNow(loops, *owner, "DELETE FROM audit_seal WHERE tenant_id = 608 AND sequence = 2");
    QVERIFY(!runBlocking(loops[0], audit::checkAuditSeals(session)).firstBroken);
    QCOMPARE(runBlocking(loops[0], audit::checkAuditSeals(session, &head)).broken, std::vector<std::int64_t>{2});
    // A new tail of the same length is not the one that was there.
    runBlocking(loops[0], noteSome(log, session, 3));
    QCOMPARE(runBlocking(loops[0], audit::sealAuditEvents(session, Clock::system().now())), 3);
    QVERIFY(!runBlocking(loops[0], audit::checkAuditSeals(session)).firstBroken);
    QCOMPARE(runBlocking(loops[0], audit::checkAuditSeals(session, &head)).broken, std::vector<std::int64_t>{2});
    // Nor is a longer one: who seals on does not forget what was there.
    for (int round = 0; round < 3; ++round) {
        runBlocking(loops[0], noteSome(log, session, 2));
        QCOMPARE(runBlocking(loops[0], audit::sealAuditEvents(session, Clock::system().now(), audit::sealReach, &head)), 2);
        QCOMPARE(head.sequence, std::int64_t(2));
    }
    QCOMPARE(runBlocking(loops[0], audit::checkAuditSeals(session, &head)).broken, std::vector<std::int64_t>{2});
}

/// An event that somebody puts between others of long ago is in no seal.
void AuditSealTest::whatWasPutInIsNoticed() {
    RunningLoops loops(2);
    OpenDatabase database(cluster_.asTenant(), loops), owner(cluster_.asBootstrap(), loops);
    audit::AuditLog log(Clock::system());
    const auto session = database.session(610);
    const auto put = [&](const std::string& id) {
        oneNow(loops, *owner,
               "INSERT INTO audit_event (tenant_id, id, at, request, agent_kind, agent, action, interaction, type, outcome, count) "
               "VALUES (610, " +
                   id + ", now(), 'put', 'system', 'c', 'R', 'read', 0, 0, 1)");
    };
    put("1000");
    put("3000");
    QCOMPARE(runBlocking(loops[0], audit::sealAuditEvents(session, Clock::system().now())), 2);
    runBlocking(loops[0], noteSome(log, session, 2));
    QCOMPARE(runBlocking(loops[0], audit::sealAuditEvents(session, Clock::system().now())), 2);
    QVERIFY(!runBlocking(loops[0], audit::checkAuditSeals(session)).firstBroken);
    put("2000");
    QCOMPARE(runBlocking(loops[0], audit::sealAuditEvents(session, Clock::system().now(), audit::sealNightlyReach)), 0);
    QCOMPARE(runBlocking(loops[0], audit::checkAuditSeals(session)).broken, std::vector<std::int64_t>{1});
    oneNow(loops, *owner, "DELETE FROM audit_event WHERE tenant_id = 610 AND id = 2000");
    QVERIFY(!runBlocking(loops[0], audit::checkAuditSeals(session)).firstBroken);
}

/// Who looked at a patient is found by rows beside the events: those belong to what is sealed.
void AuditSealTest::aLookThatIsNotFoundIsNoticed() {
    RunningLoops loops(2);
    OpenDatabase database(cluster_.asTenant(), loops), owner(cluster_.asBootstrap(), loops);
    audit::AuditLog log(Clock::system());
    const auto session = database.session(611);
    const auto noteOne = [](audit::AuditLog& log, db::TenantSession session) -> Task<void> {
        audit::Actor actor{"system", "client-1", "r"};
        audit::AuditEntry entry;
        entry.interaction = "search-type";
        entry.about = {"zoe", "Ada", "p-1"};
        co_await log.note(session, std::move(actor), std::move(entry));
    };
    runBlocking(loops[0], noteOne(log, session));
    runBlocking(loops[0], noteSome(log, session, 1));
    QCOMPARE(runBlocking(loops[0], audit::sealAuditEvents(session, Clock::system().now())), 2);
    QVERIFY(!runBlocking(loops[0], audit::checkAuditSeals(session)).firstBroken);
    oneNow(loops, *owner, "UPDATE audit_about SET patient = 'other' WHERE tenant_id = 611 AND patient = 'Ada'");
    QCOMPARE(runBlocking(loops[0], audit::checkAuditSeals(session)).broken, std::vector<std::int64_t>{1});
    oneNow(loops, *owner, "UPDATE audit_about SET patient = 'Ada' WHERE tenant_id = 611 AND patient = 'other'");
    QVERIFY(!runBlocking(loops[0], audit::checkAuditSeals(session)).firstBroken);
    oneNow(loops, *owner, "DELETE FROM audit_about WHERE tenant_id = 611");
    QCOMPARE(runBlocking(loops[0], audit::checkAuditSeals(session)).broken, std::vector<std::int64_t>{1});
}

void AuditSealTest::everyColumnIsSealed() {
    RunningLoops loops(2);
    OpenDatabase database(cluster_.asTenant(), loops), owner(cluster_.asBootstrap(), loops);
    audit::AuditLog log(Clock::system());
    const auto session = database.session(609);
    const auto noteOne = [](audit::AuditLog& log, db::TenantSession session) -> Task<void> {
        audit::Actor actor{"patient-app", "c for Patient/p", "r", "127.0.0.1", "c", "acc", "p", "Patient/p"};
        audit::AuditEntry entry;
        entry.interaction = "search-type";
        entry.about = {"p", "q"};
        co_await log.note(session, std::move(actor), std::move(entry));
    };
    runBlocking(loops[0], noteOne(log, session));
    QCOMPARE(runBlocking(loops[0], audit::sealAuditEvents(session, Clock::system().now())), 1);
    for (const char* change : {"client = 'd'", "account = 'x'", "patient = 'q'", "behalf = NULL", "about = 'p'", "about_more = '{p}'",
                               "about_more = NULL", "address = NULL", "outcome = 4", "at = at + interval '1 microsecond'"}) {
        QVERIFY(!runBlocking(loops[0], audit::checkAuditSeals(session)).firstBroken);
        oneNow(loops, *owner, "CREATE TABLE kept AS SELECT * FROM audit_event WHERE tenant_id = 609");
        oneNow(loops, *owner, std::string("UPDATE audit_event SET ") + change + " WHERE tenant_id = 609");
        QVERIFY2(runBlocking(loops[0], audit::checkAuditSeals(session)).firstBroken, change);
        oneNow(loops, *owner, "DELETE FROM audit_event WHERE tenant_id = 609");
        oneNow(loops, *owner, "INSERT INTO audit_event SELECT * FROM kept");
        oneNow(loops, *owner, "DROP TABLE kept");
    }
}

void AuditSealTest::chainHoldsAndShowsWhatWasChanged() {
    RunningLoops loops(2);
    OpenDatabase database(cluster_.asTenant(), loops);
    audit::AuditLog log(Clock::system());
    const auto session = database.session(602);
    for (int round = 0; round < 3; ++round) {
        runBlocking(loops[0], noteSome(log, session, 4));
        QCOMPARE(runBlocking(loops[0], audit::sealAuditEvents(session, Clock::system().now() + std::chrono::minutes(1))), 4);
    }
    auto check = runBlocking(loops[0], audit::checkAuditSeals(session));
    QCOMPARE(check.seals, std::int64_t(3));
    QCOMPARE(check.events, std::int64_t(12));
    QVERIFY(!check.firstBroken);

    OpenDatabase stranger(cluster_.asBootstrap(), loops);
    oneNow(loops, *stranger,
           "UPDATE audit_event SET agent = 'nobody' WHERE tenant_id = 602 AND request = 'r2' AND id = "
           "(SELECT min(id) FROM audit_event WHERE tenant_id = 602 AND request = 'r2')");
    check = runBlocking(loops[0], audit::checkAuditSeals(session));
    QCOMPARE(check.firstBroken.value_or(0), std::int64_t(1));
}

void AuditSealTest::chainShowsWhatWasTakenAway() {
    RunningLoops loops(2);
    OpenDatabase database(cluster_.asTenant(), loops);
    audit::AuditLog log(Clock::system());
    const auto session = database.session(603);
    for (int round = 0; round < 2; ++round) {
        runBlocking(loops[0], noteSome(log, session, 4));
        runBlocking(loops[0], audit::sealAuditEvents(session, Clock::system().now() + std::chrono::minutes(1)));
    }
    OpenDatabase stranger(cluster_.asBootstrap(), loops);
    oneNow(loops, *stranger,
           "DELETE FROM audit_event WHERE tenant_id = 603 AND id = (SELECT max(id) FROM audit_event WHERE tenant_id = 603)");
    QCOMPARE(runBlocking(loops[0], audit::checkAuditSeals(session)).firstBroken.value_or(0), std::int64_t(2));
}

void AuditSealTest::tenantsHaveChainsOfTheirOwn() {
    RunningLoops loops(2);
    OpenDatabase database(cluster_.asTenant(), loops);
    audit::AuditLog log(Clock::system());
    const auto a = database.session(604), b = database.session(605);
    runBlocking(loops[0], noteSome(log, a, 2));
    runBlocking(loops[0], noteSome(log, b, 5));
    QCOMPARE(runBlocking(loops[0], audit::sealAuditEvents(a, Clock::system().now() + std::chrono::minutes(1))), 2);
    QCOMPARE(runBlocking(loops[0], audit::checkAuditSeals(a)).events, std::int64_t(2));
    QCOMPARE(runBlocking(loops[0], audit::checkAuditSeals(b)).events, std::int64_t(0));
}

void AuditSealTest::manyEventsAreSealedPieceByPiece() {
    RunningLoops loops(2);
    OpenDatabase database(cluster_.asTenant(), loops), owner(cluster_.asBootstrap(), loops);
    oneNow(loops, *owner,
           "INSERT INTO audit_event (tenant_id, id, at, request, agent_kind, agent, action, interaction, type, outcome, count) "
           "SELECT 606, i, now() - interval '1 hour', 'r', 'system', 'c', 'R', 'read', 0, 0, 1 FROM generate_series(1, 4500) AS i");
    const auto session = database.session(606);
    std::vector<int> pieces;
    for (int i = 0; i < 4; ++i) pieces.push_back(runBlocking(loops[0], audit::sealAuditEvents(session, Clock::system().now())));
    QCOMPARE(pieces, (std::vector<int>{2'000, 2'000, 500, 0}));
    const auto check = runBlocking(loops[0], audit::checkAuditSeals(session));
    QCOMPARE(check.events, std::int64_t(4'500));
    QVERIFY(!check.firstBroken);
}

POLYCLINIC_TEST(AuditSealTest)
#include "audit_seal_test.moc"
