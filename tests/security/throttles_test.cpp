// What slows guessing down is no weapon against the people whose passwords are guessed: each story once as it was tried,
// with addresses told by a proxy that the server trusts.

#include <unistd.h>

#include <QProcess>
#include <QTest>
#include <thread>

#include "portal_people.h"
#include "server_database.h"
#include "test_case.h"

using namespace polyclinic;
using namespace polyclinic::test;
using Json = nlohmann::json;

class Throttles : public QObject {
    Q_OBJECT
  private slots:
    void initTestCase();
    void cleanupTestCase();
    void tenAddressesTenWrongPasswords_data();
    void tenAddressesTenWrongPasswords();
    void aWaitingRoomIsNotClosed();
    void knownAndUnknownNamesAreToldTheSame();
    void aRightSecretAlwaysPasses();
    void aProvidersNetworkIsOneGuesser();
    void malformedCodesStopNobody();
    void aRestartForgetsNothing();
    void browsersAreForgottenWithTheirSessions();
    void operatorsAreSlowedByNobodyElse();
};

namespace {

/// Of its own: it believes the proxy, and is started again.
struct ThrottleServer {
    ServerProcess process{std::vector<std::string>{"--trusted-proxy", "127.0.0.1"}};
    Clinic a = makeClinic(process, "t-a", false), b = makeClinic(process, "t-b", false), own = makeClinic(process, "t-own", true);
};
std::unique_ptr<ThrottleServer> throttled;

/// A browser somewhere in the world.
class FarBrowser {
  public:
    FarBrowser(const Clinic& clinic, std::string from) : visitor(clinic), from_(std::move(from)) {}

    HttpAnswer get(const std::string& page) { return visitor.ask("GET", page, {}, headers()); }
    HttpAnswer submit(const std::string& page, Fields fields) {
        const auto shown = get(page).body;
        std::smatch token;
        if (!std::regex_search(shown, token, std::regex("name=\"csrf_token\" value=\"([^\"]+)\"")))
            throw std::runtime_error("no form at " + page);
        fields.emplace_back("csrf_token", token[1]);
        return visitor.ask("POST", page, form(fields), headers());
    }
    HttpAnswer signIn(const std::string& name, const std::string& password) {
        return submit("sign-in", {{"username", name}, {"password", password}});
    }
    void moveTo(std::string from) { from_ = std::move(from); }
    /// As a person does it who is told to wait: three times, a minute at most each time.
    int signInPatiently(const std::string& name, const std::string& password) {
        for (int i = 0; i < 3; ++i) {
            const auto answer = signIn(name, password);
            if (answer.status != 429) return answer.status;
            const int wait = std::stoi(answer.header("retry-after"));
            if (wait < 1 || wait > 60) return -wait;
            std::this_thread::sleep_for(std::chrono::seconds(wait));
        }
        return 429;
    }
    int useCode(const std::string& code, const std::string& password) {
        auto answer = submit("activate", {{"code", code}});
        if (answer.status == 303) answer = submit("activate/birth-date", {{"year", "1980"}, {"month", "05"}, {"day", "03"}});
        if (answer.status == 303) answer = submit("activate/password", {{"password", password}});
        return answer.status;
    }

    PortalVisitor visitor;

