#include <QTest>

#include "access/scope.h"
#include "base/failure.h"
#include "cpu_timer.h"
#include "fhir/definitions/definitions.h"
#include "test_case.h"

using namespace polyclinic;
using namespace polyclinic::access;

class ScopeTest : public QObject {
    Q_OBJECT
  private slots:
    void wellFormedScopesComeBackAsWritten_data();
    void wellFormedScopesComeBackAsWritten();
    void everythingElseIsNoScope_data();
    void everythingElseIsNoScope();
    void v1MeansTheSameVerbs();
    void readIsNotSearch();
    void levelsAndTypesAreApart();
    void queriesOpenNothingByThemselves();
    void listsKeepOrderAndDropTheUnknown();
    void hostileListsAreRefusedWhole_data();
    void hostileListsAreRefusedWhole();
    void longListsAreReadFast();
    void grantsAreNeverWider_data();
    void grantsAreNeverWider();
    void storedFormRoundTrips();
    void registrationNamesTheForeignWord();
};

void ScopeTest::wellFormedScopesComeBackAsWritten_data() {
    QTest::addColumn<QString>("text");
    for (const char* text : {"patient/Observation.rs", "user/*.cruds", "system/*.read", "system/Patient.write", "system/*.*", "patient/*.c",
                             "user/Patient.cud", "system/Observation.ds", "patient/Observation.rs?category=laboratory",
                             "patient/Observation.rs?category=http://terminology.hl7.org/CodeSystem/observation-category|laboratory",
                             "patient/Condition.r?category=a&code=b"})
        QTest::newRow(text) << text;
}

void ScopeTest::wellFormedScopesComeBackAsWritten() {
    QFETCH(QString, text);
    const auto scope = parseScope(text.toStdString());
    QVERIFY(scope.has_value());
    QCOMPARE(QString::fromStdString(toText(*scope)), text);
}

void ScopeTest::everythingElseIsNoScope_data() {
    QTest::addColumn<QString>("text");
    for (const char* text : {"",
                             "/",
                             "patient/",
                             "patient/.rs",
                             "patient/Observation",
                             "patient/Observation.",
                             "patient/Observation.sr",
                             "patient/Observation.rsr",
                             "patient/Observation.dus",
                             "patient/Observation.rr",
                             "patient/observation.rs",
                             "patient/Foo.rs",
                             "patient/Resource.rs",
                             "patient/DomainResource.rs",
                             "Patient/Observation.rs",
                             "clinic/Observation.rs",
                             "patient/Observation.READ",
                             "patient/Observation.readwrite",
                             "patient/*.x",
                             "system/Patient.unknownAction",
                             "system/Patient.xyz",
                             "patient/Observation.rs?",
                             "patient/Observation.rs?a",
                             "patient/Observation.rs?a=",
                             "patient/Observation.rs?=b",
                             "patient/Observation.rs?a=b&",
                             "patient/*.rs?a=b",
                             "patient/Observation.read?a=b",
                             "patient/Observation.rs?a.b=c",
                             "patient/Observation.rs?code:in=c",
                             "patient//Observation.rs",
                             "patient/Observation..rs",
                             "patient/Observation.rs.rs",
                             "system/**.rs",
                             "openid"})
        QTest::newRow(*text ? text : "(empty)") << text;
}

void ScopeTest::everythingElseIsNoScope() {
    QFETCH(QString, text);
    QVERIFY(!parseScope(text.toStdString()));
}

void ScopeTest::v1MeansTheSameVerbs() {
    QCOMPARE(parseScope("patient/*.read")->verbs, parseScope("patient/*.rs")->verbs);
    QCOMPARE(parseScope("patient/*.write")->verbs, parseScope("patient/*.cud")->verbs);
    QCOMPARE(parseScope("patient/*.*")->verbs, parseScope("patient/*.cruds")->verbs);
}

void ScopeTest::readIsNotSearch() {
    const ScopeSet reading({*parseScope("system/Observation.r")});
    QVERIFY(reading.allows(Level::system, "Observation", Verb::read));
    QVERIFY(!reading.allows(Level::system, "Observation", Verb::search));
    const ScopeSet searching({*parseScope("system/Observation.s")});
    QVERIFY(!searching.allows(Level::system, "Observation", Verb::read));
    const ScopeSet creating({*parseScope("system/Observation.c")});
    for (const auto verb : {Verb::read, Verb::update, Verb::remove, Verb::search})
        QVERIFY(!creating.allows(Level::system, "Observation", verb));
}

void ScopeTest::levelsAndTypesAreApart() {
    const ScopeSet scopes({*parseScope("system/Observation.rs"), *parseScope("patient/*.cruds")});
    QVERIFY(!scopes.allows(Level::system, "Patient", Verb::read));
    QVERIFY(!scopes.allows(Level::user, "Observation", Verb::read));
    QVERIFY(scopes.allows(Level::patient, "Patient", Verb::remove));
    QVERIFY(!ScopeSet().allows(Level::system, "Patient", Verb::read));
    const auto access = scopes.access(Level::system);
    QCOMPARE(access.grants.size(), std::size_t(1));
    QCOMPARE(access.grants[0].type, fhir::typeCode("Observation"));
    QCOMPARE(int(access.grants[0].verbs), int(readVerbs));
}

void ScopeTest::queriesOpenNothingByThemselves() {
    const ScopeSet scopes({*parseScope("system/Observation.rs?category=laboratory")});
    QVERIFY(!scopes.allows(Level::system, "Observation", Verb::read));
    QVERIFY(scopes.access(Level::system).grants.empty());
}

