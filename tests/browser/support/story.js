// One patient's whole story, from the slip of paper to the forgotten password.

import assert from "node:assert/strict";
import { ask, idsOf } from "./ask.js";
import { invite, makeClinicWithRecords, registerApp, resetCode, wanted } from "./clinic.js";
import { changePassword, decide, enterCode, join, passwords, signIn, signOut, stopApp, title } from "./portal.js";
import { openProfile } from "./chromium.js";
import { operate } from "./server.js";
import { keepSecrets } from "./secrets.js";
import { browserApp, nodeApp } from "./smart_apps.js";

const problems = ["p1-problem-1", "p1-problem-2", "p1-visit-1"];
const measured = ["p1-lab-1", "p1-lab-2", "p1-lab-3", "p1-sign-1", "p1-sign-2"], labs = measured.slice(0, 3);

/// Maria's app sees what she ticked and no more: no medicines.
async function readsWhatWasAllowed(clinic, token) {
    const get = (path) => ask(`${clinic.api}/${path}`, { bearer: token });
    const conditions = await get("Condition?patient=p1");
    assert.equal(conditions.status, 200, conditions.text);
    assert.deepEqual(idsOf(conditions.json, "Condition"), problems);
    const found = await get("Observation?patient=p1");
    assert.equal(found.status, 200, found.text);
    assert.deepEqual(idsOf(found.json, "Observation"), measured);
    assert.deepEqual(idsOf((await get("Observation?category=laboratory")).json, "Observation"), labs);
    assert.equal((await get("Observation/p1-lab-1")).status, 200);
    const foreign = await get("Observation?_id=p1-lab-1&_include=*&_revinclude=MedicationRequest:patient");
    assert.notEqual(foreign.status, 500);
    assert.doesNotMatch(foreign.text, /Salbutamol/);
    assert.equal((await get("MedicationRequest?patient=p1")).status, 403);
    assert.equal((await get("MedicationRequest/p1-medicine-1")).status, 403);
    const own = await get("Patient/p1");
    assert.equal(own.status, 200);
    assert.equal(own.json.name[0].family, "Gomez");
    // Of the other patient, nothing: not by name, not by id, not by search.
    assert.equal((await get("Patient/p2")).status, 404);
    assert.equal((await get("Observation/p2-lab-1")).status, 404);
    const others = await get("Observation?patient=p2");
    assert.equal(others.status, 200);
    assert.deepEqual(idsOf(others.json, "Observation"), []);
    assert.doesNotMatch(found.text + conditions.text, /-other/);
}

async function isStopped(clinic, clientId, tokens) {
    const refused = await ask(`${clinic.api}/Patient/p1`, { bearer: tokens.access_token });
    assert.equal(refused.status, 401);
    assert.match(refused.headers["www-authenticate"], /^Bearer .*error="invalid_token"/);
    const again = await ask(`${clinic.auth}/token`, {
        method: "POST", form: { grant_type: "refresh_token", refresh_token: tokens.refresh_token, client_id: clientId },
    });
    assert.equal(again.status, 400, again.text);
    assert.equal(again.json.error, "invalid_grant");
}

