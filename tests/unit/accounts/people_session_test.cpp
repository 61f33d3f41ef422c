// Sign-in, passwords and sessions of two clinics side by side.
#include <QRegularExpression>
#include <QTest>

#include "accounts/devices.h"
#include "accounts/form_token.h"
#include "accounts/try_store.h"
#include "people_case.h"
#include "test_case.h"

using namespace polyclinic;
using namespace polyclinic::test;
using accounts::AccountService;
using accounts::patientRealm;

class PeopleSessionTest : public QObject, PeopleCase {
    Q_OBJECT
  private slots:
    void init() { world_ = std::make_unique<PeopleWorld>(); }
    void cleanup() { world_.reset(); }
    void signInSaysNothingOfTheCause();
    void E03_theOwnerElsewhereGetsIn();
    void unlockForgets();
    void aKnownBrowserHasItsOwnCounts();
    void anotherServerAndARestartKnow();
    void whatIsKeptIsBounded();
    void aCodeIsGoodHoweverManyGuess();
    void D39_signInDrawsANewSession();
    void sessionsEnd();
    void A14_cookiesOfAnotherClinicAreNothing();
    void F08_sessionsOfOthersStay();
    void F12_cookieLines();
    void E15_passwordChanges();
    void switchedOffIsOutAtOnce();
    void aSignInIsNeverSlowerThanItsPassword();
    void formTokensHoldForOnePage();
    void devicesHaveNames();
};

void PeopleSessionTest::signInSaysNothingOfTheCause() {
    for (const char* id : {"p1", "p2", "p3"}) w().record(w().a, id, born);
    w().activate(w().a, w().invite(w().a, "p1", "maria"), born, good);
    w().invite(w().a, "p2", "invited");
    auto off = w().invite(w().a, "p3", "off");
    w().activate(w().a, off, born, good);
    off.account.disabled = true;
    off.account.version = 2;  // the activation made it 2
    QVERIFY(w().wait(w().people.change({*w().a, patientRealm}, off.account, PeopleWorld::staff())));
    QVERIFY(!w().signIn(w().a, "maria", wrong));
    QVERIFY(!w().signIn(w().a, "nobody", good));
    QVERIFY(!w().signIn(w().a, "invited", good));
    QVERIFY(!w().signIn(w().a, "off", good));
    QVERIFY(!w().signIn(w().a, "", good));
    QVERIFY(!w().signIn(w().a, std::string("a\0b", 3), good));
    QVERIFY(!w().signIn(w().b, "maria", good));
    QVERIFY(!w().wait(w().people.signIn({*w().a, accounts::providerRealm}, "maria", good, PeopleWorld::clientInfo())));
    QVERIFY(failure([&] { w().signIn(w().a, "maria", std::string(1 << 20, 'x')); }) == FailureKind::badRequest);
    QVERIFY(w().signIn(w().a, "maria", good));
}

void PeopleSessionTest::E03_theOwnerElsewhereGetsIn() {
    w().record(w().a, "p1", born);
    w().record(w().b, "p1", born);
    w().activate(w().a, w().invite(w().a, "p1", "maria"), born, good);
    w().activate(w().b, w().invite(w().b, "p1", "maria"), born, good);
    for (int i = 0; i < 10; ++i) QVERIFY(!w().signIn(w().a, "maria", wrong));
    for (int i = 0; i < 10; ++i) QVERIFY(failure([&] { w().signIn(w().a, "maria", good); }) == FailureKind::tooManyRequests);
    QVERIFY(w().signIn(w().a, "maria", good, PeopleWorld::clientInfo("198.51.100.1")));
    QVERIFY(w().signIn(w().b, "maria", good));  // another clinic's counts are its own
}

void PeopleSessionTest::unlockForgets() {
    w().record(w().a, "p1", born);
    const auto invitation = w().invite(w().a, "p1", "maria");
    w().activate(w().a, invitation, born, good);
    for (int i = 0; i < 9; ++i) QVERIFY(!w().signIn(w().a, "maria", wrong));
    QVERIFY(!w().people.isHeldUp({*w().a, patientRealm}, "maria"));
    QVERIFY(!w().signIn(w().a, "maria", wrong));
    QVERIFY(failure([&] { w().signIn(w().a, "maria", good); }) == FailureKind::tooManyRequests);
    QVERIFY(w().people.isHeldUp({*w().a, patientRealm}, "maria"));
    QVERIFY(!w().people.isHeldUp({*w().b, patientRealm}, "maria"));
    QVERIFY(!w().wait(w().people.unlock({*w().b, patientRealm}, invitation.account.id, PeopleWorld::staff())));
    QVERIFY(w().wait(w().people.unlock({*w().a, patientRealm}, invitation.account.id, PeopleWorld::staff())));
    QVERIFY(!w().people.isHeldUp({*w().a, patientRealm}, "maria"));
    QVERIFY(w().signIn(w().a, "maria", good));
}

