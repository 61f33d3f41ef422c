// What is asked, offered, ticked, granted, told, kept and enforced is one set of (type, verb, query), whatever the spelling and
// the language of the page.

#include <QTest>

#include <map>
#include <random>

#include "consent/decision.h"
#include "consent/scope_rows.h"
#include "consent/wildcard.h"
#include "fhir/definitions/definitions.h"
#include "pages/sentences.h"
#include "test_case.h"

using namespace polyclinic;
using namespace polyclinic::pages;
using namespace polyclinic::consent;
using access::Level;
using access::Scope;
using access::ScopeSet;
using access::Verb;

namespace {

constexpr Verb verbs[] = {Verb::create, Verb::read, Verb::update, Verb::remove, Verb::search};
const std::vector<std::string> withoutWords;

ScopeSet setOf(const std::string& text) { return ScopeSet(access::parseScopeList(text).scopes); }
ScopeSet offeredOf(const std::string& asked, const std::string& registered) {
    return access::grantable(setOf(asked).scopes(), setOf(registered).scopes(), Level::patient);
}

/// Values of the boxes of a page in `language`.
std::vector<std::string> boxValues(const ScopeSet& offered, const std::vector<std::string>& words, const char* language,
                                   const std::vector<std::string>& resourceTypes = {}) {
    const auto said = sentencesOf(expandWildcard(offered, resourceTypes).scopes(), words, {language, "Oak", ""});
    std::vector<std::string> values;
    for (const auto* group : {&said.see, &said.change})
        for (const auto& line : *group) values.push_back(line.scope);
    return values;
}

std::string everythingTicked(const std::string& asked, const std::string& registered) {
    const auto offered = offeredOf(asked, registered);
    return chosenScopes(offered, withoutWords, boxValues(offered, withoutWords, "en")).text();
}

/// Type and verb as the engine asks them.
using Reach = std::map<std::string, access::Verbs>;
Reach searchFilter(const ScopeSet& scopes, const std::vector<std::string>& types) {
    Reach reach;
    for (const auto& type : types)
        for (const auto verb : verbs)
            if (scopes.allows(Level::patient, type, verb)) reach[type] |= access::bit(verb);
    return reach;
}

}  // namespace

class ConsentSetsTest : public QObject {
    Q_OBJECT
  private slots:
    void whatIsRegisteredOfAWriteIsGranted();
    void narrowedScopesAreSpelledAsTheyAre();
    void boxesOfAnotherLanguageCount();
    void boxesOfAnAppThatComesAgain();
    void oneSet();
    void nothingIsOfferedThatIsAlwaysRefused();
};

void ConsentSetsTest::whatIsRegisteredOfAWriteIsGranted() {
    QCOMPARE(everythingTicked("patient/Observation.write", "patient/Observation.crus"), std::string("patient/Observation.cu"));
    QCOMPARE(everythingTicked("patient/*.read patient/Observation.write", "patient/*.rs patient/Observation.cu"),
             std::string("patient/*.read patient/Observation.cu"));
    QCOMPARE(everythingTicked("patient/Observation.*", "patient/Observation.crus"), std::string("patient/Observation.crus"));
    QCOMPARE(everythingTicked("patient/Observation.read patient/Observation.rs", "patient/*.cruds"),
             std::string("patient/Observation.read patient/Observation.rs"));
    QCOMPARE(everythingTicked("patient/*.write", "patient/Condition.u patient/Goal.cud"),
             std::string("patient/Condition.u patient/Goal.write"));
}

void ConsentSetsTest::narrowedScopesAreSpelledAsTheyAre() {
    for (const auto& [asked, registered] : std::map<std::string, std::string>{
             {"patient/Observation.write", "patient/*.crus"}, {"patient/*.*", "patient/*.rs"}, {"patient/Goal.*", "patient/Goal.c"}}) {
        const auto offered = offeredOf(asked, registered);
        QCOMPARE(setOf(offered.text()), offered);
        QCOMPARE(ScopeSet::fromJson(offered.toJson()), offered);
    }
    QCOMPARE(offeredOf("patient/*.*", "patient/*.rs").text(), std::string("patient/*.read"));
}

