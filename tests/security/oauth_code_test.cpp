// Group D of the attack list, authorization codes: who gets one, where it goes, what it is worth.

#include <QTest>

#include "oauth_world.h"
#include "test_case.h"

using namespace polyclinic::test;

namespace {

bool holds(const std::string& text, std::string_view part) { return text.find(part) != text.npos; }

}  // namespace

class OAuthCode : public QObject, OAuthWorld {
    Q_OBJECT
  private slots:
    void initTestCase();
    void D01_codesNeedAChallenge_data();
    void D01_codesNeedAChallenge();
    void D02_D03_verifierProvesTheCode_data();
    void D02_D03_verifierProvesTheCode();
    void D04_redirectsAreExact_data();
    void D04_redirectsAreExact();
    void D08_redirectIsRepeatedAtTheToken();
    void D09_secondUseEndsTheGrant();
    void D11_codesLastAMinute();
    void D14_nothingIsIssuedForWhatWasStopped();
    void D33_answersNameTheirIssuer();
    void D34_consentNeedsThePagesToken();
    void D37_pagesAreNeverFramed();
    void D42_answersToFormsAreSeeOther();
    void D43_onlyCodesAreOffered();
    void D44_requestsMayBePosted();
    void D46_requestObjectsAreRefused();
    void D48_audienceIsThisApi_data();
    void D48_audienceIsThisApi();
    void D49_noLaunchIsInvented();
    void D58_stateComesBackAsItWas_data();
    void D58_stateComesBackAsItWas();
    void A12_codesAndTokensOfOneClinicAreNothingInAnother();
    void C12_C13_C14_scopesAndRepeatedParameters();
    void promptAndMaxAge();
    void aSecondAnswerIsNotTaken();

  private:
    PatientApp ofB_;
    PatientPerson b1_;
    const std::string scope_ = "launch/patient openid fhirUser offline_access patient/*.rs";

    HttpAnswer ask(const Fields& more, const std::string& scope = "patient/Observation.rs launch/patient") {
        return authorize(a(), request(a(), app_, scope, more), a1_.cookie);
    }
    /// Sent back to the app with that error and without a code.
    void isErrorForApp(const HttpAnswer& answer, const std::string& error) {
        QCOMPARE(answer.status, 303);
        QVERIFY2(answer.header("location").starts_with("https://app.example.org/back?"), answer.header("location").c_str());
        QCOMPARE(returned(answer, "error"), error);
        QCOMPARE(returned(answer, "code"), std::string());
        QCOMPARE(returned(answer, "iss"), patientAuth(a()));
    }
    /// A page, and nobody is sent anywhere.
    void isPage(const HttpAnswer& answer, int status = 400) {
        QCOMPARE(answer.status, status);
        QCOMPARE(answer.header("location"), std::string());
        QVERIFY(answer.header("content-type").starts_with("text/html"));
        QVERIFY(!holds(answer.everything(), "code="));
    }
    void isInvalidGrant(const HttpAnswer& answer) { isError(answer, 400, "invalid_grant"); }
};

void OAuthCode::initTestCase() {
    const std::string may = "openid fhirUser launch/patient offline_access patient/*.cruds";
    OAuthWorld::initTestCase("code-a1", may);
    ofB_ = registerApp(process(), b(), false, may);
    b1_ = signedInPerson(process(), b(), "code-b1");
}

void OAuthCode::D01_codesNeedAChallenge_data() {
    QTest::addColumn<QString>("code_challenge");
    QTest::addColumn<QString>("method");
    QTest::newRow("none") << ""
                          << "";
    QTest::newRow("challenge without method") << challenge.c_str() << "";
    QTest::newRow("method without challenge") << ""
                                              << "S256";
    QTest::newRow("plain") << verifier.c_str() << "plain";
    QTest::newRow("42 characters") << challenge.substr(1).c_str() << "S256";
    QTest::newRow("44 characters") << ("A" + challenge).c_str() << "S256";
    QTest::newRow("padded") << (challenge + "=").c_str() << "S256";
}

void OAuthCode::D01_codesNeedAChallenge() {
    QFETCH(QString, code_challenge);
    QFETCH(QString, method);
    isErrorForApp(ask({{"code_challenge", code_challenge.toStdString()}, {"code_challenge_method", method.toStdString()}}),
                  "invalid_request");
}

