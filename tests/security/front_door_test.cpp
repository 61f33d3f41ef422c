// Groups D, E and F of the attack list: what deceives at the consent page, at codes that come in the place of mails, and
// in records that a browser opens.

#include <QTest>

#include "portal_people.h"
#include "test_case.h"

using namespace polyclinic;
using namespace polyclinic::test;
using Json = nlohmann::json;

class FrontDoor : public QObject {
    Q_OBJECT
  private slots:
    void D55_namesThatDeceive();
    void E02_askingForAResetTellsNothing();
    void E09_linksComeFromTheConfiguredAddress();
    void E11_lookingAtALinkDoesNotUseIt();
    void E19_ofManyCodesTheLastOneCounts();
    void F05_whatRecordsHoldIsNeverAPage_data();
    void F05_whatRecordsHoldIsNeverAPage();
};

void FrontDoor::D55_namesThatDeceive() {
    const auto& a = shortServer().a;
    auto& server = shortServer().process;
    PortalVisitor visitor(a, "127.41.0.1");
    const auto person = activated(a, "d55", visitor);
    const PatientPerson who{person.patient, person.account, visitor.cookies()};
    const std::string scope = "launch/patient offline_access patient/Observation.rs", turned = "\xE2\x80\xAE";
    const auto app = registerApp(server, a, false, scope,
                                 {{"name", "Official Clinic Portal " + turned + "<b onclick=x>lat</b>"},
                                  {"publisher", "Evil & <i>Sons</i>" + turned},
                                  {"redirectUris", {"https://look-alike.example:8443/back"}}});
    const auto page = consentForm(a, who, request(a, app, scope)).page.body;
    QVERIFY(page.find(turned) == page.npos);
    QVERIFY(page.find("<b onclick") == page.npos && page.find("<i>Sons") == page.npos);
    QVERIFY(page.find("Official Clinic Portal") != page.npos && page.find("&lt;b onclick") != page.npos);
    QVERIFY(page.find("Evil &amp; &lt;i&gt;Sons") != page.npos);
    QVERIFY(page.find("look-alike.example:8443") != page.npos);  // where the answer goes
    for (const std::string& name : {std::string(10 << 10, 'x'), std::string("two\nlines"), std::string(), std::string("nul\0nul", 7)})
        QCOMPARE(
            office(
                a, "POST", "Client",
                {{"name", name}, {"kind", "patient-app"}, {"type", "public"}, {"redirectUris", {"https://x.example/"}}, {"scopes", scope}})
                    .status /
                100,
            4);
    // Cleaned everywhere that a person reads it.
    tokensFor(a, who, app, scope);
    for (const char* place : {"apps", "home"}) {
        const auto shown = visitor.get(place).body;
        QVERIFY2(shown.find(turned) == shown.npos && shown.find("<b onclick") == shown.npos, place);
    }
}

/// No mail is sent: the page says whom to call, whoever asks, and takes nothing.
void FrontDoor::E02_askingForAResetTellsNothing() {
    const auto& a = shortServer().a;
    PortalVisitor visitor(a, "127.41.0.2");
    activated(a, "e02", visitor);
    const auto ask = [&](const std::string& name) {
        PortalVisitor guest(a, "127.41.0.3");
        const auto page = guest.get("reset?username=" + name).body;
        const auto posted = guest.ask("POST", "reset", form({{"username", name}}));
        return std::make_tuple(std::regex_replace(page, std::regex(name), "NAME"), posted.status,
                               office(a, "GET", "AuditEvent?subtype=account-reset-code").json.at("total").get<int>());
    };
    const auto known = ask("e02"), unknown = ask("nobody-e02");
    QVERIFY(known == unknown);
    QCOMPARE(std::get<1>(known), 405);
}

void FrontDoor::E09_linksComeFromTheConfiguredAddress() {
    const auto& a = shortServer().a;
    auto& server = shortServer().process;
    const HttpHeaders spoofed{{"X-Forwarded-Host", "evil.example"},
                              {"X-Forwarded-Proto", "https"},
                              {"Forwarded", "host=evil.example;proto=https"},
                              {"X-Original-URL", "//evil.example"}};
    const auto person = invited(a, "e09");
    auto headers = bearerJson(server.localToken());
    headers.insert(headers.end(), spoofed.begin(), spoofed.end());
    for (const char* deed : {"/$invite", "/$reset-code"}) {
        const auto made = http("POST", server.operators() + "/admin/api/Tenant/t-a/Account/" + person.account + deed, headers,
                               R"({"identityChecked":true})");
        QVERIFY(made.everything().find("evil.example") == std::string::npos);
        if (made.status == 200) QVERIFY(made.body.find(server.base() + "/tenant/t-a/patient/portal/activate#") != std::string::npos);
    }
    for (const char* page : {"activate", "sign-in", "reset", "home"}) {
        const auto answer = http("GET", patientPortal(a) + "/" + page, spoofed);
        QVERIFY2(answer.everything().find("evil.example") == std::string::npos, page);
        QCOMPARE(http("GET", patientPortal(a) + "/" + page, {{"Host", "evil.example"}}).status, 421);
    }
}

