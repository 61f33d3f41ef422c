// Invitations and codes of two clinics side by side.
#include <QRegularExpression>
#include <QTest>

#include "people_case.h"
#include "test_case.h"

using namespace polyclinic;
using namespace polyclinic::test;
using accounts::AccountService;
using accounts::patientRealm;

class PeopleTest : public QObject, PeopleCase {
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
    void linksOfTheDemoClinic();
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
                .match(QString::fromStdString(code))
                .hasMatch());
    QVERIFY(!w().signIn(w().a, "maria", ""));
    std::string typed = code;
    std::replace(typed.begin(), typed.end(), '0', 'o');
    std::replace(typed.begin(), typed.end(), '1', 'l');
    std::transform(typed.begin(), typed.end(), typed.begin(), [](char c) { return c == '-' ? ' ' : char(tolower(c)); });
    auto holder = w().wait(w().people.checkCode({*w().a, patientRealm}, typed, PeopleWorld::clientInfo()));
    QCOMPARE(holder->username, std::string("maria"));
    QVERIFY(holder->purpose == accounts::CodePurpose::activation);
    holder = w().wait(w().people.checkBirthDate({*w().a, patientRealm}, code, born, PeopleWorld::clientInfo()));
    QCOMPARE(holder->fhirUser, std::string("Patient/p1"));
    // A password that will not do keeps the code.
    std::string place;
    for (const auto* weak : {"short", "Password123!", "Oak Street Clinic 2026", "aaaaaaaaaaaaaaaa"}) {
        QVERIFY(failure([&] { w().activate(w().a, invitation, born, weak); }, &place) == FailureKind::unprocessable);
        QCOMPARE(place, std::string("password"));
    }
    const auto signedIn = w().activate(w().a, invitation, born, good);
    QCOMPARE(w().session(w().a, PeopleWorld::cookieOf(signedIn))->fhirUser, std::string("Patient/p1"));
    QVERIFY(!w().wait(w().people.checkCode({*w().a, patientRealm}, code, PeopleWorld::clientInfo())));
    QCOMPARE(w().signIn(w().a, "MARIA", good)->session.username, std::string("maria"));
    QVERIFY(failure([&] {
                w().wait(w().people.inviteAgain({*w().a, patientRealm}, invitation.account.id, PeopleWorld::staff()));
            }) == FailureKind::conflict);
}

void PeopleTest::recordsWithoutABirthDate() {
    w().record(w().a, "p1", "");
    w().record(w().a, "p2", "1980-05");
    std::string place;
    for (const char* id : {"p1", "p2"}) {
        QVERIFY(failure([&] { w().invite(w().a, id); }, &place) == FailureKind::unprocessable);
        QCOMPARE(place, std::string("Account.birthDate"));
        const auto invitation = w().invite(w().a, id, "", born);
        QVERIFY(
            !w().wait(w().people.checkBirthDate({*w().a, patientRealm}, invitation.activation.code, "1980-05", PeopleWorld::clientInfo())));
        QVERIFY(!w().wait(w().people.checkBirthDate({*w().a, patientRealm}, invitation.activation.code, "", PeopleWorld::clientInfo())));
        w().activate(w().a, invitation, born, good);
    }
}

void PeopleTest::fiveWrongAnswersEndACode() {
    w().record(w().a, "p1", born);
    const auto invitation = w().invite(w().a, "p1");
    const auto code = invitation.activation.code;
    const std::string guess = code.substr(0, 6) + (code.substr(6) == "0000-0000" ? "0000-0001" : "0000-0000");
    const auto check = [&](const std::string& text) {
        return w().wait(w().people.checkCode({*w().a, patientRealm}, text, PeopleWorld::clientInfo())).has_value();
    };
    for (int i = 0; i < 20; ++i) QVERIFY(check(code));  // right answers do not count
    for (int i = 0; i < 3; ++i) QVERIFY(!check(guess));
    QVERIFY(check(code));
    QVERIFY(!w().wait(w().people.checkBirthDate({*w().a, patientRealm}, code, "1980-05-04", PeopleWorld::clientInfo())));
    QVERIFY(check(code));
    QVERIFY(!check(guess));
    QVERIFY(!check(code));  // five: dead
    const auto again = w().wait(w().people.inviteAgain({*w().a, patientRealm}, invitation.account.id, PeopleWorld::staff()));
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
    const tenancy::RealmSession session(*w().a, patientRealm);
    const std::string selector = invitation.activation.code.substr(0, 5);
    std::atomic<int> answered{0};
    w().wait(together(40, [&](int) -> Task<void> {
        const auto code = co_await accounts::one_time_code_store::attempt(session, selector, w().clock.now());
        if (code) ++answered;
    }));
    QCOMPARE(answered.load(), 5);
}

