// Full disks, for real: a small file system of memory holds the data folder. And an audit log that cannot be written.

#include <sys/mount.h>

#include <QTest>

#include "patient_app.h"
#include "server_support.h"
#include "test_case.h"

using namespace polyclinic;
using namespace polyclinic::test;

namespace {

/// Mounted on a folder while it lives. mounted() is false where this is not permitted.
class SmallDisk {
  public:
    SmallDisk(fs::path at, const std::string& size) : at_(std::move(at)) {
        fs::create_directories(at_);
        mounted_ = ::mount("none", at_.c_str(), "tmpfs", 0, ("mode=0755,size=" + size).c_str()) == 0;
    }
    ~SmallDisk() {
        if (mounted_) ::umount2(at_.c_str(), MNT_DETACH);
    }
    bool mounted() const { return mounted_; }

    /// Fills all but `leave` bytes.
    void fill(std::uintmax_t leave) const {
        std::ofstream file(at_ / "ballast", std::ios::binary | std::ios::app);
        const std::string block(4096, 'x');
        while (fs::space(at_).available > leave && file.write(block.data(), std::streamsize(block.size())).flush()) {
        }
    }
    void release() const { fs::remove(at_ / "ballast"); }

  private:
    fs::path at_;
    bool mounted_ = false;
};

/// Everything in `from`, with owners and modes, into the folder `to`.
void copyInto(const fs::path& from, const fs::path& to) {
    const pid_t pid = db::startProgram({{"/bin/cp", "-a", from.string() + "/.", to.string()}, {}}, {"", 0, 0, {}, false});
    if (db::waitForProgram(pid) != 0) throw std::runtime_error("cp failed");
}

std::string bulk(std::size_t size) {
    std::string text;
    unsigned seed = 1;
    while (text.size() < size) text += char('a' + (seed = seed * 1664525 + 1013904223) % 26);
    return text;
}

}  // namespace

class ServerDiskTest : public QObject {
    Q_OBJECT
  private slots:
    void diskOfRecordsIsFull();
    void writesStopBeforeTheDiskIsFull();
    void noRoomForTheFirstStart();
    void auditThatCannotBeWritten();
};

