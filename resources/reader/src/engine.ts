/**
 * Answers the page's requests. It holds one bundle: the file that was chosen and what was found in it; the
 * exhibits stay in the file, and are read from it again, and compared with their digest again, when asked for.
 */

import { sha256 } from "@noble/hashes/sha2.js";

import { isAge, MAX_HEADER, Payload, wantsPassphrase } from "./age.js";
import { verdictOn, type Contact, type Verdict } from "./answers.js";
import { hex, latin, same, type Bytes } from "./bytes.js";
import { CardError, readCard } from "./card.js";
import { damaged, IntegrityError, notOurs, ReaderError } from "./errors.js";
import type { Work } from "./findings.js";
import * as layout from "./layout.js";
import type {
    Answer,
    GivenCard,
    Need,
    Refusal,
    Replies,
    Request,
    ShownExhibit,
    ShownFile,
    ShownStatement,
} from "./protocol.js";
import { isIdentity } from "./recipient.js";
import type { Statement } from "./records.js";
import {
    describe,
    describeFailure,
    faceOf,
    faceOfFailure,
    questions,
    roleAndSchool,
    unanswered,
} from "./sentences.js";
import { FileSource, type Source } from "./source.js";
import { ForeignTar, readTar } from "./tar.js";
import { plural, shown, strip } from "./text.js";
import { Verifier } from "./verify.js";
import { keyWords } from "./words.js";

const MAX_IDENTITIES = 64;
const PIECE = 4 * 1024 * 1024;
const PROGRESS_MS = 100;

export type Progress = (done: number, total: number) => void;

export class Engine {
    private source: Source | null = null;
    private work: Work | null = null;
    private contacts: Contact[] = [];
    private checkedAt = new Date();

    constructor(private readonly progress: Progress) {}

    async handle(request: Request): Promise<Replies[Request["act"]]> {
        switch (request.act) {
            case "look":
                return look(await startOf(new FileSource(request.file)));
            case "check":
                return this.check(request.file, request.passphrase, request.key, request.cards);
            case "cards":
                this.contacts = await contactsOf(request.cards);
                return this.answer();
            case "card": {
                const card = await readCard(request.data);
                return {
                    name: card.name,
                    role: roleAndSchool(card.role, card.school),
                    words: keyWords(card.key),
                };
            }
            case "open":
                return this.open(request.name);
        }
    }

    private async check(file: Blob, passphrase: string, key: string, cards: GivenCard[]): Promise<Answer> {
        this.source = this.work = null;
        this.contacts = await contactsOf(cards);
        const sealed = new FileSource(file);
        const start = await startOf(sealed);
        const verifier = new Verifier();
        let told = 0;
        const progress = async (at: number): Promise<void> => {
            if (Date.now() - told < PROGRESS_MS) return;
            told = Date.now();
            this.progress(Math.min(at, sealed.size), sealed.size);
            // Where there is no worker, the page has to breathe.
            await new Promise((resolve) => setTimeout(resolve));
        };
        const keys = { passphrase, identities: identitiesOf(key, start) };
        const source: Source = look(start) === "nothing" ? sealed : await Payload.open(sealed, start, keys);
        try {
            await readTar(source, verifier, progress);
        } catch (error) {
            throw error instanceof ForeignTar ? notOurs() : error;
        }
        const work = await verifier.finish();
        this.source = source;
        this.work = work;
        this.checkedAt = new Date();
        return this.answer();
    }

    private answer(): Answer {
        if (this.work === null) throw new ReaderError("usage", "There is no bundle here. Choose one.");
        const verdict = verdictOn(this.work, this.contacts, this.checkedAt);
        return answerOn(this.work, verdict);
    }

