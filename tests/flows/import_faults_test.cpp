// Imports of what is wrong, stopped imports, and an import whose server is killed in the middle.

#include <unistd.h>

#include <QScopeGuard>
#include <QTest>

#include "flow.h"
#include "test_case.h"

using namespace polyclinic;
using namespace std::chrono_literals;
using Json = nlohmann::json;

class ImportFaultsTest : public QObject {
    Q_OBJECT
  private slots:
    void init();
    void badLinesAreNamedAndTheOthersStored();
    void lenientStoresAndTells();
    void unreadableFilesEndTheJob_data();
    void unreadableFilesEndTheJob();
    void otherOperatorsReadOnlyAllowedFolders();
    void bodiesAreImportedToo();
    void refusedBeforeItBegins();
    void largeBundleIsHeardBesideSmallOnes();
    void cancelledImportTellsWhatItStored();
    void killedImportGoesOn();

  private:
    test::Clinic clinic_;
};

namespace {

const char* const good = R"({"resourceType":"Patient","id":"good-1","name":[{"family":"Good"}]})";
const char* const invalidLine = R"({"resourceType":"Patient","id":"bad-2","gender":"?"})";

void writeGzip(const std::filesystem::path& path, const std::string& text) {
    gzFile file = gzopen(path.c_str(), "wb");
    gzwrite(file, text.data(), unsigned(text.size()));
    gzclose(file);
    std::filesystem::permissions(path, std::filesystem::perms(0644));
}

bool has(const Json& job, int line, const char* severity, const std::string& expression) {
    for (const auto& error : job.at("error"))
        if (error.at("line") == line && error.at("severity") == severity && error.value("expression", "") == expression) return true;
    return false;
}

std::int64_t all(const std::map<std::string, std::int64_t>& types) {
    std::int64_t sum = 0;
    for (const auto& [type, count] : types) sum += count;
    return sum;
}

}  // namespace

void ImportFaultsTest::init() {
    if (clinic_.id.empty()) clinic_ = test::makeClinic(test::server(), "bad-input", false);
}

void ImportFaultsTest::badLinesAreNamedAndTheOthersStored() {
    const auto file = test::scratch(test::server(), "lines") / "mixed.ndjson";
    test::writeFile(file, std::string(good) + "\n" + invalidLine + "\n{\"resourceType\":\n\n{\"resourceType\":\"Pazient\"}\n" +
                              R"({"resourceType":"Patient","id":"good-6"})" + "\n[]\n" + R"({"resourceType":"Patient","id":"no_id"})");
    const auto job = test::importFiles(test::server(), clinic_.id, {file});
    QVERIFY2(job.at("status") == "completed", job.dump().c_str());
    QCOMPARE(test::counted(job, "failed"), 5);
    QVERIFY(test::byType(job, "created") == (std::map<std::string, std::int64_t>{{"Patient", 2}}));
    QVERIFY2(has(job, 2, "error", "Patient.gender"), job.at("error").dump().c_str());
    for (const int line : {3, 5, 7, 8}) {
        bool named = false;
        for (const auto& error : job.at("error")) named = named || error.at("line") == line;
        QVERIFY2(named, job.at("error").dump().c_str());
    }
    for (const auto& error : job.at("error")) QVERIFY(error.at("file") == "mixed.ndjson");
    QCOMPARE(test::ask(clinic_, "GET", "Patient/good-6").status, 200);
    QCOMPARE(test::ask(clinic_, "GET", "Patient/bad-2").status, 404);

    // A Bundle is taken whole or not at all.
    const auto bundle = file.parent_path() / "bundle.json";
    test::writeFile(bundle, R"({"resourceType":"Bundle","type":"transaction","entry":[
        {"request":{"method":"PUT","url":"Patient/whole"},"resource":{"resourceType":"Patient","id":"whole"}},
        {"request":{"method":"PUT","url":"Patient/bad-2"},"resource":)" +
                                std::string(invalidLine) + "}]}");
    const auto refused = test::importFiles(test::server(), clinic_.id, {bundle});
    QCOMPARE(test::counted(refused, "failed"), 2);
    QVERIFY2(has(refused, 1, "error", "Bundle.entry[1].resource.gender"), refused.at("error").dump().c_str());
    QCOMPARE(test::ask(clinic_, "GET", "Patient/whole").status, 404);
}

