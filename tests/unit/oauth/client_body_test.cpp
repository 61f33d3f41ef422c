// The JSON of a client, as operators send it: read strictly, and answered so that it can be sent again.

#include <QTest>

#include "access/scope.h"
#include "base/failure.h"
#include "oauth/client.h"
#include "test_case.h"

using namespace polyclinic;
using Json = nlohmann::json;

class ClientBodyTest : public QObject {
    Q_OBJECT
  private slots:
    void bodiesAreReadStrictly_data();
    void bodiesAreReadStrictly();
    void redirectUrisAreNarrow_data();
    void redirectUrisAreNarrow();
    void bodiesRoundTrip();
};

namespace {

std::string foreignScope(oauth::ClientKind, std::string_view scopes) { return access::firstForeign(scopes, access::Level::system); }

}  // namespace

void ClientBodyTest::bodiesAreReadStrictly_data() {
    QTest::addColumn<QString>("body");
    QTest::addColumn<QString>("member");
    const auto row = [](const char* body, const char* member) { QTest::newRow(body) << body << member; };
    row(R"({"kind":"backend-service","scopes":"system/*.rs"})", "Client.name");
    row(R"({"name":7,"kind":"backend-service","scopes":"system/*.rs"})", "Client.name");
    row(R"({"name":"a\u0007b","kind":"backend-service","scopes":"system/*.rs"})", "Client.name");
    row(R"({"name":"x","scopes":"system/*.rs"})", "Client.kind");
    row(R"({"name":"x","kind":"toaster","scopes":"system/*.rs"})", "Client.kind");
    row(R"({"name":"x","kind":"backend-service","type":"public","scopes":"system/*.rs"})", "Client.type");
    row(R"({"name":"x","kind":"backend-service"})", "Client.scopes");
    row(R"({"name":"x","kind":"backend-service","scopes":"system/Patient.sr"})", "Client.scopes");
    row(R"({"name":"x","kind":"backend-service","scopes":"user/*.rs"})", "Client.scopes");
    row(R"({"name":"x","kind":"backend-service","scopes":"system/*.rs","colour":"red"})", "Client.colour");
    row(R"({"name":"x","kind":"backend-service","scopes":"system/*.rs","clientSecret":"mine"})", "Client.clientSecret");
    row(R"({"name":"x","kind":"backend-service","scopes":"system/*.rs","jwksUri":"https://x/"})", "Client.jwksUri");
    row(R"({"name":"x","kind":"backend-service","scopes":"system/*.rs","redirectUris":["https://x/"]})", "Client.redirectUris");
    row(R"({"name":"x","kind":"backend-service","scopes":"system/*.rs","id":"mine"})", "Client.id");
    row(R"({"name":"x","kind":"backend-service","scopes":"system/*.rs","disabled":"yes"})", "Client.disabled");
    row(R"({"name":"x","kind":"backend-service","scopes":"system/*.rs","offered":true})", "Client.offered");
    row(R"({"name":"x","kind":"backend-service","scopes":"system/*.rs","accessSeconds":300})", "Client.accessSeconds");

    const auto app = [](const QByteArray& more, const char* member) {
        const QByteArray body =
            R"({"name":"x","kind":"patient-app","scopes":"system/*.rs","type":"public","redirectUris":["https://app.example.org/cb"])" +
            more + "}";
        QTest::newRow(more.constData()) << QString(body) << member;
    };
    app(R"(,"type2":"x")", "Client.type2");
    app(R"x(,"launchUri":"javascript:alert(1)")x", "Client.launchUri");
    app(R"(,"policyUri":"http://app.example.org/privacy")", "Client.policyUri");
    app(R"(,"termsUri":"file:///etc/passwd")", "Client.termsUri");
    app(R"(,"publisher":"")", "Client.publisher");
    app(R"(,"facts":["yes"])", "Client.facts");
    app(R"(,"facts":{"sells data":"no"})", "Client.facts");
    app(R"(,"offered":"yes")", "Client.offered");
    app(R"(,"accessSeconds":59)", "Client.accessSeconds");
    app(R"(,"accessSeconds":3601)", "Client.accessSeconds");
    app(R"(,"accessSeconds":60.5)", "Client.accessSeconds");
    app(R"(,"jwksUri":"https://app.example.org/keys")", "Client.jwksUri");
    row(R"({"name":"x","kind":"patient-app","scopes":"system/*.rs","redirectUris":["https://a.example.org/"]})", "Client.type");
    row(R"({"name":"x","kind":"patient-app","type":"confidential-asymmetric","scopes":"system/*.rs","redirectUris":["https://a.example.org/"]})",
        "Client.type");
    row(R"({"name":"x","kind":"provider-app","type":"public","scopes":"system/*.rs"})", "Client.redirectUris");
    row(R"({"name":"x","kind":"patient-app","type":"public","scopes":"system/*.rs","redirectUris":[]})", "Client.redirectUris");
}

void ClientBodyTest::bodiesAreReadStrictly() {
    QFETCH(QString, body);
    QFETCH(QString, member);
    try {
        oauth::clientFromJson(Json::parse(body.toStdString()), "", foreignScope);
        QFAIL("the body was taken");
    } catch (const Failure& failure) {
        QCOMPARE(failure.kind(), FailureKind::unprocessable);
        QCOMPARE(failure.issues().size(), std::size_t(1));
        QCOMPARE(QString::fromStdString(failure.issues()[0].expression), member);
        QVERIFY(failure.issues()[0].diagnostics.find(member.toStdString()) != std::string::npos);
    }
}

/// D07 of the attack list, and what must stay possible.
void ClientBodyTest::redirectUrisAreNarrow_data() {
    QTest::addColumn<QString>("uri");
    QTest::addColumn<bool>("taken");
    for (const char* good :
         {"https://app.example.org/cb", "https://app.example.org", "https://app.example.org:8443/a/b?c=d",
          "https://xn--bcher-kva.example/cb", "https://[2001:db8::1]/cb", "http://127.0.0.1/cb", "http://127.0.0.1:8090/",
          "http://[::1]:4000/cb", "http://localhost:3000/cb", "com.example.app:/cb", "org.clinic.heart-diary://cb"})
        QTest::newRow(good) << good << true;
    for (const char* bad : {"javascript:alert(1)",
                            "JavaScript:alert(1)",
                            "data:text/html,x",
                            "file:///etc/passwd",
                            "vbscript:x",
                            "about:blank",
                            "blob:https://app.example.org/x",
                            "http://app.example.org/cb",
                            "http://127.0.0.1.evil.example/",
                            "http://127.0.0.2/",
                            "http://localhost.evil.example/",
                            "https://*.example.org/cb",
                            "https://app.example.org/*",
                            "https://app.example.org/cb#x",
                            "https://user@app.example.org/",
                            "https://user:pass@app.example.org/",
                            "https:///cb",
                            "https://",
                            "https:app",
                            "//app.example.org/",
                            "/cb",
                            "cb",
                            "",
                            " https://app.example.org/",
                            "https://app.example.org/a b",
                            "https://app.example.org/\\evil",
                            "https://app.example.org:99999/",
                            "https://app.example.org:/",
                            "https://app.example.org:0/",
                            "HTTPS://app.example.org/",
                            "myapp:/cb",
                            "com.:/cb",
                            "com.example.app:",
                            "1com.example:/x",
                            "https://app.example.org/\xc3\xa9",
                            "https://exa\tmple.org/",
                            "https://[2001:db8::1/",
                            "https://[a;sandbox;b]/cb",
                            "https://[v1.a;sandbox;b]/cb",
                            "https://a;sandbox;b/cb",
                            "https://app.example.org%2f/cb",
                            "https://app.example.org/%zz",
                            "https://127.1/cb",
                            "com.example.app:/%",
                            "com.example.app://[a;b]/",
                            "https://app_x.example/\"x"})
        QTest::newRow(bad) << bad << false;
}

void ClientBodyTest::redirectUrisAreNarrow() {
    QFETCH(QString, uri);
    QFETCH(bool, taken);
    const Json body{
        {"name", "x"}, {"kind", "patient-app"}, {"type", "public"}, {"scopes", "patient/*.rs"}, {"redirectUris", {uri.toStdString()}}};
    try {
        oauth::clientFromJson(body, "");
        QVERIFY(taken);
    } catch (const Failure& failure) {
        QVERIFY(!taken);
        QCOMPARE(failure.kind(), FailureKind::unprocessable);
        QCOMPARE(failure.issues().size(), std::size_t(1));
        QCOMPARE(failure.issues()[0].expression, std::string("Client.redirectUris[0]"));
    }
}

void ClientBodyTest::bodiesRoundTrip() {
    const auto body = Json::parse(
        R"({"name":"Laboratory","kind":"backend-service","type":"confidential-symmetric","redirectUris":[],"scopes":" system/*.rs  system/Patient.cud "})");
    auto client = oauth::clientFromJson(body, "", foreignScope);
    QCOMPARE(client.scopes, std::string("system/*.rs system/Patient.cud"));
    client.id = "abc";
    const auto shown = oauth::toJson(client);
    QVERIFY(!shown.contains("secret") && !shown.contains("clientSecret"));
    // What is answered can be sent back as it is.
    const auto again = oauth::clientFromJson(Json::parse(shown.dump()), "abc", foreignScope);
    QCOMPARE(again.name, client.name);
    QCOMPARE(again.scopes, client.scopes);
}

POLYCLINIC_TEST(ClientBodyTest)
#include "client_body_test.moc"
