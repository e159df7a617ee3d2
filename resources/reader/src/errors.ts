/** Why a file has no verdict. The words are those of the program; a test holds the two together. */

/** What kind of failure it is: decides the face of the page. */
export type Failure =
    "damaged" | "not-ours" | "not-for-you" | "wrong-passphrase" | "newer" | "unreadable" | "usage";

/** A failure with a sentence for a person: what happened, what is safe, what to do. */
export class ReaderError extends Error {
    constructor(
        readonly failure: Failure,
        message: string,
    ) {
        super(message);
    }
}

/** Something in the record or in a file does not check; becomes a problem of the verdict. */
export class IntegrityError extends Error {}

/** Written by a later version of the program than this page knows. */
export class NewerError extends Error {}

/** What a check needs could not be read; the reason is among the problems already. */
export class Blocked extends Error {}

export const NOT_OURS = "This file is not an Evidence bundle, or the copy is incomplete.";

export function damaged(): ReaderError {
    return new ReaderError(
        "damaged",
        "This file is damaged: it was cut off or changed on its way. Nothing from it is shown. " +
            "Keep it, and ask the sender for a new copy.",
    );
}

export function notOurs(): ReaderError {
    return new ReaderError("not-ours", NOT_OURS);
}

export function overLimit(what: string): ReaderError {
    return new ReaderError(
        "damaged",
        `This bundle is larger than a bundle may be: ${what}. Nothing from it is shown. ` +
            "Ask the sender for a new copy.",
    );
}