void PeopleSessionTest::aKnownBrowserHasItsOwnCounts() {
    for (const char* id : {"p1", "p2"}) w().record(w().a, id, born);
    w().record(w().b, "p1", born);
    const auto maria = w().activate(w().a, w().invite(w().a, "p1", "maria"), born, good);
    w().activate(w().a, w().invite(w().a, "p2", "tom"), born, good);
    w().activate(w().b, w().invite(w().b, "p1", "maria"), born, good);
    QVERIFY(maria.deviceCookie.starts_with("__Host-pc-patient-t-a.device="));
    QVERIFY(maria.deviceCookie.ends_with("; Path=/; HttpOnly; SameSite=Lax; Secure; Max-Age=34560000"));
    const auto deviceOf = [](const accounts::SignedIn& signedIn) {
        return signedIn.deviceCookie.substr(0, signedIn.deviceCookie.find(';'));
    };
    auto device = deviceOf(maria);
    // Strangers at the same address and elsewhere, more than anyone may.
    for (int from = 1; from <= 20; ++from)
        for (int i = 0; i < 20; ++i)
            failure([&] { w().signIn(w().a, "maria", wrong, PeopleWorld::clientInfo("192.0.2." + std::to_string(from))); });
    QVERIFY(failure([&] { w().signIn(w().a, "maria", good, PeopleWorld::clientInfo("192.0.2.1")); }) == FailureKind::tooManyRequests);
    QVERIFY(failure([&] { w().signIn(w().a, "maria", good, PeopleWorld::clientInfo("198.51.100.77")); }) == FailureKind::tooManyRequests);
    const auto again = w().signIn(w().a, "maria", good, PeopleWorld::clientInfo("192.0.2.1", device));
    QVERIFY(again.has_value());
    // It is drawn anew each time, and is worth nothing for another account or clinic.
    QVERIFY(failure([&] { w().signIn(w().a, "maria", good, PeopleWorld::clientInfo("192.0.2.1", device)); }) ==
            FailureKind::tooManyRequests);
    device = deviceOf(*again);
    for (int i = 0; i < 20; ++i) failure([&] { w().signIn(w().a, "tom", wrong, PeopleWorld::clientInfo("192.0.2.1", device)); });
    QVERIFY(failure([&] { w().signIn(w().a, "tom", good, PeopleWorld::clientInfo("192.0.2.1", device)); }) == FailureKind::tooManyRequests);
    std::string atB = device;
    atB.replace(atB.find("t-a"), 3, "t-b");
    for (int i = 0; i < 10; ++i) QVERIFY(!w().signIn(w().b, "maria", wrong, PeopleWorld::clientInfo("192.0.2.1", atB)));
    QVERIFY(failure([&] { w().signIn(w().b, "maria", good, PeopleWorld::clientInfo("192.0.2.1", atB)); }) == FailureKind::tooManyRequests);
    // It has tries of its own too, and they forget when the right password comes.
    for (int i = 0; i < 10; ++i) QVERIFY(!w().signIn(w().a, "maria", wrong, PeopleWorld::clientInfo("203.0.113.1", device)));
    QVERIFY(failure([&] { w().signIn(w().a, "maria", good, PeopleWorld::clientInfo("203.0.113.1", device)); }) ==
            FailureKind::tooManyRequests);
    w().clock.forward(10s);
    const auto third = w().signIn(w().a, "maria", good, PeopleWorld::clientInfo("203.0.113.1", device));
    QVERIFY(third.has_value());
    device = deviceOf(*third);
    // The person signs that browser out from elsewhere: it is a stranger's.
    QVERIFY(w().wait(w().people.endSession({*w().a, patientRealm}, third->session, third->session.id, PeopleWorld::clientInfo())));
    QVERIFY(!w().signIn(w().a, "maria", wrong, PeopleWorld::clientInfo("192.0.2.1")));
    QVERIFY(failure([&] { w().signIn(w().a, "maria", good, PeopleWorld::clientInfo("192.0.2.1", device)); }) ==
            FailureKind::tooManyRequests);
}

