// Every interaction through HTTP with literal answers, in a clinic of the shared database and in one with its own;
// a second clinic beside it must not notice.

#include <QTest>
#include <algorithm>

#include "placements.h"
#include "test_case.h"

using namespace polyclinic;
using namespace polyclinic::test;

class InteractionsTest : public QObject {
    Q_OBJECT
  private slots:
    void createsAndReads_data() { placements(); }
    void createsAndReads();
    void updatesWithIfMatch_data() { placements(); }
    void updatesWithIfMatch();
    void removesAndRemembers_data() { placements(); }
    void removesAndRemembers();
    void createsOnCondition_data() { placements(); }
    void createsOnCondition();
    void answersAsPreferred_data() { placements(); }
    void answersAsPreferred();
    void pagesHoldUnderWrites_data() { placements(); }
    void pagesHoldUnderWrites();
    void refusesWhatIsNoRequestOfOurs_data() { placements(); }
    void refusesWhatIsNoRequestOfOurs();
    void letsOtherOriginsIn_data() { placements(); }
    void letsOtherOriginsIn();
    void neighbourSawNothing();
};

void InteractionsTest::createsAndReads() {
    auto body = patient("Löwe");
    body["id"] = "mine";  // an id that comes with a create means nothing
    const auto made = ask(clinic(), "POST", "Patient", body.dump());
    QCOMPARE(made.status, 201);
    const auto id = idOf(made);
    QVERIFY(id != "mine");
    QCOMPARE(made.header("location"), clinic().fhir + "/Patient/" + id + "/_history/1");
    QCOMPARE(made.header("etag"), std::string("W/\"1\""));
    QCOMPARE(made.header("content-type"), std::string("application/fhir+json; charset=utf-8"));
    QVERIFY(made.json.at("name")[0].at("family") == "Löwe");
    QVERIFY(made.json.at("meta").at("versionId") == "1");
    QVERIFY(made.json.at("meta").at("extension")[0].at("valueReference").at("reference") == "Tenant/" + clinic().id);

    const auto read = ask(clinic(), "GET", "Patient/" + id);
    QCOMPARE(read.status, 200);
    QCOMPARE(read.body, made.body);
    QCOMPARE(read.header("etag"), std::string("W/\"1\""));
    QVERIFY(!read.header("last-modified").empty());
    QCOMPARE(ask(clinic(), "GET", "Patient/" + id + "/_history/1").body, made.body);
    QCOMPARE(ask(clinic(), "GET", "Patient/" + id + "/_history/2").status, 404);
    QCOMPARE(ask(clinic(), "GET", "Patient/" + id + "/_history/x").status, 404);
    QCOMPARE(ask(clinic(), "GET", "Patient/" + id, {}, {{"If-None-Match", "W/\"1\""}}).status, 304);
    QCOMPARE(ask(clinic(), "GET", "Patient/" + id, {}, {{"If-None-Match", "W/\"2\""}}).status, 200);
    QCOMPARE(ask(clinic(), "GET", "Patient/nobody").status, 404);
    QCOMPARE(ask(clinic(), "GET", "Patient/no_id").status, 400);
    QCOMPARE(ask(clinic(), "GET", "Pazient/" + id).status, 404);
    QCOMPARE(ask(neighbour(), "GET", "Patient/" + id).status, 404);
    auto stranger = neighbour();
    stranger.token = clinic().token;
    QCOMPARE(ask(stranger, "GET", "Patient/" + id).status, 401);
    QCOMPARE(http("GET", clinic().fhir + "/Patient/" + id).status, 401);
}

