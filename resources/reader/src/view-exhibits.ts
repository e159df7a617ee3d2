/** The exhibits: covered until asked, one at a time, covered again on leaving. */

import { dayAndTime } from "./dates.js";
import { button, card, el, icon, rows, save, size } from "./dom.js";
import type { ShownExhibit, ShownFile, ShownStatement } from "./protocol.js";

/** Reads a file of the bundle; raises an error with a sentence for the reader. */
export type Open = (file: ShownFile) => Promise<Blob>;

// What browsers draw from still pixels. Anything that moves or runs is only ever saved.
const PICTURES = ["image/png", "image/jpeg", "image/webp", "image/bmp", "image/gif"];
const TEXTS = ["text/plain", "text/csv", "application/json", "text/xml", "message/rfc822", "text/html"];
const MOST_TEXT = 100_000;
const MOST_PICTURE = 512 * 1024 * 1024;

const LEVELS: Record<string, string> = {
    C0: "statement only",
    C1: "a copy that was brought in",
    C2: "captured from the screen",
    C3: "captured by the built-in browser",
    C4: "captured, and a second person saw it live",
};

let covered: (() => void) | null = null;

/** Cover whatever is being shown. */
export function coverAll(): void {
    covered?.();
    covered = null;
}

export function exhibitsCard(
    exhibits: ShownExhibit[],
    open: Open,
    say: (words: string) => void,
): HTMLElement | null {
    if (exhibits.length === 0) return null;
    const made = card(
        "Exhibits",
        el(
            "p",
            { class: "hint" },
            "Covered until you ask for one. What you save is no longer protected: put it only where it may be.",
        ),
        el("ul", { class: "exhibits" }, ...exhibits.map((one) => exhibitItem(one, open, say))),
    );
    made.id = "exhibits";
    return made;
}

function exhibitItem(one: ShownExhibit, open: Open, say: (words: string) => void): HTMLElement {
    const status = one.unchanged
        ? el("p", { class: "status ok" }, icon("check-circle"), "Unchanged")
        : el(
              "p",
              { class: "status bad" },
              icon("x-circle"),
              "Not shown: it is not known to be as it was sealed",
          );
    const facts: [string, string][] = [];
    if (one.sealedAt) facts.push(["Sealed", dayAndTime(new Date(one.sealedAt))]);
    if (one.level) facts.push(["How it was collected", `${one.level}: ${LEVELS[one.level] ?? one.method}`]);
    const stage = el("div", { class: "stage" });
    const message = el("p", { class: "message", role: "alert", hidden: true });
    const [original, ...beside] = one.files;
    const buttons = original ? actions(one, original, stage, message, open, say) : [];
    for (const file of beside) buttons.push(saveButton(one, file, `Save ${baseName(file)}`, message, open));
    return el(
        "li",
        { class: "exhibit" },
        el("h3", {}, `${one.number}, ${one.kind}`),
        status,
        facts.length > 0 ? rows(facts) : null,
        stage,
        message,
        buttons.length > 0 ? el("div", { class: "buttons" }, ...buttons) : null,
        one.statements.length > 0 ? saidDetails(`What was stated about ${one.number}`, one.statements) : null,
    );
}

function baseName(file: ShownFile): string {
    return file.name.slice(file.name.lastIndexOf("/") + 1);
}

/** `HXA-001-original.png`: no name of the sender's making. */
function fileName(one: ShownExhibit, file: ShownFile): string {
    return `${one.number.replace("/", "-")}-${baseName(file)}`;
}

function saveButton(
    one: ShownExhibit,
    file: ShownFile,
    words: string,
    message: HTMLElement,
    open: Open,
): HTMLElement {
    return button(`${words} (${size(file.size)})`, "download", "secondary", () => {
        void attempt(message, async () => save(await open(file), fileName(one, file)));
    });
}

async function attempt(message: HTMLElement, act: () => Promise<void>): Promise<void> {
    message.hidden = true;
    try {
        await act();
    } catch (error) {
        message.textContent = error instanceof Error ? error.message : String(error);
        message.hidden = false;
    }
}

function actions(
    one: ShownExhibit,
    file: ShownFile,
    stage: HTMLElement,
    message: HTMLElement,
    open: Open,
    say: (words: string) => void,
): HTMLElement[] {
    const show = el("button", { type: "button", class: "secondary", "aria-expanded": "false" });
    const label = (visible: boolean): void => {
        show.replaceChildren(
            icon(visible ? "eye-off" : "eye"),
            visible ? `Cover ${one.number}` : `Show ${one.number}`,
        );
        show.setAttribute("aria-expanded", String(visible));
    };
    const cover = (): void => {
        stage.replaceChildren(veil(one));
        label(false);
    };
    cover();
    show.addEventListener("click", () => {
        if (show.getAttribute("aria-expanded") === "true") return coverAll();
        coverAll();
        void attempt(message, async () => {
            stage.replaceChildren(await drawn(one, file, await open(file)));
            label(true);
            covered = cover;
            say(`${one.number} is shown.`);
        });
    });
    return [...(canShow(file) ? [show] : []), saveButton(one, file, `Save ${one.number}`, message, open)];
}

function canShow(file: ShownFile): boolean {
    return PICTURES.includes(file.mediaType) ? file.size <= MOST_PICTURE : TEXTS.includes(file.mediaType);
}

function veil(one: ShownExhibit): HTMLElement {
    return el("div", { class: "veil" }, icon("eye-off"), el("span", {}, `${one.number} is covered`));
}

/** Pictures as still pixels, texts as plain text: nothing of an exhibit runs, moves or is loaded. */
async function drawn(one: ShownExhibit, file: ShownFile, data: Blob): Promise<HTMLElement> {
    if (!PICTURES.includes(file.mediaType)) {
        const text = await data.slice(0, MOST_TEXT).text();
        const more = data.size > MOST_TEXT ? "\n… Save it to read the rest." : "";
        return el(
            "pre",
            { class: "text", tabindex: "0" },
            text.replace(/[\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c]/g, "\ufffd") + more,
        );
    }
    let picture: ImageBitmap;
    try {
        picture = await createImageBitmap(data);
    } catch {
        throw new Error(
            "This browser cannot show this picture. Nothing was changed. Save it, and open it with another " +
                "program.",
        );
    }
    const canvas = el("canvas", {
        class: "picture",
        role: "img",
        "aria-label": `The ${one.kind} ${one.number}`,
    });
    canvas.width = picture.width;
    canvas.height = picture.height;
    canvas.getContext("2d")?.drawImage(picture, 0, 0);
    picture.close();
    return canvas;
}

/** What people said, with who and when: never mixed with what was observed. */
export function saidDetails(heading: string, statements: ShownStatement[]): HTMLElement {
    const items = statements.flatMap((one) => [
        el(
            "dt",
            {},
            one.field.replaceAll("_", " ").replace(/^./, (first) => first.toUpperCase()),
        ),
        el(
            "dd",
            {},
            el("span", { class: "said" }, one.value),
            el("span", { class: "hint" }, `${one.source}, by ${one.by}, ${dayAndTime(new Date(one.at))}`),
        ),
    ]);
    return el("details", {}, el("summary", {}, heading), el("dl", { class: "facts" }, ...items));
}