void PeopleSessionTest::anotherServerAndARestartKnow() {
    w().record(w().a, "p1", born);
    w().activate(w().a, w().invite(w().a, "p1", "maria"), born, good);
    for (int i = 0; i < 5; ++i) QVERIFY(!w().signIn(w().a, "maria", wrong));
    accounts::AccountService other(w().passwords, w().vault, w().audit, w().clock);
    const auto there = [&](const std::string& password) {
        return w().wait(other.signIn({*w().a, patientRealm}, "maria", password, PeopleWorld::clientInfo()));
    };
    for (int i = 0; i < 5; ++i) QVERIFY(!there(wrong));
    QVERIFY(failure([&] { there(good); }) == FailureKind::tooManyRequests);
    QVERIFY(failure([&] { w().signIn(w().a, "maria", good); }) == FailureKind::tooManyRequests);
    accounts::AccountService restarted(w().passwords, w().vault, w().audit, w().clock);
    QVERIFY(!restarted.isHeldUp({*w().a, patientRealm}, "maria"));
    w().wait(restarted.lookAtTries({*w().a, patientRealm}, {"maria"}));
    QVERIFY(restarted.isHeldUp({*w().a, patientRealm}, "maria"));
    QVERIFY(failure([&] {
                w().wait(restarted.signIn({*w().a, patientRealm}, "maria", good, PeopleWorld::clientInfo()));
            }) == FailureKind::tooManyRequests);
    w().clock.forward(15min);
    QVERIFY(there(good));
}

void PeopleSessionTest::whatIsKeptIsBounded() {
    const tenancy::RealmSession session(*w().a, patientRealm);
    const auto count = [&] {
        static constexpr db::TenantSql sql("SELECT count(*) FROM failed_try WHERE tenant_id = $1");
        return w().wait(rowsOf(session).run({sql, db::Params()})).int8(0, 0);
    };
    for (int i = 0; i < 30; ++i) {
        std::vector<accounts::FailedTries> rows{{"a" + std::to_string(i), "x" + std::to_string(i), 0, {}, 3600},
                                                {"n" + std::to_string(i % 5), "", 0, {}, 900}};
        w().wait(accounts::tries::add(session, std::move(rows), w().clock.now()));
        w().clock.forward(1s);
    }
    QCOMPARE(count(), 35);
    w().wait(accounts::tries::tidy(session, w().clock.now(), 10));
    QCOMPARE(count(), 10);
    const auto networks = w().wait(accounts::tries::load(session, {"n0", "n1", "n2", "n3", "n4", "a0", "a29"}));
    QCOMPARE(networks.size(), std::size_t(6));  // what a flood runs into stays; of the rest the newest
    w().clock.forward(1h);
    w().wait(accounts::tries::tidy(session, w().clock.now()));
    QCOMPARE(count(), 0);
    // Neither names nor addresses stand there.
    w().record(w().a, "p1", born);
    w().activate(w().a, w().invite(w().a, "p1", "maria"), born, good);
    QVERIFY(!w().signIn(w().a, "maria", wrong));
    static constexpr db::TenantSql all("SELECT string_agg(key || account, ' ') FROM failed_try WHERE tenant_id = $1");
    const std::string text(w().wait(rowsOf(session).run({all, db::Params()})).text(0, 0));
    for (const char* what : {"maria", "192.0.2"}) QVERIFY(text.find(what) == text.npos);
}

void PeopleSessionTest::aCodeIsGoodHoweverManyGuess() {
    w().record(w().a, "p1", born);
    const auto invitation = w().invite(w().a, "p1", "maria");
    const auto check = [&](const std::string& code, const std::string& from = "192.0.2.7") {
        return w().wait(w().people.checkCode({*w().a, patientRealm}, code, PeopleWorld::clientInfo(from))).has_value();
    };
    for (int i = 0; i < 25; ++i) QVERIFY(!check("nonsense"));
    for (int i = 0; i < 25; ++i) QVERIFY(!check("ZZZZZ-" + std::to_string(1000 + i) + "-0000"));
    // Beyond that the same wait for codes that are malformed, that nobody has, and that somebody has.
    const auto selector = invitation.activation.code.substr(0, 6);
    for (const std::string& guess : {std::string("nonsense"), std::string("ZZZZZ-0000-0000"),
                                     selector + (invitation.activation.code.ends_with("0") ? "0000-0001" : "0000-0000")})
        QVERIFY(failure([&] { check(guess); }) == FailureKind::tooManyRequests);
    QVERIFY(!check("nonsense", "198.51.100.1"));
    QVERIFY(check(invitation.activation.code));
    w().activate(w().a, invitation, born, good);
}

