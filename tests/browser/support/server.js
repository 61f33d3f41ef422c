// The server under test as a child process, and the operator who asks it.

import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { appendFileSync, chmodSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const project = fileURLToPath(new URL("../../..", import.meta.url));
const binary = process.env.POLYCLINICD ?? join(project, "build/release/bin/polyclinicd");

/// The tests of one run share a server; each makes clinics of its own. A file that is run alone starts its own.
export async function sharedServer() {
    if (process.env.POLYCLINIC_TEST_SERVER) return { ...JSON.parse(process.env.POLYCLINIC_TEST_SERVER), stop: async () => {} };
    return startServer();
}

/// {base, operators, token, data, log, stop()}: data is its folder, log a file with a line of each request. `words`: further arguments of `polyclinicd serve`.
export async function startServer(words = []) {
    const folder = mkdtempSync(join(process.env.POLYCLINIC_TEST_FOLDER ?? tmpdir(), "polyclinic-browser-"));
    chmodSync(folder, 0o755); // started as root, the server becomes another account, which has to pass
    const data = join(folder, "data");
    const child = spawn(binary, ["serve", "--data-dir", data, "--listen", "127.0.0.1:0", "--operator-listen", "127.0.0.1:0", ...words],
        { stdio: ["ignore", "pipe", "pipe"], env: { POLYCLINIC_LOG_LEVEL: "debug", ...process.env } });
    const ended = new Promise((resolve) => child.on("exit", resolve));
    const said = [];
    const log = join(folder, "log");
    createInterface({ input: child.stderr }).on("line", (line) => {
        said.push(line);
        appendFileSync(log, `${line}\n`);
    });
    const ready = new Promise((resolve, reject) => {
        createInterface({ input: child.stdout }).on("line", (line) => {
            said.push(line);
            if (line.startsWith("ready ")) resolve();
        });
        ended.then(() => reject(new Error(`polyclinicd did not start:\n${said.join("\n")}`)));
        setTimeout(() => reject(new Error(`polyclinicd was not ready in time:\n${said.join("\n")}`)), 300_000).unref();
    });
    const stop = async () => {
        const patience = setTimeout(() => child.kill("SIGKILL"), 60_000);
        child.kill("SIGTERM");
        await ended;
        clearTimeout(patience);
        rmSync(folder, { recursive: true, force: true });
    };
    try {
        await ready;
    } catch (error) {
        await stop();
        throw error;
    }
    const control = JSON.parse(readFileSync(join(data, "control.json"), "utf8"));
    return { base: control.base, operators: control.operators, token: control.token, pid: child.pid, data, log, said, stop };
}

/// What an operator asks for; answers the JSON. Throws for any answer but 2xx.
export async function operate(server, method, path, body) {
    const answer = await fetch(`${server.operators}/admin/api/${path}`, {
        method,
        headers: { authorization: `Bearer ${server.token}`, ...(body ? { "content-type": "application/json" } : {}) },
        body: body && (typeof body === "string" ? body : JSON.stringify(body)),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return text ? JSON.parse(text) : undefined;
}
