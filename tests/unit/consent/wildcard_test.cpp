// A scope for everything: a box for each kind of information, and what is left of it when some are refused.

#include <QTest>

#include "consent/wildcard.h"
#include "pages/sentences.h"
#include "pages/translations.h"
#include "pages/withheld.h"
#include "test_case.h"

using namespace polyclinic;
using namespace polyclinic::pages;
using namespace polyclinic::consent;
using access::Level;
using access::ScopeSet;
using access::Verb;

namespace {

const std::vector<std::string> neitherWord, alongPatient{"launch/patient"};

ScopeSet asked(const std::string& text) { return ScopeSet(access::parseScopeList(text).scopes); }

QStringList briefs(const std::vector<Sentence>& sentences) {
    QStringList out;
    for (const auto& sentence : sentences) out += QString::fromStdString(sentence.brief);
    return out;
}

/// The page for `offered`, with every box ticked but those that say one of `unticked`.
ScopeSet decided(const ScopeSet& offered, const std::vector<std::string>& resourceTypes, const std::vector<std::string>& words,
                 const QStringList& unticked) {
    const auto said = sentencesOf(expandWildcard(offered, resourceTypes).scopes(), words, {"en", "Oak", ""});
    std::vector<std::string> ticks;
    int left = 0;
    for (const auto* group : {&said.see, &said.change})
        for (const auto& line : *group) {
            if (!unticked.contains(QString::fromStdString(line.brief)))
                ticks.push_back(line.scope);
            else
                ++left;
        }
    if (left != unticked.size()) return asked("patient/Nothing.such");
    return chosenScopes(offered, words, ticks, resourceTypes);
}

bool reads(const ScopeSet& scopes, const char* type) {
    return scopes.allows(Level::patient, type, Verb::read) && scopes.allows(Level::patient, type, Verb::search);
}

const std::vector<std::string> held{"Claim", "Condition", "Observation", "Patient", "Practitioner", "Nonsense", ""};
const QString conditions = "Your health conditions", measurements = "Your test results and measurements",
              costs = "Your insurance claims and costs", rest = "Everything else in your health record at Oak";
const QStringList changes{"Change your name and contact details already in your record", "Add, change and delete health conditions",
                          "Add, change and delete test results and measurements", "Add, change and delete insurance claims and costs",
                          "Add, change and delete information of any other kind"};

}  // namespace

class WildcardTest : public QObject {
    Q_OBJECT
  private slots:
    void everyKindOfTheRecordHasABox();
    void withAllBoxesTickedItIsTheScopeForEverything();
    void aRefusedKindIsNotReadAndTheRestIs();
    void withoutTheRestOnlyWhatIsNamed();
    void nothingTickedIsNothing();
    void anEmptyRecordIsAskedAsAWhole();
    void changesAreDecidedApart();
    void changesAreDecidedKindByKind();
    void whatWasAllowedBeforeIsKnownAgain();
    void aLongGrantSaysWhatItLeavesOut();
};

void WildcardTest::everyKindOfTheRecordHasABox() {
    const auto said = sentencesOf(expandWildcard(asked("patient/*.rs"), held).scopes(), alongPatient, {"en", "Oak", ""});
    QCOMPARE(briefs(said.see), (QStringList{conditions, measurements, costs, rest}));
    QCOMPARE(said.see.back().detail, std::string("Includes kinds of information the clinic may add later."));
    QCOMPARE(said.see.back().scope, std::string("patient/*.rs"));
    QCOMPARE(briefs(said.always), QStringList{"See your name, birth date and contact details"});
    QCOMPARE(briefs(said.notes), QStringList{"See basic facts about clinics, staff and medicines"});
    QVERIFY(said.refused.empty() && said.change.empty());
    // What an app names beside it has its box, too.
    const auto both =
        sentencesOf(expandWildcard(asked("patient/Goal.rs patient/*.read"), {"Condition"}).scopes(), alongPatient, {"en", "Oak", ""});
    QCOMPARE(briefs(both.see), (QStringList{conditions, "Your health goals", rest}));
    QCOMPARE(both.see[0].scope, std::string("patient/Condition.read"));
}

void WildcardTest::withAllBoxesTickedItIsTheScopeForEverything() {
    for (const std::string text : {"patient/*.rs", "patient/*.read", "patient/*.r", "patient/*.cruds", "patient/Goal.rs patient/*.rs",
                                   "patient/*.r patient/*.s", "patient/*.* patient/Practitioner.rs"})
        QCOMPARE(decided(asked(text), held, alongPatient, {}).text(), text);
}

