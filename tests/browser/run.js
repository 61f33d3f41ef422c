// Runs the tests: node run.js [--long] [file ...]. The last line is "N passed, N failed, N skipped".

import { readdirSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { run } from "node:test";
import { fileURLToPath } from "node:url";
import { startServer } from "./support/server.js";

const folder = fileURLToPath(new URL(".", import.meta.url));
const words = process.argv.slice(2);
if (words.includes("--long")) process.env.POLYCLINIC_LONG = "1";
const named = words.filter((word) => !word.startsWith("--")).map((word) => resolve(word));
const files = named.length ? named : readdirSync(folder).filter((name) => name.endsWith(".test.js")).sort().map((name) => join(folder, name));

const { stop, ...server } = await startServer();
process.env.POLYCLINIC_TEST_SERVER = JSON.stringify({ ...server, said: [] });

const count = { passed: 0, failed: 0, skipped: 0 };
const isFile = (name) => name.endsWith(".test.js");
const shorten = (text) => text.split("\n").slice(0, 40).join("\n");

try {
    const tests = run({ files, concurrency: 2, timeout: process.env.POLYCLINIC_LONG ? 3_600_000 : 1_200_000 });
    tests.on("test:pass", ({ name, skip, details }) => {
        if (isFile(name)) return;
        if (skip === undefined) count.passed += 1;
        else count.skipped += 1;
        console.log(skip === undefined ? `PASS   : ${name} (${Math.round(details.duration_ms)} ms)` : `SKIP   : ${name}: ${skip}`);
    });
    tests.on("test:fail", ({ name, details: { error } }) => {
        // A file fails with its tests, which were told already; told by itself, it never came to them.
        if (isFile(name) && error?.failureType === "subtestsFailed") return;
        count.failed += 1;
        const cause = error?.cause ?? error;
        console.log(`FAIL!  : ${isFile(name) ? basename(name) : name}\n${shorten(cause?.stack ?? String(cause))}`);
    });
    tests.on("test:stderr", ({ message }) => process.stderr.write(message));
    tests.on("test:stdout", ({ message }) => process.stdout.write(message));
    for await (const event of tests) void event;
} finally {
    await stop();
}
console.log(`${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped`);
process.exitCode = count.failed || !count.passed ? 1 : 0;
