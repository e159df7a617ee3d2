/** Text from other people: what may stand in a name, and what is safe to show. */

const BIDIRECTIONAL = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u;
// Steers a display, breaks a line, or has no meaning in Unicode.
const REFUSED = /[\p{Cc}\p{Cs}\p{Cn}\p{Co}\p{Zl}\p{Zp}]/u;
// What a line of text is trimmed of and split at: JavaScript's own list differs in U+0085 and U+FEFF.
const SPACE = "[\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]";
const ENDS = new RegExp(`^${SPACE}+|${SPACE}+$`, "gu");
const BETWEEN = new RegExp(`${SPACE}+`, "u");
const MAX_LINE = 200;

/** Whether nothing in it steers a display, breaks a line or has no meaning in Unicode. */
export function isClean(text: string): boolean {
    return !BIDIRECTIONAL.test(text) && !REFUSED.test(text);
}

export function strip(text: string): string {
    return text.replace(ENDS, "");
}

/** The words of a text, without the white space around them. */
export function words(text: string): string[] {
    const plain = strip(text);
    return plain === "" ? [] : plain.split(BETWEEN);
}

/** Why a text cannot be a name, role or school (one printable line), null if it can. */
export function flawOfLine(text: string): string | null {
    if (strip(text) === "") return "is empty";
    if (text !== strip(text)) return "begins or ends with a space";
    if ([...text].length > MAX_LINE) return `is longer than ${MAX_LINE} characters`;
    if (!isClean(text))
        return "has a character that cannot be printed or that changes the direction of writing";
    if (text.normalize("NFC") !== text) return "is not written in the usual (NFC) form";
    return null;
}

/** A text of the sender that is safe to show: nothing in it steers the display; cut at `most`. */
export function shown(text: string, most = 4000): string {
    const letters = [...text];
    const cut = letters.length <= most ? letters : [...letters.slice(0, most - 1), "…"];
    return cut.map((one) => (one === "\n" || one === "\t" || isClean(one) ? one : "\ufffd")).join("");
}

/** A file name of somebody else's making, on one line. */
export function shownName(name: string): string {
    return shown(name, 120).replace(/[\n\t]/g, "\ufffd");
}

/** Whether every character can be printed: none of the separators but the plain space. */
export function isPrintable(text: string): boolean {
    return !/[\p{C}\p{Z}]/u.test(text.replaceAll(" ", ""));
}

// Where folding a capital's small form is not the folding of Unicode.
const FOLDS: Record<string, string> = { "\u0131": "\u0131", "\u1e9e": "ss" };

/** Unicode's full case folding, letter by letter. */
export function casefold(text: string): string {
    return [...text].map((one) => FOLDS[one] ?? one.toUpperCase().toLowerCase()).join("");
}

/** Names that fold to the same text would overwrite each other on some file system. */
export function folded(name: string): string {
    return casefold(name.normalize("NFKC")).normalize("NFKC");
}

/** A short text between quotation marks as it is written in messages about times. */
export function quoted(text: string): string {
    const mark = text.includes("'") && !text.includes('"') ? '"' : "'";
    const short: Record<string, string> = { "\n": "\\n", "\r": "\\r", "\t": "\\t", "\\": "\\\\" };
    const inside = [...text].map((one) => {
        if (one in short) return short[one]!;
        if (one === mark) return `\\${one}`;
        if (isPrintable(one)) return one;
        const code = one.codePointAt(0)!;
        if (code < 0x100) return `\\x${code.toString(16).padStart(2, "0")}`;
        return code < 0x10000
            ? `\\u${code.toString(16).padStart(4, "0")}`
            : `\\U${code.toString(16).padStart(8, "0")}`;
    });
    return mark + inside.join("") + mark;
}

/** `1 exhibit`, `5 exhibits`. */
export function plural(count: number, one: string, many: string): string {
    return `${count} ${count === 1 ? one : many}`;
}

/** Numbers and names as they are sorted in a bundle: by code point, not by language. */
export function byCode(one: string, other: string): number {
    const a = [...one];
    const b = [...other];
    for (let at = 0; at < Math.min(a.length, b.length); at++) {
        const difference = a[at]!.codePointAt(0)! - b[at]!.codePointAt(0)!;
        if (difference !== 0) return difference;
    }
    return a.length - b.length;
}
