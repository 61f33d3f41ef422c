// Debian's own Chromium.

import { existsSync } from "node:fs";
import { chromium } from "playwright-core";

const executablePath = [process.env.POLYCLINIC_CHROMIUM, "/usr/bin/chromium"].find((path) => path && existsSync(path));

/// Talks to nobody but who it is sent to.
export async function startChromium(words = []) {
    if (!executablePath) throw new Error("Chromium is not installed: apt-get install chromium");
    return chromium.launch({
        executablePath,
        args: ["--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update",
            "--disable-sync", ...(process.getuid() === 0 ? ["--no-sandbox"] : []), ...words],
    });
}

/// A browser profile of its own, with one page. What breaks a page's content policy, throws in a script or is not found
/// is kept in page.complaints.
export async function openProfile(browser, words = {}) {
    const profile = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...words });
    profile.setDefaultTimeout(90_000);
    return watch(await profile.newPage());
}

export function watch(page) {
    page.complaints = [];
    page.on("pageerror", (error) => page.complaints.push(String(error)));
    page.on("console", (message) => {
        if (/Content Security Policy|Refused to|violates the following/.test(message.text())) page.complaints.push(message.text());
    });
    page.on("response", (answer) => {
        if (answer.status() >= 500) page.complaints.push(`${answer.status()} ${answer.url()}`);
    });
    return page;
}
