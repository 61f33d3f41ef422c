#include "sample_data/chart.h"
#include "sample_data/vocabulary.h"

namespace polyclinic::sample_data {
namespace {

std::string period(const ClinicVisit& clinicVisit, int from, int to) {
    return Fields()
        .text("start", timeText(clinicVisit.day, clinicVisit.start + from))
        .text("end", timeText(clinicVisit.day, clinicVisit.start + to))
        .object();
}

std::string encounterLocation(const Chart& chart) { return shared("Location", chart.practice.location, "Sample Clinic, consulting rooms"); }

void writeCondition(Chart& chart, const ClinicVisit& clinicVisit, const Illness& illness) {
    const Term status = illness.lasting ? Term{"active", "Active"} : Term{"resolved", "Resolved"};
    const Term category =
        illness.lasting ? Term{"problem-list-item", "Problem List Item"} : Term{"encounter-diagnosis", "Encounter Diagnosis"};
    Fields fields;
    fields.raw("text", narrative(std::string(illness.term.display) + ", since " + dateText(clinicVisit.day)))
        .raw("clinicalStatus", conceptOf(hl7("condition-clinical"), status))
        .raw("verificationStatus", conceptOf(hl7("condition-ver-status"), {"confirmed", "Confirmed"}))
        .raw("category", list({conceptOf(hl7("condition-category"), category)}))
        .raw("code", localConcept(illness.term))
        .raw("subject", chart.patient())
        .raw("encounter", chart.encounter(clinicVisit))
        .text("onsetDateTime", timeText(clinicVisit.day, clinicVisit.start));
    if (!illness.lasting) {
        fields.text("abatementDateTime", timeText(clinicVisit.day + std::chrono::days(chart.dice.between(4, 30)), clinicVisit.start));
    }
    fields.text("recordedDate", timeText(clinicVisit.day, clinicVisit.end)).raw("recorder", chart.doctor(clinicVisit));
    chart.add("Condition", clinicVisit.condition, fields);
}

void writeMedication(Chart& chart, const ClinicVisit& clinicVisit, const Medicine& medicine, bool lasting) {
    const std::string timing =
        Fields().raw("frequency", std::to_string(medicine.timesADay)).raw("period", "1").text("periodUnit", "d").object();
    const std::string dose = Fields().raw("doseQuantity", quantity(medicine.dose, medicine.unit)).object();
    const std::string dosage = Fields()
                                   .raw("sequence", "1")
                                   .text("text", medicine.instruction)
                                   .raw("timing", Fields().raw("repeat", timing).object())
                                   .raw("doseAndRate", list({dose}))
                                   .object();
    const int doses = (lasting ? 90 : 7) * medicine.timesADay;
    const std::string dispense = Fields()
                                     .raw("numberOfRepeatsAllowed", lasting ? "3" : "0")
                                     .raw("quantity", Fields().raw("value", std::to_string(doses)).object())
                                     .object();
    Fields fields;
    fields.raw("text", narrative(std::string(medicine.term.display) + ": " + medicine.instruction))
        .text("status", lasting ? "active" : "completed")
        .text("intent", "order")
        .raw("category", list({conceptOf(hl7("medicationrequest-category"), {"outpatient", "Outpatient"})}))
        .raw("medicationCodeableConcept", localConcept(medicine.term))
        .raw("subject", chart.patient())
        .raw("encounter", chart.encounter(clinicVisit))
        .text("authoredOn", timeText(clinicVisit.day, clinicVisit.end))
        .raw("requester", chart.doctor(clinicVisit));
    if (!clinicVisit.condition.empty()) {
        fields.raw("reasonReference", list({chart.own("Condition", clinicVisit.condition, clinicVisit.reason)}));
    }
    fields.raw("dosageInstruction", list({dosage})).raw("dispenseRequest", dispense);
    chart.add("MedicationRequest", chart.dice.uuid(), fields);
}

void writeProcedure(Chart& chart, const ClinicVisit& clinicVisit, const Term& procedure) {
    Fields fields;
    fields.raw("text", narrative(std::string(procedure.display) + ", " + dateText(clinicVisit.day)))
        .text("status", "completed")
        .raw("code", localConcept(procedure))
        .raw("subject", chart.patient())
        .raw("encounter", chart.encounter(clinicVisit))
        .raw("performedPeriod", period(clinicVisit, 5, 15))
        .raw("performer", list({Fields().raw("actor", chart.doctor(clinicVisit)).object()}))
        .raw("location", encounterLocation(chart));
    if (!clinicVisit.condition.empty()) {
        fields.raw("reasonReference", list({chart.own("Condition", clinicVisit.condition, clinicVisit.reason)}));
    }
    fields.raw("outcome", localConcept({"as-planned", "Went as planned"}));
    chart.add("Procedure", chart.dice.uuid(), fields);
}

void writeImmunization(Chart& chart, const ClinicVisit& clinicVisit) {
    Dice& dice = chart.dice;
    const Term& vaccine = dice.pick(vaccines());
    Fields fields;
    fields.raw("text", narrative(std::string(vaccine.display) + ", " + dateText(clinicVisit.day)))
        .text("status", "completed")
        .raw("vaccineCode", localConcept(vaccine))
        .raw("patient", chart.patient())
        .raw("encounter", chart.encounter(clinicVisit))
        .text("occurrenceDateTime", timeText(clinicVisit.day, clinicVisit.start + 10))
        .raw("primarySource", "true")
        .raw("location", encounterLocation(chart))
        .text("lotNumber", "SAMPLE-" + std::to_string(dice.between(1000, 9999)))
        .text("expirationDate", dateText(clinicVisit.day + std::chrono::days(200)))
        .raw("site", conceptOf(hl7("v3-ActSite"), {"LA", "left arm"}))
        .raw("route", conceptOf(hl7("v3-RouteOfAdministration"), {"IM", "Injection, intramuscular"}))
        .raw("doseQuantity", quantity("0.5", "mL"))
        .raw("performer", list({Fields()
                                    .raw("function", conceptOf(hl7("v2-0443"), {"AP", "Administering Provider"}))
                                    .raw("actor", chart.doctor(clinicVisit))
                                    .object()}));
    chart.add("Immunization", dice.uuid(), fields);
}

void writeEncounter(Chart& chart, const ClinicVisit& clinicVisit, bool diagnosed, const Term& reason) {
    const std::string participant = Fields()
                                        .raw("type", list({conceptOf(hl7("v3-ParticipationType"), {"ATND", "attender"})}))
                                        .raw("period", period(clinicVisit, 0, clinicVisit.end - clinicVisit.start))
                                        .raw("individual", chart.doctor(clinicVisit))
                                        .object();
    Fields fields;
    fields.text("status", "finished")
        .raw("class", coding(hl7("v3-ActCode"), {"AMB", "ambulatory"}))
        .raw("type", list({localConcept({"office-visit", "Office visit"})}))
        .raw("subject", chart.patient())
        .raw("participant", list({participant}))
        .raw("period", period(clinicVisit, 0, clinicVisit.end - clinicVisit.start))
        .raw("reasonCode", list({localConcept(reason)}));
    if (diagnosed) {
        fields.raw("diagnosis", list({Fields()
                                          .raw("condition", chart.own("Condition", clinicVisit.condition, clinicVisit.reason))
                                          .raw("use", conceptOf(hl7("diagnosis-role"), {"billing", "Billing"}))
                                          .object()}));
    }
    fields.raw("location", list({Fields().raw("location", encounterLocation(chart)).text("status", "completed").object()}))
        .raw("serviceProvider", shared("Organization", chart.practice.organization, "Sample Clinic"));
    chart.add("Encounter", clinicVisit.uuid, fields);
}

}  // namespace

void writeClinicVisit(Chart& chart, Day day) {
    static const Term checkUp{"check-up", "Check-up"};
    Dice& dice = chart.dice;
    ClinicVisit clinicVisit;
    clinicVisit.uuid = dice.uuid();
    clinicVisit.day = day;
    clinicVisit.start = 8 * 60 + 15 * dice.between(0, 34);
    clinicVisit.end = clinicVisit.start + dice.between(4, 9) * 5;
    clinicVisit.doctor = &dice.pick(chart.practice.doctors);

    const Illness* illness = nullptr;
    bool fresh = false;
    if (!chart.lasting.empty() && dice.chance(45)) {
        const Lasting& known = dice.pick(chart.lasting);
        illness = &illnesses()[known.illness];
        clinicVisit.condition = known.condition;
    } else if (dice.chance(85)) {
        const std::size_t which = dice.next() % illnesses().size();
        for (const Lasting& known : chart.lasting) {
            if (known.illness == which) clinicVisit.condition = known.condition;
        }
        illness = &illnesses()[which];
        if (clinicVisit.condition.empty()) {
            fresh = true;
            clinicVisit.condition = dice.uuid();
            if (illness->lasting) chart.lasting.push_back({which, clinicVisit.condition});
        }
    }
    if (illness) clinicVisit.reason = illness->term.display;

    writeEncounter(chart, clinicVisit, illness != nullptr, illness ? illness->term : checkUp);
    if (fresh) writeCondition(chart, clinicVisit, *illness);
    writeVitalSigns(chart, clinicVisit);
    if (dice.chance(48)) {
        writeProcedure(chart, clinicVisit, procedures()[3]);
        writeLaboratory(chart, clinicVisit);
    }
    if (illness) {
        writeMedication(chart, clinicVisit, medicines()[static_cast<std::size_t>(illness->medicine)], illness->lasting);
        writeProcedure(chart, clinicVisit, procedures()[static_cast<std::size_t>(illness->procedure)]);
    } else {
        writeProcedure(chart, clinicVisit, dice.pick(procedures()));
    }
    if (dice.chance(30)) writeMedication(chart, clinicVisit, dice.pick(medicines()), false);
    if (dice.chance(35)) writeImmunization(chart, clinicVisit);
}

}  // namespace polyclinic::sample_data
