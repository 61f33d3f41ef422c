// Pages, totals, cursors and scopes over a handful of resources.

#include <QTest>
#include <algorithm>

#include "search_fixture.h"
#include "test_case.h"

using namespace polyclinic;

class SearchPagingTest : public QObject {
    Q_OBJECT
  private slots:
    void initTestCase();
    void pagesNeitherRepeatNorSkip_data();
    void pagesNeitherRepeatNorSkip();
    void writesMeanwhileDoNotDisturb();
    void sortsByDateWithThoseWithoutLast();
    void totals();
    void cursorsOpenOnlyWhereTheyWereMade();
    void scopesNarrow();
    void tenantsDoNotSeeEachOther();

  private:
    void writeAll(const std::vector<std::string>& texts, int tenant = test::clinicA);
    std::unique_ptr<test::SearchFixture> fixture_;
};

namespace {

/// 30 of them; every fifth has no birth date, family names repeat.
std::string patient(int i) {
    std::string text = R"({"resourceType":"Patient","id":"p)" + std::to_string(i) + R"(","active":true,"name":[{"family":"F)" +
                       std::to_string(i % 4) + R"("},{"family":"Z)" + std::to_string(i) + R"("}])";
    if (i % 5 != 0) text += R"(,"birthDate":"19)" + std::to_string(50 + i % 7) + R"(")";
    return text + "}";
}

}  // namespace

void SearchPagingTest::writeAll(const std::vector<std::string>& texts, int tenant) {
    fixture_->writeEach(
        int(texts.size()), [&](int i) { return texts[std::size_t(i)]; }, tenant);
}

void SearchPagingTest::initTestCase() {
    fixture_ = std::make_unique<test::SearchFixture>();
    fixture_->writeEach(30, patient);
    writeAll({R"({"resourceType":"Patient","id":"other","active":true,"name":[{"family":"F1"}]})"}, test::clinicB);
    writeAll({R"({"resourceType":"Observation","id":"o1","status":"final","subject":{"reference":"Patient/p1"}})",
              R"({"resourceType":"Observation","id":"o2","status":"final","subject":{"reference":"Patient/p2"}})",
              R"({"resourceType":"Observation","id":"o3","status":"final","performer":[{"reference":"Patient/p1"}]})"});
}

void SearchPagingTest::pagesNeitherRepeatNorSkip_data() {
    QTest::addColumn<QString>("query");
    for (const char* query : {"_count=7", "active=true&_count=7", "_sort=birthdate&_count=4", "_sort=-birthdate&_count=4",
                              "active=true&_sort=-birthdate&_count=1", "_sort=family&_count=7", "_sort=-family&_count=4",
                              "active=true&_sort=family,-birthdate&_count=4", "_sort=-birthdate,family&_count=4",
                              "_sort=_lastUpdated&_count=7", "_sort=-_id&_count=7", "name=f,z&_count=7"})
        QTest::newRow(query) << QString(query);
}

void SearchPagingTest::pagesNeitherRepeatNorSkip() {
    QFETCH(QString, query);
    const auto names = fixture_->everyPage("Patient", query.toStdString());
    QCOMPARE(names.size(), std::size_t(30));
    const auto atOnce = fixture_->search("Patient", query.toStdString() + "&_count=1000").names;
    // _count stands twice above: the last one counts.
    QVERIFY(names == atOnce);
    auto sorted = names;
    std::ranges::sort(sorted);
    QVERIFY(std::ranges::adjacent_find(sorted) == sorted.end());
}

void SearchPagingTest::writesMeanwhileDoNotDisturb() {
    for (const std::string query : {"identifier=w", "identifier=w&_sort=birthdate", "identifier=w&_sort=-family"}) {
        const auto suffix = std::to_string(qHash(QString::fromStdString(query)));
        const auto one = [&](const std::string& name, const std::string& born) {
            return R"({"resourceType":"Patient","id":")" + name + suffix + R"(","identifier":[{"value":"w)" + suffix +
                   R"("}],"name":[{"family":"W)" + born + R"("}],"birthDate":")" + born + R"("})";
        };
        writeAll({one("a", "1950"), one("b", "1960"), one("c", "1970"), one("d", "1980")});
        auto mine = query;
        mine.replace(mine.find("=w"), 2, "=w" + suffix);
        auto page = fixture_->search("Patient", mine + "&_count=2");
        std::vector<std::string> names = page.names;
        writeAll({one("early", "1940"), one("middle", "1965"), one("late", "1990")});
        while (!page.next.empty()) {
            page = fixture_->search("Patient", mine + "&_count=2&_cursor=" + page.next);
            names.insert(names.end(), page.names.begin(), page.names.end());
        }
        auto sorted = names;
        std::ranges::sort(sorted);
        QVERIFY(std::ranges::adjacent_find(sorted) == sorted.end());
        for (const char* name : {"a", "b", "c", "d"})
            QVERIFY(std::ranges::find(names, std::string("Patient/") + name + suffix) != names.end());
    }
}