void PeopleSessionTest::D39_signInDrawsANewSession() {
    w().record(w().a, "p1", born);
    const auto first = w().activate(w().a, w().invite(w().a, "p1", "maria"), born, good);
    const auto second = w().signIn(w().a, "maria", good, PeopleWorld::clientInfo("192.0.2.7", "x=1; " + PeopleWorld::cookieOf(first)));
    QVERIFY(second->session.cookie != first.session.cookie);
    QVERIFY(!w().session(w().a, PeopleWorld::cookieOf(first)));
    QVERIFY(w().session(w().a, PeopleWorld::cookieOf(*second)));
    // A name that somebody planted is not taken up.
    const std::string planted = "__Host-pc-patient-t-a=" + std::string(43, 'A');
    const auto third = w().signIn(w().a, "maria", good, PeopleWorld::clientInfo("192.0.2.7", planted));
    QVERIFY(PeopleWorld::cookieOf(*third) != planted);
    QVERIFY(!w().session(w().a, planted));
}

void PeopleSessionTest::sessionsEnd() {
    w().record(w().a, "p1", born);
    w().activate(w().a, w().invite(w().a, "p1", "maria"), born, good);
    const auto idle = w().signIn(w().a, "maria", good), busy = w().signIn(w().a, "maria", good);
    const auto begun = w().clock.now();
    w().clock.forward(14min + 29s);
    QVERIFY(w().session(w().a, PeopleWorld::cookieOf(*busy)));
    w().clock.forward(31s);
    QVERIFY(!w().session(w().a, PeopleWorld::cookieOf(*idle)));
    while (w().clock.now() - begun < 8h - 10min) {
        QVERIFY(w().session(w().a, PeopleWorld::cookieOf(*busy)));
        w().clock.forward(10min);
    }
    while (w().clock.now() - begun < 8h) {
        QVERIFY(w().session(w().a, PeopleWorld::cookieOf(*busy)));
        w().clock.forward(1min);
    }
    QVERIFY(!w().session(w().a, PeopleWorld::cookieOf(*busy)));
    const auto out = w().signIn(w().a, "maria", good);
    const auto line =
        w().wait(w().people.signOut({*w().a, patientRealm}, PeopleWorld::clientInfo("192.0.2.7", PeopleWorld::cookieOf(*out))));
    QCOMPARE(line, std::string("__Host-pc-patient-t-a=; Path=/; HttpOnly; SameSite=Lax; Secure; Max-Age=0"));
    QVERIFY(!w().session(w().a, PeopleWorld::cookieOf(*out)));
}

void PeopleSessionTest::A14_cookiesOfAnotherClinicAreNothing() {
    w().record(w().a, "p1", born);
    w().record(w().b, "p1", born);
    const auto a = w().activate(w().a, w().invite(w().a, "p1", "maria"), born, good);
    w().activate(w().b, w().invite(w().b, "p1", "maria"), born, good);
    QVERIFY(!w().session(w().b, PeopleWorld::cookieOf(a)));
    QVERIFY(!w().session(w().b, "__Host-pc-patient-t-b=" + a.session.cookie));
    QVERIFY(!w().wait(w().people.session({*w().a, accounts::providerRealm}, "__Host-pc-provider-t-a=" + a.session.cookie)));
    QVERIFY(w().session(w().a, PeopleWorld::cookieOf(a)));
    // Twice the same name: whose it is cannot be said.
    QVERIFY(!w().session(w().a, PeopleWorld::cookieOf(a) + "; " + PeopleWorld::cookieOf(a)));
}