void OAuthCode::D02_D03_verifierProvesTheCode_data() {
    QTest::addColumn<QString>("sent");
    QTest::newRow("missing") << "";
    QTest::newRow("wrong") << QString(43, 'a');
    QTest::newRow("the challenge itself") << challenge.c_str();
    QTest::newRow("too short") << verifier.substr(1).c_str();
}

void OAuthCode::D02_D03_verifierProvesTheCode() {
    QFETCH(QString, sent);
    const auto code = codeFor(a(), a1_, app_, scope_);
    isInvalidGrant(redeem(a(), app_, code, {{"code_verifier", sent.toStdString()}}));
    isInvalidGrant(redeem(a(), app_, code));  // used up by the try
}

void OAuthCode::D04_redirectsAreExact_data() {
    QTest::addColumn<QString>("address");
    for (const char* address : {"https://app.example.org/back/", "https://app.example.org/Back", "https://app.example.org/back?x=1",
                                "https://app.example.org/back#x", "https://app.example.org:444/back", "http://app.example.org/back",
                                "https://app.example.org.evil.example/back", "https://app.example.org@evil.example/back",
                                "https://app.example.org/back%00", "javascript:alert(1)", "https://app.example.org/back/../evil", ""})
        QTest::newRow(*address ? address : "none") << address;
}

void OAuthCode::D04_redirectsAreExact() {
    QFETCH(QString, address);
    isPage(ask({{"redirect_uri", address.toStdString()}}));
    isPage(ask({{"client_id", "unknown"}, {"redirect_uri", "https://app.example.org/back"}}));
}

void OAuthCode::D08_redirectIsRepeatedAtTheToken() {
    for (const std::string& other : {std::string(), std::string("https://app.example.org/back/")}) {
        const auto code = codeFor(a(), a1_, app_, scope_);
        isInvalidGrant(redeem(a(), app_, code, {{"redirect_uri", other}}));
    }
}

void OAuthCode::D09_secondUseEndsTheGrant() {
    const auto app = registerApp(process(), a(), false, scope_);
    const auto code = codeFor(a(), a1_, app, scope_);
    const auto first = redeem(a(), app, code);
    QCOMPARE(first.status, 200);
    const std::string access = first.json.at("access_token"), refreshToken = first.json.at("refresh_token");
    QCOMPARE(http("GET", patientApi(a()) + "/Patient/code-a1", bearer(access)).status, 200);
    isInvalidGrant(redeem(a(), app, code));
    QCOMPARE(http("GET", patientApi(a()) + "/Patient/code-a1", bearer(access)).status, 401);
    isInvalidGrant(refresh(a(), app, refreshToken));
    const auto grants = operate(process(), "GET", "/admin/api/Tenant/t-a/Grant?status=ended&client=" + app.id);
    QVERIFY(holds(grants.body, "\"endedBy\":\"reuse\""));
}

void OAuthCode::D11_codesLastAMinute() {
    const auto code = codeFor(a(), a1_, app_, scope_);
    sql("UPDATE auth_request SET code_expires = code_expires - interval '59 seconds' WHERE code = sha256('" + code + "')");
    QCOMPARE(redeem(a(), app_, code).status, 200);
    const auto late = codeFor(a(), a1_, app_, scope_);
    sql("UPDATE auth_request SET code_expires = code_expires - interval '61 seconds' WHERE code = sha256('" + late + "')");
    isInvalidGrant(redeem(a(), app_, late));
}

void OAuthCode::D14_nothingIsIssuedForWhatWasStopped() {
    const auto stop = [this](const std::string& query) {
        const auto grants = operate(process(), "GET", "/admin/api/Tenant/t-a/Grant?status=active&client=" + query);
        QCOMPARE(grants.json.at("entry").size(), std::size_t(1));
        const std::string id = grants.json["entry"][0]["resource"]["id"];
        QCOMPARE(operate(process(), "DELETE", "/admin/api/Tenant/t-a/Grant/" + id).status, 204);
    };
    const auto app = registerApp(process(), a(), false, scope_);
    const auto code = codeFor(a(), a1_, app, scope_);
    stop(app.id);
    isInvalidGrant(redeem(a(), app, code));
    // The app lost the address, or all of its rights, in between.
    const auto client = "/admin/api/Tenant/t-a/Client/" + app.id;
    const auto second = codeFor(a(), a1_, app, scope_);
    auto changed = operate(process(), "GET", client).json;
    changed["disabled"] = true;
    QCOMPARE(operate(process(), "PUT", client, changed).status, 200);
    QCOMPARE(redeem(a(), app, second).json.value("error", ""), std::string("invalid_client"));
    isPage(authorize(a(), request(a(), app, scope_), a1_.cookie));
}

