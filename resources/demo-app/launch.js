// Sends the person to the clinic that this copy of the app belongs to. What the address bar says counts for nothing.

import { settings, words } from "./settings.js";

try {
    const { iss, clientId } = await settings();
    await FHIR.oauth2.authorize({ iss, clientId, scope: words, redirectUri: new URL("./", location.href).href, pkceMode: "required" });
} catch (error) {
    document.getElementById("status").textContent = `The clinic cannot be reached: ${error.message}`;
}
