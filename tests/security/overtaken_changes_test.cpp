// Two who change one row at once: what one of them took away never comes back by what the other wrote.

#include <QTest>
#include <chrono>
#include <thread>

#include "portal_people.h"
#include "test_case.h"

using namespace polyclinic;
using namespace polyclinic::test;
using Json = nlohmann::json;

class OvertakenChanges : public QObject {
    Q_OBJECT
  private slots:
    void savingNeverTurnsAnAccountOn_data();
    void savingNeverTurnsAnAccountOn();
    void whatIsNotNamedStays();
    void aFormThatIsOldIsShownAnew();
    void twoOperatorsAtOneAccount();
    void twoOperatorsAtOneApp();
    void passwordsAreChangedOnce();
    void whatWasSuspendedComesBackSuspended();
};

namespace {

/// `first` begins `lead` before `second`; both have ended when this returns.
template <class A, class B>
void atOnce(A first, B second, std::chrono::microseconds lead) {
    std::thread other([&] {
        std::this_thread::sleep_for(lead);
        second();
    });
    first();
    other.join();
}

int raceRounds(int usual) { return qEnvironmentVariableIsSet("POLYCLINIC_LONG") ? usual * 5 : usual; }

}  // namespace

void OvertakenChanges::savingNeverTurnsAnAccountOn_data() {
    QTest::addColumn<int>("placement");
    QTest::addColumn<bool>("saveFirst");
    for (const int placement : {0, 1})
        for (const bool saveFirst : {true, false})
            QTest::addRow("%s, %s", placement ? "dedicated" : "shared", saveFirst ? "saving first" : "switching off first")
                << placement << saveFirst;
}

void OvertakenChanges::savingNeverTurnsAnAccountOn() {
    QFETCH(int, placement);
    QFETCH(bool, saveFirst);
    const auto& clinic = shortServer().beside(placement);
    const std::string name = std::string("race") + (saveFirst ? "s" : "o"),
                      from = "127.20.0." + std::to_string(1 + placement * 2 + saveFirst);
    PortalVisitor visitor(clinic, from);
    const auto person = activated(clinic, name, visitor);
    const auto path = "Account/" + person.account;
    for (int round = 0; round < raceRounds(20); ++round) {
        QCOMPARE(office(clinic, "PUT", path, {{"disabled", false}}).status, 200);
        QCOMPARE(visitor.signIn(name, good).status, 303);
        visitor.submit("account", {{"email", "before@example.org"}, {"language", "en"}});
        int saved = 0;
        HttpAnswer off;
        const auto save = [&] {
            saved = visitor.post("account", {{"email", "r" + std::to_string(round) + "@example.org"}, {"language", "es"}}).status;
        };
        const auto switchOff = [&] { off = office(clinic, "PUT", path, {{"disabled", true}}); };
        const std::chrono::microseconds lead((round % 10) * 400);
        if (saveFirst)
            atOnce(save, switchOff, lead);
        else
            atOnce(switchOff, save, lead);
        QVERIFY2(saved == 303, std::to_string(saved).c_str());
        QCOMPARE(off.status, 200);
        QCOMPARE(off.json.at("status"), Json("off"));
        const auto now = office(clinic, "GET", path);
        QCOMPARE(now.json.at("disabled"), Json(true));
        QCOMPARE(now.json.at("status"), Json("off"));
        QCOMPARE(visitor.get("home").status, 303);
        QCOMPARE(PortalVisitor(clinic, from).signIn(name, good).status, 401);
    }
}

void OvertakenChanges::whatIsNotNamedStays() {
    const auto& clinic = shortServer().a;
    const auto person = invited(clinic, "unnamed");
    const auto path = "Account/" + person.account;
    QCOMPARE(office(clinic, "PUT", path, {{"disabled", true}}).status, 200);
    const auto renamed = office(clinic, "PUT", path, {{"username", "renamed"}, {"email", "x@example.org"}});
    QCOMPARE(renamed.status, 200);
    QCOMPARE(renamed.json.at("disabled"), Json(true));
    QCOMPARE(office(clinic, "PUT", path, {{"email", "y@example.org"}}).json.at("username"), Json("renamed"));
    QCOMPARE(office(clinic, "PUT", path, {{"disabled", false}}).json.at("disabled"), Json(false));
}

void OvertakenChanges::aFormThatIsOldIsShownAnew() {
    const auto& clinic = shortServer().a;
    PortalVisitor visitor(clinic, "127.20.1.1");
    const auto person = activated(clinic, "oldform", visitor);
    const auto path = "Account/" + person.account;
    const auto shown = visitor.get("account").body;
    std::smatch version;
    QVERIFY(std::regex_search(shown, version, std::regex("name=\"version\" value=\"([0-9]+)\"")));
    QCOMPARE(office(clinic, "PUT", path, {{"email", "clinic@example.org"}}).status, 200);
    const auto late = visitor.submit("account", {{"email", "late@example.org"}, {"language", "en"}, {"version", version[1]}});
    QCOMPARE(late.status, 409);
    QVERIFY(late.body.find("Your details were changed in the meantime.") != std::string::npos);
    QVERIFY(late.body.find("value=\"clinic@example.org\"") != std::string::npos);
    QCOMPARE(office(clinic, "GET", path).json.at("email"), Json("clinic@example.org"));
    const auto shownAnew = visitor.get("account").body;
    QVERIFY(std::regex_search(shownAnew, version, std::regex("name=\"version\" value=\"([0-9]+)\"")));
    QCOMPARE(visitor.submit("account", {{"email", "now@example.org"}, {"language", "en"}, {"version", version[1]}}).status, 303);
    QCOMPARE(office(clinic, "GET", path).json.at("email"), Json("now@example.org"));
}

