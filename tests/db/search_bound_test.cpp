// What ends a search, known before it runs: that decides which connections carry it.

#include <QTest>

#include "base/encoding.h"
#include "records/search/plan.h"
#include "test_case.h"

using namespace polyclinic;
using records::sql::Bound;

class SearchBoundTest : public QObject {
    Q_OBJECT
  private slots:
    void isKnownBefore_data();
    void isKnownBefore();
    void patientsOwnRecords();
};

namespace {

Bound boundOf(const std::string& type, const std::string& query, const std::vector<access::ScopePredicate>& scope = {}) {
    fhir::QueryOptions options;
    options.cursorKey = "k";
    const auto parsed = fhir::parseQuery(type, parseForm(query).value(), options);
    return records::sql::boundOf(records::sql::planOf(parsed, scope));
}

std::string list(int count, const std::string& start) {
    std::string text;
    for (int i = 0; i < count; ++i) text += (i ? "," : "") + start + std::to_string(i);
    return text;
}

}  // namespace

void SearchBoundTest::isKnownBefore_data() {
    QTest::addColumn<QString>("type");
    QTest::addColumn<QString>("query");
    QTest::addColumn<QString>("bound");
    const auto row = [](const char* type, const std::string& query, const char* bound) {
        QTest::newRow((std::string(type) + "?" + query.substr(0, 60) + " " + std::to_string(query.size())).c_str())
            << QString(type) << QString::fromStdString(query) << QString(bound);
    };
    row("Patient", "", "page");
    row("Patient", "_id=7", "page");
    row("Patient", "_id=7,8&name:contains=x", "page");
    row("Patient", "_sort=-_lastUpdated", "page");
    row("Patient", "_lastUpdated=gt2020&_sort=_lastUpdated", "page");
    row("Patient", "_sort=family", "page");
    row("Patient", "identifier=http://x|7", "page");
    row("Observation", "code=http://loinc.org|8302-2", "page");
    row("Observation", "subject=Patient/7", "page");
    row("Observation", "date=ge2020&_sort=date", "page");

    row("Patient", "family=same&_sort=family,_id", "driver");
    row("Patient", "family=same", "driver");
    row("Patient", "gender=male&_sort=family", "driver");
    row("Observation", "subject=Patient/7&_sort=-date", "driver");
    row("Observation", "code=8302-2&status=final", "driver");
    row("Observation", "code=" + list(150, "c"), "driver");

    row("Patient", "_sort=family,_id", "nothing");
    row("Patient", "name:contains=x", "nothing");
    row("Patient", "gender:not=male", "nothing");
    row("Patient", "birthdate=ne2000-01-01&_sort=birthdate", "nothing");
    row("Patient", "identifier:missing=true", "nothing");
    row("ValueSet", "url:below=http://x", "nothing");
    row("Patient", "name=" + list(40, "n"), "nothing");
    row("Observation", "code=" + list(900, "c"), "nothing");
    row("Patient", "family=a&family=b&family=c&family=d&family=e&family=f&family=g", "nothing");
}

void SearchBoundTest::isKnownBefore() {
    QFETCH(QString, type);
    QFETCH(QString, query);
    QFETCH(QString, bound);
    const auto found = boundOf(type.toStdString(), query.toStdString());
    QCOMPARE(QString(found == Bound::page ? "page" : found == Bound::leadingPredicate ? "driver" : "nothing"), bound);
}

void SearchBoundTest::patientsOwnRecords() {
    const std::vector<access::ScopePredicate> own{{{{{1, 2}, "Patient", "7"}}, {}}};
    QVERIFY(boundOf("Observation", "", own) == Bound::leadingPredicate);
    QVERIFY(boundOf("Observation", "code=c1&_sort=-date", own) == Bound::leadingPredicate);
    const std::vector<access::ScopePredicate> herself{{{}, {"7"}}};
    QVERIFY(boundOf("Patient", "", herself) == Bound::page);
    QVERIFY(boundOf("Patient", "_sort=family,_id", herself) == Bound::page);
}

POLYCLINIC_TEST(SearchBoundTest)
#include "search_bound_test.moc"
