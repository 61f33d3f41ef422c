// Small comforts; every page works without them.

const words = document.body.dataset;

// Says what is wrong, or what was done, to people who listen.
(document.getElementById("problem") ?? document.getElementById("done"))?.focus();

for (const button of document.querySelectorAll("button[data-show]")) {
    const input = document.getElementById(button.dataset.show);
    button.hidden = false;
    button.setAttribute("aria-controls", input.id);
    button.setAttribute("aria-label", words.showLabel ?? "Show password");
    button.addEventListener("click", () => {
        const showing = input.type === "text";
        input.type = showing ? "password" : "text";
        button.textContent = showing ? words.show ?? "Show" : words.hide ?? "Hide";
        button.setAttribute("aria-label", showing ? words.showLabel ?? "Show password" : words.hideLabel ?? "Hide password");
    });
    // Browsers would offer a shown password as a remembered text.
    input.form.addEventListener("submit", () => { input.type = "password"; });
}

for (const form of document.querySelectorAll("form[data-once]")) {
    let sent = null;
    let before = "";
    form.addEventListener("submit", (event) => {
        if (sent) {
            event.preventDefault();
            return;
        }
        sent = event.submitter ?? form.querySelector("button[type=submit]");
        before = sent.textContent;
        if (sent.value !== "deny") sent.textContent = form.dataset.once;
        sent.setAttribute("aria-disabled", "true");
    });
    // The page may come back from the browser's memory.
    window.addEventListener("pageshow", () => {
        if (!sent) return;
        sent.textContent = before;
        sent.removeAttribute("aria-disabled");
        sent = null;
    });
}

// A code behind '#' of a printed address: it never reached the server, and leaves the address bar at once.
const code = document.querySelector("input[data-from-address]");
if (code && location.hash.length > 1) {
    code.value = decodeURIComponent(location.hash.slice(1)).slice(0, 40);
    history.replaceState(null, "", location.pathname + location.search);
}

// Two minutes before a session that nobody uses ends.
const timeout = document.getElementById("timeout");
if (timeout?.showModal) {
    const idle = Number(timeout.dataset.after) * 1000;
    const left = 120000;
    let warn, end;
    const begin = () => {
        clearTimeout(warn);
        clearTimeout(end);
        warn = setTimeout(() => {
            timeout.showModal();
            end = setTimeout(() => location.assign(timeout.dataset.home + "/sign-in?notice=timeout"), left);
        }, idle);
    };
    timeout.querySelector("[data-stay]").addEventListener("click", async () => {
        timeout.close();
        const answer = await fetch(timeout.dataset.home + "/stay", { redirect: "manual", credentials: "same-origin" });
        if (answer.status === 204) begin();
        else location.assign(timeout.dataset.home + "/sign-in?notice=timeout");
    });
    begin();
}
