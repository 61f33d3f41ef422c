// What a scope allows, as a value: no database is asked.

#include <QTest>

#include "access/access_scope.h"
#include "base/failure.h"
#include "base/json.h"
#include "fhir/compartment.h"
#include "fhir/definitions/definitions.h"
#include "records/search/search.h"
#include "test_case.h"

using namespace polyclinic;
using access::AccessScope;
using access::Verb;

class AccessScopeTest : public QObject {
    Q_OBJECT
  private slots:
    void nothingIsAllowedByItself();
    void everyTypeInACompartment();
    void withoutAPatientNothing();
    void reachOfSearches();
    void grantsStayNarrow();
    void whatMayBeWritten();
};

namespace {

AccessScope appOf(std::string patient) {
    auto scope = AccessScope::everything();
    scope.compartment = access::Compartment{std::move(patient)};
    return scope;
}

constexpr Verb verbs[] = {Verb::create, Verb::read, Verb::update, Verb::remove, Verb::search};

bool allows(const AccessScope& scope, Verb verb, std::string_view type) {
    const bool decided = access::decide(scope, verb, fhir::typeCode(type));
    bool demanded = true;
    try {
        access::demand(scope, {verb, type});
    } catch (const Failure& failure) {
        demanded = false;
        if (failure.kind() != FailureKind::forbidden) throw;
    }
    if (decided != demanded) throw std::logic_error("decide and demand do not say the same");
    return decided;
}

}  // namespace

void AccessScopeTest::nothingIsAllowedByItself() {
    const AccessScope nothing;
    for (const auto verb : verbs) QVERIFY(!allows(nothing, verb, "Patient"));
}

void AccessScopeTest::everyTypeInACompartment() {
    const auto scope = appOf("p1");
    int own = 0, shared = 0, none = 0;
    for (const auto type : fhir::Definitions::r4().resourceTypes()) {
        const bool reads = allows(scope, Verb::read, type), writes = allows(scope, Verb::create, type);
        QCOMPARE(allows(scope, Verb::search, type), reads);
        // Who somebody is, an app neither makes nor removes; of a Patient it may change what the clinic opens.
        const bool person = type == "Patient" || type == "Person";
        QCOMPARE(allows(scope, Verb::update, type), writes || person);
        QCOMPARE(allows(scope, Verb::remove, type), writes);
        QCOMPARE(reads, fhir::hasPatientCompartment(type) || access::isShared(type));
        QVERIFY(!(fhir::hasPatientCompartment(type) && access::isShared(type)));
        own += writes;
        shared += reads && !writes;
        none += !reads;
    }
    QCOMPARE(own, 64);
    QCOMPARE(shared, 33);  // Patient and Person among them
    QCOMPARE(none, 49);
    for (const char* type : {"Practitioner", "PractitionerRole", "Organization", "Location", "Medication", "HealthcareService", "Endpoint",
                             "Questionnaire", "ValueSet", "StructureDefinition"})
        QVERIFY(access::isShared(type));
    for (const char* type :
         {"Group", "Binary", "Bundle", "Parameters", "Task", "Subscription", "VerificationResult", "MessageHeader", "Linkage"})
        QVERIFY(!allows(scope, Verb::read, type));
    QVERIFY(!access::decide(scope, Verb::search, 0));  // "all types" is never one patient's
}

void AccessScopeTest::withoutAPatientNothing() {
    const auto scope = appOf("");
    for (const auto type : fhir::Definitions::r4().resourceTypes()) {
        for (const auto verb : verbs) QVERIFY(!allows(scope, verb, type));
        const auto reach = access::searchFilter(scope, type);
        QCOMPARE(reach.size(), std::size_t(1));  // one condition, which nothing fits
        QVERIFY(reach[0].anyOf.empty() && reach[0].ids.empty());
    }
    const auto document = json::Document::parse(R"({"resourceType":"Practitioner","id":""})");
    QVERIFY(!access::permits(scope, document.root(), ""));
}

void AccessScopeTest::reachOfSearches() {
    QVERIFY(access::searchFilter(AccessScope::everything(), "Group").empty());
    const auto scope = appOf("p1");
    QVERIFY(access::searchFilter(scope, "Practitioner").empty());
    const auto patient = access::searchFilter(scope, "Patient");
    QVERIFY(patient.size() == 1 && patient[0].anyOf.empty() && patient[0].ids == std::vector<std::string>{"p1"});
    const auto observation = access::searchFilter(scope, "Observation");
    QVERIFY(observation.size() == 1 && observation[0].ids.empty() && observation[0].anyOf.size() == 1);
    QVERIFY(observation[0].anyOf[0].type == "Patient" && observation[0].anyOf[0].id == "p1" && observation[0].anyOf[0].params.size() == 2);
    const auto group = access::searchFilter(scope, "Group");
    QVERIFY(group.size() == 1 && group[0].anyOf.empty() && group[0].ids.empty());
}

void AccessScopeTest::grantsStayNarrow() {
    AccessScope scope;
    scope.grants = {{fhir::typeCode("Observation"), std::uint8_t(Verb::search)}};
    scope.compartment = access::Compartment{"p1"};
    QVERIFY(allows(scope, Verb::search, "Observation"));
    QVERIFY(!allows(scope, Verb::read, "Observation"));
    QVERIFY(!allows(scope, Verb::search, "Condition"));
    QVERIFY(!allows(scope, Verb::search, "Practitioner"));
}

void AccessScopeTest::whatMayBeWritten() {
    const auto may = [](const AccessScope& scope, const char* text) {
        return access::mayWrite(scope, json::Document::parse(text).root(), "https://x/fhir-api");
    };
    const char* own = R"({"resourceType":"Observation","subject":{"reference":"Patient/p1"}})";
    const char* both = R"({"resourceType":"Observation","subject":{"reference":"Patient/p1"},"performer":[{"reference":"Patient/p2"}]})";
    const char* shared = R"({"resourceType":"Organization","name":"x"})";
    QVERIFY(may(appOf("p1"), own));
    QVERIFY(!may(appOf("p1"), both));
    QVERIFY(!may(appOf("p2"), own));
    QVERIFY(!may(appOf(""), own));
    QVERIFY(!may(appOf("p1"), shared));
    QVERIFY(may(AccessScope::everything(), both));
    QVERIFY(may(AccessScope::everything(), shared));
}

POLYCLINIC_TEST(AccessScopeTest)
#include "access_scope_test.moc"
