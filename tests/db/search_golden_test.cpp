// The golden queries over HL7's examples: every answer holds all that it must and nothing that it may not.

#include <QTest>
#include <algorithm>
#include <set>

#include "golden.h"
#include "search_fixture.h"
#include "test_case.h"

using namespace polyclinic;

class SearchGoldenTest : public QObject {
    Q_OBJECT
  private slots:
    void answersAllGoldenQueries();
};

namespace {

// Left out, each for its reason:
const std::set<std::string> leftOut{// Parameters of US Core, which R4 does not have.
                                    "CareTeam?role:missing=true", "Goal?description:missing=true",
                                    // CarePlan/f003 has a scheduledString that happens to read as a date; R4 indexes no string as a date.
                                    "CarePlan?activity-date=2011", "CarePlan?activity-date=ge2011", "CarePlan?activity-date=le2011-06-27",
                                    // The other engine stumbled over Observation/f205, a Quantity ">60", which may be both.
                                    "Observation?combo-value-quantity=gt122", "Observation?combo-value-quantity=lt122"};

std::set<std::string> namesAt(const json::Value& object, std::string_view member) {
    std::set<std::string> names;
    if (const auto* list = object.find(member))
        for (const auto& item : list->items()) names.insert(std::string(item.text()));
    return names;
}

}  // namespace

void SearchGoldenTest::answersAllGoldenQueries() {
    const auto golden = test::goldenFolder() / "search-golden/hl7-examples-search.ndjson.gz";
    if (!std::filesystem::exists(golden)) QSKIP("../shared/testdata is not here");
    test::SearchFixture fixture;
    const auto examples = test::resourcesBelow(test::goldenFolder() / "hl7-r4-examples");
    std::vector<const json::Value*> batch;
    for (const auto& [name, document] : examples) {
        batch.push_back(&document.root());
        if (batch.size() == 100) {
            fixture.write(batch);
            batch.clear();
        }
    }
    if (!batch.empty()) fixture.write(batch);

    int asked = 0, wrong = 0;
    for (const auto& line : test::gzipLines(golden)) {
        const auto document = json::Document::parse(line);
        const auto& told = document.root();
        const std::string type(told.stringAt("type")), query(told.stringAt("query"));
        const auto must = namesAt(told, "must"), may = namesAt(told, "may");
        if (leftOut.contains(type + "?" + query)) continue;
        ++asked;
        std::string fault;
        try {
            auto found = fixture.search(type, query + "&_count=1000").names;
            std::ranges::sort(found);
            if (std::ranges::adjacent_find(found) != found.end()) fault = "twice";
            for (const auto& name : must)
                if (!std::ranges::binary_search(found, name)) fault = "lacks " + name;
            for (const auto& name : found)
                if (!must.contains(name) && !may.contains(name)) fault = "should not hold " + name;
        } catch (const Failure& failure) {
            fault = failure.publicMessage() + " " + failure.logMessage();
        }
        if (fault.empty()) continue;
        ++wrong;
        if (wrong <= 60) qWarning("%s?%s [%s]: %s", type.c_str(), query.c_str(), std::string(told.stringAt("kind")).c_str(), fault.c_str());
    }
    qInfo("%d golden queries asked, %d wrong", asked, wrong);
    QVERIFY(asked > 3'000);
    QCOMPARE(wrong, 0);
}

POLYCLINIC_TEST(SearchGoldenTest)
#include "search_golden_test.moc"