  private:
    HttpHeaders headers() const { return {{"X-Forwarded-For", from_}}; }
    std::string from_;
};

HttpAnswer throttledDesk(const Clinic& clinic, const std::string& method, const std::string& path, const Json& body = Json()) {
    return operate(throttled->process, method, "/admin/api/Tenant/" + clinic.id + "/" + path, body);
}

struct PortalMember {
    std::string account, username, code;
};

PortalMember invitedAt(const Clinic& clinic, const std::string& username) {
    const auto patient = "th-" + username;
    http("PUT", clinic.fhir + "/Patient/" + patient, bearerJson(clinic.token),
         R"({"resourceType":"Patient","id":")" + patient + R"(","name":[{"family":"Gomez","given":["Maria"]}],"birthDate":"1980-05-03"})");
    const auto made =
        throttledDesk(clinic, "POST", "Account", {{"realm", "patient"}, {"fhirUser", "Patient/" + patient}, {"username", username}});
    if (made.status != 201) throw std::runtime_error("POST Account: " + made.told());
    return {made.json["id"], username, made.json["activation"]["code"]};
}

PortalMember memberAt(const Clinic& clinic, const std::string& username, FarBrowser& browser) {
    auto member = invitedAt(clinic, username);
    if (const int status = browser.useCode(member.code, good); status != 303)
        throw std::runtime_error("activation: " + std::to_string(status));
    return member;
}

std::string deviceOf(FarBrowser& browser) {
    for (const auto& [name, value] : browser.visitor.jar())
        if (name.ends_with(".device")) return value;
    return {};
}

/// Signed in no more, but the browser that it is.
void forgetSession(FarBrowser& browser) {
    std::erase_if(browser.visitor.jar(), [](const auto& cookie) { return !cookie.first.ends_with(".device"); });
}

HttpAnswer operatorSignIn(const std::string& name, const std::string& password) {
    return http("POST", throttled->process.operators() + "/admin/auth/sign-in", {{"Content-Type", "application/json"}},
                Json{{"username", name}, {"password", password}}.dump());
}

const std::string operatorsPassword = "violet-harbor-mitten-92";

}  // namespace

void Throttles::initTestCase() { throttled = std::make_unique<ThrottleServer>(); }
void Throttles::cleanupTestCase() { throttled.reset(); }

void Throttles::tenAddressesTenWrongPasswords_data() {
    QTest::addColumn<bool>("dedicated");
    QTest::newRow("shared") << false;
    QTest::newRow("dedicated") << true;
}

void Throttles::tenAddressesTenWrongPasswords() {
    QFETCH(bool, dedicated);
    const auto& clinic = dedicated ? throttled->own : throttled->a;
    FarBrowser phone(clinic, "198.51.100.7");
    memberAt(clinic, "ten", phone);
    forgetSession(phone);
    for (int from = 1; from <= 10; ++from) {
        FarBrowser stranger(clinic, "203.0.113." + std::to_string(from));
        for (int i = 0; i < 10; ++i) QCOMPARE(stranger.signIn("ten", wrong).status, 401);
        QCOMPARE(stranger.signIn("ten", wrong).status, 429);
    }
    QCOMPARE(phone.signIn("ten", good).status, 303);  // her own browser
    forgetSession(phone);
    phone.moveTo("203.0.113.1");  // even beside a guesser
    QCOMPARE(phone.signIn("ten", good).status, 303);
    QCOMPARE(FarBrowser(clinic, "192.0.2.50").signIn("ten", good).status, 303);  // a new one
    // Many more: a new browser waits a minute at most, hers not at all, and a slip works.
    HttpAnswer last;
    for (int from = 11; from <= 40 && last.status != 429; ++from) {
        FarBrowser stranger(clinic, "198.18." + std::to_string(from) + ".1");
        for (int i = 0; i < 9 && last.status != 429; ++i) last = stranger.signIn("ten", wrong);
    }
    QCOMPARE(last.status, 429);
    QVERIFY2(std::stoi(last.header("retry-after")) <= 60, last.header("retry-after").c_str());
    forgetSession(phone);
    QCOMPARE(phone.signIn("ten", good).status, 303);
    QCOMPARE(FarBrowser(clinic, "192.0.2.51").signInPatiently("ten", good), 303);
}

