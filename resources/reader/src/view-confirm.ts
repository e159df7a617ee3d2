/** Who sealed it: compare eight words with the sender, in person or by telephone; only then "confirmed". */

import { button, card, el } from "./dom.js";
import type { ShownCard } from "./protocol.js";

let names = 0;

/**
 * The question whether eight words match. `matched` gets how they were compared; it is not called before that
 * is said. `source` says where the words come from. `doubtful`: there is a reason to expect somebody else, and
 * the main button is "No".
 */
export function confirmCard(
    shown: ShownCard,
    source: string,
    matched: (how: string) => void,
    refused: () => void,
    doubtful: boolean,
): HTMLElement {
    const group = `how-${names++}`;
    const message = el("p", { class: "message", role: "alert", hidden: true });
    const choices = ["in person", "by telephone"].map((how) => {
        const input = el("input", { type: "radio", name: group, value: how });
        return {
            input,
            label: el(
                "label",
                { class: "choice" },
                input,
                how === "in person" ? "In person" : "By telephone",
            ),
        };
    });
    const yes = (): void => {
        const chosen = choices.find((one) => one.input.checked);
        message.hidden = chosen !== undefined;
        if (chosen === undefined)
            message.textContent = "Say first how you compared them: in person, or by telephone.";
        else matched(chosen.input.value);
    };
    const words = shown.words.map((word, at) =>
        el("li", {}, el("span", { class: "hint" }, String(at + 1)), word),
    );
    const made = card(
        `${doubtful ? "Find out whether" : "Confirm"} it is ${shown.name}`,
        el(
            "ol",
            { class: "steps" },
            el(
                "li",
                {},
                el("strong", {}, `Meet ${shown.name}, or ring on a number you already have`),
                el("span", {}, "Do not use a phone number or email that came with the bundle."),
            ),
            el(
                "li",
                {},
                el("strong", {}, "Ask them to open Contacts, then ‘My eight words’"),
                el("span", {}, "They will see eight words on their screen."),
            ),
            el(
                "li",
                {},
                el("strong", {}, "Ask them to read out their words. Compare them with these"),
                el("span", {}, source),
            ),
        ),
        el("ol", { class: "words", "aria-label": "Eight words" }, ...words),
        el("fieldset", {}, el("legend", {}, "How did you compare them?"), ...choices.map((one) => one.label)),
        el("h3", {}, "Are all eight words the same, in the same order?"),
        message,
        el(
            "div",
            { class: "buttons" },
            button("Yes, all eight match", "check", doubtful ? "secondary" : "primary", yes),
            button("No, or I am not sure", "", doubtful ? "primary" : "secondary", refused),
        ),
    );
    made.id = "question";
    return made;
}

/** Give a contact card: drop it, choose it, or paste its text. */
export function giveCard(give: (data: Uint8Array) => Promise<string>): HTMLElement {
    const area = el("textarea", { id: "card-text", rows: "4", spellcheck: "false", autocomplete: "off" });
    const input = el("input", {
        type: "file",
        id: "card-file",
        class: "away",
        tabindex: "-1",
        "aria-hidden": "true",
    });
    const message = el("p", { class: "message", role: "alert", hidden: true });
    const take = async (data: Uint8Array): Promise<void> => {
        message.textContent = await give(data);
        message.hidden = message.textContent === "";
    };
    input.addEventListener("change", () => {
        const file = input.files?.[0];
        // One byte more than a card may have, so that a longer file is refused and not cut.
        void file
            ?.slice(0, 16 * 1024 + 1)
            .arrayBuffer()
            .then((data) => take(new Uint8Array(data)));
        input.value = "";
    });
    const pasted = (): void => {
        const text = area.value.replace(/\r\n/g, "\n").replace(/^\s+|\s+$/g, "");
        void take(new TextEncoder().encode(`${text}\n`));
    };
    return el(
        "details",
        { class: "card" },
        el("summary", {}, "I have the sender’s contact card"),
        el(
            "p",
            { class: "hint" },
            "A file that ends in .evidence-contact, which the sender gave you by another way. This page " +
                "forgets it when you close it.",
        ),
        el(
            "div",
            { class: "buttons" },
            button("Choose the card", "card", "secondary", () => input.click()),
            input,
        ),
        el("label", { for: "card-text" }, "Or paste its text"),
        area,
        message,
        el("div", { class: "buttons" }, button("Use this text", "", "secondary", pasted)),
    );
}
