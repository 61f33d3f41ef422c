// Group A of the attack list (README): two clinics on one server, in one database and in two.
// The oracle of every case: the other clinic's canary is nowhere in what came back, and what was refused changed nothing.

#include <QTest>
#include <thread>

#include "short_server.h"
#include "test_case.h"

using namespace polyclinic;
using namespace polyclinic::test;

class Isolation : public QObject {
    Q_OBJECT
  private slots:
    void initTestCase();
    void everyRouteKeepsTheOtherClinicOut_data();
    void everyRouteKeepsTheOtherClinicOut();
    void A02_tokensOpenTheirOwnClinicOnly_data();
    void A02_tokensOpenTheirOwnClinicOnly();
    void A03_theSameIdLivesTwice_data();
    void A03_theSameIdLivesTwice();
    void A04_searchByForeignIdFindsNothing_data();
    void A04_searchByForeignIdFindsNothing();
    void A10_bundlesStayInTheirClinic_data();
    void A10_bundlesStayInTheirClinic();
    void A18_introspectionKnowsItsOwnTokensOnly_data();
    void A18_introspectionKnowsItsOwnTokensOnly();
    void A22_suspendedClinicsAreShutWithinASecond_data();
    void A22_suspendedClinicsAreShutWithinASecond();
    void A24_addressesComeFromSettingsOnly();
    void G_tenantMarksOfOthersAreRefused();
};

namespace {

void placements() {
    QTest::addColumn<int>("placement");
    QTest::newRow("shared + shared") << 0;
    QTest::newRow("shared + dedicated") << 1;
}

std::string patient(const std::string& id, const std::string& family) {
    return R"({"resourceType":"Patient","id":")" + id + R"(","name":[{"family":")" + family + R"("}]})";
}

HttpAnswer put(const Clinic& clinic, const std::string& token, const std::string& id, const std::string& family) {
    return http("PUT", clinic.fhir + "/Patient/" + id, bearerJson(token), patient(id, family));
}

bool holds(const HttpAnswer& answer, const Clinic& foreign) { return answer.everything().find(canaryOf(foreign)) != std::string::npos; }

}  // namespace

void Isolation::initTestCase() {
    auto& server = shortServer();
    for (const auto* clinic : {&server.a, &server.b, &server.own}) {
        QCOMPARE(put(*clinic, clinic->token, clinic->id + "-1", canaryOf(*clinic)).status, 201);
        QCOMPARE(http("GET", clinic->fhir + "/Patient/" + clinic->id + "-1", bearer(clinic->token)).status, 200);
    }
}

void Isolation::everyRouteKeepsTheOtherClinicOut_data() { placements(); }
void Isolation::everyRouteKeepsTheOtherClinicOut() {
    QFETCH(int, placement);
    auto& server = shortServer();
    const auto& mine = server.a;
    const auto& other = server.beside(placement);
    const auto id = other.id + "-1";
    const std::string row =
        R"({"resourceType":"Bundle","type":"batch","entry":[{"request":{"method":"GET","url":"Patient/)" + id + R"("}}]})";
    struct Way {
        const char* method;
        std::string url, body;
        int ownStatus;  // with my token at my clinic, for the other's id
    };
    const std::vector<Way> ways{
        {"GET", "/Patient/" + id, "", 404},
        {"GET", "/Patient/" + id + "/_history", "", 404},
        {"GET", "/Patient/" + id + "/_history/1", "", 404},
        {"GET", "/Patient?_id=" + id, "", 200},
        {"GET", "/Patient?name=canary", "", 200},
        {"GET", "/Patient?_count=1000", "", 200},
        {"DELETE", "/Patient/" + id, "", 204},
        {"POST", "", row, 200},
    };
    for (const auto& way : ways) {
        const auto headers = way.body.empty() ? bearer(mine.token) : bearerJson(mine.token);
        const auto here = http(way.method, mine.fhir + way.url, headers, way.body);
        QVERIFY2(here.status == way.ownStatus, (std::string(way.method) + way.url + " " + std::to_string(here.status)).c_str());
        QVERIFY(!holds(here, other));
        const auto there = http(way.method, other.fhir + way.url, headers, way.body);
        QCOMPARE(there.status, 401);
        QVERIFY(!holds(there, other));
        const auto nobody = http(way.method, other.fhir + way.url, {}, way.body);
        QCOMPARE(nobody.status, 401);
        const auto operatorsToken = http(way.method, other.fhir + way.url, bearer(server.process.localToken()), way.body);
        QCOMPARE(operatorsToken.status, 401);
        QVERIFY(!holds(operatorsToken, other));
    }
    for (const auto* path :
         {"Server", "Tenant", "Tenant/t-a", "Tenant/t-a/Client", "Tenant/t-a/AuditEvent", "Tenant/t-a/fhir/Patient", "Job"})
        QCOMPARE(http("GET", server.process.operators() + "/admin/api/" + path, bearer(mine.token)).status, 401);
    // State unchanged: the other's record is as it was.
    const auto after = http("GET", other.fhir + "/Patient/" + id, bearer(other.token));
    QCOMPARE(after.status, 200);
    QVERIFY(after.json["meta"]["versionId"] == "1");
}