void Throttles::aWaitingRoomIsNotClosed() {
    const std::string room = "203.0.113.200";
    FarBrowser regular(throttled->a, "198.51.100.20"), tablet(throttled->a, "198.51.100.21"), neighbour(throttled->b, "198.51.100.22"),
        third(throttled->own, "198.51.100.23");
    memberAt(throttled->a, "regular", regular);
    memberAt(throttled->a, "newcomer", tablet);
    memberAt(throttled->b, "neighbour", neighbour);
    memberAt(throttled->own, "third", third);
    const auto slip = invitedAt(throttled->a, "slip");
    FarBrowser prankster(throttled->a, room);
    for (int i = 0; i < 100; ++i) QCOMPARE(prankster.signIn("nobody" + std::to_string(i), wrong).status, 401);
    const auto told = prankster.signIn("nobody", wrong);
    QCOMPARE(told.status, 429);
    QVERIFY2(std::stoi(told.header("retry-after")) <= 10, told.header("retry-after").c_str());
    // Other clinics are not touched, nor who was here before, nor who holds a slip.
    QCOMPARE(FarBrowser(throttled->b, room).signIn("neighbour", good).status, 303);
    QCOMPARE(FarBrowser(throttled->own, room).signIn("third", good).status, 303);
    forgetSession(regular);
    regular.moveTo(room);
    QCOMPARE(regular.signIn("regular", good).status, 303);
    QCOMPARE(FarBrowser(throttled->a, room).useCode(slip.code, better), 303);
    QCOMPARE(FarBrowser(throttled->a, "203.0.113.201").signIn("newcomer", good).status, 303);
    QCOMPARE(FarBrowser(throttled->a, room).signInPatiently("newcomer", good), 303);  // a new browser in that very room
}

void Throttles::knownAndUnknownNamesAreToldTheSame() {
    FarBrowser phone(throttled->b, "198.51.100.30");
    memberAt(throttled->b, "there", phone);
    std::vector<std::string> told;
    for (const std::string name : {"there", "nowhere"}) {
        FarBrowser stranger(throttled->b, "203.0.113.150");
        for (int i = 0; i < 10; ++i) QCOMPARE(stranger.signIn(name, wrong).status, 401);
        for (const auto& password : {wrong, good}) {
            const auto answer = stranger.signIn(name, password);
            QCOMPARE(answer.status, 429);
            QCOMPARE(answer.header("retry-after"), std::string("10"));
            auto body = std::regex_replace(answer.body, std::regex("[0-9a-f-]{36}|value=\"[A-Za-z0-9_-]{43}\""), "X");
            told.push_back(std::regex_replace(body, std::regex(name), "NAME"));
        }
    }
    for (const auto& body : told) QCOMPARE(QString::fromStdString(body), QString::fromStdString(told.front()));
}

void Throttles::aRightSecretAlwaysPasses() {
    auto& server = throttled->process;
    const auto app = registerApp(server, throttled->a, true, "patient/*.rs");
    const auto program = operate(server, "POST", "/admin/api/OperatorClient", {{"name", "Nightly"}}).json;
    const HttpHeaders formed{{"Content-Type", "application/x-www-form-urlencoded"}};
    const auto ofSystem = [&](const std::string& secret) {
        auto clinic = throttled->a;
        clinic.secret = secret;
        return askToken(clinic, "system/*.rs").status;
    };
    const auto ofApp = [&](const std::string& secret) {
        auto one = app;
        one.secret = secret;
        return postAs(throttled->a, one, "introspect", {{"token", "x"}}).status;
    };
    const auto ofProgram = [&](const std::string& secret) {
        return http("POST", server.operators() + "/admin/auth/token", formed,
                    form({{"grant_type", "client_credentials"}, {"client_id", program.at("client_id")}, {"client_secret", secret}}))
            .status;
    };
    const std::vector<std::tuple<std::string, std::function<int(const std::string&)>, std::string>> roads{
        {"system/auth", ofSystem, throttled->a.secret},
        {"patient/auth", ofApp, app.secret},
        {"admin/auth", ofProgram, program.at("client_secret")}};
    for (const auto& [name, ask, right] : roads) {
        std::map<int, int> statuses;
        for (int i = 0; i < 600; ++i) ++statuses[ask("guess" + std::to_string(i))];
        QVERIFY2(statuses[429] > 500 && statuses[401] + statuses[429] == 600, name.c_str());
        QVERIFY2(ask(right) == 200, name.c_str());
        for (int i = 0; i < 40; ++i) ask("guess");
        QVERIFY2(ask(right) == 200, name.c_str());
    }
    // A token that somebody holds is told of, however many that nobody has were asked about.
    const auto asked = [&](const std::string& token) {
        return http("POST", throttled->a.fhir.substr(0, throttled->a.fhir.rfind('/')) + "/system/auth/introspect",
                    {{"Content-Type", "application/x-www-form-urlencoded"}, {"Authorization", "Bearer " + throttled->a.token}},
                    form({{"token", token}}));
    };
    int slowed = 0;
    for (int i = 0; i < 60; ++i) slowed += asked("pst_" + std::to_string(i)).status == 429;
    QVERIFY(slowed > 0);
    QCOMPARE(asked(throttled->a.token).json.at("active"), Json(true));
}

