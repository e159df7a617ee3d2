/** What the opened entries say about an incident, and the JSON files that repeat it. Source: bundle.md. */

import { unhex } from "./bytes.js";
import { IntegrityError } from "./errors.js";
import { Fields, fromJson, object, whole, type Json, type JsonObject } from "./json.js";
import * as layout from "./layout.js";
import { readKeyChange, type KeyChange } from "./key-change.js";
import { parseEntry, utcMoment, type Entry } from "./ledger.js";
import { derivedOf, statementJson, statementsOf, type Derived, type Statement } from "./records.js";

/** A file beside an original, as its entry recorded it; `name` is that inside the bundle. */
export interface Beside {
    readonly name: string;
    readonly mediaType: string;
    readonly size: number;
    readonly sha256: string;
}

/** What the ledger says an exhibit is, in the entry that sealed it; `derived` is there for a copy. */
export interface Captured {
    readonly number: string;
    readonly incident: string | null;
    readonly method: string;
    readonly level: string;
    readonly sha256: string;
    readonly size: number;
    readonly mediaType: string;
    readonly observed: Json | undefined;
    readonly entry: Entry;
    readonly derived: Derived | null;
    readonly files: Beside[];
}

/** Everything that the opened entries say, in their order. */
export class Told {
    readonly references: string[] = [];
    readonly titles = new Map<string, string>();
    readonly openedAt = new Map<string, string>();
    readonly captured = new Map<string, Captured[]>();
    readonly filed = new Map<string, string>();
    readonly statements = new Map<string, Statement[]>();
    readonly vaults: [string, string][] = [];
    /** Entry and statement of each change of the sender's key; both keys of each signed it. */
    readonly keyChanges: [number, KeyChange][] = [];

    /** Numbers that were last filed under this incident. */
    ofIncident(reference: string): string[] {
        return [...this.filed].filter(([, incident]) => incident === reference).map(([number]) => number);
    }
}

/** Read the entries; raises `IntegrityError` or `SignatureError` for data that is not of the expected shape. */
export async function tell(entries: Entry[]): Promise<Told> {
    const told = new Told();
    for (const entry of entries)
        await hear(told, entry, new Fields(entry.data, `Entry ${entry.seq} of the record`));
    return told;
}

async function hear(told: Told, entry: Entry, fields: Fields): Promise<void> {
    switch (entry.kind) {
        case "incident.opened":
        case "referral.recorded": {
            const reference = fields.text("reference");
            // A referral stands in the place of the incident: it has its own reference and no other words.
            const referral = entry.kind === "referral.recorded";
            told.references.push(reference);
            told.titles.set(
                reference,
                referral ? `Referral ${reference}, without a picture` : fields.text("title"),
            );
            told.openedAt.set(reference, entry.at);
            break;
        }
        case "incident.stated":
        case "exhibit.stated":
            for (const one of statementsOf(entry.data, entry.seq, entry.at, entry.by)) {
                told.statements.set(one.about, [...(told.statements.get(one.about) ?? []), one]);
                if (entry.kind === "incident.stated" && one.field === "title")
                    told.titles.set(one.about, one.value);
            }
            break;
        case "exhibit.captured":
        case "exhibit.derived":
        case "exhibit.imported": {
            const one = capturedOf(entry, fields);
            told.captured.set(one.number, [...(told.captured.get(one.number) ?? []), one]);
            if (one.incident !== null) told.filed.set(one.number, one.incident);
            break;
        }
        case "exhibit.filed":
            told.filed.set(fields.text("number"), fields.text("incident"));
            break;
        case "vault.created":
            told.vaults.push([fields.text("vault"), fields.text("signing_key")]);
            break;
        case "vault.key_replaced": {
            const [text, byOld, byNew] = [
                fields.text("statement"),
                fields.text("by_old"),
                fields.text("by_new"),
            ];
            told.keyChanges.push([entry.seq, await readKeyChange(text, byOld, byNew)]);
            break;
        }
    }
}

function capturedOf(entry: Entry, fields: Fields): Captured {
    const where = `Entry ${entry.seq} of the record`;
    const stored = fields.fields("object");
    const number = fields.text("number");
    if (!layout.isNumber(number)) throw new IntegrityError(`${where} has no valid “number”.`);
    return {
        number,
        incident: fields.optionalText("incident"),
        method: fields.text("method"),
        level: fields.text("level"),
        sha256: stored.text("sha256"),
        size: stored.number("size"),
        mediaType: stored.text("media_type"),
        observed: entry.data.get("observed"),
        entry,
        derived: entry.kind === "exhibit.derived" ? derivedOf(entry.data, where) : null,
        files: besideOf(fields, number, where),
    };
}