void PeopleSessionTest::F08_sessionsOfOthersStay() {
    w().record(w().a, "p1", born);
    w().record(w().a, "p2", born);
    const auto maria = w().activate(w().a, w().invite(w().a, "p1", "maria"), born, good);
    const auto tom = w().activate(w().a, w().invite(w().a, "p2", "tom"), born, good);
    const auto end = [&](const accounts::SignedIn& who, const std::string& id) {
        return w().wait(w().people.endSession({*w().a, patientRealm}, who.session, id, PeopleWorld::clientInfo()));
    };
    QVERIFY(!end(maria, tom.session.id));
    QVERIFY(!end(maria, "no-such"));
    QVERIFY(w().session(w().a, PeopleWorld::cookieOf(tom)));
    const auto list = w().wait(w().people.sessionsOf({*w().a, patientRealm}, maria.session.accountId));
    QCOMPARE(list.size(), std::size_t(1));
    QCOMPARE(list[0].device, std::string("Chrome on Android"));
    const auto second = w().signIn(w().a, "maria", good), third = w().signIn(w().a, "maria", good);
    QVERIFY(end(maria, second->session.id));
    QVERIFY(!w().session(w().a, PeopleWorld::cookieOf(*second)));
    QCOMPARE(w().wait(w().people.endOtherSessions({*w().a, patientRealm}, maria.session, PeopleWorld::clientInfo())), std::size_t(1));
    QVERIFY(!w().session(w().a, PeopleWorld::cookieOf(*third)));
    QVERIFY(w().session(w().a, PeopleWorld::cookieOf(maria)));
    QVERIFY(!w().wait(w().people.endAnySession({*w().b, patientRealm}, tom.session.id, PeopleWorld::staff())));
    QVERIFY(w().wait(w().people.endAnySession({*w().a, patientRealm}, tom.session.id, PeopleWorld::staff())));
    QVERIFY(!w().session(w().a, PeopleWorld::cookieOf(tom)));
}

void PeopleSessionTest::F12_cookieLines() {
    QCOMPARE(accounts::cookieName("patient", "oak", true), std::string("__Host-pc-patient-oak"));
    QCOMPARE(accounts::cookieName("provider", "oak", false), std::string("pc-provider-oak"));
    QCOMPARE(accounts::setCookie("__Host-pc-patient-oak", "v"),
             std::string("__Host-pc-patient-oak=v; Path=/; HttpOnly; SameSite=Lax; Secure"));
    QCOMPARE(accounts::setCookie("pc-patient-oak", "v"), std::string("pc-patient-oak=v; Path=/; HttpOnly; SameSite=Lax"));
    QCOMPARE(accounts::cookieValue("a=1; pc-patient-oak=v; b=2", "pc-patient-oak"), std::string("v"));
    QCOMPARE(accounts::cookieValue("xpc-patient-oak=v", "pc-patient-oak"), std::string());
    QCOMPARE(accounts::cookieValue("", "pc-patient-oak"), std::string());
}

void PeopleSessionTest::E15_passwordChanges() {
    w().record(w().a, "p1", born);
    const auto here = w().activate(w().a, w().invite(w().a, "p1", "maria"), born, good);
    const auto elsewhere = w().signIn(w().a, "maria", good);
    const auto change = [&](const std::string& current, const std::string& fresh) {
        return w().wait(w().people.changePassword({*w().a, patientRealm}, here.session, current, fresh, false,
                                                  PeopleWorld::clientInfo("192.0.2.7", PeopleWorld::cookieOf(here))));
    };
    QVERIFY(failure([&] { change("", better); }) == FailureKind::forbidden);
    QVERIFY(failure([&] { change(wrong, better); }) == FailureKind::forbidden);
    std::string place;
    QVERIFY(failure([&] { change(good, "maria maria maria"); }, &place) == FailureKind::unprocessable);
    QCOMPARE(place, std::string("password"));
    QVERIFY(w().session(w().a, PeopleWorld::cookieOf(*elsewhere)));
    const auto now = change(good, better);
    QVERIFY(!w().session(w().a, PeopleWorld::cookieOf(*elsewhere)));
    QVERIFY(!w().session(w().a, PeopleWorld::cookieOf(here)));  // this one too: a new id
    QVERIFY(w().session(w().a, PeopleWorld::cookieOf(now)));
    QVERIFY(!w().signIn(w().a, "maria", good));
    QVERIFY(w().signIn(w().a, "maria", better));
}

