// Every page of a patient in every state that looks different: for accessibility checks and for pictures.

import { generators } from "openid-client";
import { ask } from "./ask.js";
import { decide, enterCode, join, passwords, signIn, standIn } from "./portal.js";
import { addRecords, invite, makeClinicWithRecords, registerApp, resetCode, wanted } from "./clinic.js";
import { openProfile } from "./chromium.js";
import { chart } from "./records.js";

const redirect = "https://diary.example.org/callback";
const verifier = generators.codeVerifier();
const submit = (page) => page.locator("main form button[type=submit]").first().click();

/// A clinic of a colour of its own where Maria has one app, and had another; Ingrid is invited and has not come yet; Lena
/// has joined and done nothing else; Noor forgot her password.
export async function makeWorld(server, browser) {
    const clinic = await makeClinicWithRecords(server, "Green Valley Family Practice", "VALLEY", { branding: { color: "#0b6e4f" } });
    const slip = await invite(server, clinic);
    const world = { clinic, username: slip.username, waiting: await invite(server, clinic, { fhirUser: "Patient/p2" }) };
    await addRecords(server, clinic, [...chart("p3", "VALLEY-third", "Lena", "Berg", "1990-05-05"), ...chart("p4", "VALLEY-fourth", "Noor", "Haddad", "1977-09-02")]);
    for (const [name, fhirUser, birthDate] of [["newcomer", "Patient/p3", "1990-05-05"], ["forgetful", "Patient/p4", "1977-09-02"]]) {
        const profile = await openProfile(browser);
        const theirs = await invite(server, clinic, { fhirUser });
        await join(profile, theirs, undefined, birthDate);
        await profile.context().close();
        world[name] = name === "newcomer" ? theirs.username : await resetCode(server, clinic, theirs.id);
    }
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
        const fetched = await ask(`${clinic.auth}/token`, { method: "POST", form: {
            grant_type: "authorization_code", client_id: client.id, redirect_uri: redirect, code_verifier: verifier, code: new URL(page.url()).searchParams.get("code"),
        } });
        if (client === world.app) await ask(`${clinic.api}/Observation?patient=p1`, { bearer: fetched.json.access_token });
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
    const guesser = await openProfile(browser);
    await guesser.goto(`${clinic.portal}/sign-in`);
    const form = { username: "too-many", password: "wrong-password-1", csrf_token: await guesser.inputValue("main [name=csrf_token]") };
    for (let i = 0; i < 10; i += 1) await guesser.request.post(`${clinic.portal}/sign-in`, { form });
    await guesser.context().close();
    return world;
}

function authorize(clinic, client, words = {}) {
    return `${clinic.auth}/authorize?${new URLSearchParams({
        response_type: "code", client_id: client.id, redirect_uri: redirect, scope: client.scopes, aud: clinic.api, state: "s",
        code_challenge: generators.codeChallenge(verifier), code_challenge_method: "S256", ...words,
    })}`;
}

/// The wait after too many tries passes by itself; the next wrong try begins a longer one.
async function tooOften(page, clinic) {
    for (let tries = 0; tries < 12; tries += 1) {
        await signIn(page, clinic, "too-many", "wrong-password-1");
        await page.waitForFunction(() => document.getElementById("problem") || !document.getElementById("username"));
        if (!(await page.locator("#username").count())) return;
    }
    throw new Error("nobody has to wait");
}

