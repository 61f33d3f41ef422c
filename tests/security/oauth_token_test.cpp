// Groups A, C and D of the attack list, tokens: what each is worth, to whom, and for how long.

#include <QTest>

#include "auth/jose.h"
#include "patient_app.h"
#include "short_server.h"
#include "test_case.h"

using namespace polyclinic::test;
using Json = nlohmann::json;

namespace {

const std::string inactive = "{\"active\":false}";

}  // namespace

class OAuthToken : public QObject {
    Q_OBJECT
  private slots:
    void initTestCase();
    void A18_tokensOfOneClinicAreUnknownInAnother();
    void A19_everyIssuerHasKeysOfItsOwn();
    void C10_whatIsUntickedIsNotGranted();
    void C11_refreshesNeverWiden();
    void C15_onlineAccessIsNotGranted();
    void C18_identityOnlyWhereItWasGranted();
    void D15_reuseEndsTheFamily();
    void D19_refreshTokensBelongToOneClient();
    void D20_D21_secretsAreProven();
    void D45_whoMayCallFromABrowser();
    void D51_stoppedIsStoppedAtOnce();
    void D52_introspectionAsksWhoAsks();
    void D53_onlyAccessTokensOpenTheApi();
    void D56_nothingIsKeptInCaches();
    void D57_livesOfTokens();
    void D59_revocation();
    void aSecondConsentReplacesTheFirst();
    void aConfidentialClientMayAskAgainForTenSeconds();
    void changesOfAClientEndWhatItHad();
    void fishingForSecretsIsSlowedDown();

  private:
    ShortServer* short_ = nullptr;
    PatientApp app_, confidential_;
    PatientPerson a1_;
    const std::string scope_ = "launch/patient openid fhirUser offline_access patient/Patient.rs patient/Observation.rs patient/Condition.rs";

    const Clinic& a() const { return short_->a; }
    const Clinic& b() const { return short_->b; }
    ServerProcess& process() { return short_->process; }
    int read(const Json& tokens, const std::string& path = "Patient/token-a1") {
        return http("GET", patientApi(a()) + "/" + path, bearer(tokens.at("access_token"))).status;
    }
    Json introspected(const Clinic& clinic, const PatientApp& asker, const std::string& token) {
        return postAs(clinic, asker, "introspect", {{"token", token}}).json;
    }
    void sql(const std::string& text) { ServerDatabase(process()).asSuperuser(text); }
    void isError(const HttpAnswer& answer, int status, const std::string& error) {
        QCOMPARE(answer.status, status);
        QVERIFY2(answer.json.is_object() && answer.json.value("error", "") == error, answer.body.c_str());
    }
    Json claims(const std::string& token) {
        const auto first = token.find('.'), second = token.find('.', first + 1);
        const auto bytes = QByteArray::fromBase64(QByteArray::fromStdString(token.substr(first + 1, second - first - 1)), QByteArray::Base64UrlEncoding);
        return Json::parse(bytes.toStdString());
    }
    std::string newApp(bool confidential, const std::string& scopes) { return registerApp(process(), a(), confidential, scopes).id; }
};

void OAuthToken::initTestCase() {
    short_ = &shortServer();
    app_ = registerApp(process(), a(), false, scope_);
    confidential_ = registerApp(process(), a(), true, scope_);
    a1_ = signedInPerson(process(), a(), "token-a1");
}

void OAuthToken::A18_tokensOfOneClinicAreUnknownInAnother() {
    const auto askerOfB = registerApp(process(), b(), true, scope_), appOfB = registerApp(process(), b(), false, scope_);
    const auto tokens = tokensFor(a(), a1_, app_, scope_);
    QCOMPARE(introspected(b(), askerOfB, tokens.at("access_token")).dump(), inactive);
    for (const char* kind : {"access_token", "refresh_token"})
        QCOMPARE(postAs(b(), appOfB, "revoke", {{"token", tokens.at(kind)}}).status, 200);
    QCOMPARE(read(tokens), 200);
    QCOMPARE(refresh(a(), app_, tokens.at("refresh_token")).status, 200);
}

