// Groups A and D of the attack list: who may ask the endpoints of an authorization server, and what they tell.
#include <QDateTime>
#include <QMessageAuthenticationCode>
#include <QTest>

#include "authorization_server/jose.h"
#include "oauth_world.h"
#include "test_case.h"

using namespace polyclinic::test;
using Json = nlohmann::json;

class OAuthEndpoints : public QObject, OAuthWorld {
    Q_OBJECT
  private slots:
    void initTestCase() { OAuthWorld::initTestCase("endpoint-a1"); }
    void A18_tokensOfOneClinicAreUnknownInAnother();
    void A19_everyIssuerHasKeysOfItsOwn();
    void signingKeysAreReplacedAtWill();
    void D23_D25_D26_D28_assertionsAreNotTaken();
    void D45_whoMayCallFromABrowser();
    void D51_stoppedIsStoppedAtOnce();
    void D52_introspectionAsksWhoAsks();
    void D53_onlyAccessTokensOpenTheApi();
    void D56_nothingIsKeptInCaches();
    void fishingForSecretsIsSlowedDown();
};

namespace {

const std::string inactive = "{\"active\":false}";

}  // namespace

void OAuthEndpoints::A18_tokensOfOneClinicAreUnknownInAnother() {
    const auto askerOfB = registerIntrospector(process(), b()), appOfB = registerApp(process(), b(), false, scope_);
    const auto tokens = tokensFor(a(), a1_, app_, scope_);
    QCOMPARE(introspected(b(), askerOfB, tokens.at("access_token")).dump(), inactive);
    for (const char* kind : {"access_token", "refresh_token"})
        QCOMPARE(postAs(b(), appOfB, "revoke", {{"token", tokens.at(kind)}}).status, 200);
    QCOMPARE(read(tokens), 200);
    QCOMPARE(refresh(a(), app_, tokens.at("refresh_token")).status, 200);
}

void OAuthEndpoints::A19_everyIssuerHasKeysOfItsOwn() {
    const auto configured = [](const Clinic& clinic) {
        return http("GET", patientAuth(clinic) + "/.well-known/openid-configuration").json;
    };
    const auto ofA = configured(a()), ofB = configured(b());
    QVERIFY(ofA.at("issuer") != ofB.at("issuer"));
    const auto keysOfA = http("GET", ofA.at("jwks_uri")), keysOfB = http("GET", ofB.at("jwks_uri"));
    QCOMPARE(keysOfA.status, 200);
    QVERIFY(!keysOfA.json.at("keys").empty());
    const auto& a0 = keysOfA.json["keys"][0];
    const auto& b0 = keysOfB.json.at("keys")[0];
    QVERIFY(a0.at("kid") != b0.at("kid"));
    QVERIFY(a0.at("n") != b0.at("n"));
    const auto signedByA = tokensFor(a(), a1_, app_, scope_).at("id_token").get<std::string>();
    QVERIFY(polyclinic::authorization_server::verifiedPayload(signedByA, a0.dump()));
    QVERIFY(!polyclinic::authorization_server::verifiedPayload(signedByA, b0.dump()));
    for (const char* secret : {"d", "p", "q", "dp", "dq", "qi"}) QVERIFY(!a0.contains(secret));
    QCOMPARE(a0.at("kty"), "RSA");
    QCOMPARE(a0.at("alg"), "RS256");
    // The database holds the private half sealed.
    const auto rows = ServerDatabase(process()).asSuperuser("SELECT encode(private_key, 'escape') FROM signing_key");
    QVERIFY(!rows.empty());
    for (const auto& row : rows) QVERIFY(row.find("RSA") == row.npos && row.find("\"d\"") == row.npos);
}

