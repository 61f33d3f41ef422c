// Imports of Bundles and lines that nobody should have written: each is refused by name and number, what stands beside it
// is stored, and the server goes on.

#include <QTest>
#include <random>

#include "flow.h"
#include "test_case.h"

using namespace polyclinic;
using Json = nlohmann::json;

class ImportOddTest : public QObject {
    Q_OBJECT
  private slots:
    void init();
    void oddEntriesOfABatchAreRefusedAlone_data();
    void oddEntriesOfABatchAreRefusedAlone();
    void oddEntriesOfATransactionRefuseItWhole();
    void oddEntriesOfACollectionAreRefusedAlone();
    void savedSearchPagesBringNoRemarks();
    void marksAndArraysAreToldOf();
    void anyMixtureIsCountedToTheEnd();

  private:
    test::Clinic clinic_;
};

namespace {

Json bundleOf(const std::string& type, const std::vector<std::string>& entries) {
    auto all = Json::array();
    for (const auto& entry : entries) all.push_back(Json::parse(entry));
    return {{"resourceType", "Bundle"}, {"type", type}, {"entry", all}};
}

Json importText(const std::string& name, const std::string& text, const std::string& query = {}) {
    const auto file = test::scratch(test::server(), "odd") / name;
    test::writeFile(file, text);
    return test::importFiles(test::server(), "odd-input", {file}, query);
}

bool names(const Json& job, const std::string& place) {
    for (const auto& error : job.at("error"))
        if (error.at("severity") == "error" && error.value("expression", "").starts_with(place)) return true;
    return false;
}

struct Odd {
    const char* name;
    const char* entry;
    bool breaksShape = false;  // of the Bundle
};

/// None of them can be written.
constexpr Odd oddEntries[] = {
    {"invalid", R"({"resource":{"resourceType":"Patient","gender":"zz"},"request":{"method":"POST","url":"Patient"}})"},
    {"conditional PUT", R"({"resource":{"resourceType":"Patient"},"request":{"method":"PUT","url":"Patient?identifier=a|b"}})"},
    {"conditional DELETE", R"({"request":{"method":"DELETE","url":"Patient?identifier=a|b"}})"},
    {"PATCH", R"({"resource":{"resourceType":"Patient","id":"a"},"request":{"method":"PATCH","url":"Patient/a"}})"},
    {"HEAD", R"({"request":{"method":"HEAD","url":"Patient/a"}})"},
    {"no method", R"({"resource":{"resourceType":"Patient"},"request":{"url":"Patient"}})", true},
    {"no resource", R"({"request":{"method":"POST","url":"Patient"}})"},
    {"PUT of nothing", R"({"request":{"method":"PUT","url":"Patient/a"}})"},
    {"unknown type", R"({"resource":{"resourceType":"Pazient"},"request":{"method":"POST","url":"Pazient"}})"},
    {"two types", R"({"resource":{"resourceType":"Group","type":"person","actual":true},"request":{"method":"POST","url":"Patient"}})"},
    {"two ids", R"({"resource":{"resourceType":"Patient","id":"a"},"request":{"method":"PUT","url":"Patient/b"}})"},
    {"bad id", R"({"resource":{"resourceType":"Patient","id":"a_b"},"request":{"method":"PUT","url":"Patient/a_b"}})"},
    {"no request", R"({"resource":{"resourceType":"Patient"}})", true},
    {"another server", R"({"resource":{"resourceType":"Patient"},"request":{"method":"POST","url":"https://elsewhere.example/Patient"}})"},
    {"bad version", R"({"resource":{"resourceType":"Patient","id":"a"},"request":{"method":"PUT","url":"Patient/a","ifMatch":"three"}})"},
    {"another tenant's",
     R"({"resource":{"resourceType":"Patient","meta":{"tenant":{"id":"not-this"}}},"request":{"method":"POST","url":"Patient"}})"},
};

}  // namespace

void ImportOddTest::init() {
    if (clinic_.id.empty()) clinic_ = test::makeClinic(test::server(), "odd-input", false);
}

void ImportOddTest::oddEntriesOfABatchAreRefusedAlone_data() {
    QTest::addColumn<QString>("entry");
    QTest::addColumn<bool>("shape");
    for (const auto& odd : oddEntries) QTest::newRow(odd.name) << odd.entry << odd.breaksShape;
}

void ImportOddTest::oddEntriesOfABatchAreRefusedAlone() {
    QFETCH(QString, entry);
    QFETCH(bool, shape);
    const auto pid = test::server().pid();
    static int number = 0;
    const auto beside = "beside-" + std::to_string(++number);
    const auto good =
        R"({"request":{"method":"PUT","url":"Patient/)" + beside + R"("},"resource":{"resourceType":"Patient","id":")" + beside + "\"}}";
    const auto job = importText("batch.json", bundleOf("batch", {good, entry.toStdString()}).dump());
    QVERIFY2(job.at("status") == "completed", job.dump().c_str());
    QCOMPARE(job.at("progress").at("done"), 2);
    QVERIFY2(names(job, "Bundle.entry[1]"), job.at("error").dump().c_str());
    // What breaks the shape of the Bundle itself refuses all of it.
    QVERIFY2(test::counted(job, "failed") == (shape ? 2 : 1), job.dump().c_str());
    QCOMPARE(test::ask(clinic_, "GET", "Patient/" + beside).status, shape ? 404 : 200);
    QCOMPARE(test::ask(clinic_, "GET", "Patient/a").status, 404);
    QCOMPARE(test::server().pid(), pid);
}

