// The public OpenID Connect client library in its strict settings: discovery, PKCE, state, nonce, the issuer in the answer
// (RFC 9207), id_token, userinfo, refresh, introspection, revocation.

import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { after, before, test } from "node:test";
import { Issuer, generators } from "openid-client";
import { ask } from "./support/ask.js";
import { openProfile, startChromium } from "./support/chromium.js";
import { invite, makeClinicWithRecords, registerApp, wanted } from "./support/clinic.js";
import { signInBy as signIn } from "./support/oidc.js";
import { decide, join, standIn } from "./support/portal.js";
import { sharedServer } from "./support/server.js";

const redirect = "https://app.example.org/callback";
let server, browser, clinic, page, app, issuer;
before(async () => {
    [server, browser] = await Promise.all([sharedServer(), startChromium()]);
    clinic = await makeClinicWithRecords(server, "Harbor Clinic", "HARBOR");
    page = await openProfile(browser);
    await join(page, await invite(server, clinic));
    app = await standIn(page, redirect);
    issuer = await Issuer.discover(clinic.auth);
});
after(async () => { await browser?.close(); await server?.stop(); });

const signInBy = (client, scope, words) => signIn(client, { clinic, page, app, scope, words });

test("what is discovered is what the library needs and what SMART repeats", async () => {
    assert.equal(issuer.metadata.issuer, clinic.auth);
    assert.equal(issuer.metadata.authorization_response_iss_parameter_supported, true);
    assert.ok(issuer.metadata.id_token_signing_alg_values_supported.includes("RS256"));
    assert.deepEqual(issuer.metadata.code_challenge_methods_supported, ["S256"]);
    const smart = await ask(`${clinic.api}/.well-known/smart-configuration`);
    assert.equal(smart.status, 200);
    for (const name of ["authorization_endpoint", "token_endpoint", "jwks_uri", "introspection_endpoint", "revocation_endpoint", "issuer"])
        assert.equal(smart.json[name], issuer.metadata[name], name);
    for (const word of ["launch-standalone", "client-public", "client-confidential-symmetric", "sso-openid-connect", "context-standalone-patient",
        "permission-offline", "permission-patient", "permission-v1", "permission-v2", "authorize-post"])
        assert.ok(smart.json.capabilities.includes(word), word);
});

// §1.5 and §1.9: the library checks signature, kid, issuer, audience, nonce and times, and that a refresh stays the same
// person's; §1.7: what introspection says is what was told.
test("an app with a secret: id_token, userinfo, two refreshes, introspection, revocation", async () => {
    const registered = await registerApp(server, clinic, [redirect], { name: "Secret Keeper", type: "confidential-symmetric" });
    const client = new issuer.Client({ client_id: registered.id, client_secret: registered.clientSecret, redirect_uris: [redirect], response_types: ["code"] });
    const first = await signInBy(client);
    const claims = first.claims();
    assert.equal(claims.fhirUser, `${clinic.api}/Patient/p1`);
    assert.equal(first.patient, "p1");
    assert.equal(first.expires_in > 3500 && first.expires_in <= 3600, true);
    for (const options of [{}, { method: "POST" }, { method: "POST", via: "body" }]) {
        const person = await client.userinfo(first, options);
        assert.equal(person.sub, claims.sub);
        assert.equal(person.fhirUser, claims.fhirUser);
    }
    const second = await client.refresh(first);
    assert.notEqual(second.access_token, first.access_token);
    assert.deepEqual(second.scope.split(" ").sort(), first.scope.split(" ").sort());
    const third = await client.refresh(second);
    assert.notEqual(third.refresh_token, first.refresh_token);
    assert.equal((await ask(`${clinic.api}/Patient/p1`, { bearer: third.access_token })).status, 200);
    const seen = await client.introspect(third.access_token);
    assert.equal(seen.active, true);
    assert.equal(seen.client_id, registered.id);
    assert.equal(seen.patient, "p1");
    assert.deepEqual(seen.scope.split(" ").sort(), third.scope.split(" ").sort());
    assert.deepEqual([seen.iss, seen.sub], [claims.iss, claims.sub]);
    assert.deepEqual(await client.introspect("invalid_token_value"), { active: false });
    await client.revoke(third.refresh_token, "refresh_token");
    assert.deepEqual(await client.introspect(third.access_token), { active: false });
    await assert.rejects(client.refresh(third.refresh_token), { error: "invalid_grant" });
    await assert.rejects(client.userinfo(third.access_token), /invalid_token|401/);
    assert.equal((await ask(`${clinic.api}/Patient/p1`, { bearer: third.access_token })).status, 401);
});

