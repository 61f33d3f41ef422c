// Group E of the attack list, and what else can be tried at a portal's sign-in, codes and sessions.

#include <QFile>
#include <QProcess>
#include <QRegularExpression>
#include <QTest>
#include <algorithm>
#include <chrono>
#include <fstream>
#include <thread>

#include "portal_visitor.h"
#include "short_server.h"
#include "temp_cluster.h"
#include "test_case.h"

using namespace polyclinic;
using namespace polyclinic::test;
using Json = nlohmann::json;

namespace {

const std::string good = "three green boats sail", better = "seven purple lamps glow", wrong = "four orange kites fly";
const std::string born = "1980-05-03";

/// Long counts run by `./dev test --long`.
bool isLong() { return qEnvironmentVariableIsSet("POLYCLINIC_LONG"); }

struct Person {
    std::string patient, account, username, code;
};

HttpAnswer office(const Clinic& clinic, const std::string& method, const std::string& path, const Json& body = Json()) {
    return operate(shortServer().process, method, "/admin/api/Tenant/" + clinic.id + "/" + path, body);
}

/// A record and an invitation for it.
Person invited(const Clinic& clinic, const std::string& username) {
    std::string patient = "e-" + username;
    std::replace(patient.begin(), patient.end(), '@', '-');
    const auto kept = http("PUT", clinic.fhir + "/Patient/" + patient, bearerJson(clinic.token),
                           R"({"resourceType":"Patient","id":")" + patient + R"(","name":[{"family":"Gomez","given":["Maria"]}],"birthDate":")" + born + "\"}");
    if (kept.status / 100 != 2) throw std::runtime_error("PUT Patient: " + kept.told());
    const auto made = office(clinic, "POST", "Account", {{"realm", "patient"}, {"fhirUser", "Patient/" + patient}, {"username", username}});
    if (made.status != 201) throw std::runtime_error("POST Account: " + made.told());
    return {patient, made.json["id"], username, made.json["activation"]["code"]};
}

/// With the password `good`; `visitor` is signed in then.
Person activated(const Clinic& clinic, const std::string& username, PortalVisitor& visitor) {
    auto person = invited(clinic, username);
    const auto done = visitor.useCode(person.code, born, good);
    if (done.status != 303 || visitor.session().empty()) throw std::runtime_error("activation: " + std::to_string(done.status));
    return person;
}

std::string resetCode(const Clinic& clinic, const Person& person) {
    const auto made = office(clinic, "POST", "Account/" + person.account + "/$reset-code", {{"identityChecked", true}});
    if (made.status != 200) throw std::runtime_error("$reset-code: " + made.told());
    return made.json["reset"]["code"];
}

double medianOf(std::vector<double> values) {
    std::nth_element(values.begin(), values.begin() + long(values.size() / 2), values.end());
    return values[values.size() / 2];
}

/// Most resident memory that the process has had so far, in kB.
long peakOf(pid_t pid) {
    std::ifstream status("/proc/" + std::to_string(pid) + "/status");
    for (std::string line; std::getline(status, line);)
        if (line.starts_with("VmHWM:")) return std::stol(line.substr(6));
    return -1;
}

}  // namespace

class PasswordsOfPeople : public QObject {
    Q_OBJECT
  private slots:
    void E01_unknownAndWrongLookAndLastTheSame();
    void E03_manyWrongPasswords();
    void E04_onePasswordManyAccounts();
    void E06_codesWorkOnce();
    void E10_codesOfOneClinic();
    void E12_passwordRules();
    void E14_hugeAndMany();
    void E15_changingThePassword();
    void E17_nothingSecretLiesInTheDatabaseOrTheLog();
    void E20_staffSetNoPassword();
    void A14_cookiesStayInTheirClinic();
    void D39_D40_sessionsBeginAndEnd();
    void F08_othersSessionsAndGrants();
    void F12_cookies();
    void foreignForms();
};

