/**
 * A small strict reader of tar archives (POSIX ustar; pax only for sizes of 8 GiB and more).
 *
 * Whatever it does not fully understand it refuses: two programs must never see two different archives in
 * one file. Source: resources/formats/bundle.md, "The archive".
 */

import { latin } from "./bytes.js";
import { ReaderError } from "./errors.js";
import { MAX_FILE, MAX_MEMBERS, MAX_PADDING, MAX_TOTAL } from "./layout.js";
import type { Source } from "./source.js";
import { folded, isPrintable } from "./text.js";

const RECORD = 512;
const OCTAL_LIMIT = 8 ** 11;
const BLOCK = 256 * 1024;
const USTAR = "ustar\x0000";
const GNU = "ustar  \x00";
// Numbers that we do not use: mode, owner, group, time, device. Others read them, and stop at one they cannot.
const UNUSED = [
    [100, 108],
    [108, 116],
    [116, 124],
    [136, 148],
    [329, 337],
    [337, 345],
] as const;
const ANY_NUMBER = /^(?: *[0-7]*[ \x00]*|[\x80\xff][^]*)$/;
const PAX_SIZE = /^([1-9][0-9]?) size=([1-9][0-9]{0,17})\n$/;

/** Takes the files of a bundle one after the other. `at` is where its bytes begin in the archive. */
export interface Sink {
    startFile(name: string, size: number, at: number): void;
    feed(data: Uint8Array): void;
    endFile(): void;
}

/** There is no archive at all: the very first header is not that of one. */
export class ForeignTar extends Error {}

function refuse(what: string, detail = ""): ReaderError {
    return new ReaderError(
        "damaged",
        `This bundle is damaged or was not made by Evidence: ${what}${detail && ` (${detail})`}. ` +
            "Nothing from it is shown. Ask the sender for a new copy.",
    );
}

const WRONG = {
    end: () => refuse("its end is missing"),
    truncated: () => refuse("it ends too early"),
    checksum: () => refuse("a header in it was changed"),
    magic: () => refuse("a header in it is of an unknown format"),
    number: () => refuse("a number in a header is not written as expected"),
    type: (detail = "") => refuse("it contains something that is neither a file nor a folder", detail),
    pax: () => refuse("an extended header says more than a size"),
    name: (detail = "") => refuse("it contains a name that could lead out of its folder", detail),
    duplicate: () => refuse("two files in it have the same name"),
    limit: (detail = "") => refuse("it is larger than a bundle may be", detail),
    trailing: (detail = "") => refuse("something follows after its end", detail),
};

/** Read a whole archive to its very end and hand its files to `sink`; `progress` gets the place it has reached. */
export async function readTar(
    source: Source,
    sink: Sink,
    progress: (at: number) => Promise<void>,
): Promise<void> {
    await new TarReader(source, sink, progress).run();
}

class TarReader {
    private at = 0;
    private total = 0;
    private readonly seen = new Set<string>();

    constructor(
        private readonly source: Source,
        private readonly sink: Sink,
        private readonly progress: (at: number) => Promise<void>,
    ) {}

    async run(): Promise<void> {
        let first = true;
        let members = 0;
        let paxSize: number | null = null;
        for (;;) {
            const head = await this.exactly(RECORD);
            if (paxSize === null && isZero(head)) return this.end();
            const text = latin(head);
            const magic = text.slice(257, 265);
            if (magic !== USTAR && magic !== GNU) throw first ? new ForeignTar() : WRONG.magic();
            first = false;
            checkHeader(head, text);
            if (++members > MAX_MEMBERS) throw WRONG.limit(`more than ${MAX_MEMBERS} files`);
            const size = numberOf(text.slice(124, 136));
            const kind = text[156]!;
            if (kind === "x") {
                if (paxSize !== null) throw WRONG.pax();
                paxSize = await this.pax(size);
                continue;
            }
            if (kind === "0" || kind === "\0") await this.file(nameOf(head, text), paxSize ?? size);
            else if (kind === "5" && size === 0 && paxSize === null) this.folder(nameOf(head, text));
            else throw WRONG.type();
            paxSize = null;
        }
    }

    private async exactly(count: number): Promise<Uint8Array> {
        const made = new Uint8Array(count);
        let done = 0;
        while (done < count) {
            const got = await this.source.read(this.at, count - done);
            if (got.length === 0) throw done === 0 ? WRONG.end() : WRONG.truncated();
            made.set(got, done);
            done += got.length;
            this.at += got.length;
        }
        return made;
    }

