// Transactions and batches through HTTP with literal answers; a clinic beside those that get them must not notice.

#include <QTest>

#include "placements.h"
#include "test_case.h"

using namespace polyclinic;
using namespace polyclinic::test;

class BundlesTest : public QObject {
    Q_OBJECT
  private slots:
    void transactionLinksItsEntries_data() { placements(); }
    void transactionLinksItsEntries();
    void transactionIsAllOrNothing_data() { placements(); }
    void transactionIsAllOrNothing();
    void batchKeepsFaultsApart_data() { placements(); }
    void batchKeepsFaultsApart();
    void neighbourSawNothing();
};

void BundlesTest::transactionLinksItsEntries() {
    QCOMPARE(ask(clinic(), "PUT", "Practitioner/doc",
                 R"({"resourceType":"Practitioner","id":"doc","identifier":[{"system":"urn:doc","value":"7"}]})")
                     .status /
                 100,
             2);
    const std::string urn = "urn:uuid:6c6d4eb2-2c5f-4c33-a9e1-0b7ea4f0d001";
    Json observation{
        {"resourceType", "Observation"},
        {"status", "final"},
        {"code", {{"text", "weight"}}},
        {"subject", {{"reference", urn}}},
        {"performer", {{{"reference", "Practitioner?identifier=urn:doc|7"}}}},
        {"text", {{"status", "generated"}, {"div", "<div xmlns=\"http://www.w3.org/1999/xhtml\"><a href=\"" + urn + "\">who</a></div>"}}}};
    // Sent in an order in which nothing could be carried out one by one.
    const auto answer = ask(
        clinic(), "POST", "",
        bundle("transaction", Json::array({entry("GET", "Patient?identifier=urn:test|linked"), entry("POST", "Observation", observation),
                                           entry("POST", "Patient", patient("Linked", "linked"), urn), entry("DELETE", "Patient/not-there"),
                                           entry("PUT", "Patient/put-here", withId(patient("Put"), "put-here"))})));
    QVERIFY2(answer.status == 200, answer.told().c_str());
    QVERIFY(answer.json.at("type") == "transaction-response");
    const auto& entries = answer.json.at("entry");
    QCOMPARE(entries.size(), 5u);
    QVERIFY(entries[0].at("resource").at("total") == 1);  // reads come last
    const std::string person = entries[2].at("resource").at("id");
    QVERIFY(person != urn.substr(9));  // the server draws ids
    const auto& stored = entries[1].at("resource");
    QVERIFY(stored.at("subject").at("reference") == "Patient/" + person);
    QVERIFY(stored.at("performer")[0].at("reference") == "Practitioner/doc");
    QVERIFY(stored.at("text").at("div").get<std::string>().find("href=\"Patient/" + person + "\"") != std::string::npos);
    const char* statuses[] = {"200", "201", "201", "204", "201"};
    for (std::size_t i = 0; i < 5; ++i)
        QVERIFY2(entries[i].at("response").at("status").get<std::string>().starts_with(statuses[i]), entries[i].dump().c_str());
    QVERIFY(entries[2].at("response").at("location") == clinic().fhir + "/Patient/" + person + "/_history/1");
    QVERIFY(entries[2].at("response").at("etag") == "W/\"1\"");
    QCOMPARE(totalOf(clinic(), "Observation?subject=Patient/" + person), 1);

    // A condition in an entry: the second time the one that is there is linked.
    auto conditional = entry("POST", "Patient", patient("Linked", "linked"), urn);
    conditional["request"]["ifNoneExist"] = "identifier=urn:test|linked";
    const auto again =
        ask(clinic(), "POST", "", bundle("transaction", Json::array({conditional, entry("POST", "Observation", observation)})));
    QVERIFY2(again.status == 200, again.told().c_str());
    QVERIFY(again.json.at("entry")[0].at("response").at("status").get<std::string>().starts_with("200"));
    QVERIFY(again.json.at("entry")[1].at("resource").at("subject").at("reference") == "Patient/" + person);
    QCOMPARE(totalOf(clinic(), "Patient?identifier=urn:test|linked"), 1);
    QCOMPARE(totalOf(clinic(), "Observation?subject=Patient/" + person), 2);
}

