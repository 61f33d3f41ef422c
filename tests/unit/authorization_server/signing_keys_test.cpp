// Keys of issuers: made when first needed, replaced at will, shown until the last token that they signed has expired.

#include <QTest>

#include "../accounts/people_fixture.h"
#include "authorization_server/id_token.h"
#include "authorization_server/signing_keys.h"
#include "test_case.h"

using namespace polyclinic;
using namespace polyclinic::test;

class SigningKeysTest : public QObject {
    Q_OBJECT
  private slots:
    void init();
    void cleanup();
    void everyIssuerHasItsOwn();
    void aNewKeySignsAtOnce();
    void theOldOneIsShownUntilItsLastTokenHasExpired();
    void anotherProcessFollowsWithinAMinute();
    void ofManyRotationsAtOnceOneKeySigns();
    void everyNinetyDaysThereIsANewOne();

  private:
    PeopleWorld& w() { return *world_; }
    std::string sign(authorization_server::SigningKeys& keys, const tenancy::TenantContextPtr& tenant,
                     const std::string& realm = "patient") {
        const tenancy::RealmSession session(*tenant, realm);
        return w().wait(keys.sign(session, R"({"sub":"x"})"));
    }
    nlohmann::json jwks(authorization_server::SigningKeys& keys, const tenancy::TenantContextPtr& tenant,
                        const std::string& realm = "patient") {
        const tenancy::RealmSession session(*tenant, realm);
        return nlohmann::json::parse(w().wait(keys.jwks(session))).at("keys");
    }
    authorization_server::SigningKeys::Rotation rotate(authorization_server::SigningKeys& keys, const tenancy::TenantContextPtr& tenant) {
        const tenancy::RealmSession session(*tenant, "patient");
        return w().wait(keys.rotate(session));
    }
    static std::string kidOf(const std::string& token) {
        return nlohmann::json::parse(base64UrlDecode(token.substr(0, token.find('.'))).value()).at("kid");
    }
    /// As somebody does who has the document only.
    static bool verifies(const std::string& token, const nlohmann::json& keys) {
        for (const auto& key : keys)
            if (key.at("kid") == kidOf(token)) return authorization_server::verifiedPayload(token, key.dump()).has_value();
        return false;
    }
    int rows() {
        OpenDatabase owner(w().cluster.asBootstrap(), w().loops);
        return int(oneNow(w().loops, *owner, "SELECT count(*) FROM signing_key").int8(0, 0));
    }

    std::unique_ptr<PeopleWorld> world_;
    std::unique_ptr<authorization_server::SigningKeys> keys_, elsewhere_;  // of two processes on one database
};

void SigningKeysTest::init() {
    world_ = std::make_unique<PeopleWorld>();
    keys_ = std::make_unique<authorization_server::SigningKeys>(w().vault, w().workers, w().clock);
    elsewhere_ = std::make_unique<authorization_server::SigningKeys>(w().vault, w().workers, w().clock);
}

void SigningKeysTest::cleanup() {
    keys_.reset();
    elsewhere_.reset();
    world_.reset();
}

void SigningKeysTest::everyIssuerHasItsOwn() {
    const auto token = sign(*keys_, w().a);
    QVERIFY(verifies(token, jwks(*keys_, w().a)));
    QVERIFY(!verifies(token, jwks(*keys_, w().b)));
    QVERIFY(!verifies(token, jwks(*keys_, w().a, "provider")));
    QCOMPARE(jwks(*keys_, w().a).size(), std::size_t(1));
}

