// What `polyclinicd serve --demo` offers a newcomer: a clinic, people, and an app that a person can connect.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { openProfile, startChromium } from "./support/chromium.js";
import { decide, title } from "./support/portal.js";
import { startServer } from "./support/server.js";

let server, browser;
before(async () => { [server, browser] = await Promise.all([startServer(["--demo"]), startChromium()]); });
after(async () => { await browser?.close(); await server?.stop(); });

test("the demo app shows a made-up record after one link and one click", async () => {
    const said = server.said.join("\n");
    const link = said.match(/http:\S+\/portal\/link#\S+/)?.[0];
    const appAddress = said.match(/http:\/\/127\.0\.0\.1:\d+\/(?=\s|$)/)?.[0];
    assert.ok(link && appAddress, said);
    const page = await openProfile(browser);
    await page.goto(link);
    await page.locator("main form button[type=submit]").click();
    await page.waitForURL(/\/portal\/home/);
    await page.goto(appAddress);
    await page.click("#connect a");
    await decide(page, { untick: ["AllergyIntolerance"] });
    await page.waitForSelector("#controls:not([hidden])");
    assert.match(await title(page), /^Hello \S+/);
    assert.match(await page.locator("#AllergyIntolerance").innerText(), /You did not share this/);
    assert.ok(Number(await page.locator("#Observation").getAttribute("data-count")) > 0);
    await page.click("#leave");
    await page.waitForFunction(() => document.getElementById("title").textContent === "Not connected");
    assert.deepEqual(page.complaints, []);
});
