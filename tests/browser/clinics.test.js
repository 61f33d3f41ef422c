// One person, two clinics, one browser, one app: nothing crosses.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { ask, idsOf } from "./support/ask.js";
import { openProfile, startChromium } from "./support/chromium.js";
import { invite, makeClinicWithRecords, registerApp, wanted } from "./support/clinic.js";
import { changePassword, decide, join, passwords, signIn, signOut, stopApp, title } from "./support/portal.js";
import { sharedServer } from "./support/server.js";
import { nodeApp } from "./support/smart_apps.js";

let server, browser, app, page;
const names = ["hill", "lake"], clinic = {}, slip = {}, client = {}, token = {};
before(async () => {
    [server, browser, app] = await Promise.all([sharedServer(), startChromium(), nodeApp()]);
    clinic.hill = await makeClinicWithRecords(server, "Hill Practice", "HILLMARK");
    clinic.lake = await makeClinicWithRecords(server, "Lake Practice", "LAKEMARK", { contact: { phone: "+1 555 0199" } });
    for (const name of names) {
        slip[name] = await invite(server, clinic[name], { username: "maria" });
        client[name] = await registerApp(server, clinic[name], [app.redirect(name)]);
        app.registered[name] = { iss: clinic[name].api, clientId: client[name].id, scope: wanted };
    }
    page = await openProfile(browser);
});
after(async () => { await browser?.close(); await app?.stop(); await server?.stop(); });

test("the same user name joins both clinics, and both stay signed in", async () => {
    await join(page, slip.hill);
    await join(page, slip.lake);
    for (const name of names) {
        await page.goto(`${clinic[name].portal}/home`);
        assert.match(await title(page), /Maria/);
        const words = await page.locator("body").innerText();
        assert.ok(words.includes(clinic[name].name));
        assert.ok(!words.includes(clinic[name === "hill" ? "lake" : "hill"].name));
    }
});

test("one app is given both records, each by its own clinic", async () => {
    for (const name of names) {
        await page.goto(`${app.origin}/${name}/launch`);
        await decide(page);
        await page.waitForURL(`${app.origin}/${name}/callback*`);
        assert.equal(await title(page), "Connected");
        token[name] = app.clients[name].state.tokenResponse;
    }
    for (const name of names) {
        const found = await ask(`${clinic[name].api}/Condition?patient=p1`, { bearer: token[name].access_token });
        assert.equal(found.status, 200, found.text);
        assert.deepEqual(idsOf(found.json, "Condition"), ["p1-problem-1", "p1-problem-2", "p1-visit-1"]);
        assert.equal(/HILLMARK/.test(found.text), name === "hill");
        assert.equal(/LAKEMARK/.test(found.text), name === "lake");
    }
});

test("tokens, codes and people of one clinic are nothing to the other", async () => {
    const crossed = await ask(`${clinic.lake.api}/Patient/p1`, { bearer: token.hill.access_token });
    assert.equal(crossed.status, 401);
    assert.doesNotMatch(crossed.text, /MARK/);
    const refreshed = await ask(`${clinic.lake.auth}/token`, {
        method: "POST", form: { grant_type: "refresh_token", refresh_token: token.hill.refresh_token, client_id: client.lake.id },
    });
    assert.deepEqual([refreshed.status, refreshed.json.error], [400, "invalid_grant"]);
    const foreign = await ask(`${clinic.lake.auth}/token`, {
        method: "POST", form: { grant_type: "refresh_token", refresh_token: token.hill.refresh_token, client_id: client.hill.id },
    });
    assert.equal(foreign.json.error, "invalid_client");
    assert.equal((await ask(`${clinic.hill.api}/Patient/p1`, { bearer: token.hill.access_token })).status, 200, "the try cost the owner nothing");
    const cookies = await page.context().cookies();
    const held = cookies.filter(({ name }) => /^pc-patient-[^.]+$/.test(name)).map(({ name }) => name).sort();
    assert.deepEqual(held, [`pc-patient-${clinic.hill.id}`, `pc-patient-${clinic.lake.id}`].sort());
    const { value } = cookies.find(({ name }) => name === `pc-patient-${clinic.hill.id}`);
    const lent = await ask(`${clinic.lake.portal}/home`, { headers: { cookie: `pc-patient-${clinic.lake.id}=${value}` } });
    assert.equal(lent.status, 303);
    assert.match(lent.headers.location, /\/sign-in/);
});

test("stopping the app at one clinic leaves the other's alone", async () => {
    await stopApp(page, clinic.hill, "Heart Diary");
    assert.equal((await ask(`${clinic.hill.api}/Patient/p1`, { bearer: token.hill.access_token })).status, 401);
    assert.equal((await ask(`${clinic.lake.api}/Patient/p1`, { bearer: token.lake.access_token })).status, 200);
    await page.goto(`${clinic.lake.portal}/apps`);
    assert.equal(await page.locator("section[aria-labelledby=now] li").count(), 1);
});

test("a new password and a sign-out count at one clinic only", async () => {
    await changePassword(page, clinic.hill, passwords.first, passwords.second);
    await page.goto(`${clinic.hill.portal}/home`);
    await signOut(page);
    await page.goto(`${clinic.hill.portal}/home`);
    await page.waitForSelector("#username");
    await page.goto(`${clinic.lake.portal}/home`);
    assert.match(await title(page), /Maria/);
    const other = await openProfile(browser);
    await signIn(other, clinic.lake, "maria", passwords.second);
    await other.waitForSelector("#problem");
    await signIn(other, clinic.lake, "maria", passwords.first);
    await other.waitForURL(/\/portal\/home/);
    assert.deepEqual([...page.complaints, ...other.complaints], []);
});