/// [{name, who, go(page)}]: whose profile (see profilesFor), and how to come there; go() may be called again and again.
export function statesOf({ clinic, waiting, forgetful, app, writer, greedy, nowApp, pastApp, partApp }) {
    const at = (path) => async (page) => { await page.goto(path.startsWith("/tenant/") ? new URL(path, clinic.portal).href : `${clinic.portal}${path}`); };
    const toBirthDate = async (page) => {
        await page.goto(`${clinic.portal}/activate`);
        await page.fill("#code", waiting.code);
        await submit(page);
        await page.waitForSelector("#day");
    };
    const toConsent = async (page, client, words) => { await page.goto(authorize(clinic, client, words)); await page.waitForSelector("button[value=allow]"); };
    return [
        { name: "sign-in", go: at("/sign-in") },
        { name: "sign-in-wrong", go: async (page) => { await signIn(page, clinic, "nobody", "wrong-password-1"); await page.waitForSelector("#problem"); } },
        { name: "sign-in-too-often", go: (page) => tooOften(page, clinic) },
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
        { name: "app-error-posted", go: async (page) => {
            await page.goto("about:blank");
            await page.setContent(`<form method="post" action="${clinic.auth}/authorize"><input name="client_id" value="nobody"></form>`);
            await Promise.all([page.waitForNavigation(), page.evaluate(() => document.forms[0].submit())]);
        } },
        { name: "home", who: "maria", go: at("/home") },
        { name: "apps", who: "maria", go: at("/apps") },
        { name: "app", who: "maria", go: at(nowApp) },
        { name: "app-part", who: "maria", go: at(partApp) },
        { name: "app-stop", who: "maria", go: at(`${nowApp}/stop`) },
        { name: "app-ended", who: "maria", go: at(pastApp) },
        { name: "activity", who: "maria", go: at("/activity") },
        { name: "activity-of-apps", who: "maria", go: at("/activity?who=apps") },
        { name: "activity-none", who: "maria", go: at("/activity?before=1") },
        { name: "sessions", who: "maria", go: at("/sessions") },
        { name: "account", who: "maria", go: at("/account") },
        { name: "account-email-wrong", who: "maria", go: async (page) => { await at("/account")(page); await page.fill("#email", "nowhere"); await page.locator("form[action$='/account'] button").click(); await page.waitForSelector("#problem"); } },
        { name: "password", who: "maria", go: at("/account/password") },
        { name: "password-wrong", who: "maria", go: async (page) => { await at("/account/password")(page); await page.fill("#current", "wrong-password-1"); await page.fill("#password", "short"); await page.locator("form[action$='/account/password'] button.broad").click(); await page.waitForSelector("#problem"); } },
        { name: "consent", who: "maria", go: (page) => toConsent(page, app) },
        { name: "consent-write", who: "maria", go: (page) => toConsent(page, writer) },
        { name: "consent-everything", who: "maria", go: (page) => toConsent(page, greedy) },
        { name: "consent-nothing-ticked", who: "maria", go: async (page) => {
            await toConsent(page, app, { scope: "patient/Condition.rs patient/Immunization.rs" });
            for (const box of await page.locator("input[name=scope]").all()) await box.uncheck();
            await page.click("button[value=allow]");
            await page.waitForSelector("#problem");
        } },
        { name: "consent-no-duration", who: "maria", go: async (page) => {
            await toConsent(page, app);
            await page.evaluate(() => { for (const each of document.getElementsByName("duration")) each.checked = false; });
            await page.click("button[value=allow]");
            await page.waitForSelector("#problem");
        } },
        { name: "consent-foreign", who: "maria", go: async (page) => {
            await toConsent(page, app);
            await page.evaluate(() => { document.querySelector("main [name=csrf_token]").value = "x"; });
            await Promise.all([page.waitForNavigation(), page.click("button[value=allow]")]);
        } },
        { name: "consent-answered", who: "maria", go: async (page) => {
            await toConsent(page, app);
            const form = await page.evaluate(() => Object.fromEntries([...new FormData(document.querySelector("main form"))].filter(([name]) => name !== "scope")));
            const action = new URL(await page.locator("main form").getAttribute("action"), clinic.portal).href;
            await page.request.post(action, { form: { ...form, decision: "deny" }, maxRedirects: 0 });
            await page.goto(`${clinic.auth}/authorize?request=${form.request}`);
        } },
        { name: "consent-too-late", who: "maria", go: async (page) => { await page.goto(`${clinic.auth}/authorize?request=long-gone`); } },
        { name: "sign-in-too-late", go: at("/sign-in?request=long-gone") },
        { name: "sign-in-timed-out", go: at("/sign-in?notice=timeout") },
        { name: "sign-in-first", go: at("/apps") },
        { name: "sign-in-new-password", go: at("/sign-in?notice=password") },
        { name: "signed-out", go: at("/sign-in?notice=out") },
        { name: "start", go: at("") },
        { name: "link-wrong", go: async (page) => { await at("/link")(page); await page.fill("#code", "ZZZZZ-0000-0000"); await submit(page); await page.waitForSelector("#problem"); } },
        { name: "form-too-old", go: async (page) => {
            await at("/sign-in")(page);
            await page.evaluate(() => { document.querySelector("main [name=csrf_token]").value = "x"; });
            await Promise.all([page.waitForNavigation(), submit(page)]);
        } },
        { name: "reset-password", go: async (page) => { await page.goto(`${clinic.portal}/activate`); await enterCode(page, forgetful, "1977-09-02"); } },
        { name: "app-of-others", who: "newcomer", go: at(nowApp) },
        { name: "apps-stop-all", who: "maria", go: at("/apps/all/stop") },
        { name: "apps-all-stopped", who: "newcomer", go: at("/apps?done=all") },
        { name: "app-stop-again", who: "maria", go: at(`${pastApp}/stop`) },
        { name: "app-stopped", who: "maria", go: at(`${pastApp}?done=stopped`) },
        { name: "account-saved", who: "maria", go: at("/account?done=saved") },
        { name: "account-password-changed", who: "maria", go: at("/account?done=password") },
        { name: "sessions-ended", who: "maria", go: at("/sessions?done=others&n=2") },
        { name: "home-first", who: "newcomer", go: at("/home?done=activated") },
        { name: "home-none", who: "newcomer", go: at("/home") },
        { name: "apps-none", who: "newcomer", go: at("/apps") },
        { name: "activity-first", who: "newcomer", go: at("/activity") },
        { name: "activity-no-apps", who: "newcomer", go: at("/activity?who=apps") },
    ];
}

/// Three browsers that speak `language`: nobody is signed in, Maria is, Lena is.
export async function profilesFor(browser, world, language) {
    const profiles = {};
    for (const [who, username] of [["guest"], ["maria", world.username], ["newcomer", world.newcomer]]) {
        const page = profiles[who] = await openProfile(browser, { locale: language });
        await page.goto(`${world.clinic.portal}/sign-in?lang=${language}`);
        if (!username) continue;
        await signIn(page, undefined, username, passwords.first);
        await page.waitForURL(/\/portal\/home/);
    }
    return profiles;
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
