// Groups H, I, K and L of the attack list through the real door: the operators' side, odd requests, open sockets.

#include <QFile>
#include <QProcess>
#include <QTest>

#include "short_server.h"
#include "test_case.h"

using namespace polyclinic;
using namespace polyclinic::test;

class OperatorsSide : public QObject {
    Q_OBJECT
  private slots:
    void H01_textIsNeverSql();
    void H02_patternsAreLiteral();
    void I06_oneSpellingOfATenant();
    void I08_methodsAreWhatTheySay();
    void I13_refusalsSayNothingOfTheInside();
    void K01_onlyItsOwnSocketsListen();
    void K02_onlyOperatorsAreLetIn();
    void K03_rebindingAndCrossSitePosts();
    void K06_purgeNeedsAFreshSignInAndLeavesATrace();
    void K11_namesAreLiteral();
    void setupWorksOnceAndOnlyWithItsSecret();
    void theServersEventsAreForOperatorsAlone();
};

namespace {

HttpAnswer search(const std::string& query) {
    const auto& a = shortServer().a;
    return http("GET", a.fhir + "/Patient?" + query, bearer(a.token));
}

}  // namespace

void OperatorsSide::H01_textIsNeverSql() {
    for (const std::string& text :
         {std::string("'; DROP TABLE resource--"), std::string("x'||pg_sleep(5)--"), std::string("$1"), std::string("\" OR 1=1")})
        for (const std::string& parameter :
             {std::string("name"), std::string("identifier"), std::string("birthdate"), std::string("_sort"), std::string("_id")}) {
            const auto answer = search(parameter + "=" + encoded(text));
            QVERIFY(answer.status == 200 || answer.status == 400);
            if (answer.status == 200) QVERIFY(answer.json.value("total", 0) == 0 && !answer.json.contains("entry"));
        }
    QCOMPARE(search("_count=1").status, 200);
}

void OperatorsSide::H02_patternsAreLiteral() {
    const auto& a = shortServer().a;
    QCOMPARE(http("PUT", a.fhir + "/Patient/percent", bearerJson(a.token),
                  R"({"resourceType":"Patient","id":"percent","name":[{"family":"50%_off"}]})")
                 .status,
             201);
    QVERIFY(search("name=%25&_total=accurate").json["total"] == 0);
    QVERIFY(search("name=_&_total=accurate").json["total"] == 0);
    QVERIFY(search("name=50%25_&_total=accurate").json["total"] == 1);
    QVERIFY(search("name:contains=%25_&_total=accurate").json["total"] == 1);
    QCOMPARE(search("name=a%5C").status, 400);
}

void OperatorsSide::I06_oneSpellingOfATenant() {
    const auto base = shortServer().process.base();
    for (const std::string& id : {std::string("T-A"), std::string("t%2Da"), std::string("t-a%00"), std::string("t-a;x"),
                                  std::string("t-a."), std::string("t-a%20"), std::string("t-%D0%B0"), std::string("%74-a")})
        QCOMPARE(http("GET", base + "/tenant/" + id + "/fhir-api/metadata").status, 404);
    QCOMPARE(http("GET", base + "/tenant/t-a/fhir-api/metadata").status, 200);
}

void OperatorsSide::I08_methodsAreWhatTheySay() {
    const auto& a = shortServer().a;
    const auto path = a.fhir + "/Patient/percent";
    auto headers = bearer(a.token);
    headers.emplace_back("X-HTTP-Method-Override", "DELETE");
    QCOMPARE(http("GET", path, headers).status, 200);
    QCOMPARE(http("GET", path, bearer(a.token)).status, 200);
    for (const char* method : {"TRACE", "PATCH", "LINK"}) {
        const auto answer = http(method, path, bearer(a.token));
        QCOMPARE(answer.status, 405);
        QVERIFY(answer.header("allow").find("GET") != std::string::npos);
    }
}

