// Groups A, D, E and F of the attack list: sessions of people, their cookies and forms, and what ends with a password.

#include <QFile>
#include <QProcess>
#include <QRegularExpression>
#include <QTest>

#include "portal_people.h"
#include "temp_cluster.h"
#include "test_case.h"

using namespace polyclinic;
using namespace polyclinic::test;
using Json = nlohmann::json;

class SessionsOfPeople : public QObject {
    Q_OBJECT
  private slots:
    void E15_changingThePassword();
    void E17_nothingSecretLiesInTheDatabaseOrTheLog();
    void A14_cookiesStayInTheirClinic();
    void D39_D40_sessionsBeginAndEnd();
    void F08_othersSessionsAndGrants();
    void F12_cookies();
    void foreignForms();
};

void SessionsOfPeople::E15_changingThePassword() {
    const auto& clinic = shortServer().a;
    const std::string from = "127.8.0.1", scope = "openid offline_access launch/patient patient/Patient.rs";
    PortalVisitor here(clinic, from);
    const auto person = activated(clinic, "e15", here);
    PortalVisitor elsewhere(clinic, from);
    QCOMPARE(elsewhere.signIn("e15", good).status, 303);
    const auto app = registerApp(shortServer().process, clinic, false, scope);
    const auto connect = [&] { return tokensFor(clinic, {person.patient, person.account, here.cookies()}, app, scope); };
    const auto reads = [&](const Json& tokens) {
        return http("GET", patientApi(clinic) + "/Patient/" + person.patient, bearer(tokens["access_token"])).status;
    };
    auto tokens = connect();
    QCOMPARE(reads(tokens), 200);

    QCOMPARE(here.submit("account/password", {{"password", better}}).status, 403);
    QCOMPARE(here.submit("account/password", {{"current", wrong}, {"password", better}}).status, 403);
    QVERIFY(elsewhere.isSignedIn());
    const auto session = here.session();
    QCOMPARE(here.submit("account/password", {{"current", good}, {"password", better}}).status, 303);
    QVERIFY(here.session() != session);
    QVERIFY(here.isSignedIn());
    QVERIFY(!elsewhere.isSignedIn());
    PortalVisitor old(clinic, from);
    old.jar()["pc-patient-t-a"] = session;
    QVERIFY(!old.isSignedIn());
    // Apps stay unless the person says otherwise.
    QCOMPARE(reads(tokens), 200);
    const auto refreshed = refresh(clinic, app, tokens["refresh_token"]);
    QCOMPARE(refreshed.status, 200);
    QCOMPARE(here.submit("account/password", {{"current", better}, {"password", good}, {"stop_apps", "yes"}}).status, 303);
    QCOMPARE(reads(refreshed.json), 401);
    const auto dead = refresh(clinic, app, refreshed.json["refresh_token"]);
    QCOMPARE(dead.status, 400);
    QVERIFY(dead.json["error"] == "invalid_grant");

    // Switched off by the clinic: all of it at once.
    tokens = connect();
    QCOMPARE(reads(tokens), 200);
    QCOMPARE(office(clinic, "PUT", "Account/" + person.account, {{"disabled", true}}).status, 200);
    QCOMPARE(reads(tokens), 401);
    QVERIFY(!here.isSignedIn());
    QCOMPARE(here.signIn("e15", good).status, 401);
    QVERIFY(refresh(clinic, app, tokens["refresh_token"]).json["error"] == "invalid_grant");
}