function besideOf(fields: Fields, number: string, where: string): Beside[] {
    const found = fields.optionalItems("files").map((raw) => {
        const one = new Fields(raw, `A file of ${where}`);
        const mediaType = one.text("media_type");
        const name = layout.besideName(number, one.text("name"), mediaType);
        if (name === null) throw new IntegrityError(`${where} names a file that has no place in a bundle.`);
        return { name, mediaType, size: one.number("size"), sha256: one.text("sha256") };
    });
    if (new Set(found.map((one) => one.name)).size !== found.length) {
        throw new IntegrityError(`${where} names a file twice.`);
    }
    return found;
}

/** What `incident.json` says beyond the entries: about this bundle, not about the incident. */
export interface Claims {
    readonly bundleId: string;
    readonly vaultId: string;
    readonly reference: string;
    readonly sealedAt: string;
    readonly sealedFor: string[];
    readonly recipients: string[];
    readonly asks: string;
    readonly leftOut: Map<string, string>;
}

export function readClaims(raw: Json): Claims {
    const fields = new Fields(raw, "The file data/incident.json");
    return {
        bundleId: fields.text("bundle"),
        vaultId: fields.text("vault"),
        reference: fields.text("reference"),
        sealedAt: utcMoment(fields.text("sealed_at")),
        sealedFor: fields.texts("sealed_for"),
        recipients: fields.texts("recipients"),
        asks: fields.text("asks"),
        leftOut: fields.textMap("left_out"),
    };
}

/** The JSON value of `incident.json`: claims, and what the entries say about the exhibits `numbers`. */
export function incidentValue(claims: Claims, told: Told, numbers: string[]): JsonObject {
    const exhibits = numbers.flatMap((number) => told.captured.get(number)?.slice(0, 1) ?? []);
    return object({
        format: whole(layout.FORMAT),
        bundle: claims.bundleId,
        vault: claims.vaultId,
        reference: claims.reference,
        title: told.titles.get(claims.reference) ?? "",
        opened_at: told.openedAt.get(claims.reference) ?? null,
        sealed_at: claims.sealedAt,
        sealed_for: claims.sealedFor,
        recipients: claims.recipients,
        asks: claims.asks,
        statements: statedValue(told, claims.reference),
        exhibits: exhibits.map(exhibitValue),
        left_out: claims.leftOut,
    });
}

function exhibitValue(one: Captured): JsonObject {
    const value = object({
        number: one.number,
        file: layout.originalName(one.number, one.mediaType),
        method: one.method,
        level: one.level,
        media_type: one.mediaType,
        size: whole(one.size),
        sha256: one.sha256,
        sealed_at: one.entry.at,
        entry: whole(one.entry.seq),
    });
    // Most have no files beside them, and then nothing is said of it.
    if (one.files.length > 0) {
        value.set(
            "files",
            one.files.map((file) =>
                object({
                    file: file.name,
                    media_type: file.mediaType,
                    size: whole(file.size),
                    sha256: file.sha256,
                }),
            ),
        );
    }
    return value;
}

/** All statements about an incident or exhibit, oldest first: the JSON value of `stated.json`. */
export function statedValue(told: Told, about: string): Json {
    return (told.statements.get(about) ?? []).map(statementJson);
}

/** The entries of `opened.jsonl`, not yet compared with their commitments. */
export function readOpened(data: Uint8Array): Entry[] {
    if (data.length > 0 && data[data.length - 1] !== 10) {
        throw new IntegrityError("The opened entries of the record are cut off.");
    }
    const entries: Entry[] = [];
    for (let start = 0, count = 1; start < data.length; count++) {
        const end = data.indexOf(10, start);
        entries.push(readLine(data.subarray(start, end), `Line ${count} of the opened entries`));
        start = end + 1;
    }
    return entries;
}

function readLine(line: Uint8Array, where: string): Entry {
    const raw = fromJson(line, where);
    const fields = new Fields(raw, where);
    const [seq, salt, body] = [fields.number("seq"), fields.text("salt"), fields.text("body")];
    if (!(raw instanceof Map) || raw.size !== 3)
        throw new IntegrityError(`${where} has missing or unknown fields.`);
    if (!/^[0-9a-f]{64}$/.test(salt)) throw new IntegrityError(`${where} has no valid “salt”.`);
    const encoded = new TextEncoder().encode(body);
    const entry = parseEntry(seq, unhex(salt), encoded);
    fromJson(encoded, `Entry ${seq} of the record`);
    return entry;
}
