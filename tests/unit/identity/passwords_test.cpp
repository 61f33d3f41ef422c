#include <QTest>
#include <algorithm>
#include <chrono>

#include "base/failure.h"
#include "identity/passwords.h"
#include "identity/text.h"
#include "identity_fixture.h"
#include "test_case.h"

using namespace polyclinic;
using namespace polyclinic::test;
using identity::Passwords;

class PasswordsTest : public QObject {
    Q_OBJECT
  private slots:
    void rightAndWrong();
    void hashesAreSaltedAndOfTheAgreedCost();
    void compatibilityFormsAreOnePassword();
    void unknownUsersTakeAsLong();
    void hugePasswordsAreNotHashed();
    void aFullQueueIsRefused();
    void weakPasswords_data();
    void weakPasswords();
    void goodPasswords_data();
    void goodPasswords();
    void userNames();

  private:
    RunningLoops loops_{1};
    Passwords passwords_;
};

void PasswordsTest::rightAndWrong() {
    const auto encoded = runBlocking(loops_[0], passwords_.hashPassword("harbour lantern seven"));
    QVERIFY(runBlocking(loops_[0], passwords_.verifyPassword("harbour lantern seven", encoded)));
    QVERIFY(!runBlocking(loops_[0], passwords_.verifyPassword("harbour lantern sevem", encoded)));
    QVERIFY(!runBlocking(loops_[0], passwords_.verifyPassword("", encoded)));
    QVERIFY(!runBlocking(loops_[0], passwords_.verifyPassword("harbour lantern seven", "")));
}

void PasswordsTest::hashesAreSaltedAndOfTheAgreedCost() {
    const auto first = runBlocking(loops_[0], passwords_.hashPassword("harbour lantern seven"));
    const auto second = runBlocking(loops_[0], passwords_.hashPassword("harbour lantern seven"));
    QVERIFY(first != second);
    QVERIFY(QByteArray::fromStdString(first).startsWith("$argon2id$v=19$m=19456,t=2,p=1$"));
}

void PasswordsTest::compatibilityFormsAreOnePassword() {
    // Composed and decomposed, and the fullwidth letters of a Japanese keyboard.
    const auto encoded = runBlocking(loops_[0], passwords_.hashPassword("caf\xc3\xa9 lantern seven"));
    QVERIFY(runBlocking(loops_[0], passwords_.verifyPassword("cafe\xcc\x81 lantern seven", encoded)));
    QVERIFY(runBlocking(loops_[0], passwords_.verifyPassword("\xef\xbd\x83\x61\x66\xc3\xa9 lantern seven", encoded)));
    QVERIFY(!runBlocking(loops_[0], passwords_.verifyPassword("cafe lantern seven", encoded)));
}

void PasswordsTest::unknownUsersTakeAsLong() {
    const auto encoded = runBlocking(loops_[0], passwords_.hashPassword("harbour lantern seven"));
    std::vector<double> known, unknown;
    const auto time = [&](const std::string& against) {
        const auto start = std::chrono::steady_clock::now();
        const bool right = runBlocking(loops_[0], passwords_.verifyPassword("a wrong password", against));
        if (right) QTest::qFail("a wrong password was right", __FILE__, __LINE__);
        return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    };
    for (int i = 0; i < 31; ++i) {
        known.push_back(time(encoded));
        unknown.push_back(time(""));
    }
    std::sort(known.begin(), known.end());
    std::sort(unknown.begin(), unknown.end());
    const double ratio = unknown[15] / known[15];
    qInfo("median known %.1f ms, unknown %.1f ms", known[15] * 1000, unknown[15] * 1000);
    QVERIFY2(ratio > 0.7 && ratio < 1.4, qPrintable(QString::number(ratio)));
}

void PasswordsTest::hugePasswordsAreNotHashed() {
    const std::string huge(1'000'000, 'a');
    const auto start = std::chrono::steady_clock::now();
    QVERIFY_EXCEPTION_THROWN(runBlocking(loops_[0], passwords_.verifyPassword(huge, "")), Failure);
    QVERIFY_EXCEPTION_THROWN(runBlocking(loops_[0], passwords_.hashPassword(huge)), Failure);
    QVERIFY(std::chrono::steady_clock::now() - start < std::chrono::milliseconds(100));
    QVERIFY(Passwords::weakness(huge, {}).has_value());
}