void ImportOddTest::oddEntriesOfATransactionRefuseItWhole() {
    for (const auto& odd : oddEntries) {
        const auto whole = R"({"request":{"method":"PUT","url":"Patient/with-odd"},"resource":{"resourceType":"Patient","id":"with-odd"}})";
        const auto job = importText("transaction.json", bundleOf("transaction", {whole, odd.entry}).dump());
        QVERIFY2(job.at("status") == "completed", (odd.name + job.dump()).c_str());
        QVERIFY2(test::counted(job, "failed") == 2, (odd.name + job.dump()).c_str());
        QVERIFY2(names(job, "Bundle.entry[1]") || names(job, "meta.tenant"), (odd.name + job.at("error").dump()).c_str());
        QCOMPARE(test::ask(clinic_, "GET", "Patient/with-odd").status, 404);
    }
}

void ImportOddTest::oddEntriesOfACollectionAreRefusedAlone() {
    const auto job = importText("collection.json", R"({"resourceType":"Bundle","type":"collection","entry":[
        {"resource":{"resourceType":"Patient","id":"first-of"}},{"resource":{"resourceType":"Patient","id":"second_of"}},{"resource":[1]},
        {"resource":{"resourceType":"Pazient"}},{"resource":{"resourceType":"Patient","id":"fifth-of","gender":"?"}},{"resource":{"resourceType":"Patient","id":"sixth-of"}}]})");
    QVERIFY2(job.at("status") == "completed", job.dump().c_str());
    QCOMPARE(test::counted(job, "failed"), 4);
    QVERIFY(test::byType(job, "created") == (std::map<std::string, std::int64_t>{{"Patient", 2}}));
    for (const auto* place : {"Bundle.entry[1]", "Bundle.entry[2]", "Bundle.entry[3]", "Bundle.entry[4].resource.gender"})
        QVERIFY2(names(job, place), job.at("error").dump().c_str());
    QCOMPARE(test::ask(clinic_, "GET", "Patient/sixth-of").status, 200);
    QCOMPARE(test::ask(clinic_, "GET", "Patient/fifth-of").status, 404);
    const auto lenient = importText("collection.json", R"({"resourceType":"Bundle","type":"collection","entry":[
        {"resource":{"resourceType":"Patient","id":"fifth-of","gender":"?"}},{"resource":{"resourceType":"Pazient"}}]})",
                                    "?lenient=true");
    QCOMPARE(test::counted(lenient, "failed"), 1);
    QCOMPARE(test::ask(clinic_, "GET", "Patient/fifth-of").status, 200);
}

void ImportOddTest::savedSearchPagesBringNoRemarks() {
    const auto job = importText("page.json", R"({"resourceType":"Bundle","type":"searchset","total":1,"entry":[
        {"resource":{"resourceType":"Patient","id":"of-a-page"},"search":{"mode":"match"}},
        {"resource":{"resourceType":"OperationOutcome","id":"remark","issue":[{"severity":"warning","code":"informational"}]},"search":{"mode":"outcome"}}]})");
    QCOMPARE(test::counted(job, "failed"), 0);
    QVERIFY(test::byType(job, "created") == (std::map<std::string, std::int64_t>{{"Patient", 1}}));
    QCOMPARE(test::ask(clinic_, "GET", "OperationOutcome/remark").status, 404);
}

void ImportOddTest::marksAndArraysAreToldOf() {
    const auto marked = importText("marked.ndjson", "\xef\xbb\xbf{\"resourceType\":\"Patient\",\"id\":\"after-mark\"}\n");
    QCOMPARE(test::counted(marked, "failed"), 0);
    const auto document = importText("marked.json", "\xef\xbb\xbf{\n\"resourceType\":\"Patient\",\"id\":\"after-mark-2\"}\n");
    QCOMPARE(test::counted(document, "failed"), 0);
    QCOMPARE(test::ask(clinic_, "GET", "Patient/after-mark").status, 200);
    QCOMPARE(test::ask(clinic_, "GET", "Patient/after-mark-2").status, 200);
    const auto array = importText("array.json", R"([{"resourceType":"Patient"}])");
    QCOMPARE(test::counted(array, "failed"), 1);
    QVERIFY2(array.at("error")[0].at("diagnostics").get<std::string>().find("JSON array") != std::string::npos, array.dump().c_str());
}

