/**
 * The four answers of a verdict and the lines of "What was checked".
 *
 * What is decided here is decided by what the reader brought, never by a name in the bundle. The words are
 * the program's; a test holds the two together. This page remembers no earlier bundles and believes no time
 * stamp service, so those two questions always stay open here.
 */

import { samePerson, looksLike } from "./alike.js";
import { hex, same, unhex, type Bytes } from "./bytes.js";
import type { Card } from "./card.js";
import { day, dayAndTime } from "./dates.js";
import {
    FILE_STEPS,
    RECORD_STEPS,
    SEAL_STEPS,
    SEALED_BY_LEDGER,
    SEALED_BY_SIGNATURE,
    STEPS,
    type Problem,
    type Step,
    type Work,
} from "./findings.js";
import * as layout from "./layout.js";
import { RELATIONS, type Derived } from "./records.js";
import { fingerprint } from "./sshsig.js";
import { readStamp, StampError } from "./stamp.js";
import { byCode, shown, shownName } from "./text.js";
import { bundleWords, keyWords } from "./words.js";

const MAX_DETAILS = 20;
const MAX_SERVICE = 120;

/** A person whose card the reader gave. Confirmed only where the eight words were compared. */
export interface Contact {
    readonly card: Card;
    readonly confirmedAt: Date | null;
    readonly confirmedHow: string;
}

export type SenderStatus = "confirmed" | "known" | "unknown";

/** One line of "What was checked". `passed` null means there was nothing to compare. */
export interface Check {
    readonly code: string;
    readonly passed: boolean | null;
    readonly title: string;
    readonly summary: string;
    readonly details: string[];
}

export interface ExhibitVerdict {
    readonly number: string;
    readonly unchanged: boolean;
    readonly kind: string;
}

/** What a bundle says about itself; every word is the sender's claim until the sender is confirmed. */
export interface Facts {
    readonly bundleId: string;
    readonly senderName: string;
    readonly senderRole: string;
    readonly senderSchool: string;
    readonly senderWords: string[];
    readonly incident: string;
    readonly title: string;
    readonly sealedFor: string[];
    readonly asks: string;
    readonly sealedAt: Date;
    readonly entries: number;
    readonly digest: string;
    readonly words: string[];
    readonly leftOut: [string, string][];
}

export interface Verdict {
    readonly unchanged: boolean;
    readonly sender: SenderStatus;
    readonly exhibits: ExhibitVerdict[];
    readonly problems: Problem[];
    readonly checks: Check[];
    readonly facts: Facts | null;
    readonly checkedAt: Date;
    /** The reader's own name for a confirmed sender. */
    readonly confirmed: string | null;
}

function check(
    code: string,
    passed: boolean | null,
    title: string,
    summary: string,
    details: string[] = [],
): Check {
    return { code, passed, title, summary, details };
}

/** The verdict on what was examined; `unchanged` only if every step was done and none failed. */
export function verdictOn(work: Work, contacts: Contact[], checkedAt: Date): Verdict {
    const unchanged = work.problems.length === 0 && work.failed.size === 0 && work.done.size === STEPS.length;
    const contact = contactWith(work.signer, contacts);
    const confirmed = contact?.confirmedAt ? contact : null;
    const checks = [
        sealLine(work, confirmed),
        filesLine(work),
        recordLine(work),
        timeLine(work),
        senderLine(work, contact),
        check("earlier", null, "No earlier bundles to compare", ""),
        ...warnings(work, contacts, contact, confirmed),
    ];
    return {
        unchanged,
        sender: confirmed ? "confirmed" : contact ? "known" : "unknown",
        exhibits: exhibits(work, contact),
        problems: work.problems,
        checks,
        facts: factsOf(work),
        checkedAt,
        confirmed: confirmed?.card.name ?? null,
    };
}

/** The reader's own contact with this key, a confirmed one first. */
function contactWith(key: Bytes | null, contacts: Contact[]): Contact | null {
    const found = contacts.filter((one) => key !== null && same(one.card.key, key));
    return found.find((one) => one.confirmedAt !== null) ?? found[0] ?? null;
}

