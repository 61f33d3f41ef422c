// Groups C and D of the attack list, tokens: what each is worth, and for how long.
#include <QTest>

#include "oauth_world.h"
#include "test_case.h"

using namespace polyclinic::test;
using Json = nlohmann::json;

class OAuthToken : public QObject, OAuthWorld {
    Q_OBJECT
  private slots:
    void initTestCase() { OAuthWorld::initTestCase("token-a1"); }
    void C10_whatIsUntickedIsNotGranted();
    void C11_refreshesNeverWiden();
    void C15_onlineAccessIsNotGranted();
    void C18_identityOnlyWhereItWasGranted();
    void D15_reuseEndsTheFamily();
    void D19_refreshTokensBelongToOneClient();
    void D20_D21_secretsAreProven();
    void D57_livesOfTokens();
    void D59_revocation();
    void aSecondConsentNarrowsTheFirst();
    void aRefreshMayBeRepeatedForTenSeconds_data();
    void aRefreshMayBeRepeatedForTenSeconds();
    void faultsOfACodeAreTold();
    void changesOfAClientEndWhatItHad();
    void whatIsAlwaysRefusedIsNotGranted();
};

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
    const auto nothing =
        decide(consentForm(a(), a1_, request(a(), app_, "patient/Observation.rs")), a1_, "allow", std::vector<std::string>{});
    QCOMPARE(nothing.status, 400);
    QCOMPARE(nothing.header("location"), std::string());
}

void OAuthToken::C11_refreshesNeverWiden() {
    auto tokens = tokensFor(a(), a1_, app_, "offline_access launch/patient patient/Observation.rs");
    const auto narrow = [&](const std::string& scope) { return refresh(a(), app_, tokens.at("refresh_token"), {{"scope", scope}}); };
    for (const char* wider : {"patient/*.rs", "patient/Condition.rs", "patient/Observation.cruds", "patient/Observation.rs openid",
                              "user/Observation.rs", "nonsense"})
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
    QVERIFY(!introspected(a(), gateway_, bare.at("access_token")).contains("fhirUser"));
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
    const auto seen = introspected(a(), gateway_, full.at("access_token"));
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
    // What was taken from the app is gone at once; the next refresh brings what is left.
    change([](Json& json) {
        json["scopes"] = "launch/patient openid fhirUser offline_access patient/Patient.rs patient/Observation.rs patient/Condition.rs";
    });
    mine = tokensFor(a(), a1_, app, scope_);
    QCOMPARE(read(mine), 200);
    change([](Json& json) { json["scopes"] = "launch/patient offline_access patient/Observation.rs"; });
    QCOMPARE(read(mine), 401);
    const auto less = refresh(a(), app, mine.at("refresh_token"));
    QCOMPARE(less.status, 200);
    QVERIFY(less.json.at("scope").get<std::string>().find("Condition") == std::string::npos);
    // A code that was given before fetches no more either.
    change([](Json& json) { json["scopes"] = "launch/patient offline_access patient/Observation.rs patient/Condition.rs"; });
    const auto code = codeFor(a(), a1_, app, "launch/patient offline_access patient/Observation.rs patient/Condition.rs");
    change([](Json& json) { json["scopes"] = "launch/patient patient/Observation.rs"; });
    const auto fetched = redeem(a(), app, code).json;
    QCOMPARE(fetched.at("scope"), "launch/patient patient/Observation.rs");
    QVERIFY(!fetched.contains("refresh_token"));
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
    isError(redeem(a(), named, code, {{"client_secret", "pcs_wrong"}}), 401, "invalid_client");
    isError(redeem(a(), named, code, {{"client_secret", ""}}), 401, "invalid_client");
    const auto empty = http("POST", patientAuth(a()) + "/token",
                            {{"Content-Type", "application/x-www-form-urlencoded"},
                             {"Authorization", "Basic " + (QByteArray::fromStdString(confidential_.id) + ":").toBase64().toStdString()}},
                            form({{"grant_type", "authorization_code"}, {"code", code}}));
    isError(empty, 401, "invalid_client");
    // A public app has no secret to prove.
    auto open = app_;
    open.secret = "anything";
    isError(redeem(a(), open, code), 401, "invalid_client");
    isError(redeem(a(), app_, code, {{"client_secret", "anything"}}), 401, "invalid_client");
    // The secret in the body is as good as in the header, at every endpoint that takes one.
    const auto given = redeem(a(), named, code, {{"client_secret", confidential_.secret}});
    QVERIFY2(given.status == 200, given.told().c_str());
    const auto next = refresh(a(), named, given.json.at("refresh_token"), {{"client_secret", confidential_.secret}});
    QVERIFY2(next.status == 200, next.told().c_str());
    const std::string token = next.json.at("access_token");
    QCOMPARE(postAs(a(), named, "introspect", {{"token", token}, {"client_secret", confidential_.secret}}).json.at("active"), true);
    QCOMPARE(postAs(a(), named, "revoke", {{"token", token}, {"client_secret", confidential_.secret}}).status, 200);
    QCOMPARE(read(next.json), 401);
    for (const char* endpoint : {"token", "introspection", "revocation"}) {
        const auto methods = http("GET", patientAuth(a()) + "/.well-known/openid-configuration")
                                 .json.at(std::string(endpoint) + "_endpoint_auth_methods_supported");
        QVERIFY2(std::ranges::find(methods, "client_secret_post") != methods.end(), endpoint);
    }
}