void ImportFaultsTest::lenientStoresAndTells() {
    const auto folder = test::scratch(test::server(), "lenient");
    test::writeFile(folder / "one.ndjson", std::string(invalidLine) + "\n");
    test::writeFile(folder / "two.json", R"({"resourceType":"Bundle","type":"transaction","entry":[
        {"request":{"method":"PUT","url":"Patient/bad-3"},"resource":{"resourceType":"Patient","id":"bad-3","gender":"!"}}]})");
    const auto job = test::importFiles(test::server(), clinic_.id, {folder}, "?lenient=true");
    QVERIFY2(job.at("status") == "completed", job.dump().c_str());
    QCOMPARE(test::counted(job, "failed"), 0);
    QVERIFY2(has(job, 1, "warning", "Patient.gender"), job.at("error").dump().c_str());
    QVERIFY2(has(job, 1, "warning", "Bundle.entry[0].resource.gender"), job.at("error").dump().c_str());
    QVERIFY(test::ask(clinic_, "GET", "Patient/bad-2").json.at("gender") == "?");
    QVERIFY(test::ask(clinic_, "GET", "Patient/bad-3").json.at("gender") == "!");
}

void ImportFaultsTest::unreadableFilesEndTheJob_data() {
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("says");
    const auto folder = test::scratch(test::server(), "unreadable");
    test::writeFile(folder / "good.ndjson", std::string(good) + "\n");
    test::writeFile(folder / "notes.txt", "none");
    test::writeFile(folder / "closed.ndjson", std::string(good) + "\n");
    std::filesystem::permissions(folder / "closed.ndjson", std::filesystem::perms(0));
    std::error_code error;
    std::filesystem::create_symlink(folder / "good.ndjson", folder / "link.ndjson", error);
    std::string lines;
    for (int i = 0; i < 2000; ++i) lines += R"({"resourceType":"Patient","id":"cut-)" + std::to_string(i) + "\"}\n";
    writeGzip(folder / "cut.ndjson.gz", lines);
    std::filesystem::resize_file(folder / "cut.ndjson.gz", std::filesystem::file_size(folder / "cut.ndjson.gz") / 2);
    writeGzip(folder / "long.ndjson.gz", std::string(65 << 20, 'x'));
    QTest::newRow("not there") << "nobody.ndjson"
                               << "there is no such file";
    QTest::newRow("a link") << "link.ndjson"
                            << "is a symbolic link";
    QTest::newRow("another kind") << "notes.txt"
                                  << "is no .json";
    QTest::newRow("cut off") << "cut.ndjson.gz"
                             << "is damaged or cut off";
    QTest::newRow("a line without end") << "long.ndjson.gz"
                                        << "a line is longer than 64 MB";
    // The server has left root by then; a test that is not root is the same account and may read its own file.
    if (geteuid() == 0)
        QTest::newRow("closed to it") << "closed.ndjson"
                                      << "cannot be read";
}

void ImportFaultsTest::unreadableFilesEndTheJob() {
    QFETCH(QString, name);
    QFETCH(QString, says);
    const auto job = test::importFiles(test::server(), clinic_.id, {test::server().folder() / "unreadable" / name.toStdString()});
    QVERIFY2(job.at("status") == "failed", job.dump().c_str());
    QVERIFY2(job.value("failure", "").find(says.toStdString()) != std::string::npos, job.dump().c_str());
    QVERIFY2(job.value("failure", "").find(name.toStdString()) != std::string::npos, job.dump().c_str());
}