void SearchPagingTest::sortsByDateWithThoseWithoutLast() {
    const auto names = fixture_->search("Patient", "active=true&_sort=-birthdate&_count=100").names;
    QCOMPARE(names.size(), std::size_t(30));
    const auto number = [&](std::size_t i) { return std::stoi(names[i].substr(names[i].find("/p") + 2)); };
    for (std::size_t i = 0; i < 24; ++i) QVERIFY(number(i) % 5 != 0);
    for (std::size_t i = 24; i < 30; ++i) QVERIFY(number(i) % 5 == 0);
    for (std::size_t i = 1; i < 24; ++i) QVERIFY(number(i - 1) % 7 >= number(i) % 7);
}

void SearchPagingTest::totals() {
    QCOMPARE(fixture_->search("Patient", "active=true&_count=5&_total=accurate").total.value(), 30);
    QVERIFY(!fixture_->search("Patient", "active=true&_count=5").total);
    QCOMPARE(fixture_->search("Patient", "active=true&_count=50").total.value(), 30);
    const auto counted = fixture_->search("Patient", "name=F1&_summary=count");
    QCOMPARE(counted.total.value(), 8);
    QVERIFY(counted.names.empty());
    QCOMPARE(fixture_->search("Patient", "active:missing=true&_count=0").total.value(), 21);  // of writesMeanwhileDoNotDisturb
}

void SearchPagingTest::cursorsOpenOnlyWhereTheyWereMade() {
    const auto next = fixture_->search("Patient", "active=true&_count=5").next;
    QVERIFY(!next.empty());
    QCOMPARE(fixture_->search("Patient", "active=true&_count=3&_cursor=" + next).names.size(), std::size_t(3));
    QVERIFY_EXCEPTION_THROWN(fixture_->search("Patient", "active=false&_cursor=" + next), Failure);
    QVERIFY_EXCEPTION_THROWN(fixture_->search("Practitioner", "active=true&_cursor=" + next), Failure);
    QVERIFY_EXCEPTION_THROWN(fixture_->search("Patient", "active=true&_cursor=" + next, {}, test::clinicB), Failure);
    auto forged = next;
    forged[next.size() / 2] = forged[next.size() / 2] == 'A' ? 'B' : 'A';
    QVERIFY_EXCEPTION_THROWN(fixture_->search("Patient", "active=true&_cursor=" + forged), Failure);
}

void SearchPagingTest::scopesNarrow() {
    const auto subject = fhir::parameterId("Observation", "subject"), performer = fhir::parameterId("Observation", "performer");
    const access::ScopePredicate compartment{{{{subject, performer}, "Patient", "p1"}}, {}};
    const std::vector<std::string> seen{"Observation/o1", "Observation/o3"};
    QVERIFY(fixture_->search("Observation", "", {compartment}).names == seen);
    QVERIFY(fixture_->search("Observation", "status=final", {compartment}).names == seen);
    QVERIFY(fixture_->search("Observation", "_sort=-_lastUpdated", {compartment}).names.size() == 2);
    QCOMPARE(fixture_->search("Observation", "status=final&_summary=count", {compartment}).total.value(), 2);
    QVERIFY(fixture_->search("Observation", "subject=p2", {compartment}).names.empty());
    QVERIFY(fixture_->search("Observation", "_id=o2", {compartment}).names.empty());
    QVERIFY(fixture_->search("Observation", "", {access::ScopePredicate{}}).names.empty());
    const access::ScopePredicate self{{}, {"p1"}};
    QVERIFY(fixture_->search("Patient", "", {self}).names == std::vector<std::string>{"Patient/p1"});
    QVERIFY(fixture_->search("Patient", "name=F2", {self}).names.empty());
}

void SearchPagingTest::tenantsDoNotSeeEachOther() {
    QVERIFY(fixture_->search("Patient", "_id=p1", {}, test::clinicB).names.empty());
    QVERIFY(fixture_->search("Patient", "active=true", {}, test::clinicB).names == std::vector<std::string>{"Patient/other"});
    QVERIFY(fixture_->search("Patient", "_sort=-_lastUpdated", {}, test::clinicB).names.size() == 1);
}

POLYCLINIC_TEST(SearchPagingTest)
#include "search_paging_test.moc"
