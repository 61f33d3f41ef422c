// Reads by id that share a statement: everybody gets the record that was asked for, and each read is noted or fails.

#include <QTest>

#include "database_fixture.h"
#include "store/audit_log.h"
#include "test_case.h"

using namespace polyclinic;
using namespace polyclinic::test;

class NotedReadsTest : public QObject {
    Q_OBJECT
  private slots:
    void readsOfManyClinicsNeverMix();
    void eachReadIsNotedWithItsOutcome();
    void largeRecordsComeWhole();
    void whatCannotBeNotedIsNotTold();

  private:
    TempCluster cluster_;
};

namespace {

Task<std::string> read(store::AuditLog& log, db::TenantSession session, std::string request, std::string id) {
    store::Actor actor{"system", "client-1", std::move(request)};
    const auto found = co_await log.reads().read(session, std::move(actor), 1, std::move(id));
    if (found.rows->isNull(found.row, 0)) co_return "nothing";
    if (found.rows->boolean(found.row, 2)) co_return "deleted";
    co_return std::string(found.rows->text(found.row, 3));
}

}  // namespace

void NotedReadsTest::readsOfManyClinicsNeverMix() {
    RunningLoops loops(2);
    OpenDatabase database(cluster_.asTenant(), loops);
    store::AuditLog log(Clock::system());
    for (int clinic = 201; clinic <= 205; ++clinic)
        for (int i = 0; i < 10; ++i)
            runBlocking(loops[0], database.session(clinic).run(
                                      insertion("p" + std::to_string(i), i + 1, std::to_string(clinic) + "/" + std::to_string(i))));
    const auto some = [&](int i) -> Task<void> {
        return [](store::AuditLog& log, db::TenantSession session, int clinic, int number) -> Task<void> {
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
    store::AuditLog log(Clock::system());
    const auto session = database.session(210);
    runBlocking(loops[0], database.session(210).run(insertion("there", 1, "content")));
    runBlocking(loops[0], database.session(210).run(insertion("gone", 2, "old")));
    OpenDatabase owner(cluster_.asBootstrap(), loops);
    oneNow(loops, *owner, "UPDATE resource SET deleted = true, content = NULL WHERE tenant_id = 210 AND id = 'gone'");
    std::vector<std::string> answers(3);
    runBlocking(loops[0], together(3, [&](int i) -> Task<void> {
        return [](store::AuditLog& log, db::TenantSession session, int i, std::string& answer) -> Task<void> {
            static const std::vector<std::string> ids{"there", "gone", "never"};
            answer = co_await read(log, session, "request-" + std::to_string(i), ids[std::size_t(i)]);
        }(log, session, i, answers[std::size_t(i)]);
    }));
    QCOMPARE(answers, (std::vector<std::string>{"content", "deleted", "nothing"}));
    const auto events = oneNow(loops, *owner,
                               "SELECT string_agg(concat_ws(' ', request, agent_kind, agent, action, interaction, type, resource_id, outcome, "
                               "count), '; ' ORDER BY id) FROM audit_event WHERE tenant_id = 210");
    QCOMPARE(std::string(events.text(0, 0)),
             std::string("request-0 system client-1 R read 1 there 0 1; request-1 system client-1 R read 1 gone 4 0; "
                         "request-2 system client-1 R read 1 never 4 0"));
}

void NotedReadsTest::largeRecordsComeWhole() {
    RunningLoops loops(1);
    OpenDatabase database(cluster_.asTenant(), loops);
    store::AuditLog log(Clock::system());
    const std::string content(300'000, 'x');
    for (int i = 0; i < 40; ++i) runBlocking(loops[0], database.session(211).run(insertion("p" + std::to_string(i), i, content)));
    int right = 0;
    runBlocking(loops[0], together(80, [&](int i) -> Task<void> {
        return [](store::AuditLog& log, db::TenantSession session, int i, const std::string& content, int& right) -> Task<void> {
            const auto answer = co_await read(log, session, "r", "p" + std::to_string(i % 40));
            right += answer == content;
        }(log, database.session(211), i, content, right);
    }));
    QCOMPARE(right, 80);
}

void NotedReadsTest::whatCannotBeNotedIsNotTold() {
    RunningLoops loops(1);
    OpenDatabase database(cluster_.asTenant(), loops), owner(cluster_.asBootstrap(), loops);
    store::AuditLog log(Clock::system());
    runBlocking(loops[0], database.session(212).run(insertion("p", 1, "content")));
    QCOMPARE(runBlocking(loops[0], read(log, database.session(212), "r", "p")), std::string("content"));
    oneNow(loops, *owner, "ALTER TABLE audit_event ADD CONSTRAINT blocked CHECK (tenant_id <> 212) NOT VALID");
    int failed = 0;
    runBlocking(loops[0], together(20, [&](int) -> Task<void> {
        return [](store::AuditLog& log, db::TenantSession session, int& failed) -> Task<void> {
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

POLYCLINIC_TEST(NotedReadsTest)
#include "noted_reads_test.moc"