void Throttles::aProvidersNetworkIsOneGuesser() {
    FarBrowser phone(throttled->b, "2001:db8:ffff::1");
    memberAt(throttled->b, "six", phone);
    const auto subnet = [](int i) {
        char text[64];
        std::snprintf(text, sizeof text, "2001:db8:1:%x::1", i);
        return std::string(text);
    };
    std::map<int, int> oneName, manyNames;
    for (int i = 0; i < 300; ++i) ++oneName[FarBrowser(throttled->b, subnet(i)).signIn("six", wrong).status];
    QVERIFY2(oneName[401] >= 20 && oneName[401] <= 40, std::to_string(oneName[401]).c_str());
    QCOMPARE(oneName[401] + oneName[429], 300);
    for (int i = 300; i < 600; ++i) ++manyNames[FarBrowser(throttled->b, subnet(i)).signIn("sixnobody" + std::to_string(i), wrong).status];
    QVERIFY2(manyNames[401] <= 220 && manyNames[429] >= 80, std::to_string(manyNames[401]).c_str());
    QCOMPARE(FarBrowser(throttled->b, "2001:db8:2:1::1").signIn("six", good).status, 303);
    forgetSession(phone);
    phone.moveTo(subnet(7));
    QCOMPARE(phone.signIn("six", good).status, 303);
}

void Throttles::malformedCodesStopNobody() {
    const auto slip = invitedAt(throttled->a, "typo");
    FarBrowser prankster(throttled->a, "203.0.113.90");
    int slowed = 0;
    for (int i = 0; i < 100; ++i) {
        const auto status = prankster.submit("activate", {{"code", "no code at all " + std::to_string(i)}}).status;
        QVERIFY2(status == 400 || status == 429, std::to_string(status).c_str());
        slowed += status == 429;
    }
    QVERIFY(slowed > 0);
    QCOMPARE(FarBrowser(throttled->a, "203.0.113.91").submit("activate", {{"code", "ABCDE-FGHJ-KMN"}}).status, 400);
    QCOMPARE(FarBrowser(throttled->b, "203.0.113.90").submit("activate", {{"code", "ABCDE-FGHJ-KMN"}}).status, 400);
    // The right one passes from that very address; its own five tries are its own.
    QCOMPARE(FarBrowser(throttled->a, "203.0.113.90").submit("activate", {{"code", slip.code.substr(0, 5) + "-0000-0000"}}).status, 429);
    QCOMPARE(FarBrowser(throttled->a, "203.0.113.90").useCode(slip.code, good), 303);
}

void Throttles::aRestartForgetsNothing() {
    auto& server = throttled->process;
    FarBrowser phone(throttled->b, "198.51.100.60");
    const auto member = memberAt(throttled->b, "again", phone);
    FarBrowser stranger(throttled->b, "203.0.113.60");
    for (int i = 0; i < 11; ++i) stranger.signIn("again", wrong);
    // More than anyone could fail while a test waits, so that the wait outlasts a restart.
    ServerDatabase(server).asSuperuser("UPDATE failed_try SET failures = 30, last = now() WHERE account <> '' AND failures >= 10");
    std::this_thread::sleep_for(std::chrono::seconds(11));
    const auto before = stranger.signIn("again", good);
    QCOMPARE(before.status, 429);
    server.restart();
    QCOMPARE(stranger.signIn("again", good).status, 429);
    QCOMPARE(throttledDesk(throttled->b, "GET", "Account/" + member.account).json.at("status"), Json("locked"));
    forgetSession(phone);
    QCOMPARE(phone.signIn("again", good).status, 303);
    QCOMPARE(throttledDesk(throttled->b, "POST", "Account/" + member.account + "/$unlock").json.at("status"), Json("active"));
    QCOMPARE(stranger.signIn("again", good).status, 303);
}

