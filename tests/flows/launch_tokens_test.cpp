// What the public suites for SMART apps ask of a server that patients sign in to, check by check through the real door.
// § is the place among those checks: 1.5 token, 1.7 introspection, 1.8 revocation, 1.9 OpenID Connect. Signatures are checked by
// the strict client library of tests/browser.

#include <QTest>

#include "launch_world.h"
#include "test_case.h"

using namespace polyclinic::test;

class LaunchTokens : public QObject, LaunchWorld {
    Q_OBJECT
  private slots:
    void initTestCase() { make("launch-tokens"); }
    void p1_5_firstTokens();
    void p1_5_refusals_data();
    void p1_5_refusals();
    void p1_5_codesNeedTheirVerifier_data();
    void p1_5_codesNeedTheirVerifier();
    void p1_5_refreshes();
    void p1_7_introspection();
    void p1_8_stoppedByThePatient();
    void p1_9_identity();
};

void LaunchTokens::p1_5_firstTokens() {
    // §1.5: for apps with and without a secret; all that was asked for is named, in the form it was asked in.
    for (const auto* app : {&publicApp, &secretApp}) {
        const auto answer = redeem(a, *app, codeFor(a, maria, *app, scope));
        isTokenAnswer(answer);
        QCOMPARE(wordsOf(answer.json.at("scope")), wordsOf(scope));
        QCOMPARE(answer.json.at("expires_in"), 3600);
        QCOMPARE(answer.json.at("patient"), "p1");
        QVERIFY(answer.json.at("refresh_token").is_string() && answer.json.at("id_token").is_string());
        // §1.5: nothing is told that has two meanings.
        for (const char* name : {"fhirContext", "encounter", "need_patient_banner", "smart_style_url"})
            QVERIFY2(!answer.json.contains(name), name);
    }
    const std::string v1 = "launch/patient patient/Patient.read patient/Observation.read patient/Condition.rs";
    QCOMPARE(tokens(v1).at("scope").get<std::string>(), v1);
    // §1.5: a public app in a browser of another origin, its preflight first.
    auto preflight = fromApp;
    preflight.emplace_back("Access-Control-Request-Method", "POST");
    QCOMPARE(http("OPTIONS", patientAuth(a) + "/token", preflight).header("access-control-allow-origin"), std::string("*"));
    auto headers = formType;
    headers.push_back(fromApp.front());
    const auto answer = http("POST", patientAuth(a) + "/token", headers,
                             form({{"grant_type", "authorization_code"},
                                   {"code", codeFor(a, maria, publicApp, scope)},
                                   {"redirect_uri", publicApp.redirect},
                                   {"code_verifier", verifier},
                                   {"client_id", publicApp.id}}));
    isTokenAnswer(answer);
    QCOMPARE(answer.header("access-control-allow-origin"), std::string("*"));
}

void LaunchTokens::p1_5_refusals_data() {
    QTest::addColumn<bool>("confidential");
    QTest::newRow("an app without a secret") << false;
    QTest::newRow("an app with a secret") << true;
}

void LaunchTokens::p1_5_refusals() {
    QFETCH(bool, confidential);
    const auto& app = confidential ? secretApp : publicApp;
    // §1.5: a code of nobody from the right app: exactly 400.
    isTokenError(redeem(a, app, "nonsense"), {400}, "invalid_grant");
    // §1.5: a good code from an unknown app.
    auto stranger = app;
    stranger.id = "nobody";
    isTokenError(redeem(a, stranger, codeFor(a, maria, app, scope)), {400, 401}, "invalid_client");
    // §1.5: another address than the one of authorize, or none.
    for (const char* address : {"https://app.example.org/other", ""})
        isTokenError(redeem(a, app, codeFor(a, maria, app, scope), {{"redirect_uri", address}}), {400}, "invalid_grant");
    // §1.5: refresh tokens of nobody; grants that are not offered.
    for (const char* token : {"random", "prt_0123456789012345678901234567890123456789012"})
        isTokenError(refresh(a, app, token), {400, 401}, "invalid_grant");
    isTokenError(postAs(a, app, "token", {{"grant_type", "password"}, {"username", "p1"}, {"password", password}}), {400},
                 "unsupported_grant_type");
    isTokenError(postAs(a, app, "token", {{"code", "x"}}), {400}, "invalid_request");
    if (confidential) {
        // §1.5: a secret is proven by Basic.
        auto named = app;
        named.secret.clear();
        isTokenError(redeem(a, named, codeFor(a, maria, app, scope)), {401}, "invalid_client");
    }
}

void LaunchTokens::p1_5_codesNeedTheirVerifier_data() {
    QTest::addColumn<QString>("sent");
    QTest::newRow("none") << "";
    QTest::newRow("wrong") << "wrong-verifier-wrong-verifier-wrong-verifier-1";
    QTest::newRow("the challenge itself") << QString::fromStdString(challenge);
    QTest::newRow("blank") << " ";
}

