/** Public and secret age keys as text: bech32, small letters or capitals only, 32 bytes. */

import { x25519 } from "@noble/curves/ed25519.js";
import { bech32 } from "@scure/base";

const KEY_BYTES = 32;
const PROBE = Uint8Array.from({ length: KEY_BYTES }, (_, at) => at);

function decoded(text: string, prefix: string): Uint8Array | null {
    try {
        const found = bech32.decodeToBytes(text);
        return found.prefix === prefix && found.bytes.length === KEY_BYTES ? found.bytes : null;
    } catch {
        return null;
    }
}

/** Whether a text is a recipient `age1…` in its one spelling, and a key that can be sealed to. */
export function isRecipient(text: string): boolean {
    const raw = decoded(text, "age");
    if (raw === null || bech32.encodeFromBytes("age", raw) !== text) return false;
    try {
        x25519.getSharedSecret(PROBE, raw); // refuses a point of low order
        return true;
    } catch {
        return false;
    }
}

/** Whether a text is a secret key `AGE-SECRET-KEY-1…`, capitals only. */
export function isIdentity(text: string): boolean {
    return text === text.toUpperCase() && decoded(text.toLowerCase(), "age-secret-key-") !== null;
}
