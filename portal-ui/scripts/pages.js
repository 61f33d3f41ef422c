// Small comforts; every page works without them.

// Says what is wrong to people who listen.
document.getElementById("problem")?.focus();

for (const button of document.querySelectorAll("button[data-show]")) {
    const input = document.getElementById(button.dataset.show);
    button.hidden = false;
    button.setAttribute("aria-controls", input.id);
    button.addEventListener("click", () => {
        const showing = input.type === "text";
        input.type = showing ? "password" : "text";
        button.textContent = showing ? "Show" : "Hide";
        button.setAttribute("aria-label", showing ? "Show password" : "Hide password");
    });
    // Browsers would offer a shown password as a remembered text.
    input.form.addEventListener("submit", () => { input.type = "password"; });
}

for (const form of document.querySelectorAll("form[data-once]")) {
    const button = form.querySelector("button[type=submit]");
    const words = button.textContent;
    let sent = false;
    form.addEventListener("submit", (event) => {
        if (sent) {
            event.preventDefault();
            return;
        }
        sent = true;
        button.textContent = form.dataset.once;
        button.setAttribute("aria-disabled", "true");
    });
    // The page may come back from the browser's memory.
    window.addEventListener("pageshow", () => {
        sent = false;
        button.textContent = words;
        button.removeAttribute("aria-disabled");
    });
}
