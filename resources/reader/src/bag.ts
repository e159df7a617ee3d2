/** The text files of the bag (BagIt 1.0): strict reading. Source: bundle.md, "The bag". */

import { ascii, isAscii, latin, unhex, type Bytes } from "./bytes.js";
import { IntegrityError, NewerError } from "./errors.js";
import { asciiJson, fromJson } from "./json.js";
import { BAG_INFO, FORMAT } from "./layout.js";
import { utcMoment } from "./ledger.js";

const ONCE = [
    "Bagging-Date",
    "Payload-Oxum",
    "Evidence-Bundle-Format",
    "Evidence-Bundle",
    "Evidence-Incident",
    "Evidence-Title",
    "Evidence-Sender",
    "Evidence-Sealed-At",
    "Evidence-Ledger-Size",
    "Evidence-Ledger-Link",
];
const COUNT = /^(?:0|[1-9][0-9]{0,17})$/;

/** What `bag-info.txt` says. `octets` and `files` are of `data/`; numbers as their digits. */
export interface BagInfo {
    readonly bundleId: string;
    readonly reference: string;
    readonly title: string;
    readonly sender: string;
    readonly sealedFor: string[];
    readonly sealedAt: string;
    readonly ledgerSize: string;
    readonly ledgerLink: Bytes;
    readonly octets: string;
    readonly files: string;
}

function lines(data: Uint8Array, where: string): string[] {
    if (!isAscii(data)) throw new IntegrityError(`The file ${where} cannot be read.`);
    const text = latin(data);
    if (!text.endsWith("\n")) throw new IntegrityError(`The file ${where} is cut off.`);
    return text.slice(0, -1).split("\n");
}

/** Name to hex digest; raises `IntegrityError` for any other spelling or a name twice. */
export function readManifest(data: Uint8Array, where: string): Map<string, string> {
    const found = new Map<string, string>();
    for (const line of lines(data, where)) {
        const match = /^([0-9a-f]{64}) {2}([!-~]{1,200})$/.exec(line);
        if (match === null || found.has(match[2]!))
            throw new IntegrityError(`The list of files ${where} cannot be read.`);
        found.set(match[2]!, match[1]!);
    }
    return found;
}

/** The number of the format that a `bag-info.txt` names, of whatever later version. */
export function formatOf(data: Uint8Array): number | null {
    const found = [...latin(data).matchAll(/(?:^|\n)Evidence-Bundle-Format: ([1-9][0-9]{0,8})(?=\n|$)/g)];
    return found.length === 1 ? Number(found[0]![1]) : null;
}

/** Raises `IntegrityError`, or `NewerError` for a later format. */
export function readInfo(data: Uint8Array): BagInfo {
    const broken = new IntegrityError("The label of the bundle (bag-info.txt) cannot be read.");
    const values = new Map<string, string>();
    const sealedFor: string[] = [];
    for (const line of lines(data, BAG_INFO)) {
        const match = /^([A-Za-z-]{1,40}): ([ -~]{0,8000})$/.exec(line);
        if (match === null) throw broken;
        const label = match[1]!;
        const value = plain(match[2]!);
        if (label === "Evidence-Sealed-For") sealedFor.push(value);
        else if (ONCE.includes(label) && !values.has(label)) values.set(label, value);
        else throw broken;
    }
    if (values.size !== ONCE.length) throw broken;
    const value = (label: string): string => values.get(label)!;
    const oxum = value("Payload-Oxum");
    const point = oxum.indexOf(".");
    const [octets, files] = point < 0 ? [oxum, ""] : [oxum.slice(0, point), oxum.slice(point + 1)];
    const format = value("Evidence-Bundle-Format");
    const size = value("Evidence-Ledger-Size");
    if (![octets, files, size, format].every((number) => COUNT.test(number))) throw broken;
    if (Number(format) > FORMAT) {
        throw new NewerError(
            "This bundle was made by a newer version of Evidence. Nothing is lost. Update the program and " +
                "try again.",
        );
    }
    const link = value("Evidence-Ledger-Link");
    const sealedAt = value("Evidence-Sealed-At");
    const dated = value("Bagging-Date") === sealedAt.slice(0, 10);
    if (Number(format) !== FORMAT || !/^[0-9a-f]{64}$/.test(link) || !dated) throw broken;
    return {
        bundleId: value("Evidence-Bundle"),
        reference: value("Evidence-Incident"),
        title: value("Evidence-Title"),
        sender: value("Evidence-Sender"),
        sealedFor,
        sealedAt: utcMoment(sealedAt),
        ledgerSize: size,
        ledgerLink: unhex(link),
        octets,
        files,
    };
}

/** A value of the label: written like the inside of an ASCII JSON string, in its one spelling. */
function plain(value: string): string {
    const label = "The label of the bundle (bag-info.txt)";
    const text = fromJson(ascii(`"${value}"`), label);
    if (typeof text !== "string" || asciiJson(text) !== `"${value}"`) {
        throw new IntegrityError(`${label} is not written as expected.`);
    }
    return text;
}