void ConsentSetsTest::boxesOfAnotherLanguageCount() {
    const auto offered = setOf("patient/*.cruds patient/Observation.read patient/Coverage.rs patient/Claim.rs patient/Invoice.rs");
    const std::vector<std::string> resourceTypes{"Observation", "Condition", "Claim", "Account"};
    const auto whole = chosenScopes(offered, withoutWords, boxValues(offered, withoutWords, "en", resourceTypes), resourceTypes);
    for (const char* language : {"es", "ar"})
        QCOMPARE(chosenScopes(offered, withoutWords, boxValues(offered, withoutWords, language, resourceTypes), resourceTypes), whole);
    QCOMPARE(whole, offered);
}

void ConsentSetsTest::boxesOfAnAppThatComesAgain() {
    const auto asked = setOf("patient/Observation.rs patient/Condition.rs patient/Immunization.rs patient/Goal.cud");
    FormerDecision before{setOf("patient/Observation.rs"), setOf("patient/Observation.rs patient/Condition.rs")};
    const auto state = [&](const char* box) { return boxState(setOf(box), asked, before); };
    QVERIFY(boxState(setOf("patient/Goal.cud"), asked, std::nullopt) == BoxState::first);
    QVERIFY(state("patient/Observation.rs") == BoxState::allowed);
    QVERIFY(state("patient/Condition.rs") == BoxState::refused);
    QVERIFY(state("patient/Immunization.rs") == BoxState::added);
    QVERIFY(state("patient/Condition.rs patient/Immunization.rs") == BoxState::refused);
    QVERIFY(state("patient/Goal.cud") == BoxState::added);
    QVERIFY(isTickedAtFirst(BoxState::first, true) && isTickedAtFirst(BoxState::allowed, true) && isTickedAtFirst(BoxState::added, false));
    QVERIFY(!isTickedAtFirst(BoxState::added, true) && !isTickedAtFirst(BoxState::refused, false));
    before.offered.reset();  // of a grant that was made before this was kept
    QVERIFY(state("patient/Immunization.rs") == BoxState::refused);
    // Everything was asked before: a kind of it is nothing new.
    const FormerDecision whole{setOf("patient/Observation.rs"), setOf("patient/*.rs")};
    QVERIFY(boxState(setOf("patient/Condition.rs"), asked, whole) == BoxState::refused);
}

void ConsentSetsTest::oneSet() {
    const auto seed =
        qEnvironmentVariableIsSet("POLYCLINIC_SEED") ? qEnvironmentVariableIntValue("POLYCLINIC_SEED") : int(std::random_device{}());
    qInfo("seed %d", seed);
    std::mt19937 dice{unsigned(seed)};
    const auto pick = [&](const std::vector<std::string>& from) { return from[dice() % from.size()]; };
    const std::vector<std::string> types{"*",        "Observation",   "Condition", "Patient", "Goal",         "Practitioner",
                                         "Claim",    "ClaimResponse", "Invoice",   "Account", "Immunization", "ValueSet",
                                         "nonsense", "observation"};
    const std::vector<std::string> spelled{"read", "write", "*", "rs", "cruds", "cud", "r", "s", "c", "u", "d", "cu", "crus", "sr", "x"};
    const std::vector<std::string> queries{"", "", "", "", "?category=laboratory", "?code:in=x", "?a"};
    const std::vector<std::string> levels{"patient", "patient", "patient", "patient", "user", "system", "clinic"};
    const auto list = [&] {
        std::string text;
        for (auto count = dice() % 6 + 1; count > 0; --count)
            text += pick(levels) + "/" + pick(types) + "." + pick(spelled) + pick(queries) + ' ';
        return text;
    };
    const std::vector<std::vector<std::string>> wordLists{{}, {"launch/patient"}, {"openid", "fhirUser"}};
    std::vector<std::string> every;
    for (const auto type : fhir::Definitions::r4().resourceTypes()) every.emplace_back(type);
    const char* languages[] = {"en", "es", "ar"};
    for (int round = 0; round < 1500; ++round) {
        const auto asked = list(), registered = list();
        const auto context = asked + "| " + registered;
        const auto offered = offeredOf(asked, registered);
        const auto& words = wordLists[dice() % wordLists.size()];
        const std::vector<std::string> resourceTypes =
            dice() % 2 ? std::vector<std::string>{"Observation", "Claim", "Goal"} : std::vector<std::string>{};
        const auto values = boxValues(offered, words, languages[dice() % 3], resourceTypes);
        // All ticked: what was offered, neither less nor more.
        const auto whole = chosenScopes(offered, words, values, resourceTypes);
        QVERIFY2(searchFilter(whole, every) == searchFilter(offered, every), context.c_str());
        // Some ticked, with strangers' values among them.
        std::vector<std::string> ticked;
        for (const auto& value : values)
            if (dice() % 2) ticked.push_back(value);
        auto sent = ticked;
        sent.push_back(list());
        for (const auto& stranger : {std::string("patient/*.cruds system/*.cruds"), std::string("patient/Encounter.rs nonsense")})
            if (!offered.covers(setOf(stranger).scopes().front())) sent.push_back(stranger);
        std::erase_if(sent, [&](const std::string& value) {  // a value that says what a box says is that box
            return std::ranges::find(values, value) == values.end() && std::ranges::all_of(setOf(value).scopes(), [&](const Scope& scope) {
                       return expandWildcard(offered, resourceTypes).covers(scope);
                   });
        });
        const auto granted = chosenScopes(offered, words, sent, resourceTypes);
        QVERIFY2(granted == chosenScopes(offered, words, ticked, resourceTypes), context.c_str());
        const auto reach = searchFilter(granted, every), most = searchFilter(offered, every);
        for (const auto& [type, held] : reach) QVERIFY2(most.contains(type) && (held & ~most.at(type)) == 0, context.c_str());
        // Told, introspected, kept and enforced.
        QVERIFY2(searchFilter(setOf(granted.text()), every) == reach, context.c_str());
        QVERIFY2(ScopeSet::fromJson(granted.toJson()) == granted, context.c_str());
        Reach enforced;
        for (const auto& grant : granted.access(Level::patient).grants)
            for (const auto& type : every)
                if (grant.type == 0 || grant.type == fhir::typeCode(type)) enforced[type] |= grant.verbs;
        QVERIFY2(enforced == reach, context.c_str());
        // What a narrower grant leaves of it is the meet of both.
        const auto narrower = offeredOf(granted.text(), asked);
        for (const auto& [type, held] : searchFilter(narrower, every)) QVERIFY2((held & ~reach.at(type)) == 0, context.c_str());
    }
}