void Isolation::A02_tokensOpenTheirOwnClinicOnly_data() { placements(); }
void Isolation::A02_tokensOpenTheirOwnClinicOnly() {
    QFETCH(int, placement);
    const auto& other = shortServer().beside(placement);
    const auto answer = put(other, shortServer().a.token, "intruder", "x");
    QCOMPARE(answer.status, 401);
    QVERIFY(answer.header("www-authenticate").find("invalid_token") != std::string::npos);
    QCOMPARE(http("GET", other.fhir + "/Patient/intruder", bearer(other.token)).status, 404);
}

void Isolation::A03_theSameIdLivesTwice_data() { placements(); }
void Isolation::A03_theSameIdLivesTwice() {
    QFETCH(int, placement);
    const auto& a = shortServer().a;
    const auto& other = shortServer().beside(placement);
    const auto id = "same-" + std::to_string(placement);
    QCOMPARE(put(a, a.token, id, "Mine").status, 201);
    QCOMPARE(put(other, other.token, id, "Theirs").status, 201);
    QVERIFY(http("GET", a.fhir + "/Patient/" + id, bearer(a.token)).json["name"][0]["family"] == "Mine");
    QVERIFY(http("GET", other.fhir + "/Patient/" + id, bearer(other.token)).json["name"][0]["family"] == "Theirs");
}

void Isolation::A04_searchByForeignIdFindsNothing_data() { placements(); }
void Isolation::A04_searchByForeignIdFindsNothing() {
    QFETCH(int, placement);
    const auto& a = shortServer().a;
    const auto answer = http("GET", a.fhir + "/Patient?_id=" + shortServer().beside(placement).id + "-1&_total=accurate", bearer(a.token));
    QCOMPARE(answer.status, 200);
    QVERIFY(answer.json["total"] == 0);
}

void Isolation::A10_bundlesStayInTheirClinic_data() { placements(); }
void Isolation::A10_bundlesStayInTheirClinic() {
    QFETCH(int, placement);
    const auto& a = shortServer().a;
    const auto& other = shortServer().beside(placement);
    for (const std::string& url : {pathOf(other.fhir) + "/Patient", other.fhir + "/Patient", std::string("../") + other.id + "/Patient"}) {
        const nlohmann::json bundle{{"resourceType", "Bundle"},
                                    {"type", "transaction"},
                                    {"entry",
                                     {{{"resource", {{"resourceType", "Patient"}, {"active", true}, {"name", {{{"family", "Smuggled"}}}}}},
                                       {"request", {{"method", "POST"}, {"url", "Patient"}}}},
                                      {{"resource", {{"resourceType", "Patient"}, {"name", {{{"family", "Smuggled"}}}}}},
                                       {"request", {{"method", "POST"}, {"url", url}}}}}}};
        const auto answer = http("POST", a.fhir, bearerJson(a.token), bundle.dump());
        QCOMPARE(answer.status, 400);
        QVERIFY(answer.body.find("Bundle.entry[1].request.url") != std::string::npos);
        for (const auto* clinic : {&a, &other})
            QVERIFY(http("GET", clinic->fhir + "/Patient?name=smuggled&_total=accurate", bearer(clinic->token)).json["total"] == 0);
    }
}