void PasswordsOfPeople::E01_unknownAndWrongLookAndLastTheSame() {
    const int count = isLong() ? 500 : 40;
    const auto& clinic = shortServer().a;
    double difference = 1;
    for (int round = 0; round < 5 && difference > 0.05; ++round) {  // other work on this computer is not the server's
        // Below every limit: eighty tries for a name, eight of them from one address.
        const auto nameAt = [&](int i) { return std::to_string(round) + "-" + std::to_string(i / 80); };
        for (int i = 0; i < count; i += 80) {
            PortalVisitor visitor(clinic);
            activated(clinic, "timing" + nameAt(i), visitor);
        }
        std::vector<double> times[2];
        std::string first;
        for (int i = 0; i < count; ++i)
            for (const bool exists : {true, false}) {
                PortalVisitor visitor(clinic, "127." + std::to_string(100 + round) + "." + std::to_string(i / 8) + (exists ? ".1" : ".2"));
                const auto name = (exists ? "timing" : "nobody") + nameAt(i);
                visitor.get("sign-in");
                std::smatch token;
                const auto page = visitor.get("sign-in").body;
                QVERIFY(std::regex_search(page, token, std::regex("name=\"csrf_token\" value=\"([^\"]+)\"")));
                visitor.csrf = token[1];
                const auto begun = std::chrono::steady_clock::now();
                const auto answer = visitor.post("sign-in", {{"username", name}, {"password", wrong}});
                times[exists].push_back(std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count());
                QCOMPARE(answer.status, 401);
                auto body = std::regex_replace(answer.body, std::regex("value=\"[A-Za-z0-9_-]{43}\""), "TOKEN");
                body = std::regex_replace(body, std::regex(name), "NAME");
                if (first.empty()) first = body;
                QCOMPARE(QString::fromStdString(body), QString::fromStdString(first));
            }
        const double a = medianOf(times[0]), b = medianOf(times[1]);
        difference = std::abs(a - b) / std::max(a, b);
        qInfo("E01: %d each, medians %.1f ms (unknown) and %.1f ms (wrong), %.1f %% apart", count, a * 1000, b * 1000, difference * 100);
    }
    QVERIFY(difference <= 0.05);
}

void PasswordsOfPeople::E03_manyWrongPasswords() {
    const auto& clinic = shortServer().a;
    PortalVisitor owner(clinic, "127.2.0.1"), attacker(clinic, "127.2.0.2");
    activated(clinic, "e03", owner);
    int refused = 0, slowed = 0;
    for (int i = 0; i < 20; ++i) {
        const auto answer = attacker.signIn("e03", wrong);
        if (answer.status == 401) ++refused;
        if (answer.status == 429) {
            ++slowed;
            QVERIFY(std::stoi(answer.header("retry-after")) > 0);
        }
    }
    QCOMPARE(refused, 10);
    QCOMPARE(slowed, 10);
    QCOMPARE(attacker.signIn("e03", good).status, 429);
    PortalVisitor phone(clinic, "127.2.0.3");
    QCOMPARE(phone.signIn("e03", good).status, 303);
    QVERIFY(phone.isSignedIn());
    // A name that nobody has meets the same.
    PortalVisitor other(clinic, "127.2.0.4");
    for (int i = 0; i < 10; ++i) QCOMPARE(other.signIn("nobody-e03", wrong).status, 401);
    QCOMPARE(other.signIn("nobody-e03", wrong).status, 429);
    // The clinic sees it and lets the person in again.
    const auto found = office(clinic, "GET", "Account?name=e03&status=locked");
    QVERIFY(found.json["total"] == 1);
    const std::string id = found.json["entry"][0]["resource"]["id"];
    QVERIFY(office(clinic, "POST", "Account/" + id + "/$unlock").json["status"] == "active");
    QCOMPARE(attacker.signIn("e03", good).status, 303);
}

