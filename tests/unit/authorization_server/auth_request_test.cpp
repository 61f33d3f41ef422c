// A consent and what may have ended in the moment before it is stored.

#include <QTest>

#include "../accounts/people_case.h"
#include "oauth/auth_request_store.h"
#include "oauth/grant_store.h"
#include "test_case.h"

using namespace polyclinic;
using namespace polyclinic::test;
using accounts::patientRealm;

class AuthRequestTest : public QObject, PeopleCase {
    Q_OBJECT
  private slots:
    void init() { world_ = std::make_unique<PeopleWorld>(); }
    void cleanup() { world_.reset(); }
    void aConsentNeedsTheSessionThatGaveIt();
    void aSessionOfSomebodyElseDecidesNothing();

  private:
    std::string clientOf(const tenancy::TenantContextPtr& tenant) {
        oauth::Client client;
        client.name = "Diary";
        client.kind = oauth::ClientKind::patientApp;
        client.type = oauth::ClientType::publicClient;
        client.redirectUris = {"https://app.example.org/back"};
        client.scopes = "patient/*.rs";
        const tenancy::RealmSession session(*tenant, "patient");
        return w().wait(oauth::client_store::create(session, client, w().clock.now())).client.id;
    }
    bool decide(const tenancy::TenantContextPtr& tenant, const std::string& client, const std::string& account,
                const std::string& session) {
        const tenancy::RealmSession rows(*tenant, "patient");
        const auto now = w().clock.now();
        oauth::AuthRequest asked;
        asked.id = randomToken();
        asked.client = client;
        asked.redirectUri = "https://app.example.org/back";
        asked.parameters = "{}";
        asked.created = asked.signedInSince = now;
        asked.expires = now + 30min;
        w().wait(oauth::auth_request_store::add(rows, asked));
        oauth::ConsentDecision decision;
        decision.request = asked.id;
        decision.session = session;
        decision.account = account;
        decision.authTime = now;
        decision.codeHash = sha256(asked.id);
        decision.codeExpires = now + 1min;
        decision.grant = randomUuid();
        decision.family = randomUuid();
        decision.patient = "p1";
        decision.scopes = "[]";
        decision.ends = now + 24h;
        const bool decided = w().wait(oauth::auth_request_store::decide(rows, decision, now));
        const auto found = w().wait(oauth::auth_request_store::findByCode(rows, decision.codeHash));
        if (found.has_value() != decided || (found && found->family != decision.family))
            throw std::logic_error("the family does not go with the answer");
        if (found && !w().wait(oauth::grant_store::find(rows, found->grant))) throw std::logic_error("there is no grant");
        return decided;
    }
};

void AuthRequestTest::aConsentNeedsTheSessionThatGaveIt() {
    w().record(w().a, "p1", born);
    const auto maria = w().activate(w().a, w().invite(w().a, "p1", "maria"), born, good);
    const auto client = clientOf(w().a);
    const auto& who = maria.session;
    QVERIFY(decide(w().a, client, who.accountId, who.id));
    w().wait(w().people.changePassword({*w().a, patientRealm}, who, good, better, true, PeopleWorld::clientInfo()));
    QVERIFY(!decide(w().a, client, who.accountId, who.id));
    const auto again = w().signIn(w().a, "maria", better);
    QVERIFY(decide(w().a, client, who.accountId, again->session.id));
    w().wait(w().people.signOut({*w().a, patientRealm}, PeopleWorld::clientInfo("192.0.2.7", PeopleWorld::cookieOf(*again))));
    QVERIFY(!decide(w().a, client, who.accountId, again->session.id));
}

void AuthRequestTest::aSessionOfSomebodyElseDecidesNothing() {
    for (const auto& tenant : {w().a, w().b}) {
        w().record(tenant, "p1", born);
        w().record(tenant, "p2", born);
    }
    const auto maria = w().activate(w().a, w().invite(w().a, "p1", "maria"), born, good);
    const auto john = w().activate(w().a, w().invite(w().a, "p2", "john"), born, good);
    const auto far = w().activate(w().b, w().invite(w().b, "p1", "maria"), born, good);
    const auto client = clientOf(w().a);
    QVERIFY(!decide(w().a, client, maria.session.accountId, john.session.id));
    QVERIFY(!decide(w().a, client, maria.session.accountId, far.session.id));
    QVERIFY(!decide(w().a, client, far.session.accountId, far.session.id));
    QVERIFY(decide(w().a, client, maria.session.accountId, maria.session.id));
}

POLYCLINIC_TEST(AuthRequestTest)
#include "auth_request_test.moc"