void OAuthToken::A19_everyIssuerHasKeysOfItsOwn() {
    const auto configured = [](const Clinic& clinic) { return http("GET", patientAuth(clinic) + "/.well-known/openid-configuration").json; };
    const auto ofA = configured(a()), ofB = configured(b());
    QVERIFY(ofA.at("issuer") != ofB.at("issuer"));
    const auto keysOfA = http("GET", ofA.at("jwks_uri")), keysOfB = http("GET", ofB.at("jwks_uri"));
    QCOMPARE(keysOfA.status, 200);
    QCOMPARE(keysOfA.json.at("keys").size(), std::size_t(1));
    const auto& a0 = keysOfA.json["keys"][0];
    const auto& b0 = keysOfB.json.at("keys")[0];
    QVERIFY(a0.at("kid") != b0.at("kid"));
    QVERIFY(a0.at("n") != b0.at("n"));
    const auto signedByA = tokensFor(a(), a1_, app_, scope_).at("id_token").get<std::string>();
    QVERIFY(polyclinic::auth::verifiedPayload(signedByA, a0.dump()));
    QVERIFY(!polyclinic::auth::verifiedPayload(signedByA, b0.dump()));
    for (const char* secret : {"d", "p", "q", "dp", "dq", "qi"}) QVERIFY(!a0.contains(secret));
    QCOMPARE(a0.at("kty"), "RSA");
    QCOMPARE(a0.at("alg"), "RS256");
    // The database holds the private half sealed.
    const auto rows = ServerDatabase(process()).asSuperuser("SELECT encode(private_key, 'escape') FROM signing_key");
    QVERIFY(!rows.empty());
    for (const auto& row : rows) QVERIFY(row.find("RSA") == row.npos && row.find("\"d\"") == row.npos);
}

void OAuthToken::C10_whatIsUntickedIsNotGranted() {
    const auto consent = consentForm(a(), a1_, request(a(), app_, scope_));
    std::vector<std::string> ticks;
    for (const auto& box : consent.boxes)
        if (box.find("Condition") == box.npos) ticks.push_back(box);
    QVERIFY(ticks.size() < consent.boxes.size());
    // What was never offered cannot be ticked.
    ticks.push_back("patient/*.cruds");
    ticks.push_back("system/*.rs");
    const auto tokens = redeem(a(), app_, returned(decide(consent, a1_, "allow", ticks), "code")).json;
    const std::string scope = tokens.at("scope");
    QVERIFY2(scope.find("Condition") == scope.npos && scope.find('*') == scope.npos && scope.find("system") == scope.npos, scope.c_str());
    QVERIFY(scope.find("patient/Observation.rs") != scope.npos);
    QCOMPARE(read(tokens, "Condition?patient=token-a1"), 403);
    QCOMPARE(read(tokens, "Observation?patient=token-a1"), 200);
    // Nothing ticked grants nothing and asks again.
    const auto nothing = decide(consentForm(a(), a1_, request(a(), app_, "patient/Observation.rs")), a1_, "allow", std::vector<std::string>{});
    QCOMPARE(nothing.status, 400);
    QCOMPARE(nothing.header("location"), std::string());
}

void OAuthToken::C11_refreshesNeverWiden() {
    auto tokens = tokensFor(a(), a1_, app_, "offline_access launch/patient patient/Observation.rs");
    const auto narrow = [&](const std::string& scope) { return refresh(a(), app_, tokens.at("refresh_token"), {{"scope", scope}}); };
    for (const char* wider : {"patient/*.rs", "patient/Condition.rs", "patient/Observation.cruds", "patient/Observation.rs openid", "user/Observation.rs", "nonsense"})
        isError(narrow(wider), 400, "invalid_scope");
    const auto narrower = narrow("patient/Observation.r");
    QCOMPARE(narrower.status, 200);
    QCOMPARE(narrower.json.at("scope"), "patient/Observation.r");
    QCOMPARE(read(narrower.json, "Observation?patient=token-a1"), 403);
    tokens = narrower.json;
    const auto whole = refresh(a(), app_, tokens.at("refresh_token"));
    QCOMPARE(whole.json.at("scope"), "offline_access launch/patient patient/Observation.rs");
}

