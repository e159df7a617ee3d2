/**
 * Opening the age file around a bundle (age-encryption.org/v1).
 *
 * The limits come first and are ours: a header may not make the page buffer or search more than `MAX_HEADER`.
 * What is left goes to the age project's own library, which checks the header and gives the file key. It can
 * only stream from the first byte, and exhibits are opened from the middle: so the payload, chunks of 64 KiB
 * under ChaCha20-Poly1305, is read here, with the library's own cipher.
 */

import { chacha20poly1305 } from "@noble/ciphers/chacha.js";
import { hkdf } from "@noble/hashes/hkdf.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { base64nopad } from "@scure/base";
import { Decrypter } from "age-encryption";

import { ascii, isAscii, latin, type Bytes } from "./bytes.js";
import { damaged, ReaderError } from "./errors.js";
import type { Source } from "./source.js";

const MAGIC = "age-encryption.org/";
const VERSION_LINE = `${MAGIC}v1\n`;
export const MAX_HEADER = 128 * 1024;
const MAX_LINES = 2048;
const MAX_LINE = 4096;
const BODY_COLUMNS = 64;
const BODY_BYTES = 32;
const SHARE_BYTES = 32;
const SALT_BYTES = 16;
// 2^20 needs 1 GiB of memory and some seconds; a hostile file must not be able to ask for more.
const MAX_WORK_FACTOR = 20;

const CHUNK = 64 * 1024;
const TAG = 16;
const SEALED_CHUNK = CHUNK + TAG;
const NONCE = 16;

interface Stanza {
    readonly kind: string;
    readonly values: string[];
    readonly body: Uint8Array;
}

interface Header {
    readonly stanzas: Stanza[];
    /** Where the payload starts. */
    readonly size: number;
}

export function isAge(start: Uint8Array): boolean {
    return latin(start.subarray(0, MAGIC.length)) === MAGIC;
}

function unbase64(text: string): Uint8Array {
    try {
        return base64nopad.decode(text);
    } catch {
        throw damaged();
    }
}

/** Cuts lines off the front of a header within the limits. */
class Lines {
    at = VERSION_LINE.length;
    private count = 1;

    constructor(private readonly start: Uint8Array) {}

    next(): string {
        const end = this.start.indexOf(10, this.at);
        if (++this.count > MAX_LINES || end < 0 || end - this.at > MAX_LINE) throw damaged();
        const line = this.start.subarray(this.at, end);
        if (!isAscii(line)) throw damaged();
        this.at = end + 1;
        return latin(line);
    }

    body(): Uint8Array {
        let coded = "";
        for (;;) {
            const line = this.next();
            if (line.length > BODY_COLUMNS) throw damaged();
            coded += line;
            if (line.length < BODY_COLUMNS) return unbase64(coded);
        }
    }
}

/** Parse the header in the first `MAX_HEADER` bytes of a file, or all of it; the MAC is not checked here. */
function parseHeader(start: Uint8Array): Header {
    const text = latin(start.subarray(0, MAGIC.length + 8));
    if (!text.startsWith(VERSION_LINE)) {
        if (/^v[1-9][0-9]{0,5}\n/.test(text.slice(MAGIC.length))) {
            throw new ReaderError(
                "newer",
                "This file is written in a later version of the age format. Nothing was changed. " +
                    "Open it with a newer version of the program.",
            );
        }
        throw damaged();
    }
    const lines = new Lines(start);
    const stanzas: Stanza[] = [];
    for (;;) {
        const line = lines.next();
        if (line.startsWith("---")) {
            if (!/^--- [A-Za-z0-9+/]{43}$/.test(line) || stanzas.length === 0) throw damaged();
            unbase64(line.slice(4));
            return { stanzas, size: lines.at };
        }
        if (!/^->( [!-~]+)+$/.test(line)) throw damaged();
        const [kind, ...values] = line.slice(3).split(" ");
        stanzas.push({ kind: kind!, values, body: lines.body() });
    }
}

/** Refuse what the specification refuses of the two known types, before any key is tried; others pass. */
function checkStanzas(stanzas: Stanza[]): void {
    for (const { kind, values, body } of stanzas) {
        if (kind === "X25519") {
            if (values.length !== 1 || unbase64(values[0]!).length !== SHARE_BYTES) throw damaged();
        } else if (kind === "scrypt") {
            const [salt, factor] = values;
            const good = stanzas.length === 1 && values.length === 2 && unbase64(salt!).length === SALT_BYTES;
            if (!good || !/^[1-9][0-9]?$/.test(factor!) || Number(factor) > MAX_WORK_FACTOR) throw damaged();
        } else {
            continue;
        }
        if (body.length !== BODY_BYTES) throw damaged();
    }
}