/// No app of a patient can make or remove a Patient, or change a doctor: such scopes are not granted, told or kept.
void OAuthToken::whatIsAlwaysRefusedIsNotGranted() {
    const std::string asked =
        "launch/patient patient/Patient.cruds patient/Person.d patient/Practitioner.write patient/Group.rs patient/Observation.cruds";
    const auto app = registerApp(process(), a(), true, asked);
    const auto consent = consentForm(a(), a1_, request(a(), app, asked));
    for (const auto& box : consent.boxes)
        QVERIFY2(box.find("Patient.c") == box.npos && box.find("Person") == box.npos && box.find("Group") == box.npos &&
                     box.find("Practitioner") == box.npos,
                 box.c_str());
    auto ticks = consent.boxes;
    for (const char* refused : {"patient/Patient.cud", "patient/Patient.d", "patient/Person.d", "patient/Practitioner.cud"})
        ticks.push_back(refused);
    const auto tokens = redeem(a(), app, returned(decide(consent, a1_, "allow", ticks), "code")).json;
    QCOMPARE(tokens.at("scope"), "launch/patient patient/Patient.rus patient/Observation.cruds");
    QCOMPARE(introspected(a(), gateway_, tokens.at("access_token")).at("scope"), tokens.at("scope"));
    const auto grant = operate(process(), "GET", "/admin/api/Tenant/t-a/Grant?status=active&client=" + app.id).json;
    QVERIFY2(grant.dump().find("Patient.c") == std::string::npos && grant.dump().find("Practitioner") == std::string::npos,
             grant.dump().c_str());
}

void OAuthToken::D57_livesOfTokens() {
    const auto app = registerApp(process(), a(), false, scope_);
    const auto tokens = tokensFor(a(), a1_, app, scope_);
    QCOMPARE(tokens.at("expires_in"), 3600);
    const auto seen = introspected(a(), gateway_, tokens.at("access_token"));
    QCOMPARE(seen.at("exp").get<int>() - seen.at("iat").get<int>(), 3600);
    const ServerDatabase database(process());
    const auto days = [&](const std::string& what) {
        return database
            .asSuperuser("SELECT floor(extract(epoch FROM " + what +
                         ") / 86400)::int FROM refresh_token r JOIN app_grant g ON g.id = r.app_grant WHERE g.client = '" + app.id +
                         "' AND r.used IS NULL")
            .at(0);
    };
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
    const auto app = registerApp(process(), a(), false, scope_);
    const auto other = registerApp(process(), a(), false, scope_);
    auto tokens = tokensFor(a(), a1_, app, scope_);
    QCOMPARE(postAs(a(), app, "revoke", {{"token", "unknown"}}).status, 200);
    QCOMPARE(http("GET", patientAuth(a()) + "/revoke").status, 405);
    for (const char* kind : {"access_token", "refresh_token"})
        isError(postAs(a(), other, "revoke", {{"token", tokens.at(kind)}}), 400, "invalid_grant");
    QCOMPARE(read(tokens), 200);
    QCOMPARE(postAs(a(), app, "revoke", {{"token", tokens.at("access_token")}}).status, 200);
    QCOMPARE(read(tokens), 401);
    const auto next = refresh(a(), app, tokens.at("refresh_token"));
    QCOMPARE(next.status, 200);
    QCOMPARE(postAs(a(), app, "revoke", {{"token", next.json.at("refresh_token")}, {"token_type_hint", "refresh_token"}}).status, 200);
    QCOMPARE(read(next.json), 401);
    isError(refresh(a(), app, next.json.at("refresh_token")), 400, "invalid_grant");
    const auto grants = operate(process(), "GET", "/admin/api/Tenant/t-a/Grant?account=" + a1_.account + "&client=" + app.id).body;
    QVERIFY(grants.find("\"endedBy\":\"app\"") != grants.npos);
}