void SessionsOfPeople::E17_nothingSecretLiesInTheDatabaseOrTheLog() {
    auto& server = shortServer().process;
    const auto& clinic = shortServer().a;
    const std::string from = "127.9.0.1", scope = "offline_access launch/patient patient/Patient.rs";
    PortalVisitor visitor(clinic, from);
    const auto person = activated(clinic, "e17", visitor);
    const auto app = registerApp(server, clinic, true, scope);
    const PatientPerson who{person.patient, person.account, visitor.cookies()};
    const auto tokens = tokensFor(clinic, who, app, scope);
    const auto pending = codeFor(clinic, who, app, scope);
    const auto reset = resetCode(clinic, person);
    const auto open = invited(clinic, "e17-open");

    QFile pid(QString::fromStdString((server.dataDirectory() / "postgres" / "postmaster.pid").string()));
    QVERIFY(pid.open(QIODevice::ReadOnly));
    const auto socket = QString(pid.readAll()).split('\n').value(4);
    QProcess dump;
    dump.start("pg_dump", {"-h", socket, "-U", "polyclinic_backup", "polyclinic"});
    QVERIFY(dump.waitForFinished(60'000));
    const auto text = dump.readAllStandardOutput().toStdString();
    QVERIFY2(dump.exitCode() == 0, dump.readAllStandardError());
    QVERIFY(text.find("e17-open") != std::string::npos);
    const auto log = server.log();
    std::vector<std::string> secrets{
        visitor.session(), app.secret, tokens["access_token"], tokens["refresh_token"], pending, good, better, wrong};
    for (const auto& code : {reset, open.code, person.code}) {
        secrets.push_back(code);
        secrets.push_back(code.substr(6));
        secrets.push_back(code.substr(6, 4) + code.substr(11));
    }
    for (const auto& secret : secrets) {
        QVERIFY(secret.size() >= 8);
        QVERIFY2(text.find(secret) == std::string::npos, secret.c_str());
        QVERIFY2(text.find(QByteArray::fromStdString(secret).toHex().toStdString()) == std::string::npos, secret.c_str());  // as bytea
        QVERIFY2(log.find(secret) == std::string::npos, secret.c_str());
    }
    // What stands there in their place: the selector, which opens nothing.
    QVERIFY(text.find(reset.substr(0, 5)) != std::string::npos);
}

void SessionsOfPeople::A14_cookiesStayInTheirClinic() {
    for (const int placement : {0, 1}) {
        const auto &a = shortServer().a, &b = shortServer().beside(placement);
        PortalVisitor atA(a, "127.11.0.1"), atB(b, "127.11.0.1");
        activated(a, "a14-" + std::to_string(placement), atA);
        const auto cookie = atA.session();
        atB.jar() = atA.jar();
        QVERIFY(!atB.isSignedIn());
        atB.jar()["pc-patient-" + b.id] = cookie;
        QVERIFY(!atB.isSignedIn());
        const auto provider = http("GET", a.fhir.substr(0, a.fhir.rfind('/')) + "/provider/auth/authorize", {{"Cookie", atA.cookies()}});
        QCOMPARE(provider.status, 404);
        QVERIFY(atA.isSignedIn());
    }
}

void SessionsOfPeople::D39_D40_sessionsBeginAndEnd() {
    const auto& clinic = shortServer().a;
    PortalVisitor visitor(clinic, "127.12.0.1");
    activated(clinic, "d39", visitor);
    const auto first = visitor.session();
    QCOMPARE(visitor.signIn("d39", good).status, 303);
    const auto second = visitor.session();
    QVERIFY(second != first);
    PortalVisitor thief(clinic, "127.12.0.1");
    thief.jar()["pc-patient-t-a"] = first;
    QVERIFY(!thief.isSignedIn());
    QVERIFY(visitor.isSignedIn());
    const auto page = visitor.get("home");
    QVERIFY(page.header("cache-control").find("no-store") != std::string::npos);
    const auto out = visitor.submit("home", {});  // any page holds the token; signing out is a form
    QVERIFY(out.status == 404 || out.status == 405);
    QCOMPARE(visitor.get("sign-out").status, 405);  // an address alone signs nobody out
    QCOMPARE(visitor.post("sign-out", {}).status, 303);
    QVERIFY(visitor.session().empty());
    thief.jar()["pc-patient-t-a"] = second;
    QVERIFY(!thief.isSignedIn());
}

void SessionsOfPeople::F08_othersSessionsAndGrants() {
    const auto& clinic = shortServer().a;
    const std::string scope = "launch/patient patient/Patient.rs";
    PortalVisitor mine(clinic, "127.13.0.1"), theirs(clinic, "127.13.0.1");
    activated(clinic, "f08-mine", mine);
    const auto other = activated(clinic, "f08-theirs", theirs);
    const auto app = registerApp(shortServer().process, clinic, false, scope);
    const auto tokens = tokensFor(clinic, {other.patient, other.account, theirs.cookies()}, app, scope);
    const auto sessions = office(clinic, "GET", "Session?account=" + other.account);
    const auto grants = office(clinic, "GET", "Grant?account=" + other.account);
    QVERIFY(sessions.json["total"] == 1 && grants.json["total"] == 1);
    const std::string session = sessions.json["entry"][0]["resource"]["id"], grant = grants.json["entry"][0]["resource"]["id"];
    QVERIFY(mine.get("sessions").body.find(session) == std::string::npos);
    QCOMPARE(mine.submit("sessions", {}).status / 100, 4);  // takes the token of a page of one's own
    QCOMPARE(mine.post("sessions/" + session + "/end", {}).status, 404);
    QCOMPARE(mine.get("apps/" + grant).status, 404);
    QCOMPARE(mine.post("apps/" + grant + "/stop", {}).status, 404);
    QVERIFY(theirs.isSignedIn());
    QCOMPARE(http("GET", patientApi(clinic) + "/Patient/" + other.patient, bearer(tokens["access_token"])).status, 200);
    // The clinic may end it.
    QCOMPARE(operate(shortServer().process, "DELETE", "/admin/api/Tenant/t-b/Session/" + session).status, 404);
    QVERIFY(theirs.isSignedIn());
    QCOMPARE(office(clinic, "DELETE", "Session/" + session).status, 204);
    QVERIFY(!theirs.isSignedIn());
    QCOMPARE(office(clinic, "DELETE", "Session/" + session).status, 404);
}

void SessionsOfPeople::F12_cookies() {
    PortalVisitor visitor(shortServer().a, "127.14.0.1");
    activated(shortServer().a, "f12", visitor);
    const auto answer = visitor.signIn("f12", good);
    const auto line = QString::fromStdString(answer.header("set-cookie"));
    QVERIFY2(QRegularExpression("^pc-patient-t-a=[A-Za-z0-9_-]{43}; Path=/; HttpOnly; SameSite=Lax$").match(line).hasMatch(),
             qPrintable(line));

    // With TLS, as clinics have it.
    const auto folder = makeTestFolder();
    const auto path = [&](const char* name) { return QString::fromStdString((folder / name).string()); };
    QProcess openssl;
    openssl.start("openssl", {"req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1", "-keyout",
                              path("key.pem"), "-out", path("cert.pem")});
    QVERIFY(openssl.waitForFinished(30'000) && openssl.exitCode() == 0);
    QFile::setPermissions(path("key.pem"), QFile::ReadOwner | QFile::ReadGroup | QFile::ReadOther);
    {
        ServerProcess https({"--tls-cert", path("cert.pem").toStdString(), "--tls-key", path("key.pem").toStdString()});
        const std::string tenant = "/admin/api/Tenant/oak";
        operate(https, "PUT", tenant, {{"resourceType", "Tenant"}, {"id", "oak"}, {"name", "Oak"}, {"status", "active"}});
        const auto job = operate(https, "POST", tenant + "/$import",
                                 {{"resourceType", "Bundle"},
                                  {"type", "transaction"},
                                  {"entry",
                                   {{{"request", {{"method", "PUT"}, {"url", "Patient/p1"}}},
                                     {"resource", {{"resourceType", "Patient"}, {"id", "p1"}, {"birthDate", born}}}}}}});
        QCOMPARE(job.status, 202);
        HttpAnswer made;
        for (int i = 0; i < 100 && made.status != 201; ++i) {
            QTest::qWait(50);
            made = operate(https, "POST", tenant + "/Account", {{"realm", "patient"}, {"fhirUser", "Patient/p1"}});
        }
        QVERIFY2(made.status == 201, made.told().c_str());
        Clinic oak;
        oak.fhir = https.base() + "/tenant/oak/fhir-api";
        QVERIFY(https.base().starts_with("https://"));
        PortalVisitor patient(oak);
        const auto done = patient.useCode(made.json["activation"]["code"], born, good);
        QCOMPARE(done.status, 303);
        const auto secure = QString::fromStdString(done.header("set-cookie"));
        QVERIFY2(QRegularExpression("^__Host-pc-patient-oak=[A-Za-z0-9_-]{43}; Path=/; HttpOnly; SameSite=Lax; Secure$")
                     .match(secure)
                     .hasMatch(),
                 qPrintable(secure));
        QVERIFY(patient.isSignedIn());
        for (const auto& [name, value] : patient.jar()) QVERIFY(name.starts_with("__Host-"));
    }
    std::filesystem::remove_all(folder);
}

void SessionsOfPeople::foreignForms() {
    const auto& clinic = shortServer().a;
    PortalVisitor visitor(clinic, "127.15.0.1"), other(clinic, "127.15.0.1");
    activated(clinic, "forms", visitor);
    other.get("sign-in");
    const auto withToken = [&](const std::string& token, const HttpHeaders& more = {}) {
        return visitor.ask("POST", "account/password", form({{"current", good}, {"password", better}, {"csrf_token", token}}), more).status;
    };
    QCOMPARE(withToken(""), 403);
    QCOMPARE(withToken("AAAA"), 403);
    QCOMPARE(withToken(other.csrf), 403);
    visitor.submit("sign-in", {{"username", "forms"}, {"password", wrong}});
    QCOMPARE(withToken(visitor.csrf), 403);  // of another form
    visitor.submit("account/password", {{"current", wrong}, {"password", better}});
    QCOMPARE(withToken(visitor.csrf, {{"Origin", "https://evil.example"}}), 403);
    QCOMPARE(withToken(visitor.csrf, {{"Sec-Fetch-Site", "cross-site"}}), 403);
    QCOMPARE(withToken(visitor.csrf), 303);
}

POLYCLINIC_TEST(SessionsOfPeople)
#include "sessions_test.moc"
