// Signatures and the texts that are signed, literally.

#include <QTest>

#include <nlohmann/json.hpp>

#include "authorization_server/authorization_request.h"
#include "authorization_server/id_token.h"
#include "authorization_server/jose.h"
#include "authorization_server/refresh_token.h"
#include "base/encoding.h"
#include "base/failure.h"
#include "test_case.h"

using namespace polyclinic;
using namespace polyclinic::authorization_server;
using Json = nlohmann::json;

class JoseTest : public QObject {
    Q_OBJECT
  private slots:
    void initTestCase() { key_.emplace(RsaKey::make()); }
    void signsWhatVerifies();
    void keepsItsKeyAsText();
    void refusesEveryForgery();
    void saysWhoSomebodyIs();
    void tellsOnlyWhatWasGranted();
    void refreshTokensFollowEachOther();
    void wishesAreKeptAsTheyWere();
    void offersWhatIsAskedAndRegistered();

  private:
    static std::string part(const std::string& token, int number) {
        std::size_t from = 0;
        for (int i = 0; i < number; ++i) from = token.find('.', from) + 1;
        return token.substr(from, token.find('.', from) - from);
    }
    std::optional<RsaKey> key_;
};

void JoseTest::signsWhatVerifies() {
    const auto token = key_->sign(R"({"sub":"p"})");
    const auto header = Json::parse(base64UrlDecode(part(token, 0)).value());
    QCOMPARE(header.at("alg"), "RS256");
    QCOMPARE(header.at("typ"), "JWT");
    QCOMPARE(header.at("kid"), key_->id());
    QCOMPARE(base64UrlDecode(part(token, 2)).value().size(), std::size_t(256));
    QCOMPARE(verifiedPayload(token, key_->publicJwk()).value(), std::string("{\"sub\":\"p\"}"));
}

void JoseTest::keepsItsKeyAsText() {
    const auto again = RsaKey::fromPrivateJwk(key_->privateJwk());
    QCOMPARE(again.id(), key_->id());
    QCOMPARE(again.publicJwk(), key_->publicJwk());
    QVERIFY(verifiedPayload(again.sign("{}"), key_->publicJwk()));
    const auto shown = Json::parse(key_->publicJwk());
    QCOMPARE(shown.size(), std::size_t(6));
    QCOMPARE(shown.at("kty"), "RSA");
    QCOMPARE(shown.at("use"), "sig");
    QCOMPARE(shown.at("alg"), "RS256");
    QCOMPARE(shown.at("e"), "AQAB");
    QVERIFY_THROWS_EXCEPTION(Failure, (void)RsaKey::fromPrivateJwk("{}"));
    QVERIFY_THROWS_EXCEPTION(Failure, (void)RsaKey::fromPrivateJwk("no json"));
}

void JoseTest::refusesEveryForgery() {
    const auto other = RsaKey::make();
    QVERIFY(other.id() != key_->id());
    const auto token = key_->sign(R"({"sub":"p"})");
    QVERIFY(!verifiedPayload(token, other.publicJwk()));
    auto changed = token;
    changed[token.find('.') + 3] ^= 1;
    QVERIFY(!verifiedPayload(changed, key_->publicJwk()));
    const auto none = base64UrlEncode(R"({"alg":"none"})") + '.' + base64UrlEncode(R"({"sub":"p"})") + '.';
    QVERIFY(!verifiedPayload(none, key_->publicJwk()));
    // The public key as the secret of a symmetric algorithm (RFC 8725 section 2.1).
    const auto head = base64UrlEncode(R"({"alg":"HS256"})") + '.' + base64UrlEncode(R"({"sub":"p"})");
    QVERIFY(!verifiedPayload(head + '.' + base64UrlEncode(hmacSha256(key_->publicJwk(), head)), key_->publicJwk()));
    const auto renamed = base64UrlEncode(R"({"alg":"RS384"})") + '.' + part(token, 1) + '.' + part(token, 2);
    QVERIFY(!verifiedPayload(renamed, key_->publicJwk()));
    for (const char* text : {"", ".", "..", "a.b.c", "x"}) QVERIFY(!verifiedPayload(text, key_->publicJwk()));
}

