// One person, one app, two devices: a grant is what the person allows the app, and each device has a family of tokens under it.

#include <QTest>

#include "oauth_world.h"
#include "test_case.h"

using namespace polyclinic::test;
using Json = nlohmann::json;

class OAuthFamilies : public QObject {
    Q_OBJECT
  private slots:
    void bothDevicesGoOn_data() { placements(); }
    void bothDevicesGoOn();
    void reuseEndsOneDevice_data() { placements(); }
    void reuseEndsOneDevice();
    void aCodeShownTwiceEndsItsOwn_data() { placements(); }
    void aCodeShownTwiceEndsItsOwn();
    void givingBackEndsOneDevice();
    void stoppingEndsAll_data() { placements(); }
    void stoppingEndsAll();
    void howLongIsSaidForAll();

  private:
    static void placements() {
        QTest::addColumn<bool>("dedicated");
        QTest::newRow("shared database") << false;
        QTest::newRow("a database of its own") << true;
    }
    struct World {
        const Clinic& clinic;
        PatientApp app;
        PatientPerson person;
        const std::string scope = "launch/patient openid fhirUser offline_access patient/Patient.rs patient/Observation.rs";

        World(const Clinic& clinic, const std::string& patient) : clinic(clinic) {
            app = registerApp(shortServer().process, clinic, false, scope);
            person = signedInPerson(shortServer().process, clinic, patient);
        }
        Json device() const { return tokensFor(clinic, person, app, scope); }
        int read(const Json& tokens) const {
            return http("GET", patientApi(clinic) + "/Patient/" + person.patient, bearer(tokens.at("access_token"))).status;
        }
        HttpAnswer again(const Json& tokens) const { return refresh(clinic, app, tokens.at("refresh_token")); }
        Json grants() const {
            return operate(shortServer().process, "GET", "/admin/api/Tenant/" + clinic.id + "/Grant?client=" + app.id).json;
        }
        Json events(const std::string& kind) const {
            return operate(shortServer().process, "GET", "/admin/api/Tenant/" + clinic.id + "/AuditEvent?subtype=" + kind).json;
        }
    };
    static World world(const std::string& name) {
        QFETCH(bool, dedicated);
        return World(dedicated ? shortServer().own : shortServer().a, name);
    }
    static void isOver(const HttpAnswer& answer) {
        QCOMPARE(answer.status, 400);
        QCOMPARE(answer.json.at("error"), "invalid_grant");
    }
};

void OAuthFamilies::bothDevicesGoOn() {
    const auto w = world("family-1");
    const auto phone = w.device(), tablet = w.device();
    QCOMPARE(w.read(phone), 200);
    QCOMPARE(w.read(tablet), 200);
    const auto onPhone = w.again(phone), onTablet = w.again(tablet);
    QCOMPARE(onPhone.status, 200);
    QCOMPARE(onTablet.status, 200);
    QCOMPARE(w.read(onPhone.json), 200);
    QCOMPARE(w.grants().at("total"), 1);
    QCOMPARE(w.grants().at("entry")[0].at("resource").at("status"), "active");
}

void OAuthFamilies::reuseEndsOneDevice() {
    const auto w = world("family-2");
    const auto before = w.events("token-reuse").at("total").get<int>();
    const auto phone = w.device(), tablet = w.device();
    const auto next = w.again(phone);
    QCOMPARE(w.again(next.json).status, 200);
    isOver(w.again(phone));  // its successor is used already
    QCOMPARE(w.read(phone), 401);
    QCOMPARE(w.read(next.json), 401);
    isOver(w.again(next.json));
    QCOMPARE(w.read(tablet), 200);
    QCOMPARE(w.again(tablet).status, 200);
    const auto grant = w.grants().at("entry")[0].at("resource");
    QCOMPARE(grant.at("status"), "active");
    // The log says so once, and names nobody who may not have done it.
    const auto events = w.events("token-reuse");
    QCOMPARE(events.at("total"), before + 1);
    QVERIFY(events.dump().find(grant.at("id").get<std::string>()) != std::string::npos);
    QVERIFY(events.at("entry")[0].at("resource").at("agent").dump().find(w.app.id) == std::string::npos);
    // On her page, too.
    const auto page = http("GET", patientPortal(w.clinic) + "/activity", {{"Cookie", w.person.cookie}});
    QCOMPARE(page.status, 200);
    QVERIFY(page.body.find("was disconnected on one device") != std::string::npos);
}