    /** A file of the bundle, read again; raises where it may not be shown, or is not what was checked. */
    private async open(name: string): Promise<Blob> {
        const file = this.work?.bag.files.get(name);
        const answer = this.answer();
        const allowed = [
            ...answer.exhibits.flatMap((one) => one.files),
            ...(answer.report ? [answer.report] : []),
        ];
        const wanted = allowed.find((one) => one.name === name);
        if (this.source === null || file === undefined || wanted === undefined) {
            throw new ReaderError("usage", "This file is not one that can be shown. Nothing was opened.");
        }
        const digest = sha256.create();
        const pieces: Blob[] = [];
        let parts: Bytes[] = [];
        let held = 0;
        for (let done = 0; done < file.size;) {
            const got = await this.source.read(file.at + done, file.size - done);
            if (got.length === 0) throw damaged();
            digest.update(got);
            parts.push(new Uint8Array(got));
            done += got.length;
            held += got.length;
            // Handed to the browser, which may keep it on its own disk.
            if (held >= PIECE || done === file.size) {
                pieces.push(new Blob(parts));
                parts = [];
                held = 0;
                this.progress(done, file.size);
            }
        }
        if (hex(digest.digest()) !== file.sha256) {
            throw new ReaderError(
                "unreadable",
                "The file was changed while this page was open. Nothing of it is shown. Check it again.",
            );
        }
        return new Blob(pieces, { type: wanted.mediaType });
    }
}

/** How the page shows what has no verdict. */
export function refusalOf(error: unknown): Refusal {
    const known =
        error instanceof ReaderError
            ? error
            : error instanceof CardError || error instanceof IntegrityError
              ? new ReaderError("usage", error.message)
              : error instanceof RangeError
                ? new ReaderError(
                      "unreadable",
                      "There is not enough free memory in this browser. Nothing was changed. " +
                          "Close other pages, or use another computer, and try again.",
                  )
                : new ReaderError(
                      "unreadable",
                      "Something went wrong in this page. Nothing was changed. Try it again.",
                  );
    const [sentence, below] = describeFailure(known);
    const answer: Answer = {
        face: faceOfFailure(known),
        failure: known.failure,
        sentence,
        below,
        questions: unanswered(known),
        checks: [],
        problems: [],
        exhibits: [],
        unchanged: false,
        confirmed: "",
        about: [],
        said: [],
        sender: null,
        card: null,
        report: null,
        json: JSON.stringify(
            known.failure === "damaged"
                ? damagedJson(known)
                : { failure: known.failure, message: known.message },
            null,
            2,
        ),
    };
    return { failure: known.failure, message: known.message, answer };
}

async function startOf(source: Source): Promise<Uint8Array> {
    return (await source.read(0, MAX_HEADER)).slice();
}

function look(start: Uint8Array): Need {
    if (isAge(start)) return wantsPassphrase(start) ? "passphrase" : "key";
    if (latin(start.subarray(257, 262)) !== "ustar") throw notOurs();
    return "nothing";
}

/** The keys of an identity file as `age-keygen` writes it: one a line, `#` starts a comment line. */
function identitiesOf(text: string, start: Uint8Array): string[] {
    if (look(start) !== "key") return [];
    const keys = text
        .split(/\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]/)
        .map(strip)
        .filter((line) => line && !line.startsWith("#"));
    const usage = (what: string): ReaderError => new ReaderError("usage", what);
    if (keys.length === 0) {
        throw usage(
            "There is no secret key here. Nothing was opened. Choose the file with your key, or paste it.",
        );
    }
    if (keys.length > MAX_IDENTITIES)
        throw usage(`There are more than ${MAX_IDENTITIES} keys here. Nothing was opened.`);
    if (!keys.every(isIdentity)) {
        throw usage("This is not a secret key (AGE-SECRET-KEY-1…). Nothing was opened. Copy it again.");
    }
    return keys;
}

async function contactsOf(cards: GivenCard[]): Promise<Contact[]> {
    return Promise.all(
        cards.map(async ({ data, how, at }) => ({
            card: await readCard(data),
            confirmedAt: how === "" ? null : new Date(at),
            confirmedHow: how,
        })),
    );
}

// --- what is shown --------------------------------------------------------------------------------

