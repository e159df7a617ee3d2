/** Bundle format 1: every name and limit. Source: resources/formats/bundle.md, "Names and limits". */

export const FORMAT = 1;

export const BAGIT = "bagit.txt";
export const BAG_INFO = "bag-info.txt";
export const MANIFEST = "manifest-sha256.txt";
export const TAG_MANIFEST = "tagmanifest-sha256.txt";
export const SIGNATURE = "tagmanifest-sha256.txt.sig";
/** The answers of up to five time stamp services, in the order of these names; all over the signature. */
export const TIME_STAMPS = ["", "-2", "-3", "-4", "-5"].map(
    (number) => `tagmanifest-sha256.txt.sig${number}.tsr`,
);
export const REPORT = "data/report.pdf";
export const INCIDENT = "data/incident.json";
export const CARD = "data/sender.evidence-contact";
export const COMMITMENTS = "data/ledger/commitments.txt";
export const OPENED = "data/ledger/opened.jsonl";
export const CHECKPOINT = "data/ledger/checkpoint.txt";
export const CHECKPOINT_SIGNATURE = "data/ledger/checkpoint.txt.sig";

export const BAGIT_CONTENT = "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n";
export const TAG_FILES = [BAG_INFO, BAGIT, MANIFEST];
export const TOP = [BAGIT, BAG_INFO, MANIFEST, TAG_MANIFEST, SIGNATURE];
export const REQUIRED = [
    ...TOP,
    "data/README.txt",
    INCIDENT,
    CARD,
    COMMITMENTS,
    OPENED,
    CHECKPOINT,
    CHECKPOINT_SIGNATURE,
];

const KIB = 1024;
const MIB = 1024 * KIB;
const GIB = 1024 * MIB;
export const MAX_MEMBERS = 31_000;
export const MAX_ENTRIES = 1_000_000;
export const MAX_FILE = 64 * GIB;
export const MAX_TOTAL = 256 * GIB;
/** All small files together, as they are held in memory until everything is there. */
export const MAX_HELD = 64 * MIB;
export const MAX_PADDING = MIB;
export const MAX_CARD = 16 * KIB;

const HELD = new Map<string, number>([
    [BAGIT, 4 * KIB],
    [BAG_INFO, MIB],
    [MANIFEST, 8 * MIB],
    [TAG_MANIFEST, 4 * KIB],
    [SIGNATURE, 4 * KIB],
    [CARD, MAX_CARD],
    [INCIDENT, 32 * MIB],
    [OPENED, 32 * MIB],
    [CHECKPOINT, KIB],
    [CHECKPOINT_SIGNATURE, 4 * KIB],
    ...TIME_STAMPS.map((name): [string, number] => [name, 64 * KIB]),
]);
const MAX_OBSERVED = MIB;
const MAX_STATED = 16 * MIB;

/** Name endings are the format's and follow the media type, so no original can be called a program. */
const ENDINGS: Record<string, string> = {
    "application/pdf": "pdf",
    "application/pkix-cert": "der",
    "application/vnd.ms-outlook": "msg",
    "application/wacz": "wacz",
    "application/warc": "warc",
    "application/zip": "zip",
    "application/json": "json",
    "audio/aac": "aac",
    "audio/amr": "amr",
    "audio/flac": "flac",
    "audio/mp4": "m4a",
    "audio/mpeg": "mp3",
    "audio/ogg": "ogg",
    "audio/wav": "wav",
    "image/bmp": "bmp",
    "image/gif": "gif",
    "image/heic": "heic",
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/tiff": "tif",
    "image/webp": "webp",
    "message/rfc822": "eml",
    "multipart/related": "mhtml",
    "text/csv": "csv",
    "text/html": "html",
    "text/plain": "txt",
    "text/xml": "xml",
    "video/3gpp": "3gp",
    "video/mp4": "mp4",
    "video/quicktime": "mov",
    "video/webm": "webm",
};

export type Part = "original" | "observed" | "stated" | "beside";

/** Where a name belongs. `held`: the most bytes that are kept in memory, 0 for a file that is only hashed. */
export interface Place {
    readonly name: string;
    readonly held: number;
    readonly number: string;
    readonly part: Part | null;
}

const NUMBER = /^[A-Z]{3}\/[0-9]{3,6}$/;
const EXHIBIT_FILE =
    /^data\/exhibits\/([A-Z]{3})-([0-9]{3,6})\/(?:(observed|stated)\.json|original\.[a-z0-9]{1,8}|(page\.(?:mhtml|wacz)|picture-(?:[2-9]|[1-9][0-9]{1,2})\.png|certificate-[1-9]\.der))$/;

/** The place of a name in the layout, or null for a name that may not be in a bundle. */
export function place(name: string): Place | null {
    if (REQUIRED.includes(name) || TIME_STAMPS.includes(name) || name === REPORT) {
        return { name, held: HELD.get(name) ?? 0, number: "", part: null };
    }
    const found = EXHIBIT_FILE.exec(name);
    if (found === null) return null;
    const number = `${found[1]}/${found[2]}`;
    if (found[4] !== undefined) return { name, held: 0, number, part: "beside" };
    if (found[3] === undefined) return { name, held: 0, number, part: "original" };
    const part = found[3] as "observed" | "stated";
    return { name, held: part === "observed" ? MAX_OBSERVED : MAX_STATED, number, part };
}

export function isNumber(text: string): boolean {
    return NUMBER.test(text);
}

/** `data/exhibits/HXA-001` for `HXA/001`. */
export function folder(number: string): string {
    return `data/exhibits/${number.replace("/", "-")}`;
}

export function observedName(number: string): string {
    return `${folder(number)}/observed.json`;
}

export function statedName(number: string): string {
    return `${folder(number)}/stated.json`;
}

function ending(mediaType: string): string | undefined {
    return Object.hasOwn(ENDINGS, mediaType) ? ENDINGS[mediaType] : undefined;
}

export function originalName(number: string, mediaType: string): string {
    return `${folder(number)}/original.${ending(mediaType) ?? "bin"}`;
}

/** Name of a file beside the original, null for one that has no place here. */
export function besideName(number: string, file: string, mediaType: string): string | null {
    const name = `${folder(number)}/${file}`;
    const fits = place(name)?.part === "beside" && fileEnding(file) === ending(mediaType);
    return fits ? name : null;
}

function fileEnding(name: string): string {
    return name.slice(name.lastIndexOf(".") + 1);
}

/** The media type that the ending of an original stands for; empty for one that stands for none. */
export function mediaTypeOf(name: string): string {
    const wanted = fileEnding(name);
    return Object.keys(ENDINGS).find((mediaType) => ENDINGS[mediaType] === wanted) ?? "";
}

const KINDS: Record<string, string> = {
    "application/pdf": "document",
    "application/vnd.ms-outlook": "e-mail",
    "application/wacz": "web page",
    "application/warc": "web page",
    "application/zip": "archive",
    "image/png": "screenshot",
    "message/rfc822": "e-mail",
    "multipart/related": "web page",
    "text/html": "web page",
    audio: "recording",
    image: "picture",
    text: "text",
    video: "video",
};

/** A word for an original, by the ending that the layout gave it. */
export function kindOfName(name: string): string {
    const mediaType = mediaTypeOf(name);
    return KINDS[mediaType] ?? KINDS[mediaType.split("/")[0]!] ?? "file";
}