void LaunchTokens::p1_5_codesNeedTheirVerifier() {
    QFETCH(QString, sent);
    // §1.5: each from a launch of its own; S256 is never taken for plain; the code is spent by the try.
    for (const auto* app : {&publicApp, &secretApp}) {
        const auto code = codeFor(a, maria, *app, scope);
        const auto answer = redeem(a, *app, code, {{"code_verifier", sent.toStdString()}});
        QVERIFY2(answer.status == 400 || answer.status == 401, answer.everything().c_str());
        isTokenError(redeem(a, *app, code), {400}, "invalid_grant");
    }
}

void LaunchTokens::p1_5_refreshes() {
    for (const auto* app : {&publicApp, &secretApp}) {
        auto last = tokensFor(a, maria, *app, scope);
        const auto first = part(last.at("id_token"), 1);
        // §1.5: with scope and without, twice in a row: never more than before, and good for the record.
        for (const Fields& more :
             {Fields{}, Fields{{"scope", scope}}, Fields{{"scope", "launch/patient offline_access patient/Patient.rs"}}, Fields{}}) {
            const auto answer = refresh(a, *app, last.at("refresh_token"), more);
            isTokenAnswer(answer);
            const auto expected = wordsOf(more.empty() ? scope : more.front().second);
            QCOMPARE(wordsOf(answer.json.at("scope")), expected);
            QVERIFY(answer.json.at("access_token") != last.at("access_token"));
            QCOMPARE(answer.json.at("patient"), "p1");
            QCOMPARE(read(answer.json.at("access_token"), "Patient/p1").status, 200);
            // §1.5: an id_token of a refresh is the first one's.
            if (answer.json.contains("id_token"))
                for (const char* claim : {"iss", "sub", "aud"}) QCOMPARE(part(answer.json.at("id_token"), 1).at(claim), first.at(claim));
            last = answer.json;
        }
        isTokenError(refresh(a, *app, last.at("refresh_token"), {{"scope", scope + " patient/Goal.rs"}}), {400}, "invalid_scope");
    }
    // §1.5: three months, and as long again from each use.
    const ServerDatabase database(server());
    for (const auto* app : {&publicApp, &secretApp})
        QCOMPARE(database.asSuperuser("SELECT min(extract(epoch FROM r.expires - r.issued))::int / 86400 FROM refresh_token r JOIN "
                                      "app_grant g ON g.id = r.app_grant "
                                      "WHERE r.used IS NULL AND g.client = '" +
                                      app->id + "'"),
                 std::vector<std::string>{"92"});
}

void LaunchTokens::p1_7_introspection() {
    const auto answer = redeem(a, publicApp, codeFor(a, maria, publicApp, scope)).json;
    const std::string token = answer.at("access_token");
    const auto claims = part(answer.at("id_token"), 1);
    const auto seen = introspected(token);
    // §1.7: the same scope, patient, user and end as were told with the token.
    QCOMPARE(seen.at("active"), true);
    QCOMPARE(seen.at("client_id"), publicApp.id);
    QCOMPARE(seen.at("scope"), answer.at("scope"));
    QVERIFY(seen.at("exp").is_number_integer() && seen.at("iat").is_number_integer());
    QCOMPARE(seen.at("exp").get<int>() - seen.at("iat").get<int>(), 3600);
    QCOMPARE(seen.at("patient"), answer.at("patient"));
    for (const char* claim : {"iss", "sub", "fhirUser"}) QCOMPARE(seen.at(claim), claims.at(claim));
    // §1.7: what is unknown is inactive and nothing else, for whoever may ask.
    const auto unknown = postAs(a, secretApp, "introspect", {{"token", "invalid_token_value"}});
    QCOMPARE(unknown.status, 200);
    QCOMPARE(unknown.body, std::string("{\"active\":false}"));
    QCOMPARE(introspected(answer.at("refresh_token")).dump(), std::string("{\"active\":false}"));
    // §1.7: a token stands for its client too, which learns of its own tokens; nobody asks without proof.
    const auto asked = [&](HttpHeaders headers) {
        headers.push_back(formType.front());
        return http("POST", patientAuth(a) + "/introspect", headers, form({{"token", token}}));
    };
    QCOMPARE(asked(bearer(token)).json.at("active"), true);
    QCOMPARE(asked(bearer(a.token)).body, std::string("{\"active\":false}"));
    QCOMPARE(asked(bearer(b.token)).status, 401);
    QCOMPARE(asked({}).status, 401);
}