void OAuthToken::C15_onlineAccessIsNotGranted() {
    const auto app = registerApp(process(), a(), false, scope_ + " online_access");
    const auto tokens = tokensFor(a(), a1_, app, "online_access launch/patient patient/Observation.rs");
    QVERIFY(!tokens.contains("refresh_token"));
    QCOMPARE(tokens.at("scope"), "launch/patient patient/Observation.rs");
    const auto offline = consentForm(a(), a1_, request(a(), app, scope_));
    QVERIFY(offline.page.body.find("name=\"duration\"") != std::string::npos);
    // For an hour: no refresh token.
    const auto hour = redeem(a(), app, returned(decide(offline, a1_, "allow", std::nullopt, "hour"), "code")).json;
    QVERIFY(!hour.contains("refresh_token"));
    QVERIFY(hour.at("scope").get<std::string>().find("offline_access") == std::string::npos);
    QCOMPARE(decide(consentForm(a(), a1_, request(a(), app, scope_)), a1_, "allow", std::nullopt, "forever-and-a-day").status, 400);
}

void OAuthToken::C18_identityOnlyWhereItWasGranted() {
    const auto bare = tokensFor(a(), a1_, app_, "launch/patient patient/Observation.rs");
    QVERIFY(!bare.contains("id_token"));
    QVERIFY(!introspected(a(), confidential_, bare.at("access_token")).contains("fhirUser"));
    QCOMPARE(http("GET", patientAuth(a()) + "/userinfo", bearer(bare.at("access_token"))).status, 403);
    const auto open = tokensFor(a(), a1_, app_, "openid launch/patient patient/Observation.rs");
    QVERIFY(!claims(open.at("id_token")).contains("fhirUser"));
    const auto full = tokensFor(a(), a1_, app_, "openid fhirUser launch/patient patient/Observation.rs", {{"nonce", "n-0S6"}});
    const auto told = claims(full.at("id_token"));
    QCOMPARE(told.at("fhirUser"), patientApi(a()) + "/Patient/token-a1");
    QCOMPARE(told.at("nonce"), "n-0S6");
    QCOMPARE(told.at("aud"), app_.id);
    QCOMPARE(told.at("iss"), patientAuth(a()));
    QCOMPARE(told.at("exp").get<int>() - told.at("iat").get<int>(), 300);
    QVERIFY(told.at("auth_time").get<int>() <= told.at("iat").get<int>());
    const auto seen = introspected(a(), confidential_, full.at("access_token"));
    QCOMPARE(seen.at("active"), true);
    QCOMPARE(seen.at("sub"), told.at("sub"));
    QCOMPARE(seen.at("iss"), told.at("iss"));
    QCOMPARE(seen.at("fhirUser"), told.at("fhirUser"));
    QCOMPARE(seen.at("patient"), "token-a1");
    QCOMPARE(seen.at("scope"), full.at("scope"));
    QCOMPARE(seen.at("client_id"), app_.id);
    for (const auto& info : {http("GET", patientAuth(a()) + "/userinfo", bearer(full.at("access_token"))),
                             http("POST", patientAuth(a()) + "/userinfo", bearer(full.at("access_token"))),
                             http("POST", patientAuth(a()) + "/userinfo", {{"Content-Type", "application/x-www-form-urlencoded"}},
                                  form({{"access_token", full.at("access_token")}}))}) {
        QCOMPARE(info.status, 200);
        QCOMPARE(info.json.at("sub"), told.at("sub"));
        QCOMPARE(info.json.at("fhirUser"), told.at("fhirUser"));
    }
    const auto nobody = http("GET", patientAuth(a()) + "/userinfo");
    QCOMPARE(nobody.status, 401);
    QVERIFY(nobody.header("www-authenticate").starts_with("Bearer"));
}

void OAuthToken::D15_reuseEndsTheFamily() {
    const auto first = tokensFor(a(), a1_, app_, scope_);
    const auto second = refresh(a(), app_, first.at("refresh_token"));
    QCOMPARE(second.status, 200);
    QVERIFY(second.json.at("refresh_token") != first.at("refresh_token"));
    QCOMPARE(read(first), 200);
    const auto third = refresh(a(), app_, second.json.at("refresh_token"));
    QCOMPARE(third.status, 200);
    isError(refresh(a(), app_, first.at("refresh_token")), 400, "invalid_grant");
    for (const auto& tokens : {first, second.json, third.json}) QCOMPARE(read(tokens), 401);
    isError(refresh(a(), app_, third.json.at("refresh_token")), 400, "invalid_grant");
}