void OAuthCode::D33_answersNameTheirIssuer() {
    const auto consent = consentForm(a(), a1_, request(a(), app_, scope_));
    const auto answer = decide(consent, a1_);
    QCOMPARE(returned(answer, "iss"), patientAuth(a()));
    QCOMPARE(returned(answer, "state"), std::string("st-1"));
    QVERIFY(!returned(answer, "code").empty());
    const auto metadata = http("GET", patientAuth(a()) + "/.well-known/openid-configuration").json;
    QCOMPARE(metadata.at("authorization_response_iss_parameter_supported"), true);
    QCOMPARE(metadata.at("issuer"), patientAuth(a()));
}

void OAuthCode::D34_consentNeedsThePagesToken() {
    const auto other = signedInPerson(process(), a(), "code-a2");
    const auto fields = request(a(), app_, scope_);
    const auto mine = consentForm(a(), a1_, fields), theirs = consentForm(a(), other, fields);
    const auto without = [](ConsentForm form, const std::string& name) {
        std::erase_if(form.hidden, [&](const auto& field) { return field.first == name; });
        return form;
    };
    auto foreign = mine;
    for (auto& [name, value] : foreign.hidden)
        if (name == "csrf_token")
            for (const auto& [theirName, theirValue] : theirs.hidden)
                if (theirName == name) value = theirValue;
    isPage(decide(without(mine, "csrf_token"), a1_), 403);
    isPage(decide(foreign, a1_), 403);
    isPage(decide(mine, other), 403);  // somebody else's browser
    isPage(decide(without(mine, "request"), a1_));
    const auto crossSite =
        http("POST", mine.action,
             {{"Cookie", a1_.cookie}, {"Content-Type", "application/x-www-form-urlencoded"}, {"Origin", "https://evil.example"}},
             form(mine.hidden) + "&decision=allow&duration=year");
    isPage(crossSite, 403);
    // Without a session the browser is sent to sign in, and nothing is granted.
    auto nobody = a1_;
    nobody.cookie.clear();
    const auto unsigned_ = decide(mine, nobody);
    QCOMPARE(unsigned_.status, 303);
    QVERIFY(unsigned_.header("location").starts_with(patientPortal(a()) + "/sign-in?request="));
    // The page itself still works.
    QVERIFY(!returned(decide(mine, a1_), "code").empty());
}

void OAuthCode::D37_pagesAreNeverFramed() {
    for (const auto& page : {consentForm(a(), a1_, request(a(), app_, scope_)).page, ask({{"client_id", "unknown"}})}) {
        QVERIFY2(holds(page.header("content-security-policy"), "frame-ancestors 'none'"), page.header("content-security-policy").c_str());
        QCOMPARE(page.header("x-frame-options"), std::string("DENY"));
        QVERIFY(holds(page.header("cache-control"), "no-store"));
    }
}

void OAuthCode::D42_answersToFormsAreSeeOther() {
    QCOMPARE(decide(consentForm(a(), a1_, request(a(), app_, scope_)), a1_).status, 303);
    QCOMPARE(decide(consentForm(a(), a1_, request(a(), app_, scope_)), a1_, "deny").status, 303);
    QCOMPARE(http("POST", patientAuth(a()) + "/authorize", {{"Content-Type", "application/x-www-form-urlencoded"}},
                  form(request(a(), app_, scope_)))
                 .status,
             303);
}

void OAuthCode::D43_onlyCodesAreOffered() {
    for (const std::string& type : {std::string("token"), std::string("id_token"), std::string("code id_token")})
        isErrorForApp(ask({{"response_type", type}}), "unsupported_response_type");
    isErrorForApp(ask({{"response_type", ""}}), "invalid_request");
    for (const std::string& type :
         {std::string("password"), std::string("client_credentials"), std::string("urn:ietf:params:oauth:grant-type:device_code")}) {
        const auto answer = postAs(a(), app_, "token", {{"grant_type", type}, {"username", "x"}, {"password", "y"}});
        QCOMPARE(answer.status, 400);
        QCOMPARE(answer.json.value("error", ""), std::string("unsupported_grant_type"));
    }
    QCOMPARE(http("GET", patientAuth(a()) + "/token").status, 405);
    const auto inAddress = http("POST", patientAuth(a()) + "/token?grant_type=authorization_code",
                                {{"Content-Type", "application/x-www-form-urlencoded"}}, "code=x");
    QCOMPARE(inAddress.status, 400);
    QCOMPARE(inAddress.json.value("error", ""), std::string("invalid_request"));
}

