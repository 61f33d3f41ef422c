#include <QRegularExpression>
#include <QTest>

#include "identity/devices.h"
#include "identity/form_token.h"
#include "people_fixture.h"
#include "test_case.h"

using namespace polyclinic;
using namespace polyclinic::test;
using identity::patientRealm;
using identity::People;

namespace {

const std::string good = "three green boats sail", better = "seven purple lamps glow", wrong = "four orange kites fly";
const std::string born = "1980-05-03";

}  // namespace

/// Invitations, codes, passwords and sessions of two clinics side by side.
class PeopleTest : public QObject {
    Q_OBJECT
  private slots:
    void init() { world_ = std::make_unique<PeopleWorld>(); }
    void cleanup() { world_.reset(); }
    void invitationsNeedARecordOfThisClinic();
    void namesAreMadeOfTheRecord();
    void namesAreUniqueWithinOneClinic();
    void activationInSteps();
    void recordsWithoutABirthDate();
    void fiveWrongAnswersEndACode();
    void ofManyGuessesAtOnceFiveCount();
    void E06_resetCodesWorkOnce();
    void E10_codesOfAnotherClinicAreNothing();
    void E20_nobodyOfTheClinicSetsAPassword();
    void signInSaysNothingOfTheCause();
    void E03_theOwnerElsewhereGetsIn();
    void unlockForgets();
    void D39_signInDrawsANewSession();
    void sessionsEnd();
    void A14_cookiesOfAnotherClinicAreNothing();
    void F08_sessionsOfOthersStay();
    void F12_cookieLines();
    void E15_passwordChanges();
    void switchedOffIsOutAtOnce();
    void linksOfTheDemoClinic();
    void formTokensHoldForOnePage();
    void devicesHaveNames();

  private:
    PeopleWorld& w() { return *world_; }
    std::optional<FailureKind> failure(std::function<void()> work, std::string* place = nullptr) {
        try {
            work();
        } catch (const Failure& failure) {
            if (place && !failure.issues().empty()) *place = failure.issues()[0].expression;
            return failure.kind();
        }
        return std::nullopt;
    }
    std::unique_ptr<PeopleWorld> world_;
};

void PeopleTest::invitationsNeedARecordOfThisClinic() {
    w().record(w().a, "p1", born);
    std::string place;
    QVERIFY(failure([&] { w().invite(w().b, "p1"); }, &place) == FailureKind::unprocessable);
    QCOMPARE(place, std::string("Account.fhirUser"));
    QVERIFY(failure([&] { w().invite(w().a, "p1", "", "1980-05-04"); }, &place) == FailureKind::unprocessable);
    QCOMPARE(place, std::string("Account.birthDate"));
    QVERIFY(failure([&] { w().invite(w().a, "p1", "a\tb"); }, &place) == FailureKind::unprocessable);
    QCOMPARE(place, std::string("Account.username"));
    const auto invitation = w().invite(w().a, "p1");
    QCOMPARE(invitation.account.fhirUser, std::string("Patient/p1"));
    QVERIFY(invitation.activation.expires == w().clock.now() + 24h * 14);
    QVERIFY(*invitation.account.invitedUntil == invitation.activation.expires);
    QVERIFY(failure([&] { w().invite(w().a, "p1"); }) == FailureKind::conflict);
}

void PeopleTest::namesAreMadeOfTheRecord() {
    w().record(w().a, "p1", born, "María 12", "Gómez-O'Hara");
    w().record(w().a, "p2", born, "", "");
    w().record(w().a, "p3", born, "Işık", "李");
    const auto named = QString::fromStdString(w().invite(w().a, "p1").account.username);
    QVERIFY2(QRegularExpression("^maria\\.gomezohara[0-9]{2}$").match(named).hasMatch(), qPrintable(named));
    const auto foreign = QString::fromStdString(w().invite(w().a, "p3").account.username);
    QVERIFY2(QRegularExpression("^isik\\.li[0-9]{2}$").match(foreign).hasMatch(), qPrintable(foreign));
    const auto nameless = QString::fromStdString(w().invite(w().a, "p2").account.username);
    QVERIFY2(QRegularExpression("^patient[0-9]{2}$").match(nameless).hasMatch(), qPrintable(nameless));
}