function senderLine(work: Work, contact: Contact | null): Check {
    if (work.signer === null) {
        return check("sender", false, "It is not known who sealed it", "The signature does not fit.");
    }
    const details = [`Fingerprint of the key: ${keyWords(work.signer).join(" ")}`, fingerprint(work.signer)];
    if (contact === null) {
        return check(
            "sender",
            null,
            "You do not know this sender yet",
            "None of your contacts has the key that sealed this bundle. Treat the name as a claim.",
            details,
        );
    }
    const { name } = contact.card;
    if (contact.confirmedAt === null) {
        return check(
            "sender",
            null,
            "You have not confirmed this sender",
            `The key is the one on the card of ${name}, but you have not compared the fingerprint.`,
            details,
        );
    }
    const how = contact.confirmedHow && ` (${contact.confirmedHow})`;
    const then = `You confirmed the fingerprint of ${name} on ${day(contact.confirmedAt)}${how}.`;
    return check("sender", true, "You know the sender", then, details);
}

function warnings(
    work: Work,
    contacts: Contact[],
    contact: Contact | null,
    confirmed: Contact | null,
): Check[] {
    const found: Check[] = [];
    const name = work.card?.name;
    if (name === undefined) return found;
    if (confirmed === null && work.signer !== null) found.push(...otherKeys(work.signer, name, contacts));
    if (contact !== null && !samePerson(contact.card.name, name)) {
        found.push(
            check(
                "name-changed",
                null,
                `The card in the bundle gives another name than you have for ${contact.card.name}`,
                `It says ${name}. The key is the one of your contact.`,
            ),
        );
    }
    return found;
}

/** A contact of this name, or else of one that looks like it, who has another key. */
function otherKeys(signer: Bytes, name: string, contacts: Contact[]): Check[] {
    const others = contacts.filter((one) => !same(one.card.key, signer)).map((one) => one.card);
    const equal = others.find((other) => samePerson(other.name, name));
    if (equal !== undefined) {
        return [
            check(
                "key-changed",
                false,
                `This is not the key that you have for ${equal.name}`,
                "Somebody new may be using the name, or the person has a new vault. " +
                    "Ask them in person before you rely on it.",
                [`Key in your contacts: ${fingerprint(equal.key)}`],
            ),
        ];
    }
    const alike = others.find((other) => looksLike(other.name, name));
    if (alike === undefined) return [];
    return [
        check(
            "looks-like",
            false,
            `The name only looks like that of ${alike.name}`,
            "It is written with other letters, and it is not the key that you have. " +
                "Somebody may want to be taken for your contact.",
        ),
    ];
}

// --- what was checked -----------------------------------------------------------------------------

function sealLine(work: Work, confirmed: Contact | null): Check {
    const problems = messages(work, SEAL_STEPS);
    if (problems.length > 0 || !work.clean(SEAL_STEPS)) {
        return check("seal", false, "The seal is broken", first(problems), problems);
    }
    const whose = confirmed
        ? `The digital signature of ${confirmed.card.name}`
        : "The signature of the key in it";
    return check("seal", true, "The seal is unbroken", `${whose} is on the whole bundle.`, [
        `Words of this bundle: ${wordsOf(work).join(" ")}`,
        `SHA-256 of what is signed: ${digest(work)}`,
    ]);
}

function filesLine(work: Work): Check {
    const problems = messages(work, FILE_STEPS);
    if (problems.length > 0 || !work.clean(FILE_STEPS)) {
        const several = problems.length > 1;
        const title = several ? "Files are not as they were sealed" : "One file is not as it was sealed";
        return check("files", false, title, first(problems), problems);
    }
    // A time stamp is made after the seal, which cannot cover it; the line about the time speaks of it.
    const sealed = [...work.bag.files.keys()].filter((name) => !layout.TIME_STAMPS.includes(name)).length;
    return check(
        "files",
        true,
        "Every file is as it was sealed",
        `${sealed} files, none changed, missing or added.`,
    );
}

function recordLine(work: Work): Check {
    const problems = messages(work, RECORD_STEPS);
    if (problems.length > 0 || !work.clean(RECORD_STEPS) || work.checkpoint === null) {
        return check("record", false, "The chain of records does not fit", first(problems), problems);
    }
    const { size } = work.checkpoint;
    const follow = size === 1 ? "entry follows" : "entries follow";
    const opened = work.entries?.length ?? 0;
    return check(
        "record",
        true,
        "The chain of records is complete",
        `${size} ${follow} on from each other, with no gaps.`,
        [
            `${opened} of them are opened in this bundle; the others are counted, not shown.`,
            "Each exhibit is the one that was recorded at its capture.",
            ...copies(work),
            `End of the record: ${hex(work.checkpoint.link)}`,
        ],
    );
}

