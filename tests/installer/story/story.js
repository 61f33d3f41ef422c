// Told on the phone, which sees nothing of the container but its one wire: from two packages to nothing left. Stops at the
// first thing that is not as it should be.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { connect } from "node:tls";
import { ask, idsOf, trust } from "../../browser/support/ask.js";
import { openProfile, startChromium } from "../../browser/support/chromium.js";
import { wanted } from "../../browser/support/clinic.js";
import { decide, join, passwords, signIn, stopApp, title } from "../../browser/support/portal.js";
import { chart, ndjson } from "../../browser/support/records.js";
import { nodeApp } from "../../browser/support/smart_apps.js";
import { inside, install, rows, sleep, start, statusOf, traces, until } from "./container.js";

const address = "10.213.79.1", operatorPassword = "violet-harbor-mitten-92";
const world = {};
let browser, phone, app;

const steps = [];
const step = (name, work) => steps.push({ name, work });

const service = () => inside("systemctl show polyclinicd -p MainPID --value");
const tell = (text) => console.log(`         ${text}`);
const polyclinicd = (words) => JSON.parse(inside(`polyclinicd --json ${words}`));
const asksTheService = () => statusOf("ss -Htnp state established dport = :8081 | grep -q '\"polyclinic\"'") === 0;
/// On the window's display: what xdotool says, nothing where it found nothing.
function onScreen(...words) {
    try {
        return execFileSync("xdotool", words, { encoding: "utf8", env: { ...process.env, DISPLAY: `:${process.env.POLYCLINIC_SCREEN}` }, stdio: ["ignore", "pipe", "ignore"] }).trim();
    } catch { return ""; }
}
const get = (path) => ask(`${world.clinic.api}/${path}`, { bearer: world.tokens().access_token });

step("apt installs both packages on a bare Debian", () => {
    world.bare = traces();
    assert.deepEqual(world.bare, []);
    assert.equal(statusOf("getent passwd polyclinic"), 2);
    install("/packages/before/*.deb");
    world.versions = inside("dpkg-query -W -f '${Package} ${Version}\\n' polyclinic polyclinicd");
    tell(world.versions.replace("\n", ", "));
    assert.equal(inside("dpkg --verify polyclinic polyclinicd"), "");
});

step("the service runs as its own account, shut in, and listens to this computer alone", () => {
    assert.equal(inside("systemctl is-active polyclinicd"), "active");
    assert.equal(inside("systemctl is-enabled polyclinicd"), "enabled");
    assert.equal(inside(`ps -o user:20= -p ${service()}`), "polyclinic");
    assert.equal(inside("ps -eo user:20=,comm= | awk '$2 == \"postgres\" {print $1}' | sort -u"), "polyclinic");
    assert.equal(inside("stat -c '%U %a' /var/lib/polyclinic"), "polyclinic 700");
    assert.equal(inside("ls /etc/postgresql/15 2>/dev/null || true"), "", "Debian's own PostgreSQL server was not made");
    assert.equal(inside("ls /etc/postgresql-common/createcluster.d"), "");
    assert.deepEqual(inside("ss -Hltn | awk '{print $4}' | sort").split("\n"), ["127.0.0.1:8080", "127.0.0.1:8081"]);
    const said = inside("systemd-analyze security --no-pager polyclinicd");
    world.exposure = Number(/exposure level for polyclinicd.service: ([\d.]+)/.exec(said)[1]);
    tell(`systemd-analyze security: ${world.exposure}`);
    assert.ok(world.exposure <= 2.5, said);
    const status = inside(`cat /proc/${service()}/status`);
    assert.match(status, /NoNewPrivs:\t1/);
    assert.match(status, /CapEff:\t0000000000000000/);
    assert.match(status, /Seccomp:\t2/);
});