void PeopleTest::namesAreUniqueWithinOneClinic() {
    w().record(w().a, "p1", born);
    w().record(w().a, "p2", born);
    w().record(w().b, "p1", born);
    QCOMPARE(w().invite(w().a, "p1", " Maria ").account.username, std::string("Maria"));
    QVERIFY(failure([&] { w().invite(w().a, "p2", "ＭＡＲＩＡ"); }) == FailureKind::conflict);  // the same to a reader
    QCOMPARE(w().invite(w().b, "p1", "maria").account.username, std::string("maria"));
}

void PeopleTest::activationInSteps() {
    w().record(w().a, "p1", born);
    const auto invitation = w().invite(w().a, "p1", "maria");
    auto& code = invitation.activation.code;
    QVERIFY(QRegularExpression("^[0-9A-HJKMNP-TV-Z]{5}-[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}$")
                .match(QString::fromStdString(code)).hasMatch());
    QVERIFY(!w().signIn(w().a, "maria", ""));
    std::string typed = code;
    std::replace(typed.begin(), typed.end(), '0', 'o');
    std::replace(typed.begin(), typed.end(), '1', 'l');
    std::transform(typed.begin(), typed.end(), typed.begin(), [](char c) { return c == '-' ? ' ' : char(tolower(c)); });
    auto holder = w().wait(w().people.checkCode(*w().a, patientRealm, typed, PeopleWorld::visit()));
    QCOMPARE(holder->username, std::string("maria"));
    QVERIFY(holder->purpose == store::CodePurpose::activation);
    holder = w().wait(w().people.checkBirthDate(*w().a, patientRealm, code, born, PeopleWorld::visit()));
    QCOMPARE(holder->fhirUser, std::string("Patient/p1"));
    // A password that will not do keeps the code.
    std::string place;
    for (const auto* weak : {"short", "Password123!", "Oak Street Clinic 2026", "aaaaaaaaaaaaaaaa"}) {
        QVERIFY(failure([&] { w().activate(w().a, invitation, born, weak); }, &place) == FailureKind::unprocessable);
        QCOMPARE(place, std::string("password"));
    }
    const auto signedIn = w().activate(w().a, invitation, born, good);
    QCOMPARE(w().session(w().a, PeopleWorld::cookieOf(signedIn))->fhirUser, std::string("Patient/p1"));
    QVERIFY(!w().wait(w().people.checkCode(*w().a, patientRealm, code, PeopleWorld::visit())));
    QCOMPARE(w().signIn(w().a, "MARIA", good)->session.username, std::string("maria"));
    QVERIFY(failure([&] { w().wait(w().people.inviteAgain(*w().a, patientRealm, invitation.account.id, PeopleWorld::staff())); }) ==
            FailureKind::conflict);
}

void PeopleTest::recordsWithoutABirthDate() {
    w().record(w().a, "p1", "");
    w().record(w().a, "p2", "1980-05");
    std::string place;
    for (const char* id : {"p1", "p2"}) {
        QVERIFY(failure([&] { w().invite(w().a, id); }, &place) == FailureKind::unprocessable);
        QCOMPARE(place, std::string("Account.birthDate"));
        const auto invitation = w().invite(w().a, id, "", born);
        QVERIFY(!w().wait(w().people.checkBirthDate(*w().a, patientRealm, invitation.activation.code, "1980-05", PeopleWorld::visit())));
        QVERIFY(!w().wait(w().people.checkBirthDate(*w().a, patientRealm, invitation.activation.code, "", PeopleWorld::visit())));
        w().activate(w().a, invitation, born, good);
    }
}