/// The password is changed, or the account switched off, between the look at the password and the new session.
void PeopleSessionTest::aSignInIsNeverSlowerThanItsPassword() {
    w().record(w().a, "p1", born);
    const auto signedIn = w().activate(w().a, w().invite(w().a, "p1", "maria"), born, good);
    const tenancy::RealmSession session(*w().a, patientRealm);
    const auto before = w().wait(accounts::account_store::find(session, signedIn.session.accountId)).value();
    const auto begin = [&](const std::string& hash) {
        accounts::Session made;
        made.id = "late-" + hash;
        made.account = before.id;
        made.started = made.lastSeen = w().clock.now();
        made.expires = w().clock.now() + 8h;
        return w().wait(accounts::session_store::add(session, sha256(hash), made, before.password));
    };
    QVERIFY(begin("one"));
    w().wait(w().people.changePassword({*w().a, patientRealm}, signedIn.session, good, better, false, PeopleWorld::clientInfo()));
    QVERIFY(!begin("two"));
    auto account = w().wait(accounts::account_store::find(session, before.id)).value();
    const auto known = account.password;
    account.disabled = true;
    w().wait(w().people.change({*w().a, patientRealm}, account, PeopleWorld::staff()));
    accounts::Session off;
    off.id = "off";
    off.account = account.id;
    off.started = off.lastSeen = w().clock.now();
    off.expires = w().clock.now() + 8h;
    QVERIFY(!w().wait(accounts::session_store::add(session, sha256("off"), off, known)));
    QCOMPARE(w().wait(w().people.sessionsOf({*w().a, patientRealm}, before.id)).size(), std::size_t(0));
}

void PeopleSessionTest::switchedOffIsOutAtOnce() {
    w().record(w().a, "p1", born);
    auto invitation = w().invite(w().a, "p1", "maria");
    const auto signedIn = w().activate(w().a, invitation, born, good);
    auto account = invitation.account;
    account.disabled = true;
    QVERIFY(!w().wait(w().people.change({*w().b, patientRealm}, account, PeopleWorld::staff())));
    QVERIFY(w().session(w().a, PeopleWorld::cookieOf(signedIn)));
    QVERIFY(failure([&] {
                w().wait(w().people.change({*w().a, patientRealm}, account, PeopleWorld::staff()));
            }) == FailureKind::preconditionFailed);  // the activation made it 2
    const auto epoch = access::tokenCacheEpoch();
    account.version = 2;
    QVERIFY(w().wait(w().people.change({*w().a, patientRealm}, account, PeopleWorld::staff()))->disabled);
    QVERIFY(access::tokenCacheEpoch() > epoch);
    QVERIFY(!w().session(w().a, PeopleWorld::cookieOf(signedIn)));
    account.disabled = false;
    account.version = 3;
    w().wait(w().people.change({*w().a, patientRealm}, account, PeopleWorld::staff()));
    QVERIFY(!w().session(w().a, PeopleWorld::cookieOf(signedIn)));  // switching on brings nothing back
    QVERIFY(w().signIn(w().a, "maria", good));
    QVERIFY(!w().wait(w().people.remove({*w().b, patientRealm}, account.id, PeopleWorld::staff())));
    QVERIFY(w().wait(w().people.remove({*w().a, patientRealm}, account.id, PeopleWorld::staff())));
    QVERIFY(!w().signIn(w().a, "maria", good));
}

void PeopleSessionTest::formTokensHoldForOnePage() {
    const auto token = accounts::formToken(w().vault, {*w().a, "patient"}, "cookie", "password");
    const auto holds = [&](const tenancy::TenantContextPtr& tenant, std::string_view realm, std::string_view cookie,
                           std::string_view purpose) {
        return accounts::formToken(w().vault, {*tenant, realm}, cookie, purpose) == token;
    };
    QVERIFY(holds(w().a, "patient", "cookie", "password"));
    QVERIFY(!holds(w().b, "patient", "cookie", "password"));
    QVERIFY(!holds(w().a, "provider", "cookie", "password"));
    QVERIFY(!holds(w().a, "patient", "other", "password"));
    QVERIFY(!holds(w().a, "patient", "cookie", "consent"));
    QCOMPARE(accounts::formToken(w().vault, {*w().a, "patient"}, "", "password"), std::string());
}

void PeopleSessionTest::devicesHaveNames() {
    QCOMPARE(accounts::deviceName(
                 "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 Version/17.0 Mobile/15E148 Safari/604.1"),
             std::string("Safari on iPhone"));
    QCOMPARE(accounts::deviceName("Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"),
             std::string("Firefox on Linux"));
    QCOMPARE(
        accounts::deviceName("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/120.0.0.0 Safari/537.36 Edg/120.0.0.0"),
        std::string("Edge on Windows"));
    QCOMPARE(accounts::deviceName("<script>"), std::string("Unknown browser"));
}

POLYCLINIC_TEST(PeopleSessionTest)
#include "people_session_test.moc"
