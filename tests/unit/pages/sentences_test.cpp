// Scopes as sentences: every row of the table in every language, and the promise that no scope goes unsaid.

#include <QFile>
#include <QTest>
#include <set>

#include "fhir/definitions/definitions.h"
#include "pages/page_theme.h"
#include "pages/sentences.h"
#include "pages/translations.h"
#include "test_case.h"

using namespace polyclinic;
using namespace polyclinic::pages;

namespace {

const std::vector<std::string> noneBeside;

std::vector<access::Scope> scopesIn(const std::string& text) { return access::parseScopeList(text).scopes; }

Sentences say(const std::string& scopes, const std::vector<std::string>& words = noneBeside, std::string_view language = "en",
              std::string_view until = "") {
    return sentencesOf(scopesIn(scopes), words, {language, "Oak Street Clinic", until});
}

QString lines(const std::string& mark, const std::vector<Sentence>& sentences) {
    QString out;
    for (const auto& s : sentences)
        out += QString::fromStdString(mark + " " + s.brief + (s.detail.empty() ? "" : " | " + s.detail) + (s.warn ? " (!)" : "") + "\n");
    return out;
}

QString shown(const Sentences& said) {
    QString out = lines("always", said.always) + lines("see", said.see) + lines("change", said.change) + lines("note", said.notes);
    for (const auto& refused : said.refused) out += QString::fromStdString("refused " + refused + "\n");
    return out;
}

}  // namespace

class SentencesTest : public QObject {
    Q_OBJECT
  private slots:
    void rowsSayWhatTheTableSays_data();
    void rowsSayWhatTheTableSays();
    void everyRowOfEveryLanguageIsAsItWasRead();
    void everyTypeGivesOneSentence();
    void everyTypeThatIsWrittenGivesOneSentence();
    void languagesHaveTheSameRows();
    void whatCannotBeSaidIsRefused_data();
    void whatCannotBeSaidIsRefused();
    void everythingStandsBesideItsParts();
    void chosenScopesAreNeverMoreThanOffered();
    void aRefusedBoxTakesItsScopesAway();
    void halvesBecomeWholeAgain();
    void aRealmSaysScopesOfItsLevel();
};

void SentencesTest::rowsSayWhatTheTableSays_data() {
    QTest::addColumn<QString>("scope");
    QTest::addColumn<QString>("said");
    const auto row = [](const char* scope, const char* said) { QTest::newRow(scope) << scope << said; };
    row("patient/Patient.rs", "see Your name, birth date and contact details | Address, phone, e-mail, sex, language, record number.\n");
    row("patient/AllergyIntolerance.r", "see Your allergies | And reactions you have had.\n");
    row("patient/AllergyIntolerance.s", "see Your allergies | And reactions you have had.\n");
    row("patient/AllergyIntolerance.read", "see Your allergies | And reactions you have had.\n");
    row("patient/Immunization.rs", "see Your vaccinations\n");
    row("patient/*.read",
        "see Everything in your health record at Oak Street Clinic | Includes kinds of information the clinic may add later.\n");
    row("patient/*.cruds",
        "see Everything in your health record at Oak Street Clinic | Includes kinds of information the clinic may add later.\n"
        "change Add, change and delete information of any kind | Very few apps need this. (!)\n");
    row("patient/Observation.rs?category=http://terminology.hl7.org/CodeSystem/observation-category|laboratory",
        "see Your lab results | Blood, urine and other laboratory tests.\n");
    row("patient/Observation.rs?category=http://terminology.hl7.org/CodeSystem/observation-category|vital-signs",
        "see Your vital signs | Blood pressure, heart rate, weight, temperature.\n");
    row("patient/Condition.rs?category=http://hl7.org/fhir/us/core/CodeSystem/condition-category|health-concern",
        "see Health concerns | Things you or your care team worry about.\n");
    row("patient/Encounter.rs?class=AMB", "see Your outpatient visits only\n");
    row("patient/Observation.rs?date=ge2024-01-01",
        "see Your test results and measurements from 1 January 2024 on | Such as lab results, blood pressure and weight, and answers about "
        "your life.\n");
    row("patient/Observation.c", "change Add new test results and measurements to your record | It cannot read them.\n");
    row("patient/Observation.u", "change Change test results and measurements already in your record | It cannot read them.\n");
    row("patient/Observation.d", "change Delete test results and measurements from your record | It cannot read them.\n");
    row("patient/QuestionnaireResponse.write", "change Add, change and delete filled-in forms | It cannot read them.\n");
    row("patient/Practitioner.rs", "note See basic facts about clinics, staff and medicines | Not about you.\n");
    row("patient/Practitioner.rs patient/Location.rs patient/Medication.rs patient/Organization.rs",
        "note See basic facts about clinics, staff and medicines | Not about you.\n");
    row("patient/DocumentReference.rs patient/Binary.rs", "see Letters, notes and files\n");
    row("patient/Linkage.rs", "see Other information in your record (Linkage)\n");
}