void WildcardTest::aRefusedKindIsNotReadAndTheRestIs() {
    for (const char* text : {"patient/*.rs", "patient/*.read"}) {
        const auto given = decided(asked(text), held, alongPatient, {measurements, costs});
        QVERIFY(!reads(given, "Observation") && !given.allows(Level::patient, "Observation", Verb::search));
        // The same words say both, so that both are refused.
        QVERIFY(!reads(given, "Claim") && !reads(given, "ExplanationOfBenefit") && !reads(given, "ClaimResponse"));
        for (const char* type : {"Patient", "Condition", "Immunization", "Goal", "Practitioner", "Questionnaire", "Device"})
            QVERIFY2(reads(given, type), type);
        for (const char* type : {"*", "Group", "Bundle", "Parameters"}) QVERIFY2(!reads(given, type), type);
        QVERIFY(!given.allows(Level::patient, "Condition", Verb::update));
        const auto said = QString::fromStdString(given.text());
        QVERIFY(!said.contains("*"));
        QVERIFY(said.contains(QString(text).endsWith("read") ? "patient/Condition.read" : "patient/Condition.rs"));
        QVERIFY(said.size() < 4096);
    }
}

void WildcardTest::withoutTheRestOnlyWhatIsNamed() {
    const auto given = decided(asked("patient/*.rs"), held, alongPatient, {rest, conditions});
    for (const char* type : {"Patient", "Observation", "Claim", "Practitioner", "Organization", "Location", "Medication"})
        QVERIFY2(reads(given, type), type);
    for (const char* type : {"Condition", "Immunization", "Goal", "Questionnaire"}) QVERIFY2(!reads(given, type), type);
}

void WildcardTest::nothingTickedIsNothing() {
    const QStringList all{"Your name, birth date and contact details", conditions, measurements, costs, rest};
    QVERIFY(decided(asked("patient/*.rs"), held, neitherWord, all).empty());
    QCOMPARE(chosenScopes(asked("patient/*.rs"), neitherWord, {"patient/*.cruds", "patient/Goal.rs"}, held).text(), std::string());
}

void WildcardTest::anEmptyRecordIsAskedAsAWhole() {
    for (const auto& resourceTypes : {std::vector<std::string>{}, std::vector<std::string>{"Practitioner", "nonsense"}}) {
        QCOMPARE(expandWildcard(asked("patient/*.rs"), resourceTypes).text(), std::string("patient/*.rs"));
        QCOMPARE(expandWildcard(asked("patient/*.cud"), resourceTypes).text(), std::string("patient/*.cud"));
        QCOMPARE(chosenScopes(asked("patient/*.rs"), neitherWord, {"patient/*.rs"}, resourceTypes).text(), std::string("patient/*.rs"));
    }
    // Kinds widen nothing where everything was not asked for.
    QCOMPARE(expandWildcard(asked("patient/Observation.rs"), held).text(), std::string("patient/Observation.rs"));
}

void WildcardTest::changesAreDecidedApart() {
    auto given = decided(asked("patient/*.*"), held, alongPatient, {measurements});
    QVERIFY(given.allows(Level::patient, "Observation", Verb::update) && !reads(given, "Observation") && reads(given, "Goal"));
    given = decided(asked("patient/*.*"), held, alongPatient, changes);
    QCOMPARE(given.text(), std::string("patient/*.read"));
    given = decided(asked("patient/*.cruds"), held, alongPatient, changes + QStringList{measurements, rest});
    QVERIFY(!given.allows(Level::patient, "Condition", Verb::create) && reads(given, "Condition") && !reads(given, "Goal"));
}