void InteractionsTest::updatesWithIfMatch() {
    const auto id = idOf(ask(clinic(), "POST", "Patient", patient("One").dump()));
    const auto address = "Patient/" + id;
    const auto second = ask(clinic(), "PUT", address, withId(patient("Two"), id).dump(), {{"If-Match", "W/\"1\""}});
    QCOMPARE(second.status, 200);
    QCOMPARE(second.header("etag"), std::string("W/\"2\""));
    QCOMPARE(second.header("location"), clinic().fhir + "/" + address + "/_history/2");
    QCOMPARE(ask(clinic(), "PUT", address, withId(patient("Three"), id).dump(), {{"If-Match", "W/\"1\""}}).status, 412);
    QCOMPARE(ask(clinic(), "PUT", address, withId(patient("Three"), id).dump(), {{"If-Match", "\"x\""}}).status, 400);
    QVERIFY(ask(clinic(), "GET", address).json.at("name")[0].at("family") == "Two");
    QCOMPARE(ask(clinic(), "PUT", address, withId(patient("Three"), "other").dump()).status, 400);
    QCOMPARE(ask(clinic(), "PUT", address, patient("Three").dump()).status, 400);
    QCOMPARE(ask(clinic(), "PUT", "Patient/never-there", withId(patient("New"), "never-there").dump(), {{"If-Match", "W/\"1\""}}).status,
             412);
    // An id that the sender chose.
    const auto chosen = ask(clinic(), "PUT", "Patient/Chosen.1", withId(patient("New"), "Chosen.1").dump());
    QCOMPARE(chosen.status, 201);
    QCOMPARE(chosen.header("etag"), std::string("W/\"1\""));
    QCOMPARE(ask(clinic(), "GET", "Patient/Chosen.1").status, 200);
    QCOMPARE(ask(clinic(), "GET", "Patient/chosen.1").status, 404);
    // What a body says of version, time and clinic is the server's to say.
    auto foreign = withId(patient("Two"), id);
    foreign["meta"] = {{"versionId", "77"}, {"lastUpdated", "1999-01-01T00:00:00Z"}};
    const auto third = ask(clinic(), "PUT", address, foreign.dump());
    QVERIFY(third.json.at("meta").at("versionId") == "3");
    QVERIFY(third.json.at("meta").at("lastUpdated") > "2020");
    foreign["meta"]["extension"] = {{{"url", "urn:polyclinic:tenant-id"}, {"valueReference", {{"reference", "Tenant/neighbour"}}}}};
    QCOMPARE(ask(clinic(), "PUT", address, foreign.dump()).status, 422);
    // The index follows.
    QCOMPARE(totalOf(clinic(), "Patient?family=One&_id=" + id), 0);
    QCOMPARE(totalOf(clinic(), "Patient?family=Two&_id=" + id), 1);
}

void InteractionsTest::removesAndRemembers() {
    const auto id = idOf(ask(clinic(), "POST", "Patient", patient("Gone").dump()));
    const auto address = "Patient/" + id;
    QCOMPARE(ask(clinic(), "DELETE", address, {}, {{"If-Match", "W/\"7\""}}).status, 412);
    const auto removed = ask(clinic(), "DELETE", address);
    QCOMPARE(removed.status, 204);
    QCOMPARE(removed.header("etag"), std::string("W/\"2\""));
    QCOMPARE(removed.body, std::string());
    QCOMPARE(ask(clinic(), "GET", address).status, 410);
    QCOMPARE(ask(clinic(), "GET", address + "/_history/1").status, 200);
    QCOMPARE(ask(clinic(), "GET", address + "/_history/2").status, 410);
    QCOMPARE(totalOf(clinic(), "Patient?_id=" + id), 0);
    QCOMPARE(ask(clinic(), "DELETE", address).status, 204);
    QCOMPARE(ask(clinic(), "DELETE", "Patient/nobody").status, 204);
    const auto back = ask(clinic(), "PUT", address, withId(patient("Back"), id).dump());
    QCOMPARE(back.status, 201);
    QCOMPARE(back.header("etag"), std::string("W/\"3\""));

    const auto history = ask(clinic(), "GET", address + "/_history");
    QCOMPARE(history.status, 200);
    QVERIFY(history.json.at("type") == "history");
    QVERIFY(history.json.at("total") == 3);
    const auto& entries = history.json.at("entry");
    const char* methods[] = {"PUT", "DELETE", "POST"};
    const char* tags[] = {"W/\"3\"", "W/\"2\"", "W/\"1\""};
    for (std::size_t i = 0; i < 3; ++i) {
        QVERIFY(entries[i].at("request").at("method") == methods[i]);
        QVERIFY(entries[i].at("response").at("etag") == tags[i]);
        QCOMPARE(entries[i].contains("resource"), i != 1);
    }
    QCOMPARE(ask(clinic(), "GET", "Patient/nobody/_history").status, 404);
}

