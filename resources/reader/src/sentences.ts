/** The sentence on the banner, the one below it, and the four questions: in the words of the program. */

import type { Check, Verdict } from "./answers.js";
import { day, dayAndTime } from "./dates.js";
import type { ReaderError } from "./errors.js";

/** The fifth line, shown with every verdict. */
export const LIMIT =
    "It shows the record is unchanged. It does not prove who wrote the posts, or that what they say is true.";
export const ALTERED_HINT = "A damaged download can cause this. It does not show that anyone did wrong.";

const ROLES: Record<string, string> = {
    staff: "member of staff",
    head: "headteacher or chair of governors",
    chair: "chair of governors",
};

export type Face =
    "intact" | "altered" | "sender-not-confirmed" | "in-doubt" | "damaged" | "closed" | "not-checked";
export type Tone = "ok" | "warn" | "bad" | "none";

export interface Question {
    readonly title: string;
    readonly tone: Tone;
    readonly answer: string;
    readonly evidence: string[];
}

/** The check that found another key under the name of a contact, or a name that imitates one. */
function doubt(verdict: Verdict): Check | undefined {
    return verdict.checks.find(
        (one) => ["key-changed", "looks-like"].includes(one.code) && one.passed === false,
    );
}

export function faceOf(verdict: Verdict): Face {
    if (!verdict.unchanged) return "altered";
    if (verdict.confirmed !== null) return "intact";
    return doubt(verdict) === undefined ? "sender-not-confirmed" : "in-doubt";
}

export function faceOfFailure(error: ReaderError): Face {
    if (error.failure === "damaged") return "damaged";
    return error.failure === "not-for-you" || error.failure === "newer" ? "closed" : "not-checked";
}

/** Banner and sub sentence for a verdict. */
export function describe(verdict: Verdict): [string, string] {
    const { facts } = verdict;
    const checked = `Checked on ${dayAndTime(verdict.checkedAt)} on this computer.`;
    const sealed = facts
        ? `Sealed on ${dayAndTime(facts.sealedAt)}, by the clock of the sender’s computer.`
        : "";
    const on = facts ? ` on ${day(facts.sealedAt)}` : "";
    const found = doubt(verdict);
    const since = `Nothing in it has changed since it was sealed${on}. ${claims(verdict)}`;
    switch (faceOf(verdict)) {
        case "altered":
            return [`This bundle has been altered. ${whatChanged(verdict)}`, `${checked} ${ALTERED_HINT}`];
        case "in-doubt":
            return [
                `This bundle is intact, but its sender is in doubt. ${found!.title}.`,
                `${since} ${found!.summary}${also(verdict, found)}`,
            ];
        case "sender-not-confirmed":
            return ["This bundle is intact, but you have not confirmed who sent it.", since + also(verdict)];
        default:
            return [
                `This bundle is intact. Nothing has changed since ${verdict.confirmed} sealed it.`,
                `${sealed} ${checked}${also(verdict)}`,
            ];
    }
}

/** Banner and sub sentence where there is no verdict at all. */
export function describeFailure(error: ReaderError): [string, string] {
    const sentences: Record<string, string> = {
        damaged: "This bundle is damaged. It could not be read to its end.",
        "not-for-you": "This bundle is not sealed for you. It stays closed.",
        newer: "This bundle needs a newer version. This version of Evidence cannot check it.",
        unreadable: "This bundle was not checked.",
        usage: "This bundle was not checked.",
    };
    const otherwise = "This bundle could not be opened. Nothing from it is shown.";
    return [sentences[error.failure] ?? otherwise, error.message];
}

function whatChanged(verdict: Verdict): string {
    const changed = new Set(verdict.exhibits.filter((one) => !one.unchanged).map((one) => one.number));
    const named = verdict.problems.filter((one) => changed.has(one.where));
    const numbers = [...new Set(named.map((one) => one.where))];
    if (numbers.length === 1) return named[0]!.message;
    if (numbers.length > 4) {
        return `${numbers.slice(0, 4).join(", ")} and ${numbers.length - 4} more exhibits are not as they were sealed.`;
    }
    if (numbers.length > 1) {
        return `${numbers.slice(0, -1).join(", ")} and ${numbers.at(-1)} are not as they were sealed.`;
    }
    return verdict.problems[0]!.message;
}