void WildcardTest::changesAreDecidedKindByKind() {
    const auto said = sentencesOf(expandWildcard(asked("patient/*.cud"), held).scopes(), alongPatient, {"en", "Oak", ""});
    QCOMPARE(briefs(said.change), changes);
    QCOMPARE(said.change.back().scope, std::string("patient/*.cud"));
    QVERIFY(said.change.back().warn && !said.change[1].warn);
    QVERIFY(said.see.empty() && said.notes.empty() && said.refused.empty());
    const auto may = [](const ScopeSet& scopes, const char* type) {
        return scopes.allows(Level::patient, type, Verb::create) && scopes.allows(Level::patient, type, Verb::update) &&
               scopes.allows(Level::patient, type, Verb::remove);
    };
    QCOMPARE(decided(asked("patient/*.cud"), held, alongPatient, {}).text(), std::string("patient/*.cud"));
    auto given = decided(asked("patient/*.cruds"), held, alongPatient, {changes[1], changes[3]});
    for (const char* type : {"Observation", "Goal", "QuestionnaireResponse"}) QVERIFY2(may(given, type), type);
    // Nobody's app makes or removes a Patient.
    const auto changesPatients = [](const ScopeSet& scopes) {
        return scopes.allows(Level::patient, "Patient", Verb::update) && !scopes.allows(Level::patient, "Patient", Verb::create) &&
               !scopes.allows(Level::patient, "Patient", Verb::remove);
    };
    QVERIFY(changesPatients(given));
    for (const char* type : {"*", "Condition", "Claim", "ExplanationOfBenefit", "Practitioner", "Organization", "Group"})
        for (const auto verb : {Verb::create, Verb::update, Verb::remove}) QVERIFY2(!given.allows(Level::patient, type, verb), type);
    QVERIFY(reads(given, "*") && reads(given, "Condition"));
    // Without the rest only what is named; what is refused to read may still be written.
    given = decided(asked("patient/*.cud"), held, alongPatient, {changes.back(), changes[1]});
    QVERIFY(may(given, "Observation") && changesPatients(given) && !may(given, "Condition") && !may(given, "Goal"));
    QVERIFY(!given.allows(Level::patient, "Observation", Verb::read));
    QVERIFY(decided(asked("patient/*.cud"), held, alongPatient, changes).empty());
    // An app that names types beside it.
    const auto both =
        sentencesOf(expandWildcard(asked("patient/Goal.c patient/*.u"), {"Condition"}).scopes(), alongPatient, {"en", "Oak", ""});
    QCOMPARE(briefs(both.change), (QStringList{"Change health conditions already in your record", "Add and change health goals",
                                               "Change information of any other kind already in your record"}));
}

void WildcardTest::whatWasAllowedBeforeIsKnownAgain() {
    const auto offered = asked("patient/*.cruds"), page = expandWildcard(offered, held);
    const auto isHeldNow = [&](const ScopeSet& before, const char* scope) { return isHeld(asked(scope).scopes().front(), page, before); };
    const auto before = decided(offered, held, alongPatient, changes + QStringList{measurements});
    QVERIFY(isHeldNow(before, "patient/Condition.rs") && isHeldNow(before, "patient/*.rs"));
    for (const char* scope :
         {"patient/Observation.rs", "patient/Observation.r", "patient/Condition.cud", "patient/*.cud", "patient/*.cruds"})
        QVERIFY2(!isHeldNow(before, scope), scope);
    const auto narrow = decided(offered, held, alongPatient, changes + QStringList{rest});
    QVERIFY(isHeldNow(narrow, "patient/Condition.rs") && !isHeldNow(narrow, "patient/*.rs"));
    const auto whole = asked("patient/*.rs patient/*.cud");
    for (const char* scope : {"patient/*.cruds", "patient/*.rs", "patient/Observation.cruds"}) QVERIFY2(isHeldNow(whole, scope), scope);
    QVERIFY(!isHeldNow({}, "patient/Condition.rs"));
}

void WildcardTest::aLongGrantSaysWhatItLeavesOut() {
    const auto given = decided(asked("patient/*.rs"), held, alongPatient, {measurements, costs});
    QCOMPARE(briefs(withheld(given, access::readVerbs, "en")), (QStringList{measurements, costs}));
    QCOMPARE(briefs(withheld(given, access::readVerbs, "es")).size(), 2);
    QVERIFY(withheld(given, access::writeVerbs, "en").empty());
    QVERIFY(withheld(decided(asked("patient/*.rs"), held, alongPatient, {rest}), access::readVerbs, "en").empty());
    QVERIFY(withheld(asked("patient/*.rs"), access::readVerbs, "en").empty());
    const auto written = decided(asked("patient/*.cud"), held, alongPatient, {changes[1]});
    QCOMPARE(briefs(withheld(written, access::writeVerbs, "en")), QStringList{"Health conditions"});
    QVERIFY(withheld(written, access::readVerbs, "en").empty());
}

POLYCLINIC_TEST(WildcardTest)
#include "wildcard_test.moc"