void ImportFaultsTest::otherOperatorsReadOnlyAllowedFolders() {
    const auto made = test::operate(test::server(), "POST", "/admin/api/OperatorClient", {{"name", "importer"}});
    QCOMPARE(made.status, 201);
    const auto token =
        test::http("POST", test::server().operators() + "/admin/auth/token", {{"Content-Type", "application/x-www-form-urlencoded"}},
                   test::form({{"grant_type", "client_credentials"},
                               {"client_id", made.json.at("client_id")},
                               {"client_secret", made.json.at("client_secret")}}));
    QVERIFY2(token.status == 200, token.body.c_str());
    const auto start = [&](const std::string& path) {
        const auto started = test::http(
            "POST", test::server().operators() + "/admin/api/Tenant/bad-input/$import",
            {{"Authorization", "Bearer " + token.json.at("access_token").get<std::string>()}, {"Content-Type", "application/json"}},
            Json::object({{"files", Json::array({path})}}).dump());
        if (started.status != 202) throw std::runtime_error(started.told());
        return test::awaitJob(test::server(), started.json.at("id"));
    };
    const auto outside = start("/etc/passwd");
    QVERIFY2(outside.at("status") == "failed" && outside.value("failure", "").find("outside the folders") != std::string::npos,
             outside.dump().c_str());
    std::string name = "/tmp/polyclinic-allowed-XXXXXX";  // wherever the server lives, imports may read /tmp
    QVERIFY(mkdtemp(name.data()));
    const std::filesystem::path folder = name;
    const auto removed = qScopeGuard([&] { std::filesystem::remove_all(folder); });
    std::filesystem::permissions(folder, std::filesystem::perms(0755));
    test::writeFile(folder / "one.ndjson", std::string(good) + "\n");
    std::error_code error;
    std::filesystem::create_symlink(POLYCLINIC_SOURCE_DIR "/CMakePresets.json", folder / "way-out.json", error);
    QVERIFY(start((folder / "way-out.json").string()).at("status") == "failed");
    QVERIFY(start((folder / "../../..").string() + "/etc").at("status") == "failed");
    QVERIFY(start("one.ndjson").value("failure", "").find("must be absolute") != std::string::npos);
    const auto inside = start(folder.string());  // links in a folder are passed over
    QVERIFY2(inside.at("status") == "completed" && inside.at("progress").at("done") == 1, inside.dump().c_str());
}

void ImportFaultsTest::bodiesAreImportedToo() {
    auto headers = test::bearer(test::server().localToken());
    headers.emplace_back("Content-Type", "application/fhir+ndjson");
    const auto address = test::server().operators() + "/admin/api/Tenant/bad-input/$import";
    const auto started = test::http("POST", address, headers,
                                    R"({"resourceType":"Patient","id":"by-body-1"})"
                                    "\n"
                                    R"({"resourceType":"Patient"})"
                                    "\n");
    QCOMPARE(started.status, 202);
    QCOMPARE(started.header("content-location"), "/admin/api/Job/" + started.json.at("id").get<std::string>());
    const auto job = test::awaitJob(test::server(), started.json.at("id"));
    QVERIFY(test::byType(job, "created") == (std::map<std::string, std::int64_t>{{"Patient", 2}}));
    // Without an id it has the same one in a second run.
    const auto again = test::awaitJob(test::server(), test::http("POST", address, headers,
                                                                 R"({"resourceType":"Patient","id":"by-body-1"})"
                                                                 "\n"
                                                                 R"({"resourceType":"Patient"})"
                                                                 "\n")
                                                          .json.at("id"));
    QCOMPARE(test::counted(again, "unchanged"), 2);
    headers.back().second = "application/fhir+json";
    const auto pretty = test::http("POST", address, headers, "{\n  \"resourceType\": \"Patient\",\n  \"id\": \"by-body-2\"\n}\n");
    QCOMPARE(test::counted(test::awaitJob(test::server(), pretty.json.at("id")), "failed"), 0);
    QCOMPARE(test::ask(clinic_, "GET", "Patient/by-body-2").status, 200);
}

void ImportFaultsTest::refusedBeforeItBegins() {
    const auto post = [](const std::string& tenant, const Json& body) {
        return test::operate(test::server(), "POST", "/admin/api/Tenant/" + tenant + "/$import", body).status;
    };
    QCOMPARE(post("nobody", {{"files", {"/tmp/x.ndjson"}}}), 404);
    QCOMPARE(post("bad-input", {{"files", Json::array()}}), 422);
    QCOMPARE(post("bad-input", {{"files", {1}}}), 422);
    QCOMPARE(post("bad-input", {{"files", {"/tmp/x.ndjson"}}, {"other", 1}}), 422);
    const auto clinic = test::makeClinic(test::server(), "sleeping", false);
    Json tenant{{"resourceType", "Tenant"}, {"name", "Sleeping"}, {"status", "suspended"}};
    QCOMPARE(test::operate(test::server(), "PUT", "/admin/api/Tenant/sleeping", tenant).status, 200);
    QCOMPARE(post("sleeping", {{"files", {"/tmp/x.ndjson"}}}), 409);
}

