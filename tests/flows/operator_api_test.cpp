// The operator API: a clinic's life from its creation to its last row, literally.

#include <QTest>

#include "db/admin_connection.h"
#include "db/migrate.h"
#include "flow.h"
#include "test_case.h"

using namespace polyclinic;
using namespace std::chrono_literals;
using Json = nlohmann::json;

class OperatorApiTest : public QObject {
    Q_OBJECT
  private slots:
    void createsAndChangesATenant();
    void refusesEveryWrongMember_data();
    void refusesEveryWrongMember();
    void listsInPages();
    void trashRestoresAndPurgeRemovesEveryRow_data();
    void trashRestoresAndPurgeRemovesEveryRow();
    void suspensionReachesTheOtherServerWithinASecond();
    void clientsLiveAndDie();
    void tellsOfItselfAndItsAudit();

  private:
    static test::HttpAnswer call(const std::string& method, const std::string& path, const Json& body = {}, test::HttpHeaders more = {}) {
        auto headers = body.is_null() ? test::bearer(test::server().localToken()) : test::bearerJson(test::server().localToken());
        for (auto& header : more) headers.push_back(header);
        return test::http(method, test::server().operators() + "/admin/api/" + path, headers, body.is_null() ? "" : body.dump());
    }
};

namespace {

/// Conninfo of a role in the PostgreSQL that a server runs in its data folder, whose own file tells the socket.
std::string conninfo(const test::ServerProcess& server, const std::string& role, const std::string& database) {
    std::ifstream file(server.dataDirectory() / "postgres" / "postmaster.pid");
    std::vector<std::string> lines;
    for (std::string line; std::getline(file, line);) lines.push_back(line);
    return "host=" + lines.at(4) + " port=" + lines.at(3) + " dbname=" + database + " user=" + role;
}

/// As the superuser, who sees every tenant's rows.
template <class Work>
void look(const test::ServerProcess& server, const std::string& database, Work work) {
    db::withAdmin(conninfo(server, db::Roles().prefix + "bootstrap", database), [&](pqxx::connection_base& connection) {
        pqxx::nontransaction session(connection);
        work(session);
    });
}

std::string value(const test::ServerProcess& server, const std::string& sql, const std::string& database = "polyclinic") {
    std::string found;
    look(server, database, [&](auto& session) {
        const auto rows = session.exec(sql);
        if (!rows.empty() && !rows[0][0].is_null()) found = rows[0][0].template as<std::string>();
    });
    return found;
}

/// Rows of a tenant in all tables that have a column tenant_id, as the catalogue names them.
long rowsOf(const test::ServerProcess& server, const std::string& number) {
    long rows = 0;
    look(server, "polyclinic", [&](auto& session) {
        for (const auto& table : session.exec("SELECT a.attrelid::regclass::text FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid "
                                              "WHERE a.attname = 'tenant_id' AND c.relkind IN ('r', 'p') AND NOT a.attisdropped"))
            rows += session.exec("SELECT count(*) FROM " + table[0].template as<std::string>() + " WHERE tenant_id = " + number)[0][0]
                        .template as<long>();
    });
    return rows;
}

}  // namespace

void OperatorApiTest::createsAndChangesATenant() {
    Json tenant{{"resourceType", "Tenant"},    {"id", "life"},           {"name", "Praxis Löwe"},
                {"status", "active"},          {"fhirVersion", "4.0.1"}, {"isolation", "shared"},
                {"timezone", "Europe/Berlin"}, {"language", "de"},       {"contact", {{"phone", "+49 1"}, {"email", "a@b.example"}}}};
    QCOMPARE(call("PUT", "Tenant/life", tenant, {{"If-Match", "W/\"1\""}}).status, 412);
    const auto made = call("PUT", "Tenant/life", tenant);
    QVERIFY2(made.status == 201, made.told().c_str());
    QCOMPARE(made.header("etag"), std::string("W/\"1\""));
    for (const auto& [name, wanted] : tenant.items()) QVERIFY2(made.json.at(name) == wanted, name.c_str());
    QVERIFY(made.json.at("endpoint")[0] == (Json{{"type", "fhir-api"}, {"url", test::server().base() + "/tenant/life/fhir-api"}}));
    for (const auto& endpoint : made.json.at("endpoint")) {
        const std::string url = endpoint.at("url");
        QCOMPARE(test::http("GET", url + (url.ends_with("-api")     ? "/metadata"
                                          : url.ends_with("portal") ? "/sign-in"
                                                                    : "/.well-known/openid-configuration"))
                     .status,
                 200);
    }
    QCOMPARE(call("GET", "Tenant/life").body, made.body);
    tenant["name"] = "Praxis Tiger";
    const auto changed = call("PUT", "Tenant/life", tenant, {{"If-Match", "W/\"1\""}});
    QCOMPARE(changed.status, 200);
    QCOMPARE(changed.header("etag"), std::string("W/\"2\""));
    QCOMPARE(call("PUT", "Tenant/life", tenant, {{"If-Match", "W/\"1\""}}).status, 412);
    QCOMPARE(call("PUT", "Tenant/life", tenant, {{"If-None-Match", "*"}}).status, 412);
    QCOMPARE(call("PUT", "Tenant/life", tenant, {{"If-Match", "two"}}).status, 400);
    QVERIFY(call("GET", "Tenant/life").json.at("name") == "Praxis Tiger");
    QCOMPARE(call("GET", "Tenant/nobody").status, 404);
    QCOMPARE(test::http("GET", test::server().operators() + "/admin/api/Tenant").status, 401);
    QCOMPARE(test::http("GET", test::server().base() + "/admin/api/Tenant", test::bearer(test::server().localToken())).status, 404);
    QCOMPARE(test::http("GET", test::server().base() + "/tenant/nobody/fhir-api/metadata").status, 404);
}