void SentencesTest::rowsSayWhatTheTableSays() {
    QFETCH(QString, scope);
    QFETCH(QString, said);
    QCOMPARE(shown(say(scope.toStdString())), said);
}

void SentencesTest::everyRowOfEveryLanguageIsAsItWasRead() {
    // The file was read by people; a change of a sentence must show up in a review.
    std::set<std::string> scopes;
    for (const auto& [row, words] : Translations::of("en").scopes())
        if (row.find('?') == row.npos && row != "nobody" && row != "lists")
            for (const char* verbs : {"rs", "cud"}) scopes.insert("patient/" + row + "." + verbs);
    QString out;
    for (const auto& language : languages()) {
        out += QString::fromStdString("# " + language + "\n");
        for (const std::string words : {"openid", "openid fhirUser offline_access", "online_access"}) {
            const auto asked = access::parseScopeList(words);
            out += QString::fromStdString(words + "\n") +
                   shown(sentencesOf({}, asked.nonResourceScopes, {language, "Oak Street Clinic", "3 May 2027"}));
        }
        for (const auto& scope : scopes) out += QString::fromStdString(scope + "\n") + shown(say(scope, noneBeside, language));
    }
    QFile file(QStringLiteral(POLYCLINIC_SOURCE_DIR "/tests/unit/pages/sentences.golden"));
    if (qEnvironmentVariableIsSet("POLYCLINIC_WRITE_GOLDEN")) {
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(out.toUtf8());
        return;
    }
    QVERIFY(file.open(QIODevice::ReadOnly));
    const auto expected = QString::fromUtf8(file.readAll()).split('\n'), found = out.split('\n');
    for (int i = 0; i < std::min(expected.size(), found.size()); ++i) QCOMPARE(found[i], expected[i]);
    QCOMPARE(found.size(), expected.size());
}

void SentencesTest::everyTypeGivesOneSentence() {
    const auto types = fhir::Definitions::r4().resourceTypes();
    QCOMPARE(types.size(), std::size_t(146));
    for (const auto& language : languages())
        for (const auto type : types) {
            const auto said = say("patient/" + std::string(type) + ".rs", noneBeside, language);
            QCOMPARE(said.see.size() + said.notes.size(), std::size_t(1));
            QCOMPARE(said.always.size() + said.change.size() + said.refused.size(), std::size_t(0));
            const auto& line = said.see.empty() ? said.notes.front() : said.see.front();
            QVERIFY(!line.brief.empty() && line.brief.find('{') == std::string::npos);
            QCOMPARE(line.scope, "patient/" + std::string(type) + ".rs");
        }
}