void FrontDoor::E11_lookingAtALinkDoesNotUseIt() {
    const auto& a = shortServer().a;
    const auto person = invited(a, "e11");
    for (int i = 0; i < 5; ++i)
        for (const char* method : {"GET", "HEAD"})
            for (const auto& address : {"/activate", "/activate?code=", "/link?code="})
                http(method, patientPortal(a) + address + (std::string(address).ends_with('=') ? person.code : ""));
    PortalVisitor visitor(a, "127.41.0.4");
    QCOMPARE(visitor.useCode(person.code, born, good).status, 303);
    QVERIFY(visitor.isSignedIn());
}

void FrontDoor::E19_ofManyCodesTheLastOneCounts() {
    const auto& a = shortServer().a;
    PortalVisitor visitor(a, "127.41.0.5");
    const auto person = activated(a, "e19", visitor);
    std::vector<std::string> codes;
    for (int i = 0; i < 100; ++i) codes.push_back(resetCode(a, person));
    const ServerDatabase database(shortServer().process);
    QCOMPARE(database.asSuperuser("SELECT count(*) FROM one_time_code WHERE account = '" + person.account + "'").at(0), std::string("1"));
    for (const std::size_t i : {0, 50, 98}) QCOMPARE(PortalVisitor(a, "127.41.0.6").useCode(codes[i], born, better).status, 400);
    QVERIFY(visitor.isSignedIn());
    QCOMPARE(PortalVisitor(a, "127.41.0.6").useCode(codes.back(), born, better).status, 303);
}

void FrontDoor::F05_whatRecordsHoldIsNeverAPage_data() {
    QTest::addColumn<QString>("type");
    for (const char* type : {"text/html", "image/svg+xml", "application/pdf", "application/xhtml+xml"}) QTest::newRow(type) << type;
}

void FrontDoor::F05_whatRecordsHoldIsNeverAPage() {
    QFETCH(QString, type);
    const auto& a = shortServer().a;
    const std::string script = "<html xmlns=\"http://www.w3.org/1999/xhtml\"><script>alert(1)</script></html>";
    const auto data = QByteArray::fromStdString(script).toBase64().toStdString();
    const auto body = Json{{"resourceType", "Binary"}, {"id", "f05"}, {"contentType", type.toStdString()}, {"data", data}}.dump();
    QVERIFY(http("PUT", a.fhir + "/Binary/f05", bearerJson(a.token), body).status / 100 == 2);
    const auto document = Json{
        {"resourceType", "DocumentReference"},
        {"id", "f05"},
        {"status", "current"},
        {"text", {{"status", "generated"}, {"div", "<div xmlns=\"http://www.w3.org/1999/xhtml\">x</div>"}}},
        {"content", {{{"attachment", {{"contentType", type.toStdString()}, {"data", data}, {"title", "<script>alert(1)</script>"}}}}}}};
    QVERIFY(http("PUT", a.fhir + "/DocumentReference/f05", bearerJson(a.token), document.dump()).status / 100 == 2);
    for (const char* record : {"/Binary/f05", "/DocumentReference/f05", "/DocumentReference?_id=f05"})
        for (const std::string& accept : {type.toStdString(), std::string("text/html,*/*;q=0.8"), std::string("*/*")}) {
            auto headers = bearer(a.token);
            headers.emplace_back("Accept", accept);
            const auto answer = http("GET", a.fhir + record, headers);
            QVERIFY2(answer.status == 200 || answer.status == 406, record);
            QVERIFY2(answer.header("content-type").starts_with("application/fhir+json"), answer.header("content-type").c_str());
            QCOMPARE(answer.header("x-content-type-options"), std::string("nosniff"));
        }
}

POLYCLINIC_TEST(FrontDoor)
#include "front_door_test.moc"