function answerOn(work: Work, verdict: Verdict): Answer {
    const [sentence, below] = describe(verdict);
    const { facts } = verdict;
    const fromItsOwnCard = work.card !== null && work.signer !== null && same(work.card.key, work.signer);
    const report = work.bag.files.get(layout.REPORT);
    return {
        face: faceOf(verdict),
        failure: null,
        sentence,
        below,
        questions: questions(verdict),
        checks: verdict.checks,
        problems: verdict.problems,
        exhibits: verdict.exhibits.map((one) => exhibitOf(work, one.number, one.kind, one.unchanged)),
        unchanged: verdict.unchanged,
        confirmed: verdict.confirmed ?? "",
        about: aboutOf(verdict),
        // Of an altered bundle no words are shown: they could be the changed ones.
        said:
            verdict.unchanged && work.claims
                ? newest(work.told?.statements.get(work.claims.reference) ?? [])
                : [],
        sender: facts && { name: facts.senderName, words: facts.senderWords },
        card: fromItsOwnCard ? (work.bag.held.get(layout.CARD) ?? null) : null,
        report:
            verdict.unchanged && report
                ? { name: layout.REPORT, mediaType: "application/pdf", size: report.size }
                : null,
        json: JSON.stringify(verdictJson(verdict, `${sentence} ${below}`), null, 2),
    };
}

function exhibitOf(work: Work, number: string, kind: string, unchanged: boolean): ShownExhibit {
    const records = work.told?.captured.get(number) ?? [];
    const record = unchanged && records.length === 1 ? records[0]! : null;
    const names = unchanged ? [...work.bag.originals(number), ...work.bag.beside(number)] : [];
    const files = names.map((name): ShownFile => {
        return { name, mediaType: layout.mediaTypeOf(name), size: work.bag.files.get(name)!.size };
    });
    return {
        number,
        kind,
        unchanged,
        files,
        level: record ? shown(record.level, 20) : "",
        method: record ? shown(record.method, 100) : "",
        sealedAt: record?.entry.at ?? "",
        statements: record ? newest(work.told?.statements.get(number) ?? []) : [],
    };
}

/** What is stated now in each field: a correction is a later statement about the same field. */
function newest(statements: Statement[]): ShownStatement[] {
    const last = new Map(statements.map((one) => [one.field, one]));
    return [...last.values()]
        .filter((one) => one.value !== "")
        .map((one) => ({
            field: shown(one.field, 100),
            value: shown(one.value),
            source: one.source,
            by: shown(one.by, 200),
            at: one.at,
        }));
}

function aboutOf(verdict: Verdict): [string, string][] {
    const { facts } = verdict;
    if (facts === null) return [["From", "Not readable. The bundle no longer says who sealed it."]];
    const role = roleAndSchool(facts.senderRole, facts.senderSchool);
    const rows: [string, string][] = [
        [
            "From",
            verdict.confirmed === null
                ? `${facts.senderName}, ${role}. So it says; not confirmed.`
                : `${verdict.confirmed}, ${role}`,
        ],
        ["Incident", `${facts.incident} ${facts.title}`.trim()],
        ["Contents", plural(verdict.exhibits.length, "exhibit", "exhibits")],
    ];
    if (facts.leftOut.length > 0) {
        rows.push([
            "Left out by the sender",
            facts.leftOut.map(([number, reason]) => `${number}: ${reason}`).join("; "),
        ]);
    }
    rows.push(["Sealed for", facts.sealedFor.join(", ") || "Whoever has the passphrase"]);
    if (facts.asks) rows.push(["Asks you", shown(facts.asks, 500)]);
    if (facts.words.length > 0) rows.push(["Its words", facts.words.join(" ")]);
    return rows;
}

function verdictJson(verdict: Verdict, sentence: string): object {
    const { facts } = verdict;
    return {
        unchanged: verdict.unchanged,
        sender: verdict.sender,
        dated: null,
        consistent: "unknown",
        differs: null,
        exhibits: verdict.exhibits.map(({ number, unchanged }) => ({ number, unchanged })),
        problems: verdict.problems.map(({ code, where, message }) => ({ code, where, message })),
        sentence,
        checks: verdict.checks.map(({ code, passed, title, summary }) => ({ code, passed, title, summary })),
        bundle: facts && {
            id: facts.bundleId,
            incident: facts.incident,
            title: facts.title,
            sender: facts.senderName,
            sender_words: facts.senderWords.join(" "),
            digest: facts.digest,
            words: facts.words.join(" "),
            entries: facts.entries,
        },
    };
}

function damagedJson(error: ReaderError): object {
    return {
        unchanged: false,
        sender: "unknown",
        dated: null,
        consistent: "unknown",
        exhibits: [],
        problems: [{ code: "damaged", where: "", message: error.message }],
    };
}