void SentencesTest::everyTypeThatIsWrittenGivesOneSentence() {
    for (const auto type : fhir::Definitions::r4().resourceTypes())
        for (const char* verbs : {"c", "u", "d", "cu", "cd", "ud", "cud"}) {
            const auto scope = "patient/" + std::string(type) + "." + verbs;
            const auto said = say(scope);
            QCOMPARE(said.change.size(), std::size_t(1));
            QCOMPARE(said.change.front().scope, scope);
            QCOMPARE(said.see.size() + said.notes.size() + said.always.size() + said.refused.size(), std::size_t(0));
        }
}

void SentencesTest::languagesHaveTheSameRows() {
    for (const auto& language : languages()) {
        const auto& words = Translations::of(language);
        QCOMPARE(words.scopes().size(), Translations::of("en").scopes().size());
        for (const auto& [row, english] : Translations::of("en").scopes()) {
            const auto* own = words.scope(row);
            QVERIFY2(own, row.c_str());
            QCOMPARE(own->more.empty(), english.more.empty());
            QCOMPARE(own->rank, english.rank);
            if (language != "en" && row != "*") QVERIFY2(own->what != english.what, row.c_str());
        }
    }
}

void SentencesTest::whatCannotBeSaidIsRefused_data() {
    QTest::addColumn<QString>("scope");
    for (const char* scope :
         {"user/Observation.rs", "system/Observation.rs", "patient/Observation.rs?code=http://loinc.org|718-7",
          "patient/Observation.rs?status=final", "patient/Observation.rs?category=laboratory-of-mine",
          "patient/Observation.rs?date=2024-01-01", "patient/Observation.rs?date=ge2024",
          "patient/Observation.rs?category=http://terminology.hl7.org/CodeSystem/observation-category|laboratory&status=final",
          "patient/Condition.rs?category=http://terminology.hl7.org/CodeSystem/observation-category|laboratory"})
        QTest::newRow(scope) << scope;
}

void SentencesTest::whatCannotBeSaidIsRefused() {
    QFETCH(QString, scope);
    QCOMPARE(shown(say(scope.toStdString())), "refused " + scope + "\n");
}

void SentencesTest::everythingStandsBesideItsParts() {
    const auto said = say("patient/Observation.rs patient/*.rs patient/Condition.cruds");
    QCOMPARE(
        shown(said),
        QString("see Your health conditions | Ongoing problems, and diagnoses from your visits.\n"
                "see Your test results and measurements | Such as lab results, blood pressure and weight, and answers about your life.\n"
                "see Everything else in your health record at Oak Street Clinic | Includes kinds of information the clinic may add later.\n"
                "change Add, change and delete health conditions\n"));
    QCOMPARE(said.see.back().scope, std::string("patient/*.rs"));
    const auto changed = say("patient/Observation.c patient/*.cud patient/*.rs");
    QCOMPARE(changed.change.size(), std::size_t(2));
    // A scope for everything changes this kind, too.
    QCOMPARE(changed.change.front().brief, std::string("Add, change and delete test results and measurements"));
    QCOMPARE(changed.change.front().scope, std::string("patient/Observation.c"));
    QCOMPARE(changed.change.back().brief, std::string("Add, change and delete information of any other kind"));
    QCOMPARE(changed.change.back().scope, std::string("patient/*.cud"));
    QVERIFY(changed.change.back().warn && !changed.change.front().warn);
    for (const auto& [verbs, brief] : {std::pair("c", "Add new information of any kind to your record"),
                                       {"u", "Change information of any kind already in your record"},
                                       {"d", "Delete information of any kind from your record"}})
        QCOMPARE(say(std::string("patient/*.") + verbs).change.front().brief, std::string(brief));
    // What the app needs to know the patient has no box that could be forgotten.
    const auto known = say("patient/*.rs patient/Patient.rs", {"launch/patient"});
    QCOMPARE(known.always.size(), std::size_t(1));
    QCOMPARE(known.always.front().scope, std::string("patient/Patient.rs"));
}