step("an operator makes two clinics, brings records in and opens them to the network", () => {
    inside(`echo ${operatorPassword} | polyclinicd operator add --email desk@clinic.example`);
    inside(`install -d -m 755 /srv/polyclinic && cat >/srv/polyclinic/oak.ndjson <<'END'\n${ndjson(chart("p1", "OAK", "Maria", "Gomez", "1984-03-12"))}END`);
    inside("sed 's/OAK/ELM/g; s/Maria/Ingrid/' /srv/polyclinic/oak.ndjson >/srv/polyclinic/elm.ndjson");
    for (const [id, words] of [["oak", ""], ["elm", "--dedicated"]]) {
        polyclinicd(`tenant create ${id} --name "${id} Street Clinic" ${words}`);
        assert.equal(polyclinicd(`import --tenant ${id} /srv/polyclinic/${id}.ndjson`).status, "completed");
    }
    const network = polyclinicd("network set --reach network --at 0.0.0.0:8443 --certificate clinic");
    assert.equal(network.base, `https://${address}:8443`);
    world.words = network.shown.words;
    const refused = statusOf("polyclinicd account invite --tenant oak --patient p1");
    assert.equal(refused, 1, "nobody is invited over a certificate that phones do not know");
    polyclinicd("network set --authority-installed");
    world.base = network.base;
    world.clinic = { id: "oak", portal: `${world.base}/tenant/oak/patient/portal`, auth: `${world.base}/tenant/oak/patient/auth`, api: `${world.base}/tenant/oak/patient/smart-api` };
});

step("the phone meets six words, takes the clinic's authority, and sees no other door", async () => {
    const curl = (...words) => execFileSync("curl", ["-s", "--max-time", "5", ...words], { maxBuffer: 1 << 24 });
    const hello = curl("-k", `${world.base}/hello`).toString();
    assert.equal([...hello.matchAll(/<li[^>]*>(\w+)<\/li>/g)].map(([, word]) => word).join(" "), world.words);
    const authority = execFileSync("openssl", ["x509", "-inform", "der"], { input: curl("-k", `${world.base}/hello/authority.crt`) });
    trust(authority);
    const key = await new Promise((resolve, reject) => {
        const socket = connect({ host: address, port: 8443, ca: [authority], ALPNProtocols: ["http/1.1"] }, () => {
            resolve(socket.getPeerX509Certificate().publicKey.export({ type: "spki", format: "der" }));
            socket.destroy();
        });
        socket.on("error", reject);
    });
    browser = await startChromium([`--ignore-certificate-errors-spki-list=${createHash("sha256").update(key).digest("base64")}`]);
    phone = await openProfile(browser, { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true });
    for (const port of [8080, 8081, 5432]) assert.throws(() => curl(`http://${address}:${port}/health/live`));
    assert.equal((await ask(`${world.base}/admin/api/Server`)).status, 404);
});

step("she joins on her phone with the code of the slip", async () => {
    const begun = Date.now();
    const { activation } = polyclinicd("account invite --tenant oak --patient p1");
    assert.ok(activation.url.startsWith(`${world.clinic.portal}/activate#`), activation.url);
    world.slip = activation;
    await join(phone, activation);
    assert.match(await title(phone), /Maria/);
    const wide = await phone.evaluate(() => document.documentElement.scrollWidth);
    assert.ok(wide <= 390, `the page is ${wide} wide`);
    tell(`from the invitation to her portal: ${((Date.now() - begun) / 1000).toFixed(1)} s of machine time`);
});

step("she shares her record with an app, but for her medicines", async () => {
    app = await nodeApp();
    const client = polyclinicd(`client add --tenant oak --name "Heart Diary" --kind patient-app --redirect-uri ${app.redirect("oak")} --scopes "${wanted}"`);
    world.clientId = client.id;
    app.registered.oak = { iss: world.clinic.api, clientId: client.id, scope: wanted };
    await phone.goto(`${app.origin}/oak/launch`);
    await decide(phone, { untick: ["MedicationRequest"] });
    await phone.waitForURL(`${app.origin}/oak/callback*`);
    assert.equal(await title(phone), "Connected");
    world.tokens = () => app.clients.oak.state.tokenResponse;
    assert.deepEqual(idsOf((await get("Condition?patient=p1")).json, "Condition"), ["p1-problem-1", "p1-problem-2", "p1-visit-1"]);
    assert.equal((await get("MedicationRequest?patient=p1")).status, 403);
});

