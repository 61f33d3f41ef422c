// Every shape of search on 100,000 resources, as the runtime login under forced row security: PostgreSQL must find
// the rows by index conditions, never by reading a table, and few of them.

#include <QTest>
#include <cstring>
#include <sstream>
#include <utility>

#include "access/access_scope.h"
#include "audit/audited_reads.h"
#include "base/row_id.h"
#include "fhir/definitions/definitions.h"
#include "records/filter_sql.h"
#include "records/search/sql.h"
#include "search_fixture.h"
#include "test_case.h"

using namespace polyclinic;

class SearchPlanTest : public QObject {
    Q_OBJECT
  private slots:
    void initTestCase();
    void narrowsByIndex_data();
    void narrowsByIndex();
    void patientsReachByIndex_data();
    void patientsReachByIndex();
    void recordsOfPatientsByIndex_data();
    void recordsOfPatientsByIndex();
    void manyRecordsByIndex();
    void withoutTheConditionOthersAreFound();

  private:
    void narrows(const std::vector<db::TenantStatement>& statements, const QString& condition, int mostPages);
    void pagesNarrow(const QString& type, const QString& query, const std::vector<access::ScopePredicate>& scope, const QString& condition,
                     int mostPages, int mostToCount);
    std::unique_ptr<test::SearchFixture> fixture_;
};

namespace {

constexpr int people = 2'000, observations = 100'000;

std::string two(int number) { return (number < 10 ? "0" : "") + std::to_string(number); }

/// Spread without any relation to the other values.
std::string dayOf(int number) {
    const int i = static_cast<int>(number * 2'654'435'761u >> 8);
    return std::to_string(2010 + i % 15) + "-" + two(1 + i / 15 % 12) + "-" + two(1 + i / 180 % 28);
}

std::string patient(int i) {
    return R"({"resourceType":"Patient","id":"p)" + std::to_string(i) + R"(","identifier":[{"system":"http://x.org/mrn","value":"m)" +
           std::to_string(i) + R"("}],"name":[{"family":"Family)" + std::to_string(i % 500) + R"(","given":["Given)" +
           std::to_string(i % 97) + R"("]}],"gender":")" + (i % 2 ? "male" : "female") + R"(","birthDate":")" + dayOf(i) + R"("})";
}

/// Every 50th is of a rare code.
std::string observation(int i) {
    const std::string code = i % 50 == 0 ? "rare" : "c" + std::to_string(i % 20);
    return R"({"resourceType":"Observation","id":"o)" + std::to_string(i) + R"(","status":"final","category":[{"coding":[{"system":)" +
           R"("http://terminology.hl7.org/CodeSystem/observation-category","code":")" + (i % 3 ? "vital-signs" : "laboratory") +
           R"("}]}],"code":{"coding":[{"system":"http://loinc.org","code":")" + code + R"("}]},"subject":{"reference":"Patient/p)" +
           std::to_string(i % people) + R"("},"effectiveDateTime":")" + dayOf(i) + R"(","valueQuantity":{"value":)" +
           std::to_string(i / 50 % 300) + R"(,"unit":"cm","system":"http://unitsofmeasure.org","code":"cm"}})";
}

access::AccessScope appOf(const char* patient) {
    auto scope = access::AccessScope::everything();
    scope.compartment = access::Compartment{patient};
    return scope;
}

using Names = std::vector<std::pair<std::string, std::string>>;  // type and id

/// Each time with events of its own, since it writes them.
db::TenantStatement readsOf(const Names& wanted, std::optional<access::Compartment> within = {}) {
    std::vector<audit::AuditedReads::Read> reads;
    for (const auto& [type, id] : wanted) reads.push_back({{"system", "client-1", "r"}, fhir::typeCode(type), id, within, nextRowId()});
    return audit::AuditedReads::statement(reads, Clock::system().now(), db::Open::any);
}

/// Of a read's answer: a row whose version is NULL stands for nothing.
int found(const db::Result& rows) {
    int found = 0;
    for (std::size_t i = 0; i < rows.rows(); ++i) found += !rows.isNull(i, 0);
    return found;
}

std::vector<db::TenantStatement> statementsOf(const records::sql::Plan& plan) {
    std::vector<db::TenantStatement> statements;
    if (plan.scansBounded) statements.push_back(records::sql::boundedIndexScan(plan, 21));
    if (plan.canWalk) statements.push_back(records::sql::indexOrderScan(plan, 21, plan.hasLeadingPredicate()));
    if (!plan.canWalk || plan.hasLeadingPredicate()) statements.push_back(records::sql::fetchAndSort(plan, 21, plan.canWalk));
    return statements;
}

