// Every shape of search on 100,000 resources, as the runtime login under forced row security: PostgreSQL must find
// the rows by index conditions, never by reading a table, and few of them.

#include <QTest>
#include <sstream>

#include "search_fixture.h"
#include "store/search_sql.h"
#include "test_case.h"

using namespace polyclinic;

class SearchPlanTest : public QObject {
    Q_OBJECT
  private slots:
    void initTestCase();
    void narrowsByIndex_data();
    void narrowsByIndex();

  private:
    std::vector<std::string> explain(db::TenantStatement statement);
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

Task<db::Result> run(db::TenantSession session, db::TenantStatement statement) {
    co_return co_await session.run(std::move(statement), db::Lane::heavy);
}

}  // namespace

void SearchPlanTest::initTestCase() {
    fixture_ = std::make_unique<test::SearchFixture>();
    const auto writeAll = [&](int count, auto make) {
        for (int from = 0; from < count; from += 2'000) {
            std::vector<json::Document> documents;
            std::vector<const json::Value*> roots;
            for (int i = from; i < std::min(count, from + 2'000); ++i) documents.push_back(json::Document::parse(make(i)));
            for (const auto& document : documents) roots.push_back(&document.root());
            fixture_->write(roots);
        }
    };
    writeAll(people, patient);
    writeAll(observations, observation);
    fixture_->administer("VACUUM ANALYZE");
}

std::vector<std::string> SearchPlanTest::explain(db::TenantStatement statement) {
    statement.sql = "EXPLAIN (ANALYZE, COSTS off, TIMING off) " + statement.sql;
    const auto rows = runBlocking(fixture_->loop(), run(fixture_->session(), std::move(statement)));
    std::vector<std::string> lines;
    for (std::size_t i = 0; i < rows.rows(); ++i) lines.emplace_back(rows.text(i, 0));
    return lines;
}

void SearchPlanTest::narrowsByIndex_data() {
    QTest::addColumn<QString>("type");
    QTest::addColumn<QString>("query");
    QTest::addColumn<QString>("condition");  // must stand in an Index Cond
    QTest::addColumn<int>("milliseconds");   // at most: generous, it tells an index walk from a table read

    const auto row = [](const char* query, const char* type, const char* condition, int milliseconds) {
        QTest::newRow((std::string(type) + "?" + query).c_str())
            << QString(type) << QString(query) << QString(condition) << milliseconds;
    };
    const char *o = "Observation", *p = "Patient";
    row("code=http://loinc.org|rare", o, "code = ", 20);
    row("code=rare", o, "code = ", 20);
    row("code=rare,c1,c2", o, "code = ANY", 300);
    row("code=|rare", o, "code = ", 60);
    row("code=http://loinc.org|rare&_sort=-date&_count=20", o, "code = ", 60);
    row("code=http://loinc.org|c1&date=ge2020&_sort=-date&_count=20", o, "low", 60);
    row("code=http://loinc.org|c1&_sort=-date&_count=20", o, "code = ", 60);
    row("code=http://loinc.org|c1&_sort=-_lastUpdated&_count=20", o, "code = ", 60);
    row("subject=Patient/p7&category=vital-signs", o, "target = ", 20);
    row("subject=p7&code=c7&_sort=-date", o, "target = ", 20);
    row("patient=p7&date=ge2012&date=lt2014", o, "target = ", 20);
    row("date=2015-03-04", o, "low >= ", 60);
    row("date=sa2024-11", o, "low > ", 300);
    row("code=rare&value-quantity=gt290||cm", o, "code = ", 60);
    row("code-value-quantity=rare$gt290||cm", o, "code1 = ", 20);
    row("_lastUpdated=gt2020&_sort=_lastUpdated&_count=20", o, "updated", 20);
    row("_id=o7", o, "id = ", 20);
    row("", o, "type = ", 20);
    row("status:not=final&_count=5", o, "type = ", 2'000);
    row("identifier=http://x.org/mrn|m77", p, "code = ", 20);
    row("name=family12", p, "value >= ", 20);
    row("family:exact=Family12", p, "value = ", 20);
    row("family:contains=ily12", p, "param = ", 60);
    row("family=family12&gender=male&birthdate=gt2011", p, "value >= ", 20);
    row("gender=male&_sort=family", p, "param = ", 60);
    row("_sort=family,-birthdate", p, "param = ", 200);
    row("code:missing=true", o, "param = ", 1'000);
    row("status=final&code:missing=true", o, "param = ", 1'000);
    row("identifier:missing=true", p, "param = ", 1'000);
}

void SearchPlanTest::narrowsByIndex() {
    QFETCH(QString, type);
    QFETCH(QString, query);
    QFETCH(QString, condition);
    QFETCH(int, milliseconds);
    const auto parsed = fhir::parseQuery(type.toStdString(), parseForm(query.toStdString()).value(), fixture_->options());
    const std::vector<store::ScopePredicate> scope;
    const auto plan = store::sql::planOf(parsed, scope);
    std::vector<db::TenantStatement> statements;
    if (plan.canWalk) statements.push_back(store::sql::walk(plan, 21, plan.hasDriver()));
    if (!plan.canWalk || plan.hasDriver()) statements.push_back(store::sql::gather(plan, 21, plan.canWalk));
    bool met = false;
    double took = 0;
    std::string text;
    for (auto& statement : statements) {
        for (const auto& line : explain(std::move(statement))) {
            text += line + "\n";
            met |= line.find("Index Cond") != line.npos && line.find(condition.toStdString()) != line.npos;
            // What has no value of a parameter is known only after all values: with one tenant a whole read is right.
            const bool readsAll = query.contains(":missing");
            QVERIFY2(readsAll || line.find("Seq Scan") == line.npos, text.c_str());
            if (const auto at = line.find("Execution Time: "); at != line.npos) took += std::stod(line.substr(at + 16));
        }
    }
    qInfo("%.2f ms", took);
    if (qEnvironmentVariableIsSet("POLYCLINIC_SHOW_PLANS")) qInfo("%s", text.c_str());
    QVERIFY2(met, text.c_str());
    QVERIFY2(took < milliseconds, text.c_str());
}

POLYCLINIC_TEST(SearchPlanTest)
#include "search_plan_test.moc"