test("an app without a secret, with half of what it asked for", async () => {
    const registered = await registerApp(server, clinic, [redirect], { name: "Open Diary" });
    const client = new issuer.Client({ client_id: registered.id, token_endpoint_auth_method: "none", redirect_uris: [redirect], response_types: ["code"] });
    const tokens = await signInBy(client, wanted, { untick: ["AllergyIntolerance"] });
    assert.equal(tokens.claims().aud, registered.id);
    assert.doesNotMatch(tokens.scope, /AllergyIntolerance/);
    assert.equal((await ask(`${clinic.api}/AllergyIntolerance?patient=p1`, { bearer: tokens.access_token })).status, 403);
    const once = await client.refresh(tokens);
    const twice = await client.refresh(once);
    assert.equal(twice.patient, "p1");
    // Two tabs, or an answer that was lost: the same successor for ten seconds.
    assert.equal((await client.refresh(once)).refresh_token, twice.refresh_token);
    await new Promise((resolve) => setTimeout(resolve, 11_000));
    await assert.rejects(client.refresh(once), { error: "invalid_grant" }, "a refresh token that was used is no more");
    await assert.rejects(client.refresh(twice), { error: "invalid_grant" }, "and takes its successors with it");
    assert.equal((await ask(`${clinic.api}/Patient/p1`, { bearer: twice.access_token })).status, 401);
});

test("a refresh names the app by its token alone, as the public SMART library does; with a secret that is not enough", async () => {
    for (const [type, status] of [["public", 200], ["confidential-symmetric", 401]]) {
        const registered = await registerApp(server, clinic, [redirect], { name: `Nameless ${type}`, type });
        const client = new issuer.Client({
            client_id: registered.id, redirect_uris: [redirect], response_types: ["code"],
            ...(registered.clientSecret ? { client_secret: registered.clientSecret } : { token_endpoint_auth_method: "none" }),
        });
        const tokens = await signInBy(client);
        const form = { grant_type: "refresh_token", refresh_token: tokens.refresh_token };
        const answer = await ask(`${clinic.auth}/token`, { method: "POST", form });
        assert.equal(answer.status, status, answer.text);
        if (status === 401) assert.equal(answer.json.error, "invalid_client");
        if (status === 401) assert.equal((await client.refresh(tokens)).patient, "p1", "the try cost the owner nothing");
    }
    const nobody = await ask(`${clinic.auth}/token`, { method: "POST", form: { grant_type: "refresh_token", refresh_token: `prt_${"A".repeat(43)}` } });
    assert.deepEqual([nobody.status, nobody.json.error], [401, "invalid_client"]);
});

for (const [alg, make, kid] of [["RS384", () => generateKeyPairSync("rsa", { modulusLength: 2048 }), "rsa-1"],
    ["ES384", () => generateKeyPairSync("ec", { namedCurve: "P-384" }), "ec-1"]]) {
    test(`an app with a key of its own (${alg}) signs in, or is not registered where the server does not name private_key_jwt`, async () => {
        const pair = make();
        const words = { kid, alg, use: "sig" };
        const jwks = { keys: [{ ...pair.publicKey.export({ format: "jwk" }), ...words }] };
        const registering = registerApp(server, clinic, [redirect], { name: `Key Keeper ${alg}`, type: "confidential-asymmetric", jwks });
        if (!issuer.metadata.token_endpoint_auth_methods_supported.includes("private_key_jwt")) {
            await assert.rejects(registering, /422/);
            return;
        }
        const registered = await registering;
        const client = new issuer.Client({
            client_id: registered.id, token_endpoint_auth_method: "private_key_jwt", token_endpoint_auth_signing_alg: alg,
            redirect_uris: [redirect], response_types: ["code"],
        }, { keys: [{ ...pair.privateKey.export({ format: "jwk" }), ...words }] });
        const tokens = await signInBy(client);
        assert.equal(tokens.claims().aud, registered.id);
        assert.equal((await client.refresh(tokens)).patient, "p1");
    });
}

test("only an id_token where openid was asked for, and no refresh token without offline_access", async () => {
    const registered = await registerApp(server, clinic, [redirect], { name: "Plain" });
    const client = new issuer.Client({ client_id: registered.id, token_endpoint_auth_method: "none", redirect_uris: [redirect], response_types: ["code"] });
    const verifier = generators.codeVerifier();
    await page.goto(client.authorizationUrl({
        scope: "launch/patient patient/Condition.rs", aud: clinic.api, state: "s-1", code_challenge: generators.codeChallenge(verifier), code_challenge_method: "S256",
    }));
    await decide(page);
    const tokens = await client.oauthCallback(redirect, client.callbackParams((await app.next()).href), { code_verifier: verifier, state: "s-1", response_type: "code" });
    assert.equal(tokens.id_token, undefined);
    assert.equal(tokens.refresh_token, undefined);
    assert.deepEqual(tokens.scope.split(" ").sort(), ["launch/patient", "patient/Condition.rs"]);
});

test("she says no: access_denied, the state, and nothing is given", async () => {
    const registered = await registerApp(server, clinic, [redirect], { name: "Refused" });
    const client = new issuer.Client({ client_id: registered.id, token_endpoint_auth_method: "none", redirect_uris: [redirect], response_types: ["code"] });
    await assert.rejects(signInBy(client, wanted, { decision: "deny" }), { error: "access_denied" });
    assert.deepEqual(page.complaints, []);
});
