// Reads by id that share a statement: everybody gets the record that was asked for, and each read is noted or fails.

#include <QTest>

#include "audit/audit_log.h"
#include "base/encoding.h"
#include "database_fixture.h"
#include "fhir/definitions/definitions.h"
#include "fhir/search/parameters.h"
#include "test_case.h"

using namespace polyclinic;
using namespace polyclinic::test;

class NotedReadsTest : public QObject {
    Q_OBJECT
  private slots:
    void readsOfManyClinicsNeverMix();
    void eachReadIsNotedWithItsOutcome();
    void readsOfOnePatientEndAtTheirOwn();
    void largeRecordsComeWithTheirBeginning();
    void whatCannotBeNotedIsNotTold();
    void whatIsClosedIsNeitherToldNorNoted();

  private:
    TempCluster cluster_;
};

namespace {

Task<std::string> read(audit::AuditLog& log, db::TenantSession session, std::string request, std::string id, std::int32_t type = 1,
                       std::optional<access::Compartment> within = {}) {
    audit::Actor actor{"system", "client-1", std::move(request)};
    const auto found = co_await log.reads().read(session, std::move(actor), type, std::move(id), std::move(within));
    if (found.rows->isNull(found.row, 0)) co_return "nothing";
    if (found.rows->boolean(found.row, 2)) co_return "deleted";
    co_return std::string(found.rows->text(found.row, 3));
}

}  // namespace

void NotedReadsTest::readsOfManyClinicsNeverMix() {
    RunningLoops loops(2);
    OpenDatabase database(cluster_.asTenant(), loops);
    audit::AuditLog log(Clock::system());
    for (int clinic = 201; clinic <= 205; ++clinic)
        for (int i = 0; i < 10; ++i)
            runBlocking(loops[0], database.session(clinic).run(
                                      insertion("p" + std::to_string(i), i + 1, std::to_string(clinic) + "/" + std::to_string(i))));
    const auto some = [&](int i) -> Task<void> {
        return [](audit::AuditLog& log, db::TenantSession session, int clinic, int number) -> Task<void> {
            const auto content = co_await read(log, session, "r", "p" + std::to_string(number));
            const auto wanted = number < 10 ? std::to_string(clinic) + "/" + std::to_string(number) : std::string("nothing");
            if (content != wanted) throw std::runtime_error("a read was answered with another's record");
        }(log, database.session(201 + i % 5), 201 + i % 5, i / 5 % 12);
    };
    std::thread second([&] { runBlocking(loops[1], together(600, some)); });
    runBlocking(loops[0], together(600, some));
    second.join();
    for (int clinic = 201; clinic <= 205; ++clinic) {
        static constexpr db::TenantSql count("SELECT count(*) FROM audit_event WHERE tenant_id = $1");
        const auto noted = runBlocking(loops[0], database.session(clinic).run({count, {}}));
        QCOMPARE(noted.int8(0, 0), std::int64_t(240));
    }
}

void NotedReadsTest::eachReadIsNotedWithItsOutcome() {
    RunningLoops loops(1);
    OpenDatabase database(cluster_.asTenant(), loops);
    audit::AuditLog log(Clock::system());
    const auto session = database.session(210);
    runBlocking(loops[0], database.session(210).run(insertion("there", 1, "content")));
    runBlocking(loops[0], database.session(210).run(insertion("gone", 2, "old")));
    OpenDatabase owner(cluster_.asBootstrap(), loops);
    oneNow(loops, *owner, "UPDATE resource SET deleted = true, content = NULL WHERE tenant_id = 210 AND id = 'gone'");
    std::vector<std::string> answers(3);
    runBlocking(loops[0], together(3, [&](int i) -> Task<void> {
                    return [](audit::AuditLog& log, db::TenantSession session, int i, std::string& answer) -> Task<void> {
                        static const std::vector<std::string> ids{"there", "gone", "never"};
                        answer = co_await read(log, session, "request-" + std::to_string(i), ids[std::size_t(i)]);
                    }(log, session, i, answers[std::size_t(i)]);
                }));
    QCOMPARE(answers, (std::vector<std::string>{"content", "deleted", "nothing"}));
    const auto events =
        oneNow(loops, *owner,
               "SELECT string_agg(concat_ws(' ', request, agent_kind, agent, action, interaction, type, resource_id, outcome, "
               "count), '; ' ORDER BY id) FROM audit_event WHERE tenant_id = 210");
    QCOMPARE(std::string(events.text(0, 0)),
             std::string("request-0 system client-1 R read 1 there 0 1; request-1 system client-1 R read 1 gone 4 0; "
                         "request-2 system client-1 R read 1 never 4 0"));
}

