// Debian's WebKit, spoken to by the WebDriver protocol (https://www.w3.org/TR/webdriver2/) on a screen that nobody sees.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";

const driver = "/usr/bin/WebKitWebDriver", screen = "/usr/bin/Xvfb";
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const elementKey = "element-6066-11e4-a52e-4f735466cecf";

/// The small browser that comes with the library; its folder is named after the machine's kind and the library's version.
function miniBrowser() {
    for (const kind of readdirSync("/usr/lib").filter((name) => name.endsWith("-linux-gnu")))
        for (const version of readdirSync(join("/usr/lib", kind)).filter((name) => name.startsWith("webkit2gtk-")).sort().reverse()) {
            const path = join("/usr/lib", kind, version, "MiniBrowser");
            if (existsSync(path)) return path;
        }
    return undefined;
}

/// Why WebKit cannot be tried here; undefined where it can.
export function missingWebKit() {
    if (!existsSync(driver) || !miniBrowser()) return "WebKit is not installed: apt-get install webkit2gtk-driver";
    if (!existsSync(screen)) return "there is no screen for WebKit: apt-get install xvfb";
    return undefined;
}

async function freePort() {
    const server = createServer();
    await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address();
    await new Promise((resolve) => server.close(resolve));
    return port;
}

class WebKit {
    constructor(base, end) { Object.assign(this, { base, end }); }

    async ask(method, path, body) {
        const answer = await fetch(this.base + path, { method, body: body && JSON.stringify(body) });
        const { value } = await answer.json();
        if (!answer.ok) throw new Error(`WebDriver ${method} ${path.split("/").slice(3).join("/")}: ${value.error} ${value.message}`);
        return value;
    }
    at(path) { return `/session/${this.id}/${path}`; }

    goto(url) { return this.ask("POST", this.at("url"), { url }); }
    url() { return this.ask("GET", this.at("url")); }
    /// What `script` returns in the page.
    evaluate(script, ...args) { return this.ask("POST", this.at("execute/sync"), { script, args }); }
    text(selector) { return this.evaluate("return document.querySelector(arguments[0])?.innerText ?? null", selector); }
    /// Waits until the page that is there then has it.
    async find(selector, patience = 90_000) {
        for (const end = Date.now() + patience; ; await sleep(50)) {
            const [found] = await this.ask("POST", this.at("elements"), { using: "css selector", value: selector }).catch(() => []);
            if (found) return found[elementKey];
            if (Date.now() > end) throw new Error(`no ${selector} at ${await this.url()}: ${await this.text("h1")}`);
        }
    }
    async click(selector) { await this.ask("POST", this.at(`element/${await this.find(selector)}/click`), {}); }
    async type(selector, text) {
        const element = await this.find(selector);
        await this.ask("POST", this.at(`element/${element}/clear`), {});
        await this.ask("POST", this.at(`element/${element}/value`), { text });
    }
    cookies() { return this.ask("GET", this.at("cookie")); }
    async close() {
        await this.ask("DELETE", `/session/${this.id}`).catch(() => {});
        await this.end();
    }
}

/// A browser profile of its own, gone with close(). `words`: capabilities of WebDriver.
export async function startWebKit(words = {}) {
    const children = [];
    const end = () => Promise.all(children.map((child) => new Promise((resolve) => {
        if (child.exitCode !== null || child.signalCode !== null) return resolve();
        child.once("exit", resolve);
        child.kill();
    })));
    try {
        const shown = spawn(screen, ["-displayfd", "3", "-screen", "0", "1280x1024x24", "-nolisten", "tcp"], { stdio: ["ignore", "ignore", "ignore", "pipe"] });
        children.push(shown);
        const display = await new Promise((resolve, reject) => {
            createInterface({ input: shown.stdio[3] }).once("line", resolve);
            shown.once("exit", () => reject(new Error("Xvfb did not start")));
        });
        const port = await freePort();
        children.push(spawn(driver, [`--port=${port}`, "--host=127.0.0.1"], {
            stdio: "ignore", env: { ...process.env, DISPLAY: `:${display}`, GDK_BACKEND: "x11", LIBGL_ALWAYS_SOFTWARE: "1" },
        }));
        const browser = new WebKit(`http://127.0.0.1:${port}`, end);
        const isReady = () => fetch(`${browser.base}/status`).then(({ ok }) => ok, () => false);
        for (let tries = 0; !(await isReady()); tries += 1) {
            assert.ok(tries < 200, "WebKit's driver did not start");
            await sleep(50);
        }
        const { sessionId, capabilities } = await browser.ask("POST", "/session", {
            capabilities: { alwaysMatch: { ...words, "webkitgtk:browserOptions": { binary: miniBrowser(), args: ["--automation"] } } },
        });
        return Object.assign(browser, { id: sessionId, version: capabilities.browserVersion });
    } catch (error) {
        await end();
        throw error;
    }
}