/// Each of the small Bundles brings a Practitioner that the large one brings, too.
void ImportFaultsTest::largeBundleIsHeardBesideSmallOnes() {
    constexpr int people = 1'500, findings = 2;
    const auto uuid = [](int of, int i) {
        char text[64];
        std::snprintf(text, sizeof text, "urn:uuid:%08x-0000-4000-8000-%012x", unsigned(i) * 2'654'435'761u, unsigned(of));
        return std::string(text);
    };
    const auto posted = [](const std::string& fullUrl, Json resource) {
        return Json{{"fullUrl", fullUrl}, {"request", {{"method", "POST"}, {"url", resource.at("resourceType")}}}, {"resource", resource}};
    };
    const auto practitioner = [&](int i) {
        return posted(uuid(0, i), {{"resourceType", "Practitioner"}, {"name", {{{"family", std::to_string(i)}}}}});
    };
    const auto transaction = [](Json entries) {
        return Json{{"resourceType", "Bundle"}, {"type", "transaction"}, {"entry", std::move(entries)}}.dump() + "\n";
    };
    auto all = Json::array();
    std::string small;
    for (int i = 0; i < people; ++i) {
        all.push_back(practitioner(i));
        auto entries = Json::array({practitioner(i)});
        for (int k = 1; k <= findings; ++k)
            entries.push_back(posted(uuid(k, i), {{"resourceType", "Observation"},
                                                  {"status", "final"},
                                                  {"code", {{"text", "x"}}},
                                                  {"performer", {{{"reference", uuid(0, i)}}}}}));
        small += transaction(std::move(entries));
    }
    const auto file = test::scratch(test::server(), "large") / "large.ndjson";
    test::writeFile(file, transaction(std::move(all)) + small);
    test::makeClinic(test::server(), "large-bundle", false);
    const auto job = test::importFiles(test::server(), "large-bundle", {file});
    QVERIFY2(job.at("status") == "completed" && job.at("error").empty(), job.dump().c_str());
    QCOMPARE(test::counted(job, "failed"), 0);
    QVERIFY(test::typesOf(test::server(), "large-bundle") ==
            (std::map<std::string, std::int64_t>{{"Practitioner", people}, {"Observation", people * findings}}));
}

void ImportFaultsTest::cancelledImportTellsWhatItStored() {
    const auto data = test::goldenFolder() / "synthea-2019-r4";
    if (!std::filesystem::exists(data)) QSKIP("../shared/testdata is not here");
    test::makeClinic(test::server(), "cancelled", false);
    const auto started = test::operate(test::server(), "POST", "/admin/api/Tenant/cancelled/$import",
                                       {{"files", {std::filesystem::canonical(data).string()}}});
    const std::string id = started.json.at("id");
    for (int i = 0; i < 500 && test::typesOf(test::server(), "cancelled").empty(); ++i) std::this_thread::sleep_for(10ms);
    QCOMPARE(test::operate(test::server(), "DELETE", "/admin/api/Job/" + id).status, 202);
    const auto job = test::awaitJob(test::server(), id);
    QVERIFY2(job.at("status") == "cancelled", job.dump().c_str());
    QVERIFY(job.at("progress").at("done") < 38'971);
    QVERIFY(test::byType(job, "created") == test::typesOf(test::server(), "cancelled"));
    QVERIFY(all(test::byType(job, "created")) > 0);
    QCOMPARE(test::operate(test::server(), "DELETE", "/admin/api/Job/" + id).status, 409);
    QCOMPARE(test::operate(test::server(), "DELETE", "/admin/api/Job/nobody").status, 404);
}

void ImportFaultsTest::killedImportGoesOn() {
    const auto data = test::goldenFolder() / "synthea-2019-r4";
    if (!std::filesystem::exists(data)) QSKIP("../shared/testdata is not here");
    test::ServerProcess server;
    test::makeClinic(server, "killed", false);
    const auto started =
        test::operate(server, "POST", "/admin/api/Tenant/killed/$import", {{"files", {std::filesystem::canonical(data).string()}}});
    const std::string id = started.json.at("id");
    for (int i = 0; i < 500 && test::typesOf(server, "killed").empty(); ++i) std::this_thread::sleep_for(10ms);
    server.kill9();
    server.restart();
    const auto partly = all(test::typesOf(server, "killed"));
    QVERIFY(partly > 0 && partly < 38'473);
    // Its lease runs out, and then the same job goes on by itself.
    const auto job = test::awaitJob(server, id);
    QVERIFY2(job.at("status") == "completed", job.dump().c_str());
    QCOMPARE(job.at("progress").at("done").get<std::int64_t>(), 38'971);
    QVERIFY2(test::counted(job, "failed") == 0, job.at("error").dump().c_str());
    QCOMPARE(all(test::byType(job, "created")) + partly, 38'473);
    QCOMPARE(all(test::typesOf(server, "killed")), 38'473);
}

POLYCLINIC_TEST(ImportFaultsTest)
#include "import_faults_test.moc"