void SentencesTest::chosenScopesAreNeverMoreThanOffered() {
    const access::ScopeSet offered(scopesIn("patient/Observation.rs patient/Condition.rs patient/Practitioner.rs"));
    const std::vector<std::string> ticks{"patient/Observation.rs", "patient/*.cruds", "patient/Immunization.rs",
                                         "patient/Observation.cruds"};
    QCOMPARE(consent::chosenScopes(offered, noneBeside, ticks).text(), std::string("patient/Observation.rs patient/Practitioner.rs"));
    QCOMPARE(consent::chosenScopes(offered, noneBeside, {}).text(), std::string("patient/Practitioner.rs"));
}

void SentencesTest::aRefusedBoxTakesItsScopesAway() {
    // Every single box of a long request, left empty once.
    const access::ScopeSet offered(
        scopesIn("patient/Patient.rs patient/Observation.cruds patient/Condition.rs patient/Goal.read "
                 "patient/DocumentReference.rs patient/Binary.rs patient/Task.cud"));
    const auto said = sentencesOf(offered.scopes(), noneBeside, {"en", "", ""});
    std::vector<std::string> boxes;
    for (const auto* group : {&said.see, &said.change})
        for (const auto& line : *group) boxes.push_back(line.scope);
    QCOMPARE(boxes.size(), std::size_t(7));
    QCOMPARE(consent::chosenScopes(offered, noneBeside, boxes).text(), offered.text());
    for (const auto& left : boxes) {
        auto ticks = boxes;
        std::erase(ticks, left);
        const auto chosen = consent::chosenScopes(offered, noneBeside, ticks);
        for (const auto& scope : scopesIn(left))
            for (const auto verb :
                 {access::Verb::create, access::Verb::read, access::Verb::update, access::Verb::remove, access::Verb::search})
                if (scope.verbs & access::bit(verb)) QVERIFY2(!chosen.allows(access::Level::patient, scope.type, verb), left.c_str());
    }
}

void SentencesTest::halvesBecomeWholeAgain() {
    const access::ScopeSet offered(scopesIn("patient/Observation.* patient/Condition.cruds"));
    const auto said = sentencesOf(offered.scopes(), noneBeside, {"en", "", ""});
    QCOMPARE(said.see.size() + said.change.size(), std::size_t(4));
    QCOMPARE(consent::chosenScopes(offered, noneBeside, {"patient/Observation.read", "patient/Observation.write", "patient/Condition.rs"})
                 .text(),
             std::string("patient/Observation.* patient/Condition.rs"));
    QCOMPARE(consent::chosenScopes(offered, noneBeside, {"patient/Observation.read", "patient/Condition.cud"}).text(),
             std::string("patient/Observation.read patient/Condition.cud"));
}

/// The person's own name goes along with fhirUser; everybody's has a box.
void SentencesTest::aRealmSaysScopesOfItsLevel() {
    const std::vector<std::string> words{"openid", "fhirUser"};
    const auto scopes = scopesIn("user/Patient.rs patient/Patient.rs");
    const auto patients = sentencesOf(scopes, words, {"en", "Oak", ""});
    QCOMPARE(patients.refused, std::vector<std::string>{"user/Patient.rs"});
    QVERIFY(patients.see.empty());
    const auto providers = sentencesOf(scopes, words, {"en", "Oak", "", access::Level::user});
    QCOMPARE(providers.refused, std::vector<std::string>{"patient/Patient.rs"});
    QCOMPARE(providers.see.size(), std::size_t(1));
    QCOMPARE(providers.see[0].scope, std::string("user/Patient.rs"));
    const access::ScopeSet offered(scopesIn("user/Patient.rs"));
    QVERIFY(consent::chosenScopes(offered, words, {}).empty());
    QVERIFY(consent::chosenScopes(offered, words, {"user/Patient.rs"}).allows(access::Level::user, "Patient", access::Verb::read));
}

POLYCLINIC_TEST(SentencesTest)
#include "sentences_test.moc"
