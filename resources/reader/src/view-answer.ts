/** The verdict: one sentence, four questions, what was checked, and what the bundle says of itself. */

import type { Check } from "./answers.js";
import { card, el, icon, rows, steps } from "./dom.js";
import type { Answer } from "./protocol.js";
import { ALTERED_HINT, LIMIT, type Question } from "./sentences.js";
import { whatToDo } from "./view-open.js";

const FACES: Record<string, [tone: string, image: string]> = {
    intact: ["ok", "shield-check"],
    altered: ["bad", "shield-x"],
    damaged: ["bad", "shield-broken"],
    "sender-not-confirmed": ["warn", "shield-question"],
    "in-doubt": ["bad", "shield-key"],
    closed: ["neutral", "lock"],
    "not-checked": ["neutral", "file"],
};
const TONES: Record<string, string> = {
    ok: "check-circle",
    warn: "alert-circle",
    bad: "x-circle",
    none: "minus",
};
const MOST_CHANGES = 6;

/** The sentence; the second half of two on its own line. */
export function banner(answer: Answer, ...actions: HTMLElement[]): HTMLElement {
    const [tone, image] = FACES[answer.face]!;
    const [first, ...rest] = answer.sentence.split(/(?<=\.) /);
    return el(
        "section",
        { class: `banner ${tone}`, "aria-label": "The verdict" },
        icon(image),
        el(
            "div",
            {},
            el(
                "h1",
                { tabindex: "-1" },
                first!,
                rest.length > 0 ? el("span", {}, ` ${rest.join(" ")}`) : null,
            ),
            el("p", { class: "lead" }, answer.below),
            actions.length > 0 ? el("div", { class: "buttons" }, ...actions) : null,
        ),
    );
}

export function questionsCard(questions: Question[]): HTMLElement {
    const items = questions.map((one) =>
        el(
            "li",
            { class: one.tone },
            el("h3", {}, one.title),
            el("p", { class: "status" }, icon(TONES[one.tone]!), one.answer),
            ...one.evidence.map((line) => el("p", { class: "small" }, line)),
        ),
    );
    return card("Four questions", el("ul", { class: "questions" }, ...items));
}

function statusOf(check: Check): [tone: string, words: string] {
    if (check.passed === true) return ["ok", "Passed"];
    if (check.passed === false) return ["bad", "Failed"];
    if (check.code === "sender") return ["warn", "Not confirmed"];
    return check.code === "name-changed" ? ["warn", "Look"] : ["none", "None"];
}

export function checkedCard(answer: Answer): HTMLElement {
    const order = ["bad", "warn", "ok", "none"];
    const sorted = [...answer.checks];
    if (answer.face !== "intact") {
        sorted.sort((one, other) => order.indexOf(statusOf(one)[0]) - order.indexOf(statusOf(other)[0]));
    }
    const failed = sorted.filter((one) => one.passed === false).length;
    const passed = sorted.filter((one) => one.passed === true).length;
    const count = failed > 0 ? `${failed} failed, ${passed} passed` : `${passed} of ${sorted.length} passed`;
    const items = sorted.map((one) => {
        const [tone, words] = statusOf(one);
        return el(
            "li",
            { class: tone },
            el("p", { class: "status" }, icon(TONES[tone]!), words),
            el(
                "div",
                {},
                el("h3", {}, one.title),
                one.summary ? el("p", { class: "small" }, one.summary) : null,
                one.details.length > 0
                    ? el(
                          "details",
                          {},
                          el("summary", {}, "Details", el("span", { class: "away" }, `: ${one.title}`)),
                          ...one.details.map((line) => el("p", { class: "small mono" }, line)),
                      )
                    : null,
            ),
        );
    });
    const made = card(
        "What was checked",
        el("p", { class: "hint count" }, count),
        el("ul", { class: "checks" }, ...items),
    );
    return made;
}

/** Which exhibit, in words, with the sealed fingerprint beside the one that was found. */
export function changesCard(answer: Answer): HTMLElement {
    const kinds = new Map(answer.exhibits.map((one) => [one.number, one.kind]));
    const places = [...new Set(answer.problems.map((one) => one.where))];
    // Exhibits first: that is what the reader asks.
    places.sort((one, other) => Number(!kinds.has(one)) - Number(!kinds.has(other)));
    const parts = places.slice(0, MOST_CHANGES).map((where) => {
        const problems = answer.problems.filter((one) => one.where === where);
        const kind = kinds.get(where);
        const pair = problems.find((one) => one.expected && one.found);
        return el(
            "div",
            { class: "change" },
            el(
                "p",
                { class: "chip bad" },
                icon("x-circle"),
                kind ? `${where}, ${kind}` : where || "The bundle",
            ),
            ...[...new Set(problems.slice(0, 3).map((one) => one.message))].map((line) => el("p", {}, line)),
            pair
                ? el(
                      "dl",
                      { class: "facts hashes" },
                      el("dt", {}, "Sealed fingerprint"),
                      el("dd", { class: "mono" }, pair.expected),
                      el("dt", {}, "In this file"),
                      el("dd", { class: "mono bad" }, pair.found),
                  )
                : null,
        );
    });
    const more = places.length - MOST_CHANGES;
    const same = answer.exhibits.filter((one) => one.unchanged).length;
    const rest =
        same > 0
            ? `The ${same} other ${same === 1 ? "exhibit is" : "exhibits are"} unchanged.`
            : answer.exhibits.some((one) => !places.includes(one.number))
              ? "No exhibit can be relied on: what would show that is itself changed."
              : "";
    return card(
        "What changed",
        ...parts,
        more > 0
            ? el(
                  "p",
                  { class: "hint" },
                  `And ${more} more ${more === 1 ? "part" : "parts"} of the bundle: see Details below.`,
              )
            : null,
        rest ? el("p", {}, rest) : null,
    );
}

export function aboutCard(answer: Answer): HTMLElement | null {
    return answer.about.length > 0 ? card("About this bundle", rows(answer.about)) : null;
}

export function limitCard(answer: Answer): HTMLElement {
    const always = "No check of this kind can tell who wrote the posts, or whether what they say is true.";
    return card("What this does not tell you", el("p", {}, answer.unchanged ? LIMIT : always));
}

/** The steps after an answer that is not a plain yes. */
export function stepsCard(answer: Answer): HTMLElement | null {
    const made = whatToDo(answer.face, answer.confirmed, answer.failure === "newer");
    if (made !== null && (answer.face === "altered" || answer.face === "damaged")) {
        made.append(el("p", { class: "hint" }, ALTERED_HINT));
    }
    return made;
}

/** What stands for a sender whose key is not the one of the contact: ask before anything else. */
export function doubtCard(): HTMLElement {
    return card(
        "What to do",
        steps([
            ["Do not rely on the bundle yet", "First ask the person you know."],
            [
                "Ask in person, or by a number that you already have",
                "Did they seal it, and do they have a new vault?",
            ],
            ["If they did not, keep the file", "Tell your IT lead and the Chair of Governors."],
        ]),
    );
}

/** The answer for machines, in the form of `evidence-app verify --json`. */
export function jsonCard(answer: Answer): HTMLElement {
    return el(
        "details",
        { class: "card" },
        el("summary", {}, "The answer as JSON, for experts"),
        el("pre", { class: "mono", tabindex: "0", id: "json" }, answer.json),
    );
}