void PeopleTest::fiveWrongAnswersEndACode() {
    w().record(w().a, "p1", born);
    const auto invitation = w().invite(w().a, "p1");
    const auto code = invitation.activation.code;
    const std::string guess = code.substr(0, 6) + (code.substr(6) == "0000-0000" ? "0000-0001" : "0000-0000");
    const auto check = [&](const std::string& text) {
        return w().wait(w().people.checkCode(*w().a, patientRealm, text, PeopleWorld::visit())).has_value();
    };
    for (int i = 0; i < 20; ++i) QVERIFY(check(code));  // right answers do not count
    for (int i = 0; i < 3; ++i) QVERIFY(!check(guess));
    QVERIFY(check(code));
    QVERIFY(!w().wait(w().people.checkBirthDate(*w().a, patientRealm, code, "1980-05-04", PeopleWorld::visit())));
    QVERIFY(check(code));
    QVERIFY(!check(guess));
    QVERIFY(!check(code));  // five: dead
    const auto again = w().wait(w().people.inviteAgain(*w().a, patientRealm, invitation.account.id, PeopleWorld::staff()));
    QVERIFY(check(again->activation.code));
    QVERIFY(!check(code));
    w().clock.forward(24h * 14 - 1s);
    QVERIFY(check(again->activation.code));
    w().clock.forward(1s);
    QVERIFY(!check(again->activation.code));
}

void PeopleTest::ofManyGuessesAtOnceFiveCount() {
    w().record(w().a, "p1", born);
    const auto invitation = w().invite(w().a, "p1");
    auto session = w().a->session();
    const std::string selector = invitation.activation.code.substr(0, 5);
    std::atomic<int> answered{0};
    w().wait(together(40, [&](int) -> Task<void> {
        const auto code = co_await store::one_time_codes::attempt(session, patientRealm, selector, w().clock.now());
        if (code) ++answered;
    }));
    QCOMPARE(answered.load(), 5);
}

void PeopleTest::E06_resetCodesWorkOnce() {
    w().record(w().a, "p1", born);
    const auto invitation = w().invite(w().a, "p1", "maria");
    const auto newCode = [&] {
        return w().wait(w().people.resetCode(*w().a, patientRealm, invitation.account.id, PeopleWorld::staff()))->code;
    };
    const auto use = [&](const std::string& code, const std::string& password, bool stop = false) {
        return w().wait(w().people.useCode(*w().a, patientRealm, code, born, password, stop, PeopleWorld::visit()));
    };
    QVERIFY(failure([&] { newCode(); }) == FailureKind::conflict);  // not activated yet
    const auto before = w().activate(w().a, invitation, born, good);
    const auto first = newCode(), second = newCode();
    QVERIFY(w().signIn(w().a, "maria", good));  // a code alone changes nothing
    QVERIFY(!use(first, better));               // killed by the newer one
    QVERIFY(!w().wait(w().people.useCode(*w().a, patientRealm, second, "1980-05-04", better, false, PeopleWorld::visit())));
    const auto used = use(second, better);
    QVERIFY(used && !used->signedIn);  // a reset asks to sign in
    QVERIFY(!w().session(w().a, PeopleWorld::cookieOf(before)));
    QVERIFY(!use(second, wrong));  // twice
    QVERIFY(!w().signIn(w().a, "maria", good));
    const auto now = w().signIn(w().a, "maria", better);
    QVERIFY(now);
    const auto third = newCode();
    w().wait(w().people.changePassword(*w().a, patientRealm, now->session, better, good, false, PeopleWorld::visit()));
    QVERIFY(!use(third, wrong));  // after a change of the password
    const auto fourth = newCode();
    w().clock.forward(24h);
    QVERIFY(!use(fourth, wrong));  // expired
    // Of two who use one code at once, one does.
    const auto fifth = newCode();
    std::atomic<int> worked{0};
    w().wait(together(4, [&](int i) -> Task<void> {
        const std::string password = better + std::to_string(i);
        const auto done = co_await w().people.useCode(*w().a, patientRealm, fifth, born, password, false, PeopleWorld::visit());
        if (done) ++worked;
    }));
    QCOMPARE(worked.load(), 1);
}