/// Pieces of Bundles put together at random: whatever comes of it, the job ends, names lines that exist, and the server is
/// the same process as before.
void ImportOddTest::anyMixtureIsCountedToTheEnd() {
    const auto seed = std::random_device()();
    qInfo("seed %u", seed);
    std::mt19937 random(seed);
    const auto one = [&](std::initializer_list<const char*> of) { return std::string(of.begin()[random() % of.size()]); };
    const auto resource = [&] {
        return one(
            {R"({"resourceType":"Patient"})", R"({"resourceType":"Patient","id":"m1"})",
             R"({"resourceType":"Patient","id":"m2","gender":"zz"})",
             R"({"resourceType":"Observation","status":"final","code":{"text":"x"},"subject":{"reference":"Patient?identifier=x|1"}})",
             R"({"resourceType":"Bundle","type":"batch","entry":[{"request":{"method":"POST","url":"Patient"}}]})",
             R"({"resourceType":"Observation","status":"final","code":{"text":"x"},"subject":{"reference":"urn:uuid:0b1d2b6e-0d8f-4c1e-9d53-000000000001"}})",
             R"({"resourceType":7})", R"({"resourceType":"Pazient"})", "[]", "null", "7", R"("Patient")", "{}", R"({"id":"m1"})",
             R"({"resourceType":"Parameters","parameter":[{"name":"a","resource":{"resourceType":"Patient"}}]})",
             R"({"resourceType":"Binary","contentType":"text/plain","data":"QUJD"})"});
    };
    const auto request = [&] {
        return "{\"method\":" + one({"\"POST\"", "\"PUT\"", "\"DELETE\"", "\"GET\"", "\"PATCH\"", "\"HEAD\"", "7", "null", "\"post\""}) +
               ",\"url\":" +
               one({"\"Patient\"", "\"Patient/m1\"", "\"Patient/m2\"", "\"Patient?identifier=x|1\"", "\"Observation\"", "\"Pazient\"",
                    "\"/Patient\"", "\"\"", "\"Patient/m1/_history/2\"", "\"Binary\"", "\"_history\"", "null", "{}", "\"Patient/../x\""}) +
               one({"", "", ",\"ifMatch\":\"W/\\\"1\\\"\"", ",\"ifMatch\":7", ",\"ifNoneExist\":\"identifier=x|1\"",
                    ",\"ifNoneExist\":\"%\"", ",\"ifNoneMatch\":\"*\""}) +
               "}";
    };
    const auto entry = [&] {
        std::string text = "{";
        if (random() % 8) text += "\"resource\":" + resource() + ",";
        if (random() % 8) text += "\"request\":" + (random() % 12 ? request() : one({"7", "[]", "null"})) + ",";
        if (random() % 3 == 0)
            text += "\"fullUrl\":" +
                    one({"\"urn:uuid:0b1d2b6e-0d8f-4c1e-9d53-000000000001\"", "\"http://a.example/Patient/m1\"", "7", "\"\""}) + ",";
        if (random() % 20 == 0) text += "\"search\":" + one({R"({"mode":"outcome"})", "7"}) + ",";
        if (text.back() == ',') text.pop_back();
        return random() % 40 ? text + "}" : one({"7", "null", "[]", "\"x\""});
    };
    std::string lines;
    constexpr int count = 600;
    for (int i = 0; i < count; ++i) {
        std::string line;
        if (random() % 6 == 0) {
            line = resource();
        } else {
            line = R"({"resourceType":"Bundle","type":)" +
                   one({"\"batch\"", "\"batch\"", "\"transaction\"", "\"collection\"", "\"searchset\"", "\"history\"", "7", "\"\""}) +
                   ",\"entry\":";
            if (random() % 30 == 0) {
                line += one({"7", "{}", "null", "[[]]", "\"x\""});
            } else {
                line += '[';
                for (unsigned k = 0, most = random() % 5; k < most; ++k) line += (k ? "," : "") + entry();
                line += ']';
            }
            line += '}';
        }
        if (random() % 50 == 0) line.resize(random() % line.size());
        if (random() % 50 == 0) line[random() % line.size()] = char(random() % 255 + 1);
        for (auto& c : line)
            if (c == '\n') c = ' ';
        lines += line + "\n";
    }
    const auto pid = test::server().pid();
    for (const auto* query : {"", "?lenient=true"}) {
        const auto job = importText("mixture.ndjson", lines, query);
        QVERIFY2(job.at("status") == "completed", job.dump().substr(0, 2000).c_str());
        QVERIFY(test::counted(job, "failed") > 100);
        for (const auto& error : job.at("error")) QVERIFY(error.at("line") >= 1 && error.at("line") <= count);
        std::int64_t stored = test::counted(job, "unchanged");
        for (const auto* what : {"created", "updated"})
            for (const auto& [type, number] : test::byType(job, what)) stored += number;
        QCOMPARE(job.at("progress").at("done").get<std::int64_t>(), stored + test::counted(job, "failed"));
    }
    QCOMPARE(test::server().pid(), pid);
    QCOMPARE(test::ask(clinic_, "GET", "Patient?_count=1").status, 200);
}

POLYCLINIC_TEST(ImportOddTest)
#include "import_odd_test.moc"