void OperatorsSide::I13_refusalsSayNothingOfTheInside() {
    const auto& a = shortServer().a;
    for (const auto& answer : {http("GET", a.fhir + "/Nosuch/1", bearer(a.token)), http("GET", shortServer().process.base() + "/nowhere"),
                               http("DELETE", a.fhir + "/metadata"), http("POST", a.fhir + "/Patient", bearerJson(a.token), "{")}) {
        QVERIFY(answer.status >= 400 && answer.status < 500);
        QVERIFY(answer.json["resourceType"] == "OperationOutcome");
        for (const char* inside : {"SELECT", ".cpp", "/build", "libpq", "polyclinic_", "stack"})
            QVERIFY2(answer.everything().find(inside) == std::string::npos, inside);
        QCOMPARE(answer.header("x-content-type-options"), std::string("nosniff"));
    }
}

void OperatorsSide::K01_onlyItsOwnSocketsListen() {
    auto& server = shortServer().process;
    QProcess ss;
    ss.start("ps", {"-o", "pid=", "--ppid", QString::number(server.pid())});
    QVERIFY(ss.waitForFinished());
    QSet<QString> pids{QString::number(server.pid())};
    for (const auto& pid : QString(ss.readAll()).split('\n')) pids.insert(pid.trimmed());
    // Sockets of the server and of its PostgreSQL, by their inodes, among those that listen on TCP.
    QSet<QString> inodes;
    for (const auto& pid : pids) {
        if (pid.isEmpty()) continue;
        QProcess find;
        find.start("find", {"/proc/" + pid + "/fd", "-lname", "socket:*", "-printf", "%l\\n"});
        find.waitForFinished();
        for (const auto& line : QString(find.readAllStandardOutput()).split('\n'))
            inodes.insert(line.mid(8).chopped(line.isEmpty() ? 0 : 1));
    }
    QStringList listening;
    for (const char* table : {"/proc/net/tcp", "/proc/net/tcp6"}) {
        QFile file(table);
        if (!file.open(QIODevice::ReadOnly)) continue;
        for (const auto& line : QString(file.readAll()).split('\n')) {
            const auto columns = line.simplified().split(' ');
            if (columns.size() > 9 && columns[3] == "0A" && inodes.contains(columns[9])) listening << columns[1];
        }
    }
    QCOMPARE(listening.size(), 2);
    for (const auto& address : listening) QVERIFY2(address.startsWith("0100007F:"), qPrintable(address));  // 127.0.0.1
}

void OperatorsSide::K02_onlyOperatorsAreLetIn() {
    auto& server = shortServer().process;
    const auto api = server.operators() + "/admin/api/Tenant";
    QCOMPARE(http("GET", api).status, 401);
    QCOMPARE(http("GET", api, bearer("pot_" + std::string(43, 'A'))).status, 401);
    QCOMPARE(http("GET", api, bearer(shortServer().a.token)).status, 401);
    QCOMPARE(http("GET", server.base() + "/admin/api/Tenant", bearer(server.localToken())).status, 404);
    QCOMPARE(operate(server, "GET", "/admin/api/Tenant").status, 200);
}

void OperatorsSide::K03_rebindingAndCrossSitePosts() {
    auto& server = shortServer().process;
    QCOMPARE(http("GET", server.operators() + "/admin/api/Tenant", {{"Host", "rebound.example"}}).status, 421);
    const auto posted = http("POST", server.operators() + "/admin/api/Tenant/t-a/$import",
                             {{"Content-Type", "text/plain"}, {"Origin", "http://evil.example"}}, "{}");
    QCOMPARE(posted.status, 401);
    const auto preflight = http("OPTIONS", server.operators() + "/admin/api/Tenant/t-a",
                                {{"Origin", "http://evil.example"}, {"Access-Control-Request-Method", "PUT"}});
    QVERIFY(preflight.header("access-control-allow-origin").empty());
}