void PasswordsOfPeople::E04_onePasswordManyAccounts() {
    PortalVisitor attacker(shortServer().a, "127.3.0.1");
    attacker.get("sign-in");
    std::smatch token;
    const auto page = attacker.get("sign-in").body;
    QVERIFY(std::regex_search(page, token, std::regex("name=\"csrf_token\" value=\"([^\"]+)\"")));
    attacker.csrf = token[1];
    std::map<int, int> statuses;
    for (int i = 0; i < 1000; ++i) {
        const auto spoofed = "198.51.100." + std::to_string(i % 250);
        ++statuses[attacker.ask("POST", "sign-in",
                                form({{"username", "sprayed" + std::to_string(i)}, {"password", good}, {"csrf_token", attacker.csrf}}),
                                {{"X-Forwarded-For", spoofed}, {"Forwarded", "for=" + spoofed}, {"X-Real-IP", spoofed}}).status];
    }
    QCOMPARE(statuses[401], 100);
    QCOMPARE(statuses[429], 900);
}

void PasswordsOfPeople::E06_codesWorkOnce() {
    const auto& clinic = shortServer().a;
    const std::string from = "127.4.0.1";
    PortalVisitor owner(clinic, from);
    const auto person = activated(clinic, "e06", owner);
    const auto use = [&](const std::string& code, const std::string& password) {
        return PortalVisitor(clinic, from).useCode(code, born, password).status;
    };
    QCOMPARE(use(person.code, wrong), 400);  // the invitation, twice
    const auto older = resetCode(clinic, person), newer = resetCode(clinic, person);
    QCOMPARE(use(older, wrong), 400);
    QVERIFY(owner.isSignedIn());
    PortalVisitor reset(clinic, from);
    const auto done = reset.useCode(newer, born, better);
    QCOMPARE(done.status, 303);
    QVERIFY(!reset.isSignedIn());  // a reset asks to sign in
    QVERIFY(!owner.isSignedIn());  // and ends what was there
    QCOMPARE(use(newer, wrong), 400);
    QCOMPARE(owner.signIn("e06", good).status, 401);
    QCOMPARE(owner.signIn("e06", better).status, 303);
    const auto before = resetCode(clinic, person);
    QCOMPARE(owner.submit("account/password", {{"current", better}, {"password", good}}).status, 303);
    QCOMPARE(use(before, wrong), 400);  // the password was changed since
    const auto late = resetCode(clinic, person);
    ServerDatabase database(shortServer().process);
    database.asSuperuser("UPDATE one_time_code SET expires = now() WHERE selector = '" + late.substr(0, 5) + "'");
    QCOMPARE(use(late, wrong), 400);
    // Five wrong birth dates are the end of a code.
    const auto guessed = resetCode(clinic, person);
    for (int i = 0; i < 5; ++i) QCOMPARE(PortalVisitor(clinic, from).useCode(guessed, "1980-05-0" + std::to_string(4 + i), wrong).status, 400);
    QCOMPARE(use(guessed, wrong), 400);
    QCOMPARE(owner.signIn("e06", good).status, 303);
}

void PasswordsOfPeople::E10_codesOfOneClinic() {
    for (const int placement : {0, 1}) {
        const auto &a = shortServer().a, &b = shortServer().beside(placement);
        const std::string name = "e10-" + std::to_string(placement) + "@example.org", from = "127.5.0.1";
        PortalVisitor atA(a, from), atB(b, from);
        const auto here = activated(a, name, atA);
        activated(b, name, atB);
        const auto code = resetCode(a, here);
        QCOMPARE(PortalVisitor(b, from).useCode(code, born, wrong).status, 400);
        QCOMPARE(PortalVisitor(a, from).useCode(code, born, better).status, 303);
        QVERIFY(!atA.isSignedIn());
        QVERIFY(atB.isSignedIn());
        QCOMPARE(PortalVisitor(a, from).signIn(name, better).status, 303);
        QCOMPARE(PortalVisitor(b, from).signIn(name, better).status, 401);
        QCOMPARE(PortalVisitor(b, from).signIn(name, good).status, 303);
    }
}

