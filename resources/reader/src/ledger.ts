/** The hash chain of the record. Source: resources/formats/vault.md, "The ledger". */

import { sha256 } from "@noble/hashes/sha2.js";

import { ascii, isAscii, join, latin, same, unhex, type Bytes } from "./bytes.js";
import { IntegrityError, NewerError } from "./errors.js";
import { fromJson, isDay, Whole, type JsonObject } from "./json.js";
import { quoted } from "./text.js";

export const DIGEST_BYTES = 32;
const MAX_BODY_BYTES = 4 * 1024 * 1024;
const BODY_VERSION = 2;
// Before what it says is compared; what is nested deeper than a bundle may be is refused afterwards.
const BODY_NESTING = 900;
const CHECKPOINT =
    /^evidence-ledger v1\nvault ([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\nsize (0|[1-9][0-9]{0,15})\nlink ([0-9a-f]{64})\ntime ([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z)\n$/;

const KINDS = new Set(
    (
        "vault.created vault.unlocked vault.checked vault.locked vault.interrupted vault.backed_up " +
        "vault.restored " +
        "vault.rewound vault.key_replaced key_slot.changed incident.opened incident.stated " +
        "exhibit.captured exhibit.imported exhibit.examined " +
        "exhibit.stated exhibit.filed exhibit.viewed exhibit.derived exhibit.exported exhibit.withdrawn " +
        "exhibit.reinstated exhibit.locked_away exhibit.disposed disposal.completed stop.answered " +
        "hold.set hold.lifted " +
        "instruction.recorded referral.recorded contact.added contact.confirmed bundle.sealed bundle.stamped " +
        "bundle.checked bundle.received exhibit.received bundle.forwarded receipt.issued receipt.recorded " +
        "outcome.stated timestamp.obtained timestamp.pending"
    ).split(" "),
);

/** One act, as read from its body. `at` is its time as it is written, in UTC with milliseconds. */
export interface Entry {
    readonly seq: number;
    readonly kind: string;
    readonly at: string;
    readonly by: string;
    readonly data: JsonObject;
    readonly commitment: Bytes;
}

export interface Checkpoint {
    readonly vaultId: string;
    readonly size: number;
    readonly link: Bytes;
}

/** A time as `2026-03-12T14:32:07.123Z`, of a day that exists; raises `IntegrityError`. */
export function utcMoment(text: string): string {
    const found = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)\.\d{3}Z$/.exec(text);
    if (found === null) {
        throw new IntegrityError(
            `A time in the record is not written as expected: ${quoted([...text].slice(0, 40).join(""))}.`,
        );
    }
    const [year, month, day, hour, minute, second] = found.slice(1).map(Number);
    if (!isDay(year!, month!, day!) || hour! > 23 || minute! > 59 || second! > 59) {
        throw new IntegrityError(`A time in the record does not exist: ${quoted(text)}.`);
    }
    return text;
}

/** The same moment as it stands in `stated.json`: with its distance from UTC, without an empty fraction. */
export function isoMoment(utc: string): string {
    const fraction = utc.slice(20, 23);
    return `${utc.slice(0, 19)}${fraction === "000" ? "" : `.${fraction}000`}+00:00`;
}

function commitment(salt: Uint8Array, body: Uint8Array): Bytes {
    return new Uint8Array(sha256(join(ascii("evidence/commit/1\n"), salt, body)));
}

/** Read a body back into an entry; it must call itself number `seq`. */
export function parseEntry(seq: number, salt: Uint8Array, body: Uint8Array): Entry {
    const entry = `Entry ${seq}`;
    if (body.length > MAX_BODY_BYTES)
        throw new IntegrityError(`${entry} of the record is larger than 4 MiB.`);
    const raw = fromJson(body, `${entry} of the record`, BODY_NESTING);
    if (!(raw instanceof Map)) throw new IntegrityError(`${entry} of the record is not an object.`);
    const version = raw.get("v");
    if (version instanceof Whole && BigInt(version.digits) > BODY_VERSION) {
        throw new NewerError(
            `${entry} was written by a newer version of Evidence. Nothing is lost. Update the program and try again.`,
        );
    }
    const names = ["v", "seq", "kind", "at", "by", "on", "data"];
    if (raw.size !== names.length || !names.every((name) => raw.has(name))) {
        throw new IntegrityError(`${entry} of the record has missing or unknown fields.`);
    }
    const [own, kind, at, by, on, data] = names.slice(1).map((name) => raw.get(name));
    if (!(version instanceof Whole) || BigInt(version.digits) < 1n || !(own instanceof Whole)) {
        throw new IntegrityError(`${entry} of the record has no valid version or number.`);
    }
    if (own.digits !== String(seq)) {
        throw new IntegrityError(`${entry} of the record calls itself entry ${own.digits.slice(0, 20)}.`);
    }
    if (typeof kind !== "string" || typeof by !== "string" || typeof on !== "string") {
        throw new IntegrityError(`${entry} of the record does not say what was done, by whom or where.`);
    }
    if (!(data instanceof Map) || typeof at !== "string") {
        throw new IntegrityError(`${entry} of the record has no data or no time.`);
    }
    if (!KINDS.has(kind)) {
        throw new NewerError(
            `${entry} is of a kind this version of Evidence does not know. ` +
                "Nothing is lost. Update the program and try again.",
        );
    }
    // 2 for an exhibit of several files, which a reader of version 1 would take for one; else 1.
    const needed = kind === "exhibit.captured" && data.has("files") ? "2" : "1";
    if (version.digits !== needed) {
        throw new IntegrityError(`${entry} of the record does not have the version that its content needs.`);
    }
    return { seq, kind, at: utcMoment(at), by, data, commitment: commitment(salt, body) };
}

/** The five lines of a checkpoint, byte for byte; raises `IntegrityError` for anything else. */
export function parseCheckpoint(text: Uint8Array): Checkpoint {
    if (!isAscii(text)) throw new IntegrityError("The checkpoint of the record cannot be read.");
    const found = CHECKPOINT.exec(latin(text));
    if (found === null) throw new IntegrityError("The checkpoint of the record is not written as expected.");
    utcMoment(found[4]!);
    return { vaultId: found[1]!, size: Number(found[2]), link: unhex(found[3]!) };
}

/** The link after these commitments, 32 bytes each, in order. */
export function chain(vaultId: string, commitments: Uint8Array): Bytes {
    const domain = ascii("evidence/link/1\n");
    const block = new Uint8Array(domain.length + 2 * DIGEST_BYTES);
    block.set(domain);
    let link = sha256(ascii(`evidence/vault/1\n${vaultId}`));
    for (let at = 0; at < commitments.length; at += DIGEST_BYTES) {
        block.set(link, domain.length);
        block.set(commitments.subarray(at, at + DIGEST_BYTES), domain.length + DIGEST_BYTES);
        link = sha256(block);
    }
    return new Uint8Array(link);
}

const LINE = 2 * DIGEST_BYTES + 1;

/** Turns `commitments.txt` into raw bytes while it streams in. */
export class CommitmentReader {
    private readonly raw: Uint8Array;
    private readonly line = new Uint8Array(LINE);
    private filled = 0;
    private count = 0;
    private good = true;

    /** `size`: the announced bytes of the file, within the limit of the format. */
    constructor(size: number) {
        this.raw = new Uint8Array(Math.floor(size / LINE) * DIGEST_BYTES);
    }

    feed(data: Uint8Array): void {
        for (let at = 0; at < data.length && this.good;) {
            const part = data.subarray(at, at + LINE - this.filled);
            this.line.set(part, this.filled);
            this.filled += part.length;
            at += part.length;
            if (this.filled === LINE) this.take();
        }
    }

    private take(): void {
        for (let at = 0; at < DIGEST_BYTES; at++) {
            const high = nibble(this.line[2 * at]!);
            const low = nibble(this.line[2 * at + 1]!);
            if (high < 0 || low < 0) this.good = false;
            this.raw[this.count * DIGEST_BYTES + at] = (high << 4) | low;
        }
        if (this.line[LINE - 1] !== 10) this.good = false;
        this.count++;
        this.filled = 0;
    }

    /** 32 bytes for each line, or null where a line was not 64 small hex digits and LF. */
    finish(): Uint8Array | null {
        return this.good && this.filled === 0 ? this.raw : null;
    }
}

function nibble(code: number): number {
    if (code >= 48 && code <= 57) return code - 48;
    return code >= 97 && code <= 102 ? code - 87 : -1;
}

/** Whether the commitments have this one in the place of entry `seq`. */
export function isCommitted(commitments: Uint8Array, entry: Entry): boolean {
    const at = (entry.seq - 1) * DIGEST_BYTES;
    return entry.seq >= 1 && same(commitments.subarray(at, at + DIGEST_BYTES), entry.commitment);
}
