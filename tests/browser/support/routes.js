// The pages that the server's route tables name, so that a new one cannot be forgotten by tests that look at every page.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { project } from "./server.js";

/// What answers forms with a redirect only, or a script with nothing.
const faceless = /^POST .*\/(sign-out|sessions\/end-others|sessions\/:id\/end|apps\/:id\/stop)$|^GET .*\/stay$/;

/// ["GET /tenant/:tenant/patient/portal/home", ...]: pages that are shown, and forms that show a page when they are refused.
export function pagesOfRoutes() {
    const pages = [];
    for (const [file, makers] of [["routes_portal.cpp", "show|take"], ["auth_routes.cpp", "page"]]) {
        const text = readFileSync(join(project, "server-core/src/api", file), "utf8");
        const place = file === "auth_routes.cpp" ? "/tenant/:tenant/patient/auth" : "/tenant/:tenant/" + text.match(/place = [^;"]*"([^"]+)"/)[1];
        const rows = new RegExp(`\\{Method::(get|post), place(?: \\+ "([^"]+)")?, (?:${makers})[<(]`, "g");
        for (const [, method, rest = ""] of text.matchAll(rows)) pages.push(`${method.toUpperCase()} ${place}${rest}`);
    }
    return pages.filter((page) => !faceless.test(page) && !page.includes("/assets/"));
}

/// Those of `pages` that none of `seen` ("GET /tenant/x/patient/portal/home") is an example of.
export function unseen(pages, seen) {
    return pages.filter((page) => {
        const pattern = new RegExp(`^${page.replace(/:[a-z]+/g, "[^/]+")}$`);
        return ![...seen].some((each) => pattern.test(each));
    });
}