void OAuthEndpoints::signingKeysAreReplacedAtWill() {
    const auto rotate = [this](const std::string& tenant) {
        return operate(process(), "POST", "/admin/api/Tenant/" + tenant + "/$rotate-signing-key");
    };
    const auto keysOf = [](const Clinic& clinic) { return http("GET", patientAuth(clinic) + "/jwks").json.at("keys"); };
    const auto verifies = [](const std::string& token, const Json& keys) {
        for (const auto& key : keys)
            if (polyclinic::authorization_server::verifiedPayload(token, key.dump())) return true;
        return false;
    };
    for (const Clinic* other : std::initializer_list<const Clinic*>{&b(), &short_->own}) {
        const auto before = tokensFor(a(), a1_, app_, scope_);
        const auto othersBefore = keysOf(*other);
        const auto rotated = rotate(a().id);
        QCOMPARE(rotated.status, 200);
        QCOMPARE(rotated.json.at("rotated").size(), std::size_t(1));
        const auto& one = rotated.json["rotated"][0];
        QCOMPARE(one.at("issuer"), patientAuth(a()));
        const auto shown = http("GET", patientAuth(a()) + "/jwks");
        QCOMPARE(shown.header("cache-control"), std::string("no-cache"));
        const auto& keys = shown.json.at("keys");
        QCOMPARE(keys[0].at("kid"), one.at("kid"));
        QVERIFY(shown.body.find(one.at("previous").get<std::string>()) != std::string::npos);
        const auto after = tokensFor(a(), a1_, app_, scope_);
        QVERIFY(polyclinic::authorization_server::verifiedPayload(after.at("id_token").get<std::string>(), keys[0].dump()));
        QVERIFY(!polyclinic::authorization_server::verifiedPayload(before.at("id_token").get<std::string>(), keys[0].dump()));
        QVERIFY(verifies(before.at("id_token"), keys));
        QCOMPARE(read(after), 200);
        QCOMPARE(keysOf(*other).dump(), othersBefore.dump());
        QVERIFY(!verifies(after.at("id_token"), keysOf(*other)));
    }
    QCOMPARE(rotate("no-such-clinic").status, 404);
    QCOMPARE(http("POST", process().operators() + "/admin/api/Tenant/t-a/$rotate-signing-key", bearer(a().token)).status, 401);
    const auto events = operate(process(), "GET", "/admin/api/Tenant/t-a/AuditEvent?subtype=signing-key-rotate").json;
    QCOMPARE(events.at("total"), 2);
}

/// Not offered: no client can have a key, and no assertion stands for one, however it is signed.
void OAuthEndpoints::D23_D25_D26_D28_assertionsAreNotTaken() {
    const auto part = [](const Json& json) {
        return QByteArray::fromStdString(json.dump())
            .toBase64(QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals)
            .toStdString();
    };
    const auto now = QDateTime::currentSecsSinceEpoch();
    const auto jwk = http("GET", patientAuth(a()) + "/jwks").json.at("keys")[0].dump();
    for (const auto& [endpoint, id, secret] : {std::tuple(patientAuth(a()) + "/token", confidential_.id, confidential_.secret),
                                               std::tuple(a().tokenUrl, a().clientId, a().secret)})
        for (const auto& aud : {endpoint, b().tokenUrl, patientApi(a())})
            for (const char* alg : {"none", "HS256", "RS1", "RS384", "ES384"}) {
                const auto content = part({{"alg", alg}, {"typ", "JWT"}, {"kid", "x"}}) + "." +
                                     part({{"iss", id}, {"sub", id}, {"aud", aud}, {"exp", now + 300}, {"jti", "same"}});
                std::string signature;
                if (std::string(alg) != "none")
                    signature = QMessageAuthenticationCode::hash(QByteArray::fromStdString(content), QByteArray::fromStdString(jwk),
                                                                 QCryptographicHash::Sha256)
                                    .toBase64(QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals)
                                    .toStdString();
                Fields fields{{"grant_type", "client_credentials"},
                              {"scope", "system/*.rs"},
                              {"client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"},
                              {"client_assertion", content + "." + signature}};
                if (endpoint != a().tokenUrl) fields[0].second = "refresh_token";
                for (const bool named : {false, true}) {
                    if (named) fields.emplace_back("client_id", id);
                    isError(http("POST", endpoint, {{"Content-Type", "application/x-www-form-urlencoded"}}, form(fields)), 401,
                            "invalid_client");
                }
                // Not beside a secret that is right either.
                fields.emplace_back("client_secret", secret);
                isError(http("POST", endpoint, {{"Content-Type", "application/x-www-form-urlencoded"}}, form(fields)), 401,
                        "invalid_client");
            }
    for (const auto& place : {patientAuth(a()), a().tokenUrl.substr(0, a().tokenUrl.size() - 6)})
        QVERIFY(http("GET", place + "/.well-known/openid-configuration").body.find("jwt") == std::string::npos);
    const auto made = operate(process(), "POST", "/admin/api/Tenant/t-a/Client",
                              {{"name", "Keyed"},
                               {"kind", "backend-service"},
                               {"type", "confidential-asymmetric"},
                               {"scopes", "system/*.rs"},
                               {"jwks", {{"keys", Json::array()}}}});
    QCOMPARE(made.status, 422);
}

