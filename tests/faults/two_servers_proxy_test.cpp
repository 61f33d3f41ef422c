// Two servers on one PostgreSQL behind HAProxy, with the configuration that the package ships: clients notice no restart,
// what ends at one ends at the other, and nobody can choose the address that limits and the audit log see.

#include <QTest>
#include <mutex>
#include <random>
#include <regex>
#include <set>

#include "foreign_postgres.h"
#include "patient_app.h"
#include "test_case.h"

using namespace polyclinic;
using namespace polyclinic::test;

namespace {

constexpr const char* program = "/usr/sbin/haproxy";

std::string replaced(std::string text, const std::string& from, const std::string& to) {
    const auto at = text.find(from);
    if (at == text.npos) throw std::runtime_error("the configuration has no " + from);
    return text.replace(at, from.size(), to);
}

std::string shippedConfiguration() { return contentsOf(POLYCLINIC_SOURCE_DIR "/installer/haproxy/haproxy.cfg"); }

/// What the writers know, and what they were told.
struct Load {
    std::mutex mutex;
    std::set<std::string> stored;
    std::vector<std::string> wrong;
    long answered = 0, later = 0;
    bool broken = false;  // connections break: a client that gets no answer sends a PUT once more

    void count(const HttpAnswer& answer, int expected, const std::string& id, const std::string& what) {
        std::lock_guard lock(mutex);
        ++answered;
        if (answer.status == expected || (broken && answer.status == 200)) {
            if (!id.empty()) stored.insert(id);
        } else if (answer.status == 503 && !answer.header("retry-after").empty() &&
                   answer.json.value("resourceType", "") == "OperationOutcome") {
            ++later;
        } else {
            wrong.push_back(what + ": " + answer.everything());
        }
    }
};

}  // namespace

class TwoServersProxyTest : public QObject {
    Q_OBJECT
  private slots:
    void initTestCase();
    void cleanupTestCase();
    void shippedFile();
    void addressOfTheClient();
    void revocation();
    void signInHereConsentThere();
    void jobsAreDoneOnce();
    void rollingRestart();
    void killed();
    void guessing();

  private:
    std::string node(int i) const { return "http://127.0.0.1:" + std::to_string(ports_[i]); }
    ServerProcess& one() { return *servers_[0]; }
    ServerProcess& two() { return *servers_[1]; }
    void awaitBoth();
    void underLoad(const std::string& name, const std::function<void()>& work, const std::function<void(const Load&)>& after);

    std::unique_ptr<ForeignPostgres> postgres_;
    std::unique_ptr<Folder> folder_;
    int ports_[2] = {}, front_ = 0;
    std::unique_ptr<ServerProcess> servers_[2];
    pid_t proxy_ = 0;
    Clinic clinic_;
};

void TwoServersProxyTest::initTestCase() {
    QVERIFY2(fs::exists(program), "HAProxy is not installed");
    postgres_ = std::make_unique<ForeignPostgres>();
    postgres_->start();
    QCOMPARE(postgres_->prepare().code, 0);
    {
        TakenPort a, b, c;
        ports_[0] = a.port(), ports_[1] = b.port(), front_ = c.port();
    }
    const auto authority = "127.0.0.1:" + std::to_string(front_);
    for (int i : {0, 1}) {
        auto options = postgres_->options();
        options.insert(options.end(),
                       {"--listen", authorityOf(node(i)), "--public-url", "http://" + authority, "--trusted-proxy", "127.0.0.1"});
        servers_[i] = std::make_unique<ServerProcess>(options);
    }
    folder_ = std::make_unique<Folder>();
    auto text = shippedConfiguration();
    text = replaced(text, "log /dev/log local0", "");
    text = replaced(text, "user haproxy", "");
    text = replaced(text, "group haproxy", "");
    text = replaced(text, "stats socket /run/haproxy/admin.sock mode 660 level admin", "");
    text = replaced(text, "bind :443 ssl crt /etc/haproxy/clinic.pem alpn h2,http/1.1", "bind " + authority);
    text = replaced(text, "Host clinic.example", "Host " + authority);
    text = replaced(text, "127.0.0.1:8080", authorityOf(node(0)));
    text = replaced(text, "127.0.0.1:8090", authorityOf(node(1)));
    std::ofstream(*folder_ / "haproxy.cfg") << text;
    proxy_ =
        db::startProgram({{program, "-db", "-f", (*folder_ / "haproxy.cfg").string()}, *folder_ / "haproxy.log"}, {"", 0, 0, {}, false});
    awaitBoth();
    clinic_ = makeClinic(one(), "t-a", false);
    QVERIFY2(clinic_.fhir.starts_with("http://" + authority), clinic_.fhir.c_str());
}

