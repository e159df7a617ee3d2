/** What the page and its worker say to each other: plain values only. */

import type { Check } from "./answers.js";
import type { Failure } from "./errors.js";
import type { Problem } from "./findings.js";
import type { Face, Question } from "./sentences.js";

/** What it takes to open a file. */
export type Need = "nothing" | "passphrase" | "key";

/** A card as the page shows it before its words were compared. */
export interface ShownCard {
    readonly name: string;
    readonly role: string;
    readonly words: string[];
}

/** A card that the reader gave, by its bytes. `how` is empty until its words were compared. */
export interface GivenCard {
    readonly data: Uint8Array;
    readonly how: string;
    /** Milliseconds since 1970, when the words were compared. */
    readonly at: number;
}

/** A file of an exhibit that can be opened: its name in the bundle, and what it is. */
export interface ShownFile {
    readonly name: string;
    readonly mediaType: string;
    readonly size: number;
}

export interface ShownStatement {
    readonly field: string;
    readonly value: string;
    readonly source: string;
    readonly by: string;
    readonly at: string;
}

/** `files` and what follows are empty for an exhibit that is not as it was sealed. */
export interface ShownExhibit {
    readonly number: string;
    readonly kind: string;
    readonly unchanged: boolean;
    readonly files: ShownFile[];
    readonly level: string;
    readonly method: string;
    readonly sealedAt: string;
    readonly statements: ShownStatement[];
}

/** Everything that the page shows of one bundle. */
export interface Answer {
    readonly face: Face;
    readonly failure: Failure | null;
    readonly sentence: string;
    readonly below: string;
    readonly questions: Question[];
    readonly checks: Check[];
    readonly problems: Problem[];
    readonly exhibits: ShownExhibit[];
    readonly unchanged: boolean;
    /** The reader's own name for the sender, empty where nobody is confirmed. */
    readonly confirmed: string;
    /** What the bundle says about itself, as rows of label and words. */
    readonly about: [string, string][];
    readonly said: ShownStatement[];
    /** The name that the bundle gives, and the words of the key that sealed it; null where it names nobody. */
    readonly sender: { readonly name: string; readonly words: string[] } | null;
    /** The card in the bundle, where the key on it is the one that sealed the bundle. */
    readonly card: Uint8Array | null;
    readonly report: ShownFile | null;
    /** The answer in the form of `evidence-app verify --json`. */
    readonly json: string;
}

export type Request =
    | { readonly act: "look"; readonly file: Blob }
    | {
          readonly act: "check";
          readonly file: Blob;
          readonly passphrase: string;
          readonly key: string;
          readonly cards: GivenCard[];
      }
    | { readonly act: "cards"; readonly cards: GivenCard[] }
    | { readonly act: "card"; readonly data: Uint8Array }
    | { readonly act: "open"; readonly name: string };

export interface Replies {
    look: Need;
    check: Answer;
    cards: Answer;
    card: ShownCard;
    open: Blob;
}

export interface Refusal {
    readonly failure: Failure;
    readonly message: string;
    /** How the page shows a file that has no verdict. */
    readonly answer: Answer;
}

export type FromWorker =
    | { readonly done: number; readonly total: number }
    | { readonly id: number; readonly reply: unknown }
    | { readonly id: number; readonly refusal: Refusal };