void PeopleTest::E10_codesOfAnotherClinicAreNothing() {
    for (const auto& clinic : {w().a, w().b}) w().record(clinic, "p1", born);
    const auto a = w().invite(w().a, "p1", "maria@example.org"), b = w().invite(w().b, "p1", "maria@example.org");
    QVERIFY(!w().wait(w().people.checkCode(*w().b, patientRealm, a.activation.code, PeopleWorld::visit())));
    QVERIFY(!w().wait(w().people.checkCode(*w().a, identity::providerRealm, a.activation.code, PeopleWorld::visit())));
    w().activate(w().a, a, born, good);
    w().activate(w().b, b, born, better);
    const auto code = w().wait(w().people.resetCode(*w().a, patientRealm, a.account.id, PeopleWorld::staff()));
    QVERIFY(!w().wait(w().people.resetCode(*w().b, patientRealm, a.account.id, PeopleWorld::staff())));
    QVERIFY(!w().wait(w().people.useCode(*w().b, patientRealm, code->code, born, wrong, false, PeopleWorld::visit())));
    QVERIFY(w().wait(w().people.useCode(*w().a, patientRealm, code->code, born, wrong, false, PeopleWorld::visit())));
    QVERIFY(w().signIn(w().a, "maria@example.org", wrong));
    QVERIFY(w().signIn(w().b, "maria@example.org", better));
    QVERIFY(!w().signIn(w().b, "maria@example.org", wrong));
}

void PeopleTest::E20_nobodyOfTheClinicSetsAPassword() {
    w().record(w().a, "p1", born);
    const auto invitation = w().invite(w().a, "p1", "maria");
    w().activate(w().a, invitation, born, good);
    auto account = invitation.account;
    account.password = "$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHRzYWx0c2FsdA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    account.email = "maria@example.org";
    const auto changed = w().wait(w().people.change(*w().a, patientRealm, account, std::nullopt, PeopleWorld::staff()));
    QCOMPARE(*changed->email, std::string("maria@example.org"));
    QVERIFY(w().signIn(w().a, "maria", good));
}

void PeopleTest::signInSaysNothingOfTheCause() {
    for (const char* id : {"p1", "p2", "p3"}) w().record(w().a, id, born);
    w().activate(w().a, w().invite(w().a, "p1", "maria"), born, good);
    w().invite(w().a, "p2", "invited");
    auto off = w().invite(w().a, "p3", "off");
    w().activate(w().a, off, born, good);
    off.account.disabled = true;
    w().wait(w().people.change(*w().a, patientRealm, off.account, std::nullopt, PeopleWorld::staff()));
    QVERIFY(!w().signIn(w().a, "maria", wrong));
    QVERIFY(!w().signIn(w().a, "nobody", good));
    QVERIFY(!w().signIn(w().a, "invited", good));
    QVERIFY(!w().signIn(w().a, "off", good));
    QVERIFY(!w().signIn(w().a, "", good));
    QVERIFY(!w().signIn(w().a, std::string("a\0b", 3), good));
    QVERIFY(!w().signIn(w().b, "maria", good));
    QVERIFY(!w().wait(w().people.signIn(*w().a, identity::providerRealm, "maria", good, PeopleWorld::visit())));
    QVERIFY(failure([&] { w().signIn(w().a, "maria", std::string(1 << 20, 'x')); }) == FailureKind::badRequest);
    QVERIFY(w().signIn(w().a, "maria", good));
}

