// The same stories over TLS, of the server and of the app, with certificates of a test's own authority, made here by
// openssl. Node.js checks the whole chain; Chromium is told the key that it may accept.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Issuer, custom } from "openid-client";
import { ask } from "./support/ask.js";
import { makeCertificates } from "./support/certificates.js";
import { invite, makeClinicWithRecords, registerApp } from "./support/clinic.js";
import { openProfile, startChromium } from "./support/chromium.js";
import { signInBy } from "./support/oidc.js";
import { join as joinClinic, standIn } from "./support/portal.js";
import { startServer } from "./support/server.js";
import { tellStory } from "./support/story.js";

const tls = makeCertificates();
let server, browser;

before(async () => {
    [server, browser] = await Promise.all([startServer(tls.serve), startChromium([`--ignore-certificate-errors-spki-list=${tls.spki}`])]);
});
after(async () => {
    await browser?.close();
    await server?.stop();
    tls.remove();
});

for (const [name, profile] of [["with scripts, app in the browser", {}], ["without scripts, app in Node.js", { javaScriptEnabled: false }]]) {
    test(`story over TLS ${name}`, async (t) => {
        await tellStory({ server, browser, profile, tls, step: (step, work) => t.test(`story over TLS ${name}: ${step}`, work) });
    });
}

test("over TLS the strict OpenID Connect client signs in, and refuses who has another authority's certificate", async () => {
    const redirect = "https://app.example.org/callback";
    const clinic = await makeClinicWithRecords(server, "Safe Harbor", "SAFE");
    const page = await openProfile(browser);
    await joinClinic(page, await invite(server, clinic));
    const app = await standIn(page, redirect);
    const issuer = await Issuer.discover(clinic.auth);
    for (const name of ["issuer", "authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri"])
        assert.match(issuer.metadata[name], /^https:\/\/127\.0\.0\.1:/, name);
    const registered = await registerApp(server, clinic, [redirect], { name: "Secret Keeper", type: "confidential-symmetric" });
    const client = new issuer.Client({ client_id: registered.id, client_secret: registered.clientSecret, redirect_uris: [redirect], response_types: ["code"] });
    const tokens = await signInBy(client, { clinic, page, app });
    assert.equal(tokens.claims().fhirUser, `${clinic.api}/Patient/p1`);
    assert.equal((await client.userinfo(tokens)).sub, tokens.claims().sub);
    assert.equal((await client.refresh(tokens)).patient, "p1");
    client[custom.http_options] = (_, options) => ({ ...options, ca: [], agent: false });
    await assert.rejects(client.userinfo(tokens), /self-signed certificate|unable to (get local issuer|verify the first) certificate/);
    assert.deepEqual(page.complaints, []);
    await page.context().close();
});

// §1.3: only TLS 1.2 and later.
test("over TLS cookies belong to this host alone, and old versions of TLS are refused", async () => {
    assert.match(server.base, /^https:\/\/127\.0\.0\.1:/);
    const clinic = await makeClinicWithRecords(server, "Lakeside", "LAKE");
    const page = await openProfile(browser);
    await joinClinic(page, await invite(server, clinic));
    const cookies = await page.context().cookies();
    const session = cookies.find(({ name }) => name === `__Host-pc-patient-${clinic.id}`);
    assert.ok(session, cookies.map(({ name }) => name).join(" "));
    assert.deepEqual([session.secure, session.httpOnly, session.sameSite, session.path], [true, true, "Lax", "/"]);
    const home = await ask(`${clinic.portal}/sign-in`);
    assert.equal(home.headers["strict-transport-security"], undefined, "a bare address must not pin TLS in browsers");
    const old = await import("node:tls").then(({ connect }) => new Promise((resolve) => {
        const { hostname: host, port } = new URL(server.base);
        const socket = connect({ host, port, minVersion: "TLSv1", maxVersion: "TLSv1.1", ciphers: "DEFAULT@SECLEVEL=0", rejectUnauthorized: false },
            () => { socket.destroy(); resolve("accepted"); });
        socket.on("error", () => resolve("refused"));
    }));
    assert.equal(old, "refused");
    await page.context().close();
});
