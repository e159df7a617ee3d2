/** Checks of the seal and of the files: layout, signature, lists of files, digests. Each notes what it finds. */

import { formatOf, readInfo, readManifest } from "./bag.js";
import { latin, same } from "./bytes.js";
import { CardError, readCard } from "./card.js";
import { IntegrityError, NewerError, ReaderError } from "./errors.js";
import { need, type Work } from "./findings.js";
import * as layout from "./layout.js";
import { SignatureError, verify } from "./sshsig.js";
import { byCode, shownName } from "./text.js";

/** Where a file belongs (exhibit number, or its own name) and words for it. */
export function describeFile(name: string): [string, string] {
    const place = layout.place(name);
    if (place === null || place.part === null) return [shownName(name), `The file ${shownName(name)}`];
    const words = {
        original: `The ${layout.kindOfName(name)} ${place.number}`,
        observed: `What the program observed about ${place.number}`,
        stated: `What was stated about ${place.number}`,
        beside: `The file ${name.slice(name.lastIndexOf("/") + 1)} of ${place.number}`,
    };
    return [place.number, words[place.part]];
}

export function missing(work: Work, name: string): void {
    const [where, words] = describeFile(name);
    work.problem("missing-file", where, `${words} is missing.`);
}

export function added(work: Work, name: string): void {
    const [where, words] = describeFile(name);
    work.problem("extra-file", where, `${words} was not sealed: it was added afterwards.`);
}

function changed(work: Work, name: string, expected: string): void {
    const [where, words] = describeFile(name);
    work.changed.add(name);
    const found = work.bag.files.get(name)!.sha256;
    work.problem("file-changed", where, `${words} is not the one that was sealed.`, expected, found);
}

export function checkLayout(work: Work): void {
    const { bag } = work;
    for (const name of layout.REQUIRED) if (!bag.files.has(name)) missing(work, name);
    for (const number of bag.numbers()) {
        for (const name of [layout.observedName(number), layout.statedName(number)]) {
            if (!bag.files.has(name)) missing(work, name);
        }
        const originals = bag.originals(number).length;
        if (originals === 0) work.problem("missing-file", number, `The original of ${number} is missing.`);
        else if (originals > 1) work.problem("extra-file", number, `There are two originals of ${number}.`);
    }
    for (const [code, name] of bag.strange) {
        const text = shownName(name);
        if (code === "duplicate-file") work.problem(code, text, `The name ${text} is there twice.`);
        else added(work, name);
    }
}

export async function checkSignature(work: Work): Promise<void> {
    const [text, signature] = [work.held(layout.TAG_MANIFEST), work.held(layout.SIGNATURE)];
    try {
        work.signer = await verify(text, signature, "evidence-bundle");
    } catch (error) {
        if (!(error instanceof SignatureError)) throw error;
        work.problem(
            "signature-broken",
            layout.SIGNATURE,
            "The signature does not fit the list of files that it should seal.",
        );
    }
}

export async function checkCard(work: Work): Promise<void> {
    const data = work.held(layout.CARD);
    try {
        work.card = await readCard(data);
    } catch (error) {
        if (error instanceof CardError) {
            work.problem(error.code, layout.CARD, "The sender's contact card in the bundle does not check.");
        } else if (error instanceof ReaderError) {
            work.problem(
                "card-broken",
                layout.CARD,
                "The sender's contact card in the bundle cannot be read.",
            );
        } else {
            throw error;
        }
    }
}

export function checkSigner(work: Work): void {
    if (!same(need(work.signer), need(work.card).key)) {
        work.problem(
            "signature-other-key",
            layout.SIGNATURE,
            "The bundle was signed with another key than the one on the sender's contact card.",
        );
    }
}

export function checkBagit(work: Work): void {
    if (latin(work.held(layout.BAGIT)) !== layout.BAGIT_CONTENT) {
        work.problem("bagit-txt", layout.BAGIT, "The file bagit.txt is not as the format prescribes.");
    }
}

/** A list of files, or null where it cannot be read, which is noted. */
function listed(work: Work, code: string, name: string, data: Uint8Array): Map<string, string> | null {
    try {
        return readManifest(data, name);
    } catch (error) {
        if (!(error instanceof IntegrityError)) throw error;
        work.problem(code, name, error.message);
        return null;
    }
}

export function checkTagManifest(work: Work): void {
    const found = listed(work, "tag-manifest", layout.TAG_MANIFEST, work.held(layout.TAG_MANIFEST));
    if (found === null) return;
    if ([...found.keys()].sort(byCode).join("\n") !== [...layout.TAG_FILES].sort(byCode).join("\n")) {
        work.problem(
            "tag-manifest",
            layout.TAG_MANIFEST,
            "The signed list does not cover exactly the files it should.",
        );
    }
    work.tagList = found;
}

export function checkTagFiles(work: Work): void {
    for (const [name, digest] of need(work.tagList)) {
        const file = work.bag.files.get(name);
        if (file === undefined) missing(work, name);
        else if (file.sha256 !== digest) changed(work, name, digest);
    }
}

export function checkManifest(work: Work): void {
    const found = listed(work, "manifest", layout.MANIFEST, need(work.bag.held.get(layout.MANIFEST)));
    if (found === null) return;
    for (const name of found.keys()) {
        if (!name.startsWith("data/") || layout.place(name) === null) {
            const words = `The list of files names ${shownName(name)}, which may not be there.`;
            work.problem("manifest", layout.MANIFEST, words);
        }
    }
    work.fileList = found;
}

/**
 * Every file of `data/` against the list. Where the list itself was changed, it may not accuse an exhibit:
 * those are compared with the ledger anyway.
 */
export function checkFiles(work: Work): void {
    const list = need(work.fileList);
    const trusted = !work.changed.has(layout.MANIFEST);
    const here = [...work.bag.files.keys()].filter((name) => name.startsWith("data/"));
    for (const name of [...new Set([...list.keys(), ...here])].sort(byCode)) {
        const file = work.bag.files.get(name);
        const place = layout.place(name);
        if (place === null || (place.number !== "" && !trusted)) continue;
        const digest = list.get(name);
        if (file === undefined) missing(work, name);
        else if (digest === undefined) added(work, name);
        else if (file.sha256 !== digest) changed(work, name, digest);
    }
}

export function checkBagInfo(work: Work): void {
    const data = work.held(layout.BAG_INFO);
    try {
        work.info = readInfo(data);
    } catch (error) {
        if (error instanceof NewerError) {
            work.newer = layout.BAG_INFO;
            work.problem("newer-format", layout.BAG_INFO, error.message);
        } else if (error instanceof IntegrityError) {
            if ((formatOf(data) ?? 0) > layout.FORMAT) work.newer = layout.BAG_INFO;
            work.problem("bag-info", layout.BAG_INFO, error.message);
        } else {
            throw error;
        }
    }
}

export function checkOxum(work: Work): void {
    const info = need(work.info);
    const sizes = [...work.bag.files]
        .filter(([name]) => name.startsWith("data/"))
        .map(([, file]) => file.size);
    const octets = sizes.reduce((sum, size) => sum + size, 0);
    if (info.octets !== String(octets) || info.files !== String(sizes.length)) {
        work.problem(
            "payload-oxum",
            layout.BAG_INFO,
            `The label counts ${info.files} files of ${info.octets} bytes; ` +
                `there are ${sizes.length} of ${octets} bytes.`,
        );
    }
}