/// `step` names each part: step(name, work). `profile`: options of the browser profile; without scripts in it, the app is
/// one that runs in Node.js, since the other is itself a script. `tls`: how the app in the browser is served.
export async function tellStory({ server, browser, profile, step, tls }) {
    const scripts = profile.javaScriptEnabled !== false;
    const clinic = await makeClinicWithRecords(server, "Sunny Hill Family Practice", "SUNNY");
    const app = scripts ? await browserApp(tls) : await nodeApp();
    const page = await openProfile(browser, profile);
    try {
        const client = await registerApp(server, clinic, [scripts ? app.redirect : app.redirect("sunny")]);
        if (scripts) app.connected = { iss: clinic.api, clientId: client.id };
        else app.registered.sunny = { iss: clinic.api, clientId: client.id, scope: wanted };
        const launch = scripts ? app.launch : `${app.origin}/sunny/launch`;
        const secrets = keepSecrets(server, page, [passwords.first, passwords.second, passwords.third, ...(tls ? [String(tls.key)] : [])]);
        const keeper = await registerApp(server, clinic, ["https://app.example.org/callback"], { name: "Secret Keeper", type: "confidential-symmetric" });
        const rotated = await operate(server, "POST", `Tenant/${clinic.id}/Client/${keeper.id}/$rotate-secret`);
        secrets.add(keeper.clientSecret, rotated.clientSecret);
        const slip = await invite(server, clinic);
        secrets.addCode(slip.code);
        let tokens;

        await step("the code on the slip, the secret of an app: none of it lies in the database or the log", () => secrets.lieNowhere(slip.username));

        await step("she joins with the code on the slip and her birth date", async () => {
            await join(page, slip);
            assert.match(await title(page), /Maria/);
            assert.match(await page.locator("main").innerText(), /No apps can see your record/);
        });

        await step("the app asks; she unticks medicines and allows the rest", async () => {
            await page.goto(launch);
            await page.waitForSelector("button[value=allow]");
            assert.equal(await title(page), "Allow Heart Diary to see your health record?");
            const words = (await page.locator("main").innerText()).replaceAll("\u00a0", " ");
            for (const said of ["Maria Gomez", "Pulse Labs", "Sunny Hill Family Practice", "+1 555 0142", "127.0.0.1"])
                assert.ok(words.includes(said), `the page says ${said}`);
            await decide(page, { untick: ["MedicationRequest"] });
        });

        await step("the app reads exactly what she allowed", async () => {
            if (scripts) {
                await page.waitForSelector("#controls:not([hidden])");
                assert.equal(await title(page), "Hello Maria Gomez");
                const shown = async (type) => page.locator(`#${type}`).evaluate(({ dataset }) => ({ ...dataset }));
                assert.deepEqual(await shown("Condition"), { count: "3" });
                assert.deepEqual(await shown("Observation"), { count: "3" });
                assert.deepEqual(await shown("AllergyIntolerance"), { count: "1" });
                assert.deepEqual(await shown("MedicationRequest"), { status: "403" });
                assert.match(await page.locator("#MedicationRequest").innerText(), /You did not share this/);
                await page.click("#renew");
                await page.waitForFunction(() => document.getElementById("status").textContent === "The access was renewed.");
                await page.click("#again");
                await page.waitForFunction(() => document.getElementById("status").textContent.startsWith("Read at"));
                tokens = await page.evaluate(() => JSON.parse(sessionStorage.getItem(JSON.parse(sessionStorage.getItem("SMART_KEY")))).tokenResponse);
            } else {
                assert.equal(await title(page), "Connected");
                const library = app.clients.sunny;
                assert.equal(library.patient.id, "p1");
                assert.equal(library.user.fhirUser.split("/").slice(-2).join("/"), "Patient/p1");
                assert.equal((await library.patient.read()).birthDate, "1984-03-12");
                const bundle = await library.request("Observation?patient=p1");
                assert.deepEqual(idsOf(bundle, "Observation"), measured);
                await assert.rejects(library.request("MedicationRequest?patient=p1"), /403/);
                await library.refresh();
                tokens = library.state.tokenResponse;
            }
            secrets.add(tokens.access_token, tokens.refresh_token, tokens.id_token);
            await secrets.lieNowhere(client.id);
            assert.equal(tokens.patient, "p1");
            const granted = tokens.scope.split(" ");
            assert.ok(granted.includes("patient/Condition.rs"), tokens.scope);
            assert.ok(granted.includes("patient/Observation.rs") && granted.includes("launch/patient"), tokens.scope);
            assert.doesNotMatch(tokens.scope, /MedicationRequest/);
            await readsWhatWasAllowed(clinic, tokens.access_token);
        });

        await step("she stops the app and it is stopped at once", async () => {
            const said = await stopApp(page, clinic, "Heart Diary");
            assert.match(said, /Heart Diary can no longer get your information/);
            await isStopped(clinic, client.id, tokens);
            await page.goto(`${clinic.portal}/apps`);
            assert.match(await page.locator("section[aria-labelledby=past]").innerText(), /Heart Diary/);
            assert.equal(await page.locator("section[aria-labelledby=now] li").count(), 0);
        });

        await step("she changes her password: the old one is dead, other browsers are signed out", async () => {
            const phone = await openProfile(browser, profile);
            await signIn(phone, clinic, slip.username, passwords.first);
            await phone.waitForURL(/\/portal\/home/);
            await changePassword(page, clinic, passwords.first, passwords.second);
            await page.waitForURL(/\/portal\//);
            await phone.goto(`${clinic.portal}/home`);
            await phone.waitForSelector("#username");
            await signIn(phone, undefined, slip.username, passwords.first);
            await phone.waitForSelector("#problem");
            await page.goto(`${clinic.portal}/home`);
            assert.match(await title(page), /Maria/);
            assert.deepEqual(phone.complaints, []);
            await phone.context().close();
        });

        await step("she forgot it: the front desk's code, her birth date, a new password, and she is back in", async () => {
            await signOut(page);
            await page.goto(`${clinic.portal}/home`);
            await page.waitForSelector("#username");
            await page.locator("a[href$='/reset']").click();
            assert.match(await page.locator("main").innerText(), /\+1\u00a0555\u00a00142/);
            const desk = await resetCode(server, clinic, slip.id);
            secrets.addCode(desk.code);
            await secrets.lieNowhere(desk.code.slice(0, 5));
            await page.locator("main a.button[href$='/activate']").click();
            await enterCode(page, desk);
            await page.fill("#password", passwords.third);
            await page.locator("main form button[type=submit]").first().click();
            await page.waitForSelector("#username");
            await signIn(page, clinic, slip.username, passwords.second);
            await page.waitForSelector("#problem");
            await signIn(page, undefined, slip.username, passwords.third);
            await page.waitForURL(/\/portal\/home/);
            assert.match(await title(page), /Maria/);
        });

        await step("nothing secret of the whole story lies in the database or the log", async () => {
            await secrets.lieNowhere(clinic.id);
            secrets.wereSeen({ cookies: 3, formTokens: 5, codes: 1, tokens: scripts ? 5 : 3 });
        });

        await step("no page broke its own content policy or threw", async () => {
            assert.deepEqual(page.complaints, []);
        });
    } finally {
        await page.context().close();
        await app.stop();
    }
}