/// Two apps of two patients of one clinic and a system ask for the same records at once.
void NotedReadsTest::readsOfOnePatientEndAtTheirOwn() {
    RunningLoops loops(1);
    OpenDatabase database(cluster_.asTenant(), loops), owner(cluster_.asBootstrap(), loops);
    audit::AuditLog log(Clock::system());
    const auto type = fhir::typeCode("Observation");
    const auto put = [&](const std::string& id, int rid, const std::string& patient, bool deleted = false) {
        const auto number = std::to_string(rid), code = std::to_string(type);
        oneNow(loops, *owner,
               "INSERT INTO resource (tenant_id, type, id, rid, id_hash, version, updated, pack, deleted, content) VALUES (213, " + code +
                   ", '" + id + "', " + number + ", 0, 2, now(), 1, " + (deleted ? "true, NULL)" : "false, '" + id + "')"));
        if (deleted)
            oneNow(loops, *owner,
                   "INSERT INTO resource_history (tenant_id, type, id, version, rid, updated, pack, deleted, content) VALUES (213, " +
                       code + ", '" + id + "', 1, " + number + ", now(), 1, false, 'before')");
        else
            oneNow(loops, *owner,
                   "INSERT INTO index_reference (tenant_id, param, target, type, version, rid) VALUES (213, " +
                       std::to_string(fhir::parameterId("Observation", "subject")) + ", " + std::to_string(indexHash(patient)) + ", " +
                       std::to_string(fhir::typeCode("Patient")) + ", 0, " + number + ")");
    };
    put("of-p1", 1, "p1");
    put("of-p2", 2, "p2");
    put("gone", 3, "", true);
    const std::vector<std::string> ids{"of-p1", "of-p2", "gone", "never"};
    std::vector<std::string> answers(12);
    runBlocking(loops[0], together(12, [&](int i) -> Task<void> {
                    return [](audit::AuditLog& log, db::TenantSession session, std::int32_t type, int who, std::string id,
                              std::string& answer) -> Task<void> {
                        std::optional<access::Compartment> within;
                        if (who < 2) within = access::Compartment{who == 0 ? "p1" : "p2"};
                        answer =
                            co_await read(log, session, std::string("who-") + std::to_string(who), std::move(id), type, std::move(within));
                    }(log, database.session(213), type, i / 4, ids[std::size_t(i % 4)], answers[std::size_t(i)]);
                }));
    QCOMPARE(answers, (std::vector<std::string>{"of-p1", "nothing", "deleted", "nothing",  //
                                                "nothing", "of-p2", "deleted", "nothing",  //
                                                "of-p1", "of-p2", "deleted", "nothing"}));
    const auto events =
        oneNow(loops, *owner,
               "SELECT string_agg(concat_ws(' ', request, resource_id, outcome, count), '; ' ORDER BY request, id) FROM audit_event "
               "WHERE tenant_id = 213");
    QCOMPARE(
        std::string(events.text(0, 0)),
        std::string("who-0 of-p1 0 1; who-0 of-p2 4 0; who-0 gone 4 0; who-0 never 4 0; who-1 of-p1 4 0; who-1 of-p2 0 1; who-1 gone 4 0; "
                    "who-1 never 4 0; who-2 of-p1 0 1; who-2 of-p2 0 1; who-2 gone 4 0; who-2 never 4 0"));
    // A deleted record brings what tells whose it was, to those whose reach ends somewhere.
    const auto contentOfGone = [&](std::optional<access::Compartment> within) {
        const auto found =
            runBlocking(loops[0], log.reads().read(database.session(213), {"system", "c", "r"}, type, "gone", std::move(within)));
        return found.rows->isNull(found.row, 3) ? std::string("none") : std::string(found.rows->text(found.row, 3));
    };
    QCOMPARE(contentOfGone(access::Compartment{"p1"}), std::string("before"));
    QCOMPARE(contentOfGone(std::nullopt), std::string("none"));
}

