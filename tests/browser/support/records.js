// Made-up records, few enough that a test can name each of them.

const system = {
    clinical: "http://terminology.hl7.org/CodeSystem/condition-clinical",
    problem: "http://terminology.hl7.org/CodeSystem/condition-category",
    observation: "http://terminology.hl7.org/CodeSystem/observation-category",
    loinc: "http://loinc.org",
    units: "http://unitsofmeasure.org",
    snomed: "http://snomed.info/sct",
};

const concept = (codingSystem, code, text) => ({ coding: [{ system: codingSystem, code, display: text }], text });

export function patient(id, given, family, birthDate, words = {}) {
    return { resourceType: "Patient", id, active: true, name: [{ use: "official", given: [given], family }], gender: "female", birthDate, ...words };
}

export function condition(id, of, category, text) {
    return {
        resourceType: "Condition", id, clinicalStatus: concept(system.clinical, "active", "Active"),
        category: [concept(system.problem, category, category)], code: { text }, subject: { reference: `Patient/${of}` }, recordedDate: "2026-01-07",
    };
}

export function observation(id, of, category, code, text, value, unit) {
    return {
        resourceType: "Observation", id, status: "final", category: [concept(system.observation, category, category)],
        code: concept(system.loinc, code, text), subject: { reference: `Patient/${of}` }, effectiveDateTime: "2026-02-03T09:30:00Z",
        valueQuantity: { value, unit, system: system.units, code: unit },
    };
}

/// One patient of one clinic: 2 health problems and 1 diagnosis of a visit, 3 lab results, 2 vital signs, 1 medicine,
/// 1 allergy. `mark` stands in every text, so that it is seen where it does not belong.
export function chart(id, mark, given, family, birthDate) {
    return [
        patient(id, given, family, birthDate, { identifier: [{ system: "urn:records", value: `${mark}-number` }] }),
        condition(`${id}-problem-1`, id, "problem-list-item", `Asthma ${mark}`),
        condition(`${id}-problem-2`, id, "problem-list-item", `Migraine ${mark}`),
        condition(`${id}-visit-1`, id, "encounter-diagnosis", `Sprained ankle ${mark}`),
        observation(`${id}-lab-1`, id, "laboratory", "2339-0", `Glucose ${mark}`, 92, "mg/dL"),
        observation(`${id}-lab-2`, id, "laboratory", "2093-3", `Cholesterol ${mark}`, 181, "mg/dL"),
        observation(`${id}-lab-3`, id, "laboratory", "718-7", `Hemoglobin ${mark}`, 13.4, "g/dL"),
        observation(`${id}-sign-1`, id, "vital-signs", "8867-4", `Heart rate ${mark}`, 68, "/min"),
        observation(`${id}-sign-2`, id, "vital-signs", "29463-7", `Body weight ${mark}`, 71.5, "kg"),
        {
            resourceType: "MedicationRequest", id: `${id}-medicine-1`, status: "active", intent: "order",
            medicationCodeableConcept: { text: `Salbutamol ${mark}` }, subject: { reference: `Patient/${id}` }, authoredOn: "2026-01-07",
        },
        {
            resourceType: "AllergyIntolerance", id: `${id}-allergy-1`, code: { text: `Penicillin ${mark}` },
            clinicalStatus: concept("http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical", "active", "Active"),
            patient: { reference: `Patient/${id}` },
        },
    ];
}

export const ndjson = (resources) => resources.map((resource) => JSON.stringify(resource)).join("\n") + "\n";
