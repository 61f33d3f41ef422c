// What must be known to nobody but the people and programs it was given to: gathered while a story is told, and looked for
// in a dump of the whole database and in the server's log, as it is and as a dump would show its bytes.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);
const shortest = 8;

/// Listens to `page`: cookies, tokens of forms, codes on their way to an app, answers of the token endpoint.
export function keepSecrets(server, page, known) {
    const kept = new Set([...known, server.token]);
    const seen = { cookies: new Set(), formTokens: new Set(), codes: new Set(), tokens: new Set() };
    const reading = [];
    const keep = (kind, value) => { if (value?.length >= 16) { seen[kind].add(value); kept.add(value); } };
    const look = async (answer) => {
        for (const { name, value } of await answer.headersArray()) {
            if (name.toLowerCase() === "set-cookie") keep("cookies", value.split(";")[0].split("=").slice(1).join("="));
            if (name.toLowerCase() === "location") keep("codes", new URL(value, answer.url()).searchParams.get("code"));
        }
        const type = answer.headers()["content-type"] ?? "";
        if (type.startsWith("text/html")) for (const [, token] of (await answer.text()).matchAll(/name="csrf_token" value="([^"]+)"/g)) keep("formTokens", token);
        if (!answer.url().endsWith("/token") || answer.request().method() !== "POST") return;
        const { access_token: access, refresh_token: refresh, id_token: identity } = await answer.json();
        for (const token of [access, refresh, identity]) keep("tokens", token);
    };
    // The text of a page that was left meanwhile never comes; its headers have told what matters.
    const soon = () => new Promise((resolve) => { setTimeout(resolve, 2_000).unref(); });
    page.on("response", (answer) => reading.push(Promise.race([look(answer).catch(() => {}), soon()])));
    const add = (...values) => { for (const value of values) if (value) { kept.add(value); if (/^(pat_|prt_|eyJ)/.test(value)) seen.tokens.add(value); } };
    return {
        add,
        /// A code of a slip: whole, its secret half, and that as it is typed without hyphens. The first five characters find it.
        addCode: (code) => add(code, code.slice(6), code.slice(6).replaceAll("-", ""), code.replaceAll("-", "")),
        /// `control`: what does stand in the dump, so that an empty one is no proof.
        async lieNowhere(control) {
            await Promise.all(reading);
            const socket = readFileSync(join(server.data, "postgres/postmaster.pid"), "utf8").split("\n")[4];
            const { stdout: dump } = await run("pg_dump", ["-h", socket, "-U", "polyclinic_backup", "polyclinic"], { maxBuffer: 1 << 30 });
            const log = readFileSync(server.log, "utf8");
            assert.ok(dump.includes(control), `the dump holds ${control}`);
            assert.match(log, /request /);
            for (const secret of kept) {
                assert.ok(secret.length >= shortest, secret);
                const bytes = Buffer.from(secret);
                for (const [form, text] of [["as it is", secret], ["as hex", bytes.toString("hex")], ["as Base64", bytes.toString("base64").replace(/=+$/, "")]]) {
                    assert.ok(!dump.includes(text), `in the database ${form}: ${secret}`);
                    assert.ok(!log.includes(text), `in the log ${form}: ${secret}`);
                }
            }
            const vault = readFileSync(join(server.data, "installation.key"));
            for (const text of [vault.toString("latin1").trim(), vault.toString("hex"), vault.toString("base64")])
                assert.ok(!dump.includes(text) && !log.includes(text), "the installation's key");
            for (const mark of ["PRIVATE KEY", '"d":"', '"dp":"', Buffer.from("-----BEGIN PRIVATE KEY").toString("hex"), Buffer.from('"d":"').toString("hex")])
                assert.ok(!dump.includes(mark) && !log.includes(mark), `a private key: ${mark}`);
        },
        /// That many of each kind at least were looked for.
        wereSeen(least) {
            for (const [kind, count] of Object.entries(least)) assert.ok(seen[kind].size >= count, `${seen[kind].size} ${kind} were seen`);
        },
    };
}
