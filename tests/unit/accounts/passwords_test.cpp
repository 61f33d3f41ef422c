#include <QTest>
#include <algorithm>
#include <chrono>

#include "accounts/passwords.h"
#include "accounts/text.h"
#include "base/failure.h"
#include "identity_fixture.h"
#include "test_case.h"

using namespace polyclinic;
using namespace polyclinic::test;
using accounts::Passwords;

class PasswordsTest : public QObject {
    Q_OBJECT
  private slots:
    void rightAndWrong();
    void hashesAreSaltedAndOfTheAgreedCost();
    void hashesOfOthersAreUnderstood();
    void compatibilityFormsAreOnePassword();
    void unknownUsersTakeAsLong();
    void hugePasswordsAreNotHashed();
    void aFullQueueIsRefused();
    void weakPasswords_data();
    void weakPasswords();
    void goodPasswords_data();
    void goodPasswords();
    void whatOthersThinkOfFirst_data();
    void whatOthersThinkOfFirst();
    void goodOnesOfEveryScript_data();
    void goodOnesOfEveryScript();
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

/// Made by the reference implementation's own program.
void PasswordsTest::hashesOfOthersAreUnderstood() {
    const std::string ours("$argon2id$v=19$m=19456,t=2,p=1$MDEyMzQ1Njc4OWFiY2RlZg$sM9bl66vKxqj7L5kfIkHTdKJo7CtR82ElM60PWSZLvs");
    const std::string dearer("$argon2id$v=19$m=4096,t=3,p=2$YW5vdGhlciBzYWx0IG9mIDIwIGI$j8+Sw9X7yigtLV8AdWnZAZig43Mg5XFp");
    for (const auto& encoded : {ours, dearer}) {
        QVERIFY(runBlocking(loops_[0], passwords_.verifyPassword("harbour lantern seven", encoded)));
        QVERIFY(!runBlocking(loops_[0], passwords_.verifyPassword("harbour lantern eight", encoded)));
    }
    auto cut = ours;
    cut.pop_back();
    QVERIFY(!runBlocking(loops_[0], passwords_.verifyPassword("harbour lantern seven", cut)));
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
    QVERIFY(Passwords::weakness(huge, accounts::PasswordOwner()).has_value());
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
    const auto row = [](const char* name, const QByteArray& password, accounts::Weakness why) {
        QTest::newRow(name) << password << int(why);
    };
    using enum accounts::Weakness;
    row("(empty)", "", tooShort);
    row("short 7", "short 7", tooShort);
    for (const char* text :
         {"Password123!", "123456789012345", "qwertyuiop123456", "aaaaaaaaaaaaaaaa", "passwordpassword", "polyclinicpolyclinic"})
        row(text, text, guessable);
    for (const char* text : {"greenlake2026!!x", "Green-Lake quilt mango", "maria.lopez mango quilt", "my MARIA.LOPEZ password"})
        row(text, text, named);
    row("11 emoji", "\U0001F600\U0001F31E\U0001F40D\U0001F680\U0001F4A1\U0001F3B8\U0001F355\U0001F30A\U0001F341\U0001F512\U0001F9E9",
        tooShort);
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
        const auto text = password.toStdString();
        const accounts::PasswordOwner owner{words, {}, {}};
        runBlocking(loops_[0], passwords_.demandFit(text, owner));
        QFAIL("it was taken");
    } catch (const accounts::UnfitPassword& unfit) {
        QCOMPARE(int(unfit.weakness()), why);
        QCOMPARE(unfit.kind(), FailureKind::unprocessable);
        QCOMPARE(unfit.issues().front().expression, std::string("password"));
        QVERIFY(unfit.publicMessage().starts_with("The password "));
    }
}

void PasswordsTest::goodPasswords_data() {
    QTest::addColumn<QString>("password");
    QTest::newRow("words") << "harbour lantern seven";
    QTest::newRow("made by a program") << "x9$Kq2!vTz8#";
    QTest::newRow("64 with spaces and emoji") << QString::fromUtf8(
        "harbour lantern \U0001F600 seven quilts under the \U0001F31E mango tree of may");
    QTest::newRow("Greek") << QString::fromUtf8("καράβι φανάρι επτά");
}

void PasswordsTest::goodPasswords() {
    QFETCH(QString, password);
    const std::vector<std::string> words{"maria.lopez@example.org", "Green Lake"};
    QVERIFY(!Passwords::weakness(password.toStdString(), words));
}