/// What no app of a patient can do has no box and is not granted, by name or as a part of everything.
void ConsentSetsTest::nothingIsOfferedThatIsAlwaysRefused() {
    QCOMPARE(offeredOf("patient/Patient.cruds patient/Person.write", "patient/*.cruds").text(),
             std::string("patient/Patient.rus patient/Person.u"));
    QCOMPARE(offeredOf("patient/Patient.cd patient/Practitioner.cud patient/Group.cruds patient/Bundle.rs", "patient/*.cruds").text(),
             std::string());
    QCOMPARE(offeredOf("patient/*.*", "patient/Patient.cruds patient/Practitioner.cruds patient/Group.rs patient/Goal.cd").text(),
             std::string("patient/Patient.rus patient/Practitioner.read patient/Goal.cd"));
    const auto everything = setOf("patient/*.cruds");
    for (const auto name : fhir::Definitions::r4().resourceTypes()) {
        const std::string type(name);
        for (const auto verb : verbs) {
            const bool can = access::decide({{{0, 31}}, access::Compartment{"p"}}, verb, fhir::typeCode(type));
            const auto named = offeredOf("patient/" + type + ".cruds", "patient/*.cruds");
            QVERIFY2(named.allows(Level::patient, type, verb) == can, type.c_str());
            // Beside a box that was refused, everything else is named type by type.
            const auto asked = expandWildcard(everything, {"Observation", "Goal"});
            std::vector<Scope> but;
            for (const auto& scope : asked.scopes())
                if (scope.type != "Goal") but.push_back(scope);
            const auto granted = collapseWildcard(everything, asked, ScopeSet(but));
            QVERIFY2(granted.allows(Level::patient, type, verb) == (can && type != "Goal"), (type + ": " + granted.text()).c_str());
        }
    }
    // An app that comes again finds the box of everything as it was left.
    const auto asked = expandWildcard(everything, {"Observation", "Patient"});
    std::vector<Scope> but;
    for (const auto& scope : asked.scopes())
        if (scope.type != "Observation") but.push_back(scope);
    const FormerDecision before{collapseWildcard(everything, asked, ScopeSet(but)), everything};
    for (const char* box : {"patient/Patient.u", "patient/*.cud", "patient/*.rs"})
        QVERIFY2(boxState(setOf(box), asked, before) == BoxState::allowed, box);
    QVERIFY(boxState(setOf("patient/Observation.cud"), asked, before) == BoxState::refused);
}

POLYCLINIC_TEST(ConsentSetsTest)
#include "consent_sets_test.moc"