void PasswordsOfPeople::E12_passwordRules() {
    const auto& clinic = shortServer().a;
    const std::string from = "127.6.0.1";
    const auto person = invited(clinic, "e12-somebody");
    for (const auto* weak : {"1234567", "Password123!", "Clinic t-a 2026!", "e12-somebody e12-somebody", "abcabcabcabc"})
        QCOMPARE(PortalVisitor(clinic, from).useCode(person.code, born, weak).status, 400);
    const std::string pasted = "a blue \xF0\x9F\x90\xB3 sings under the old bridge, 7 \xE6\x97\xA5\xE6\x9C\xAC words and some more";
    QCOMPARE(PortalVisitor(clinic, from).useCode(person.code, born, pasted).status, 303);
    QCOMPARE(PortalVisitor(clinic, from).signIn("e12-somebody", pasted).status, 303);
    QCOMPARE(PortalVisitor(clinic, from).signIn("e12-somebody", pasted.substr(0, 63)).status, 401);  // nothing was cut off
}

void PasswordsOfPeople::E14_hugeAndMany() {
    const auto& clinic = shortServer().a;
    PortalVisitor visitor(clinic, "127.7.0.1");
    const auto begun = std::chrono::steady_clock::now();
    const auto huge = visitor.signIn("anyone", std::string(1 << 20, 'x'));
    QCOMPARE(huge.status, 413);  // the form is larger than forms may be: nothing was read of it
    QCOMPARE(PortalVisitor(clinic, "127.7.0.1").signIn("anyone", std::string(8000, 'x')).status, 400);
    QVERIFY(std::chrono::steady_clock::now() - begun < std::chrono::seconds(2));

    const auto before = peakOf(shortServer().process.pid());
    QVERIFY(before > 0);
    std::atomic<int> answered{0};
    std::map<int, int> statuses;
    std::mutex mutex;
    std::vector<std::thread> crowd;
    for (int i = 0; i < 200; ++i)
        crowd.emplace_back([&, i] {
            PortalVisitor one(clinic, "127.7.1." + std::to_string(i + 1));
            const auto status = one.signIn("crowd" + std::to_string(i), wrong).status;
            std::lock_guard lock(mutex);
            ++statuses[status];
            ++answered;
        });
    for (auto& thread : crowd) thread.join();
    QCOMPARE(answered.load(), 200);
    QCOMPARE(statuses[401] + statuses[429] + statuses[503], 200);
    QVERIFY(statuses[401] > 0);
    const auto rise = peakOf(shortServer().process.pid()) - before;
    qInfo("E14: 200 sign-ins at once: %d refused, %d told to wait, memory rose by %ld kB", statuses[401], statuses[429] + statuses[503], rise);
    QVERIFY(rise <= (4 * 19 + 50) * 1024);
}

