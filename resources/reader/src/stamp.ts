/**
 * What a time stamp (RFC 3161) claims. This page knows no service, so nothing of it is ever believed: it is read
 * to say what is there. Source: bundle.md, "Checking".
 */

import { sha256 } from "@noble/hashes/sha2.js";

import { hex, latin, same } from "./bytes.js";

/** It is no time stamp, or one of other bytes; the message says which. */
export class StampError extends Error {}

const SEQUENCE = 0x30;
const INTEGER = 0x02;
const OCTETS = 0x04;
const OID = 0x06;
const TIME = 0x18;
const TAGGED = 0xa0;
const SHA256 = "608648016503040201";
const TIME_STAMPING = "2b06010505070308";
const EXTENDED_USAGE = "551d25";
const COMMON_NAME = "550403";

/** One value of DER: its tag, its content, and what follows it is read by whoever holds the list. */
interface Value {
    readonly tag: number;
    readonly data: Uint8Array;
}

/** The values that stand one after the other; raises for anything that is not DER. */
function values(data: Uint8Array): Value[] {
    const found: Value[] = [];
    for (let at = 0; at < data.length;) {
        const tag = data[at]!;
        let length = data[at + 1] ?? -1;
        at += 2;
        if (length > 127) {
            const count = length & 127;
            if (count < 1 || count > 4) throw new StampError();
            length = data.subarray(at, at + count).reduce((sum, byte) => sum * 256 + byte, 0);
            at += count;
        }
        if (length < 0 || at + length > data.length || (tag & 31) === 31) throw new StampError();
        found.push({ tag, data: data.subarray(at, at + length) });
        at += length;
    }
    return found;
}

function inside(value: Value | undefined, tag: number): Value[] {
    return values(content(value, tag));
}

function content(value: Value | undefined, tag: number): Uint8Array {
    if (value?.tag !== tag) throw new StampError();
    return value.data;
}

/** What the response of a service says about these bytes; raises `StampError`. */
export function readStamp(response: Uint8Array, signed: Uint8Array): { by: string; at: Date } {
    try {
        return claims(response, signed);
    } catch (error) {
        if (error instanceof StampError && error.message !== "") throw error;
        throw new StampError("The time stamp cannot be read.");
    }
}

function claims(response: Uint8Array, signed: Uint8Array): { by: string; at: Date } {
    const whole = values(response);
    const [status, token] = inside(whole[0], SEQUENCE);
    if (whole.length !== 1) throw new StampError();
    if (hex(content(inside(status, SEQUENCE)[0], INTEGER)) !== "00") {
        throw new StampError("The time stamp service refused to give a time stamp.");
    }
    const data = inside(inside(inside(token, SEQUENCE)[1], TAGGED)[0], SEQUENCE);
    const wrapped = inside(inside(data[2], SEQUENCE)[1], TAGGED)[0];
    const info = inside(values(content(wrapped, OCTETS))[0], SEQUENCE);
    const [algorithm, digest] = inside(info[2], SEQUENCE);
    const expected = hex(content(inside(algorithm, SEQUENCE)[0], OID)) === SHA256;
    if (!expected || !same(content(digest, OCTETS), sha256(signed))) {
        throw new StampError("The time stamp is of something else.");
    }
    const found = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(?:\.\d+)?Z$/.exec(latin(content(info[4], TIME)));
    if (found === null) throw new StampError();
    const [year, month, day, hour, minute, second] = found.slice(1).map(Number);
    const certificates = data[3]?.tag === TAGGED ? values(data[3].data) : [];
    const at = new Date(Date.UTC(year!, month! - 1, day!, hour!, minute!, second!));
    return { by: certificates.map(serviceName).find(Boolean) ?? "", at };
}

/** What a certificate for time stamps calls its holder; empty for any other. */
function serviceName(certificate: Value): string {
    try {
        const fields = inside(inside(certificate, SEQUENCE)[0], SEQUENCE);
        const versioned = fields[0]?.tag === TAGGED ? 1 : 0;
        const extensions = fields.find((one) => one.tag === 0xa3);
        const usages = inside(inside(extensions, 0xa3)[0], SEQUENCE).map((one) => inside(one, SEQUENCE));
        const usage = usages.find((one) => hex(one[0]!.data) === EXTENDED_USAGE)?.at(-1);
        const purposes = inside(values(content(usage, OCTETS))[0], SEQUENCE).map((one) => hex(one.data));
        if (!purposes.includes(TIME_STAMPING)) return "";
        const names = inside(fields[versioned + 4], SEQUENCE).flatMap((one) => values(one.data));
        const name = names
            .map((one) => inside(one, SEQUENCE))
            .find((one) => hex(one[0]!.data) === COMMON_NAME);
        return name?.[1] ? new TextDecoder().decode(name[1].data) : "";
    } catch {
        return "";
    }
}