void BundlesTest::transactionIsAllOrNothing() {
    const auto before = typesOf(server(), clinic().id);
    const auto good = entry("POST", "Patient", patient("Never"));
    auto stale = entry("PUT", "Patient/put-here", withId(patient("Put"), "put-here"));
    stale["request"]["ifMatch"] = "W/\"99\"";
    auto dangling = patient("Never");
    dangling["generalPractitioner"] = {{{"reference", "Practitioner?identifier=urn:doc|nobody"}}};
    auto wrong = patient("Never");
    wrong["gender"] = "?";
    const std::pair<Json, int> cases[] = {{entry("POST", "Patient", wrong), 422},
                                          {entry("POST", "Pazient", patient("Never")), 400},
                                          {entry("PATCH", "Patient/put-here"), 400},
                                          {entry("PUT", "Patient/a", withId(patient("Never"), "b")), 400},
                                          {stale, 412},
                                          {entry("POST", "Patient", dangling), 412}};
    for (const auto& [bad, status] : cases) {
        const auto answer = ask(clinic(), "POST", "", bundle("transaction", Json::array({good, bad})));
        QVERIFY2(answer.status == status, (std::to_string(answer.status) + " " + answer.told() + bad.dump()).c_str());
        QVERIFY(answer.json.at("resourceType") == "OperationOutcome");
        if (status != 412 || bad != stale)
            QVERIFY2(answer.json.at("issue")[0].at("expression")[0].get<std::string>().starts_with("Bundle.entry[1]"), answer.body.c_str());
    }
    const auto twice = entry("PUT", "Patient/twice", withId(patient("Never"), "twice"));
    QCOMPARE(ask(clinic(), "POST", "", bundle("transaction", Json::array({twice, twice}))).status, 400);
    QCOMPARE(ask(clinic(), "POST", "", bundle("collection", Json::array({good}))).status, 400);
    QCOMPARE(totalOf(clinic(), "Patient?family=Never"), 0);
    QVERIFY(typesOf(server(), clinic().id) == before);
}

void BundlesTest::batchKeepsFaultsApart() {
    auto wrong = patient("Batch");
    wrong["gender"] = "?";
    const auto answer =
        ask(clinic(), "POST", "",
            bundle("batch",
                   Json::array({entry("POST", "Patient", patient("Batch", "batch")), entry("POST", "Patient", wrong),
                                entry("GET", "Patient/nobody"), entry("GET", "Patient?family=Batch"), entry("DELETE", "Patient/nobody"),
                                entry("POST", "Pazient", patient("Batch")), entry("GET", "Practitioner/doc/_history/1")})));
    QVERIFY2(answer.status == 200, answer.told().c_str());
    QVERIFY(answer.json.at("type") == "batch-response");
    const char* statuses[] = {"201", "422", "404", "200", "204", "400", "200"};
    for (std::size_t i = 0; i < 7; ++i) {
        const auto& response = answer.json.at("entry")[i].at("response");
        QVERIFY2(response.at("status").get<std::string>().starts_with(statuses[i]), answer.json.at("entry")[i].dump().c_str());
        QCOMPARE(response.contains("outcome"), statuses[i][0] == '4');
    }
    QVERIFY(answer.json.at("entry")[3].at("resource").at("total") == 1);
    QCOMPARE(totalOf(clinic(), "Patient?family=Batch"), 1);
}

void BundlesTest::neighbourSawNothing() {
    QVERIFY(typesOf(server(), "neighbour").empty());
    QCOMPARE(totalOf(neighbour(), "Patient?identifier=urn:test|linked"), 0);
}

POLYCLINIC_TEST(BundlesTest)
#include "bundles_test.moc"