void PasswordsOfPeople::E15_changingThePassword() {
    const auto& clinic = shortServer().a;
    const std::string from = "127.8.0.1", scope = "openid offline_access launch/patient patient/Patient.rs";
    PortalVisitor here(clinic, from);
    const auto person = activated(clinic, "e15", here);
    PortalVisitor elsewhere(clinic, from);
    QCOMPARE(elsewhere.signIn("e15", good).status, 303);
    const auto app = registerApp(shortServer().process, clinic, false, scope);
    const auto connect = [&] {
        return tokensFor(clinic, {person.patient, person.account, here.cookies()}, app, scope);
    };
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

void PasswordsOfPeople::E17_nothingSecretLiesInTheDatabaseOrTheLog() {
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
    std::vector<std::string> secrets{visitor.session(), app.secret, tokens["access_token"], tokens["refresh_token"], pending, good, better, wrong};
    for (const auto& code : {reset, open.code, person.code}) {
        secrets.push_back(code);
        secrets.push_back(code.substr(6));
        secrets.push_back(code.substr(6, 4) + code.substr(11));
    }
    for (const auto& secret : secrets) {
        QVERIFY(secret.size() >= 8);
        QVERIFY2(text.find(secret) == std::string::npos, secret.c_str());
        QVERIFY2(log.find(secret) == std::string::npos, secret.c_str());
    }
    // What stands there in their place: the selector, which opens nothing.
    QVERIFY(text.find(reset.substr(0, 5)) != std::string::npos);
}

void PasswordsOfPeople::E20_staffSetNoPassword() {
    const auto& clinic = shortServer().a;
    PortalVisitor visitor(clinic, "127.10.0.1");
    const auto person = activated(clinic, "e20", visitor);
    const std::string path = "Account/" + person.account;
    for (const char* member : {"password", "passwordHash", "credentials"})
        QCOMPARE(office(clinic, "PUT", path, {{member, better}}).status, 422);
    QCOMPARE(office(clinic, "POST", path + "/$reset-code", {{"identityChecked", true}, {"password", better}}).status, 422);
    QCOMPARE(office(clinic, "POST", path + "/$set-password", {{"password", better}}).status, 404);
    QCOMPARE(office(clinic, "POST", path + "/$reset-code").status / 100, 4);  // nobody was looked at
    QVERIFY(office(clinic, "GET", path).body.find("argon2") == std::string::npos);
    resetCode(clinic, person);
    QVERIFY(visitor.isSignedIn());
    QCOMPARE(visitor.signIn("e20", good).status, 303);
    const auto events = office(clinic, "GET", "AuditEvent?subtype=account-reset-code&_count=1");
    QVERIFY(events.body.find(person.account) != std::string::npos);
}

void PasswordsOfPeople::A14_cookiesStayInTheirClinic() {
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

void PasswordsOfPeople::D39_D40_sessionsBeginAndEnd() {
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

void PasswordsOfPeople::F08_othersSessionsAndGrants() {
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

void PasswordsOfPeople::F12_cookies() {
    PortalVisitor visitor(shortServer().a, "127.14.0.1");
    activated(shortServer().a, "f12", visitor);
    const auto answer = visitor.signIn("f12", good);
    const auto line = QString::fromStdString(answer.header("set-cookie"));
    QVERIFY2(QRegularExpression("^pc-patient-t-a=[A-Za-z0-9_-]{43}; Path=/; HttpOnly; SameSite=Lax$").match(line).hasMatch(), qPrintable(line));

    // With TLS, as clinics have it.
    const auto folder = makeTestFolder();
    const auto path = [&](const char* name) { return QString::fromStdString((folder / name).string()); };
    QProcess openssl;
    openssl.start("openssl", {"req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1", "-keyout", path("key.pem"), "-out", path("cert.pem")});
    QVERIFY(openssl.waitForFinished(30'000) && openssl.exitCode() == 0);
    QFile::setPermissions(path("key.pem"), QFile::ReadOwner | QFile::ReadGroup | QFile::ReadOther);
    {
        ServerProcess https({"--tls-cert", path("cert.pem").toStdString(), "--tls-key", path("key.pem").toStdString()});
        const std::string tenant = "/admin/api/Tenant/oak";
        operate(https, "PUT", tenant, {{"resourceType", "Tenant"}, {"id", "oak"}, {"name", "Oak"}, {"status", "active"}});
        const auto job = operate(https, "POST", tenant + "/$import",
                                 {{"resourceType", "Bundle"}, {"type", "transaction"},
                                  {"entry", {{{"request", {{"method", "PUT"}, {"url", "Patient/p1"}}},
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
        QVERIFY2(QRegularExpression("^__Host-pc-patient-oak=[A-Za-z0-9_-]{43}; Path=/; HttpOnly; SameSite=Lax; Secure$").match(secure).hasMatch(), qPrintable(secure));
        QVERIFY(patient.isSignedIn());
        for (const auto& [name, value] : patient.jar()) QVERIFY(name.starts_with("__Host-"));
    }
    std::filesystem::remove_all(folder);
}

void PasswordsOfPeople::foreignForms() {
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

POLYCLINIC_TEST(PasswordsOfPeople)
#include "passwords_test.moc"