/** Stamps are only ever claims here: what they say is told, and that nothing on this page confirms it. */
function timeLine(work: Work): Check {
    const said = work.claims ? `It says ${day(new Date(work.claims.sealedAt))}. ` : "";
    const { held } = work.bag;
    const stamps = layout.TIME_STAMPS.flatMap((name) => held.get(name) ?? []);
    const signature = held.get(layout.SIGNATURE);
    const claims = signature === undefined ? [] : stamps.map((stamp) => claimOf(stamp, signature));
    const broken = claims.some((one) => one.broken);
    const words = claims.length === 0 ? "No time stamp." : claims.map((one) => one.words).join(" ");
    return check("time", broken ? false : null, "The time is only that computer’s clock", said + words, [
        "Nobody outside has confirmed when it was sealed.",
    ]);
}

function claimOf(stamp: Uint8Array, signature: Uint8Array): { words: string; broken: boolean } {
    try {
        const { by, at } = readStamp(stamp, signature);
        const who = shown(by, MAX_SERVICE) || "a service without a name";
        const words = `A time stamp calls itself one of ${who}, ${dayAndTime(at)}`;
        return { words: `${words}; you have no certificate that confirms that.`, broken: false };
    } catch (error) {
        if (!(error instanceof StampError)) throw error;
        return { words: `There is a file for a time stamp, but: ${error.message}`, broken: true };
    }
}

/** Of what the copies in the bundle were made, and whether the reader has that too. */
function copies(work: Work): string[] {
    const numbers = work.bag.numbers();
    const found = numbers.flatMap((number) => {
        const derived = derivedOf(work, number);
        if (derived === null) return [];
        const closed = numbers.includes(derived.number) ? "" : ", which stays closed";
        const words = `${RELATIONS[derived.relation]} of ${derived.number}`;
        return [`${number} is a ${words}, of what entry ${derived.seq} sealed${closed}.`];
    });
    return found.slice(0, MAX_DETAILS);
}

function messages(work: Work, steps: Step[]): string[] {
    return work.messages(steps).slice(0, MAX_DETAILS);
}

function first(found: string[]): string {
    if (found.length === 0) return "It could not be checked, because of another problem.";
    return found.length === 1 ? found[0]! : `${found[0]} And ${found.length - 1} more.`;
}

// --- exhibits and facts ---------------------------------------------------------------------------

/**
 * Every exhibit that is here or should be. Unchanged means: nothing was found about it, and it hangs on a
 * signature that fits, that of the ledger or that of the bundle. Anybody can sign lists of changed files with
 * a key of their own, so that of the bundle counts only if its key is a contact's.
 */
function exhibits(work: Work, contact: Contact | null): ExhibitVerdict[] {
    const signed = contact !== null && work.clean(SEALED_BY_SIGNATURE);
    const anchored = signed || work.clean(SEALED_BY_LEDGER);
    const touched = new Set(work.problems.map((problem) => problem.where));
    const numbers = new Set([...work.bag.numbers(), ...[...touched].filter(layout.isNumber)]);
    return [...numbers].sort(byCode).map((number) => ({
        number,
        unchanged: anchored && !touched.has(number),
        kind: kindOf(work, number),
    }));
}

function kindOf(work: Work, number: string): string {
    const derived = derivedOf(work, number);
    return derived ? RELATIONS[derived.relation]! : layout.kindOfName(work.bag.original(number) ?? "");
}

function derivedOf(work: Work, number: string): Derived | null {
    const records = work.told?.captured.get(number) ?? [];
    return records.length === 1 ? records[0]!.derived : null;
}

function digest(work: Work): string {
    return work.bag.files.get(layout.TAG_MANIFEST)?.sha256 ?? "";
}

function wordsOf(work: Work): string[] {
    const text = digest(work);
    return text === "" ? [] : bundleWords(unhex(text));
}

/** What could be read of the bundle's own words, safe to show; null where it names no sender. */
function factsOf(work: Work): Facts | null {
    const { card, claims } = work;
    if (card === null || claims === null) return null;
    const key = work.signer ?? card.key;
    return {
        bundleId: shownName(claims.bundleId),
        senderName: card.name,
        senderRole: card.role,
        senderSchool: card.school,
        senderWords: keyWords(key),
        incident: shownName(claims.reference),
        title: shown(work.told?.titles.get(claims.reference) ?? "", 200),
        sealedFor: claims.sealedFor.map(shownName),
        asks: shown(claims.asks),
        sealedAt: new Date(claims.sealedAt),
        entries: work.checkpoint?.size ?? 0,
        digest: digest(work),
        words: wordsOf(work),
        leftOut: [...claims.leftOut].map(([number, reason]) => [shownName(number), shown(reason, 500)]),
    };
}
