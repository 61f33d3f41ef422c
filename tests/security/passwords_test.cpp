// Group E of the attack list: what can be tried at a portal's sign-in, passwords and codes.

#include <QTest>
#include <chrono>
#include <fstream>
#include <thread>

#include "portal_people.h"
#include "test_case.h"

using namespace polyclinic;
using namespace polyclinic::test;
using Json = nlohmann::json;

namespace {

/// Long counts run by `./dev test --long`.
bool isLong() { return qEnvironmentVariableIsSet("POLYCLINIC_LONG"); }

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
    void E20_staffSetNoPassword();
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
        ++statuses[attacker
                       .ask("POST", "sign-in",
                            form({{"username", "sprayed" + std::to_string(i)}, {"password", good}, {"csrf_token", attacker.csrf}}),
                            {{"X-Forwarded-For", spoofed}, {"Forwarded", "for=" + spoofed}, {"X-Real-IP", spoofed}})
                       .status];
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
    for (int i = 0; i < 5; ++i)
        QCOMPARE(PortalVisitor(clinic, from).useCode(guessed, "1980-05-0" + std::to_string(4 + i), wrong).status, 400);
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
    // Of Maria Gomez, born on 3 May 1980.
    for (const auto* own : {"maria.gomez1980", "0305198003051980", "Gomez Maria 03.05.80"}) {
        PortalVisitor visitor(clinic, from);
        QCOMPARE(visitor.useCode(person.code, born, own).status, 400);
        const auto said = visitor.submit("activate/password", {{"password", own}});
        QCOMPARE(said.status, 400);
        QVERIFY2(said.body.find("it must not be made of your name or your birth date.") != said.body.npos, own);
    }
    // Nor of her other names.
    const auto path = clinic.fhir + "/Patient/" + person.patient;
    auto record = http("GET", path, bearer(clinic.token)).json;
    record["name"] = {{{"use", "official"}, {"family", "Gomez"}, {"given", {"Maria", "Guadalupe"}}},
                      {{"use", "maiden"}, {"family", "Quintanilla"}},
                      {{"use", "nickname"}, {"text", "Chabela"}}};
    QCOMPARE(http("PUT", path, bearerJson(clinic.token), record.dump()).status, 200);
    for (const auto* own : {"guadalupe1980", "Quintanilla 80", "chabela chabela"}) {
        PortalVisitor visitor(clinic, from);
        QCOMPARE(visitor.useCode(person.code, born, own).status, 400);
    }
    for (const auto* common : {"contraseña12", "كلمةالسركلمة", "йцукенйцукен"}) {
        PortalVisitor visitor(clinic, from);
        QCOMPARE(visitor.useCode(person.code, born, common).status, 400);
        QVERIFY2(
            visitor.submit("activate/password", {{"password", common}}).body.find("this one is too easy to guess.") != std::string::npos,
            common);
    }
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
    QVERIFY(std::chrono::steady_clock::now() - begun < std::chrono::seconds(20));

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
    qInfo("E14: 200 sign-ins at once: %d refused, %d told to wait, memory rose by %ld kB", statuses[401], statuses[429] + statuses[503],
          rise);
    QVERIFY(rise <= (4 * 19 + 50) * 1024);
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

POLYCLINIC_TEST(PasswordsOfPeople)
#include "passwords_test.moc"
