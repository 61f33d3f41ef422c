// Which clinic, under which name, and what the app asks for.

export const kinds = [
    { type: "Condition", title: "Health problems", query: "_sort=-recorded-date&_count=20" },
    { type: "Observation", title: "Lab results", query: "category=laboratory&_sort=-date&_count=20" },
    { type: "MedicationRequest", title: "Medicines", query: "_count=20" },
    { type: "AllergyIntolerance", title: "Allergies", query: "_count=20" },
];

export const words = ["openid", "fhirUser", "launch/patient", "offline_access", "patient/Patient.rs",
    ...kinds.map(({ type }) => `patient/${type}.rs`)].join(" ");

export async function settings() {
    const answer = await fetch("settings.json");
    if (!answer.ok) throw new Error("the demo is not ready yet");
    return answer.json();
}
