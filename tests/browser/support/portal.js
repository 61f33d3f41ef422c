// What a person does in a browser. Every step works with scripts and without.

import assert from "node:assert/strict";

export const passwords = { first: "copper-lantern-drift-41", second: "walnut-meadow-signal-77", third: "amber-ferry-cobalt-18" };

const submit = (page) => page.locator("main form button[type=submit]").first().click();

export const title = (page) => page.locator("h1").innerText();

/// With the slip in hand: code, birth date, password. Ends signed in.
export async function join(page, slip, password = passwords.first, birthDate = "1984-03-12") {
    await page.goto(slip.url);
    await enterCode(page, slip, birthDate);
    await page.fill("#password", password);
    await submit(page);
    await page.waitForURL(/\/portal\/home/);
}

/// The first two steps of joining and of a reset.
export async function enterCode(page, { code }, birthDate = "1984-03-12") {
    // Scripts take the code from the address; without them it is typed.
    if (!(await page.inputValue("#code"))) await page.fill("#code", code);
    await submit(page);
    const [year, month, day] = birthDate.split("-");
    await page.fill("#day", String(Number(day)));
    await page.fill("#month", String(Number(month)));
    await page.fill("#year", year);
    await submit(page);
    await page.waitForSelector("#password");
}

export async function signIn(page, clinic, username, password) {
    if (clinic) await page.goto(`${clinic.portal}/sign-in`);
    await page.fill("#username", username);
    await page.fill("#password", password);
    await submit(page);
}

export async function signOut(page) {
    await page.locator("form[action$='/sign-out'] button").click();
}

/// On the consent page: unticks the boxes that hold one of `untick`, then decides.
export async function decide(page, { untick = [], decision = "allow" } = {}) {
    await page.waitForSelector("button[value=allow]");
    for (const part of untick) {
        const boxes = page.locator(`input[name=scope][value*="${part}"]`);
        assert.ok(await boxes.count() > 0, `there is a box for ${part}`);
        for (const box of await boxes.all()) await box.uncheck();
    }
    await page.click(`button[value=${decision}]`);
}

/// Apps, Details, Stop access, Stop access. Answers what the page says then.
export async function stopApp(page, clinic, name) {
    await page.goto(`${clinic.portal}/apps`);
    await page.locator("section[aria-labelledby=now] li", { hasText: name }).getByRole("link").first().click();
    await page.locator("a[href$='/stop']").click();
    await page.locator("form[action$='/stop'] button[type=submit]").click();
    return page.locator("#done, [role=status], [role=alert]").first().innerText();
}

export async function changePassword(page, clinic, current, wanted) {
    await page.goto(`${clinic.portal}/account/password`);
    await page.fill("#current", current);
    await page.fill("#password", wanted);
    await page.locator("form[action$='/account/password'] button.broad").click();
}

/// Stands in for an app that lives at `redirectUri`; next() is the next address with which the browser comes there.
export async function standIn(page, redirectUri) {
    const received = [], waiting = [];
    await page.route((url) => url.href.startsWith(redirectUri), async (route) => {
        await route.fulfill({ contentType: "text/html", body: "<!doctype html><html lang=en><title>App</title><h1>Back in the app</h1>" });
        const address = new URL(route.request().url());
        const next = waiting.shift();
        if (next) next(address);
        else received.push(address);
    });
    const arrival = () => received.length ? Promise.resolve(received.shift()) : new Promise((resolve, reject) => {
        const patience = setTimeout(() => reject(new Error(`nobody came back to the app; the page is ${page.url()}`)), 90_000);
        waiting.push((address) => { clearTimeout(patience); resolve(address); });
    });
    return {
        async next() {
            const address = await arrival();
            await page.waitForURL(address.href); // a next visit would meet this one on its way
            return address;
        },
    };
}