/// Of "Buffers: shared hit=12 read=3 dirtied=1".
int pagesIn(const std::string& line) {
    int pages = 0;
    for (const char* word : {"hit=", "read="})
        if (const auto at = line.find(word); at != line.npos) pages += std::stoi(line.substr(at + std::strlen(word)));
    return pages;
}

void addPlanColumns() {
    QTest::addColumn<QString>("type");
    QTest::addColumn<QString>("query");
    QTest::addColumn<QString>("condition");  // must stand in an Index Cond
    // Of 8 kB, looked at: about twice what was seen. A page looked at again counts again, so a join of n rows has about 3 n.
    QTest::addColumn<int>("mostPages");
    QTest::addColumn<int>("mostToCount");
}

void row(const char* query, const char* type, const char* condition, int mostPages, int mostToCount) {
    QTest::newRow((std::string(type) + "?" + query).c_str())
        << QString(type) << QString(query) << QString(condition) << mostPages << mostToCount;
}

Task<db::Result> run(db::TenantSession session, db::TenantStatement statement) {
    co_return co_await session.run(std::move(statement), db::QueryClass::heavy);
}

}  // namespace

void SearchPlanTest::initTestCase() {
    fixture_ = std::make_unique<test::SearchFixture>();
    fixture_->writeEach(people, patient);
    fixture_->writeEach(observations, observation);
    // The other clinic has people of the same ids, and none of them these records.
    auto stranger = json::Document::parse(R"({"resourceType":"Observation","id":"theirs","status":"final","code":{"text":"x"},)"
                                          R"("subject":{"reference":"Patient/p7"}})");
    fixture_->write({&stranger.root()}, test::clinicB);
    fixture_->administer("VACUUM ANALYZE");
}