void OAuthEndpoints::D45_whoMayCallFromABrowser() {
    const HttpHeaders origin{{"Origin", "https://app.example.org"}};
    const auto preflight = [&](const std::string& place, const std::string& method) {
        auto headers = origin;
        headers.emplace_back("Access-Control-Request-Method", method);
        return http("OPTIONS", patientAuth(a()) + place, headers);
    };
    for (const char* place : {"/token", "/introspect", "/revoke", "/userinfo"})
        QCOMPARE(preflight(place, "POST").header("access-control-allow-origin"), std::string("*"));
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
    const auto error = http("POST", patientAuth(a()) + "/token",
                            {{"Origin", "https://app.example.org"}, {"Content-Type", "application/x-www-form-urlencoded"}}, "grant_type=x");
    QCOMPARE(error.header("access-control-allow-origin"), std::string("*"));
    QCOMPARE(error.header("access-control-allow-credentials"), std::string());
}

void OAuthEndpoints::D51_stoppedIsStoppedAtOnce() {
    const auto app = registerApp(process(), a(), true, scope_);
    const auto tokens = tokensFor(a(), a1_, app, scope_);
    QCOMPARE(read(tokens), 200);
    const auto list = operate(process(), "GET", "/admin/api/Tenant/t-a/Grant?status=active&client=" + app.id).json;
    QCOMPARE(list.at("total"), 1);
    const auto grant = list["entry"][0]["resource"];
    QCOMPARE(grant.at("fhirUser"), "Patient/endpoint-a1");
    QCOMPARE(grant.at("clientName"), "Heart Diary");
    QVERIFY(grant.contains("lastUsed"));
    const auto path = "/admin/api/Tenant/t-a/Grant/" + grant.at("id").get<std::string>();
    QCOMPARE(operate(process(), "DELETE", "/admin/api/Tenant/t-b/Grant/" + grant.at("id").get<std::string>()).status, 404);
    QCOMPARE(read(tokens), 200);
    QCOMPARE(operate(process(), "DELETE", path).status, 204);
    QCOMPARE(read(tokens), 401);
    isError(refresh(a(), app, tokens.at("refresh_token")), 400, "invalid_grant");
    QCOMPARE(introspected(a(), gateway_, tokens.at("access_token")).dump(), inactive);
    QCOMPARE(operate(process(), "GET", path).json.at("endedBy"), "clinic");
    QCOMPARE(operate(process(), "DELETE", path).status, 204);
}

