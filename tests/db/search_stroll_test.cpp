// Searches by a code, newest first: whichever way the server takes for how often the code occurs, pages hold the same.

#include <QTest>
#include <algorithm>

#include "records/search/sql.h"
#include "search_fixture.h"
#include "test_case.h"

using namespace polyclinic;
using test::Found;

namespace {

constexpr int observations = 2'400;

/// 1,200 "often", 600 "some", 100 "old" at the old end, 20 "seldom"; the rest "other".
std::string codeOf(int i) {
    if (i % 2 == 1) return "often";
    if (i % 4 == 0) return "some";
    if (i < 400) return "old";
    return i % 100 == 2 ? "seldom" : "other";
}

/// One of 25 has no date.
bool hasDate(int i) { return i % 25 != 1 && i % 100 != 52; }

std::string observation(int i) {
    char date[48] = "";
    if (hasDate(i)) std::snprintf(date, sizeof date, R"(,"effectiveDateTime":"20%02d-%02d-%02d")", i / 336, i / 28 % 12 + 1, i % 28 + 1);
    return R"({"resourceType":"Observation","id":"o)" + std::to_string(i) + R"(","status":")" + (i < 1'200 ? "final" : "amended") +
           R"(","code":{"coding":[{"system":"http://x.org","code":")" + codeOf(i) + R"("}]})" + date + "}";
}

}  // namespace

class SearchStrollTest : public QObject {
    Q_OBJECT
  private slots:
    void initTestCase();
    void pagesHoldEverythingInOrder_data();
    void pagesHoldEverythingInOrder();
    void onlyCoarseCodesAreStrolledFor();
    void cleanupTestCase() { fixture_.reset(); }

  private:
    std::unique_ptr<test::SearchFixture> fixture_;
};

void SearchStrollTest::initTestCase() {
    fixture_ = std::make_unique<test::SearchFixture>();
    fixture_->writeEach(observations, observation);
    fixture_->writeEach(100, observation, test::clinicB);
    fixture_->administer("VACUUM ANALYZE");
}

void SearchStrollTest::pagesHoldEverythingInOrder_data() {
    QTest::addColumn<QString>("code");
    QTest::addColumn<bool>("newestFirst");
    QTest::addColumn<QString>("status");
    QTest::addColumn<int>("count");
    const auto row = [](const char* code, bool newestFirst, const char* status, int count) {
        QTest::addRow("%s %s %s", code, newestFirst ? "newest first" : "oldest first", status) << code << newestFirst << status << count;
    };
    for (const bool newestFirst : {true, false}) {
        row("often", newestFirst, "", 1'200);
        row("some", newestFirst, "", 600);
        row("some", newestFirst, "final", 300);
        row("old", newestFirst, "", 100);
        row("old", newestFirst, "amended", 0);
        row("seldom", newestFirst, "", 20);
        row("never", newestFirst, "", 0);
    }
}

void SearchStrollTest::pagesHoldEverythingInOrder() {
    QFETCH(QString, code);
    QFETCH(bool, newestFirst);
    QFETCH(QString, status);
    QFETCH(int, count);
    std::vector<std::string> dated, undated;
    for (int i = 0; i < observations; ++i) {
        const bool isFinal = i < 1'200;
        if (codeOf(i) != code.toStdString() || (status == "final" && !isFinal) || (status == "amended" && isFinal)) continue;
        (hasDate(i) ? dated : undated).push_back("Observation/o" + std::to_string(i));
    }
    QCOMPARE(int(dated.size() + undated.size()), count);
    if (newestFirst) std::reverse(dated.begin(), dated.end());
    const std::string query = "code=http://x.org|" + code.toStdString() + (status.isEmpty() ? "" : "&status=" + status.toStdString());
    const std::string sorted = query + (newestFirst ? "&_sort=-date" : "&_sort=date");
    auto found = fixture_->everyPage("Observation", sorted + "&_count=37");
    QCOMPARE(found.size(), dated.size() + undated.size());
    std::sort(found.begin() + std::ptrdiff_t(dated.size()), found.end());
    std::sort(undated.begin(), undated.end());
    auto wanted = dated;
    wanted.insert(wanted.end(), undated.begin(), undated.end());
    QCOMPARE(found, wanted);
    // What must have a date has one.
    QCOMPARE(fixture_->everyPage("Observation", sorted + "&date=ge1990&_count=100"), dated);
}

void SearchStrollTest::onlyCoarseCodesAreStrolledFor() {
    const auto scansBounded = [&](const char* query) {
        const auto parsed = fhir::parseQuery("Observation", parseForm(query).value(), fixture_->options());
        const std::vector<access::ScopePredicate> everything;
        return records::sql::planOf(parsed, everything).scansBounded;
    };
    QVERIFY(scansBounded("code=some&_sort=-date"));
    QVERIFY(scansBounded("category=laboratory&_sort=-date"));
    QVERIFY(!scansBounded("subject=Patient/p1&code=some&_sort=-date"));
    QVERIFY(!scansBounded("identifier=x&_sort=-date"));
    QVERIFY(!scansBounded("code=some"));
    QVERIFY(!scansBounded("code=some&_sort=-_lastUpdated"));
}

POLYCLINIC_TEST(SearchStrollTest)
#include "search_stroll_test.moc"