void ScopeTest::listsKeepOrderAndDropTheUnknown() {
    const auto list = parseScopeList(" openid  system/Patient.read foo system/Observation.rs system/Patient.read launch ");
    QVERIFY(!list.hostile);
    QCOMPARE(ScopeSet(list.scopes).text(), std::string("system/Patient.read system/Observation.rs"));
    QCOMPARE(list.nonResourceScopes, (std::vector<std::string>{"openid", "launch"}));
    QCOMPARE(list.dropped, std::vector<std::string>{"foo"});
}

void ScopeTest::hostileListsAreRefusedWhole_data() {
    QTest::addColumn<QByteArray>("text");
    QTest::newRow("newline") << QByteArray("system/Patient.rs\nsystem/Observation.rs");
    QTest::newRow("NUL") << QByteArray("system/Patient.rs\0", 18);
    QTest::newRow("quote") << QByteArray("system/Patient.rs \"x\"");
    QTest::newRow("backslash") << QByteArray("system/Patient.rs \\");
    QTest::newRow("not ASCII") << QByteArray("system/Patient.rs caf\xc3\xa9");
    QTest::newRow("chain") << QByteArray("patient/Observation.rs?patient.birthdate=1990");
    QTest::newRow("modifier") << QByteArray("patient/Observation.rs?code:in=x");
    QByteArray many;
    for (int i = 0; i < 10'000; ++i) many += "s" + QByteArray::number(i) + " ";
    QTest::newRow("10,000 scopes") << many;
    QTest::newRow("64 KB") << QByteArray(64 * 1024, 'a');
}

void ScopeTest::hostileListsAreRefusedWhole() {
    QFETCH(QByteArray, text);
    test::CpuTimer timer;
    timer.start();
    const auto list = parseScopeList({text.constData(), std::size_t(text.size())});
    QVERIFY(timer.elapsed() < 100);
    QVERIFY(list.hostile);
    QVERIFY(list.scopes.empty() && list.nonResourceScopes.empty() && list.dropped.empty());
}

void ScopeTest::longListsAreReadFast() {
    std::string text;
    for (int i = 0; i < 900; ++i) text += "system/Patient.rs?a=" + std::to_string(i) + "bbbbbbbbbb ";
    test::CpuTimer timer;
    timer.start();
    QCOMPARE(parseScopeList(text).scopes.size(), std::size_t(900));
    QVERIFY(timer.elapsed() < 100);
}

void ScopeTest::grantsAreNeverWider_data() {
    QTest::addColumn<QString>("asked");
    QTest::addColumn<QString>("registered");
    QTest::addColumn<QString>("granted");
    const auto row = [](const char* asked, const char* registered, const char* granted) {
        QTest::newRow((std::string(asked) + " of " + registered).c_str()) << asked << registered << granted;
    };
    row("system/*.rs", "system/*.rs", "system/*.rs");
    row("system/Patient.rs", "system/*.rs", "system/Patient.rs");
    row("system/*.*", "system/*.rs", "system/*.read");
    row("system/*.cruds", "system/*.read", "system/*.rs");
    row("system/Patient.write", "system/*.c", "system/Patient.c");
    row("system/Patient.write", "system/*.rs", "");
    row("system/Patient.cud", "system/Patient.cud", "system/Patient.cud");
    row("system/*.rs", "system/Patient.rs system/Observation.r", "system/Patient.rs system/Observation.r");
    row("system/*.cruds", "system/*.rs system/Patient.cu", "system/*.rs system/Patient.cu");
    row("system/Patient.rs", "system/Patient.r system/*.s", "system/Patient.rs");
    row("system/Patient.read system/Observation.rs", "system/*.rs", "system/Patient.read system/Observation.rs");
    row("user/Patient.rs patient/*.rs launch openid", "system/*.cruds", "");
    row("system/Patient.rs", "user/*.cruds patient/*.cruds", "");
    row("system/Observation.rs?category=x", "system/*.cruds", "");
    row("system/Observation.rs", "system/Observation.rs?category=x", "");
    row("", "system/*.cruds", "");
}

void ScopeTest::grantsAreNeverWider() {
    QFETCH(QString, asked);
    QFETCH(QString, registered);
    QFETCH(QString, granted);
    const auto set = grantable(parseScopeList(asked.toStdString()).scopes, parseScopeList(registered.toStdString()).scopes, Level::system);
    QCOMPARE(QString::fromStdString(set.text()), granted);
}

void ScopeTest::storedFormRoundTrips() {
    const ScopeSet scopes(
        {*parseScope("system/*.read"), *parseScope("system/Patient.cud"), *parseScope("patient/Observation.rs?category=a|b")});
    QVERIFY(ScopeSet::fromJson(scopes.toJson()) == scopes);
    QVERIFY_EXCEPTION_THROWN(ScopeSet::fromJson("[{\"level\":\"system\"}]"), Failure);
}

void ScopeTest::registrationNamesTheForeignWord() {
    QCOMPARE(firstForeign("system/*.rs system/Patient.cud", Level::system), std::string());
    QCOMPARE(firstForeign("system/*.rs system/Patient.sr", Level::system), std::string("system/Patient.sr"));
    QCOMPARE(firstForeign("user/*.rs", Level::system), std::string("user/*.rs"));
    QCOMPARE(firstForeign("system/*.rs openid", Level::system), std::string("openid"));
}

POLYCLINIC_TEST(ScopeTest)
#include "scope_test.moc"
