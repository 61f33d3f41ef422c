// A patient's whole story in a real browser, with an app at another origin.

import { after, before, test } from "node:test";
import { startChromium } from "./support/chromium.js";
import { sharedServer } from "./support/server.js";
import { tellStory } from "./support/story.js";

let server, browser;
before(async () => { [server, browser] = await Promise.all([sharedServer(), startChromium()]); });
after(async () => { await browser?.close(); await server?.stop(); });

for (const [name, profile] of [["with scripts, app in the browser", {}], ["without scripts, app in Node.js", { javaScriptEnabled: false }]]) {
    test(`story ${name}`, async (t) => {
        await tellStory({ server, browser, profile, step: (step, work) => t.test(`story ${name}: ${step}`, work) });
    });
}
