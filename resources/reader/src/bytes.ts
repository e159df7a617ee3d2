/** Small helpers for bytes, hex, base64 and strict UTF-8. */

import { IntegrityError } from "./errors.js";

export type Bytes = Uint8Array<ArrayBuffer>;

const DIGITS = "0123456789abcdef";

export function hex(bytes: Uint8Array): string {
    let text = "";
    for (const byte of bytes) text += DIGITS[byte >> 4]! + DIGITS[byte & 15]!;
    return text;
}

/** The bytes of small hex digits; the caller has checked that there are only those. */
export function unhex(text: string): Bytes {
    const bytes = new Uint8Array(text.length / 2);
    for (let at = 0; at < bytes.length; at++) bytes[at] = parseInt(text.slice(2 * at, 2 * at + 2), 16);
    return bytes;
}

export function same(one: Uint8Array, other: Uint8Array): boolean {
    return one.length === other.length && one.every((byte, at) => byte === other[at]);
}

export function join(...parts: Uint8Array[]): Bytes {
    const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    for (const part of parts) {
        whole.set(part, at);
        at += part.length;
    }
    return whole;
}

/** Characters of ASCII as bytes; every other character must have been ruled out. */
export function ascii(text: string): Bytes {
    return new TextEncoder().encode(text);
}

/** One character a byte, whatever it is: for looking at headers and lines. */
export function latin(bytes: Uint8Array): string {
    let text = "";
    for (let at = 0; at < bytes.length; at += 8192)
        text += String.fromCharCode(...bytes.subarray(at, at + 8192));
    return text;
}

const UTF8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Strict UTF-8; raises `IntegrityError` that says `what` cannot be read. */
export function utf8(bytes: Uint8Array, what: string): string {
    try {
        return UTF8.decode(bytes);
    } catch {
        throw new IntegrityError(what);
    }
}

export function isAscii(bytes: Uint8Array): boolean {
    return bytes.every((byte) => byte < 128);
}

export function toBase64(bytes: Uint8Array): string {
    return btoa(latin(bytes));
}

/** Canonical base64 with padding, null for any other spelling. */
export function fromBase64(text: string): Bytes | null {
    if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text)) return null;
    try {
        const raw = atob(text);
        if (btoa(raw) !== text) return null;
        return Uint8Array.from(raw, (one) => one.charCodeAt(0));
    } catch {
        return null;
    }
}