void InteractionsTest::createsOnCondition() {
    const test::HttpHeaders once{{"If-None-Exist", "identifier=urn:test|once"}};
    const auto body = patient("Once", "once").dump();
    const auto first = ask(clinic(), "POST", "Patient", body, once);
    QCOMPARE(first.status, 201);
    const auto second = ask(clinic(), "POST", "Patient", body, once);
    QCOMPARE(second.status, 200);
    QCOMPARE(second.header("location"), clinic().fhir + "/Patient/" + idOf(first));
    QCOMPARE(totalOf(clinic(), "Patient?identifier=urn:test|once"), 1);
    QCOMPARE(ask(clinic(), "POST", "Patient", body).status, 201);
    QCOMPARE(ask(clinic(), "POST", "Patient", body, once).status, 412);
    QCOMPARE(totalOf(clinic(), "Patient?identifier=urn:test|once"), 2);
    // A condition that is not understood must not be read as none.
    QCOMPARE(ask(clinic(), "POST", "Patient", body, {{"If-None-Exist", "identifierr=1"}}).status, 400);
    QCOMPARE(ask(clinic(), "POST", "Patient", body, {{"If-None-Exist", ""}}).status, 400);

    // Sixteen at once: one of them makes it.
    std::vector<std::thread> threads;
    std::vector<int> statuses(16);
    for (auto& status : statuses)
        threads.emplace_back([this, &status, &target = clinic()] {
            status = ask(target, "POST", "Patient", patient("Race", "race").dump(), {{"If-None-Exist", "identifier=urn:test|race"}}).status;
        });
    for (auto& thread : threads) thread.join();
    QCOMPARE(std::count(statuses.begin(), statuses.end(), 201), 1);
    QCOMPARE(std::count(statuses.begin(), statuses.end(), 200), 15);
    QCOMPARE(totalOf(clinic(), "Patient?identifier=urn:test|race"), 1);
}

void InteractionsTest::answersAsPreferred() {
    const auto prefer = [this](const char* what) { return ask(clinic(), "POST", "Patient", patient("P").dump(), {{"Prefer", what}}); };
    const auto minimal = prefer("return=minimal");
    QCOMPARE(minimal.status, 201);
    QCOMPARE(minimal.body, std::string());
    QVERIFY(!minimal.header("location").empty());
    QVERIFY(prefer("return=representation").json.at("resourceType") == "Patient");
    QVERIFY(prefer("return=OperationOutcome").json.at("resourceType") == "OperationOutcome");
    QVERIFY(prefer("respond-async, return=minimal").body.empty());
}

void InteractionsTest::pagesHoldUnderWrites() {
    Json entries = Json::array();
    for (int i = 0; i < 45; ++i)
        entries.push_back(entry("PUT", "Patient/page-" + std::to_string(i),
                                withId(patient("Paged" + std::to_string(100 + i), "page"), "page-" + std::to_string(i))));
    QCOMPARE(ask(clinic(), "POST", "", bundle("transaction", entries)).status, 200);
    std::vector<std::string> seen;
    auto next = clinic().fhir + "/Patient?identifier=urn:test|page&_sort=family&_count=10";
    int pages = 0;
    for (; !next.empty(); ++pages) {
        const auto page = http("GET", next, test::bearer(clinic().token));
        QVERIFY2(page.status == 200, page.told().c_str());
        for (const auto& one : page.json.at("entry")) seen.push_back(one.at("resource").at("id"));
        next.clear();
        for (const auto& link : page.json.at("link"))
            if (link.at("relation") == "next") next = link.at("url");
        // Before the cursor and behind it: the first is not seen any more, the second is, and none twice.
        if (pages == 0) QCOMPARE(ask(clinic(), "POST", "Patient", patient("Paged050", "page").dump()).status, 201);
        if (pages == 1)
            QCOMPARE(ask(clinic(), "PUT", "Patient/page-late", withId(patient("Paged199", "page"), "page-late").dump()).status, 201);
        if (pages == 2) QCOMPARE(ask(clinic(), "DELETE", "Patient/page-44").status, 204);
    }
    QCOMPARE(seen.size(), 45u);  // 45, one new behind the cursor, one gone before it came
    for (int i = 0; i < 44; ++i) QCOMPARE(seen[std::size_t(i)], "page-" + std::to_string(i));
    QCOMPARE(seen.back(), std::string("page-late"));
    QCOMPARE(pages, 5);
    QCOMPARE(ask(clinic(), "GET", "Patient?identifier=urn:test|page&_count=10&_cursor=abc").status, 400);
}