void PeopleTest::E03_theOwnerElsewhereGetsIn() {
    w().record(w().a, "p1", born);
    w().record(w().b, "p1", born);
    w().activate(w().a, w().invite(w().a, "p1", "maria"), born, good);
    w().activate(w().b, w().invite(w().b, "p1", "maria"), born, good);
    for (int i = 0; i < 10; ++i) QVERIFY(!w().signIn(w().a, "maria", wrong));
    for (int i = 0; i < 10; ++i)
        QVERIFY(failure([&] { w().signIn(w().a, "maria", good); }) == FailureKind::tooManyRequests);
    QVERIFY(w().signIn(w().a, "maria", good, PeopleWorld::visit("198.51.100.1")));
    QVERIFY(w().signIn(w().b, "maria", good));  // another clinic's counts are its own
}

void PeopleTest::unlockForgets() {
    w().record(w().a, "p1", born);
    const auto invitation = w().invite(w().a, "p1", "maria");
    w().activate(w().a, invitation, born, good);
    for (int i = 0; i < 10; ++i) QVERIFY(!w().signIn(w().a, "maria", wrong));
    QVERIFY(!w().people.isHeldUp(*w().a, patientRealm, "maria"));
    QVERIFY(failure([&] { w().signIn(w().a, "maria", good); }) == FailureKind::tooManyRequests);
    QVERIFY(w().people.isHeldUp(*w().a, patientRealm, "maria"));
    QVERIFY(!w().people.isHeldUp(*w().b, patientRealm, "maria"));
    QVERIFY(!w().wait(w().people.unlock(*w().b, patientRealm, invitation.account.id, PeopleWorld::staff())));
    QVERIFY(w().wait(w().people.unlock(*w().a, patientRealm, invitation.account.id, PeopleWorld::staff())));
    QVERIFY(!w().people.isHeldUp(*w().a, patientRealm, "maria"));
    QVERIFY(w().signIn(w().a, "maria", good));
}

void PeopleTest::D39_signInDrawsANewSession() {
    w().record(w().a, "p1", born);
    const auto first = w().activate(w().a, w().invite(w().a, "p1", "maria"), born, good);
    const auto second = w().signIn(w().a, "maria", good, PeopleWorld::visit("192.0.2.7", "x=1; " + PeopleWorld::cookieOf(first)));
    QVERIFY(second->session.cookie != first.session.cookie);
    QVERIFY(!w().session(w().a, PeopleWorld::cookieOf(first)));
    QVERIFY(w().session(w().a, PeopleWorld::cookieOf(*second)));
    // A name that somebody planted is not taken up.
    const std::string planted = "__Host-pc-patient-t-a=" + std::string(43, 'A');
    const auto third = w().signIn(w().a, "maria", good, PeopleWorld::visit("192.0.2.7", planted));
    QVERIFY(PeopleWorld::cookieOf(*third) != planted);
    QVERIFY(!w().session(w().a, planted));
}

void PeopleTest::sessionsEnd() {
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
    const auto line = w().wait(w().people.signOut(*w().a, patientRealm, PeopleWorld::visit("192.0.2.7", PeopleWorld::cookieOf(*out))));
    QCOMPARE(line, std::string("__Host-pc-patient-t-a=; Path=/; HttpOnly; SameSite=Lax; Secure; Max-Age=0"));
    QVERIFY(!w().session(w().a, PeopleWorld::cookieOf(*out)));
}

void PeopleTest::A14_cookiesOfAnotherClinicAreNothing() {
    w().record(w().a, "p1", born);
    w().record(w().b, "p1", born);
    const auto a = w().activate(w().a, w().invite(w().a, "p1", "maria"), born, good);
    w().activate(w().b, w().invite(w().b, "p1", "maria"), born, good);
    QVERIFY(!w().session(w().b, PeopleWorld::cookieOf(a)));
    QVERIFY(!w().session(w().b, "__Host-pc-patient-t-b=" + a.session.cookie));
    QVERIFY(!w().wait(w().people.session(*w().a, identity::providerRealm, "__Host-pc-provider-t-a=" + a.session.cookie)));
    QVERIFY(w().session(w().a, PeopleWorld::cookieOf(a)));
    // Twice the same name: whose it is cannot be said.
    QVERIFY(!w().session(w().a, PeopleWorld::cookieOf(a) + "; " + PeopleWorld::cookieOf(a)));
}

