// An app asks for everything; a patient shares part of it, without scripts.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { ask, idsOf } from "./support/ask.js";
import { openProfile, startChromium } from "./support/chromium.js";
import { invite, makeClinicWithRecords, registerApp } from "./support/clinic.js";
import { decide, join, title } from "./support/portal.js";
import { sharedServer } from "./support/server.js";
import { nodeApp } from "./support/smart_apps.js";

const scope = "openid fhirUser launch/patient offline_access patient/*.rs";
let server, browser, app, clinic, page;
before(async () => {
    [server, browser, app] = await Promise.all([sharedServer(), startChromium(), nodeApp()]);
    clinic = await makeClinicWithRecords(server, "Whole Valley", "WHOLE");
    page = await openProfile(browser, { javaScriptEnabled: false });
    await join(page, await invite(server, clinic));
    const client = await registerApp(server, clinic, [app.redirect("whole")], { scopes: scope });
    app.registered.whole = { iss: clinic.api, clientId: client.id, scope };
});
after(async () => { await browser?.close(); await app?.stop(); await server?.stop(); });

/// Lets the app in with all boxes ticked but those of `untick`; answers its token and its status for each of `paths`.
async function connect(untick) {
    await page.goto(`${app.origin}/whole/launch`);
    for (const box of await page.locator("input[name=scope]").all()) await box.check();
    await decide(page, { untick });
    await page.waitForURL(`${app.origin}/whole/callback*`);
    assert.equal(await title(page), "Connected");
    return app.clients.whole.state.tokenResponse;
}

async function statuses(token, types) {
    const found = {};
    for (const type of types) found[type] = (await ask(`${clinic.api}/${type}?patient=p1`, { bearer: token.access_token })).status;
    return found;
}

test("everything is a box for each kind that the record holds, and one for the rest", async () => {
    await page.goto(`${app.origin}/whole/launch`);
    await page.waitForSelector("button[value=allow]");
    const labels = await page.locator("fieldset.boxes input[name=scope] + label").allInnerTexts();
    assert.deepEqual(labels, ["Your health conditions", "Your allergies", "Your test results and measurements", "Your prescriptions",
        "Everything else in your health record at Whole Valley"]);
});

test("all boxes ticked: everything", async () => {
    const token = await connect([]);
    assert.ok(token.scope.split(" ").includes("patient/*.rs"), token.scope);
    assert.deepEqual(await statuses(token, ["Condition", "MedicationRequest", "Immunization"]), { Condition: 200, MedicationRequest: 200, Immunization: 200 });
});

test("one kind refused: the token holds all the others, and that one answers 403", async () => {
    const token = await connect(["MedicationRequest"]);
    assert.doesNotMatch(token.scope, /\*|MedicationRequest/);
    assert.deepEqual(await statuses(token, ["Condition", "Observation", "MedicationRequest", "Immunization"]),
        { Condition: 200, Observation: 200, MedicationRequest: 403, Immunization: 200 });
    const seen = await ask(`${clinic.api}/AllergyIntolerance?patient=p1`, { bearer: token.access_token });
    assert.deepEqual(idsOf(seen.json, "AllergyIntolerance"), ["p1-allergy-1"]);
});

test("the app comes again: what she refused is not ticked, and she is told", async () => {
    await page.goto(`${app.origin}/whole/launch`);
    await page.waitForSelector("button[value=allow]");
    assert.match(await page.locator("main").innerText(), /Heart Diary has had access since .* The boxes are as you left them then; /);
    const boxes = {};
    for (const box of await page.locator("fieldset.boxes input[name=scope]").all())
        boxes[(await box.getAttribute("value")).split(" ")[0]] = [await box.isChecked(), await box.locator("xpath=..").locator(".tag.new").count()];
    assert.deepEqual(boxes, { "patient/Condition.rs": [true, 0], "patient/AllergyIntolerance.rs": [true, 0], "patient/Observation.rs": [true, 0],
        "patient/MedicationRequest.rs": [false, 1], "patient/*.rs": [true, 0] });
});

test("the rest refused: only what has a box of its own and stayed ticked", async () => {
    const token = await connect(["patient/*", "Condition"]);
    assert.deepEqual(await statuses(token, ["Condition", "Observation", "MedicationRequest", "Immunization", "Goal"]),
        { Condition: 403, Observation: 200, MedicationRequest: 200, Immunization: 403, Goal: 403 });
    assert.deepEqual(page.complaints, []);
});