void SearchPlanTest::narrowsByIndex_data() {
    addPlanColumns();
    const char *o = "Observation", *p = "Patient";
    row("code=http://loinc.org|rare", o, "code = ", 190, 50);
    row("code=rare", o, "code = ", 180, 50);
    row("code=rare,c1,c2", o, "code = ANY", 420, 280);
    row("code=http://loinc.org|rare,http://loinc.org|c1", o, "code = ANY", 310, 160);
    row("subject=Patient/p7,Patient/p8", o, "target = ANY", 170, 20);
    row("code=|rare", o, "code = ", 50, 50);
    row("code=http://loinc.org|rare&_sort=-date&_count=20", o, "code = ", 14'000, 50);
    row("code=http://loinc.org|c1&date=ge2020&_sort=-date&_count=20", o, "low", 6'200, 31'000);
    row("code=http://loinc.org|c1&_sort=-date&_count=20", o, "code = ", 6'200, 120);
    row("code=http://loinc.org|c1&_sort=-_lastUpdated&_count=20", o, "code = ", 2'700, 120);
    row("subject=Patient/p7&category=vital-signs", o, "target = ", 370, 310);
    row("subject=p7&code=c7&_sort=-date", o, "target = ", 1'300, 310);
    row("patient=p7&date=ge2012&date=lt2014", o, "target = ", 460, 400);
    row("date=2015-03-04", o, "low >= ", 180, 20);
    row("date=sa2024-11", o, "low > ", 220, 20);
    row("code=rare&value-quantity=gt290||cm", o, "code = ", 7'400, 17'000);
    row("code-value-quantity=rare$gt290||cm", o, "code1 = ", 230, 70);
    row("_lastUpdated=gt2020&_sort=_lastUpdated&_count=20", o, "updated", 20, 1'800);
    row("_id=o7", o, "id = ", 20, 20);
    row("", o, "type = ", 20, 1'800);
    row("status:not=final&_count=5", o, "type = ", 650'000, 610'000);
    row("identifier=http://x.org/mrn|m77", p, "code = ", 20, 20);
    row("name=family12", p, "value >= ", 150, 20);
    row("family:exact=Family12", p, "value = ", 40, 20);
    row("family:exact=Family12,Family13", p, "value = ", 80, 20);
    row("family:contains=ily12", p, "param = ", 3'600, 13'000);
    row("family=family12&gender=male&birthdate=gt2011", p, "value >= ", 620, 510);
    row("gender=male&_sort=family", p, "param = ", 13'000, 20);
    row("_sort=family,-birthdate", p, "param = ", 37'000, 30);
    row("_sort=_id&_count=20", o, "type = ", 20, 1'800);
    row("_sort=-date&_count=20", o, "param = ", 180, 1'800);
    row("code:missing=true", o, "present = ANY", 20, 20);
    row("status=final&code:missing=true", o, "present = ANY", 20, 20);
    row("code=rare&date:missing=true", o, "code = ", 17'000, 17'000);
    row("date:missing=true&_sort=date", o, "present = ANY", 50, 20);
    row("encounter:missing=false", o, "present = ANY", 20, 20);
    row("encounter:missing=true", o, "present = ANY", 2'000, 1'800);
    row("identifier:missing=true", p, "present = ANY", 20, 20);
    row("identifier:missing=false&gender:missing=true&_sort=family", p, "present = ANY", 50, 20);
}

void SearchPlanTest::narrowsByIndex() {
    QFETCH(QString, type);
    QFETCH(QString, query);
    QFETCH(QString, condition);
    QFETCH(int, mostPages);
    QFETCH(int, mostToCount);
    pagesNarrow(type, query, {}, condition, mostPages, mostToCount);
}

/// The first page, the one behind it, and the total.
void SearchPlanTest::pagesNarrow(const QString& type, const QString& query, const std::vector<access::ScopePredicate>& scope,
                                 const QString& condition, int mostPages, int mostToCount) {
    const auto text = query.toStdString();
    const auto parse = [&](const std::string& all) {
        return fhir::parseQuery(type.toStdString(), parseForm(all).value(), fixture_->options());
    };
    const auto first = parse(text);
    const auto plan = records::sql::planOf(first, scope);
    narrows(statementsOf(plan), condition, mostPages);
    narrows({records::sql::count(plan)}, "tenant_id = ", mostToCount);
    if (plan.hasLeadingPredicate()) narrows({records::sql::hasMany(plan)}, "tenant_id = ", mostPages);
    if (QTest::currentTestFailed()) return;
    const auto page = fixture_->search(type.toStdString(), text + "&_count=3", scope);
    if (page.next.empty()) return;
    const auto second = parse(text + "&_cursor=" + page.next);
    QVERIFY(second.after.has_value());
    narrows(statementsOf(records::sql::planOf(second, scope)), condition, mostPages);
}

void SearchPlanTest::narrows(const std::vector<db::TenantStatement>& statements, const QString& condition, int mostPages) {
    bool met = false;
    int pages = 0;
    std::string text;
    for (const auto& statement : statements) {
        bool top = true;
        for (const auto& line : fixture_->plan(statement)) {
            text += line + "\n";
            met |= line.find("Index Cond") != line.npos && line.find(condition.toStdString()) != line.npos;
            // History is empty here, and asked only of what was deleted; tenant_state has one row a clinic.
            const bool untouched =
                line.find("resource_history h (never executed)") != line.npos || line.find(" on tenant_state") != line.npos;
            QVERIFY2(untouched || line.find("Seq Scan") == line.npos, text.c_str());
            // What stands first is of the whole statement.
            if (line.find("Buffers: ") != line.npos && std::exchange(top, false)) pages += pagesIn(line);
        }
    }
    qInfo("%d pages", pages);
    if (qEnvironmentVariableIsSet("POLYCLINIC_SHOW_PLANS")) qInfo("%s", text.c_str());
    QVERIFY2(met, text.c_str());
    QVERIFY2(pages < mostPages, text.c_str());
}

void SearchPlanTest::patientsReachByIndex_data() {
    addPlanColumns();
    const char *o = "Observation", *p = "Patient";
    row("", o, "target = ", 190, 420);
    row("_sort=-date", o, "target = ", 940, 420);
    row("_sort=-_lastUpdated&_count=5", o, "target = ", 1'100, 420);
    row("code=http://loinc.org|c1", o, "target = ", 320, 320);
    row("code=rare,c1,c2&_sort=-date", o, "target = ", 920, 920);
    row("patient=p7&date=ge2012", o, "target = ", 790, 970);
    row("subject=Patient/p8", o, "target = ", 320, 320);
    row("category=vital-signs&_sort=-date", o, "target = ", 1'100, 580);
    row("status:not=final", o, "target = ", 320, 320);
    row("encounter:missing=true", o, "target = ", 590, 820);
    row("date=sa2024-11", o, "target = ", 320, 320);
    row("_id=o7", o, "id = ", 20, 20);
    row("", p, "id = ", 20, 20);
    row("_sort=family", p, "id = ", 20, 20);
    row("name=family12", p, "id = ", 20, 20);
    row("identifier=http://x.org/mrn|m77", p, "id = ", 20, 20);
}

/// The same shapes inside the compartment of one of 2,000 patients.
void SearchPlanTest::patientsReachByIndex() {
    QFETCH(QString, type);
    QFETCH(QString, query);
    QFETCH(QString, condition);
    QFETCH(int, mostPages);
    QFETCH(int, mostToCount);
    pagesNarrow(type, query, access::searchFilter(appOf("p7"), type.toStdString()), condition, mostPages, mostToCount);
}

void SearchPlanTest::recordsOfPatientsByIndex_data() {
    QTest::addColumn<QString>("type");
    QTest::addColumn<QString>("id");
    QTest::addColumn<int>("rows");
    QTest::newRow("an own record") << "Observation"
                                   << "o7" << 1;
    QTest::newRow("another's record") << "Observation"
                                      << "o8" << 0;
    QTest::newRow("no record") << "Observation"
                               << "nothing" << 0;
    QTest::newRow("the own Patient") << "Patient"
                                     << "p7" << 1;
    QTest::newRow("another Patient") << "Patient"
                                     << "p8" << 0;
}

void SearchPlanTest::recordsOfPatientsByIndex() {
    QFETCH(QString, type);
    QFETCH(QString, id);
    QFETCH(int, rows);
    const auto scope = appOf("p7");
    const Names wanted{{type.toStdString(), id.toStdString()}};
    const auto askIn = [&](int tenant, db::TenantStatement statement) {
        return runBlocking(fixture_->loop(), run(fixture_->session(tenant), std::move(statement)));
    };
    narrows({readsOf(wanted, scope.compartment)}, "(id = ", 20);
    narrows({readsOf(wanted, scope.compartment)}, "(param = ANY", 30);
    narrows({records::sql::lockStatement(scope, wanted)}, "(param = ANY", 30);
    QCOMPARE(found(askIn(test::clinicA, readsOf(wanted, scope.compartment))), rows);
    QCOMPARE(int(askIn(test::clinicA, records::sql::lockStatement(scope, wanted)).rows()), rows);
    // In another clinic the same ids are nobody's.
    QCOMPARE(found(askIn(test::clinicB, readsOf(wanted, scope.compartment))), 0);
}

/// As many reads as share a statement, of two types, at either door.
void SearchPlanTest::manyRecordsByIndex() {
    Names wanted;
    for (int i = 0; i < 31; ++i) wanted.emplace_back("Observation", "o" + std::to_string(7 + i * people / 2));
    wanted.emplace_back("Patient", "p7");
    const auto own = appOf("p7").compartment;
    narrows({readsOf(wanted)}, "(id = ", 260);
    narrows({readsOf(wanted, own)}, "(id = ", 540);
    narrows({readsOf(wanted, own)}, "(param = ANY", 540);
    QCOMPARE(found(runBlocking(fixture_->loop(), run(fixture_->session(), readsOf(wanted)))), 32);
    QCOMPARE(found(runBlocking(fixture_->loop(), run(fixture_->session(), readsOf(wanted, own)))), 17);
}

/// The condition is what keeps others' records out, and these tests would see it missing.
void SearchPlanTest::withoutTheConditionOthersAreFound() {
    const auto parsed = fhir::parseQuery("Observation", parseForm("code=rare").value(), fixture_->options());
    const auto reach = access::searchFilter(appOf("p50"), "Observation");
    const auto narrowed = records::sql::fetchAndSort(records::sql::planOf(parsed, reach), 1'000);
    QVERIFY(narrowed.sql.find("target = ") != std::string::npos);
    QCOMPARE(int(runBlocking(fixture_->loop(), run(fixture_->session(), narrowed)).rows()), 50);
    const std::vector<access::ScopePredicate> none;
    const auto open = records::sql::fetchAndSort(records::sql::planOf(parsed, none), 1'000);
    QCOMPARE(int(runBlocking(fixture_->loop(), run(fixture_->session(), open)).rows()), 1'000);

    auto read = readsOf({{"Observation", "o8"}}, appOf("p7").compartment);
    const auto at = read.sql.find("EXISTS (SELECT 1 FROM index_reference");
    QVERIFY(at != std::string::npos);
    read.sql.insert(at, "true OR ");
    QCOMPARE(found(runBlocking(fixture_->loop(), run(fixture_->session(), read))), 1);

    // No patient: nothing, whatever is asked.
    const auto nobody = access::searchFilter(appOf(""), "Observation");
    QCOMPARE(
        int(runBlocking(fixture_->loop(), run(fixture_->session(), records::sql::fetchAndSort(records::sql::planOf(parsed, nobody), 1'000)))
                .rows()),
        0);
    QCOMPARE(found(runBlocking(fixture_->loop(), run(fixture_->session(), readsOf({{"Observation", "o8"}}, appOf("").compartment)))), 0);
}

POLYCLINIC_TEST(SearchPlanTest)
#include "search_plan_test.moc"