void OAuthCode::D44_requestsMayBePosted() {
    // As a browser sends it from another site: without our cookie, then with it on the way on.
    const auto answer = http("POST", patientAuth(a()) + "/authorize",
                             {{"Content-Type", "application/x-www-form-urlencoded"}, {"Origin", "https://app.example.org"}},
                             form(request(a(), app_, scope_)));
    QCOMPARE(answer.status, 303);
    QVERIFY(answer.header("location").starts_with(patientAuth(a()) + "/authorize?request="));
    const auto page = follow(answer, a1_.cookie, patientAuth(a()));
    QCOMPARE(page.status, 200);
    QVERIFY(holds(page.body, "csrf_token"));
    const auto stranger = http("GET", answer.header("location"));
    QVERIFY(stranger.header("location").starts_with(patientPortal(a()) + "/sign-in?request="));
}

void OAuthCode::D46_requestObjectsAreRefused() {
    isErrorForApp(ask({{"request", "eyJhbGciOiJub25lIn0.e30."}}), "request_not_supported");
    isErrorForApp(ask({{"request_uri", "http://127.0.0.1/"}}), "request_uri_not_supported");
}

void OAuthCode::D48_audienceIsThisApi_data() {
    QTest::addColumn<QString>("aud");
    const auto& server = shortServer();
    QTest::newRow("missing") << "";
    QTest::newRow("of the clinic's systems") << server.a.fhir.c_str();
    QTest::newRow("of another clinic") << patientApi(server.b).c_str();
    QTest::newRow("of nobody") << "https://inferno.healthit.gov/invalid_aud";
    QTest::newRow("no address") << "patient";
    QTest::newRow("longer") << (patientApi(server.a) + "/Patient").c_str();
}

void OAuthCode::D48_audienceIsThisApi() {
    QFETCH(QString, aud);
    isErrorForApp(ask({{"aud", aud.toStdString()}}), "invalid_request");
}

void OAuthCode::D49_noLaunchIsInvented() { isErrorForApp(ask({{"launch", "abc"}}), "invalid_request"); }

void OAuthCode::D58_stateComesBackAsItWas_data() {
    QTest::addColumn<QByteArray>("state");
    QTest::newRow("signs") << QByteArray("a b&c=d#e%25+\"<>'");
    QTest::newRow("unicode") << QByteArray("s\xc3\xa9\xf0\x9f\x92\x8a");
    QTest::newRow("lines") << QByteArray("x\r\nSet-Cookie: evil=1");
    QTest::newRow("2 KB") << QByteArray(2048, 's');
}

void OAuthCode::D58_stateComesBackAsItWas() {
    QFETCH(QByteArray, state);
    const auto text = state.toStdString();
    const auto error = ask({{"state", text}, {"response_type", "token"}});
    QCOMPARE(returned(error, "state"), text);
    QCOMPARE(error.header("set-cookie"), std::string());
    const auto code = decide(consentForm(a(), a1_, request(a(), app_, scope_, {{"state", text}})), a1_);
    QCOMPARE(returned(code, "state"), text);
    const auto refused = decide(consentForm(a(), a1_, request(a(), app_, scope_, {{"state", text}})), a1_, "deny");
    QCOMPARE(returned(refused, "state"), text);
    QCOMPARE(returned(refused, "error"), std::string("access_denied"));
}

