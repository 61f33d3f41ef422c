// One sign-in by the public OpenID Connect client library.

import assert from "node:assert/strict";
import { generators } from "openid-client";
import { wanted } from "./clinic.js";
import { decide } from "./portal.js";

/// Signs in by `client` of openid-client in `page`, whose person is signed in at `clinic`; `app` stands in for the
/// redirect. Answers the token set, after everything that the library checks.
export async function signInBy(client, { clinic, page, app, scope = wanted, words = {} }) {
    const kept = { code_verifier: generators.codeVerifier(), state: generators.state(), nonce: generators.nonce() };
    await page.goto(client.authorizationUrl({
        scope, aud: clinic.api, state: kept.state, nonce: kept.nonce,
        code_challenge: generators.codeChallenge(kept.code_verifier), code_challenge_method: "S256",
    }));
    await decide(page, words);
    const back = await app.next();
    const parameters = client.callbackParams(back.href);
    assert.equal(parameters.iss, clinic.auth);
    return client.callback(client.metadata.redirect_uris[0], parameters, { ...kept, response_type: "code" });
}