void OvertakenChanges::twoOperatorsAtOneAccount() {
    const auto& clinic = shortServer().own;
    const auto person = invited(clinic, "twoops");
    const auto path = "Account/" + person.account;
    for (int round = 0; round < raceRounds(20); ++round) {
        QCOMPARE(office(clinic, "PUT", path, {{"disabled", false}, {"email", "old@example.org"}}).status, 200);
        const auto named = "twoops" + std::to_string(round);
        int a = 0, b = 0;
        atOnce(
            [&] {
                a = office(clinic, "PUT", path, {{"username", named}, {"email", "new@example.org"}}).status;
            },
            [&] {
                b = office(clinic, "PUT", path, {{"disabled", true}, {"email", "new@example.org"}}).status;
            },
            std::chrono::microseconds((round % 5) * 300));
        QCOMPARE(a, 200);
        QCOMPARE(b, 200);
        const auto now = office(clinic, "GET", path).json;
        QCOMPARE(now.at("disabled"), Json(true));
        QCOMPARE(now.at("username"), Json(named));
    }
}

void OvertakenChanges::twoOperatorsAtOneApp() {
    const auto& clinic = shortServer().b;
    const auto app = registerApp(shortServer().process, clinic, false, "patient/*.rs");
    const auto path = "Client/" + app.id;
    auto wish = office(clinic, "GET", path).json;
    for (const char* made : {"created", "meta", "updated"}) wish.erase(made);
    wish.erase("disabled");
    for (int round = 0; round < raceRounds(20); ++round) {
        auto on = wish, off = wish;
        on["disabled"] = false;
        off["disabled"] = true;
        QCOMPARE(office(clinic, "PUT", path, on).status, 200);
        auto renamed = wish;
        renamed["name"] = "Renamed " + std::to_string(round);
        int a = 0, b = 0;
        atOnce([&] { a = office(clinic, "PUT", path, renamed).status; }, [&] { b = office(clinic, "PUT", path, off).status; },
               std::chrono::microseconds((round % 5) * 300));
        QCOMPARE(a, 200);
        QCOMPARE(b, 200);
        QCOMPARE(office(clinic, "GET", path).json.at("disabled"), Json(true));
    }
    const auto version = office(clinic, "GET", path).json.at("/meta/versionId"_json_pointer).get<std::string>();
    auto headers = bearerJson(shortServer().process.localToken());
    headers.emplace_back("If-Match", "W/\"1\"");
    QCOMPARE(http("PUT", shortServer().process.operators() + "/admin/api/Tenant/t-b/" + path, headers, wish.dump()).status, 412);
    QCOMPARE(office(clinic, "GET", path).json.at("/meta/versionId"_json_pointer), Json(version));
}

/// Two changes of one password at once, both with the right one of now: one of them happens, and nobody is signed in with the other.
void OvertakenChanges::passwordsAreChangedOnce() {
    const auto& clinic = shortServer().a;
    PortalVisitor phone(clinic, "127.20.2.1"), desk(clinic, "127.20.2.2");
    activated(clinic, "oncepw", phone);
    QCOMPARE(desk.signIn("oncepw", good).status, 303);
    bool a = false, b = false;
    const auto changed = [](const HttpAnswer& answer) { return answer.header("location").find("done=password") != std::string::npos; };
    // Each with the token of its own form.
    for (auto* one : {&phone, &desk}) {
        const auto page = one->get("account/password").body;
        std::smatch token;
        QVERIFY(std::regex_search(page, token, std::regex("name=\"csrf_token\" value=\"([^\"]+)\"")));
        one->csrf = token[1];
    }
    atOnce(
        [&] {
            a = changed(phone.post("account/password", {{"current", good}, {"password", better}}));
        },
        [&] {
            b = changed(desk.post("account/password", {{"current", good}, {"password", wrong}}));
        },
        std::chrono::microseconds(0));
    QCOMPARE(int(a) + int(b), 1);
    QCOMPARE(PortalVisitor(clinic, "127.20.2.3").signIn("oncepw", a ? better : wrong).status, 303);
    QCOMPARE(PortalVisitor(clinic, "127.20.2.3").signIn("oncepw", a ? wrong : better).status, 401);
}

/// The trash is a way out for a moment, and none around a suspension.
void OvertakenChanges::whatWasSuspendedComesBackSuspended() {
    auto& server = shortServer().process;
    for (const bool dedicated : {false, true}) {
        const auto clinic = makeClinic(server, dedicated ? "t-paused-own" : "t-paused", dedicated);
        const auto path = "/admin/api/Tenant/" + clinic.id;
        auto wish = operate(server, "GET", path).json;
        for (const char* told : {"endpoint", "meta"}) wish.erase(told);
        wish["status"] = "suspended";
        QCOMPARE(operate(server, "PUT", path, wish).status, 200);
        QCOMPARE(operate(server, "DELETE", path).status, 204);
        const auto back = operate(server, "POST", path + "/$restore");
        QCOMPARE(back.status, 200);
        QCOMPARE(back.json.at("status"), Json("suspended"));
        QVERIFY(http("GET", clinic.fhir + "/Patient", bearer(clinic.token)).status != 200);
        wish["status"] = "active";
        QCOMPARE(operate(server, "PUT", path, wish).status, 200);
        QCOMPARE(http("GET", clinic.fhir + "/Patient", bearer(clinic.token)).status, 200);
        QCOMPARE(operate(server, "DELETE", path).status, 204);
        QCOMPARE(operate(server, "POST", path + "/$restore").json.at("status"), Json("active"));
    }
}

POLYCLINIC_TEST(OvertakenChanges)
#include "overtaken_changes_test.moc"
