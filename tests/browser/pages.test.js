// Every page in every state: no violation that axe knows, no sideways scrolling, one heading, its own language. The long
// run looks at all combinations of colours, widths and languages; the short one at another one in each language.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { after, before, test } from "node:test";
import { startChromium } from "./support/chromium.js";
import { keyboardFaults } from "./support/keyboard.js";
import { pagesOfRoutes, unseen } from "./support/routes.js";
import { sharedServer } from "./support/server.js";
import { colours, dress, languages, makeWorld, profilesFor, statesOf, widths } from "./support/states.js";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const long = Boolean(process.env.POLYCLINIC_LONG);
let server, browser, world;
before(async () => {
    [server, browser] = await Promise.all([sharedServer(), startChromium()]);
    world = await makeWorld(server, browser);
});
after(async () => { await browser?.close(); await server?.stop(); });

/// "GET /tenant/x/patient/portal/home": what showed a page in the states below.
const seen = new Set();
function noteShown(page) {
    page.on("response", (answer) => {
        if (answer.request().isNavigationRequest() && (answer.headers()["content-type"] ?? "").startsWith("text/html"))
            seen.add(`${answer.request().method()} ${new URL(answer.url()).pathname}`);
    });
}

const combinations = Object.keys(colours).flatMap((colour) => widths.map((width) => [colour, width]));

/// What is wrong with the page as it is shown now, in words.
async function faults(page, language) {
    await page.evaluate(axe);
    return page.evaluate(async (wantedLanguage) => {
        const { violations } = await window.axe.run(document, {
            runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
        });
        const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html, any }) => `${html.slice(0, 160)} ${any[0]?.message ?? ""}`).join(" | ")}`);
        const root = document.documentElement;
        if (root.scrollWidth > root.clientWidth) {
            const wide = [...document.querySelectorAll("body *")].filter((element) => element.getBoundingClientRect().right > root.clientWidth + 1 || element.getBoundingClientRect().left < -1);
            found.push(`scrolls sideways: ${root.scrollWidth} > ${root.clientWidth}: ${wide.slice(0, 3).map(({ outerHTML }) => outerHTML.slice(0, 120)).join(" | ")}`);
        }
        const headings = document.querySelectorAll("h1").length;
        if (headings !== 1) found.push(`${headings} main headings`);
        if (root.lang !== wantedLanguage) found.push(`the page says that it speaks ${root.lang}`);
        if (root.dir !== (wantedLanguage === "ar" ? "rtl" : "ltr")) found.push(`the page runs ${root.dir}`);
        if (/\{\{|\bundefined\b|[a-z]+_[a-z_]+/.test(document.querySelector("main").innerText.replace(/[^\s]*[:/|.][^\s]*/g, ""))) found.push(`raw words: ${document.querySelector("main").innerText.match(/\{\{.*|\bundefined\b|\S*[a-z]+_[a-z_]+\S*/)?.[0]}`);
        return found;
    }, language);
}

for (const [number, language] of languages.entries()) {
    test(`pages in ${language} are accessible and keep to their content policy`, async () => {
        const told = [];
        let looked = 0;
        const profiles = await profilesFor(browser, world, language);
        for (const page of Object.values(profiles)) noteShown(page);
        for (const [index, { name, who = "guest", go }] of statesOf(world).entries()) {
            const page = profiles[who];
            await dress(page, "light", 1280);
            try {
                await go(page);
            } catch (error) {
                told.push(`${name}: ${error.message.split("\n")[0]} at ${page.url()}: ${await page.locator("h1").innerText().catch(() => "no heading")}`);
                continue;
            }
            for (const [turn, [colour, width]] of combinations.entries()) {
                if (!long && turn !== (index + 2 * number) % combinations.length) continue;
                await dress(page, colour, width);
                looked += 1;
                // With the keys alone: once, in one of the languages.
                if (index % languages.length === number && turn === (index + 2 * number) % combinations.length) for (const fault of await keyboardFaults(page)) told.push(`${name} (${language}, ${colour}, ${width}): ${fault}`);
                for (const fault of await faults(page, language)) told.push(`${name} (${language}, ${colour}, ${width}): ${fault}`);
            }
        }
        for (const page of Object.values(profiles)) {
            told.push(...page.complaints);
            await page.context().close();
        }
        assert.deepEqual(told, []);
        assert.ok(looked >= 40, `${looked} pages were looked at`);
    });
}

test("no page of the portal and of the sign-in for apps was left out", () => {
    const pages = pagesOfRoutes();
    assert.ok(pages.length >= 25 && pages.includes("GET /tenant/:tenant/patient/portal/apps/:id/stop") && pages.includes("POST /tenant/:tenant/patient/auth/consent"), pages.join("\n"));
    assert.deepEqual(unseen(pages, seen), []);
    assert.deepEqual(unseen(["GET /tenant/:tenant/patient/portal/new-page"], seen), ["GET /tenant/:tenant/patient/portal/new-page"]);
});
