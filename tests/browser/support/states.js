// Every page of a patient in every state that looks different: for accessibility checks and for pictures.

import { generators } from "openid-client";
import { decide, enterCode, join, passwords, signIn, standIn } from "./portal.js";
import { invite, makeClinicWithRecords, registerApp, wanted } from "./clinic.js";
import { openProfile } from "./chromium.js";

const redirect = "https://diary.example.org/callback";
const submit = (page) => page.locator("main form button[type=submit]").first().click();

/// A clinic of a colour of its own where Maria has one app, and had another; Ingrid is invited and has not come yet.
export async function makeWorld(server, browser) {
    const clinic = await makeClinicWithRecords(server, "Green Valley Family Practice", "VALLEY", { branding: { color: "#0b6e4f" } });
    const slip = await invite(server, clinic);
    const world = { clinic, username: slip.username, waiting: await invite(server, clinic, { fhirUser: "Patient/p2" }) };
    const page = await openProfile(browser);
    await join(page, slip);
    await standIn(page, redirect);
    const register = (words) => registerApp(server, clinic, [redirect], words);
    world.empty = await register({ name: "Unused" });
    world.app = await register({
        name: "Heart Diary", description: "Keeps an eye on your heart.", policyUri: "https://diary.example.org/privacy",
        termsUri: "https://diary.example.org/terms", offered: true, launchUri: "https://diary.example.org/launch",
    });
    world.writer = await register({
        name: "Two-way Notes", publisher: undefined,
        scopes: `${wanted} patient/Observation.cruds patient/Condition.cruds patient/*.rs patient/QuestionnaireResponse.cud patient/DocumentReference.rs`,
    });
    world.greedy = await register({ name: "Everything at Once", scopes: "openid fhirUser launch/patient offline_access patient/*.cruds" });
    for (const [client, untick] of [[world.writer], [world.greedy, ["MedicationRequest"]], [world.app]]) {
        await page.goto(authorize(clinic, client));
        await decide(page, { untick });
        await page.waitForURL(`${redirect}*`);
        await page.goto(`${clinic.portal}/apps`);
        const made = await page.locator("section[aria-labelledby=now] li", { hasText: client.name }).getByRole("link").getAttribute("href");
        if (client === world.app) world.nowApp = made;
        if (client === world.greedy) world.partApp = made;
        if (client !== world.writer) continue;
        world.pastApp = made;
        await page.goto(new URL(`${made}/stop`, clinic.portal).href);
        await submit(page);
    }
    world.complaints = page.complaints;
    await page.context().close();
    return world;
}

function authorize(clinic, client, words = {}) {
    return `${clinic.auth}/authorize?${new URLSearchParams({
        response_type: "code", client_id: client.id, redirect_uri: redirect, scope: client.scopes, aud: clinic.api, state: "s",
        code_challenge: generators.codeChallenge(generators.codeVerifier()), code_challenge_method: "S256", ...words,
    })}`;
}

