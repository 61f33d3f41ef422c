// A person without a mouse: signs in, lets an app in with one box unticked, stops it, signs out. Everything that takes the
// focus shows it.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { openProfile, startChromium } from "./support/chromium.js";
import { invite, makeClinicWithRecords, registerApp, wanted } from "./support/clinic.js";
import { join, passwords, signOut } from "./support/portal.js";
import { sharedServer } from "./support/server.js";
import { nodeApp } from "./support/smart_apps.js";

let server, browser, app, clinic, page, slip;
before(async () => {
    [server, browser, app] = await Promise.all([sharedServer(), startChromium(), nodeApp()]);
    clinic = await makeClinicWithRecords(server, "Key Practice", "KEYS");
    slip = await invite(server, clinic);
    const client = await registerApp(server, clinic, [app.redirect("keys")]);
    app.registered.keys = { iss: clinic.api, clientId: client.id, scope: wanted };
    page = await openProfile(browser);
    await join(page, slip);
    await signOut(page);
});
after(async () => { await browser?.close(); await app?.stop(); await server?.stop(); });

/// Presses Tab until what has the focus matches `selector`; what was passed on the way had to show the focus.
async function tabTo(selector) {
    const passed = [];
    for (let i = 0; i < 80; i += 1) {
        await page.keyboard.press("Tab");
        const now = await page.evaluate((wantedSelector) => {
            const element = document.activeElement;
            const style = getComputedStyle(element);
            const box = element.getBoundingClientRect();
            return {
                there: element.matches(wantedSelector),
                shown: element === document.body || (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2) || style.boxShadow !== "none",
                seen: element === document.body || (box.width > 0 && box.bottom > 0 && box.top < innerHeight),
                html: element.outerHTML.slice(0, 100),
            };
        }, selector);
        passed.push(now.html);
        assert.ok(now.shown, `the focus is seen on ${now.html}`);
        assert.ok(now.seen, `what has the focus is in view: ${now.html}`);
        if (now.there) return;
    }
    assert.fail(`Tab never came to ${selector}:\n${passed.join("\n")}`);
}

test("the first stop is a link past the menu", async () => {
    await page.goto(`${clinic.portal}/sign-in`);
    await page.keyboard.press("Tab");
    assert.equal(await page.evaluate(() => document.activeElement.className), "skip");
    await page.keyboard.press("Enter");
    await tabTo("#username");
});

test("she signs in; a wrong password brings the focus to what is wrong", async () => {
    await page.keyboard.type(slip.username);
    await tabTo("#password");
    await page.keyboard.type("not-her-password-1");
    await page.keyboard.press("Enter");
    await page.waitForSelector("#problem");
    assert.equal(await page.evaluate(() => document.activeElement.id), "problem");
    await tabTo("#password");
    await page.keyboard.type(passwords.first);
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/portal\/home/);
});

test("she unticks a box with the space bar and allows the rest", async () => {
    await page.goto(`${app.origin}/keys/launch`);
    await page.waitForSelector("button[value=allow]");
    assert.ok(!(await page.evaluate(() => document.activeElement.matches("button"))), "neither answer has the focus at first");
    await tabTo("input[name=scope][value*=MedicationRequest]");
    await page.keyboard.press("Space");
    await tabTo("button[value=allow]");
    await page.keyboard.press("Enter");
    await page.waitForURL(`${app.origin}/keys/callback*`);
    assert.doesNotMatch(app.clients.keys.state.tokenResponse.scope, /MedicationRequest/);
    assert.match(app.clients.keys.state.tokenResponse.scope, /patient\/Condition/);
});

test("she stops the app and signs out", async () => {
    await page.goto(`${clinic.portal}/apps`);
    await tabTo("section[aria-labelledby=now] li a");
    await page.keyboard.press("Enter");
    await page.waitForSelector("a[href$='/stop']");
    await tabTo("a[href$='/stop']");
    await page.keyboard.press("Enter");
    await page.waitForSelector("form[action$='/stop']");
    await tabTo("form[action$='/stop'] button");
    await page.keyboard.press("Enter");
    await page.waitForSelector("#done, [role=alert]");
    await tabTo("form[action$='/sign-out'] button");
    await page.keyboard.press("Enter");
    await page.waitForSelector("#username, main a[href*='sign-in'], main");
    await page.goto(`${clinic.portal}/home`);
    await page.waitForSelector("#username");
    assert.deepEqual(page.complaints, []);
});