void JoseTest::saysWhoSomebodyIs() {
    const Identity who{"https://c.example/tenant/t/patient/auth", "acc-1", "https://c.example/tenant/t/patient/smart-api/Patient/p1",
                       "openid fhirUser profile"};
    const Timestamp now{1'790'000'000'500'000}, signedIn{1'789'999'000'000'000};
    const std::string expected = R"({"iss":"https://c.example/tenant/t/patient/auth","aud":"app-1","iat":1790000000,"exp":1790000300,)"
                                 R"("auth_time":1789999000,"nonce":"n1","sub":"acc-1",)"
                                 R"("fhirUser":"https://c.example/tenant/t/patient/smart-api/Patient/p1",)"
                                 R"("profile":"https://c.example/tenant/t/patient/smart-api/Patient/p1"})";
    QCOMPARE(idTokenClaims(who, "app-1", "n1", signedIn, now), expected);
    QVERIFY(idTokenClaims(who, "app-1", "", signedIn, now).find("nonce") == std::string::npos);
}

void JoseTest::tellsOnlyWhatWasGranted() {
    const std::string onlySubject = "{\"sub\":\"acc-1\"}";
    QCOMPARE(userClaims({"i", "acc-1", "u", "openid"}).dump(), onlySubject);
    QCOMPARE(userClaims({"i", "acc-1", "u", "openid fhirUserX"}).dump(), onlySubject);
    QVERIFY(holdsScope("a bc d", "bc"));
    QVERIFY(!holdsScope("a bc d", "b"));
    QVERIFY(!holdsScope("", "a"));
}

void JoseTest::refreshTokensFollowEachOther() {
    const KeyVault vault(std::string(32, 'k')), another(std::string(32, 'l'));
    const auto first = newRefreshToken(authorization_server::realms::patient);
    Realm other = authorization_server::realms::patient;
    other.name = "provider";
    QVERIFY(authorization_server::realms::patient.looksLikeRefreshToken(first));
    QVERIFY(first != newRefreshToken(authorization_server::realms::patient));
    const auto next = successorOf(authorization_server::realms::patient, first, vault, 7);
    QVERIFY(authorization_server::realms::patient.looksLikeRefreshToken(next));
    QVERIFY(next != first);
    QCOMPARE(successorOf(authorization_server::realms::patient, first, vault, 7), next);
    QVERIFY(successorOf(authorization_server::realms::patient, first, another, 7) != next);
    QVERIFY(successorOf(authorization_server::realms::patient, first, vault, 8) != next);
    QVERIFY(successorOf(other, first, vault, 7) != next);
    QVERIFY(successorOf(authorization_server::realms::patient, next, vault, 7) != next);
    for (const auto& text : {std::string(), std::string("prt_"), "pat_" + first.substr(4), first + "x"})
        QVERIFY(!authorization_server::realms::patient.looksLikeRefreshToken(text));
}

void JoseTest::wishesAreKeptAsTheyWere() {
    AuthorizationRequest wish{"openid patient/*.rs", "s \"1\"\n\xc3\xa9", "n", "c", true, true, 60};
    const auto again = AuthorizationRequest::fromJson(wish.toJson());
    QCOMPARE(again.scope, wish.scope);
    QCOMPARE(again.state, wish.state);
    QCOMPARE(again.nonce, wish.nonce);
    QCOMPARE(again.codeChallenge, wish.codeChallenge);
    QVERIFY(again.silent && again.signInAgain && again.maxAge == 60);
    QVERIFY_THROWS_EXCEPTION(Failure, (void)AuthorizationRequest::fromJson("[]"));
}

void JoseTest::offersWhatIsAskedAndRegistered() {
    const auto offered = [](std::string_view asked, std::string_view registered) {
        const auto offer = grantableOf(authorization_server::realms::patient, asked, registered);
        std::string text = offer.scopes.text() + " |";
        for (const auto& word : offer.nonResourceScopes) text += ' ' + word;
        return text;
    };
    QCOMPARE(offered("patient/*.rs openid offline_access", "patient/Observation.rs openid"),
             std::string("patient/Observation.rs | openid"));
    QCOMPARE(offered("patient/Observation.cruds launch/patient", "patient/*.rs"), std::string("patient/Observation.rs | launch/patient"));
    QCOMPARE(offered("user/*.rs system/*.rs online_access launch", "user/*.rs system/*.rs online_access launch"), std::string(" |"));
    QCOMPARE(offered("patient/Observation.read", "patient/*.rs"), std::string("patient/Observation.read |"));
    QCOMPARE(offered("", "patient/*.rs"), std::string(" |"));
}

POLYCLINIC_TEST(JoseTest)
#include "jose_test.moc"
