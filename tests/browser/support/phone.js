// A phone that opens the address of a QR code, then joins with a slip: node phone.js QR-ADDRESS SLIP-ADDRESS CODE BIRTH-DATE.
// Prints what it saw: {"first": title, "home": title, "width": of the page, "complaints": [...]}. Like a phone that meets the
// clinic's certificate for the first time, it goes on after the one warning.

import { openProfile, startChromium } from "./chromium.js";
import { join, title } from "./portal.js";

const [address, url, code, birthDate] = process.argv.slice(2);
const browser = await startChromium();
try {
    const page = await openProfile(browser, { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true, ignoreHTTPSErrors: true });
    await page.goto(address);
    const first = await page.title();
    await join(page, { url, code }, undefined, birthDate);
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    console.log(JSON.stringify({ first, home: await title(page), width, complaints: page.complaints }));
} finally {
    await browser.close();
}