void OAuthToken::D19_refreshTokensBelongToOneClient() {
    const auto other = registerApp(process(), a(), false, scope_);
    const auto tokens = tokensFor(a(), a1_, app_, scope_);
    isError(refresh(a(), other, tokens.at("refresh_token")), 400, "invalid_grant");
    QCOMPARE(read(tokens), 200);
    isError(refresh(a(), app_, "prt_" + std::string(43, 'x')), 400, "invalid_grant");
    isError(refresh(a(), app_, tokens.at("access_token")), 400, "invalid_grant");

    const auto app = registerApp(process(), a(), false, scope_);
    const auto client = "/admin/api/Tenant/t-a/Client/" + app.id;
    const auto change = [&](auto alter) {
        auto json = operate(process(), "GET", client).json;
        alter(json);
        QCOMPARE(operate(process(), "PUT", client, json).status, 200);
    };
    auto mine = tokensFor(a(), a1_, app, scope_);
    change([](Json& json) { json["disabled"] = true; });
    isError(refresh(a(), app, mine.at("refresh_token")), 401, "invalid_client");
    QCOMPARE(read(mine), 401);
    change([](Json& json) { json["disabled"] = false; });
    mine = tokensFor(a(), a1_, app, scope_);
    change([](Json& json) { json["scopes"] = "launch/patient openid fhirUser patient/Patient.rs patient/Observation.rs"; });
    isError(refresh(a(), app, mine.at("refresh_token")), 400, "invalid_grant");
    // What was taken from the app is gone from the next refresh on.
    change([](Json& json) { json["scopes"] = "launch/patient offline_access patient/Observation.rs"; });
    const auto less = refresh(a(), app, mine.at("refresh_token"));
    QCOMPARE(less.status, 200);
    QVERIFY(less.json.at("scope").get<std::string>().find("Condition") == std::string::npos);
}

void OAuthToken::D20_D21_secretsAreProven() {
    const auto code = codeFor(a(), a1_, confidential_, scope_);
    auto wrong = confidential_;
    wrong.secret = "pcs_wrong";
    const auto refused = redeem(a(), wrong, code);
    isError(refused, 401, "invalid_client");
    QVERIFY(refused.header("www-authenticate").starts_with("Basic"));
    isError(redeem(a(), confidential_, code, {{"client_secret", confidential_.secret}}), 400, "invalid_request");
    auto named = confidential_;
    named.secret.clear();  // says its name only
    isError(redeem(a(), named, code), 401, "invalid_client");
    isError(refresh(a(), named, "prt_" + std::string(43, 'x')), 401, "invalid_client");
    isError(postAs(a(), named, "revoke", {{"token", "x"}}), 401, "invalid_client");
    isError(postAs(a(), named, "introspect", {{"token", "x"}}), 401, "invalid_client");
    isError(redeem(a(), named, code, {{"client_secret", confidential_.secret}}), 401, "invalid_client");
    const auto empty = http("POST", patientAuth(a()) + "/token",
                            {{"Content-Type", "application/x-www-form-urlencoded"}, {"Authorization", "Basic " + (QByteArray::fromStdString(confidential_.id) + ":").toBase64().toStdString()}},
                            form({{"grant_type", "authorization_code"}, {"code", code}}));
    isError(empty, 401, "invalid_client");
    // A public app has no secret to prove.
    auto open = app_;
    open.secret = "anything";
    isError(redeem(a(), open, code), 401, "invalid_client");
    QCOMPARE(redeem(a(), confidential_, code).status, 200);
}

