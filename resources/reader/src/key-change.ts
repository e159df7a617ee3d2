/**
 * The statement that a vault goes on under another signing key, signed by the old key and by the new one.
 * Source: resources/formats/vault.md, "Another key".
 */

import { ascii, isAscii, same, unhex, type Bytes } from "./bytes.js";
import { keyFromLine, SignatureError, verify } from "./sshsig.js";

const FORM =
    /^evidence-key-change v1\nvault ([0-9a-f-]{36})\nsize ([1-9][0-9]{0,15})\nlink ([0-9a-f]{64})\nold ([^\n]{1,200})\nnew ([^\n]{1,200})\nrecipient age1[0-9a-z]{58}\ntime [0-9TZ:.-]{1,40}\n$/;

/** From the entry after `size` on (`link`: that of entry `size`) the vault signs with `next` (32 bytes). */
export interface KeyChange {
    readonly vaultId: string;
    readonly size: number;
    readonly link: Bytes;
    readonly old: Bytes;
    readonly next: Bytes;
}

/** What was signed; raises `SignatureError` unless both keys that it names signed exactly this. */
export async function readKeyChange(text: string, byOld: string, byNew: string): Promise<KeyChange> {
    const found = FORM.exec(text);
    if (found === null)
        throw new SignatureError("The statement about another key is not written as expected.");
    const change = {
        vaultId: found[1]!,
        size: Number(found[2]),
        link: unhex(found[3]!),
        old: keyFromLine(found[4]!),
        next: keyFromLine(found[5]!),
    };
    for (const [key, signature] of [
        [change.old, byOld],
        [change.next, byNew],
    ] as const) {
        const signed = ascii(signature);
        if (!isAscii(signed))
            throw new SignatureError("A signature about another key is not written as expected.");
        const signer = await verify(ascii(text), signed, "evidence-key-change");
        if (!same(signer, key))
            throw new SignatureError(
                "The signature does not check: it was made with another key. Do not rely on what was signed.",
            );
    }
    return change;
}