void LaunchTokens::p1_8_stoppedByThePatient() {
    const auto answer = tokensFor(a, maria, secretApp, scope);
    QCOMPARE(read(answer.at("access_token"), "Patient/p1").status, 200);
    // §1.8: she stops it in the portal; the next call is refused, and the refresh with it.
    const auto grants = operate(server(), "GET", "/admin/api/Tenant/" + a.id + "/Grant?status=active&client=" + secretApp.id).json;
    const auto page = patientPortal(a) + "/apps/" + grants.at("entry")[0].at("resource").at("id").get<std::string>();
    const auto sure = http("GET", page + "/stop", {{"Cookie", maria.cookie}});
    std::smatch csrf;
    QVERIFY(std::regex_search(sure.body, csrf, std::regex("name=\"csrf_token\" value=\"([^\"]*)\"")));
    auto headers = formType;
    headers.emplace_back("Cookie", maria.cookie);
    QCOMPARE(http("POST", page + "/stop", headers, form({{"csrf_token", csrf[1]}})).status, 303);
    QCOMPARE(read(answer.at("access_token"), "Patient/p1").status, 401);
    isTokenError(refresh(a, secretApp, answer.at("refresh_token")), {400}, "invalid_grant");
    // §1.8: an app gives its access back itself.
    const auto mine = tokensFor(a, maria, secretApp, scope);
    QCOMPARE(postAs(a, secretApp, "revoke", {{"token", mine.at("refresh_token")}}).status, 200);
    QCOMPARE(read(mine.at("access_token"), "Patient/p1").status, 401);
}

void LaunchTokens::p1_9_identity() {
    // §1.9: discovery below the issuer, which is the id_token's; RS256; keys that anybody may fetch.
    const auto found = http("GET", patientAuth(a) + "/.well-known/openid-configuration");
    QCOMPARE(found.status, 200);
    QCOMPARE(found.header("content-type"), std::string("application/json"));
    for (const char* name :
         {"issuer", "authorization_endpoint", "token_endpoint", "jwks_uri", "response_types_supported", "subject_types_supported"})
        QVERIFY2(found.json.contains(name), name);
    QCOMPARE(found.json.at("id_token_signing_alg_values_supported"), Json::array({"RS256"}));
    const auto keys = http("GET", found.json.at("jwks_uri"));
    QCOMPARE(keys.status, 200);
    std::set<std::string> kids;
    for (const auto& key : keys.json.at("keys")) {
        QCOMPARE(key.at("kty"), "RSA");
        QVERIFY(key.contains("n") && key.contains("e") && !key.contains("d"));
        kids.insert(key.at("kid"));
    }
    for (const auto* app : {&publicApp, &secretApp}) {
        const auto answer = tokensFor(a, maria, *app, scope, {{"nonce", "n-0S6_WzA2Mj"}});
        const std::string token = answer.at("id_token");
        QCOMPARE(part(token, 0).at("alg"), "RS256");
        QVERIFY(kids.count(part(token, 0).at("kid")));
        const auto claims = part(token, 1);
        // §1.9: who, for whom, until when.
        QCOMPARE(claims.at("iss"), found.json.at("issuer"));
        QCOMPARE(claims.at("aud"), app->id);
        QCOMPARE(claims.at("nonce"), "n-0S6_WzA2Mj");
        QVERIFY(claims.at("exp").get<std::int64_t>() > QDateTime::currentSecsSinceEpoch() && claims.at("iat").is_number_integer());
        const std::string subject = claims.at("sub");
        QVERIFY(!subject.empty() && subject.size() < 256);
        QVERIFY(!claims.contains("at_hash"));
        // §1.9: fhirUser is an address that this token reads, in a browser too.
        QCOMPARE(claims.at("fhirUser"), patientApi(a) + "/Patient/p1");
        const auto own = read(answer.at("access_token"), "Patient/p1", fromApp);
        QCOMPARE(own.json.at("resourceType"), "Patient");
        QCOMPARE(own.header("access-control-allow-origin"), std::string("*"));
        // §1.9: userinfo by GET, by POST, and with the token in the body.
        for (const auto& info :
             {http("GET", patientAuth(a) + "/userinfo", bearer(answer.at("access_token"))),
              http("POST", patientAuth(a) + "/userinfo", bearer(answer.at("access_token"))),
              http("POST", patientAuth(a) + "/userinfo", formType, form({{"access_token", answer.at("access_token")}}))}) {
            QCOMPARE(info.status, 200);
            QCOMPARE(info.json.at("sub"), claims.at("sub"));
            QCOMPARE(info.json.at("fhirUser"), claims.at("fhirUser"));
        }
    }
    // §1.9: fhirUser alone is enough for that one record.
    const auto bare = tokens("openid fhirUser");
    QCOMPARE(read(bare.at("access_token"), "Patient/p1").status, 200);
    QCOMPARE(read(bare.at("access_token"), "Patient").status, 403);
    // §1.9: no id_token without openid.
    QVERIFY(!tokens("launch/patient patient/Patient.rs").contains("id_token"));
}

POLYCLINIC_TEST(LaunchTokens)
#include "launch_tokens_test.moc"
