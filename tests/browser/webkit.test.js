// The engine of Safari: a patient joins, lets an app in, and stops it, over http and over TLS.

import assert from "node:assert/strict";
import { test } from "node:test";
import { ask } from "./support/ask.js";
import { makeCertificates } from "./support/certificates.js";
import { invite, makeClinicWithRecords, registerApp } from "./support/clinic.js";
import { passwords } from "./support/portal.js";
import { sharedServer, startServer } from "./support/server.js";
import { browserApp } from "./support/smart_apps.js";
import { missingWebKit, startWebKit } from "./support/webkit.js";

const main = "main form button[type=submit]";

async function visit(server, tls) {
    const clinic = await makeClinicWithRecords(server, "Orchard Clinic", "ORCHARD");
    const app = await browserApp(tls);
    const page = await startWebKit({ acceptInsecureCerts: Boolean(tls) });
    try {
        const client = await registerApp(server, clinic, [app.redirect]);
        app.connected = { iss: clinic.api, clientId: client.id };
        const slip = await invite(server, clinic);

        await page.goto(slip.url);
        assert.match(await page.evaluate("return navigator.userAgent"), /AppleWebKit\/.* Safari\//);
        assert.equal(await page.evaluate("return document.getElementById('code').value"), slip.code);
        await page.click(main);
        for (const [id, text] of [["day", "12"], ["month", "3"], ["year", "1984"]]) await page.type(`#${id}`, text);
        await page.click(main);
        await page.type("#password", passwords.first);
        await page.click(main);
        await page.find("form[action$='/sign-out']");
        const session = (await page.cookies()).find(({ name }) => name.includes("pc-patient-") && !name.includes("."));
        assert.equal(session.name, `${tls ? "__Host-" : ""}pc-patient-${clinic.id}`);
        assert.deepEqual([session.secure, session.httpOnly, session.sameSite], [Boolean(tls), true, "Lax"]);
        await page.click("form[action$='/sign-out'] button");
        await page.find("#username");
        assert.equal((await page.cookies()).some(({ name }) => name === session.name), false);

        // Signed out, the app's own start leads by way of the sign-in to what it asks.
        await page.goto(app.launch);
        await page.type("#username", slip.username);
        await page.type("#password", passwords.first);
        await page.click(main);
        await page.find("button[value=allow]");
        assert.equal(await page.text("h1"), "Allow Heart Diary to see your health record?");
        await page.click("input[name=scope][value*=MedicationRequest]");
        await page.click("button[value=allow]");
        await page.find("#controls:not([hidden])");
        assert.ok((await page.url()).startsWith(app.redirect));
        assert.equal(await page.text("h1"), "Hello Maria Gomez");
        assert.equal(await page.evaluate("return document.getElementById('Condition').dataset.count"), "3");
        assert.equal(await page.evaluate("return document.getElementById('MedicationRequest').dataset.status"), "403");
        const token = await page.evaluate("return JSON.parse(sessionStorage.getItem(JSON.parse(sessionStorage.getItem('SMART_KEY')))).tokenResponse.access_token");
        assert.equal((await ask(`${clinic.api}/Patient/p1`, { bearer: token })).status, 200);

        await page.goto(`${clinic.portal}/apps`);
        await page.click("section[aria-labelledby=now] a");
        await page.click("a[href$='/stop']");
        await page.click("form[action$='/stop'] button[type=submit]");
        await page.find("#done");
        assert.match(await page.text("#done"), /Heart Diary can no longer get your information/);
        assert.equal((await ask(`${clinic.api}/Patient/p1`, { bearer: token })).status, 401);
    } finally {
        await page.close();
        await app.stop();
    }
}

const skip = missingWebKit();

test("WebKit: a patient joins, signs in, lets an app in and stops it", { skip }, async () => {
    const server = await sharedServer();
    try {
        await visit(server);
    } finally {
        await server.stop();
    }
});

test("WebKit over TLS: the same, with cookies of this host alone", { skip }, async () => {
    const tls = makeCertificates();
    const server = await startServer(tls.serve);
    try {
        await visit(server, tls);
    } finally {
        await server.stop();
        tls.remove();
    }
});
