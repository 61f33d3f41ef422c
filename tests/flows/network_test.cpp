// Who can reach the clinics: real TLS, real files, a real other network address.

#include <arpa/inet.h>
#include <curl/curl.h>
#include <netinet/in.h>
#include <pwd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <QElapsedTimer>
#include <QTest>
#include <atomic>
#include <filesystem>
#include <fstream>
#include <thread>

#include "flow.h"
#include "network.h"
#include "test_case.h"

using namespace polyclinic;
using test::authorityOf, test::putNetwork, test::run;
using Json = nlohmann::json;
namespace fs = std::filesystem;

namespace {

std::size_t keep(char* bytes, std::size_t size, std::size_t count, void* into) {
    static_cast<std::string*>(into)->append(bytes, size * count);
    return size * count;
}

struct Seen {
    int fault = 0;  // of libcurl; 0: an answer came
    long status = 0;
    std::string head, body;
};

/// Asks over a new connection; `authority`: the only one that is trusted.
Seen ask(const std::string& url, const std::string& authority, const std::string& host = {}) {
    Seen seen;
    const std::unique_ptr<CURL, void (*)(CURL*)> handle(curl_easy_init(), curl_easy_cleanup);
    curl_easy_setopt(handle.get(), CURLOPT_URL, url.c_str());
    curl_easy_setopt(handle.get(), CURLOPT_CAINFO, authority.c_str());
    curl_easy_setopt(handle.get(), CURLOPT_CAPATH, nullptr);
    curl_easy_setopt(handle.get(), CURLOPT_NOPROXY, "*");
    curl_easy_setopt(handle.get(), CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(handle.get(), CURLOPT_TIMEOUT_MS, 10'000L);
    curl_easy_setopt(handle.get(), CURLOPT_WRITEFUNCTION, keep);
    curl_easy_setopt(handle.get(), CURLOPT_WRITEDATA, &seen.body);
    curl_easy_setopt(handle.get(), CURLOPT_HEADERFUNCTION, keep);
    curl_easy_setopt(handle.get(), CURLOPT_HEADERDATA, &seen.head);
    curl_slist* names = host.empty() ? nullptr : curl_slist_append(nullptr, host.c_str());
    if (names) curl_easy_setopt(handle.get(), CURLOPT_RESOLVE, names);
    seen.fault = curl_easy_perform(handle.get());
    curl_easy_getinfo(handle.get(), CURLINFO_RESPONSE_CODE, &seen.status);
    curl_slist_free_all(names);
    return seen;
}

}  // namespace

class NetworkTest : public QObject {
    Q_OBJECT
  private slots:
    void opensForTheNetworkWithTheClinicsAuthority();
    void certificatesAreSwappedWithoutALostRequest();
    void whatDoesNotDoChangesNothing();
    void movingPatientsIsAskedFor();
    void patientsAreInvitedOnlyWhereTheCertificateIsTrusted();
    void brokenSettingsAreReplacedByTheLastGoodOnes();
    void strictTransportOnlyWithAKnownAuthority();

  private:
    static Json get(test::ServerProcess& server) { return test::operate(server, "GET", "/admin/api/Network").json; }
    /// NAME.crt and NAME.key for the host, signed by itself or by the CA of that name; readable by the server.
    static void make(const fs::path& folder, const std::string& name, const std::string& san, const std::string& days,
                     const std::string& signer = {}) {
        const auto path = (folder / name).string();
        std::string sign = " -signkey " + path + ".key";
        if (!signer.empty())
            sign = " -CA " + (folder / signer).string() + ".crt -CAkey " + (folder / signer).string() + ".key -CAcreateserial";
        std::ofstream(path + ".ext") << (san.empty() ? "basicConstraints=critical,CA:TRUE\n" : "subjectAltName=" + san + "\n");
        QCOMPARE(run("openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN=" + name + " -keyout " + path +
                     ".key -out " + path + ".csr && openssl x509 -req -in " + path + ".csr" + sign + " -out " + path + ".crt -days " +
                     days + " -extfile " + path + ".ext"),
                 0);
        if (::geteuid() != 0) return;
        const auto* account = ::getpwnam("postgres");
        for (const auto* end : {".key", ".crt"}) QCOMPARE(::chown((path + end).c_str(), account->pw_uid, account->pw_gid), 0);
    }
};

void NetworkTest::opensForTheNetworkWithTheClinicsAuthority() {
    test::ServerProcess server;
    const auto before = get(server);
    QCOMPARE(before["reach"], "this-computer");
    QCOMPARE(before["shown"], nullptr);
    QCOMPARE(before["base"], server.base());
    test::operate(server, "PUT", "/admin/api/Tenant/oak",
                  {{"resourceType", "Tenant"}, {"id", "oak"}, {"name", "Oak Street"}, {"status", "active"}, {"isolation", "shared"}});
    const auto changed = putNetwork(server, {{"reach", "network"}, {"listen", "0.0.0.0:0"}});
    QVERIFY2(changed.status == 200, changed.told().c_str());
    const std::string base = changed.json["base"];
    QVERIFY(base.starts_with("https://"));
    QVERIFY2(base.find(changed.json["addresses"][0].get<std::string>()) != base.npos, base.c_str());
    // The clinic had no patient, so it moved along.
    const auto clinic = test::operate(server, "GET", "/admin/api/Tenant/oak").json;
    QCOMPARE(clinic["endpoint"][4]["url"], base + "/tenant/oak/patient/portal");

    const auto authority = authorityOf(server);
    auto seen = ask(base + "/t/oak", authority);
    QCOMPARE(seen.fault, 0);
    QCOMPARE(seen.status, 303L);
    QVERIFY2(seen.head.find("ocation: " + base + "/tenant/oak/patient/portal") != seen.head.npos, seen.head.c_str());
    QVERIFY(seen.head.find("trict-") == seen.head.npos);
    seen = ask(base + "/hello", authority);
    QCOMPARE(seen.status, 200L);
    const std::string words = changed.json["shown"]["words"];
    QCOMPARE(std::count(words.begin(), words.end(), ' '), 5);
    std::string order;
    for (std::size_t at = 0, end; (at = seen.body.find("<li lang=\"en\" dir=\"ltr\">", at)) != seen.body.npos; at = end) {
        end = seen.body.find("</li>", at);
        order += (order.empty() ? "" : " ") + seen.body.substr(at + 24, end - at - 24);
    }
    QCOMPARE(order, words);
    // A stranger's list of authorities does not have it; a name that is not ours is not answered.
    QCOMPARE(ask(base + "/hello", "/etc/ssl/certs/ca-certificates.crt").fault, int(CURLE_PEER_FAILED_VERIFICATION));
    const auto port = base.substr(base.rfind(':') + 1);
    QCOMPARE(ask("https://localhost:" + port + "/hello", authority).status, 421L);
    QCOMPARE(ask("https://clinic.example:" + port + "/hello", authority, "clinic.example:" + port + ":127.0.0.1").fault,
             int(CURLE_PEER_FAILED_VERIFICATION));
    // The authority cannot speak for strangers.
    const auto limits = test::output("openssl x509 -noout -text -in " + authority);
    QVERIFY2(limits.find("Name Constraints: critical") != limits.npos && limits.find("CA:TRUE, pathlen:0") != limits.npos, limits.c_str());
    const auto kept = test::output("cat " + (server.dataDirectory() / "clinic-authority.json").string());
    QVERIFY(kept.find("sealedKey") != kept.npos && kept.find("PRIVATE") == kept.npos);
    struct stat info {};
    QCOMPARE(::stat((server.dataDirectory() / "clinic-certificate.pem").c_str(), &info), 0);
    QCOMPARE(int(info.st_mode & 0777), 0600);

    // Closed means closed, for open connections too; loopback goes on.
    const auto closed = putNetwork(server, {{"reach", "this-computer"}});
    QCOMPARE(closed.status, 200);
    QCOMPARE(ask(base + "/hello", authority).fault, int(CURLE_COULDNT_CONNECT));
    QCOMPARE(test::http("GET", server.base() + "/t/oak").header("location"), server.base() + "/tenant/oak/patient/portal");
}

void NetworkTest::certificatesAreSwappedWithoutALostRequest() {
    test::ServerProcess server;
    const auto first = putNetwork(server, {{"reach", "network"}, {"listen", "127.0.0.1:0"}});
    QVERIFY2(first.status == 200, first.told().c_str());
    const std::string base = first.json["base"];
    make(server.folder(), "other", "IP:127.0.0.1", "90");
    const auto both = (server.folder() / "both.pem").string();
    QCOMPARE(run("(cat " + authorityOf(server) + " " + (server.folder() / "other.crt").string() + " > " + both + ")"), 0);
    std::atomic<bool> stop{false};
    std::atomic<int> asked{0}, lost{0};
    std::vector<std::thread> people;
    for (int i = 0; i < 4; ++i)
        people.emplace_back([&] {
            while (!stop) {
                const auto seen = ask(base + "/health/live", both);
                ++asked;
                if (seen.fault || seen.status != 200) ++lost;
            }
        });
    int swaps = 0;
    for (; swaps < 10; ++swaps) {
        const auto own = putNetwork(server, {{"certificate",
                                              {{"mode", "own"},
                                               {"file", (server.folder() / "other.crt").string()},
                                               {"keyFile", (server.folder() / "other.key").string()}}}});
        QVERIFY2(own.status == 200, own.told().c_str());
        QCOMPARE(own.json["shown"]["subject"], "other");
        const auto back = putNetwork(server, {{"certificate", {{"mode", "clinic"}}}});
        QVERIFY2(back.status == 200, back.told().c_str());
        QCOMPARE(back.json["shown"]["subject"], "127.0.0.1");
    }
    stop = true;
    for (auto& one : people) one.join();
    qInfo("%d requests over new connections during %d swaps, %d lost", asked.load(), 2 * swaps, lost.load());
    QCOMPARE(lost.load(), 0);
    QVERIFY(asked > 100);
}

void NetworkTest::whatDoesNotDoChangesNothing() {
    test::ServerProcess server;
    const auto good = putNetwork(server, {{"reach", "network"}, {"listen", "127.0.0.1:0"}});
    QCOMPARE(good.status, 200);
    const std::string base = good.json["base"];
    const auto authority = authorityOf(server);
    const auto folder = server.folder();
    make(folder, "old", "IP:127.0.0.1", "-1");
    make(folder, "fits", "IP:127.0.0.1", "90");
    make(folder, "else", "DNS:elsewhere.example", "90");
    ::mkfifo((folder / "pipe").c_str(), 0644);
    std::filesystem::create_directory(folder / "folder");
    std::filesystem::create_symlink("/dev/zero", folder / "zeros");
    std::filesystem::copy_file(folder / "fits.crt", folder / "huge.crt");
    std::filesystem::resize_file(folder / "huge.crt", 5ull << 30);  // a hole, which costs no disk
    std::filesystem::permissions(folder / "huge.crt", std::filesystem::perms(0644));
    const auto own = [&](const std::string& certificate, const std::string& key) {
        return Json{{"publicUrl", base},
                    {"certificate", {{"mode", "own"}, {"file", (folder / certificate).string()}, {"keyFile", (folder / key).string()}}}};
    };
    const int taken = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    QVERIFY(::bind(taken, reinterpret_cast<sockaddr*>(&address), size) == 0 && ::listen(taken, 1) == 0);
    ::getsockname(taken, reinterpret_cast<sockaddr*>(&address), &size);
    struct Case {
        Json wish;
        int status;
        std::string says;
    };
    const std::vector<Case> cases{{own("old.crt", "old.key"), 422, "expired"},
                                  {own("fits.crt", "old.key"), 422, "belong"},
                                  {own("else.crt", "else.key"), 422, "is not for 127.0.0.1"},
                                  {own("none.crt", "fits.key"), 422, "cannot be read"},
                                  {own("zeros", "fits.key"), 422, "is no ordinary file"},
                                  {own("pipe", "fits.key"), 422, "is no ordinary file"},
                                  {own("folder", "fits.key"), 422, "is no ordinary file"},
                                  {own("huge.crt", "fits.key"), 422, "has more than 1 MB"},
                                  {own("fits.crt", "zeros"), 422, "is no ordinary file"},
                                  {own("fits.crt", "pipe"), 422, "is no ordinary file"},
                                  {own("fits.crt", "huge.crt"), 422, "has more than 1 MB"},
                                  {own("fits.crt", "none.key"), 422, "cannot be read"},
                                  {{{"listen", "127.0.0.1:" + std::to_string(ntohs(address.sin_port))}}, 409, "is used by"},
                                  {{{"listen", "198.51.100.9:0"}}, 422, "no address 198.51.100.9"},
                                  {{{"listen", "everywhere"}}, 422, "ADDRESS:PORT"},
                                  {{{"publicUrl", "http://clinic.example"}}, 422, "https://"},
                                  {{{"publicUrl", "https://clinic.example"}}, 422, "own authority signs for this computer"},
                                  {{{"reach", "internet"}}, 422, "publicUrl"},
                                  {{{"certificate", {{"mode", "proxy"}}}}, 422, "trustedProxies"},
                                  {{{"trustedProxies", {"nobody"}}}, 422, "trustedProxies"},
                                  {{{"riskAccepted", {{"name", "x"}, {"words", "y"}}}}, 422, "riskAccepted.name"},
                                  {{{"reachh", "network"}}, 422, "is not a member"}};
    for (const auto& one : cases) {
        const auto answer = putNetwork(server, one.wish);
        QVERIFY2(answer.status == one.status, (one.wish.dump() + " " + answer.everything()).c_str());
        QVERIFY2(answer.told().find(one.says) != std::string::npos, (one.wish.dump() + " " + answer.told()).c_str());
        QCOMPARE(ask(base + "/health/live", authority).status, 200L);
        QCOMPARE(get(server)["base"], base);
    }
    ::close(taken);
    QCOMPARE(get(server)["shown"], good.json["shown"]);
}

void NetworkTest::movingPatientsIsAskedFor() {
    test::ServerProcess server;
    const auto loopback = server.base();
    const auto full = test::makeClinic(server, "full", false);
    test::makeClinic(server, "empty", true);
    QCOMPARE(test::http("PUT", full.fhir + "/Patient/p1", test::bearerJson(full.token),
                        R"({"resourceType":"Patient","id":"p1","birthDate":"1980-05-03","name":[{"family":"Gomez"}]})")
                 .status,
             201);
    const Json person{{"realm", "patient"}, {"fhirUser", "Patient/p1"}};
    QCOMPARE(test::operate(server, "POST", "/admin/api/Tenant/full/Account", person).status, 201);
    const auto refused = putNetwork(server, {{"reach", "network"}, {"listen", "127.0.0.1:0"}});
    QCOMPARE(refused.status, 409);
    QVERIFY2(refused.told().find("Clinic full: 1 person and 0 apps use " + loopback) != std::string::npos, refused.told().c_str());
    QCOMPARE(refused.json["issue"].size(), std::size_t(1));
    QCOMPARE(get(server)["reach"], "this-computer");
    const auto done = putNetwork(server, {{"reach", "network"}, {"listen", "127.0.0.1:0"}, {"confirm", true}});
    QVERIFY2(done.status == 200, done.told().c_str());
    const std::string base = done.json["base"];
    for (const auto* id : {"full", "empty"}) {
        const auto discovery = ask(base + "/tenant/" + id + "/patient/auth/.well-known/openid-configuration", authorityOf(server));
        QCOMPARE(Json::parse(discovery.body)["issuer"], base + "/tenant/" + id + "/patient/auth");
    }
    // Closing never takes an address from people: theirs stays for the day when it is opened again.
    QCOMPARE(putNetwork(server, {{"reach", "this-computer"}}).status, 200);
    QCOMPARE(test::operate(server, "GET", "/admin/api/Tenant/full").json["endpoint"][3]["url"], base + "/tenant/full/patient/auth");
    QCOMPARE(test::operate(server, "GET", "/admin/api/Tenant/empty").json["endpoint"][3]["url"], loopback + "/tenant/empty/patient/auth");
}

void NetworkTest::patientsAreInvitedOnlyWhereTheCertificateIsTrusted() {
    test::ServerProcess server({"--demo"});
    const auto full = test::makeClinic(server, "full", false);
    for (const auto* id : {"p1", "p2", "p3", "p4"})
        QCOMPARE(test::http(
                     "PUT", full.fhir + "/Patient/" + id, test::bearerJson(full.token),
                     R"({"resourceType":"Patient","id":")" + std::string(id) + R"(","birthDate":"1980-05-03","name":[{"family":"Gomez"}]})")
                     .status,
                 201);
    const auto invite = [&](const std::string& patient) {
        return test::operate(server, "POST", "/admin/api/Tenant/full/Account", {{"realm", "patient"}, {"fhirUser", "Patient/" + patient}});
    };
    const auto known = invite("p1");
    QCOMPARE(known.status, 201);
    const std::string account = known.json["id"];
    QCOMPARE(putNetwork(server, {{"reach", "network"}, {"listen", "127.0.0.1:0"}, {"confirm", true}}).status, 200);
    const auto refused = invite("p2");
    QCOMPARE(refused.status, 409);
    QVERIFY2(refused.told().find("do not trust its certificate") != std::string::npos &&
                 refused.told().find("Network and certificate") != std::string::npos,
             refused.told().c_str());
    QCOMPARE(test::operate(server, "POST", "/admin/api/Tenant/full/Account/" + account + "/$invite", Json::object()).status, 409);
    QCOMPARE(get(server)["invitations"]["allowed"], false);
    // Made-up people are nobody's patients.
    const auto people = test::operate(server, "GET", "/admin/api/Tenant/demo/fhir/Patient?_count=50").json;
    QVERIFY(people["entry"].size() > 3);
    const std::string guest = people["entry"].back()["resource"]["id"];
    QCOMPARE(
        test::operate(server, "POST", "/admin/api/Tenant/demo/Account", {{"realm", "patient"}, {"fhirUser", "Patient/" + guest}}).status,
        201);
    // Devices that trust the authority.
    QCOMPARE(putNetwork(server, {{"certificate", {{"authorityInstalled", true}}}}).status, 200);
    QCOMPARE(invite("p2").status, 201);
    QCOMPARE(putNetwork(server, {{"certificate", {{"authorityInstalled", false}}}}).status, 200);
    QCOMPARE(invite("p3").status, 409);
    // Somebody's signature, which every clinic's log keeps; a certificate of one's own making is no better.
    make(server.folder(), "mine", "IP:127.0.0.1", "90");
    QCOMPARE(
        putNetwork(
            server,
            {{"certificate",
              {{"mode", "own"}, {"file", (server.folder() / "mine.crt").string()}, {"keyFile", (server.folder() / "mine.key").string()}}}})
            .status,
        200);
    QCOMPARE(invite("p3").status, 409);
    QCOMPARE(
        putNetwork(server, {{"riskAccepted", {{"name", "Dr. Maria Silva"}, {"words", "Only the two tablets of the practice are used."}}}})
            .status,
        200);
    QCOMPARE(get(server)["riskAccepted"]["name"], "Dr. Maria Silva");
    QCOMPARE(invite("p3").status, 201);
    const auto log = test::operate(server, "GET", "/admin/api/Tenant/full/AuditEvent?_count=50").body;
    QVERIFY2(log.find("network-risk-accepted") != log.npos, log.c_str());
    QCOMPARE(putNetwork(server, {{"riskAccepted", nullptr}}).status, 200);
    QCOMPARE(invite("p4").status, 409);
    make(server.folder(), "root", "", "90");
    make(server.folder(), "signed", "IP:127.0.0.1", "90", "root");
    QCOMPARE(putNetwork(server, {{"certificate",
                                  {{"mode", "own"},
                                   {"file", (server.folder() / "signed.crt").string()},
                                   {"keyFile", (server.folder() / "signed.key").string()}}}})
                 .status,
             200);
    QCOMPARE(invite("p4").status, 201);
}

void NetworkTest::brokenSettingsAreReplacedByTheLastGoodOnes() {
    test::ServerProcess server;
    const auto done = putNetwork(server, {{"reach", "network"}, {"listen", "127.0.0.1:0"}});
    QCOMPARE(done.status, 200);
    const std::string base = done.json["base"], words = done.json["shown"]["words"];
    server.kill9();
    std::ofstream(server.dataDirectory() / "network.json", std::ios::trunc) << "{\"reach\": \"netw";
    server.restart();
    QVERIFY(server.log().find("network.json cannot be read") != std::string::npos);
    const auto again = get(server);
    QCOMPARE(again["base"], base);
    QCOMPARE(again["shown"]["words"], words);
    QCOMPARE(ask(base + "/health/live", server.folder() / "none").fault != 0, true);
}

void NetworkTest::strictTransportOnlyWithAKnownAuthority() {
    const fs::path folder = fs::temp_directory_path() / ("polyclinic-known-" + std::to_string(::getpid()));
    fs::create_directory(folder);
    make(folder, "root", "", "90");
    make(folder, "clinic", "DNS:clinic.example", "90", "root");
    const auto root = (folder / "root.crt").string();
    qputenv("SSL_CERT_FILE", root.c_str());
    test::ServerProcess server;
    qunsetenv("SSL_CERT_FILE");
    const Json wish{
        {"reach", "internet"},
        {"publicUrl", "https://clinic.example"},
        {"listen", "127.0.0.1:0"},
        {"certificate", {{"mode", "own"}, {"file", (folder / "clinic.crt").string()}, {"keyFile", (folder / "clinic.key").string()}}}};
    const auto done = putNetwork(server, wish);
    QVERIFY2(done.status == 200, done.told().c_str());
    QCOMPARE(done.json["shown"]["known"], true);
    const std::string listen = done.json["listen"], port = listen.substr(listen.rfind(':') + 1);
    // As a router would lead port 443 here.
    const auto resolve = "clinic.example:" + port + ":127.0.0.1";
    QCOMPARE(ask("https://clinic.example:" + port + "/health/live", root, resolve).status, 421L);
    const auto address = putNetwork(server, {{"publicUrl", "https://clinic.example:" + port}});
    QVERIFY2(address.status == 200, address.told().c_str());
    const auto seen = ask("https://clinic.example:" + port + "/health/live", root, resolve);
    QCOMPARE(seen.status, 200L);
    QVERIFY2(seen.head.find("Strict-Transport-Security: max-age=31536000") != seen.head.npos, seen.head.c_str());
    fs::remove_all(folder);
}

POLYCLINIC_TEST(NetworkTest)
#include "network_test.moc"
