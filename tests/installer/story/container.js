// Commands in the container, as root of a computer that has just been bought.

import { execFileSync, spawn } from "node:child_process";

const enter = ["-a", "-r", "-w", "-t", process.env.POLYCLINIC_CONTAINER, "--", "env", "-i", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C.UTF-8",
    "DEBIAN_FRONTEND=noninteractive"];

/// What a command of the shell says, without the closing line break. Throws, with all that it said, where it fails.
export function inside(command) {
    try {
        return execFileSync("nsenter", [...enter, "bash", "-c", command], { encoding: "utf8", maxBuffer: 1 << 28, stdio: ["ignore", "pipe", "pipe"] }).trimEnd();
    } catch (failure) {
        throw new Error(`${command}: ${failure.status ?? failure.message}\n${failure.stdout}\n${failure.stderr}`);
    }
}

/// The status of one, whatever it is.
export function statusOf(command) {
    try {
        inside(command);
        return 0;
    } catch (failure) {
        return Number(failure.message.slice(command.length + 2).split("\n")[0]);
    }
}

/// One that goes on: {said, ended, child}.
export function start(command) {
    const child = spawn("nsenter", [...enter, "bash", "-c", command], { stdio: ["ignore", "pipe", "pipe"] });
    const run = { child, said: "", ended: undefined };
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (text) => { run.said += text; });
    child.on("exit", (code, signal) => { run.ended = code ?? signal; });
    return run;
}

export const sleep = (ms) => new Promise((resolve) => { setTimeout(resolve, ms); });

/// Until `question` answers something true, which is handed on.
export async function until(question, what, seconds = 30) {
    for (const end = Date.now() + 1000 * seconds; ;) {
        const answer = await question();
        if (answer) return answer;
        if (Date.now() > end) throw new Error(`waited in vain: ${what}`);
        await sleep(100);
    }
}

/// Only the packages' own bytes are fetched before; nothing comes over a network now.
export const install = (...words) => inside(`apt-get install -y -q --allow-downgrades ${words.join(" ")} 2>&1`);

/// Every row of every clinic, as lines of SQL: table -> set of its rows.
export function rows() {
    const dump = inside(`runuser -u polyclinic -- bash -ec '
        SOCKET=$(sed -n 5p /var/lib/polyclinic/postgres/postmaster.pid)
        for each in polyclinic $(psql -h "$SOCKET" -U polyclinic_backup -Atc "SELECT datname FROM pg_database WHERE datname LIKE \\$\\$polyclinic\\_t%\\$\\$" polyclinic); do
            pg_dump -h "$SOCKET" -U polyclinic_backup --data-only --inserts "$each"
        done'`);
    const tables = new Map();
    for (const line of dump.split("\n")) {
        const name = /^INSERT INTO ([\w.]+) /.exec(line)?.[1];
        if (!name) continue;
        if (!tables.has(name)) tables.set(name, new Set());
        tables.get(name).add(line);
    }
    return tables;
}

/// Whatever bears the program's name, but for what was fetched, what apt and the journal tell of it, and the kernel's view.
export const traces = () => inside(
    `find / -xdev \\( -path /packages -o -path /proc -o -path /sys -o -path /var/cache/apt -o -path /var/log -o -path /tmp/.X11-unix \\) -prune -o -iname '*polyclinic*' -print`)
    .split("\n").filter(Boolean).sort();
