#include "sample_data/chart.h"
#include "sample_data/vocabulary.h"

namespace polyclinic::sample_data {
namespace {

const Term vitalSigns{"vital-signs", "Vital Signs"};
const Term laboratory{"laboratory", "Laboratory"};

/// The members that all Observations begin with.
Fields begun(const Chart& chart, const ClinicVisit& clinicVisit, const Term& category, const Term& code) {
    Fields fields;
    fields.text("status", "final")
        .raw("category", list({conceptOf(hl7("observation-category"), category)}))
        .raw("code", localConcept(code))
        .raw("subject", chart.patient())
        .raw("encounter", chart.encounter(clinicVisit))
        .text("effectiveDateTime", timeText(clinicVisit.day, clinicVisit.start + 5))
        .text("issued", timeText(clinicVisit.day, clinicVisit.end))
        .raw("performer", list({chart.doctor(clinicVisit)}));
    return fields;
}

std::string interpretation(int value, int low, int high) {
    Term term{"N", "Normal"};
    if (value < low) term = {"L", "Low"};
    if (value > high) term = {"H", "High"};
    return list({conceptOf(hl7("v3-ObservationInterpretation"), term)});
}

std::string range(const Test& test) {
    return list({Fields()
                     .raw("low", quantity(decimal(test.low, test.decimals), test.unit))
                     .raw("high", quantity(decimal(test.high, test.decimals), test.unit))
                     .object()});
}

void writeMeasured(Chart& chart, const ClinicVisit& clinicVisit, const Test& test, int value) {
    const std::string number = decimal(value, test.decimals);
    Fields fields = begun(chart, clinicVisit, vitalSigns, test.term);
    fields.raw("valueQuantity", quantity(number, test.unit));
    if (test.low < test.high) {
        fields.raw("interpretation", interpretation(value, test.low, test.high)).raw("referenceRange", range(test));
    }
    chart.add("Observation", chart.dice.uuid(), fields);
}

void writeBloodPressure(Chart& chart, const ClinicVisit& clinicVisit) {
    const int high = chart.person.systolic + chart.dice.between(-10, 14);
    const int low = high * 5 / 8 + chart.dice.between(-4, 6);
    const auto component = [](const Term& term, int value) {
        return Fields().raw("code", localConcept(term)).raw("valueQuantity", quantity(std::to_string(value), "mm[Hg]")).object();
    };
    Fields fields = begun(chart, clinicVisit, vitalSigns, {"blood-pressure", "Blood pressure"});
    fields.raw("interpretation", interpretation(high, 90, 140))
        .raw("bodySite", localConcept({"left-upper-arm", "Left upper arm"}))
        .raw("component", list({component({"systolic-pressure", "Systolic blood pressure"}, high),
                                component({"diastolic-pressure", "Diastolic blood pressure"}, low)}));
    chart.add("Observation", chart.dice.uuid(), fields);
}

}  // namespace

void writeVitalSigns(Chart& chart, const ClinicVisit& clinicVisit) {
    static const Test pulse{{"heart-rate", "Heart rate"}, "/min", 0, 55, 100};
    static const Test temperature{{"body-temperature", "Body temperature"}, "Cel", 1, 361, 378};
    static const Test weight{{"body-weight", "Body weight"}, "kg", 1, 0, 0};
    static const Test height{{"body-height", "Body height"}, "cm", 1, 0, 0};
    static const Test oxygen{{"oxygen-saturation", "Oxygen saturation"}, "%", 0, 94, 100};
    static const Test breaths{{"respiratory-rate", "Respiratory rate"}, "/min", 0, 12, 25};
    Dice& dice = chart.dice;
    const Person& person = chart.person;
    if (dice.chance(70)) writeBloodPressure(chart, clinicVisit);
    if (dice.chance(65)) writeMeasured(chart, clinicVisit, pulse, person.pulse + dice.between(-9, 12));
    const int fever = dice.chance(15) ? 18 : 0;
    if (dice.chance(45)) writeMeasured(chart, clinicVisit, temperature, 366 + fever + dice.between(-4, 4));
    if (dice.chance(55)) writeMeasured(chart, clinicVisit, weight, person.weightHg + dice.between(-15, 15));
    if (dice.chance(20)) writeMeasured(chart, clinicVisit, height, person.heightMm);
    if (dice.chance(25)) writeMeasured(chart, clinicVisit, oxygen, dice.between(93, 99));
    if (dice.chance(20)) writeMeasured(chart, clinicVisit, breaths, dice.between(12, 20));
}

void writeLaboratory(Chart& chart, const ClinicVisit& clinicVisit) {
    Dice& dice = chart.dice;
    const Panel& panel = dice.pick(panels());
    std::vector<std::string> results;
    int outside = 0;
    for (const Test& test : panel.tests) {
        const int width = test.high - test.low;
        const int value = dice.between(test.low - width / 10, test.high + width / 5);
        if (value < test.low || value > test.high) ++outside;
        const std::string number = decimal(value, test.decimals);
        const std::string text = std::string(test.term.display) + " " + number + " " + test.unit;
        Fields fields = begun(chart, clinicVisit, laboratory, test.term);
        fields.raw("valueQuantity", quantity(number, test.unit))
            .raw("interpretation", interpretation(value, test.low, test.high))
            .raw("referenceRange", range(test));
        const std::string uuid = dice.uuid();
        chart.add("Observation", uuid, fields);
        results.push_back(chart.own("Observation", uuid, text));
    }
    const std::string conclusion = outside == 0 ? "All values are in their usual ranges."
                                                : std::to_string(outside) + " of " + std::to_string(results.size()) +
                                                      " values are outside their usual ranges; to be looked at again at the next visit.";
    Fields fields;
    fields.raw("text", narrative(std::string(panel.term.display) + ", " + dateText(clinicVisit.day)))
        .text("status", "final")
        .raw("category", list({conceptOf(hl7("v2-0074"), {"LAB", "Laboratory"})}))
        .raw("code", localConcept(panel.term))
        .raw("subject", chart.patient())
        .raw("encounter", chart.encounter(clinicVisit))
        .text("effectiveDateTime", timeText(clinicVisit.day, clinicVisit.start + 5))
        .text("issued", timeText(clinicVisit.day, clinicVisit.end))
        .raw("performer", list({shared("Organization", chart.practice.organization, "Sample Clinic")}))
        .raw("resultsInterpreter", list({chart.doctor(clinicVisit)}))
        .raw("result", list(results))
        .text("conclusion", conclusion);
    chart.add("DiagnosticReport", dice.uuid(), fields);
}

}  // namespace polyclinic::sample_data
