// Shows what the person shared, and says what was not shared. Texts come from a record: they are only ever set as text.

import { kinds } from "./settings.js";

const element = (id) => document.getElementById(id);
const say = (text) => { element("status").textContent = text; };

function add(parent, name, text, className = "") {
    const made = parent.appendChild(document.createElement(name));
    made.textContent = text;
    if (className) made.className = className;
    return made;
}

const wordsOf = (concept) => concept?.text || concept?.coding?.find((coding) => coding.display)?.display || "(no words)";

const measured = ({ valueQuantity: quantity, valueString, valueCodeableConcept }) =>
    quantity ? `${quantity.value} ${quantity.unit ?? quantity.code ?? ""}` : valueString ?? (valueCodeableConcept ? wordsOf(valueCodeableConcept) : "");

const day = (resource) => (resource.effectiveDateTime ?? resource.onsetDateTime ?? resource.recordedDate ?? resource.authoredOn ?? "").slice(0, 10);

function line(resource) {
    const what = wordsOf(resource.code ?? resource.medicationCodeableConcept);
    return [day(resource), what, measured(resource)].filter(Boolean).join(" · ");
}

// The name that people go by: usual, official, then any that is not over.
const places = ({ use, period }) => (period?.end || use === "old" || use === "maiden" ? 3 : { usual: 0, official: 1 }[use] ?? 2);

function nameOf({ name: names = [] }) {
    const [name] = [...names].sort((one, other) => places(one) - places(other));
    return name?.text ?? [...(name?.given ?? []), name?.family].filter(Boolean).join(" ");
}

// The library's errors carry the status of the answer.
const statusOf = (error) => error.status ?? error.statusCode ?? error.response?.status;

// Reads one kind; the section says what came of it.
async function show(client, { type, title, query }) {
    const section = document.createElement("section");
    section.id = type;
    add(section, "h2", title);
    try {
        const bundle = await client.request(`${type}?patient=${client.patient.id}&${query}`);
        const found = (bundle.entry ?? []).map(({ resource }) => resource).filter((resource) => resource.resourceType === type);
        if (!found.length) add(section, "p", "Nothing is recorded.");
        const list = found.length ? add(section, "ul", "") : undefined;
        for (const resource of found) add(list, "li", line(resource));
        section.dataset.count = found.length;
    } catch (error) {
        section.dataset.status = statusOf(error) ?? "";
        if (statusOf(error) === 401) throw error;
        add(section, "p", statusOf(error) === 403 ? "You did not share this." : `This could not be read: ${error.message}`, "refused");
    }
    return section;
}

function ended() {
    element("record").replaceChildren();
    element("controls").hidden = true;
    element("connect").hidden = false;
    element("title").textContent = "Not connected";
    say("Access was stopped. Nothing more can be read.");
}

async function read(client) {
    say("Reading…");
    try {
        const patient = await client.patient.read();
        const sections = [];
        for (const kind of kinds) sections.push(await show(client, kind));
        element("title").textContent = `Hello ${nameOf(patient)}`;
        element("record").replaceChildren(...sections);
        element("controls").hidden = false;
        say(`Read at ${new Date().toLocaleTimeString()}.`);
    } catch (error) {
        if (statusOf(error) === 401 || !client.state.tokenResponse?.access_token) ended();
        else say(`This could not be read: ${error.message}`);
    }
}

async function renew(client) {
    try {
        await client.refresh();
        say("The access was renewed.");
    } catch {
        ended();
    }
}

// Tells the clinic that the access is no longer wanted, then forgets it.
async function leave(client) {
    const discovered = await fetch(`${client.state.serverUrl}/.well-known/smart-configuration`);
    const { revocation_endpoint: address } = await discovered.json();
    const token = client.state.tokenResponse.refresh_token ?? client.state.tokenResponse.access_token;
    await fetch(address, { method: "POST", body: new URLSearchParams({ token, client_id: client.state.clientId }) });
    sessionStorage.clear();
    ended();
}

const asked = new URLSearchParams(location.search);
const known = asked.has("code") || sessionStorage.getItem("SMART_KEY");
if (asked.has("error")) {
    element("connect").hidden = false;
    say(asked.get("error") === "access_denied" ? "You shared nothing with this app." : `The clinic refused: ${asked.get("error_description") ?? asked.get("error")}`);
} else if (!known) {
    element("connect").hidden = false;
} else {
    try {
        const client = await FHIR.oauth2.ready();
        element("again").addEventListener("click", () => read(client));
        element("renew").addEventListener("click", () => renew(client));
        element("leave").addEventListener("click", () => leave(client));
        await read(client);
    } catch (error) {
        element("connect").hidden = false;
        say(`The sign-in did not work: ${error.message}`);
    }
}