void OperatorApiTest::refusesEveryWrongMember_data() {
    QTest::addColumn<QByteArray>("change");
    QTest::addColumn<QString>("expression");
    const auto row = [](const char* change, const char* expression) { QTest::newRow(change) << QByteArray(change) << expression; };
    row(R"({"resourceType":"Patient"})", "Tenant.resourceType");
    row(R"({"id":"other"})", "Tenant.id");
    row(R"({"name":""})", "Tenant.name");
    row(R"({"name":7})", "Tenant.name");
    row(R"({"name":null})", "Tenant.name");
    row(R"({"name":"a\nb"})", "Tenant.name");
    row(R"({"status":"closed"})", "Tenant.status");
    row(R"({"fhirVersion":"5.0.0"})", "Tenant.fhirVersion");
    row(R"({"isolation":"alone"})", "Tenant.isolation");
    row(R"({"isolation":"dedicated"})", "Tenant.isolation");
    row(R"({"timezone":"Mars/Olympus"})", "Tenant.timezone");
    row(R"({"timezone":"../../etc/passwd"})", "Tenant.timezone");
    row(R"({"language":"d"})", "Tenant.language");
    row(R"({"contact":"me"})", "Tenant.contact");
    row(R"({"contact":{"email":"nobody"}})", "Tenant.contact.email");
    row(R"({"contact":{"phone":1}})", "Tenant.contact.phone");
    row(R"({"contact":{"fax":"1"}})", "Tenant.contact");
    row(R"({"branding":{"colour":"red"}})", "Tenant.branding");
    row(R"({"unknown":1})", "Tenant");
}

void OperatorApiTest::refusesEveryWrongMember() {
    QFETCH(QByteArray, change);
    QFETCH(QString, expression);
    Json tenant{{"resourceType", "Tenant"}, {"id", "strict"}, {"name", "Strict"}, {"status", "active"}, {"isolation", "shared"}};
    const auto before = call("PUT", "Tenant/strict", tenant);
    QVERIFY(before.status == 201 || before.status == 200);
    const auto members = Json::parse(change.toStdString());
    for (const auto& [name, wrong] : members.items()) tenant[name] = wrong;
    const auto answer = call("PUT", "Tenant/strict", tenant);
    QVERIFY2(answer.status == 422, (std::to_string(answer.status) + " " + answer.body).c_str());
    QVERIFY2(answer.json.at("issue")[0].at("expression")[0] == expression.toStdString(), answer.body.c_str());
    QCOMPARE(call("GET", "Tenant/strict").body, before.body);
}

void OperatorApiTest::listsInPages() {
    for (int i = 0; i < 5; ++i)
        QCOMPARE(
            call("PUT", "Tenant/listed-" + std::to_string(i), {{"resourceType", "Tenant"}, {"name", "Listed Ünïque " + std::to_string(i)}})
                .status,
            201);
    std::vector<std::string> names;
    auto next = std::string("Tenant?name:contains=ted%20%C3%9Cn%C3%AFq&_count=2");
    int pages = 0;
    for (; !next.empty(); ++pages) {
        const auto page = call("GET", next);
        QCOMPARE(page.status, 200);
        QVERIFY(page.json.at("total") == 5);
        for (const auto& entry : page.json.at("entry")) names.push_back(entry.at("resource").at("id"));
        next = page.json.contains("link") ? page.json.at("link")[0].at("url").get<std::string>() : "";
    }
    QCOMPARE(pages, 3);
    QVERIFY(names == (std::vector<std::string>{"listed-0", "listed-1", "listed-2", "listed-3", "listed-4"}));
    QCOMPARE(call("GET", "Tenant?_count=x").status, 400);
    for (const auto* bad : {"A", "a", "-a", "a_b", "..", "a%2Fb"}) {
        const auto status = call("PUT", std::string("Tenant/") + bad, {{"resourceType", "Tenant"}, {"name", "Bad"}}).status;
        QVERIFY2(status == 422 || status == 404 || status == 400, bad);
    }
}