void PeopleTest::F08_sessionsOfOthersStay() {
    w().record(w().a, "p1", born);
    w().record(w().a, "p2", born);
    const auto maria = w().activate(w().a, w().invite(w().a, "p1", "maria"), born, good);
    const auto tom = w().activate(w().a, w().invite(w().a, "p2", "tom"), born, good);
    const auto end = [&](const identity::SignedIn& who, const std::string& id) {
        return w().wait(w().people.endSession(*w().a, patientRealm, who.session, id, "req-1"));
    };
    QVERIFY(!end(maria, tom.session.id));
    QVERIFY(!end(maria, "no-such"));
    QVERIFY(w().session(w().a, PeopleWorld::cookieOf(tom)));
    const auto list = w().wait(w().people.sessionsOf(*w().a, patientRealm, maria.session.accountId));
    QCOMPARE(list.size(), std::size_t(1));
    QCOMPARE(list[0].device, std::string("Chrome on Android"));
    const auto second = w().signIn(w().a, "maria", good), third = w().signIn(w().a, "maria", good);
    QVERIFY(end(maria, second->session.id));
    QVERIFY(!w().session(w().a, PeopleWorld::cookieOf(*second)));
    QCOMPARE(w().wait(w().people.endOtherSessions(*w().a, patientRealm, maria.session, "req-1")), std::size_t(1));
    QVERIFY(!w().session(w().a, PeopleWorld::cookieOf(*third)));
    QVERIFY(w().session(w().a, PeopleWorld::cookieOf(maria)));
    QVERIFY(!w().wait(w().people.endAnySession(*w().b, patientRealm, tom.session.id, PeopleWorld::staff())));
    QVERIFY(w().wait(w().people.endAnySession(*w().a, patientRealm, tom.session.id, PeopleWorld::staff())));
    QVERIFY(!w().session(w().a, PeopleWorld::cookieOf(tom)));
}

void PeopleTest::F12_cookieLines() {
    QCOMPARE(identity::cookieName("patient", "oak", true), std::string("__Host-pc-patient-oak"));
    QCOMPARE(identity::cookieName("provider", "oak", false), std::string("pc-provider-oak"));
    QCOMPARE(identity::setCookie("__Host-pc-patient-oak", "v"), std::string("__Host-pc-patient-oak=v; Path=/; HttpOnly; SameSite=Lax; Secure"));
    QCOMPARE(identity::setCookie("pc-patient-oak", "v"), std::string("pc-patient-oak=v; Path=/; HttpOnly; SameSite=Lax"));
    QCOMPARE(identity::cookieValue("a=1; pc-patient-oak=v; b=2", "pc-patient-oak"), std::string("v"));
    QCOMPARE(identity::cookieValue("xpc-patient-oak=v", "pc-patient-oak"), std::string());
    QCOMPARE(identity::cookieValue("", "pc-patient-oak"), std::string());
}