function checkedHeader(start: Uint8Array): Header {
    const header = parseHeader(start);
    checkStanzas(header.stanzas);
    return header;
}

/** Whether the file opens with a passphrase, and not with a key. */
export function wantsPassphrase(start: Uint8Array): boolean {
    return checkedHeader(start).stanzas.some((one) => one.kind === "scrypt");
}

/** What somebody gave to open a file: a passphrase, or secret keys as text. */
export interface Keys {
    readonly passphrase: string;
    readonly identities: string[];
}

/** The age library falls back to arithmetic of its own only where the browser says "not supported". */
function needSubtle(): void {
    if (globalThis.crypto.subtle !== undefined) return;
    const refuse = (): never => {
        throw new DOMException("no secure context", "NotSupportedError");
    };
    Object.defineProperty(globalThis.crypto, "subtle", { value: { importKey: refuse } });
}

async function fileKey(start: Uint8Array, header: Header, keys: Keys): Promise<Uint8Array> {
    const passphrase = header.stanzas[0]!.kind === "scrypt";
    needSubtle(); // before any key is given: the library begins to reckon with it at once
    const decrypter = new Decrypter();
    if (passphrase && keys.passphrase === "") {
        throw new ReaderError(
            "wrong-passphrase",
            "This bundle is sealed with a passphrase. Nothing was opened. " +
                "Ask the sender for it by telephone or in person, then try again.",
        );
    }
    if (passphrase) decrypter.addPassphrase(keys.passphrase);
    else for (const identity of keys.identities) decrypter.addIdentity(identity);
    try {
        return await decrypter.decryptHeader(start.slice(0, header.size));
    } catch (error) {
        if (error instanceof RangeError) throw error; // no memory for a passphrase
        if (!(error instanceof Error) || !error.message.startsWith("no identity matched")) throw damaged();
    }
    if (passphrase) {
        throw new ReaderError(
            "wrong-passphrase",
            "That passphrase did not open the bundle. Nothing is lost. Check Caps Lock, " +
                "and ask the sender for it by telephone or in person.",
        );
    }
    throw new ReaderError(
        "not-for-you",
        "This bundle is sealed for somebody else: none of your keys opens it. Nothing was opened. " +
            "Ask the sender to seal it for you.",
    );
}

/** The plain bytes of an age file, from wherever they are wanted; each chunk is authenticated. */
export class Payload implements Source {
    private held = new Uint8Array();
    private heldAt = -1;

    private constructor(
        private readonly sealed: Source,
        private readonly key: Uint8Array,
        private readonly start: number,
    ) {}

    /** Raises `ReaderError`: damaged, newer, not for you, or the wrong passphrase. */
    static async open(sealed: Source, start: Uint8Array, keys: Keys): Promise<Payload> {
        const header = checkedHeader(start);
        const key = await fileKey(start, header, keys);
        const nonce = await sealed.read(header.size, NONCE);
        if (nonce.length < NONCE) throw damaged();
        return new Payload(sealed, hkdf(sha256, key, nonce, ascii("payload"), 32), header.size + NONCE);
    }

    /** Bytes of the sealed file; only for the progress. */
    get size(): number {
        return this.sealed.size;
    }

    async read(at: number, most: number): Promise<Uint8Array> {
        const counter = Math.floor(at / CHUNK);
        if (this.heldAt !== counter) {
            this.held = await this.chunk(counter);
            this.heldAt = counter;
        }
        const inside = at - counter * CHUNK;
        return this.held.subarray(inside, inside + most);
    }

    /** A chunk, empty behind the last one; raises where it does not authenticate. */
    private async chunk(counter: number): Promise<Bytes> {
        const at = this.start + counter * SEALED_CHUNK;
        const rest = this.sealed.size - at;
        if (rest <= 0 && counter > 0) return new Uint8Array();
        const sealed = await this.sealed.read(at, SEALED_CHUNK);
        const final = rest <= SEALED_CHUNK;
        if (sealed.length !== Math.min(rest, SEALED_CHUNK) || sealed.length < TAG) throw damaged();
        if (final && sealed.length === TAG && counter > 0) throw damaged();
        const nonce = new Uint8Array(12);
        new DataView(nonce.buffer).setUint32(7, counter);
        nonce[11] = final ? 1 : 0;
        try {
            return chacha20poly1305(this.key, nonce).decrypt(sealed) as Bytes;
        } catch {
            throw damaged();
        }
    }
}