void TwoServersProxyTest::cleanupTestCase() {
    if (proxy_ > 0) {
        kill(proxy_, SIGTERM);
        db::waitForProgram(proxy_);
    }
}

/// Both are ready, and the proxy has had the time to see it.
void TwoServersProxyTest::awaitBoth() {
    for (int i : {0, 1}) QTRY_COMPARE_WITH_TIMEOUT(http("GET", node(i) + "/health/ready").status, 200, 10'000);
    QTest::qWait(1'600);
    QTRY_COMPARE_WITH_TIMEOUT(http("GET", "http://127.0.0.1:" + std::to_string(front_) + "/health/ready").status, 200, 10'000);
}

/// As it stands in the package, certificate aside.
void TwoServersProxyTest::shippedFile() {
    const auto pem = *folder_ / "clinic.pem", key = *folder_ / "key.pem";
    const auto run = [&](const std::vector<std::string>& words) {
        return db::waitForProgram(db::startProgram({words, *folder_ / "check.log"}, {"", 0, 0, {}, false}));
    };
    QCOMPARE(run({"/usr/bin/openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key.string(), "-out", pem.string(),
                  "-days", "2", "-subj", "/CN=clinic.example"}),
             0);
    std::ofstream(pem, std::ios::app) << contentsOf(key);
    std::ofstream(*folder_ / "shipped.cfg") << replaced(shippedConfiguration(), "/etc/haproxy/clinic.pem", pem.string());
    const int code = run({program, "-c", "-f", (*folder_ / "shipped.cfg").string()});
    const auto said = contentsOf(*folder_ / "check.log");
    QVERIFY2(code == 0 && said.find("WARNING") == said.npos, said.c_str());
}

/// E04: behind the proxy it is the client's, and what the client says itself counts for nothing.
void TwoServersProxyTest::addressOfTheClient() {
    const auto sessionFrom = [&](const std::string& base, const HttpHeaders& more, const std::string& name) {
        auto clinic = clinic_;
        const auto person = signedInPerson(one(), clinic, name);
        PatientBrowser browser;
        const auto portal = base + pathOf(patientPortal(clinic));
        const auto page = browser.get(portal + "/sign-in").body;
        std::smatch csrf;
        if (!std::regex_search(page, csrf, std::regex("name=\"csrf_token\" value=\"([^\"]+)\"")))
            throw std::runtime_error("no form: " + page);
        // The sign-in itself, with headers that a browser does not send.
        auto headers = more;
        headers.emplace_back("Content-Type", "application/x-www-form-urlencoded");
        headers.emplace_back("Cookie", browser.cookies());
        const auto answer =
            http("POST", portal + "/sign-in", headers, form({{"csrf_token", csrf[1].str()}, {"username", name}, {"password", password}}));
        if (answer.status != 303) throw std::runtime_error("no sign-in: " + answer.everything());
        std::set<std::string> addresses;
        const auto list = operate(one(), "GET", "/admin/api/Tenant/t-a/Session?account=" + person.account).json;
        for (const auto& entry : list.value("entry", nlohmann::json::array()))
            addresses.insert(entry.at("resource").at("address").get<std::string>());
        return addresses;
    };
    using Set = std::set<std::string>;
    // Straight from the trusted address, as the proxy would say it.
    QCOMPARE(sessionFrom(node(0), {{"X-Forwarded-For", "203.0.113.9"}}, "p1"), (Set{"127.0.0.1", "203.0.113.9"}));
    // The proxy replaces what a client made up.
    const auto front = "http://127.0.0.1:" + std::to_string(front_);
    QCOMPARE(sessionFrom(front, {{"X-Forwarded-For", "203.0.113.9"}, {"Forwarded", "for=203.0.113.9"}}, "p2"), (Set{"127.0.0.1"}));
    const auto wrong = polyclinicd({"check-config", "--trusted-proxy", "proxy.example"});
    QVERIFY2(wrong.code == 78 && wrong.text.find("proxy.example") != std::string::npos, wrong.text.c_str());
}

void TwoServersProxyTest::revocation() {
    for (int i = 0; i < 4; ++i) {
        const auto client = addClient(one(), clinic_, "system/*.cruds");
        // Both know the token as good.
        for (int n : {0, 1}) QCOMPARE(http("GET", node(n) + pathOf(client.fhir) + "/Patient?_count=1", bearer(client.token)).status, 200);
        const auto start = Steady::now();
        if (i % 2)
            QVERIFY(operate(i == 1 ? one() : two(), "DELETE", "/admin/api/Tenant/t-a/Client/" + client.clientId).status < 300);
        else
            QCOMPARE(http("POST", client.tokenUrl.substr(0, client.tokenUrl.rfind('/')) + "/revoke",
                          {{"Content-Type", "application/x-www-form-urlencoded"}},
                          form({{"token", client.token}, {"client_id", client.clientId}, {"client_secret", client.secret}}))
                         .status,
                     200);
        // Refused by ten in a row, so by both.
        int refusals = 0;
        while (refusals < 10 && secondsSince(start) < 3) refusals = get(client, "Patient?_count=1").status == 401 ? refusals + 1 : 0;
        const double took = secondsSince(start);
        QVERIFY2(refusals == 10 && took < 1.2, std::to_string(took).c_str());
    }
}

void TwoServersProxyTest::signInHereConsentThere() {
    const auto person = signedInPerson(one(), clinic_, "both");
    const auto app = registerApp(one(), clinic_, false, "launch/patient patient/*.rs offline_access");
    const auto at = [&](int n, const HttpAnswer& answer) { return node(n) + pathOf(answer.header("location")); };
    for (int here : {0, 1}) {
        const int there = 1 - here;
        PatientBrowser browser;
        auto answer = browser.get(node(here) + pathOf(patientAuth(clinic_)) + "/authorize?" +
                                  form(request(clinic_, app, "launch/patient patient/Patient.rs offline_access")));
        QVERIFY2(answer.status == 303, answer.everything().c_str());
        answer = browser.get(at(there, answer));
        QVERIFY2(answer.status == 200, answer.everything().c_str());
        answer = browser.submit("/sign-in", {{"username", "both"}, {"password", password}});
        QVERIFY2(answer.status == 303, answer.everything().c_str());
        answer = browser.get(at(here, answer));
        while (answer.status == 303) answer = browser.get(at(here, answer));
        QVERIFY2(answer.status == 200, answer.everything().c_str());
        answer = browser.submit("/consent", {{"decision", "allow"}, {"duration", "year"}, {"scope", "patient/Patient.rs"}});
        const auto code = returned(answer, "code");
        QVERIFY2(!code.empty(), answer.everything().c_str());
        auto elsewhere = clinic_;
        elsewhere.fhir = node(there) + pathOf(clinic_.fhir);
        const auto tokens = redeem(elsewhere, app, code);
        QVERIFY2(tokens.status == 200, tokens.everything().c_str());
        const auto token = tokens.json.at("access_token").get<std::string>();
        for (int n : {here, there}) {
            const auto record = http("GET", node(n) + pathOf(patientApi(clinic_)) + "/Patient/both", bearer(token));
            QVERIFY2(record.status == 200, record.everything().c_str());
        }
        // She stops it at the other: this one, which remembers the token as good, refuses within a second.
        const auto stop = node(there) + pathOf(patientPortal(clinic_)) + "/apps";
        std::smatch grant;
        const auto apps = browser.get(stop).body;
        QVERIFY2(std::regex_search(apps, grant, std::regex("/patient/portal/apps/([0-9a-f-]{36})\"")), apps.c_str());
        browser.get(stop + "/" + grant[1].str() + "/stop");
        const auto read = [&](int n) { return http("GET", node(n) + pathOf(patientApi(clinic_)) + "/Patient/both", bearer(token)).status; };
        QCOMPARE(read(here), 200);
        QCOMPARE(browser.submit("/stop", {}).status, 303);
        const auto start = Steady::now();
        QCOMPARE(read(there), 401);
        while (read(here) == 200 && secondsSince(start) < 3) std::this_thread::sleep_for(std::chrono::milliseconds(10));
        QVERIFY2(read(here) == 401 && secondsSince(start) < 1.1, std::to_string(secondsSince(start)).c_str());
        auto back = clinic_;
        back.fhir = node(here) + pathOf(clinic_.fhir);
        const auto refreshed = refresh(back, app, tokens.json.at("refresh_token"));
        QVERIFY2(refreshed.status == 400 && refreshed.json.at("error") == "invalid_grant", refreshed.everything().c_str());
        // The same code a second time, at the other.
        QCOMPARE(redeem(clinic_, app, code).status, 400);
    }
}

void TwoServersProxyTest::jobsAreDoneOnce() {
    const int jobs = rounds(6), lines = 40;
    std::vector<std::string> ids(static_cast<std::size_t>(jobs));
    atOnce(std::min(jobs, 8), [&](int t) {
        for (int j = t; j < jobs; j += std::min(jobs, 8)) {
            const auto started =
                operate(j % 2 ? one() : two(), "POST", "/admin/api/Tenant/t-a/$import", transactionOf("job" + std::to_string(j), lines));
            if (started.status == 202) ids[std::size_t(j)] = started.json.at("id");
        }
    });
    for (int j = 0; j < jobs; ++j) {
        QVERIFY(!ids[std::size_t(j)].empty());
        nlohmann::json job;
        // Asked at the one that did not take it.
        QTRY_VERIFY_WITH_TIMEOUT(
            (job = operate(j % 2 ? two() : one(), "GET", "/admin/api/Job/" + ids[std::size_t(j)]).json).value("status", "") == "completed",
            30'000);
        QVERIFY2(job.at("result").at("created").value("Patient", 0) == lines, job.dump().c_str());
        QCOMPARE(job.at("result").value("unchanged", -1), 0);
        QCOMPARE(countOf(clinic_, "Patient?family:exact=job" + std::to_string(j)), lines);
    }
    // One version each: nobody did it again.
    QCOMPARE(get(clinic_, "Patient/job0-0").json.at("meta").at("versionId").get<std::string>(), std::string("1"));
}

/// Six clients while `work` goes on; then everything that was acknowledged is looked for.
void TwoServersProxyTest::underLoad(const std::string& name, const std::function<void()>& work,
                                    const std::function<void(const Load&)>& after) {
    Load load;
    load.broken = name == "killed";
    std::atomic<bool> ending{false};
    {
        std::vector<std::jthread> clients;
        for (int c = 0; c < 6; ++c)
            clients.emplace_back([&, c] {
                std::string last;
                for (int n = 0; !ending; ++n) {
                    const auto id = name + "c" + std::to_string(c) + "n" + std::to_string(n);
                    try {
                        if (n % 3 == 0 || last.empty()) {
                            const auto answer = put(clinic_, patient(id, "w"));
                            load.count(answer, 201, id, "PUT");
                            if (answer.status == 201) last = id;
                        } else if (n % 3 == 1) {
                            load.count(get(clinic_, "Patient/" + last), 200, {}, "GET " + last);
                        } else if (c == 0) {
                            load.count(askToken(clinic_, "system/Patient.rs"), 200, {}, "token");
                        } else {
                            load.count(post(clinic_, "", transactionOf(id, 2)), 200, id + "-1", "POST");
                        }
                    } catch (const std::exception& error) {
                        std::lock_guard lock(load.mutex);
                        load.wrong.push_back(error.what());
                    }
                }
            });
        work();
        ending = true;
    }
    for (const auto& id : load.stored) {
        const auto answer = get(clinic_, "Patient/" + id);
        QVERIFY2(answer.status == 200, (id + ": " + answer.told()).c_str());
    }
    qInfo("%s: %ld answers, %ld of them 503 with Retry-After, %zu acknowledged writes, none lost", name.c_str(), load.answered, load.later,
          load.stored.size());
    QVERIFY(load.stored.size() > 50);
    after(load);
}

void TwoServersProxyTest::rollingRestart() {
    underLoad(
        "rolling",
        [&] {
            for (int round = 0; round < rounds(2); ++round)
                for (int i : {0, 1}) {
                    servers_[i]->restart();
                    awaitBoth();
                }
        },
        [](const Load& load) {
            QVERIFY2(load.wrong.empty(), load.wrong.empty() ? "" : load.wrong.front().c_str());
            QVERIFY2(load.later * 100 <= load.answered, "one answer of a hundred at most may say: later");
        });
}

void TwoServersProxyTest::killed() {
    std::mt19937 random{std::random_device()()};
    underLoad(
        "killed",
        [&] {
            for (int round = 0; round < rounds(3); ++round) {
                auto& server = *servers_[round % 2];
                QTest::qWait(150 + int(random() % 350));
                server.kill9();
                QTest::qWait(500);
                server.restart();
                awaitBoth();
            }
        },
        [](const Load& load) { QVERIFY2(load.wrong.empty(), load.wrong.empty() ? "" : load.wrong.front().c_str()); });
}

/// E04. The last one: it leaves nobody a try.
void TwoServersProxyTest::guessing() {
    // One wrong secret for many names, each time from "another" address: the limit of 300 a minute is on the one that is real,
    // and every server counts for itself.
    const auto triesUntilStopped = [](const std::string& tokenUrl) {
        for (int i = 0; i < 700; ++i) {
            const auto answer =
                http("POST", tokenUrl,
                     {{"Content-Type", "application/x-www-form-urlencoded"}, {"X-Forwarded-For", "203.0.113." + std::to_string(i % 250)}},
                     form({{"grant_type", "client_credentials"}, {"client_id", "nobody" + std::to_string(i)}, {"client_secret", "wrong"}}));
            if (answer.status == 429) return i;
            if (answer.status != 401) throw std::runtime_error(answer.everything());
        }
        return -1;
    };
    const int behind = triesUntilStopped(clinic_.tokenUrl);
    QVERIFY2(behind >= 300 && behind <= 600, std::to_string(behind).c_str());
    // Without --trusted-proxy the header means nothing.
    ServerProcess alone;
    QCOMPARE(triesUntilStopped(makeClinic(alone, "t-a", false).tokenUrl), 300);
}

POLYCLINIC_TEST(TwoServersProxyTest)
#include "two_servers_proxy_test.moc"
