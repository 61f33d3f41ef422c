// Where an app's answers go is an address that every browser reads alike, or nothing: at registration, and where an older
// registration says otherwise.

#include <QTest>

#include "oauth_world.h"
#include "test_case.h"

using namespace polyclinic::test;

class RedirectAddresses : public QObject, private OAuthWorld {
    Q_OBJECT
  private slots:
    void initTestCase() { OAuthWorld::initTestCase("redirect-a1"); }
    void hostileOnesAreNotRegistered_data();
    void hostileOnesAreNotRegistered();
    void oldRegistrationsNeverReachAPolicy();
    void policiesNameTheAppsOrigin();

  private:
    std::string clients() const { return ServerDatabase(short_->process).asSuperuser("SELECT count(*) FROM client").at(0); }
};

void RedirectAddresses::hostileOnesAreNotRegistered_data() {
    QTest::addColumn<QString>("uri");
    for (const char* uri : {"https://[a;sandbox;b]/cb", "https://[v1.a;sandbox;b]/cb", "https://a;script-src%20*/cb", "https://a,b/cb",
                            "https://127.1/cb", "com.example.app://[a;sandbox]/cb"})
        QTest::newRow(uri) << uri;
}

void RedirectAddresses::hostileOnesAreNotRegistered() {
    QFETCH(QString, uri);
    const auto before = clients();
    for (const char* member : {"redirectUris", "launchUri", "policyUri", "termsUri"}) {
        nlohmann::json body{{"name", "x"},
                            {"kind", "patient-app"},
                            {"type", "public"},
                            {"scopes", "patient/*.rs"},
                            {"redirectUris", {"https://app.example.org/back"}}};
        const bool isList = std::string(member) == "redirectUris";
        body[member] = isList ? nlohmann::json::array({uri.toStdString()}) : nlohmann::json(uri.toStdString());
        const auto answer = operate(process(), "POST", "/admin/api/Tenant/" + a().id + "/Client", body);
        QCOMPARE(answer.status, 422);
        QCOMPARE(answer.json["issue"].size(), std::size_t(1));
        QCOMPARE(answer.json["issue"][0]["expression"][0].get<std::string>(), "Client." + std::string(member) + (isList ? "[0]" : ""));
    }
    QCOMPARE(clients(), before);
}

/// As a release registered it that judged addresses less well.
void RedirectAddresses::oldRegistrationsNeverReachAPolicy() {
    const auto old = registerApp(process(), a(), false, usualScope);
    const std::string hostile = "https://[a;sandbox;b]/cb";
    sql("UPDATE client SET redirect_uris = ARRAY['" + hostile + "'] WHERE id = '" + old.id + "'");
    for (const auto& cookie : {std::string(), a1_.cookie}) {
        const auto answer = authorize(a(), request(a(), old, scope_, {{"redirect_uri", hostile}}), cookie);
        QCOMPARE(answer.status, 400);
        QVERIFY(answer.header("location").empty());
        const auto policy = answer.header("content-security-policy");
        QVERIFY2(policy.find("form-action 'self'; frame-ancestors 'none'") != policy.npos, policy.c_str());
        QVERIFY(answer.everything().find("sandbox;") == std::string::npos);
    }
    // On the way since before: the page that is shown for it leads nowhere but to us.
    sql("UPDATE client SET redirect_uris = ARRAY['" + app_.redirect + "'] WHERE id = '" + old.id + "'");
    const auto begun = authorize(a(), request(a(), old, scope_), a1_.cookie);
    QCOMPARE(begun.status, 303);
    const auto asked = http("GET", begun.header("location"), {{"Cookie", a1_.cookie}});
    QCOMPARE(asked.status, 200);
    sql("UPDATE client SET redirect_uris = ARRAY['" + hostile + "'] WHERE id = '" + old.id + "'");
    sql("UPDATE auth_request SET redirect_uri = '" + hostile + "' WHERE client = '" + old.id + "'");
    const auto again = http("GET", begun.header("location"), {{"Cookie", a1_.cookie}});
    QCOMPARE(again.status, 400);
    QVERIFY(again.everything().find("sandbox;") == std::string::npos);
    sql("DELETE FROM auth_request WHERE client = '" + old.id + "'");
}

void RedirectAddresses::policiesNameTheAppsOrigin() {
    const auto policyFor = [&](const std::string& uri) {
        auto app = registerApp(process(), a(), false, usualScope, {{"redirectUris", {uri}}});
        app.redirect = uri;
        const auto page = consentForm(a(), a1_, request(a(), app, scope_, {{"redirect_uri", uri}})).page;
        const auto policy = page.header("content-security-policy");
        const auto begin = policy.find("form-action ");
        return policy.substr(begin, policy.find(';', begin) - begin);
    };
    QCOMPARE(policyFor("https://App.Example.org:444/cb;x?a=b;c"), std::string("form-action 'self' https://app.example.org:444"));
    QCOMPARE(policyFor("http://[::1]:8080/cb"), std::string("form-action 'self' http://[::1]:8080"));
    QCOMPARE(policyFor("com.example.app:/cb"), std::string("form-action 'self' com.example.app:"));
}

POLYCLINIC_TEST(RedirectAddresses)
#include "redirect_addresses_test.moc"
