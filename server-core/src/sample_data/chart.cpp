#include "sample_data/chart.h"

#include "sample_data/names.h"
#include "sample_data/vocabulary.h"

namespace polyclinic::sample_data {

std::string resourceText(const std::string& type, const std::string& id, const Fields& fields) {
    Fields all;
    all.text("resourceType", type);
    if (!id.empty()) all.text("id", id);
    all.raw("meta", R"({"tag":[{"system":"urn:polyclinic:sample","code":"sample"}]})");
    return "{" + all.members() + "," + fields.members() + "}";
}

std::string shared(const std::string& type, const std::string& uuid, const std::string& display) {
    return Fields().text("reference", type + "/" + uuid).text("display", display).object();
}

void Chart::add(const std::string& type, const std::string& uuid, const Fields& fields) {
    resources.push_back({type, uuid, resourceText(type, form_ == Form::plain ? uuid : "", fields)});
}

std::string Chart::own(const std::string& type, const std::string& uuid, const std::string& display) const {
    Fields reference;
    reference.text("reference", form_ == Form::plain ? type + "/" + uuid : "urn:uuid:" + uuid);
    if (!display.empty()) reference.text("display", display);
    return reference.object();
}

std::string Chart::doctor(const ClinicVisit& clinicVisit) const {
    return shared("Practitioner", clinicVisit.doctor->uuid, clinicVisit.doctor->name);
}

namespace {

std::string humanName(const Name& family, const Name& given, std::string_view use, bool latin) {
    const std::string_view familyText = latin ? family.latin : family.native;
    const std::string_view givenText = latin ? given.latin : given.native;
    return Fields()
        .text("use", use)
        .text("text", std::string(givenText) + " " + std::string(familyText))
        .text("family", familyText)
        .raw("given", list({"\"" + std::string(givenText) + "\""}))
        .object();
}

std::string homeAddress(Dice& dice) {
    static const std::vector<const char*> streets{"Sample Lane", "Mock Street", "Example Road", "Trial Avenue"};
    static const std::vector<const char*> towns{"Testbury", "Samplefield", "Mockhaven", "Nowhere-on-Sea"};
    std::string line = std::to_string(dice.between(1, 199));
    line = line + " " + dice.pick(streets);  // a statement a draw: operands have no order of their own
    return Fields()
        .text("use", "home")
        .text("type", "physical")
        .raw("line", "[\"" + line + "\"]")
        .text("city", dice.pick(towns))
        .text("postalCode", "000" + std::to_string(dice.between(10, 99)))
        .text("country", "Exampleland")
        .object();
}

void writeAllergy(Chart& chart, Day today) {
    Dice& dice = chart.dice;
    const std::size_t which = dice.next() % allergens().size();
    const Term& allergen = allergens()[which];
    const Term& reaction = dice.pick(reactions());
    const Staff& doctor = dice.pick(chart.practice.doctors);
    const char* severity = dice.chance(30) ? "moderate" : "mild";
    const int age = static_cast<int>((today - chart.person.born).count());
    const Day recorded = chart.person.born + std::chrono::days(dice.between(age / 2, age));
    static constexpr const char* categories[]{"medication", "food", "environment", "environment", "food", "environment", "environment"};

    Fields fields;
    fields.raw("text", narrative(std::string("Allergy: ") + allergen.display + ", reaction: " + reaction.display))
        .raw("clinicalStatus", conceptOf(hl7("allergyintolerance-clinical"), {"active", "Active"}))
        .raw("verificationStatus", conceptOf(hl7("allergyintolerance-verification"), {"confirmed", "Confirmed"}))
        .text("type", "allergy")
        .raw("category", std::string("[\"") + categories[which] + "\"]")
        .text("criticality", dice.chance(20) ? "high" : "low")
        .raw("code", localConcept(allergen))
        .raw("patient", chart.patient())
        .text("recordedDate", dateText(recorded))
        .raw("recorder", shared("Practitioner", doctor.uuid, doctor.name))
        .raw("reaction", list({Fields().raw("manifestation", list({localConcept(reaction)})).text("severity", severity).object()}));
    chart.add("AllergyIntolerance", dice.uuid(), fields);
}

}  // namespace

void writePatient(Chart& chart, Day today) {
    Dice& dice = chart.dice;
    Person& person = chart.person;
    const Culture& culture = dice.pick(cultures());
    person.uuid = dice.uuid();
    person.woman = dice.chance(52);
    const Name& family = dice.pick(culture.families);
    const Name& given = dice.pick(person.woman ? culture.women : culture.men);
    person.name = std::string(given.native) + " " + std::string(family.native);
    person.born = today - std::chrono::days(dice.between(200, 90 * 365));
    const int years = static_cast<int>((today - person.born).count() / 365);
    const int grown = years >= 18 ? 100 : 30 + years * 70 / 18;  // of a grown person's height, in percent
    person.heightMm = (person.woman ? 1650 : 1770) * grown / 100 + dice.between(-90, 90);
    person.weightHg = person.heightMm * person.heightMm / 10000 * dice.between(19, 31) / 10;
    person.systolic = 100 + years / 3 + dice.between(-6, 10);
    person.pulse = 72 + dice.between(-8, 8) + (years < 10 ? 20 : 0);

    std::vector<std::string> names{humanName(family, given, "official", false)};
    if (!family.latin.empty()) names.push_back(humanName(family, given, "usual", true));
    const std::string number = "S-" + std::to_string(dice.between(100000, 999999));
    const std::string identifier = Fields()
                                       .text("use", "usual")
                                       .raw("type", conceptOf(hl7("v2-0203"), {"MR", "Medical record number"}))
                                       .text("system", "urn:polyclinic:demo:record")
                                       .text("value", number)
                                       .raw("assigner", shared("Organization", chart.practice.organization, "Sample Clinic"))
                                       .object();
    const std::string phone =
        Fields().text("system", "phone").text("value", "+1 555 0" + std::to_string(dice.between(100, 199))).text("use", "mobile").object();
    const std::string mail =
        Fields().text("system", "email").text("value", "sample." + number.substr(2) + "@example.org").text("use", "home").object();
    const std::string language = Fields()
                                     .raw("coding", list({Fields()
                                                              .text("system", "urn:ietf:bcp:47")
                                                              .text("code", culture.language)
                                                              .text("display", culture.languageName)
                                                              .object()}))
                                     .object();
    Fields fields;
    fields.raw("text", narrative("SAMPLE " + person.name + ", born " + dateText(person.born) + ", record " + number))
        .raw("identifier", list({identifier}))
        .raw("active", "true")
        .raw("name", list(names))
        .raw("telecom", list({phone, mail}))
        .text("gender", person.woman ? "female" : "male")
        .text("birthDate", dateText(person.born))
        .raw("address", list({homeAddress(dice)}));
    if (years >= 18) {
        const bool married = dice.chance(55);
        fields.raw("maritalStatus", conceptOf(hl7("v3-MaritalStatus"), married ? Term{"M", "Married"} : Term{"S", "Never Married"}));
    }
    const Staff& doctor = dice.pick(chart.practice.doctors);
    fields.raw("communication", list({Fields().raw("language", language).raw("preferred", "true").object()}))
        .raw("generalPractitioner", list({shared("Practitioner", doctor.uuid, doctor.name)}))
        .raw("managingOrganization", shared("Organization", chart.practice.organization, "Sample Clinic"));
    chart.add("Patient", person.uuid, fields);

    const int allergies = dice.between(0, 3);
    for (int count = 0; count < allergies; ++count) writeAllergy(chart, today);
}

}  // namespace polyclinic::sample_data