void PeopleTest::E06_resetCodesWorkOnce() {
    w().record(w().a, "p1", born);
    const auto invitation = w().invite(w().a, "p1", "maria");
    const auto newCode = [&] {
        return w().wait(w().people.resetCode({*w().a, patientRealm}, invitation.account.id, PeopleWorld::staff()))->code;
    };
    const auto use = [&](const std::string& code, const std::string& password, bool stop = false) {
        return w().wait(w().people.useCode({*w().a, patientRealm}, code, born, password, stop, PeopleWorld::clientInfo()));
    };
    QVERIFY(failure([&] { newCode(); }) == FailureKind::conflict);  // not activated yet
    const auto before = w().activate(w().a, invitation, born, good);
    const auto first = newCode(), second = newCode();
    QVERIFY(w().signIn(w().a, "maria", good));  // a code alone changes nothing
    QVERIFY(!use(first, better));               // killed by the newer one
    QVERIFY(!w().wait(w().people.useCode({*w().a, patientRealm}, second, "1980-05-04", better, false, PeopleWorld::clientInfo())));
    const auto used = use(second, better);
    QVERIFY(used && !used->signedIn);  // a reset asks to sign in
    QVERIFY(!w().session(w().a, PeopleWorld::cookieOf(before)));
    QVERIFY(!use(second, wrong));  // twice
    QVERIFY(!w().signIn(w().a, "maria", good));
    const auto now = w().signIn(w().a, "maria", better);
    QVERIFY(now);
    const auto third = newCode();
    w().wait(w().people.changePassword({*w().a, patientRealm}, now->session, better, good, false, PeopleWorld::clientInfo()));
    QVERIFY(!use(third, wrong));  // after a change of the password
    const auto fourth = newCode();
    w().clock.forward(24h);
    QVERIFY(!use(fourth, wrong));  // expired
    // Of two who use one code at once, one does.
    const auto fifth = newCode();
    std::atomic<int> worked{0};
    w().wait(together(4, [&](int i) -> Task<void> {
        const std::string password = better + std::to_string(i);
        const auto done = co_await w().people.useCode({*w().a, patientRealm}, fifth, born, password, false, PeopleWorld::clientInfo());
        if (done) ++worked;
    }));
    QCOMPARE(worked.load(), 1);
}

void PeopleTest::E10_codesOfAnotherClinicAreNothing() {
    for (const auto& clinic : {w().a, w().b}) w().record(clinic, "p1", born);
    const auto a = w().invite(w().a, "p1", "maria@example.org"), b = w().invite(w().b, "p1", "maria@example.org");
    QVERIFY(!w().wait(w().people.checkCode({*w().b, patientRealm}, a.activation.code, PeopleWorld::clientInfo())));
    QVERIFY(!w().wait(w().people.checkCode({*w().a, accounts::providerRealm}, a.activation.code, PeopleWorld::clientInfo())));
    w().activate(w().a, a, born, good);
    w().activate(w().b, b, born, better);
    const auto code = w().wait(w().people.resetCode({*w().a, patientRealm}, a.account.id, PeopleWorld::staff()));
    QVERIFY(!w().wait(w().people.resetCode({*w().b, patientRealm}, a.account.id, PeopleWorld::staff())));
    QVERIFY(!w().wait(w().people.useCode({*w().b, patientRealm}, code->code, born, wrong, false, PeopleWorld::clientInfo())));
    QVERIFY(w().wait(w().people.useCode({*w().a, patientRealm}, code->code, born, wrong, false, PeopleWorld::clientInfo())));
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
    account.version = 2;  // the activation made it 2
    const auto changed = w().wait(w().people.change({*w().a, patientRealm}, account, PeopleWorld::staff()));
    QCOMPARE(*changed->email, std::string("maria@example.org"));
    QVERIFY(w().signIn(w().a, "maria", good));
}

void PeopleTest::linksOfTheDemoClinic() {
    w().record(w().a, "p1", born);
    const auto invitation = w().invite(w().a, "p1", "maria");
    const auto link = [&] {
        return w().wait(w().people.signInCode({*w().a, patientRealm}, invitation.account.id, PeopleWorld::staff()))->code;
    };
    const auto follow = [&](const std::string& code) {
        return w().wait(w().people.signInByCode({*w().a, patientRealm}, code, PeopleWorld::clientInfo()));
    };
    const auto code = link();
    QVERIFY(!w().wait(w().people.checkCode({*w().a, patientRealm}, code, PeopleWorld::clientInfo())));  // good for nothing else
    QVERIFY(!follow(invitation.activation.code));
    QVERIFY(w().session(w().a, PeopleWorld::cookieOf(*follow(code))));
    QVERIFY(!follow(code));
    const auto late = link();
    w().clock.forward(15min);
    QVERIFY(!follow(late));
}

POLYCLINIC_TEST(PeopleTest)
#include "people_test.moc"