void PasswordsTest::aFullQueueIsRefused() {
    int refused = 0, done = 0;
    runBlocking(loops_[0], together(200, [&](int) -> Task<void> {
                    try {
                        co_await passwords_.verifyPassword("a wrong password", "");
                        ++done;
                    } catch (const Failure& failure) {
                        if (failure.kind() == FailureKind::tooManyRequests) ++refused;
                    }
                }));
    QCOMPARE(refused + done, 200);
    QVERIFY2(refused >= 120, qPrintable(QString::number(refused)));
    QVERIFY(done >= 60);
}

void PasswordsTest::weakPasswords_data() {
    QTest::addColumn<QByteArray>("password");
    QTest::addColumn<int>("why");
    const auto row = [](const char* name, const QByteArray& password, identity::Weakness why) { QTest::newRow(name) << password << int(why); };
    using enum identity::Weakness;
    row("(empty)", "", tooShort);
    row("short 7", "short 7", tooShort);
    for (const char* text : {"Password123!", "123456789012345", "qwertyuiop123456", "aaaaaaaaaaaaaaaa", "passwordpassword", "polyclinicpolyclinic"})
        row(text, text, guessable);
    for (const char* text : {"greenlake2026!!x", "Green-Lake quilt mango", "maria.lopez mango quilt", "my MARIA.LOPEZ password"})
        row(text, text, named);
    row("11 emoji", "\U0001F600\U0001F31E\U0001F40D\U0001F680\U0001F4A1\U0001F3B8\U0001F355\U0001F30A\U0001F341\U0001F512\U0001F9E9", tooShort);
    row("129 characters", QByteArray("harbour lantern seven quilt ").repeated(5).left(129), tooLong);
    row("no UTF-8", "harbour lantern \xff seven", notText);
}

void PasswordsTest::weakPasswords() {
    QFETCH(QByteArray, password);
    QFETCH(int, why);
    const std::vector<std::string> words{"maria.lopez@example.org", "Green Lake"};
    const auto weakness = Passwords::weakness(password.toStdString(), words);
    QVERIFY(weakness.has_value());
    QCOMPARE(int(*weakness), why);
    try {
        Passwords::demandFit(password.toStdString(), words);
        QFAIL("it was taken");
    } catch (const identity::UnfitPassword& unfit) {
        QCOMPARE(int(unfit.weakness()), why);
        QCOMPARE(unfit.kind(), FailureKind::unprocessable);
        QCOMPARE(unfit.issues().front().expression, std::string("password"));
        QVERIFY(unfit.told().starts_with("The password "));
    }
}

void PasswordsTest::goodPasswords_data() {
    QTest::addColumn<QString>("password");
    QTest::newRow("words") << "harbour lantern seven";
    QTest::newRow("made by a program") << "x9$Kq2!vTz8#";
    QTest::newRow("64 with spaces and emoji") << QString::fromUtf8("harbour lantern \U0001F600 seven quilts under the \U0001F31E mango tree of may");
    QTest::newRow("Greek") << QString::fromUtf8("καράβι φανάρι επτά");
}

void PasswordsTest::goodPasswords() {
    QFETCH(QString, password);
    const std::vector<std::string> words{"maria.lopez@example.org", "Green Lake"};
    QVERIFY(!Passwords::weakness(password.toStdString(), words));
}

void PasswordsTest::userNames() {
    using identity::usernameKey;
    QCOMPARE(usernameKey("  Maria@Example.org ").value(), std::string("maria@example.org"));
    QCOMPARE(usernameKey("STRASSE"), usernameKey("stra\xc3\x9f" "e"));
    QVERIFY(!usernameKey(""));
    QVERIFY(!usernameKey("   "));
    QVERIFY(!usernameKey(std::string("a\0b", 3)));
    QVERIFY(!usernameKey("evil\xe2\x80\xae" "gro"));  // U+202E
    QVERIFY(!usernameKey("a\xe2\x80\x8b" "b"));       // U+200B
    QVERIFY(!usernameKey("\xff"));
    QVERIFY(!usernameKey(std::string(101, 'a')));
    QVERIFY(usernameKey(std::string(100, 'a')));
}

POLYCLINIC_TEST(PasswordsTest)
#include "passwords_test.moc"