step("the window, which is another person's, attaches to the service", async () => {
    inside("useradd --create-home ana");
    world.open = () => start(`runuser -u ana -- env HOME=/home/ana DISPLAY=:${process.env.POLYCLINIC_SCREEN} polyclinic --attach http://127.0.0.1:8081`);
    world.window = world.open();
    await until(() => onScreen("search", "--onlyvisible", "--name", "^Polyclinic$") || world.window.ended !== undefined, "the window is seen", 40);
    assert.equal(world.window.ended, undefined, world.window.said);
    assert.equal(asksTheService(), false);
    await sleep(500);
    const window = onScreen("search", "--onlyvisible", "--name", "^Polyclinic$").split("\n")[0];
    onScreen("windowfocus", "--sync", window);
    onScreen("key", "alt+u");
    onScreen("type", "desk@clinic.example");
    onScreen("key", "alt+p");
    onScreen("type", operatorPassword);
    onScreen("key", "Return");
    await until(asksTheService, "the window asks the service");
    await until(() => polyclinicd("doctor") && inside("journalctl -u polyclinicd -o cat").includes("operators' token by authorization_code, answered 200"), "she is signed in");
    assert.equal(statusOf("test -e /home/ana/.local/share/polyclinic"), 1, "it made no server of its own");
    const second = world.open();
    await until(() => second.ended !== undefined, "a second window gives way");
    assert.equal(second.ended, 2, second.said);
});

step("both packages are upgraded while the window, the phone and the app are in use", async () => {
    const before = rows(), pid = service();
    const seen = new Map();
    let going = true, longest = 0, last = Date.now();
    const using = (async () => {
        while (going) {
            let told;
            try { told = (await get("Observation/p1-lab-1")).status; } catch (error) { told = error.code ?? error.message; }
            seen.set(told, (seen.get(told) ?? 0) + 1);
            if (told === 200) {
                longest = Math.max(longest, Date.now() - last);
                last = Date.now();
            }
            await sleep(20);
        }
    })();
    const apt = start("apt-get install -y -q /packages/now/*.deb 2>&1");
    await until(() => apt.ended !== undefined, "apt", 300);
    assert.equal(apt.ended, 0, apt.said);
    await until(async () => (await get("Observation/p1-lab-1").catch(() => ({}))).status === 200, "the service after its upgrade");
    await sleep(500);
    going = false;
    await using;
    tell(inside("dpkg-query -W -f '${Package} ${Version}\\n' polyclinic polyclinicd").replace("\n", ", "));
    tell(`answers meanwhile: ${[...seen].map(([told, count]) => `${told} ${count} times`).join(", ")}; longest without one ${longest} ms`);
    for (const told of seen.keys()) assert.ok([200, 503, "ECONNREFUSED", "ECONNRESET"].includes(told), `an answer was ${told}`);
    assert.notEqual(service(), pid, "the new program runs");
    assert.equal(inside("systemctl is-active polyclinicd"), "active");
    assert.ok(longest < 10_000);
    world.before = before;
});

step("every row, every session and every token is still there", async () => {
    const after = rows();
    let kept = 0;
    for (const [table, lines] of world.before) {
        // A newer program may have given the table more columns, which come last.
        const grown = (line) => [...(after.get(table) ?? [])].some((now) => now.startsWith(line.replace(/\);$/, ", ")));
        const lost = [...lines].filter((line) => !after.get(table)?.has(line) && !grown(line));
        kept += lines.size - lost.length;
        // Rows that every use of them changes.
        if (/session|operator_token|lease|node/.test(table)) assert.ok((after.get(table)?.size ?? 0) >= lines.size, table);
        else assert.deepEqual(lost, [], table);
        if (lost.length) tell(`${table}: ${lost.length} of ${lines.size} changed by use`);
    }
    tell(`${kept} rows of ${world.before.size} tables are the same`);
    await phone.goto(`${world.clinic.portal}/home`);
    assert.match(await title(phone), /Maria/);
    const renewed = await app.clients.oak.refresh();
    assert.ok(renewed.tokenResponse.access_token);
    assert.equal((await get("Patient/p1")).json.name[0].family, "Gomez");
    assert.equal(world.window.ended, undefined, world.window.said);
    onScreen("key", "F5");
    await until(asksTheService, "the window is back at the service", 60);
});