    private async pax(size: number): Promise<number> {
        if (size < 1 || size > RECORD) throw WRONG.pax();
        const record = await this.exactly(RECORD);
        const found = PAX_SIZE.exec(latin(record.subarray(0, size)));
        if (found === null || Number(found[1]) !== size || !isZero(record.subarray(size))) throw WRONG.pax();
        const value = Number(found[2]);
        if (value < OCTAL_LIMIT) throw WRONG.pax();
        return value;
    }

    private async file(name: string, size: number): Promise<void> {
        if (name === "." || name.endsWith("/")) throw WRONG.name();
        this.once(name);
        this.total += size;
        if (size > MAX_FILE || this.total > MAX_TOTAL) throw WRONG.limit();
        this.sink.startFile(name, size, this.at);
        for (let rest = size; rest > 0;) {
            const got = await this.source.read(this.at, Math.min(rest, BLOCK));
            if (got.length === 0) throw WRONG.truncated();
            this.sink.feed(got);
            rest -= got.length;
            this.at += got.length;
            await this.progress(this.at);
        }
        this.sink.endFile();
        const padding = (RECORD - (size % RECORD)) % RECORD;
        if (padding > 0 && !isZero(await this.exactly(padding))) throw WRONG.trailing("behind a file");
    }

    private folder(name: string): void {
        const plain = name.replace(/\/+$/, "");
        if (plain !== ".") this.once(plain);
    }

    private once(name: string): void {
        const key = folded(name);
        if (this.seen.has(key)) throw WRONG.duplicate();
        this.seen.add(key);
    }

    private async end(): Promise<void> {
        let second: Uint8Array;
        try {
            second = await this.exactly(RECORD);
        } catch (error) {
            if (error instanceof ReaderError && error.message === WRONG.truncated().message)
                throw WRONG.end();
            throw error;
        }
        if (!isZero(second)) throw WRONG.trailing();
        for (let padding = 0; ;) {
            const got = await this.source.read(this.at, BLOCK);
            if (got.length === 0) return;
            padding += got.length;
            this.at += got.length;
            if (padding > MAX_PADDING || !isZero(got)) throw WRONG.trailing();
        }
    }
}

function isZero(bytes: Uint8Array): boolean {
    return bytes.every((byte) => byte === 0);
}

function checkHeader(head: Uint8Array, text: string): void {
    let sum = 8 * 32;
    for (let at = 0; at < RECORD; at++) if (at < 148 || at >= 156) sum += head[at]!;
    if (numberOf(text.slice(148, 156)) !== sum) throw WRONG.checksum();
    if (!isZero(head.subarray(157, 257))) throw WRONG.type("a link");
    if (!UNUSED.every(([start, end]) => ANY_NUMBER.test(text.slice(start, end)))) throw WRONG.number();
}

function numberOf(field: string): number {
    const found = /^ *([0-7]+)[ \x00]+$/.exec(field);
    if (found === null) throw WRONG.number();
    return parseInt(found[1]!, 8);
}

function nameOf(head: Uint8Array, text: string): string {
    const raw = nameField(head.subarray(0, 100));
    const prefix = nameField(head.subarray(345, 500));
    // With GNU magic: times and parts of sparse files for some, the start of the name for others.
    if (prefix.length > 0 && text.slice(257, 265) !== USTAR) throw WRONG.name();
    let name: string;
    try {
        const decode = (part: Uint8Array): string =>
            new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(part);
        name = prefix.length > 0 ? `${decode(prefix)}/${decode(raw)}` : decode(raw);
    } catch {
        throw WRONG.name();
    }
    if (name === "./") return ".";
    name = name.replace(/^\.\//, "");
    if (name === ".") return name;
    const parts = name.replace(/\/$/, "").split("/");
    if (parts.some((part) => ["", ".", ".."].includes(part)) || name.includes("\\") || !isPrintable(name)) {
        throw WRONG.name();
    }
    return name;
}

function nameField(field: Uint8Array): Uint8Array {
    const end = field.indexOf(0);
    if (end < 0) return field;
    if (!isZero(field.subarray(end))) throw WRONG.name("something behind a name");
    return field.subarray(0, end);
}
