/** Eight words: the first 88 bits of a digest, eleven bits a word. Source: bundle.md, "In one picture". */

import { sha256 } from "@noble/hashes/sha2.js";

import LIST from "../../words/english.txt";
import { ascii, join } from "./bytes.js";

const WORDS = LIST.trim().split("\n");
const COUNT = 8;
const BITS = 11;

function wordsOf(domain: string, data: Uint8Array): string[] {
    const digest = sha256(join(ascii(domain), data)).subarray(0, (COUNT * BITS) / 8);
    const number = digest.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
    return Array.from(
        { length: COUNT },
        (_, at) => WORDS[Number((number >> BigInt(BITS * (COUNT - 1 - at))) & 2047n)]!,
    );
}

/** The eight words of a signing key (32 bytes): what two people compare in person. */
export function keyWords(key: Uint8Array): string[] {
    return wordsOf("evidence/words/key/1\n", key);
}

/** The eight words of a bundle, from the SHA-256 (32 bytes) of its tag manifest. */
export function bundleWords(digest: Uint8Array): string[] {
    return wordsOf("evidence/words/bundle/1\n", digest);
}