void PasswordsTest::whatOthersThinkOfFirst_data() {
    QTest::addColumn<QString>("password");
    QTest::addColumn<int>("why");
    using enum accounts::Weakness;
    for (const char* text :
         {"contraseña12", "Contraseña 2024", "CONTRASENA-123", "c0ntr4s3ñ4 12", "bienvenido2026", "teamomiamor12", "كلمةالسركلمة",
          "كلمة السر 123456", "كلمة المرور ١٢٣٤", "مرحبا مرحبا مرحبا", "السلام عليكم 12", "йцукенйцукен", "йцукенгшщзхъ", "парольпароль",
          "Пароль123456", "приветпривет12", "ضصثقفغعهخحجد", "شسيبلاتنمكطضصث", "ςερτυθιοπασδ", "κωδικός123456", "קראטוןםפשדגכ",
          "סיסמהסיסמה12", "azertyuiop12", "qwertzuiopasdf", "1qaz2wsx3edc", "motdepasse2026", "Passwort12345", "willkommen2026",
          "senha12345678", "密码密码密码密码密码密码", "абвгдежзийкл", "аааааааааааа", "абабабабабаб", "clinic hospital 1",
          "fedcba9876543210",
          // Columns of keyboards, and letters stretched, hidden between or written for one another.
          "qazwsxedcrfvtgb", "zaqxswcdevfr", "йфяцычувскам", "1йфя2цыч3увс", "ضشئصسءثيؤقبر", "ςαζεσχρδψτφω", "ㅂㅁㅋㅈㄴㅌㄷㅇㅊㄱㄹㅍ",
          "كـلـمـة السـر ١٢٣", "كلمه السر ٢٠٢٦", "contra\u00ADseña12", "p\u200Ba\u200Bssword1234"})
        QTest::newRow(text) << QString::fromUtf8(text) << int(guessable);
    for (const char* text :
         {"maria.lopez1980",       "MariaLopez 1980!",    "m4r1a l0p3z 1980",      "lopezlopezlopez", "marialopezmaria",
          "airamzepol1980",        "0305198003051980",    "03/05/1980 03/05/1980", "1980-05-03-1980", "3 mayo 1980 mayo",
          "May 3, 1980 May 3",     "٠٣٠٥١٩٨٠٠٣٠٥",        "050380030580",          "3rd of May 1980", "3 de mayo de 1980",
          "el 3 de mayo del 1980", "3 maggio 1980 maria", "1400-06-18 1400-06-18", "13590213 lopez",  "3 mayıs 1980 3"})
        QTest::newRow(text) << QString::fromUtf8(text) << int(personal);
}

void PasswordsTest::whatOthersThinkOfFirst() {
    QFETCH(QString, password);
    QFETCH(int, why);
    const accounts::PasswordOwner owner{{"mlopez27", "Green Lake"}, {"Maria", "Lopez", "Maria Lopez"}, "1980-05-03"};
    const auto weakness = Passwords::weakness(password.toStdString(), owner);
    QVERIFY(weakness.has_value());
    QCOMPARE(int(*weakness), why);
    // Nobody's own in the first list: they are weak for everybody.
    if (why == int(accounts::Weakness::guessable))
        QVERIFY(Passwords::weakness(password.toStdString(), accounts::PasswordOwner()).has_value());
}

void PasswordsTest::goodOnesOfEveryScript_data() {
    QTest::addColumn<QString>("password");
    for (const char* text : {"three green boats sail", "tres barcos verdes navegan", "ثلاثة مراكب خضراء تبحر بعيدا",
                             "три зелёные лодки плывут", "τρία πράσινα καράβια πλέουν", "שלוש סירות ירוקות שטות", "drei grüne boote segeln",
                             "三艘绿色的船在湖上慢慢地航行着", "녹색 배 세 척이 바다를 항해한다", "緑の船が三つ静かに湖を渡っていく",
                             "x9$Kq2!vTz8#", "kVp7-rWq2-mZn4", "Maria keeps seven purple lamps", "la contraseña de mi gato bizco"})
        QTest::newRow(text) << QString::fromUtf8(text);
}

void PasswordsTest::goodOnesOfEveryScript() {
    QFETCH(QString, password);
    const accounts::PasswordOwner owner{{"mlopez27", "Green Lake"}, {"Maria", "Lopez", "Maria Lopez"}, "1980-05-03"};
    const auto weakness = Passwords::weakness(password.toStdString(), owner);
    QVERIFY2(!weakness, weakness ? qPrintable(QString::number(int(*weakness))) : "");
}

void PasswordsTest::userNames() {
    using accounts::usernameKey;
    QCOMPARE(usernameKey("  Maria@Example.org ").value(), std::string("maria@example.org"));
    QCOMPARE(usernameKey("STRASSE"), usernameKey("stra\xc3\x9f"
                                                 "e"));
    QVERIFY(!usernameKey(""));
    QVERIFY(!usernameKey("   "));
    QVERIFY(!usernameKey(std::string("a\0b", 3)));
    QVERIFY(
        !usernameKey("evil\xe2\x80\xae"
                     "gro"));  // U+202E
    QVERIFY(
        !usernameKey("a\xe2\x80\x8b"
                     "b"));  // U+200B
    QVERIFY(!usernameKey("\xff"));
    QVERIFY(!usernameKey(std::string(101, 'a')));
    QVERIFY(usernameKey(std::string(100, 'a')));
}

POLYCLINIC_TEST(PasswordsTest)
#include "passwords_test.moc"
