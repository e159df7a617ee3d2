/**
 * JSON as the formats want it: no key twice, no NaN, no half characters, 100 levels at most, and `1`, `1.0`
 * and `true` are three different things. The browser's own parser hides all of that.
 */

import { utf8 } from "./bytes.js";
import { IntegrityError } from "./errors.js";

const MAX_NESTING = 100;
// More digits than any reader of ours turns into a number.
const MAX_DIGITS = 4300;
const LARGEST = Number.MAX_SAFE_INTEGER;

/** A whole number, by its digits: it may be larger than a JavaScript number can hold. */
export class Whole {
    constructor(readonly digits: string) {}
}

/** A number with a point or an exponent. */
export class Fraction {
    constructor(readonly value: number) {}
}

export type JsonObject = Map<string, Json>;
export type Json = null | boolean | string | Whole | Fraction | Json[] | JsonObject;

export function whole(value: number): Whole {
    return new Whole(String(value));
}

/** An object of known fields, in the order of the fields. */
export function object(fields: Record<string, Json>): JsonObject {
    return new Map(Object.entries(fields));
}

class NotJson extends Error {}

class Parser {
    private at = 0;

    constructor(
        private readonly text: string,
        private readonly nesting: number,
    ) {}

    whole(): Json {
        const value = this.value(0);
        this.space();
        if (this.at < this.text.length) throw new NotJson();
        return value;
    }

    private space(): void {
        while (" \t\n\r".includes(this.text[this.at] ?? "x")) this.at++;
    }

    private value(depth: number): Json {
        this.space();
        const first = this.text[this.at];
        if (first === "{") return this.object(depth + 1);
        if (first === "[") return this.list(depth + 1);
        if (first === '"') return this.string();
        for (const [word, value] of [
            ["true", true],
            ["false", false],
            ["null", null],
        ] as const) {
            if (this.text.startsWith(word, this.at)) {
                this.at += word.length;
                return value;
            }
        }
        return this.number();
    }

    private object(depth: number): Json {
        if (depth > this.nesting) throw new NotJson();
        const made: JsonObject = new Map();
        this.at++;
        this.space();
        if (this.take("}")) return made;
        do {
            this.space();
            if (this.text[this.at] !== '"') throw new NotJson();
            const key = this.string();
            this.space();
            if (!this.take(":") || made.has(key)) throw new NotJson();
            made.set(key, this.value(depth));
            this.space();
        } while (this.take(","));
        if (!this.take("}")) throw new NotJson();
        return made;
    }

    private list(depth: number): Json {
        if (depth > this.nesting) throw new NotJson();
        const made: Json[] = [];
        this.at++;
        this.space();
        if (this.take("]")) return made;
        do {
            made.push(this.value(depth));
            this.space();
        } while (this.take(","));
        if (!this.take("]")) throw new NotJson();
        return made;
    }

    private take(one: string): boolean {
        if (this.text[this.at] !== one) return false;
        this.at++;
        return true;
    }

    private string(): string {
        const start = this.at;
        for (this.at++; this.text[this.at] !== '"'; this.at++) {
            const code = this.text.charCodeAt(this.at);
            if (!(code >= 0x20)) throw new NotJson(); // a control character, or the end
            if (this.text[this.at] === "\\") this.at++;
        }
        this.at++;
        let text: string;
        try {
            text = JSON.parse(this.text.slice(start, this.at)) as string;
        } catch {
            throw new NotJson();
        }
        if (/\p{Cs}/u.test(text)) throw new NotJson();
        return text;
    }

