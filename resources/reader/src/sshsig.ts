/** SSH signatures (OpenSSH PROTOCOL.sshsig): Ed25519 and SHA-512 only, and only in the one form they have. */

import { ed25519 } from "@noble/curves/ed25519.js";
import { sha256, sha512 } from "@noble/hashes/sha2.js";

import { ascii, fromBase64, isAscii, join, latin, same, toBase64, type Bytes } from "./bytes.js";

const KEY_BYTES = 32;
const SIGNATURE_BYTES = 64;
const MAX_SIGNATURE_BYTES = 2048;
const MAGIC = ascii("SSHSIG");
const VERSION = new Uint8Array([0, 0, 0, 1]);
const HASH = ascii("sha512");
const KEY_TYPE = "ssh-ed25519";
const BEGIN = "-----BEGIN SSH SIGNATURE-----\n";
const END = "-----END SSH SIGNATURE-----\n";
const COLUMNS = 70;
const UNLIKE = "it is not written as an SSH signature";
const NO_ED25519 = "it is not made with an Ed25519 key";

const P = 2n ** 255n - 19n;
// y of the points whose order divides 8: with such a key one signature fits many messages.
const ORDER_8 = 0x7a03ac9277fdc74ec6cc392cfa53202a0f67100d760b3cba4fd84d3d706a17c7n;
const LOW_ORDER_Y = [0n, 1n, P - 1n, ORDER_8, P - ORDER_8];

/** A signature that is malformed, by another key, or not over these bytes for this purpose. */
export class SignatureError extends Error {}

function refuse(what: string): SignatureError {
    return new SignatureError(`The signature does not check: ${what}. Do not rely on what was signed.`);
}

function string(data: Uint8Array): Bytes {
    const length = new Uint8Array(4);
    new DataView(length.buffer).setUint32(0, data.length);
    return join(length, data);
}

function keyBlob(key: Uint8Array): Bytes {
    return join(string(ascii(KEY_TYPE)), string(key));
}

/** Takes length-prefixed strings off the front of a blob. */
class Strings {
    constructor(private rest: Uint8Array) {}

    take(count: number): Uint8Array {
        if (count > this.rest.length) throw refuse("it is cut off");
        const taken = this.rest.subarray(0, count);
        this.rest = this.rest.subarray(count);
        return taken;
    }

    string(): Uint8Array {
        const length = this.take(4);
        return this.take(new DataView(length.buffer, length.byteOffset, 4).getUint32(0));
    }

    expect(data: Uint8Array, otherwise: string): void {
        if (!same(this.string(), data)) throw refuse(otherwise);
    }

    end(): void {
        if (this.rest.length > 0) throw refuse("there is something behind its end");
    }
}

/** `key` itself; raises unless it is 32 bytes, canonical and of full order. */
function checkKey(key: Uint8Array): Bytes {
    const improper = refuse("its key is not a proper Ed25519 key");
    if (key.length !== KEY_BYTES) throw improper;
    let y = 0n;
    for (let at = KEY_BYTES - 1; at >= 0; at--)
        y = (y << 8n) | BigInt(at === KEY_BYTES - 1 ? key[at]! & 127 : key[at]!);
    if (y >= P || LOW_ORDER_Y.includes(y)) throw improper;
    return new Uint8Array(key);
}

function readKey(blob: Uint8Array): Bytes {
    const strings = new Strings(blob);
    strings.expect(ascii(KEY_TYPE), NO_ED25519);
    const key = strings.string();
    strings.end();
    return checkKey(key);
}

function unarmour(signature: Uint8Array): Bytes {
    if (signature.length > MAX_SIGNATURE_BYTES) throw refuse("it is too long");
    const unlike = refuse(UNLIKE);
    const text = latin(signature);
    if (!isAscii(signature) || !text.startsWith(BEGIN) || !text.endsWith(`\n${END}`)) throw unlike;
    const coded = text.slice(BEGIN.length, -END.length).replaceAll("\n", "");
    const lines = coded.match(new RegExp(`.{1,${COLUMNS}}`, "g")) ?? [];
    const blob = fromBase64(coded);
    if (blob === null || BEGIN + lines.map((line) => `${line}\n`).join("") + END !== text) throw unlike;
    return blob;
}

async function fits(key: Bytes, signature: Bytes, message: Bytes): Promise<boolean> {
    try {
        const found = await crypto.subtle.importKey("raw", key, { name: "Ed25519" }, false, ["verify"]);
        return await crypto.subtle.verify({ name: "Ed25519" }, found, signature, message);
    } catch {
        // A browser without Ed25519: the same by our own arithmetic.
        return ed25519.verify(signature, message, key, { zip215: false });
    }
}

/**
 * Check `signature` over `message` for one purpose and return the 32-byte key that made it.
 *
 * A key that comes back proves nothing about who holds it. Raises `SignatureError`.
 */
export async function verify(message: Uint8Array, signature: Uint8Array, namespace: string): Promise<Bytes> {
    const strings = new Strings(unarmour(signature));
    if (!same(strings.take(MAGIC.length), MAGIC)) throw refuse(UNLIKE);
    if (!same(strings.take(VERSION.length), VERSION))
        throw refuse("it is of a version that this program does not know");
    const key = readKey(strings.string());
    strings.expect(ascii(namespace), "it was made for another purpose");
    strings.expect(new Uint8Array(), "it has a part that this program does not know");
    strings.expect(HASH, "it uses another digest than SHA-512");
    const inner = new Strings(strings.string());
    strings.end();
    inner.expect(ascii(KEY_TYPE), NO_ED25519);
    const raw = inner.string();
    inner.end();
    if (raw.length !== SIGNATURE_BYTES) throw refuse("it has the wrong length");
    const signed = join(
        MAGIC,
        string(ascii(namespace)),
        string(new Uint8Array()),
        string(HASH),
        string(sha512(message)),
    );
    if (!(await fits(key, new Uint8Array(raw), signed))) throw refuse("what was signed is not what is here");
    return key;
}

/** `ssh-ed25519 AAAA…`, one line without its end. */
export function publicLine(key: Uint8Array): string {
    return `${KEY_TYPE} ${toBase64(keyBlob(key))}`;
}

/** The 32-byte key of a line that `publicLine` wrote; raises `SignatureError` for any other text. */
export function keyFromLine(line: string): Bytes {
    const [kind, coded, ...rest] = line.split(" ");
    const blob = fromBase64(coded ?? "");
    const unlike = refuse("its key is not written as an SSH key");
    if (blob === null || rest.length > 0) throw unlike;
    if (kind !== KEY_TYPE) throw refuse(NO_ED25519);
    const key = readKey(blob);
    if (publicLine(key) !== line) throw unlike;
    return key;
}

/** `SHA256:…` as `ssh-keygen -l` shows it. */
export function fingerprint(key: Uint8Array): string {
    return `SHA256:${toBase64(sha256(keyBlob(key))).replace(/=+$/, "")}`;
}
