// A page without a mouse: everything that can be used is reached by Tab, and shows that it has the focus.

/// What cannot be reached or does not show its focus, in words.
export async function keyboardFaults(page) {
    const count = await page.evaluate(() => {
        const radios = new Set();
        const all = [...document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex='0']")].filter((element) => {
            if (element.type === "hidden" || element.disabled || element.tabIndex < 0 || !element.checkVisibility()) return false;
            // One stop for a group of radio buttons: the chosen one, or the first.
            if (element.type !== "radio") return true;
            const group = [...document.getElementsByName(element.name)];
            return element === (group.find((each) => each.checked) ?? group[0]) && !radios.has(element.name) && Boolean(radios.add(element.name));
        });
        window.reached = { wanted: new Set(all), unseen: [] };
        document.addEventListener("focusin", ({ target }) => {
            window.reached.wanted.delete(target);
            const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(target);
            if (target !== document.body && (outlineStyle === "none" || parseFloat(outlineWidth) < 2) && boxShadow === "none") window.reached.unseen.push(target.outerHTML.slice(0, 100));
        });
        document.body.tabIndex = -1;
        document.body.focus();
        document.body.removeAttribute("tabindex");
        window.reached.unseen = [];
        return all.length;
    });
    for (let i = 0; i < count + 2; i += 1) await page.keyboard.press("Tab");
    return page.evaluate(() => {
        const { wanted, unseen } = window.reached;
        document.activeElement?.blur();
        return [...[...wanted].map(({ outerHTML }) => `no key leads to ${outerHTML.slice(0, 100)}`), ...[...new Set(unseen)].map((html) => `the focus is not seen on ${html}`)];
    });
}