void OperatorApiTest::trashRestoresAndPurgeRemovesEveryRow_data() {
    QTest::addColumn<bool>("dedicated");
    QTest::newRow("shared database") << false;
    QTest::newRow("own database") << true;
}

void OperatorApiTest::trashRestoresAndPurgeRemovesEveryRow() {
    QFETCH(bool, dedicated);
    auto& server = test::server();
    const auto kept = test::makeClinic(server, dedicated ? "kept-beside" : "kept", false),
               clinic = test::makeClinic(server, "ends", dedicated);
    const std::string patient = R"({"resourceType":"Patient","id":"p","name":[{"family":"P"}],"birthDate":"1970-01-01"})";
    for (const auto& one : {kept, clinic}) {
        QCOMPARE(test::ask(one, "PUT", "Patient/p", patient).status, 201);
        QCOMPARE(test::ask(one, "PUT", "Patient/p", patient).status, 200);
    }
    const auto file = test::scratch(server, "files") / "one.ndjson";
    test::writeFile(file, patient + "\n");
    QVERIFY(test::importFiles(server, "ends", {file}).at("status") == "completed");
    const auto number = value(server, "SELECT number FROM tenant WHERE id = 'ends' AND state = 'active'");
    const auto database = value(server, "SELECT database FROM tenant WHERE id = 'ends' AND state = 'active'");
    const auto keptNumber = value(server, "SELECT number FROM tenant WHERE id = '" + kept.id + "'");
    QCOMPARE(database.empty(), !dedicated);
    if (dedicated)
        QCOMPARE(value(server, "SELECT count(*) FROM resource WHERE tenant_id = " + number, database), std::string("1"));
    else
        QVERIFY(rowsOf(server, number) > 8);
    const auto keptRows = rowsOf(server, keptNumber);

    QCOMPARE(test::operate(server, "DELETE", "/admin/api/Tenant/ends").status, 204);
    QCOMPARE(test::ask(clinic, "GET", "Patient/p").status, 404);
    QCOMPARE(test::askToken(clinic, "").status, 404);
    QCOMPARE(test::operate(server, "PUT", "/admin/api/Tenant/ends", {{"resourceType", "Tenant"}, {"name", "Again"}}).status, 409);
    QVERIFY(test::operate(server, "GET", "/admin/api/Tenant?state=trashed").json.at("entry")[0].at("resource").at("id") == "ends");
    QCOMPARE(test::operate(server, "POST", "/admin/api/Tenant/ends/$restore").status, 200);
    QCOMPARE(test::ask(clinic, "GET", "Patient/p").status, 200);

    QCOMPARE(test::operate(server, "DELETE", "/admin/api/Tenant/ends").status, 204);
    QCOMPARE(test::operate(server, "DELETE", "/admin/api/Tenant/ends?purge=true").status, 204);
    QCOMPARE(rowsOf(server, number), 0l);
    if (dedicated) QCOMPARE(value(server, "SELECT count(*) FROM pg_database WHERE datname = '" + database + "'"), std::string("0"));
    QCOMPARE(value(server, "SELECT count(*) FROM job_queue WHERE tenant = " + number), std::string("0"));
    QCOMPARE(test::operate(server, "GET", "/admin/api/Tenant/ends").status, 404);
    QCOMPARE(test::operate(server, "POST", "/admin/api/Tenant/ends/$restore").status, 404);
    QVERIFY(rowsOf(server, keptNumber) >= keptRows);
    QCOMPARE(test::ask(kept, "GET", "Patient/p").status, 200);

    // The id may be used again, its number never.
    const auto again = test::makeClinic(server, "ends", dedicated);
    QCOMPARE(test::ask(again, "GET", "Patient/p").status, 404);
    auto old = again;
    old.token = clinic.token;
    QCOMPARE(test::ask(old, "GET", "Patient/p").status, 401);
    QVERIFY(value(server, "SELECT number FROM tenant WHERE id = 'ends' AND state = 'active'") != number);
    QCOMPARE(test::operate(server, "DELETE", "/admin/api/Tenant/ends?purge=true").status, 204);
}

