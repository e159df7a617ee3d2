/** Contact cards: who somebody says they are, signed with their own key. Source: bundle.md, "The contact card". */

import { ascii, latin, type Bytes } from "./bytes.js";
import { IntegrityError, ReaderError } from "./errors.js";
import { asciiJson, Fields, fromJson } from "./json.js";
import { MAX_CARD } from "./layout.js";
import { isRecipient } from "./recipient.js";
import { keyFromLine, publicLine, SignatureError, verify } from "./sshsig.js";
import { flawOfLine } from "./text.js";

const FORMAT = 1;
const NAMES = ["name", "role", "school"] as const;
const FIELDS = ["evidence-contact", ...NAMES, "signing_key", "recipient"];

export interface Card {
    readonly name: string;
    readonly role: string;
    readonly school: string;
    readonly key: Bytes;
    readonly recipient: string;
}

export type CardCode = "card-broken" | "card-name" | "card-key" | "card-signature";

/** A contact card that does not check; `code` says why. */
export class CardError extends Error {
    constructor(
        readonly code: CardCode,
        message: string,
    ) {
        super(message);
    }
}

const BROKEN = "The contact card cannot be read. Nothing was added. Ask for a new card.";

/** Read a card and check its own signature; raises `ReaderError` for no card at all, or `CardError`. */
export async function readCard(data: Uint8Array): Promise<Card> {
    const end = data.indexOf(10);
    if (
        data.length > MAX_CARD ||
        end < 0 ||
        !latin(data.subarray(0, 20)).startsWith('{"evidence-contact":')
    ) {
        throw new ReaderError(
            "not-ours",
            "This file is not an Evidence contact card, or the copy is incomplete.",
        );
    }
    const text = data.subarray(0, end + 1);
    const card = parse(text);
    try {
        const signer = await verify(text, data.subarray(end + 1), "evidence-contact");
        if (publicLine(signer) !== publicLine(card.key)) throw new SignatureError("made with another key");
    } catch (error) {
        if (!(error instanceof SignatureError)) throw error;
        throw new CardError(
            "card-signature",
            "The contact card was changed after it was made: its signature does not fit. " +
                "Nothing was added. Ask for a new card.",
        );
    }
    return card;
}

function spelt(card: Card): Bytes {
    const values = [card.name, card.role, card.school, publicLine(card.key), card.recipient];
    const fields = FIELDS.slice(1).map((name, at) => `"${name}":${asciiJson(values[at]!)}`);
    return ascii(`{"evidence-contact":${FORMAT},${fields.join(",")}}\n`);
}

function parse(text: Uint8Array): Card {
    const broken = new CardError("card-broken", BROKEN);
    let card: Card;
    let names: string[];
    try {
        const raw = fromJson(text, "The contact card");
        const fields = new Fields(raw, "The contact card");
        if (fields.number("evidence-contact") > FORMAT) {
            throw new ReaderError(
                "newer",
                "This contact card was made by a newer version of Evidence. Nothing is lost. Update the program " +
                    "and try again.",
            );
        }
        const line = fields.text("signing_key");
        card = {
            name: fields.text("name"),
            role: fields.text("role"),
            school: fields.text("school"),
            key: keyFromLine(line),
            recipient: fields.text("recipient"),
        };
        names = raw instanceof Map ? [...raw.keys()] : [];
    } catch (error) {
        if (error instanceof IntegrityError || error instanceof SignatureError) throw broken;
        throw error;
    }
    if (names.join() !== FIELDS.join()) throw broken;
    for (const name of NAMES) {
        // Not everybody who keeps evidence belongs to one school.
        const flaw = name === "school" && card.school === "" ? null : flawOfLine(card[name]);
        if (flaw !== null) {
            throw new CardError(
                "card-name",
                `The ${name} on the contact card ${flaw}. Nothing was added. Ask for a new card.`,
            );
        }
    }
    if (!isRecipient(card.recipient)) {
        throw new CardError(
            "card-key",
            "The key on the contact card cannot be used. Nothing was added. Ask for a new card.",
        );
    }
    if (latin(spelt(card)) !== latin(text)) throw broken;
    return card;
}
