// SMART apps written with the public client library, fhirclient: one that runs in the browser, one that runs in Node.js.

import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { createServer as createSecureServer } from "node:https";
import { createRequire } from "node:module";
import { join } from "node:path";
import { project } from "./server.js";

const require = createRequire(import.meta.url);
const types = { html: "text/html; charset=utf-8", css: "text/css; charset=utf-8", js: "text/javascript; charset=utf-8" };

/// `tls`: {key, cert}, as Node.js takes them; without them plain http.
async function listen(handle, tls) {
    const server = tls ? createSecureServer(tls, handle) : createServer(handle);
    await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
    const stop = () => new Promise((resolve) => { server.close(resolve); server.closeAllConnections(); });
    return { origin: `${tls ? "https" : "http"}://127.0.0.1:${server.address().port}`, stop };
}

/// The demo app's own files, at an origin of their own; `connected` = {iss, clientId} is set once the app is registered.
export async function browserApp(tls) {
    const app = { connected: undefined };
    const library = require.resolve("fhirclient/build/fhir-client.pure.min.js");
    Object.assign(app, await listen((request, response) => {
        const path = new URL(request.url, "http://127.0.0.1").pathname;
        const name = path === "/" ? "index.html" : path.slice(1);
        try {
            const body = name === "settings.json" ? JSON.stringify(app.connected)
                : readFileSync(name === "fhir-client.pure.min.js" ? library : join(project, "resources/demo-app", name));
            response.writeHead(200, { "content-type": types[name.split(".").pop()] ?? "application/json" });
            response.end(body);
        } catch {
            response.writeHead(404);
            response.end();
        }
    }, tls));
    app.redirect = `${app.origin}/`;
    app.launch = `${app.origin}/launch.html`;
    return app;
}

/// An app with a server: /NAME/launch sends to the clinic that was registered under NAME, /NAME/callback shows what it
/// got as text. app.clients[NAME] is then the signed-in client of the library.
export async function nodeApp() {
    const smart = require("fhirclient");
    const app = { registered: {}, clients: {} };
    const kept = {};
    const storage = (name) => {
        kept[name] ??= new Map();
        return {
            get: async (key) => kept[name].get(key),
            set: async (key, value) => { kept[name].set(key, value); return value; },
            unset: async (key) => kept[name].delete(key),
        };
    };
    Object.assign(app, await listen(async (request, response) => {
        const [, name, step] = new URL(request.url, "http://127.0.0.1").pathname.split("/");
        const library = smart(request, response, storage(name));
        try {
            if (step === "launch") {
                await library.authorize({ redirectUri: `${app.origin}/${name}/callback`, pkceMode: "required", ...app.registered[name] });
            } else {
                app.clients[name] = await library.ready();
                response.writeHead(200, { "content-type": "text/html; charset=utf-8" });
                response.end("<!doctype html><html lang=en><title>App</title><h1>Connected</h1>");
            }
        } catch (error) {
            response.writeHead(200, { "content-type": "text/html; charset=utf-8" });
            response.end(`<!doctype html><html lang=en><title>App</title><h1>Not connected</h1><p>${error.message}</p>`);
        }
    }));
    app.redirect = (name) => `${app.origin}/${name}/callback`;
    return app;
}
