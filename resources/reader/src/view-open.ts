/** The first two views: choose a bundle, and give what opens it. */

import { button, card, el, icon, size, steps } from "./dom.js";
import type { Need } from "./protocol.js";

/** Choose a file, or drop one. */
export function chooseView(choose: (file: File) => void): HTMLElement {
    const input = el("input", {
        type: "file",
        id: "bundle",
        class: "away",
        tabindex: "-1",
        "aria-hidden": "true",
    });
    input.addEventListener("change", () => {
        const file = input.files?.[0];
        if (file) choose(file);
        input.value = "";
    });
    const zone = el(
        "div",
        { class: "drop" },
        icon("inbox"),
        el("p", { class: "lead" }, "Drop a bundle here: a file that ends in .evidence"),
        button("Choose a bundle", "folder", "primary", () => input.click()),
        el("p", { class: "hint" }, "An opened bundle, as a .tar file, is taken too."),
        input,
    );
    return el(
        "div",
        { class: "view" },
        el("h1", { tabindex: "-1" }, "Is this bundle as it was sealed?"),
        el(
            "p",
            { class: "lead" },
            "Choose the file that you were given. You see in one sentence whether it is intact, who sealed " +
                "it, and what no check can tell.",
        ),
        zone,
        el(
            "div",
            { class: "columns" },
            card(
                "What this page does",
                el(
                    "p",
                    {},
                    "It works in this browser alone. It needs no network, installs nothing, sends nothing, and " +
                        "keeps nothing when you close it.",
                ),
                el(
                    "p",
                    {},
                    "It cannot issue a receipt, and it remembers no earlier bundles. The program Evidence does both.",
                ),
            ),
            card(
                "Where did you get this page?",
                el(
                    "p",
                    {},
                    "A page that came together with a bundle can show whatever its maker likes. Use only a page " +
                        "that your school saved from the program itself: its IT lead can compare the SHA-256 that the " +
                        "program showed.",
                ),
            ),
        ),
    );
}

/** Give the passphrase or the key, then check. */
export function unlockView(
    file: File,
    need: Need,
    check: (passphrase: string, key: string) => void,
    back: () => void,
): { view: HTMLElement; say: (words: string) => void } {
    const message = el("p", { class: "message", role: "alert", hidden: true });
    const field = need === "passphrase" ? passphraseField() : need === "key" ? keyField() : null;
    const form = el(
        "form",
        { class: "card narrow", novalidate: true },
        el(
            "p",
            { class: "file" },
            icon("file"),
            el("strong", {}, file.name),
            el("span", { class: "hint" }, size(file.size)),
        ),
        field?.element ?? el("p", {}, "This is an opened bundle. No key is needed to check it."),
        message,
        el(
            "div",
            { class: "buttons" },
            el("button", { type: "submit", class: "primary" }, icon("shield"), "Check the bundle"),
            button("Choose another file", "", "secondary", back),
        ),
    );
    const say = (words: string): void => {
        message.textContent = words;
        message.hidden = words === "";
        if (words !== "") field?.focus();
    };
    form.addEventListener("submit", (event) => {
        event.preventDefault();
        const value = field?.value() ?? "";
        if (field !== null && value === "") return say(field.empty);
        say("");
        check(need === "passphrase" ? value : "", need === "key" ? value : "");
    });
    const titles = {
        passphrase: "This bundle opens with a passphrase",
        key: "This bundle opens with your key",
        nothing: "This bundle is open already",
    };
    return { view: el("div", { class: "view" }, el("h1", { tabindex: "-1" }, titles[need]), form), say };
}

interface Field {
    readonly element: HTMLElement;
    readonly empty: string;
    value(): string;
    focus(): void;
}

function passphraseField(): Field {
    const input = el("input", {
        type: "password",
        id: "passphrase",
        autocomplete: "off",
        spellcheck: "false",
        autocapitalize: "off",
        "aria-describedby": "passphrase-hint",
    });
    const toggle = el(
        "button",
        { type: "button", class: "secondary", "aria-pressed": "false" },
        icon("eye"),
        "Show",
    );
    toggle.addEventListener("click", () => {
        const visible = input.type === "password";
        input.type = visible ? "text" : "password";
        toggle.setAttribute("aria-pressed", String(visible));
        toggle.replaceChildren(icon(visible ? "eye-off" : "eye"), visible ? "Hide" : "Show");
    });
    return {
        element: el(
            "div",
            { class: "field" },
            el("label", { for: "passphrase" }, "Passphrase"),
            el("div", { class: "joined" }, input, toggle),
            el(
                "p",
                { class: "hint", id: "passphrase-hint" },
                "The sender tells it to you by telephone or in person, never in the message that brought the " +
                    "bundle.",
            ),
        ),
        empty: "Type the passphrase first.",
        value: () => input.value,
        focus: () => input.focus(),
    };
}