void InteractionsTest::refusesWhatIsNoRequestOfOurs() {
    const auto body = patient("Q").dump();
    QCOMPARE(ask(clinic(), "PUT", "Patient/to-ask-for", withId(patient("Afar"), "to-ask-for").dump()).status, 201);
    const auto wrongMethod = ask(clinic(), "PATCH", "Patient/to-ask-for", body);
    QCOMPARE(wrongMethod.status, 405);
    QVERIFY(wrongMethod.header("allow").find("PUT") != std::string::npos);
    QCOMPARE(ask(clinic(), "PUT", "Patient", body).status, 405);
    QCOMPARE(ask(clinic(), "GET", "Patient/to-ask-for", {}, {{"Accept", "application/fhir+xml"}}).status, 406);
    QCOMPARE(ask(clinic(), "GET", "Patient/to-ask-for?_format=xml").status, 406);
    for (const auto* format : {"json", "application/fhir%2Bjson", "application/fhir+json", "application/json"})
        QCOMPARE(ask(clinic(), "GET", std::string("Patient/to-ask-for?_format=") + format, {}, {{"Accept", "text/xml"}}).status, 200);
    QCOMPARE(http("POST", clinic().fhir + "/Patient",
                  {{"Authorization", "Bearer " + clinic().token}, {"Content-Type", "application/fhir+xml"}}, "<Patient/>")
                 .status,
             415);
    QCOMPARE(http("POST", clinic().fhir + "/Patient/_search",
                  {{"Authorization", "Bearer " + clinic().token}, {"Content-Type", "application/json"}}, "{}")
                 .status,
             415);
    const auto form = http("POST", clinic().fhir + "/Patient/_search?_count=1",
                           {{"Authorization", "Bearer " + clinic().token}, {"Content-Type", "application/x-www-form-urlencoded"}},
                           "identifier=urn%3Atest%7Cpage");
    QCOMPARE(form.status, 200);
    QCOMPARE(form.json.at("entry").size(), 1u);
    QCOMPARE(ask(clinic(), "POST", "Patient", "{").status, 400);
    QCOMPARE(ask(clinic(), "POST", "Patient", R"({"resourceType":"Observation"})").status, 400);
    QCOMPARE(ask(clinic(), "POST", "Patient", R"({"resourceType":"Patient","gender":"?"})").status, 422);
    QCOMPARE(ask(clinic(), "GET", "Patient?unknown=1").status, 200);
    QCOMPARE(ask(clinic(), "GET", "Patient?unknown=1", {}, {{"Prefer", "handling=strict"}}).status, 400);
    const auto metadata = http("GET", clinic().fhir + "/metadata");
    QCOMPARE(metadata.status, 200);
    QVERIFY(metadata.json.at("resourceType") == "CapabilityStatement");
    QVERIFY(metadata.json.at("implementation").at("url") == clinic().fhir);
}

void InteractionsTest::letsOtherOriginsIn() {
    QCOMPARE(ask(clinic(), "PUT", "Patient/from-afar", withId(patient("Afar"), "from-afar").dump()).status, 201);
    const auto read = ask(clinic(), "GET", "Patient/from-afar", {}, {{"Origin", "https://app.example"}});
    QCOMPARE(read.status, 200);
    QVERIFY(read.header("access-control-allow-origin") == "*" || read.header("access-control-allow-origin") == "https://app.example");
    QVERIFY(read.header("access-control-allow-credentials").empty());
    for (const auto* name : {"ETag", "Location"}) QVERIFY(read.header("access-control-expose-headers").find(name) != std::string::npos);
    const auto preflight = http("OPTIONS", clinic().fhir + "/Patient/from-afar",
                                {{"Origin", "https://app.example"},
                                 {"Access-Control-Request-Method", "PUT"},
                                 {"Access-Control-Request-Headers", "authorization,if-match"}});
    QVERIFY(preflight.status == 204 || preflight.status == 200);
    QVERIFY(preflight.header("access-control-allow-methods").find("PUT") != std::string::npos);
    QCOMPARE(http("GET", clinic().fhir + "/Patient/from-afar", {{"Origin", "https://app.example"}}).status, 401);
}

void InteractionsTest::neighbourSawNothing() {
    QVERIFY(typesOf(server(), "neighbour").empty());
    QCOMPARE(totalOf(neighbour(), "Patient?identifier=urn:test|page"), 0);
}

POLYCLINIC_TEST(InteractionsTest)
#include "interactions_test.moc"