/// [{name, signedIn, go(page)}]: go() may be called again and again.
export function statesOf({ clinic, username, waiting, app, writer, greedy, nowApp, pastApp, partApp }) {
    const at = (path) => async (page) => { await page.goto(path.startsWith("/tenant/") ? new URL(path, clinic.portal).href : `${clinic.portal}${path}`); };
    const toBirthDate = async (page) => {
        await page.goto(`${clinic.portal}/activate`);
        await page.fill("#code", waiting.code);
        await submit(page);
        await page.waitForSelector("#day");
    };
    return [
        { name: "sign-in", go: at("/sign-in") },
        { name: "sign-in-wrong", go: async (page) => { await signIn(page, clinic, "nobody", "wrong-password-1"); await page.waitForSelector("#problem"); } },
        { name: "sign-in-for-app", go: async (page) => { await page.goto(authorize(clinic, app)); await page.waitForSelector("#username"); } },
        { name: "activate-code", go: at("/activate") },
        { name: "activate-code-wrong", go: async (page) => { await at("/activate")(page); await page.fill("#code", "ZZZZZ-0000-0000"); await submit(page); await page.waitForSelector("#problem"); } },
        { name: "activate-birth-date", go: toBirthDate },
        { name: "activate-birth-date-not-a-date", go: async (page) => { await toBirthDate(page); await page.fill("#day", "45"); await page.fill("#month", "13"); await page.fill("#year", "19"); await submit(page); await page.waitForSelector("#problem"); } },
        { name: "activate-password", go: async (page) => { await page.goto(`${clinic.portal}/activate`); await enterCode(page, waiting, "1951-11-30"); } },
        { name: "activate-password-weak", go: async (page) => { await page.goto(`${clinic.portal}/activate`); await enterCode(page, waiting, "1951-11-30"); await page.fill("#password", "password"); await submit(page); await page.waitForSelector("#problem"); } },
        { name: "reset", go: at("/reset") },
        { name: "help", go: at("/help") },
        { name: "link", go: at("/link") },
        { name: "not-found", go: at("/nowhere") },
        { name: "app-error", go: async (page) => { await page.goto(authorize(clinic, app, { redirect_uri: "https://evil.example.org/" })); } },
        { name: "home", signedIn: true, go: at("/home") },
        { name: "apps", signedIn: true, go: at("/apps") },
        { name: "app", signedIn: true, go: at(nowApp) },
        { name: "app-part", signedIn: true, go: at(partApp) },
        { name: "app-stop", signedIn: true, go: at(`${nowApp}/stop`) },
        { name: "app-ended", signedIn: true, go: at(pastApp) },
        { name: "activity", signedIn: true, go: at("/activity") },
        { name: "activity-of-apps", signedIn: true, go: at("/activity?who=apps") },
        { name: "activity-none", signedIn: true, go: at("/activity?before=1") },
        { name: "sessions", signedIn: true, go: at("/sessions") },
        { name: "account", signedIn: true, go: at("/account") },
        { name: "account-email-wrong", signedIn: true, go: async (page) => { await at("/account")(page); await page.fill("#email", "nowhere"); await page.locator("form[action$='/account'] button").click(); await page.waitForSelector("#problem"); } },
        { name: "password", signedIn: true, go: at("/account/password") },
        { name: "password-wrong", signedIn: true, go: async (page) => { await at("/account/password")(page); await page.fill("#current", "wrong-password-1"); await page.fill("#password", "short"); await page.locator("form[action$='/account/password'] button.broad").click(); await page.waitForSelector("#problem"); } },
        { name: "consent", signedIn: true, go: async (page) => { await page.goto(authorize(clinic, app)); await page.waitForSelector("button[value=allow]"); } },
        { name: "consent-write", signedIn: true, go: async (page) => { await page.goto(authorize(clinic, writer)); await page.waitForSelector("button[value=allow]"); } },
        { name: "consent-everything", signedIn: true, go: async (page) => { await page.goto(authorize(clinic, greedy)); await page.waitForSelector("button[value=allow]"); } },
        { name: "consent-nothing-ticked", signedIn: true, go: async (page) => {
            await page.goto(authorize(clinic, app, { scope: "patient/Condition.rs patient/Immunization.rs" }));
            await page.waitForSelector("button[value=allow]");
            for (const box of await page.locator("input[name=scope]").all()) await box.uncheck();
            await page.click("button[value=allow]");
            await page.waitForSelector("#problem");
        } },
        { name: "signed-out", go: at("/home") },
    ];
}

/// A profile that speaks `language`, signed in or not.
export async function profileFor(browser, world, language, signedIn) {
    const page = await openProfile(browser, { locale: language });
    await page.goto(`${world.clinic.portal}/sign-in?lang=${language}`);
    if (signedIn) {
        await signIn(page, undefined, world.username, passwords.first);
        await page.waitForURL(/\/portal\/home/);
    }
    return page;
}

export const languages = ["en", "es", "ar"];
export const colours = { light: { colorScheme: "light", forcedColors: "none" }, dark: { colorScheme: "dark", forcedColors: "none" }, forced: { colorScheme: "dark", forcedColors: "active" } };
export const widths = [320, 1280];

/// Shows the page that is open in other colours and at another width.
export async function dress(page, colour, width) {
    await page.emulateMedia({ ...colours[colour], reducedMotion: "reduce" });
    await page.setViewportSize({ width, height: width < 800 ? 700 : 900 });
    await page.evaluate(() => new Promise((drawn) => { requestAnimationFrame(() => requestAnimationFrame(drawn)); }));
}