/// R08. The records' disk is full, the log's is not: PostgreSQL itself says so.
void ServerDiskTest::diskOfRecordsIsFull() {
    ServerProcess server({"--reserve-mb", "0"});
    const auto clinic = makeClinic(server, "t-a", false);
    QCOMPARE(put(clinic, patient("before")).status, 201);
    QCOMPARE(server.terminate(), 0);
    // base moves to the small disk.
    const auto base = server.dataDirectory() / "postgres/base";
    SmallDisk disk(server.folder() / "small", "200m");
    if (!disk.mounted()) QSKIP("mount is not permitted here");
    copyInto(base, server.folder() / "small");
    fs::remove_all(base);
    fs::create_directory_symlink(server.folder() / "small", base);
    server.restart();
    QCOMPARE(get(clinic, "Patient/before").status, 200);

    disk.fill(2 << 20);
    int full = 0, stored = 0;
    HttpAnswer refused;
    for (int i = 0; i < 300 && full < 5; ++i) {
        auto resource = patient("p" + std::to_string(i));
        resource["name"][0]["text"] = bulk(200'000 + std::size_t(i));
        const auto answer = put(clinic, resource);
        QVERIFY2(answer.status == 201 || answer.status == 507, answer.told().c_str());
        if (answer.status == 201) ++stored;
        if (answer.status == 507) ++full, refused = answer;
    }
    QCOMPARE(full, 5);
    QVERIFY2(refused.told().find("full") != std::string::npos, refused.told().c_str());
    QCOMPARE(get(clinic, "Patient/before").status, 200);
    for (int i = 0; i < stored; ++i) QCOMPARE(get(clinic, "Patient/p" + std::to_string(i)).status, 200);
    disk.release();
    const auto start = Steady::now();
    QTRY_VERIFY_WITH_TIMEOUT(put(clinic, patient("after")).status < 300, 5'000);
    QVERIFY(secondsSince(start) < 5);
    QCOMPARE(server.terminate(), 0);
}

/// R09. One disk for all: writes are refused before PostgreSQL has to stop, and go on by themselves.
void ServerDiskTest::writesStopBeforeTheDiskIsFull() {
    ServerProcess server({"--reserve-mb", "100"});
    const auto clinic = makeClinic(server, "t-a", false);
    QCOMPARE(put(clinic, patient("before")).status, 201);
    const std::string scope = "launch/patient offline_access patient/Patient.rs";
    const auto app = registerApp(server, clinic, false, scope);
    const auto person = signedInPerson(server, clinic, "signs-in");
    const auto tokens = tokensFor(clinic, person, app, scope);
    QCOMPARE(server.terminate(), 0);
    const auto data = server.dataDirectory(), aside = server.folder() / "aside";
    fs::rename(data, aside);
    SmallDisk disk(data, "400m");
    if (!disk.mounted()) QSKIP("mount is not permitted here");
    copyInto(aside, data);
    server.restart();
    QCOMPARE(put(clinic, patient("roomy")).status, 201);

    disk.fill(60 << 20);
    QTRY_COMPARE_WITH_TIMEOUT(put(clinic, patient("full")).status, 507, 3'000);
    const auto refused = post(clinic, "", transactionOf("t", 2));
    QCOMPARE(refused.status, 507);
    QVERIFY2(refused.told().find("disk") != std::string::npos, refused.told().c_str());
    QCOMPARE(get(clinic, "Patient/before").status, 200);
    QCOMPARE(countOf(clinic, "Patient?family:exact=t"), 0);
    // The reserve is for this: people and programs sign in, apps refresh, and what was allowed can be taken back.
    PatientBrowser browser;
    browser.get(patientPortal(clinic) + "/sign-in");
    QCOMPARE(browser.submit("/sign-in", {{"username", "signs-in"}, {"password", password}}).status, 303);
    QCOMPARE(askToken(clinic, "system/*.rs").status, 200);
    const auto next = refresh(clinic, app, tokens.at("refresh_token"));
    QCOMPARE(next.status, 200);
    QVERIFY(!codeFor(clinic, person, app, scope).empty());
    QCOMPARE(postAs(clinic, app, "revoke", {{"token", next.json.at("refresh_token")}}).status, 200);
    QCOMPARE(http("GET", patientApi(clinic) + "/Patient/signs-in", bearer(next.json.at("access_token"))).status, 401);
    std::string state;
    const auto about = operate(server, "GET", "/admin/api/Server").json;
    for (const auto& check : about.at("health"))
        if (check.at("id") == "disk") state = check.at("state");
    QCOMPARE(state, std::string("error"));
    disk.release();
    QTRY_VERIFY_WITH_TIMEOUT(put(clinic, patient("after")).status < 300, 5'000);
    QCOMPARE(server.terminate(), 0);
}

void ServerDiskTest::noRoomForTheFirstStart() {
    Folder folder;
    SmallDisk disk(folder / "disk", "20m");
    if (!disk.mounted()) QSKIP("mount is not permitted here");
    const auto ended = serve(folder / "disk/data");
    QVERIFY2(ended.code == 73, ended.text.c_str());
    QVERIFY2(ended.text.find((folder / "disk/data").string()) != std::string::npos && ended.text.find("disk") != std::string::npos,
             ended.text.c_str());
    QVERIFY(livingIn(folder.path()).empty());
    QVERIFY2(!fs::exists(folder / "disk/data/postgres"), "no half cluster");
}

/// R12: nobody sees or changes a record without a trace.
void ServerDiskTest::auditThatCannotBeWritten() {
    ServerProcess server;
    const auto clinic = makeClinic(server, "t-a", false);
    QCOMPARE(put(clinic, patient("p1", "Canary")).status, 201);
    const auto narrow = addClient(server, clinic, "system/Observation.rs");
    const auto data = server.dataDirectory();
    sql(data, "REVOKE INSERT ON audit_event FROM polyclinic_app_tenant");
    for (const auto* path : {"Patient/p1", "Patient?family=Canary", "Patient/p1/_history", "Patient/p1/_history/1"}) {
        const auto answer = get(clinic, path);
        QVERIFY2(answer.status >= 500, path);
        QVERIFY2(answer.everything().find("Canary") == std::string::npos, path);
    }
    QVERIFY(put(clinic, patient("p1", "Changed")).status >= 500);
    QVERIFY(put(clinic, patient("p2")).status >= 500);
    QVERIFY(post(clinic, "", transactionOf("t", 2)).status >= 500);
    QVERIFY(http("DELETE", clinic.fhir + "/Patient/p1", bearer(clinic.token)).status >= 500);
    // A refusal tells nothing: it stands, and the server's log says that it could not be noted.
    QCOMPARE(get(narrow, "Patient/p1").status, 403);
    QVERIFY(server.log().find("that it was refused could not be noted") != std::string::npos);
    sql(data, "GRANT INSERT ON audit_event TO polyclinic_app_tenant");
    QCOMPARE(get(clinic, "Patient/p1").json.at("name")[0].at("family").get<std::string>(), std::string("Canary"));
    QCOMPARE(get(clinic, "Patient/p2").status, 404);
    QCOMPARE(countOf(clinic, "Patient?family=t"), 0);
}

POLYCLINIC_TEST(ServerDiskTest)
#include "server_disk_test.moc"