void SigningKeysTest::aNewKeySignsAtOnce() {
    const auto before = sign(*keys_, w().a), other = sign(*keys_, w().b);
    const auto otherKeys = jwks(*keys_, w().b);
    const auto rotation = rotate(*keys_, w().a);
    QCOMPARE(rotation.previous, kidOf(before));
    QVERIFY(rotation.kid != rotation.previous);
    const auto after = sign(*keys_, w().a);
    QCOMPARE(kidOf(after), rotation.kid);
    const auto shown = jwks(*keys_, w().a);
    QCOMPARE(shown.size(), std::size_t(2));
    QCOMPARE(shown[0].at("kid").get<std::string>(), rotation.kid);
    QVERIFY(verifies(before, shown) && verifies(after, shown));
    // The clinic next door noticed nothing.
    QCOMPARE(jwks(*keys_, w().b), otherKeys);
    QCOMPARE(kidOf(sign(*keys_, w().b)), kidOf(other));
}

void SigningKeysTest::theOldOneIsShownUntilItsLastTokenHasExpired() {
    const auto token = sign(*keys_, w().a);
    const auto rotated = w().clock.now();
    const auto rotation = rotate(*keys_, w().a);
    QVERIFY(rotation.shownUntil >= rotated + authorization_server::idTokenLife + 1min);  // another process may sign a minute more
    w().clock.forward((rotation.shownUntil - rotated) - 1us);
    QVERIFY(verifies(token, jwks(*keys_, w().a)));
    QCOMPARE(rows(), 2);
    w().clock.forward(1s);
    QVERIFY(!verifies(token, jwks(*keys_, w().a)));
    QCOMPARE(jwks(*keys_, w().a).size(), std::size_t(1));
    QCOMPARE(rows(), 1);  // its private half is gone too
    QVERIFY(verifies(sign(*keys_, w().a), jwks(*keys_, w().a)));
}

void SigningKeysTest::anotherProcessFollowsWithinAMinute() {
    sign(*elsewhere_, w().a);
    const auto rotation = rotate(*keys_, w().a);
    const auto late = sign(*elsewhere_, w().a);
    QCOMPARE(kidOf(late), rotation.previous);  // it has not heard of it
    w().clock.forward(1s);
    QVERIFY(verifies(sign(*keys_, w().a), jwks(*elsewhere_, w().a)));
    QVERIFY(verifies(late, jwks(*keys_, w().a)));
    w().clock.forward(59s);
    const auto followed = sign(*elsewhere_, w().a);
    QCOMPARE(kidOf(followed), rotation.kid);
}

void SigningKeysTest::ofManyRotationsAtOnceOneKeySigns() {
    const auto before = sign(*keys_, w().a);
    const auto statuses = race(w().loops, 4, [this](int i) -> Task<http::Response> {
        const tenancy::RealmSession session(*w().a, "patient");
        auto& keys = i % 2 ? *keys_ : *elsewhere_;
        const auto rotation = co_await keys.rotate(session);
        co_return http::Response::make(rotation.kid.empty() ? 500 : 200, "text/plain", "");
    });
    QCOMPARE(statuses.at(200), 4);
    w().clock.forward(61s);
    const auto one = sign(*keys_, w().a), other = sign(*elsewhere_, w().a);
    QCOMPARE(kidOf(one), kidOf(other));
    const auto shown = jwks(*keys_, w().a);
    QVERIFY(verifies(before, shown) && verifies(one, shown) && verifies(other, shown));
}

void SigningKeysTest::everyNinetyDaysThereIsANewOne() {
    const auto first = sign(*keys_, w().a);
    w().clock.forward(24h * 90 - 1s);
    const auto old = sign(*keys_, w().a);
    QCOMPARE(kidOf(old), kidOf(first));
    w().clock.forward(2min);
    const auto fresh = sign(*elsewhere_, w().a);  // whoever looks first
    QVERIFY(kidOf(fresh) != kidOf(old));
    QCOMPARE(kidOf(sign(*keys_, w().a)), kidOf(fresh));
    const auto shown = jwks(*keys_, w().a);
    QCOMPARE(shown.size(), std::size_t(2));
    QVERIFY(verifies(old, shown) && verifies(fresh, shown));
}

POLYCLINIC_TEST(SigningKeysTest)
#include "signing_keys_test.moc"