void OAuthToken::D45_whoMayCallFromABrowser() {
    const HttpHeaders origin{{"Origin", "https://app.example.org"}};
    const auto preflight = [&](const std::string& place, const std::string& method) {
        auto headers = origin;
        headers.emplace_back("Access-Control-Request-Method", method);
        return http("OPTIONS", patientAuth(a()) + place, headers);
    };
    for (const char* place : {"/token", "/introspect", "/revoke", "/userinfo"}) QCOMPARE(preflight(place, "POST").header("access-control-allow-origin"), std::string("*"));
    for (const char* place : {"/jwks", "/.well-known/openid-configuration", "/.well-known/oauth-authorization-server", "/userinfo"}) {
        QCOMPARE(preflight(place, "GET").header("access-control-allow-origin"), std::string("*"));
        const auto answer = http("GET", patientAuth(a()) + place, origin);
        QCOMPARE(answer.header("access-control-allow-origin"), std::string("*"));
        QCOMPARE(answer.header("access-control-allow-credentials"), std::string());
    }
    for (const char* place : {"/authorize", "/consent"})
        for (const char* method : {"GET", "POST"}) {
            QCOMPARE(preflight(place, method).header("access-control-allow-origin"), std::string());
            QCOMPARE(http(method, patientAuth(a()) + place, origin).header("access-control-allow-origin"), std::string());
        }
    const auto error = http("POST", patientAuth(a()) + "/token", {{"Origin", "https://app.example.org"}, {"Content-Type", "application/x-www-form-urlencoded"}}, "grant_type=x");
    QCOMPARE(error.header("access-control-allow-origin"), std::string("*"));
    QCOMPARE(error.header("access-control-allow-credentials"), std::string());
}

void OAuthToken::D51_stoppedIsStoppedAtOnce() {
    const auto app = registerApp(process(), a(), true, scope_);
    const auto tokens = tokensFor(a(), a1_, app, scope_);
    QCOMPARE(read(tokens), 200);
    const auto list = operate(process(), "GET", "/admin/api/Tenant/t-a/Grant?status=active&client=" + app.id).json;
    QCOMPARE(list.at("total"), 1);
    const auto grant = list["entry"][0]["resource"];
    QCOMPARE(grant.at("fhirUser"), "Patient/token-a1");
    QCOMPARE(grant.at("clientName"), "Heart Diary");
    QVERIFY(grant.contains("lastUsed"));
    const auto path = "/admin/api/Tenant/t-a/Grant/" + grant.at("id").get<std::string>();
    QCOMPARE(operate(process(), "DELETE", "/admin/api/Tenant/t-b/Grant/" + grant.at("id").get<std::string>()).status, 404);
    QCOMPARE(read(tokens), 200);
    QCOMPARE(operate(process(), "DELETE", path).status, 204);
    QCOMPARE(read(tokens), 401);
    isError(refresh(a(), app, tokens.at("refresh_token")), 400, "invalid_grant");
    QCOMPARE(introspected(a(), confidential_, tokens.at("access_token")).dump(), inactive);
    QCOMPARE(operate(process(), "GET", path).json.at("endedBy"), "clinic");
    QCOMPARE(operate(process(), "DELETE", path).status, 204);
}

void OAuthToken::D52_introspectionAsksWhoAsks() {
    const auto tokens = tokensFor(a(), a1_, app_, scope_);
    const HttpHeaders formed{{"Content-Type", "application/x-www-form-urlencoded"}};
    const auto body = form({{"token", tokens.at("access_token")}});
    QCOMPARE(http("POST", patientAuth(a()) + "/introspect", formed, body).status, 401);
    QCOMPARE(postAs(a(), app_, "introspect", {{"token", tokens.at("access_token")}}).status, 401);  // no secret, no question
    for (const std::string& asker : {tokens.at("access_token").get<std::string>(), a().token}) {
        auto headers = bearer(asker);
        headers.push_back(formed.front());
        const auto answer = http("POST", patientAuth(a()) + "/introspect", headers, body);
        QCOMPARE(answer.status, 200);
        QCOMPARE(answer.json.at("active"), true);
    }
    for (const std::string& dead : {std::string("invalid_token_value"), tokens.at("refresh_token").get<std::string>(), std::string("pat_") + std::string(43, 'y')})
        QCOMPARE(introspected(a(), confidential_, dead).dump(), inactive);
    const auto fisher = registerApp(process(), a(), true, scope_);
    int status = 0, tries = 0;
    for (; tries < 1000 && status != 429; ++tries) status = postAs(a(), fisher, "introspect", {{"token", "pat_" + std::to_string(tries)}}).status;
    QCOMPARE(status, 429);
    QVERIFY2(tries <= 40, std::to_string(tries).c_str());
}