void OAuthEndpoints::D52_introspectionAsksWhoAsks() {
    const auto tokens = tokensFor(a(), a1_, app_, scope_);
    const HttpHeaders formed{{"Content-Type", "application/x-www-form-urlencoded"}};
    const auto body = form({{"token", tokens.at("access_token")}});
    QCOMPARE(http("POST", patientAuth(a()) + "/introspect", formed, body).status, 401);
    QCOMPARE(postAs(a(), app_, "introspect", {{"token", tokens.at("access_token")}}).status, 401);  // no secret, no question
    const auto askedBy = [&](const std::string& token) {
        auto headers = bearer(token);
        headers.push_back(formed.front());
        return http("POST", patientAuth(a()) + "/introspect", headers, body);
    };
    // A client learns of its own tokens; of others' only a system that the clinic registered for it.
    QCOMPARE(askedBy(tokens.at("access_token")).json.at("active"), true);
    QCOMPARE(askedBy(tokensFor(a(), a1_, registerApp(process(), a(), false, scope_), scope_).at("access_token")).body, inactive);
    QCOMPARE(askedBy(a().token).body, inactive);
    QCOMPARE(introspected(a(), confidential_, tokens.at("access_token")).dump(), inactive);
    QCOMPARE(introspected(a(), gateway_, tokens.at("access_token")).at("active"), true);
    // So it is at the systems' own server.
    const auto ofSystem = [&](const HttpHeaders& by, const std::string& token) {
        auto headers = by;
        headers.push_back(formed.front());
        return http("POST", a().tokenUrl.substr(0, a().tokenUrl.rfind('/')) + "/introspect", headers, form({{"token", token}}));
    };
    QCOMPARE(ofSystem(bearer(a().token), a().token).json.at("active"), true);
    QCOMPARE(ofSystem(basicOf(gateway_), a().token).json.at("active"), true);
    const auto plain =
        operate(process(), "POST", "/admin/api/Tenant/t-a/Client",
                {{"name", "Plain"}, {"kind", "backend-service"}, {"type", "confidential-symmetric"}, {"scopes", "system/*.rs"}})
            .json;
    QCOMPARE(plain.at("introspect"), false);
    QCOMPARE(ofSystem(basicOf({plain.at("id"), plain.at("clientSecret"), {}}), a().token).body, inactive);
    QCOMPARE(ofSystem(basicOf(confidential_), a().token).body, inactive);  // an app of patients
    QCOMPARE(operate(process(), "POST", "/admin/api/Tenant/t-a/Client",
                     {{"name", "App"},
                      {"kind", "patient-app"},
                      {"type", "public"},
                      {"redirectUris", {"https://app.example.org/back"}},
                      {"scopes", "patient/*.rs"},
                      {"introspect", true}})
                 .status,
             422);
    for (const std::string& dead :
         {std::string("invalid_token_value"), tokens.at("refresh_token").get<std::string>(), std::string("pat_") + std::string(43, 'y')})
        QCOMPARE(introspected(a(), gateway_, dead).dump(), inactive);
    // A refresh token that works is active for its own client, and for nobody else.
    const auto own = tokensFor(a(), a1_, confidential_, scope_);
    const auto refreshed = introspected(a(), confidential_, own.at("refresh_token"));
    QCOMPARE(refreshed.at("active"), true);
    QCOMPARE(refreshed.at("client_id"), confidential_.id);
    QVERIFY(!refreshed.contains("token_type"));
    QCOMPARE(refresh(a(), confidential_, own.at("refresh_token")).status, 200);
    QCOMPARE(introspected(a(), confidential_, own.at("refresh_token")).dump(), inactive);
    const auto fisher = registerApp(process(), a(), true, scope_);
    int status = 0, tries = 0;
    for (; tries < 1000 && status != 429; ++tries)
        status = postAs(a(), fisher, "introspect", {{"token", "pat_" + std::to_string(tries)}}).status;
    QCOMPARE(status, 429);
    QVERIFY2(tries <= 40, std::to_string(tries).c_str());
}

void OAuthEndpoints::D53_onlyAccessTokensOpenTheApi() {
    const auto code = codeFor(a(), a1_, app_, scope_);
    const auto tokens = tokensFor(a(), a1_, confidential_, scope_);
    const auto url = patientApi(a()) + "/Patient/endpoint-a1";
    for (const std::string& wrong : {tokens.at("id_token").get<std::string>(), tokens.at("refresh_token").get<std::string>(), code})
        QCOMPARE(http("GET", url, bearer(wrong)).status, 401);
    const std::string access = tokens.at("access_token");
    QCOMPARE(http("GET", url + "?access_token=" + access).status, 401);
    QCOMPARE(http("GET", url, {{"Authorization", "bearer " + access}}).status, 200);
    const auto twice =
        raw(short_->process.base(), "GET " + pathOf(url) + " HTTP/1.1\r\nHost: " + authorityOf(url) + "\r\nAuthorization: Bearer " +
                                        access + "\r\nAuthorization: Bearer " + access + "\r\nConnection: close\r\n\r\n");
    QVERIFY2(twice.status == 400 || twice.status == 401, std::to_string(twice.status).c_str());
}

void OAuthEndpoints::D56_nothingIsKeptInCaches() {
    for (const auto& answer : {redeem(a(), app_, codeFor(a(), a1_, app_, scope_)), redeem(a(), app_, "nonsense")}) {
        QCOMPARE(answer.header("cache-control"), std::string("no-store"));
        QCOMPARE(answer.header("pragma"), std::string("no-cache"));
        QVERIFY(answer.header("content-type").starts_with("application/json"));
    }
}

void OAuthEndpoints::fishingForSecretsIsSlowedDown() {
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

POLYCLINIC_TEST(OAuthEndpoints)
#include "oauth_endpoints_test.moc"
