// The operator's window on people and apps, by curl.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { after, before, test } from "node:test";
import { ask } from "./support/ask.js";
import { openProfile, startChromium } from "./support/chromium.js";
import { makeClinicWithRecords, wanted } from "./support/clinic.js";
import { decide, join, passwords, signIn } from "./support/portal.js";
import { sharedServer } from "./support/server.js";
import { nodeApp } from "./support/smart_apps.js";

const run = promisify(execFile);
let server, browser, app, clinic, page, account, client, tokens;
before(async () => {
    [server, browser, app] = await Promise.all([sharedServer(), startChromium(), nodeApp()]);
    clinic = await makeClinicWithRecords(server, "Curly Practice", "CURLY");
    page = await openProfile(browser);
});
after(async () => { await browser?.close(); await app?.stop(); await server?.stop(); });

/// [status, JSON].
async function curl(method, path, body) {
    const words = ["-sS", "-X", method, "-H", `Authorization: Bearer ${server.token}`, "-w", "\n%{http_code}", `${server.operators}/admin/api/Tenant/${clinic.id}/${path}`];
    if (body) words.push("-H", "Content-Type: application/json", "-d", JSON.stringify(body));
    const { stdout } = await run("curl", words);
    const end = stdout.lastIndexOf("\n");
    const text = stdout.slice(0, end);
    return [Number(stdout.slice(end + 1)), text ? JSON.parse(text) : undefined];
}

const resources = (bundle) => (bundle.entry ?? []).map(({ resource }) => resource);

test("curl invites a patient and registers an app; a second account for one record is refused", async () => {
    let status;
    [status, account] = await curl("POST", "Account", { realm: "patient", fhirUser: "Patient/p1" });
    assert.equal(status, 201, JSON.stringify(account));
    assert.equal(account.status, "invited");
    assert.match(account.activation.code, /^[0-9A-HJKMNP-TV-Z]{5}-[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}$/);
    assert.equal(account.activation.url, `${clinic.portal}/activate#${account.activation.code}`);
    assert.equal((await curl("POST", "Account", { realm: "patient", fhirUser: "Patient/p1" }))[0], 409);
    assert.equal((await curl("POST", "Account", { realm: "patient", fhirUser: "Patient/nobody" }))[0], 422);
    [status, client] = await curl("POST", "Client", {
        name: "Heart Diary", publisher: "Pulse Labs", kind: "patient-app", type: "public", redirectUris: [app.redirect("curly")], scopes: wanted,
    });
    assert.equal(status, 201, JSON.stringify(client));
    assert.equal(client.clientSecret, undefined);
    const [read, found] = await curl("GET", `Account/${account.id}`);
    assert.equal(read, 200);
    assert.equal(found.activation, undefined, "a code is shown once");
});

test("curl sees who shares what, and stops it", async () => {
    await join(page, { url: account.activation.url, code: account.activation.code });
    app.registered.curly = { iss: clinic.api, clientId: client.id, scope: wanted };
    await page.goto(`${app.origin}/curly/launch`);
    await decide(page);
    await page.waitForURL(`${app.origin}/curly/callback*`);
    tokens = app.clients.curly.state.tokenResponse;
    const [status, list] = await curl("GET", "Grant?status=active");
    assert.equal(status, 200);
    const [grant, ...more] = resources(list);
    assert.deepEqual(more, []);
    assert.deepEqual([grant.client, grant.clientName, grant.fhirUser, grant.patient, grant.status], [client.id, "Heart Diary", "Patient/p1", "p1", "active"]);
    const [, sessions] = await curl("GET", `Session?account=${account.id}`);
    assert.equal(resources(sessions).length, 1);
    assert.equal((await curl("DELETE", `Grant/${grant.id}`))[0], 204);
    assert.equal((await ask(`${clinic.api}/Patient/p1`, { bearer: tokens.access_token })).status, 401);
    const refresh = await ask(`${clinic.auth}/token`, { method: "POST", form: { grant_type: "refresh_token", refresh_token: tokens.refresh_token, client_id: client.id } });
    assert.equal(refresh.json.error, "invalid_grant");
    assert.equal((await curl("GET", `Grant/${grant.id}`))[1]?.status ?? "ended", "ended");
});

test("curl ends a session: the browser is signed out at its next step", async () => {
    const [, sessions] = await curl("GET", `Session?account=${account.id}`);
    assert.equal((await curl("DELETE", `Session/${resources(sessions)[0].id}`))[0], 204);
    await page.goto(`${clinic.portal}/home`);
    await page.waitForSelector("#username");
});

test("curl switches the account off: no sign-in, and her app is stopped; the code of another clinic finds nobody", async () => {
    await signIn(page, undefined, account.username, passwords.first);
    await page.waitForURL(/\/portal\/home/);
    await page.goto(`${app.origin}/curly/launch`);
    await decide(page);
    await page.waitForURL(`${app.origin}/curly/callback*`);
    const token = app.clients.curly.state.tokenResponse.access_token;
    assert.equal((await ask(`${clinic.api}/Patient/p1`, { bearer: token })).status, 200);
    const [, now] = await curl("GET", `Account/${account.id}`);
    const [status, changed] = await curl("PUT", `Account/${account.id}`, { ...now, disabled: true });
    assert.equal(status, 200, JSON.stringify(changed));
    assert.equal(changed.status, "off");
    assert.equal((await ask(`${clinic.api}/Patient/p1`, { bearer: token })).status, 401);
    await page.goto(`${clinic.portal}/home`);
    await signIn(page, undefined, account.username, passwords.first);
    await page.waitForSelector("#problem");
    const other = await makeClinicWithRecords(server, "Other Practice", "OTHER");
    const crossed = await ask(`${server.operators}/admin/api/Tenant/${other.id}/Account/${account.id}`, { bearer: server.token });
    assert.equal(crossed.status, 404);
});