/// What a person allows an app holds on every device: a later answer narrows what an earlier one handed out, at once, and
/// ends nothing that it still allows.
void OAuthToken::aSecondConsentNarrowsTheFirst() {
    const auto app = registerApp(process(), a(), false, scope_);
    const auto first = tokensFor(a(), a1_, app, scope_);
    QCOMPARE(read(first, "Observation?patient=token-a1"), 200);
    const auto second = tokensFor(a(), a1_, app, "offline_access launch/patient patient/Patient.rs");
    QCOMPARE(read(first), 200);
    QCOMPARE(read(first, "Observation?patient=token-a1"), 403);
    const auto seen = introspected(a(), gateway_, first.at("access_token"));
    QCOMPARE(seen.at("scope"), "launch/patient offline_access patient/Patient.rs");
    QVERIFY(!seen.contains("fhirUser"));
    QCOMPARE(http("GET", patientAuth(a()) + "/userinfo", bearer(first.at("access_token"))).status, 403);
    const auto next = refresh(a(), app, first.at("refresh_token"));
    QCOMPARE(next.status, 200);
    QCOMPARE(next.json.at("scope"), "launch/patient offline_access patient/Patient.rs");
    QCOMPARE(read(second), 200);
    // A wider one widens it again, at the next refresh.
    const auto third = tokensFor(a(), a1_, app, scope_);
    const auto wider = refresh(a(), app, second.at("refresh_token"));
    QCOMPARE(wider.status, 200);
    QCOMPARE(read(wider.json, "Observation?patient=token-a1"), 200);
    QCOMPARE(operate(process(), "GET", "/admin/api/Tenant/t-a/Grant?client=" + app.id).json.at("total"), 1);
    const auto other = signedInPerson(process(), a(), "token-a2");
    const auto theirs = tokensFor(a(), other, app, scope_);
    QCOMPARE(read(third), 200);
    QCOMPARE(read(theirs), 404);  // a1's record is not there for a2
}

void OAuthToken::aRefreshMayBeRepeatedForTenSeconds_data() {
    QTest::addColumn<bool>("confidential");
    QTest::newRow("with a secret") << true;
    QTest::newRow("without") << false;
}

void OAuthToken::aRefreshMayBeRepeatedForTenSeconds() {
    QFETCH(bool, confidential);
    const auto& app = confidential ? confidential_ : app_;
    const auto tokens = tokensFor(a(), a1_, app, scope_);
    const auto first = refresh(a(), app, tokens.at("refresh_token")), again = refresh(a(), app, tokens.at("refresh_token"));
    QCOMPARE(first.status, 200);
    QCOMPARE(again.status, 200);
    QCOMPARE(again.json.at("refresh_token"), first.json.at("refresh_token"));
    QVERIFY(again.json.at("access_token") != first.json.at("access_token"));
    QCOMPARE(read(first.json), 200);
    QCOMPARE(read(again.json), 200);
    sql("UPDATE refresh_token SET used = used - interval '11 seconds' WHERE used IS NOT NULL");
    isError(refresh(a(), app, tokens.at("refresh_token")), 400, "invalid_grant");
    QCOMPARE(read(first.json), 401);
    QCOMPARE(read(again.json), 401);
    isError(refresh(a(), app, first.json.at("refresh_token")), 400, "invalid_grant");
}

/// The app's maker learns what was wrong; the error is the same, and so is what becomes of the code.
void OAuthToken::faultsOfACodeAreTold() {
    const auto told = [&](const Fields& more) {
        const auto code = codeFor(a(), a1_, app_, scope_);
        const auto answer = redeem(a(), app_, code, more);
        isError(answer, 400, "invalid_grant");
        isError(redeem(a(), app_, code), 400, "invalid_grant");
        return answer.json.value("error_description", "");
    };
    QCOMPARE(told({{"code_verifier", ""}}), std::string("The parameter code_verifier is missing."));
    QCOMPARE(told({{"code_verifier", std::string(43, 'x')}}),
             std::string("The code_verifier does not belong to the code_challenge of the request."));
    QCOMPARE(told({{"redirect_uri", ""}}), std::string("The parameter redirect_uri is missing."));
    QCOMPARE(told({{"redirect_uri", "https://app.example.org/back/"}}),
             std::string("The redirect_uri is not the one that the code was asked for with."));
}

void OAuthToken::changesOfAClientEndWhatItHad() {
    const auto app =
        registerApp(process(), a(), true, scope_, {{"redirectUris", {"https://app.example.org/back", "https://app.example.org/other"}}});
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

POLYCLINIC_TEST(OAuthToken)
#include "oauth_token_test.moc"