void OperatorsSide::K06_purgeNeedsAFreshSignInAndLeavesATrace() {
    auto& server = shortServer().process;
    makeClinic(server, "t-gone", false);
    QCOMPARE(operate(server, "DELETE", "/admin/api/Tenant/t-gone").status, 204);
    QCOMPARE(operate(server, "POST", "/admin/api/Tenant/t-gone/$restore").status, 200);
    QCOMPARE(operate(server, "DELETE", "/admin/api/Tenant/t-gone?purge=true").status, 204);
    QCOMPARE(operate(server, "GET", "/admin/api/Tenant/t-gone").status, 404);
}

void OperatorsSide::K11_namesAreLiteral() {
    auto& server = shortServer().process;
    const std::string name = "a; $(touch /tmp/x) `id` \"q\" 'q' -n %n %s <b>";
    QCOMPARE(operate(server, "PUT", "/admin/api/Tenant/t-odd", {{"resourceType", "Tenant"}, {"name", name}}).status, 201);
    QVERIFY(operate(server, "GET", "/admin/api/Tenant/t-odd").json["name"] == name);
    QCOMPARE(operate(server, "PUT", "/admin/api/Tenant/t-odd2", {{"resourceType", "Tenant"}, {"name", "line\nbreak"}}).status, 422);
    QCOMPARE(operate(server, "GET", "/admin/api/Tenant/t-odd2").status, 404);
}

void OperatorsSide::setupWorksOnceAndOnlyWithItsSecret() {
    auto& server = shortServer().process;
    const auto setup = server.operators() + "/admin/auth/setup";
    const HttpHeaders type{{"Content-Type", "application/json"}};
    const auto body = [](const std::string& secret, const std::string& password) {
        return nlohmann::json{{"secret", secret}, {"username", "ada"}, {"password", password}}.dump();
    };
    QCOMPARE(http("POST", setup, type, body("guess", "violet-harbor-mitten-92")).status, 403);
    QCOMPARE(http("POST", setup, type, body(server.setupSecret(), "Password123!")).status, 422);
    auto wish = nlohmann::json::parse(body(server.setupSecret(), "violet-harbor-mitten-92"));
    wish["clinic"] = "St. Mary's Practice";
    const auto done = http("POST", setup, type, wish.dump());
    QCOMPARE(done.status, 200);
    QVERIFY2(!done.json.contains("clinic_error"), done.body.c_str());
    QCOMPARE(operate(server, "GET", "/admin/api/Tenant/st-marys-practice").json["name"], "St. Mary's Practice");
    QCOMPARE(http("GET", server.base() + "/tenant/st-marys-practice/fhir-api/metadata").status, 200);
    QVERIFY(done.json["login_ticket"].is_string());
    QVERIFY(http("POST", setup, type, body(server.setupSecret(), "violet-harbor-mitten-93")).status >= 400);
}