step("she stops the app, and it is stopped at once", async () => {
    assert.equal((await get("Patient/p1")).status, 200);
    assert.match(await stopApp(phone, world.clinic, "Heart Diary"), /Heart Diary can no longer get your information/);
    const begun = Date.now();
    assert.equal((await get("Patient/p1")).status, 401);
    tell(`refused ${Date.now() - begun} ms after the page said so`);
    const again = await ask(`${world.clinic.auth}/token`, {
        method: "POST", form: { grant_type: "refresh_token", refresh_token: world.tokens().refresh_token, client_id: world.clientId },
    });
    assert.equal(again.json.error, "invalid_grant", again.text);
    assert.deepEqual(phone.complaints, []);
});

step("removed and installed again, it goes on where it was", async () => {
    inside("pkill -TERM -x -u ana polyclinic");
    await until(() => world.window.ended !== undefined, "the window ends");
    inside("apt-get remove -y -q polyclinic polyclinicd 2>&1");
    assert.equal(inside("pgrep -u polyclinic -a || true"), "", "neither the program nor its PostgreSQL runs on");
    assert.equal(statusOf("systemctl is-active polyclinicd"), 3);
    // What Debian remembers of a package that was not purged.
    const remembered = /^\/(etc\/(polyclinic|systemd\/system)|var\/lib\/(dpkg\/info|systemd\/deb-systemd-helper-\w+))\//;
    assert.deepEqual(traces().filter((path) => !remembered.test(path)), ["/etc/polyclinic", "/srv/polyclinic", "/var/lib/polyclinic"]);
    install("/packages/now/polyclinicd_*.deb");
    await until(async () => (await ask(`${world.clinic.portal}/home`).catch(() => ({}))).status, "the service is back");
    await phone.goto(`${world.clinic.portal}/home`);
    assert.match(await title(phone), /Maria/);
});

step("purging keeps the records, and nothing else", async () => {
    const said = inside("apt-get purge -y -q polyclinicd polyclinic 2>&1");
    assert.match(said, /the clinics' records stay in \/var\/lib\/polyclinic/);
    assert.deepEqual(traces(), ["/srv/polyclinic", "/var/lib/polyclinic"]);
    assert.equal(inside("stat -c '%U %a' /var/lib/polyclinic"), "polyclinic 700");
    install("/packages/now/polyclinicd_*.deb");
    const there = () => polyclinicd("tenant list").map(({ id }) => id).sort();
    assert.deepEqual(there(), ["elm", "oak"]);
    await until(async () => (await ask(`${world.clinic.portal}/home`).catch(() => ({}))).status, "the service is back");
    await signIn(phone, world.clinic, world.slip.username, passwords.first);
    assert.match(await title(phone), /Maria/);
});

step("purging takes the records with it where that was asked for", () => {
    inside("touch /etc/polyclinic/purge-data");
    inside("apt-get purge -y -q polyclinicd 2>&1");
    assert.deepEqual(traces(), ["/srv/polyclinic"]);
    assert.equal(statusOf("getent passwd polyclinic"), 2);
    assert.equal(statusOf("getent group polyclinic"), 2);
    assert.equal(inside("find / -xdev -nouser -not -path '/packages/*' -not -path '/proc/*' -not -path '/var/cache/*' | head"), "");
    assert.equal(inside("systemctl list-units --all --no-legend 'polyclinic*'"), "");
});

let passed = 0, failed = 0;
const begun = Date.now();
for (const { name, work } of steps) {
    const started = Date.now();
    try {
        await work();
        passed += 1;
        console.log(`PASS   : ${name} (${((Date.now() - started) / 1000).toFixed(1)} s)`);
    } catch (failure) {
        failed += 1;
        console.log(`FAIL!  : ${name}\n${failure.stack}`);
        if (phone) console.log(`the phone shows ${phone.url()}`);
        if (world.window) console.log(`the window said ${world.window.said}`);
        console.log(inside("journalctl -u polyclinicd -n 40 --no-pager -o cat || true"));
        break;
    }
}
world.window?.child.kill();
await browser?.close();
await app?.stop();
console.log(`${passed} passed, ${failed} failed, ${steps.length - passed - failed} not told, after ${((Date.now() - begun) / 1000).toFixed(0)} s`);
process.exit(failed ? 1 : 0);  // what the window still says is waited for by nobody
