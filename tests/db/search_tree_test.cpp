// Trees deeper than those that a query's text makes today: what stands inside of a node is asked of each row, and leads nowhere.

#include <QTest>
#include <algorithm>

#include "records/search/plan.h"
#include "search_fixture.h"
#include "test_case.h"

using namespace polyclinic;
using fhir::QueryNode;

class SearchTreeTest : public QObject {
    Q_OBJECT
  private slots:
    void initTestCase();
    void alternativesOfSeveralParameters();
    void noneOfSeveral();
    void besideALeadingPredicate();
    void inTheOrderOfASortKey();
    void whatNothingEndsIsLong();

  private:
    fhir::SearchQuery parse(const std::string& query);
    std::vector<QueryNode> nodes(const std::string& query) { return parse(query).where.nodes; }
    QStringList found(fhir::SearchQuery query);
    std::unique_ptr<test::SearchFixture> fixture_;
};

namespace {

/// 30 of them; every fifth has no birth date.
std::string patient(int i) {
    std::string text = R"({"resourceType":"Patient","id":"p)" + std::to_string(i) + R"(","active":true,"name":[{"family":"F)" +
                       std::to_string(i % 4) + R"("}])";
    if (i % 5 != 0) text += R"(,"birthDate":"19)" + std::to_string(50 + i % 7) + R"(")";
    return text + "}";
}

using Nodes = std::vector<QueryNode>;

Nodes operator+(Nodes a, const Nodes& b) {
    a.insert(a.end(), b.begin(), b.end());
    return a;
}

/// The nodes as one, joined by And, Or or Not.
template <class Kind>
Nodes as(Nodes nodes) {
    return Nodes(1, QueryNode{Kind{std::move(nodes)}});
}

}  // namespace

fhir::SearchQuery SearchTreeTest::parse(const std::string& query) {
    return fhir::parseQuery("Patient", parseForm(query).value(), fixture_->options());
}

/// All pages, one after the other; the total is of as many.
QStringList SearchTreeTest::found(fhir::SearchQuery query) {
    QStringList ids;
    std::optional<std::int64_t> total;
    query.total = fhir::Total::accurate;
    for (;;) {
        const auto page = runBlocking(fixture_->loop(), records::search(fixture_->session(), query));
        for (const auto& resource : page.resources) ids << QString::fromStdString(resource.id);
        total = page.total;
        if (page.next.empty()) break;
        query.after = query.seal.open(page.next);
    }
    if (total != ids.size()) ids << "and a total of " + QString::number(total.value_or(-1));
    return ids;
}

void SearchTreeTest::initTestCase() {
    fixture_ = std::make_unique<test::SearchFixture>();
    fixture_->writeEach(30, patient);
    fixture_->writeEach(30, patient, test::clinicB);
}

void SearchTreeTest::alternativesOfSeveralParameters() {
    auto query = parse("_sort=_id");
    query.where.nodes = as<fhir::Or>(nodes("_id=p3") + as<fhir::And>(nodes("family=F1&birthdate:missing=true")));
    QCOMPARE(query.toString(),
             std::string("Patient where (_id id 'p3' or (family begins with 'f1' and birthdate is missing)) by _id count 20"));
    QCOMPARE(query.cost(), std::size_t(4));
    QCOMPARE(found(query), QStringList({"p25", "p3", "p5"}));
}

void SearchTreeTest::noneOfSeveral() {
    auto query = parse("_count=3");
    query.where.nodes = as<fhir::Not>(nodes("family=F0,F1&birthdate:missing=true&_id=p3,p7&active:not=true"));
    QCOMPARE(query.cost(), std::size_t(6));
    auto ids = found(query);
    ids.sort();
    QCOMPARE(ids, QStringList({"p11", "p14", "p18", "p19", "p2", "p22", "p23", "p26", "p27", "p6"}));
}

void SearchTreeTest::besideALeadingPredicate() {
    auto query = parse("family=F1&_count=3");
    query.where.nodes = query.where.nodes + as<fhir::Or>(nodes("birthdate=1951") + as<fhir::Not>(nodes("birthdate:missing=false")));
    const std::vector<access::ScopePredicate> everything;
    QVERIFY(records::sql::planOf(query, everything).leadingPredicate == query.where.nodes[0].predicate());
    QCOMPARE(found(query), QStringList({"p1", "p5", "p25", "p29"}));
}

void SearchTreeTest::inTheOrderOfASortKey() {
    for (const char* text :
         {"family=F1&_sort=birthdate&_count=3", "family:exact=F1&_sort=birthdate&_count=1", "active=true&_sort=birthdate"}) {
        auto query = parse(text);
        query.where.nodes = query.where.nodes + as<fhir::Or>(nodes("birthdate=1951") + nodes("birthdate:missing=true")) +
                            as<fhir::Not>(nodes("family=F0,F2&family=F3"));
        QCOMPARE(found(query), QStringList({"p1", "p29", "p5", "p25"}));
    }
}

/// An id inside of an alternative names no record.
void SearchTreeTest::whatNothingEndsIsLong() {
    const std::vector<access::ScopePredicate> everything;
    auto query = parse("");
    query.where.nodes = as<fhir::Or>(nodes("_id=p3") + nodes("family=F1"));
    const auto plan = records::sql::planOf(query, everything);
    QVERIFY(!plan.byId);
    QVERIFY(!plan.hasLeadingPredicate());
    QVERIFY(records::sql::boundOf(plan) == records::sql::Bound::nothing);
}

POLYCLINIC_TEST(SearchTreeTest)
#include "search_tree_test.moc"
