// Plain requests of apps and suites, over http and over TLS with a test's own CA. Follows no redirect.

import { request as plain } from "node:http";
import { globalAgent, request as secure } from "node:https";

/// From here on this process trusts servers of `pem` as well.
export function trust(pem) { globalAgent.options.ca = [pem]; }

/// {status, headers, text, json}: json is undefined for other text.
export function ask(url, { method = "GET", headers = {}, bearer, form, body } = {}) {
    const sent = form ? new URLSearchParams(form).toString() : body;
    const all = {
        ...(bearer ? { authorization: `Bearer ${bearer}` } : {}),
        ...(form ? { "content-type": "application/x-www-form-urlencoded" } : {}),
        ...(sent ? { "content-length": Buffer.byteLength(sent) } : {}),
        ...headers,
    };
    return new Promise((resolve, reject) => {
        const going = (url.startsWith("https:") ? secure : plain)(url, { method, headers: all }, (answer) => {
            const parts = [];
            answer.on("data", (part) => parts.push(part));
            answer.on("end", () => {
                const text = Buffer.concat(parts).toString();
                let json;
                try { json = JSON.parse(text); } catch { /* other text */ }
                resolve({ status: answer.statusCode, headers: answer.headers, text, json });
            });
        });
        going.on("error", reject);
        going.end(sent);
    });
}

/// Ids of the resources of `type` in a searchset, sorted.
export const idsOf = (bundle, type) =>
    (bundle.entry ?? []).map(({ resource }) => resource).filter((resource) => resource.resourceType === type).map(({ id }) => id).sort();
