// The help at its address: readable for everybody. And the app that it shows how to make works as it stands there.

import assert from "node:assert/strict";
import { createServer } from "node:http";
import { readFileSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { extname, join as joined } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { openProfile, startChromium } from "./support/chromium.js";
import { addRecords, invite, makeClinic, registerApp } from "./support/clinic.js";
import { decide, join } from "./support/portal.js";
import { project, sharedServer } from "./support/server.js";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const folder = joined(project, "resources/help");
let server, browser;
before(async () => { [server, browser] = await Promise.all([sharedServer(), startChromium()]); });
after(async () => { await browser?.close(); await server?.stop(); });

test("the pages of the help are accessible, light and dark, narrow and wide, and need no script", async () => {
    const names = readdirSync(folder).filter((name) => extname(name) === ".md").map((name) => name.slice(0, -3));
    assert.ok(names.length >= 14);
    const told = [];
    const page = await openProfile(browser);
    for (const [turn, name] of names.entries()) {
        await page.goto(`${server.base}/help${name === "index" ? "" : `/${name}`}`);
        for (const [colorScheme, forcedColors, width] of [["light", "none", 320], ["dark", "none", 1280], ["dark", "none", 320], ["dark", "active", 320]]) {
            if (forcedColors === "active" && turn % 4) continue;
            await page.emulateMedia({ colorScheme, forcedColors, reducedMotion: "reduce" });
            await page.setViewportSize({ width, height: 900 });
            await page.evaluate(axe);
            told.push(...await page.evaluate(async ([where]) => {
                const { violations } = await window.axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] });
                const found = violations.map(({ id, nodes }) => `${where}: ${id} ${nodes[0].html.slice(0, 120)}`);
                const { scrollWidth, clientWidth, lang } = document.documentElement;
                if (scrollWidth > clientWidth) found.push(`${where} scrolls sideways: ${scrollWidth} > ${clientWidth}`);
                if (document.querySelectorAll("h1").length !== 1 || lang !== "en") found.push(`${where}: heading or language`);
                for (const image of document.images) if (!image.naturalWidth || !image.alt) found.push(`${where}: ${image.src}`);
                return found;
            }, [`${name} (${colorScheme}, ${forcedColors}, ${width})`]));
        }
    }
    told.push(...page.complaints);
    assert.deepEqual(told, []);

    const plain = await openProfile(browser, { javaScriptEnabled: false });
    await plain.goto(`${server.base}/`);
    await plain.getByRole("link", { name: "Help" }).first().click();
    await plain.getByRole("link", { name: "Let an app in" }).click();
    assert.equal(await plain.locator("h1").innerText(), "Let an app in");
    await plain.getByRole("link", { name: "Help" }).first().click();
    assert.equal(await plain.locator("h1").innerText(), "Help");
});

/// The page's file that a command writes, as it stands in the help.
function written(page, file) {
    const text = readFileSync(joined(folder, `${page}.md`), "utf8");
    const found = text.match(new RegExp(`cat > \\S*${file.replace(".", "\\.")} <<'END'\\n(.*?)\\nEND\\n`, "s"));
    assert.ok(found, `${page}.md writes ${file}`);
    return found[1];
}

test("the app of the help shows what the patient let it read", async () => {
    const clinic = await makeClinic(server, "Help");
    await addRecords(server, clinic, written("import", "first.ndjson").split("\n").map((line) => JSON.parse(line)));
    const library = fileURLToPath(new URL("node_modules/", import.meta.url));
    let html = written("apps", "index.html");
    const app = createServer((request, response) => {
        const { pathname } = new URL(request.url, "http://app");
        const inside = pathname.startsWith("/node_modules/fhirclient/") && !pathname.includes("..");
        response.setHeader("content-type", inside ? "text/javascript" : "text/html");
        response.end(inside ? readFileSync(joined(library, pathname.slice("/node_modules/".length))) : html);
    });
    await new Promise((resolve) => app.listen(0, "127.0.0.1", resolve));
    try {
        const origin = `http://127.0.0.1:${app.address().port}/`;
        const words = readFileSync(joined(folder, "apps.md"), "utf8").match(/--scopes "([^"]+)"/)[1];
        const client = await registerApp(server, clinic, [origin], { name: "My Numbers", scopes: words });
        html = html.replace("http://127.0.0.1:8080/tenant/oak-street/patient/smart-api", clinic.api).replace("http://127.0.0.1:9000/", origin).replace("CLIENT_ID", client.id);
        assert.ok(!/CLIENT_ID|:8080|:9000/.test(html));

        const page = await openProfile(browser);
        await join(page, await invite(server, clinic, { fhirUser: "Patient/maria" }), undefined, "1980-05-03");
        await page.goto(origin);
        await decide(page);
        await page.waitForURL(`${origin}**`);
        await page.locator("#list li").nth(1).waitFor();
        assert.deepEqual(await page.locator("#list li").allInnerTexts(), ["Maria Gomez", "Heart rate: 72 /min"]);
        assert.deepEqual(page.complaints, []);
    } finally {
        app.close();
        app.closeAllConnections();
    }
});