void Throttles::browsersAreForgottenWithTheirSessions() {
    const auto& clinic = throttled->b;
    FarBrowser phone(clinic, "198.51.100.70"), tablet(clinic, "198.51.100.71");
    const auto member = memberAt(clinic, "devices", phone);
    QCOMPARE(tablet.signIn("devices", good).status, 303);
    QVERIFY(deviceOf(phone).size() == 43 && deviceOf(tablet).size() == 43 && deviceOf(phone) != deviceOf(tablet));
    ServerDatabase database(throttled->process);
    const auto known = [&] {
        return database.asSuperuser("SELECT count(*) FROM known_device WHERE account = '" + member.account + "'").at(0);
    };
    QCOMPARE(known(), std::string("2"));
    // Stolen with the tablet: ended from the phone.
    const auto page = phone.get("sessions").body;
    std::smatch token;
    QVERIFY(std::regex_search(page, token, std::regex("name=\"csrf_token\" value=\"([^\"]+)\"")));
    QCOMPARE(
        phone.visitor.ask("POST", "sessions/end-others", form({{"csrf_token", token[1]}}), {{"X-Forwarded-For", "198.51.100.70"}}).status,
        303);
    QCOMPARE(known(), std::string("1"));
    QVERIFY(tablet.get("home").status == 303);
    // A new password ends what strangers know as well; the browser that set it is known.
    const auto before = deviceOf(phone);
    QCOMPARE(phone.submit("account/password", {{"current", good}, {"password", better}}).status, 303);
    QVERIFY(deviceOf(phone) != before);
    QCOMPARE(known(), std::string("1"));
    QCOMPARE(throttledDesk(clinic, "PUT", "Account/" + member.account, {{"disabled", true}}).status, 200);
    QCOMPARE(known(), std::string("0"));
}

void Throttles::operatorsAreSlowedByNobodyElse() {
    auto& server = throttled->process;
    for (const char* name : {"olga", "petra"})
        QCOMPARE(operate(server, "POST", "/admin/api/Operator", {{"username", name}, {"password", operatorsPassword}}).status, 201);
    for (int i = 0; i < 10; ++i) QCOMPARE(operatorSignIn("olga", wrong).status, 401);
    const auto told = operatorSignIn("olga", operatorsPassword);
    QCOMPARE(told.status, 429);
    QCOMPARE(told.header("retry-after"), std::string("10"));
    QCOMPARE(operatorSignIn("petra", operatorsPassword).status, 200);
    for (int i = 0; i < 60; ++i) operatorSignIn("nobody" + std::to_string(i), wrong);
    QCOMPARE(operatorSignIn("petra", operatorsPassword).status, 200);
    server.restart();
    QCOMPARE(operatorSignIn("petra", operatorsPassword).status, 200);
    if (::geteuid() != 0) QSKIP("only root can be somebody else");
    // A process of another account of this computer guesses: it is slowed down, the operator is not.
    const auto address = server.operators().substr(7);
    const auto colon = address.find(':');
    const std::string body = Json{{"username", "petra"}, {"password", wrong}}.dump();
    const std::string script = "for i in $(seq 1 14); do exec 3<>/dev/tcp/" + address.substr(0, colon) + "/" + address.substr(colon + 1) +
                               "; printf 'POST /admin/auth/sign-in HTTP/1.1\\r\\nHost: " + address +
                               "\\r\\nContent-Type: application/json\\r\\nContent-Length: " + std::to_string(body.size()) +
                               "\\r\\nConnection: close\\r\\n\\r\\n" + body + "' >&3; head -n 1 <&3; exec 3>&-; done";
    QProcess other;
    other.start("setpriv", {"--reuid=65534", "--regid=65534", "--clear-groups", "bash", "-c", QString::fromStdString(script)});
    QVERIFY(other.waitForFinished(60'000));
    const auto said = other.readAllStandardOutput();
    QVERIFY2(said.count(" 401 ") == 10, said.constData());
    QVERIFY2(said.count(" 429 ") == 4, said.constData());
    QCOMPARE(operatorSignIn("petra", operatorsPassword).status, 200);
}

POLYCLINIC_TEST(Throttles)
#include "throttles_test.moc"
