/** What the verifier collects: files, problems, and which checks were carried out. */

import type { BagInfo } from "./bag.js";
import type { Bytes } from "./bytes.js";
import type { Card } from "./card.js";
import type { Claims, Told } from "./content.js";
import { Blocked } from "./errors.js";
import type { Json } from "./json.js";
import * as layout from "./layout.js";
import type { Checkpoint, Entry } from "./ledger.js";
import { byCode } from "./text.js";

const MAX_PROBLEMS = 1000;

/** Every check, in the order in which they are carried out. A verdict needs all of them. */
export const STEPS = [
    "layout",
    "signature",
    "card",
    "signer",
    "bagit",
    "tag-manifest",
    "tag-files",
    "manifest",
    "files",
    "bag-info",
    "payload-oxum",
    "checkpoint",
    "checkpoint-signature",
    "commitments",
    "chain",
    "opened",
    "opened-committed",
    "vault",
    "claims",
    "label",
    "originals",
    "copies",
    "observed",
    "stated",
    "incident",
    "left-out",
    "recipients",
] as const;
export type Step = (typeof STEPS)[number];

export const SEAL_STEPS: Step[] = ["signature", "card", "signer"];
export const FILE_STEPS: Step[] = [
    "layout",
    "bagit",
    "tag-manifest",
    "tag-files",
    "manifest",
    "files",
    "bag-info",
    "payload-oxum",
];
export const RECORD_STEPS: Step[] = STEPS.filter(
    (step) => !SEAL_STEPS.includes(step) && !FILE_STEPS.includes(step),
);
export const SEALED_BY_SIGNATURE: Step[] = ["signature", "tag-manifest", "tag-files", "manifest"];
export const SEALED_BY_LEDGER: Step[] = [
    "card",
    "checkpoint",
    "checkpoint-signature",
    "commitments",
    "chain",
    "opened",
    "opened-committed",
    "vault",
];

/** A file of the bundle as it was read: bytes, SHA-256 in hex, and where it begins in the archive. */
export interface File {
    readonly size: number;
    readonly sha256: string;
    readonly at: number;
}

/** One thing that does not check. `where` is an exhibit number or a name inside the bundle. */
export interface Problem {
    readonly code: string;
    readonly where: string;
    readonly message: string;
    readonly expected: string;
    readonly found: string;
}

/** Everything that was read, before any of it is believed. */
export class Bag {
    readonly files = new Map<string, File>();
    readonly held = new Map<string, Uint8Array>();
    commitments: Uint8Array | null = null;
    readonly strange: [string, string][] = [];

    private sorted: Map<string, Files> | null = null;

    /** The files of each exhibit, by its number; made once, when everything was read. */
    private exhibits(): Map<string, Files> {
        if (this.sorted !== null) return this.sorted;
        const found = new Map<string, Files>();
        for (const name of this.files.keys()) {
            const place = layout.place(name);
            if (place === null || place.number === "") continue;
            const files = found.get(place.number) ?? { originals: [], beside: [] };
            found.set(place.number, files);
            if (place.part === "original") files.originals.push(name);
            if (place.part === "beside") files.beside.push(name);
        }
        return (this.sorted = found);
    }

    /** Exhibit numbers that have at least one file, in order. */
    numbers(): string[] {
        return [...this.exhibits().keys()].sort(byCode);
    }

    originals(number: string): string[] {
        return this.exhibits().get(number)?.originals ?? [];
    }

    /** Name of the original of an exhibit, if it is there. */
    original(number: string): string | null {
        return this.originals(number)[0] ?? null;
    }

    /** Names of the files beside the original of an exhibit that are there. */
    beside(number: string): string[] {
        return this.exhibits().get(number)?.beside ?? [];
    }
}

interface Files {
    readonly originals: string[];
    readonly beside: string[];
}

/** The state of the checks: what was read so far, what was found, what was carried out. */
export class Work {
    step: Step = "layout";
    readonly done = new Set<Step>();
    readonly problems: Problem[] = [];
    readonly failed = new Set<Step>();
    readonly changed = new Set<string>();
    /** The file that calls itself newer, empty for none. */
    newer = "";
    signer: Bytes | null = null;
    card: Card | null = null;
    tagList: Map<string, string> | null = null;
    fileList: Map<string, string> | null = null;
    info: BagInfo | null = null;
    checkpoint: Checkpoint | null = null;
    entries: Entry[] | null = null;
    told: Told | null = null;
    rawIncident: Json = null;
    claims: Claims | null = null;
    private readonly steps: Step[] = [];
    private readonly noted = new Set<string>();

    constructor(readonly bag: Bag) {}

    /** Note a problem of the current step; the same one is noted once. */
    problem(code: string, where: string, message: string, expected = "", found = ""): void {
        this.failed.add(this.step);
        const key = JSON.stringify([code, where, message, expected, found]);
        if (this.problems.length >= MAX_PROBLEMS || this.noted.has(key)) return;
        this.noted.add(key);
        this.problems.push({ code, where, message, expected, found });
        this.steps.push(this.step);
    }

    /** What these checks found. */
    messages(steps: Step[]): string[] {
        return this.problems.filter((_, at) => steps.includes(this.steps[at]!)).map((one) => one.message);
    }

    /** The bytes of a small file that nothing was wrong with so far; raises `Blocked` otherwise. */
    held(name: string): Uint8Array {
        const data = this.bag.held.get(name);
        if (data === undefined || this.changed.has(name)) throw new Blocked();
        return data;
    }

    /** Whether these checks were all carried out and found nothing. */
    clean(steps: Step[]): boolean {
        return steps.every((step) => this.done.has(step) && !this.failed.has(step));
    }
}

/** The value, or `Blocked` where an earlier check could not read it. */
export function need<T>(value: T | null | undefined): T {
    if (value === null || value === undefined) throw new Blocked();
    return value;
}