function keyField(): Field {
    const area = el("textarea", {
        id: "key",
        rows: "3",
        autocomplete: "off",
        spellcheck: "false",
        autocapitalize: "off",
        "aria-describedby": "key-hint",
    });
    const input = el("input", {
        type: "file",
        class: "away",
        id: "key-file",
        tabindex: "-1",
        "aria-hidden": "true",
    });
    input.addEventListener("change", () => {
        void input.files?.[0]
            ?.slice(0, 65_536)
            .text()
            .then((text) => {
                area.value = text;
                area.focus();
            });
        input.value = "";
    });
    return {
        element: el(
            "div",
            { class: "field" },
            el("label", { for: "key" }, "Your secret key"),
            area,
            el(
                "p",
                { class: "hint", id: "key-hint" },
                "It begins with AGE-SECRET-KEY-1. It stays in this page, and is forgotten when you close it.",
            ),
            el(
                "div",
                {},
                button("Choose the file with my key", "key", "secondary", () => input.click()),
            ),
            input,
        ),
        empty: "Paste your key, or choose the file that holds it.",
        value: () => area.value.trim(),
        focus: () => area.focus(),
    };
}

/** While a bundle is read: how far, how much longer, and Stop. */
export function workingView(stop: () => void): {
    view: HTMLElement;
    update: (done: number, total: number) => void;
} {
    const bar = el("progress", { "aria-label": "Checking the bundle" });
    const words = el(
        "p",
        { class: "hint", role: "status" },
        "Opening it. With a passphrase this takes some seconds.",
    );
    const began = Date.now();
    let said = 0;
    const update = (done: number, total: number): void => {
        bar.max = total;
        bar.value = done;
        // Said now and then only: a screen reader reads each change aloud.
        if (Date.now() - said < 2000 || total === 0) return;
        said = Date.now();
        const seconds = Math.ceil(((Date.now() - began) / 1000) * (total / Math.max(done, 1) - 1));
        const left = seconds < 60 ? `about ${seconds} seconds` : `about ${Math.ceil(seconds / 60)} minutes`;
        words.textContent = `${size(done)} of ${size(total)} read, ${left} left.`;
    };
    const view = el(
        "div",
        { class: "view" },
        el("h1", { tabindex: "-1" }, "Checking the bundle"),
        el("div", { class: "card narrow" }, bar, words, button("Stop", "stop", "secondary", stop)),
    );
    return { view, update };
}

const AGAIN: [string, string][] = [
    ["Keep this file", "Do not delete or rename it."],
    [
        "Ask {who} for a new copy",
        "Their own vault is not affected. Use a USB stick if email may be the cause.",
    ],
    ["Check the new copy here", "If it is intact, use that one."],
    ["If that one fails too", "Keep both, and tell your IT lead and the Chair of Governors."],
];

/** What to do after an answer that is not a plain yes. */
export function whatToDo(face: string, who: string, newer: boolean): HTMLElement | null {
    const closed: [string, string][] = newer
        ? [
              ["Keep this file", "Do not delete or rename it."],
              [
                  "Ask your IT lead for a newer reader page",
                  "It is saved from the newest version of the program.",
              ],
              ["Check it again then", "With the new version it opens."],
          ]
        : [
              [
                  "Was it meant for you?",
                  "It opens only for the people that the sender named. It may have been sent to you by mistake.",
              ],
              [
                  "If it was, tell the sender",
                  "They can seal it for your key, or for a passphrase. Nothing is lost by that.",
              ],
              ["If not, tell the sender that it has reached you", "Pass it to nobody else."],
          ];
    const all = face === "closed" ? closed : face === "altered" || face === "damaged" ? AGAIN : [];
    if (all.length === 0) return null;
    const filled = all.map(([title, text]): [string, string] => [
        title.replace("{who}", who || "the sender"),
        text,
    ]);
    return card("What to do", steps(filled));
}