void Isolation::A18_introspectionKnowsItsOwnTokensOnly_data() { placements(); }
void Isolation::A18_introspectionKnowsItsOwnTokensOnly() {
    QFETCH(int, placement);
    const auto& a = shortServer().a;
    const auto& other = shortServer().beside(placement);
    const auto introspect = a.tokenUrl.substr(0, a.tokenUrl.rfind('/')) + "/introspect";
    const auto fields = [&](const std::string& token) {
        return form({{"client_id", a.clientId}, {"client_secret", a.secret}, {"token", token}});
    };
    const HttpHeaders type{{"Content-Type", "application/x-www-form-urlencoded"}};
    const auto foreign = http("POST", introspect, type, fields(other.token));
    QCOMPARE(foreign.status, 200);
    QCOMPARE(foreign.body, std::string("{\"active\":false}"));
    QVERIFY(http("POST", introspect, type, fields(a.token)).json["active"] == true);
    const auto revoke = a.tokenUrl.substr(0, a.tokenUrl.rfind('/')) + "/revoke";
    http("POST", revoke, type, fields(other.token));
    QCOMPARE(http("GET", other.fhir + "/Patient?_count=1", bearer(other.token)).status, 200);
}

void Isolation::A22_suspendedClinicsAreShutWithinASecond_data() { placements(); }
void Isolation::A22_suspendedClinicsAreShutWithinASecond() {
    QFETCH(int, placement);
    auto& server = shortServer();
    const auto id = "t-shut-" + std::to_string(placement);
    const auto clinic = makeClinic(server.process, id, placement == 1);
    const nlohmann::json tenant{{"resourceType", "Tenant"}, {"name", "Shut"}, {"isolation", placement == 1 ? "dedicated" : "shared"}};
    auto suspended = tenant;
    suspended["status"] = "suspended";
    QCOMPARE(http("GET", clinic.fhir + "/Patient", bearer(clinic.token)).status, 200);
    QCOMPARE(operate(server.process, "PUT", "/admin/api/Tenant/" + id, suspended).status, 200);
    QCOMPARE(http("GET", clinic.fhir + "/Patient", bearer(clinic.token)).status, 404);
    QCOMPARE(askToken(clinic, "system/*.rs").status, 404);
    QCOMPARE(operate(server.process, "PUT", "/admin/api/Tenant/" + id, tenant).status, 200);
    QCOMPARE(http("GET", clinic.fhir + "/Patient", bearer(clinic.token)).status, 200);
    QCOMPARE(operate(server.process, "DELETE", "/admin/api/Tenant/" + id).status, 204);
    QCOMPARE(http("GET", clinic.fhir + "/Patient", bearer(clinic.token)).status, 404);
}

void Isolation::A24_addressesComeFromSettingsOnly() {
    const auto& a = shortServer().a;
    for (const auto* path : {"/metadata", "/.well-known/smart-configuration"}) {
        QCOMPARE(http("GET", a.fhir + path, {{"Host", "evil.example"}}).status, 421);
        const auto answer = http("GET", a.fhir + path, {{"X-Forwarded-Host", "evil.example"}, {"Forwarded", "host=evil.example"}});
        QCOMPARE(answer.status, 200);
        QVERIFY(answer.everything().find("evil.example") == std::string::npos);
    }
}

void Isolation::G_tenantMarksOfOthersAreRefused() {
    const auto& a = shortServer().a;
    for (const std::string meta :
         {R"({"extension":[{"url":"urn:polyclinic:tenant-id","valueReference":{"reference":"Tenant/t-b"}}]})", R"({"tenant":{"id":"t-b"}})",
          R"({"extension":[{"url":"https://aidbox.app/tenant-id","valueString":"t-b"}]})"}) {
        const auto answer =
            http("PUT", a.fhir + "/Patient/marked", bearerJson(a.token), R"({"resourceType":"Patient","id":"marked","meta":)" + meta + "}");
        QCOMPARE(answer.status, 422);
        QCOMPARE(http("GET", a.fhir + "/Patient/marked", bearer(a.token)).status, 404);
    }
}

POLYCLINIC_TEST(Isolation)
#include "isolation_test.moc"