void NotedReadsTest::largeRecordsComeWithTheirBeginning() {
    RunningLoops loops(1);
    OpenDatabase database(cluster_.asTenant(), loops);
    audit::AuditLog log(Clock::system());
    const std::string content(300'000, 'x');
    for (int i = 0; i < 40; ++i) runBlocking(loops[0], database.session(211).run(insertion("p" + std::to_string(i), i, content)));
    int right = 0;
    runBlocking(loops[0], together(80, [&](int i) -> Task<void> {
                    return
                        [](audit::AuditLog& log, db::TenantSession session, int i, const std::string& content, int& right) -> Task<void> {
                            const auto answer = co_await read(log, session, "r", "p" + std::to_string(i % 40));
                            right += answer == content.substr(0, audit::AuditedReads::contentBytes);
                        }(log, database.session(211), i, content, right);
                }));
    QCOMPARE(right, 80);
}

void NotedReadsTest::whatCannotBeNotedIsNotTold() {
    RunningLoops loops(1);
    OpenDatabase database(cluster_.asTenant(), loops), owner(cluster_.asBootstrap(), loops);
    audit::AuditLog log(Clock::system());
    runBlocking(loops[0], database.session(212).run(insertion("p", 1, "content")));
    QCOMPARE(runBlocking(loops[0], read(log, database.session(212), "r", "p")), std::string("content"));
    oneNow(loops, *owner, "ALTER TABLE audit_event ADD CONSTRAINT blocked CHECK (tenant_id <> 212) NOT VALID");
    int failed = 0;
    runBlocking(loops[0], together(20, [&](int) -> Task<void> {
                    return [](audit::AuditLog& log, db::TenantSession session, int& failed) -> Task<void> {
                        try {
                            co_await read(log, session, "r", "p");
                        } catch (const Failure&) {
                            ++failed;
                        }
                    }(log, database.session(212), failed);
                }));
    oneNow(loops, *owner, "ALTER TABLE audit_event DROP CONSTRAINT blocked");
    QCOMPARE(failed, 20);
    QCOMPARE(runBlocking(loops[0], read(log, database.session(212), "r", "p")), std::string("content"));
}

/// The statement asks for the state itself, after the lock: whoever closes a clinic waits for it, or is seen by it.
void NotedReadsTest::whatIsClosedIsNeitherToldNorNoted() {
    RunningLoops loops(1);
    OpenDatabase database(cluster_.asTenant(), loops), owner(cluster_.asBootstrap(), loops);
    audit::AuditLog log(Clock::system());
    auto any = database.session(260);
    runBlocking(loops[0], any.run(insertion("there", 1, "content")));
    const auto events = [&] { return oneNow(loops, *owner, "SELECT count(*) FROM audit_event WHERE tenant_id = 260").int8(0, 0); };
    const auto close = [&](std::int16_t closed) {
        static constexpr db::TenantSql set(
            "INSERT INTO tenant_state (tenant_id, closed) VALUES ($1, $2) ON CONFLICT (tenant_id) DO UPDATE SET closed = excluded.closed");
        runBlocking(loops[0], any.run({set, std::move(db::Params().int2(closed))}));
    };
    const access::Compartment own{"there"};
    const auto told = [&](std::optional<access::Compartment> within) {
        try {
            auto session = database.session(260, db::Open::active);
            auto reading = read(log, session, "r", "there", fhir::typeCode("Patient"), std::move(within));
            return runBlocking(loops[0], std::move(reading));
        } catch (const Failure& failure) {
            return failure.kind() == FailureKind::notFound ? std::string("closed") : std::string(failure.what());
        }
    };
    oneNow(loops, *owner, "UPDATE resource SET type = 286294188 WHERE tenant_id = 260");
    QCOMPARE(told({}), std::string("closed"));  // no row: there is no such clinic any more
    close(0);
    QCOMPARE(told({}), std::string("content"));
    QCOMPARE(told(own), std::string("content"));
    QCOMPARE(events(), std::int64_t(2));
    for (const std::int16_t closed : {1, 2, 3}) {
        close(closed);
        QCOMPARE(told({}), std::string("closed"));
        QCOMPARE(told(own), std::string("closed"));
    }
    QCOMPARE(events(), std::int64_t(2));
}

POLYCLINIC_TEST(NotedReadsTest)
#include "noted_reads_test.moc"
