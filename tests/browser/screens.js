// Pictures of every page of a patient: node screens.js FOLDER.

import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { startChromium } from "./support/chromium.js";
import { startServer } from "./support/server.js";
import { dress, makeWorld, profilesFor, statesOf } from "./support/states.js";

const folder = process.argv[2] ?? "build/screens";
mkdirSync(folder, { recursive: true });
const [server, browser] = await Promise.all([startServer(), startChromium()]);
try {
    const world = await makeWorld(server, browser);
    for (const [language, views] of [["en", [["light", 1280], ["dark", 1280], ["light", 390], ["forced", 1280]]], ["es", [["light", 1280]]], ["ar", [["light", 390], ["dark", 1280]]]]) {
        const profiles = await profilesFor(browser, world, language);
        for (const { name, who = "guest", go } of statesOf(world)) {
            const page = profiles[who];
            await dress(page, "light", 1280);
            await go(page).catch((error) => console.error(`${name}: ${error.message.split("\n")[0]}`));
            for (const [colour, width] of views) {
                await dress(page, colour, width);
                await page.screenshot({ path: join(folder, `portal-${name}-${language}-${colour}-${width}.png`), fullPage: true });
            }
        }
        for (const page of Object.values(profiles)) await page.context().close();
    }
} finally {
    await browser.close();
    await server.stop();
}