void OAuthFamilies::aCodeShownTwiceEndsItsOwn() {
    const auto w = world("family-3");
    const auto tablet = w.device();
    const auto code = codeFor(w.clinic, w.person, w.app, w.scope);
    const auto phone = redeem(w.clinic, w.app, code);
    QCOMPARE(phone.status, 200);
    isOver(redeem(w.clinic, w.app, code));
    QCOMPARE(w.read(phone.json), 401);
    isOver(w.again(phone.json));
    QCOMPARE(w.read(tablet), 200);
    QCOMPARE(w.again(tablet).status, 200);
    // A code that somebody shows without its proof is burnt; the devices stay.
    const auto stolen = codeFor(w.clinic, w.person, w.app, w.scope);
    isOver(redeem(w.clinic, w.app, stolen, {{"code_verifier", std::string(50, 'v')}}));
    isOver(redeem(w.clinic, w.app, stolen));
    QCOMPARE(w.read(tablet), 200);
    QCOMPARE(w.grants().at("total"), 1);
    QCOMPARE(w.grants().at("entry")[0].at("resource").at("status"), "active");
}

void OAuthFamilies::givingBackEndsOneDevice() {
    const World w(shortServer().a, "family-4");
    const auto phone = w.device(), tablet = w.device();
    QCOMPARE(postAs(w.clinic, w.app, "revoke", {{"token", phone.at("refresh_token")}}).status, 200);
    QCOMPARE(w.read(phone), 401);
    isOver(w.again(phone));
    QCOMPARE(w.read(tablet), 200);
    QCOMPARE(w.grants().at("entry")[0].at("resource").at("status"), "active");
    QCOMPARE(postAs(w.clinic, w.app, "revoke", {{"token", tablet.at("refresh_token")}}).status, 200);
    QCOMPARE(w.read(tablet), 401);
    QCOMPARE(w.grants().at("entry")[0].at("resource").at("endedBy"), "app");
    // Unknown tokens leave no trace.
    const auto before = w.events("token-revoke").at("total").get<int>();
    for (int i = 0; i < 20; ++i) QCOMPARE(postAs(w.clinic, w.app, "revoke", {{"token", "prt_" + std::string(43, 'z')}}).status, 200);
    QCOMPARE(w.events("token-revoke").at("total"), before);
}

void OAuthFamilies::stoppingEndsAll() {
    const auto w = world("family-5");
    const auto phone = w.device(), tablet = w.device();
    const auto code = codeFor(w.clinic, w.person, w.app, w.scope);
    const auto id = w.grants().at("entry")[0].at("resource").at("id").get<std::string>();
    QCOMPARE(operate(shortServer().process, "DELETE", "/admin/api/Tenant/" + w.clinic.id + "/Grant/" + id).status, 204);
    for (const auto& tokens : {phone, tablet}) {
        QCOMPARE(w.read(tokens), 401);
        isOver(w.again(tokens));
    }
    isOver(redeem(w.clinic, w.app, code));
    const ServerDatabase database(shortServer().process);
    if (w.clinic.id == shortServer().a.id)
        QVERIFY(database.asSuperuser("SELECT id FROM token_family WHERE app_grant = '" + id + "'").empty());
    QCOMPARE(w.read(w.device()), 200);
}

void OAuthFamilies::howLongIsSaidForAll() {
    const World w(shortServer().a, "family-6");
    const auto days = [&] {
        const auto grant = w.grants().at("entry")[0].at("resource");
        return ServerDatabase(shortServer().process)
            .asSuperuser("SELECT round(extract(epoch FROM ends - now()) / 86400)::int FROM app_grant WHERE id = '" +
                         grant.at("id").get<std::string>() + "'")
            .at(0);
    };
    const auto phone = w.device();  // for a year
    QCOMPARE(days(), std::string("365"));
    // Nobody was asked how long: the phone's year stays.
    const auto once = redeem(w.clinic, w.app, codeFor(w.clinic, w.person, w.app, "launch/patient patient/Patient.rs")).json;
    QVERIFY(!once.contains("refresh_token"));
    QCOMPARE(days(), std::string("365"));
    QCOMPARE(w.again(phone).status, 200);
    // She was, and said less: that holds for the phone as well.
    const auto consent = consentForm(w.clinic, w.person, request(w.clinic, w.app, w.scope));
    QCOMPARE(redeem(w.clinic, w.app, returned(decide(consent, w.person, "allow", std::nullopt, "quarter"), "code")).status, 200);
    QCOMPARE(days(), std::string("91"));
    QCOMPARE(w.read(phone), 200);
}

POLYCLINIC_TEST(OAuthFamilies)
#include "oauth_families_test.moc"
