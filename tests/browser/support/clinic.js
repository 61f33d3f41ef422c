// Clinics as their operators make them, and the people who join.

import { randomBytes } from "node:crypto";
import { operate } from "./server.js";
import { chart, ndjson } from "./records.js";

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/// A clinic of a name that no other test has: {id, name, portal, auth, api}.
export async function makeClinic(server, name, words = {}) {
    const id = `${name.toLowerCase().replace(/[^a-z0-9]+/g, "-")}-${randomBytes(3).toString("hex")}`;
    await operate(server, "PUT", `Tenant/${id}`, {
        resourceType: "Tenant", id, name, status: "active", contact: { phone: "+1 555 0142" }, timezone: "America/New_York", ...words,
    });
    const tenant = `${server.base}/tenant/${id}/patient`;
    return { id, name, portal: `${tenant}/portal`, auth: `${tenant}/auth`, api: `${tenant}/smart-api` };
}

export async function addRecords(server, clinic, resources) {
    const answer = await fetch(`${server.operators}/admin/api/Tenant/${clinic.id}/$import`, {
        method: "POST", headers: { authorization: `Bearer ${server.token}`, "content-type": "application/fhir+ndjson" }, body: ndjson(resources),
    });
    if (answer.status !== 202) throw new Error(`$import: ${answer.status} ${await answer.text()}`);
    const { id } = await answer.json();
    for (let i = 0; i < 600; i += 1) {
        const job = await operate(server, "GET", `Job/${id}`);
        if (job.status === "completed") return;
        if (job.status !== "queued" && job.status !== "running") throw new Error(`import: ${JSON.stringify(job)}`);
        await sleep(50);
    }
    throw new Error("the import did not end");
}

/// A clinic with two patients, Maria (p1) and Ingrid (p2); every text of its records holds `mark`.
export async function makeClinicWithRecords(server, name, mark, words) {
    const clinic = await makeClinic(server, name, words);
    await addRecords(server, clinic, [
        ...chart("p1", mark, "Maria", "Gomez", "1984-03-12"), ...chart("p2", `${mark}-other`, "Ingrid", "Solberg", "1951-11-30"),
    ]);
    return clinic;
}

/// The slip that a clinic hands out: {id, username, url, code}.
export async function invite(server, clinic, wish = {}) {
    const account = await operate(server, "POST", `Tenant/${clinic.id}/Account`, { realm: "patient", fhirUser: "Patient/p1", ...wish });
    return { id: account.id, username: account.username, url: account.activation.url, code: account.activation.code };
}

/// What the front desk hands to a person who forgot the password: {url, code}.
export async function resetCode(server, clinic, accountId) {
    const answer = await operate(server, "POST", `Tenant/${clinic.id}/Account/${accountId}/$reset-code`, { identityChecked: true });
    return answer.reset;
}

export const wanted = ["openid", "fhirUser", "launch/patient", "offline_access", "patient/Patient.rs", "patient/Condition.rs",
    "patient/Observation.rs", "patient/MedicationRequest.rs", "patient/AllergyIntolerance.rs"].join(" ");

/// Registers an app: the operator API's answer, with clientSecret where it has one.
export async function registerApp(server, clinic, redirectUris, wish = {}) {
    return operate(server, "POST", `Tenant/${clinic.id}/Client`, {
        name: "Heart Diary", publisher: "Pulse Labs", kind: "patient-app", type: "public", redirectUris, scopes: wanted, ...wish,
    });
}