void OAuthToken::D53_onlyAccessTokensOpenTheApi() {
    const auto code = codeFor(a(), a1_, app_, scope_);
    const auto tokens = tokensFor(a(), a1_, confidential_, scope_);
    const auto url = patientApi(a()) + "/Patient/token-a1";
    for (const std::string& wrong : {tokens.at("id_token").get<std::string>(), tokens.at("refresh_token").get<std::string>(), code})
        QCOMPARE(http("GET", url, bearer(wrong)).status, 401);
    const std::string access = tokens.at("access_token");
    QCOMPARE(http("GET", url + "?access_token=" + access).status, 401);
    QCOMPARE(http("GET", url, {{"Authorization", "bearer " + access}}).status, 200);
    const auto twice = raw(short_->process.base(), "GET " + pathOf(url) + " HTTP/1.1\r\nHost: " + authorityOf(url) + "\r\nAuthorization: Bearer " + access +
                                                       "\r\nAuthorization: Bearer " + access + "\r\nConnection: close\r\n\r\n");
    QVERIFY2(twice.status == 400 || twice.status == 401, std::to_string(twice.status).c_str());
}

void OAuthToken::D56_nothingIsKeptInCaches() {
    for (const auto& answer : {redeem(a(), app_, codeFor(a(), a1_, app_, scope_)), redeem(a(), app_, "nonsense")}) {
        QCOMPARE(answer.header("cache-control"), std::string("no-store"));
        QCOMPARE(answer.header("pragma"), std::string("no-cache"));
        QVERIFY(answer.header("content-type").starts_with("application/json"));
    }
}

void OAuthToken::D57_livesOfTokens() {
    const auto app = registerApp(process(), a(), false, scope_);
    const auto tokens = tokensFor(a(), a1_, app, scope_);
    QCOMPARE(tokens.at("expires_in"), 3600);
    const auto seen = introspected(a(), confidential_, tokens.at("access_token"));
    QCOMPARE(seen.at("exp").get<int>() - seen.at("iat").get<int>(), 3600);
    const ServerDatabase database(process());
    const auto days = [&](const std::string& what) { return database.asSuperuser("SELECT floor(extract(epoch FROM " + what + ") / 86400)::int FROM refresh_token r JOIN app_grant g ON g.id = r.app_grant WHERE g.client = '" + app.id + "' AND r.used IS NULL").at(0); };
    QCOMPARE(days("r.expires - r.issued"), std::string("92"));
    const auto ends = days("g.ends - g.created");
    QVERIFY(ends == "365" || ends == "366");
    // A day before the grant ends the refresh token has a day left.
    sql("UPDATE app_grant SET ends = now() + interval '1 day' WHERE client = '" + app.id + "'");
    QCOMPARE(refresh(a(), app, tokens.at("refresh_token")).status, 200);
    QVERIFY(days("r.expires - r.issued + interval '1 second'") == "1");
    sql("UPDATE app_grant SET ends = now() WHERE client = '" + app.id + "'");
    QTest::qWait(1100);
    QCOMPARE(read(tokens), 401);
    // A client may be given shorter access.
    const auto brief = registerApp(process(), a(), false, scope_, {{"accessSeconds", 300}});
    QCOMPARE(tokensFor(a(), a1_, brief, scope_).at("expires_in"), 300);
}

void OAuthToken::D59_revocation() {
    const auto other = registerApp(process(), a(), false, scope_);
    auto tokens = tokensFor(a(), a1_, app_, scope_);
    QCOMPARE(postAs(a(), app_, "revoke", {{"token", "unknown"}}).status, 200);
    QCOMPARE(http("GET", patientAuth(a()) + "/revoke").status, 405);
    for (const char* kind : {"access_token", "refresh_token"}) isError(postAs(a(), other, "revoke", {{"token", tokens.at(kind)}}), 400, "invalid_grant");
    QCOMPARE(read(tokens), 200);
    QCOMPARE(postAs(a(), app_, "revoke", {{"token", tokens.at("access_token")}}).status, 200);
    QCOMPARE(read(tokens), 401);
    const auto next = refresh(a(), app_, tokens.at("refresh_token"));
    QCOMPARE(next.status, 200);
    QCOMPARE(postAs(a(), app_, "revoke", {{"token", next.json.at("refresh_token")}, {"token_type_hint", "refresh_token"}}).status, 200);
    QCOMPARE(read(next.json), 401);
    isError(refresh(a(), app_, next.json.at("refresh_token")), 400, "invalid_grant");
    const auto grants = operate(process(), "GET", "/admin/api/Tenant/t-a/Grant?account=" + a1_.account + "&client=" + app_.id).body;
    QVERIFY(grants.find("\"endedBy\":\"app\"") != grants.npos);
}