void PeopleTest::E15_passwordChanges() {
    w().record(w().a, "p1", born);
    const auto here = w().activate(w().a, w().invite(w().a, "p1", "maria"), born, good);
    const auto elsewhere = w().signIn(w().a, "maria", good);
    const auto change = [&](const std::string& current, const std::string& fresh) {
        return w().wait(w().people.changePassword(*w().a, patientRealm, here.session, current, fresh, false, PeopleWorld::visit("192.0.2.7", PeopleWorld::cookieOf(here))));
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

void PeopleTest::switchedOffIsOutAtOnce() {
    w().record(w().a, "p1", born);
    auto invitation = w().invite(w().a, "p1", "maria");
    const auto signedIn = w().activate(w().a, invitation, born, good);
    auto account = invitation.account;
    account.disabled = true;
    QVERIFY(!w().wait(w().people.change(*w().b, patientRealm, account, std::nullopt, PeopleWorld::staff())));
    QVERIFY(w().session(w().a, PeopleWorld::cookieOf(signedIn)));
    QVERIFY(failure([&] { w().wait(w().people.change(*w().a, patientRealm, account, 1, PeopleWorld::staff())); }) ==
            FailureKind::preconditionFailed);  // the activation made it 2
    const auto epoch = store::verdictEpoch();
    QVERIFY(w().wait(w().people.change(*w().a, patientRealm, account, 2, PeopleWorld::staff()))->disabled);
    QVERIFY(store::verdictEpoch() > epoch);
    QVERIFY(!w().session(w().a, PeopleWorld::cookieOf(signedIn)));
    account.disabled = false;
    w().wait(w().people.change(*w().a, patientRealm, account, std::nullopt, PeopleWorld::staff()));
    QVERIFY(!w().session(w().a, PeopleWorld::cookieOf(signedIn)));  // switching on brings nothing back
    QVERIFY(w().signIn(w().a, "maria", good));
    QVERIFY(!w().wait(w().people.remove(*w().b, patientRealm, account.id, PeopleWorld::staff())));
    QVERIFY(w().wait(w().people.remove(*w().a, patientRealm, account.id, PeopleWorld::staff())));
    QVERIFY(!w().signIn(w().a, "maria", good));
}

void PeopleTest::linksOfTheDemoClinic() {
    w().record(w().a, "p1", born);
    const auto invitation = w().invite(w().a, "p1", "maria");
    const auto link = [&] {
        return w().wait(w().people.signInCode(*w().a, patientRealm, invitation.account.id, PeopleWorld::staff()))->code;
    };
    const auto follow = [&](const std::string& code) { return w().wait(w().people.signInByCode(*w().a, patientRealm, code, PeopleWorld::visit())); };
    const auto code = link();
    QVERIFY(!w().wait(w().people.checkCode(*w().a, patientRealm, code, PeopleWorld::visit())));  // good for nothing else
    QVERIFY(!follow(invitation.activation.code));
    QVERIFY(w().session(w().a, PeopleWorld::cookieOf(*follow(code))));
    QVERIFY(!follow(code));
    const auto late = link();
    w().clock.forward(15min);
    QVERIFY(!follow(late));
}

void PeopleTest::formTokensHoldForOnePage() {
    const auto token = identity::formToken(w().vault, *w().a, "patient", "cookie", "password");
    const auto holds = [&](const tenancy::TenantContextPtr& tenant, std::string_view realm, std::string_view cookie, std::string_view purpose) {
        return identity::isFormToken(w().vault, *tenant, realm, cookie, purpose, token);
    };
    QVERIFY(holds(w().a, "patient", "cookie", "password"));
    QVERIFY(!holds(w().b, "patient", "cookie", "password"));
    QVERIFY(!holds(w().a, "provider", "cookie", "password"));
    QVERIFY(!holds(w().a, "patient", "other", "password"));
    QVERIFY(!holds(w().a, "patient", "cookie", "consent"));
    const auto empty = identity::formToken(w().vault, *w().a, "patient", "", "password");
    QVERIFY(!identity::isFormToken(w().vault, *w().a, "patient", "", "password", empty));
}

void PeopleTest::devicesHaveNames() {
    QCOMPARE(identity::deviceName("Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 Version/17.0 Mobile/15E148 Safari/604.1"),
             std::string("Safari on iPhone"));
    QCOMPARE(identity::deviceName("Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"), std::string("Firefox on Linux"));
    QCOMPARE(identity::deviceName("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/120.0.0.0 Safari/537.36 Edg/120.0.0.0"),
             std::string("Edge on Windows"));
    QCOMPARE(identity::deviceName("<script>"), std::string("Unknown browser"));
}

POLYCLINIC_TEST(PeopleTest)
#include "people_test.moc"