    private number(): Json {
        const found = /(-?)(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?/y;
        found.lastIndex = this.at;
        const match = found.exec(this.text);
        if (match === null) throw new NotJson();
        this.at = found.lastIndex;
        if (match[3] !== undefined || match[4] !== undefined) return new Fraction(Number(match[0]));
        const digits = match[2]!;
        if (digits.length > MAX_DIGITS) throw new NotJson();
        return new Whole(digits === "0" ? "0" : match[1]! + digits);
    }
}

/** Parse strictly; raises `IntegrityError` that says `where` cannot be read. */
export function fromJson(data: Uint8Array, where: string, nesting = MAX_NESTING): Json {
    const sentence = `${where} cannot be read.`;
    const text = utf8(data, sentence);
    try {
        return new Parser(text, nesting).whole();
    } catch (error) {
        if (error instanceof NotJson || error instanceof RangeError) throw new IntegrityError(sentence);
        throw error;
    }
}

/** Equal as JSON: order of keys aside. */
export function sameJson(one: Json | undefined, other: Json | undefined): boolean {
    if (one instanceof Whole) return other instanceof Whole && one.digits === other.digits;
    if (one instanceof Fraction) return other instanceof Fraction && Object.is(one.value, other.value);
    if (Array.isArray(one)) {
        return (
            Array.isArray(other) &&
            one.length === other.length &&
            one.every((part, at) => sameJson(part, other[at]))
        );
    }
    if (one instanceof Map) {
        if (!(other instanceof Map) || one.size !== other.size) return false;
        return [...one].every(([key, value]) => other.has(key) && sameJson(value, other.get(key)));
    }
    return one === other;
}

/** A string as ASCII JSON, with its quotation marks: the one spelling of cards and labels. */
export function asciiJson(text: string): string {
    const short: Record<string, string> = {
        '"': '\\"',
        "\\": "\\\\",
        "\n": "\\n",
        "\r": "\\r",
        "\t": "\\t",
        "\f": "\\f",
        "\b": "\\b",
    };
    let made = '"';
    for (let at = 0; at < text.length; at++) {
        const one = text[at]!;
        if (one in short) made += short[one];
        else if (one >= " " && one <= "~") made += one;
        else made += `\\u${text.charCodeAt(at).toString(16).padStart(4, "0")}`;
    }
    return made + '"';
}

// The end of the calendar on either side, where a change of zone fails on some computers.
const FIRST_YEAR = 1971;
const LAST_YEAR = 9998;
const MOMENT =
    /^(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,]\d+)?)?(?:Z|[+-](\d\d):?(\d\d)(?::?\d\d(?:\.\d+)?)?)$/;

/** Whether a day is in the calendar. */
export function isDay(year: number, month: number, day: number): boolean {
    const date = new Date(Date.UTC(2000, month - 1, day));
    date.setUTCFullYear(year, month - 1, day);
    return (
        year > 0 &&
        date.getUTCFullYear() === year &&
        date.getUTCMonth() === month - 1 &&
        date.getUTCDate() === day
    );
}

/** Typed access to a JSON object; every miss raises `IntegrityError` and names the field. */
export class Fields {
    private readonly raw: JsonObject;

    constructor(
        raw: Json | undefined,
        private readonly where: string,
    ) {
        if (!(raw instanceof Map)) throw new IntegrityError(`${where} is not a JSON object.`);
        this.raw = raw;
    }

    private fail(name: string): IntegrityError {
        return new IntegrityError(`${this.where} has no valid “${name}”.`);
    }

    text(name: string): string {
        const value = this.raw.get(name);
        if (typeof value !== "string") throw this.fail(name);
        return value;
    }

    private missing(name: string): boolean {
        const value = this.raw.get(name);
        return value === undefined || value === null;
    }

    optionalText(name: string): string | null {
        return this.missing(name) ? null : this.text(name);
    }

    number(name: string): number {
        const value = this.raw.get(name);
        if (!(value instanceof Whole) || Math.abs(Number(value.digits)) > LARGEST) throw this.fail(name);
        return Number(value.digits);
    }

    optionalNumber(name: string): number | null {
        return this.missing(name) ? null : this.number(name);
    }

    flag(name: string): boolean {
        const value = this.raw.get(name);
        if (typeof value !== "boolean") throw this.fail(name);
        return value;
    }

    optionalFlag(name: string): boolean {
        return !this.missing(name) && this.flag(name);
    }

    /** A moment in ISO 8601 with its distance from UTC, as it is written. */
    moment(name: string): string {
        const text = this.text(name);
        const found = MOMENT.exec(text);
        if (found === null) throw this.fail(name);
        const [year, month, day, hour, minute, second, zone, zoneMinute] = found
            .slice(1)
            .map((one) => Number(one ?? 0));
        const good =
            isDay(year!, month!, day!) &&
            hour! < 24 &&
            minute! < 60 &&
            second! < 60 &&
            zone! < 24 &&
            zoneMinute! < 60;
        if (!good || year! < FIRST_YEAR || year! > LAST_YEAR) throw this.fail(name);
        return text;
    }

    optionalMoment(name: string): string | null {
        return this.missing(name) ? null : this.moment(name);
    }

    items(name: string): Json[] {
        const value = this.raw.get(name);
        if (!Array.isArray(value)) throw this.fail(name);
        return value;
    }

    optionalItems(name: string): Json[] {
        return this.missing(name) ? [] : this.items(name);
    }

    texts(name: string): string[] {
        const values = this.items(name);
        if (!values.every((value) => typeof value === "string")) throw this.fail(name);
        return values as string[];
    }

    textMap(name: string): Map<string, string> {
        const value = this.raw.get(name);
        if (!(value instanceof Map) || ![...value.values()].every((one) => typeof one === "string"))
            throw this.fail(name);
        return value as Map<string, string>;
    }

    fields(name: string): Fields {
        return new Fields(this.raw.get(name), `${this.where}, “${name}”,`);
    }

    optionalFields(name: string): Fields | null {
        return this.missing(name) ? null : this.fields(name);
    }

    has(name: string): boolean {
        return this.raw.has(name);
    }
}