void OperatorApiTest::suspensionReachesTheOtherServerWithinASecond() {
    auto& one = test::server();
    test::ServerProcess two({"--database", conninfo(one, db::Roles().tenant(), "polyclinic"), "--key-file",
                             (one.dataDirectory() / "installation.key").string()});
    auto clinic = test::makeClinic(one, "pausing", false);
    auto beside = clinic;  // the same clinic, asked at the other server
    beside.fhir = two.base() + "/tenant/pausing/fhir-api";
    beside.tokenUrl = two.base() + "/tenant/pausing/system/auth/token";
    const std::string patient = R"({"resourceType":"Patient","id":"p"})";
    QCOMPARE(test::ask(clinic, "PUT", "Patient/p", patient).status, 201);
    QCOMPARE(test::ask(beside, "GET", "Patient/p").status, 200);
    const auto put = [&](const char* status) {
        return test::operate(one, "PUT", "/admin/api/Tenant/pausing", {{"resourceType", "Tenant"}, {"name", "Pausing"}, {"status", status}})
            .status;
    };
    QCOMPARE(put("suspended"), 200);
    QCOMPARE(test::ask(clinic, "GET", "Patient/p").status, 404);
    QCOMPARE(test::askToken(clinic, "").status, 404);
    std::this_thread::sleep_for(1s);
    QCOMPARE(test::ask(beside, "GET", "Patient/p").status, 404);
    QCOMPARE(test::askToken(beside, "").status, 404);
    QCOMPARE(put("active"), 200);
    QCOMPARE(test::ask(clinic, "GET", "Patient/p").status, 200);
    std::this_thread::sleep_for(1s);
    QCOMPARE(test::ask(beside, "GET", "Patient/p").status, 200);

    // So does the end of a client.
    QCOMPARE(test::operate(one, "DELETE", "/admin/api/Tenant/pausing/Client/" + clinic.clientId).status, 204);
    QCOMPARE(test::ask(clinic, "GET", "Patient/p").status, 401);
    std::this_thread::sleep_for(1s);
    QCOMPARE(test::ask(beside, "GET", "Patient/p").status, 401);
}

void OperatorApiTest::clientsLiveAndDie() {
    const auto clinic = test::makeClinic(test::server(), "clients", false);
    const auto address = "Tenant/clients/Client/" + clinic.clientId;
    auto client = call("GET", address).json;
    QVERIFY(!client.contains("clientSecret"));
    QCOMPARE(test::ask(clinic, "GET", "Patient").status, 200);
    const auto rotated = call("POST", address + "/$rotate-secret");
    QCOMPARE(rotated.status, 200);
    QCOMPARE(test::askToken(clinic, "").status, 401);
    auto renewed = clinic;
    renewed.secret = rotated.json.at("clientSecret");
    QCOMPARE(test::askToken(renewed, "system/*.rs").status, 200);
    for (const auto* read : {"created", "meta", "resourceType"}) client.erase(read);
    client["disabled"] = true;
    const auto disabled = call("PUT", address, client);
    QVERIFY2(disabled.status == 200, disabled.told().c_str());
    QCOMPARE(test::askToken(renewed, "").status, 401);
    QCOMPARE(test::ask(clinic, "GET", "Patient").status, 401);
    QCOMPARE(call("DELETE", address).status, 204);
    QCOMPARE(call("GET", address).status, 404);
    QCOMPARE(
        call("POST", "Tenant/clients/Client", {{"name", "x"}, {"kind", "robot"}, {"type", "public"}, {"scopes", "system/*.rs"}}).status,
        422);
}

void OperatorApiTest::tellsOfItselfAndItsAudit() {
    const auto server = call("GET", "Server");
    QCOMPARE(server.status, 200);
    QVERIFY(server.json.contains("version") && server.json.contains("health"));
    const auto clinic = test::makeClinic(test::server(), "audited", false);
    QCOMPARE(test::ask(clinic, "PUT", "Patient/a", R"({"resourceType":"Patient","id":"a"})").status, 201);
    QCOMPARE(test::ask(clinic, "GET", "Patient/a").status, 200);
    const auto events = call("GET", "Tenant/audited/AuditEvent?_count=2");
    QCOMPARE(events.status, 200);
    const auto& entries = events.json.at("entry");
    QCOMPARE(entries.size(), 2u);
    const char* codes[] = {"read", "update"};
    for (std::size_t i = 0; i < 2; ++i) {
        const auto& event = entries[i].at("resource");
        QVERIFY2(event.at("subtype")[0].at("code") == codes[i], event.dump().c_str());
        QVERIFY(event.at("entity")[0].at("what").at("reference") == "Patient/a");
        QVERIFY(event.at("agent")[0].at("who").at("identifier").at("value") == clinic.clientId);
    }
    const auto more = call("GET", "Tenant/audited/" + events.json.at("link")[0].at("url").get<std::string>());
    QVERIFY(!more.json.at("entry").empty());
    QVERIFY(call("GET", "Job?tenant=audited").json.at("total") == 0);
    QCOMPARE(call("GET", "Job/nobody").status, 404);
}

POLYCLINIC_TEST(OperatorApiTest)
#include "operator_api_test.moc"
