// What a patient reads of what happened, with scripts and without, while an app of another origin reads the record.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { ask } from "./support/ask.js";
import { openProfile, startChromium } from "./support/chromium.js";
import { invite, makeClinicWithRecords, registerApp, resetCode, wanted } from "./support/clinic.js";
import { decide, join, stopApp, title } from "./support/portal.js";
import { sharedServer } from "./support/server.js";
import { nodeApp } from "./support/smart_apps.js";

let server, browser, app;
before(async () => { [server, browser, app] = await Promise.all([sharedServer(), startChromium(), nodeApp()]); });
after(async () => { await browser?.close(); await app?.stop(); await server?.stop(); });

for (const [number, javaScriptEnabled] of [true, false].entries()) {
    test(`activity ${javaScriptEnabled ? "with" : "without"} scripts: what the app read, what she did, what the clinic did; nobody else's`, async () => {
        const name = `activity${number}`;
        const clinic = await makeClinicWithRecords(server, "Diary Hill", "DIARY");
        const page = await openProfile(browser, { javaScriptEnabled }), stranger = await openProfile(browser, { javaScriptEnabled });
        const slip = await invite(server, clinic);
        await join(page, slip);
        await join(stranger, await invite(server, clinic, { fhirUser: "Patient/p2" }), undefined, "1951-11-30");
        const client = await registerApp(server, clinic, [app.redirect(name)]);
        app.registered[name] = { iss: clinic.api, clientId: client.id, scope: wanted };
        await page.goto(`${app.origin}/${name}/launch`);
        await decide(page);
        await page.waitForURL(`${app.origin}/${name}/callback*`);
        const bearer = app.clients[name].state.tokenResponse.access_token;
        for (const path of ["Observation?patient=p1", "Observation?category=laboratory", "Observation/p1-lab-1", "AllergyIntolerance?patient=p1"])
            assert.equal((await ask(`${clinic.api}/${path}`, { bearer })).status, 200);
        await resetCode(server, clinic, slip.id);
        await stopApp(page, clinic, "Heart Diary");

        await page.locator("nav a[href$='/activity']").click();
        assert.equal(await title(page), "Activity");
        const rows = await page.locator("table tbody tr td:last-child").allInnerTexts();
        assert.deepEqual(rows.map((row) => row.split("\n")[0]), [
            "You stopped the access of Heart Diary.", "The clinic gave you a code for a new password.", "Heart Diary looked at your allergies.",
            "Heart Diary looked at your test results and measurements.", "Heart Diary got its access.", "You allowed Heart Diary.",
            "You joined with your code.", "The clinic gave you a code to join.", "The clinic entered your name, birth date and contact details.",
        ]);
        await page.getByText("3 times").click();
        assert.equal(await page.locator("details[open] li").count(), 3);
        assert.match(await page.locator("main").innerText(), /Times: Eastern Time/);
        await page.getByRole("link", { name: "Apps", exact: true }).last().click();
        assert.equal(await page.locator("table tbody tr").count(), 3);

        await stranger.goto(`${clinic.portal}/activity`);
        assert.deepEqual((await stranger.locator("table tbody tr td:last-child").allInnerTexts()),
            ["You joined with your code.", "The clinic gave you a code to join.", "The clinic entered your name, birth date and contact details."]);
        assert.deepEqual([...page.complaints, ...stranger.complaints], []);
        await Promise.all([page.context().close(), stranger.context().close()]);
    });
}