/** Role and school in words, as the bundle has them. */
export function roleAndSchool(role: string, school: string): string {
    return (ROLES[role] ?? role) + (school && `, ${school}`);
}

function claims({ facts }: Verdict): string {
    if (facts === null) return "";
    return `It says it is from ${facts.senderName}, ${roleAndSchool(facts.senderRole, facts.senderSchool)}.`;
}

/** What else must not be missed: checks that failed without making the bundle an altered one. */
function also(verdict: Verdict, said?: Check): string {
    const loud = verdict.checks.filter((one) => one.passed === false && one !== said);
    return loud.map((one) => ` ${one.title}.`).join("");
}

// --- the four questions ---------------------------------------------------------------------------

const UNTRUE: Question = {
    title: "True, and written by whom?",
    tone: "none",
    answer: "No check can tell",
    evidence: ["Whether what the pictures show is true, or who wrote it, no check of this kind can tell."],
};

/** The four questions and the fifth line. */
export function questions(verdict: Verdict): Question[] {
    return [unchanged(verdict), sender(verdict), dated(verdict), consistent(verdict), UNTRUE];
}

/** The same for a bundle that has no verdict. */
export function unanswered(error: ReaderError): Question[] {
    const reasons: Record<string, string> = {
        damaged: "The file could not be read to its end.",
        "not-for-you": "It is sealed for other keys and stayed closed.",
        newer: "This version of the program does not know its format.",
    };
    const reason = reasons[error.failure];
    if (reason === undefined) return [];
    const titles = [UNCHANGED, SENDER, DATED, CONSISTENT];
    const open = titles.map((title): Question => ({
        title,
        tone: "none",
        answer: "Not answered",
        evidence: [reason],
    }));
    return [...open, UNTRUE];
}

const UNCHANGED = "Unchanged since it was sealed?";
const SENDER = "Sealed by whom?";
const DATED = "Dated by whom?";
const CONSISTENT = "Consistent with what was received before?";

function unchanged(verdict: Verdict): Question {
    const lines = checks(verdict, "seal", "files", "record");
    if (verdict.unchanged) return { title: UNCHANGED, tone: "ok", answer: "Yes", evidence: told(lines) };
    const numbers = verdict.exhibits.filter((one) => !one.unchanged).map((one) => one.number);
    const more = numbers.length - 4;
    const named = numbers.slice(0, 4).join(", ") + (more > 0 ? ` and ${more} more` : "");
    const failed = lines.filter((one) => one.passed !== true);
    return { title: UNCHANGED, tone: "bad", answer: named ? `No: ${named}` : "No", evidence: told(failed) };
}

function sender(verdict: Verdict): Question {
    const line = checks(verdict, "sender");
    const doubts = checks(verdict, "key-changed", "looks-like", "name-changed");
    const evidence = told([...line, ...doubts]);
    if (line.some((one) => one.passed === false))
        return { title: SENDER, tone: "bad", answer: "Not known", evidence };
    const loud = doubts.some((one) => one.passed === false);
    if (verdict.confirmed !== null) {
        return { title: SENDER, tone: loud ? "warn" : "ok", answer: verdict.confirmed, evidence };
    }
    const answer = verdict.sender === "known" ? "A known key, not confirmed" : "An unknown key";
    return { title: SENDER, tone: loud ? "bad" : "warn", answer, evidence };
}

function dated(verdict: Verdict): Question {
    const evidence = checks(verdict, "time").map((one) => one.summary);
    return { title: DATED, tone: "none", answer: "Only the sender’s clock", evidence };
}

function consistent(verdict: Verdict): Question {
    const evidence = checks(verdict, "earlier").map((one) => one.summary || one.title);
    return { title: CONSISTENT, tone: "none", answer: "Not compared", evidence };
}

function checks(verdict: Verdict, ...codes: string[]): Check[] {
    return codes.flatMap((code) => verdict.checks.filter((one) => one.code === code));
}

function told(lines: Check[]): string[] {
    return lines.map((one) => [`${one.title}.`, one.summary].filter(Boolean).join(" "));
}