void OAuthToken::aSecondConsentReplacesTheFirst() {
    const auto app = registerApp(process(), a(), false, scope_);
    const auto first = tokensFor(a(), a1_, app, scope_);
    const auto second = tokensFor(a(), a1_, app, "offline_access launch/patient patient/Patient.rs");
    QCOMPARE(read(first), 401);
    isError(refresh(a(), app, first.at("refresh_token")), 400, "invalid_grant");
    QCOMPARE(read(second), 200);
    const auto other = signedInPerson(process(), a(), "token-a2");
    const auto theirs = tokensFor(a(), other, app, scope_);
    QCOMPARE(read(second), 200);
    QCOMPARE(read(theirs), 404);  // a1's record is not there for a2
}

void OAuthToken::aConfidentialClientMayAskAgainForTenSeconds() {
    const auto tokens = tokensFor(a(), a1_, confidential_, scope_);
    const auto first = refresh(a(), confidential_, tokens.at("refresh_token")), again = refresh(a(), confidential_, tokens.at("refresh_token"));
    QCOMPARE(first.status, 200);
    QCOMPARE(again.status, 200);
    QCOMPARE(again.json.at("refresh_token"), first.json.at("refresh_token"));
    QVERIFY(again.json.at("access_token") != first.json.at("access_token"));
    QCOMPARE(read(first.json), 200);
    QCOMPARE(read(again.json), 200);
    sql("UPDATE refresh_token SET used = used - interval '11 seconds' WHERE used IS NOT NULL");
    isError(refresh(a(), confidential_, tokens.at("refresh_token")), 400, "invalid_grant");
    QCOMPARE(read(first.json), 401);
    isError(refresh(a(), confidential_, first.json.at("refresh_token")), 400, "invalid_grant");
}

void OAuthToken::changesOfAClientEndWhatItHad() {
    const auto app = registerApp(process(), a(), true, scope_, {{"redirectUris", {"https://app.example.org/back", "https://app.example.org/other"}}});
    const auto client = "/admin/api/Tenant/t-a/Client/" + app.id;
    // A secret that leaked: what it got is dead, and the old one opens nothing.
    const auto tokens = tokensFor(a(), a1_, app, scope_);
    const auto rotated = operate(process(), "POST", client + "/$rotate-secret");
    QCOMPARE(rotated.status, 200);
    QCOMPARE(read(tokens), 401);
    isError(refresh(a(), app, tokens.at("refresh_token")), 401, "invalid_client");
    auto renewed = app;
    renewed.secret = rotated.json.at("clientSecret");
    // A code for an address that was taken away.
    const auto code = codeFor(a(), a1_, renewed, scope_);
    auto json = operate(process(), "GET", client).json;
    json["redirectUris"] = {"https://app.example.org/other"};
    QCOMPARE(operate(process(), "PUT", client, json).status, 200);
    isError(redeem(a(), renewed, code), 400, "invalid_grant");
    // An account that is switched off.
    const auto other = signedInPerson(process(), a(), "token-a3");
    const auto theirs = tokensFor(a(), other, app_, scope_);
    const auto account = "/admin/api/Tenant/t-a/Account/" + other.account;
    auto off = operate(process(), "GET", account).json;
    off["disabled"] = true;
    QCOMPARE(operate(process(), "PUT", account, off).status, 200);
    QCOMPARE(read(theirs, "Patient/token-a3"), 401);
    isError(refresh(a(), app_, theirs.at("refresh_token")), 400, "invalid_grant");
}

void OAuthToken::fishingForSecretsIsSlowedDown() {
    auto fisher = registerApp(process(), a(), true, scope_);
    const auto right = fisher.secret;
    int status = 0, tries = 0;
    for (; tries < 200 && status != 429; ++tries) {
        fisher.secret = "pcs_" + std::to_string(tries);
        status = redeem(a(), fisher, "x").status;
    }
    QCOMPARE(status, 429);
    QVERIFY(tries <= 40);
}

POLYCLINIC_TEST(OAuthToken)
#include "oauth_token_test.moc"