/// Sign-ins of operators and changes of the server: read by operators, in no clinic's log, and nothing of a clinic's in it.
void OperatorsSide::theServersEventsAreForOperatorsAlone() {
    auto& server = shortServer().process;
    const std::string good = "violet-harbor-mitten-92", auth = server.operators() + "/admin/auth", api = "/admin/api/AuditEvent";
    QCOMPARE(operate(server, "POST", "/admin/api/Operator", {{"username", "grace"}, {"password", good}}).status, 201);
    const auto signIn = [&](const std::string& password) {
        return http("POST", auth + "/sign-in", {{"Content-Type", "application/json"}},
                    nlohmann::json{{"username", "grace"}, {"password", password}}.dump())
            .status;
    };
    QCOMPARE(signIn("not-her-password-92"), 401);
    QCOMPARE(signIn(good), 200);
    const auto program = operate(server, "POST", "/admin/api/OperatorClient", {{"name", "Nightly report"}}).json;
    const auto token = [&](const std::string& secret) {
        return http("POST", auth + "/token", {{"Content-Type", "application/x-www-form-urlencoded"}},
                    form({{"grant_type", "client_credentials"}, {"client_id", program.at("client_id")}, {"client_secret", secret}}));
    };
    QCOMPARE(token("pos_wrong").status, 401);
    const auto given = token(program.at("client_secret"));
    QCOMPARE(given.status, 200);
    makeClinic(server, "t-purged", false);
    QCOMPARE(operate(server, "DELETE", "/admin/api/Tenant/t-purged?purge=true").status, 204);

    const auto all = operate(server, "GET", api + "?_count=1000");
    QCOMPARE(all.status, 200);
    const auto noted = [&](const char* deed, const char* who, const std::string& what, const char* action, const char* outcome) {
        int count = 0;
        for (const auto& entry : all.json.at("entry")) {
            const auto& event = entry.at("resource");
            count += event.at("resourceType") == "AuditEvent" && event.at("/subtype/0/code"_json_pointer) == deed &&
                     event.at("/agent/0/who/identifier/value"_json_pointer) == who &&
                     event.at("/entity/0"_json_pointer).value("name", "") == what && event.at("action") == action &&
                     event.at("outcome") == outcome && event.at("/agent/0/network/address"_json_pointer) == "127.0.0.1";
        }
        return count;
    };
    QCOMPARE(noted("operator-create", "command-line", "grace", "C", "0"), 1);
    QCOMPARE(noted("sign-in-refused", "grace", "", "E", "4"), 1);
    QCOMPARE(noted("sign-in", "grace", "", "E", "0"), 1);
    QCOMPARE(noted("operator-client-create", "command-line", "Nightly report", "C", "0"), 1);
    QCOMPARE(noted("token-refused", "unknown", "", "E", "4"), 1);
    QCOMPARE(noted("token", "Nightly report", "", "E", "0"), 1);
    QCOMPARE(noted("tenant-create", "command-line", "t-purged", "C", "0"), 1);
    QCOMPARE(noted("tenant-purge", "command-line", "t-purged", "D", "0"), 1);
    for (const auto& secret : {good, program.at("client_secret").get<std::string>(), given.json.at("access_token").get<std::string>(),
                               std::string("not-her-password-92")})
        QVERIFY(all.body.find(secret) == std::string::npos);

    // Page by page, newest first, with its conditions.
    const auto first = operate(server, "GET", api + "?_count=1&agent=grace");
    QCOMPARE(first.json.at("entry").size(), std::size_t(1));
    QCOMPARE(first.json["entry"][0]["resource"]["subtype"][0]["code"], "sign-in");
    const auto second = operate(server, "GET", "/admin/api/" + first.json.at("link")[0].at("url").get<std::string>());
    QCOMPARE(second.json["entry"][0]["resource"]["subtype"][0]["code"], "sign-in-refused");
    QCOMPARE(operate(server, "GET", api + "?subtype=tenant-purge&agent=grace").json.at("total"), 0);
    QCOMPARE(operate(server, "GET", api + "?_count=many").status, 400);

    // Neither clinic's log has what is the server's, and the server's log has nobody's records.
    for (const char* tenant : {"t-a", "t-b"}) {
        const auto log = operate(server, "GET", std::string("/admin/api/Tenant/") + tenant + "/AuditEvent?_count=1000");
        QCOMPARE(log.status, 200);
        for (const char* others : {"grace", "Nightly report", "t-purged"}) QVERIFY2(log.body.find(others) == std::string::npos, tenant);
    }
    for (const char* ofClinics : {"Patient/", "\"what\"", "search-type"})
        QVERIFY2(all.body.find(ofClinics) == std::string::npos, ofClinics);

    // Who may: operators and their programs. Nobody of a clinic, and not at the clinics' address.
    QCOMPARE(http("GET", server.operators() + api, bearer(given.json.at("access_token"))).status, 200);
    QCOMPARE(http("GET", server.operators() + api).status, 401);
    for (const auto* clinic : {&shortServer().a, &shortServer().b})
        QCOMPARE(http("GET", server.operators() + api, bearer(clinic->token)).status, 401);
    QCOMPARE(http("GET", server.base() + api, bearer(server.localToken())).status, 404);
    QCOMPARE(http("POST", server.operators() + api, bearerJson(server.localToken()), "{}").status, 405);
}

POLYCLINIC_TEST(OperatorsSide)
#include "operators_test.moc"