void OAuthCode::A12_codesAndTokensOfOneClinicAreNothingInAnother() {
    const auto code = codeFor(a(), a1_, app_, scope_);
    isInvalidGrant(redeem(b(), ofB_, code));
    const auto tokens = tokensFor(a(), a1_, app_, scope_);
    isInvalidGrant(refresh(b(), ofB_, tokens.at("refresh_token")));
    const auto secret =
        postAs(b(), confidential_, "token", {{"grant_type", "refresh_token"}, {"refresh_token", tokens.at("refresh_token")}});
    QCOMPARE(secret.status, 401);
    QCOMPARE(secret.json.value("error", ""), std::string("invalid_client"));
    QCOMPARE(http("GET", patientApi(b()) + "/Patient/code-a1", bearer(tokens.at("access_token"))).status, 401);
    QCOMPARE(http("GET", a().fhir + "/Patient/code-a1", bearer(tokens.at("access_token"))).status, 401);
    // A cookie of one clinic is nobody's in another.
    auto stranger = a1_;
    stranger.cookie.replace(stranger.cookie.find("t-a"), 3, "t-b");
    const auto asked = authorize(b(), request(b(), ofB_, scope_), stranger.cookie);
    QVERIFY(asked.header("location").starts_with(patientPortal(b()) + "/sign-in?request="));
    QCOMPARE(refresh(a(), app_, tokens.at("refresh_token")).status, 200);
}

void OAuthCode::C12_C13_C14_scopesAndRepeatedParameters() {
    isErrorForApp(ask({}, "user/*.rs"), "invalid_scope");
    isErrorForApp(ask({}, "system/*.rs system/Patient.read"), "invalid_scope");
    isErrorForApp(ask({{"scope", ""}}), "invalid_scope");
    for (const std::string& scope :
         {std::string("patient/Observation.rs\npatient/*.rs"), std::string("patient/\"x\".rs"),
          std::string("patient/Observation.rs?patient.birthdate=1990"), std::string("patient/Observation.rs?code:in=x")})
        isErrorForApp(ask({}, scope), "invalid_scope");
    // C04: never widened.
    for (const std::string& scope : {std::string("patient/Observation.sr"), std::string("patient/Observation.rsr"),
                                     std::string("patient/observation.rs"), std::string("patient/Foo.rs")})
        isErrorForApp(ask({}, scope), "invalid_scope");
    std::string many;
    for (int i = 0; i < 1001; ++i) many += "a" + std::to_string(i) + " ";
    const auto posted = http("POST", patientAuth(a()) + "/authorize", {{"Content-Type", "application/x-www-form-urlencoded"}},
                             form(request(a(), app_, many)));
    isErrorForApp(posted, "invalid_scope");

    const auto twice = [this](const std::string& name, const std::string& value) {
        return authorize(
            a(),
            [&] {
                auto fields = request(a(), app_, "patient/Observation.rs");
                fields.emplace_back(name, value);
                return fields;
            }(),
            a1_.cookie);
    };
    isErrorForApp(twice("scope", "openid"), "invalid_request");
    isPage(twice("client_id", app_.id));
    isPage(twice("redirect_uri", app_.redirect));
}

void OAuthCode::promptAndMaxAge() {
    const auto sent = [this](const Fields& more) {
        return follow(authorize(a(), request(a(), app_, scope_, more), a1_.cookie), a1_.cookie, patientAuth(a()));
    };
    QCOMPARE(returned(sent({{"prompt", "none"}}), "error"), std::string("consent_required"));
    const auto nobody = follow(authorize(a(), request(a(), app_, scope_, {{"prompt", "none"}})), {}, patientAuth(a()));
    QCOMPARE(returned(nobody, "error"), std::string("login_required"));
    QCOMPARE(returned(sent({{"prompt", "none login"}}), "error"), std::string("invalid_request"));
    QVERIFY(sent({{"prompt", "login"}}).header("location").starts_with(patientPortal(a()) + "/sign-in?request="));
    QVERIFY(sent({{"max_age", "0"}}).header("location").starts_with(patientPortal(a()) + "/sign-in?request="));
    QCOMPARE(sent({{"max_age", "3600"}}).status, 200);
    QCOMPARE(returned(sent({{"max_age", "x"}}), "error"), std::string("invalid_request"));
}

void OAuthCode::aSecondAnswerIsNotTaken() {
    const auto consent = consentForm(a(), a1_, request(a(), app_, scope_));
    QVERIFY(!returned(decide(consent, a1_), "code").empty());
    isPage(decide(consent, a1_));
    isPage(decide(consent, a1_, "deny"));
    const auto refused = consentForm(a(), a1_, request(a(), app_, scope_));
    QCOMPARE(returned(decide(refused, a1_, "deny"), "error"), std::string("access_denied"));
    isPage(decide(refused, a1_));
}

POLYCLINIC_TEST(OAuthCode)
#include "oauth_code_test.moc"
