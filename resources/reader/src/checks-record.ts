/**
 * Checks of the record: checkpoint, chain, opened entries, and that the files say what they say. These catch
 * even a sender who signs a bundle again around another picture: the ledger still holds the old digest.
 */

import { hex, same } from "./bytes.js";
import { incidentValue, readClaims, readOpened, statedValue, tell, type Captured } from "./content.js";
import { added, describeFile, missing } from "./checks-seal.js";
import { Blocked, IntegrityError, NewerError } from "./errors.js";
import { need, type Work } from "./findings.js";
import { fromJson, sameJson } from "./json.js";
import * as layout from "./layout.js";
import { chain, DIGEST_BYTES, isCommitted, parseCheckpoint } from "./ledger.js";
import { isRecipient } from "./recipient.js";
import { checkObserved } from "./records.js";
import { publicLine, SignatureError, verify } from "./sshsig.js";
import { byCode, flawOfLine, strip } from "./text.js";

/** What `act` gives; an `IntegrityError` of it is noted as a problem, and gives null. */
function noted<T>(work: Work, code: string, where: string, act: () => T): T | null {
    try {
        return act();
    } catch (error) {
        if (!(error instanceof IntegrityError)) throw error;
        work.problem(code, where, error.message);
        return null;
    }
}

export function checkCheckpoint(work: Work): void {
    const data = need(work.bag.held.get(layout.CHECKPOINT));
    work.checkpoint = noted(work, "checkpoint-broken", layout.CHECKPOINT, () => parseCheckpoint(data));
}

export async function checkCheckpointSignature(work: Work): Promise<void> {
    const text = need(work.bag.held.get(layout.CHECKPOINT));
    const signature = need(work.bag.held.get(layout.CHECKPOINT_SIGNATURE));
    let signer: Uint8Array;
    try {
        signer = await verify(text, signature, "evidence-ledger");
    } catch (error) {
        if (!(error instanceof SignatureError)) throw error;
        work.problem(
            "checkpoint-signature",
            layout.CHECKPOINT,
            "The signature of the checkpoint does not fit: the record's end is not the one that was signed.",
        );
        return;
    }
    if (!same(signer, need(work.card).key)) {
        work.problem(
            "checkpoint-other-key",
            layout.CHECKPOINT,
            "The checkpoint of the record was signed with another key than the sender's.",
        );
    }
}

export function checkCommitments(work: Work): void {
    if (!work.bag.files.has(layout.COMMITMENTS)) throw new Blocked();
    if (work.bag.commitments === null) {
        work.problem("commitments-broken", layout.COMMITMENTS, "The list of commitments cannot be read.");
        return;
    }
    const count = work.bag.commitments.length / DIGEST_BYTES;
    const { size } = need(work.checkpoint);
    if (count !== size) {
        work.problem(
            "commitments-count",
            layout.COMMITMENTS,
            `The record should have ${size} entries; ${count} are here.`,
        );
    }
}

export function checkChain(work: Work): void {
    const [checkpoint, commitments] = [need(work.checkpoint), need(work.bag.commitments)];
    if (commitments.length !== DIGEST_BYTES * checkpoint.size) throw new Blocked();
    const link = chain(checkpoint.vaultId, commitments);
    if (!same(link, checkpoint.link)) {
        work.problem(
            "chain-broken",
            layout.COMMITMENTS,
            "The entries do not follow on from each other up to the signed checkpoint.",
            hex(checkpoint.link),
            hex(link),
        );
    }
}

export async function checkOpened(work: Work): Promise<void> {
    const data = need(work.bag.held.get(layout.OPENED));
    try {
        const entries = readOpened(data);
        const told = await tell(entries);
        if (entries.some((entry, at) => at > 0 && entry.seq <= entries[at - 1]!.seq)) {
            work.problem("opened-order", layout.OPENED, "The opened entries are not in their order.");
        }
        work.entries = entries;
        work.told = told;
    } catch (error) {
        if (error instanceof NewerError) {
            work.newer ||= layout.OPENED;
            work.problem("newer-format", layout.OPENED, error.message);
        } else if (error instanceof IntegrityError || error instanceof SignatureError) {
            work.problem("opened-broken", layout.OPENED, error.message);
        } else {
            throw error;
        }
    }
}

export function checkCommitted(work: Work): void {
    const [entries, commitments] = [need(work.entries), need(work.bag.commitments)];
    for (const entry of entries) {
        if (!isCommitted(commitments, entry)) {
            work.problem(
                "opened-not-committed",
                layout.OPENED,
                `Entry ${entry.seq} of the record is not the one that was written then.`,
            );
        }
    }
}

/**
 * The entry that made the vault, where it is opened, names the same vault and the first key; from there every
 * opened change of the key leads to the next one, and the last to the sender's.
 */
export function checkVault(work: Work): void {
    const [checkpoint, card, told] = [need(work.checkpoint), need(work.card), need(work.told)];
    let first = card.key;
    for (const [seq, change] of [...told.keyChanges].reverse()) {
        const commitments = need(work.bag.commitments);
        const reached = change.size * DIGEST_BYTES <= commitments.length;
        const linked =
            reached && chain(checkpoint.vaultId, commitments.subarray(0, change.size * DIGEST_BYTES));
        const here =
            change.vaultId === checkpoint.vaultId && change.size === seq - 1 && same(change.next, first);
        if (!here || !linked || !same(linked, change.link)) {
            work.problem(
                "key-change-broken",
                layout.OPENED,
                `Entry ${seq} of the record speaks of another change of the sender's key.`,
            );
        }
        first = change.old;
    }
    for (const [vaultId, key] of told.vaults) {
        if (vaultId !== checkpoint.vaultId || key !== publicLine(first)) {
            work.problem(
                "vault-differs",
                layout.OPENED,
                "The record was begun for another vault or with another key.",
            );
        }
    }
}

export function checkClaims(work: Work): void {
    const data = work.held(layout.INCIDENT);
    noted(work, "incident-broken", layout.INCIDENT, () => {
        work.rawIncident = fromJson(data, "The file data/incident.json");
        work.claims = readClaims(work.rawIncident);
    });
}

/** bag-info.txt says what the signed JSON, the card and the checkpoint say. */
export function checkLabel(work: Work): void {
    const [info, claims] = [need(work.info), need(work.claims)];
    const [card, checkpoint, told] = [need(work.card), need(work.checkpoint), need(work.told)];
    const pairs: [string, unknown, unknown][] = [
        ["bundle", info.bundleId, claims.bundleId],
        ["incident", info.reference, claims.reference],
        ["title", info.title, told.titles.get(claims.reference)],
        ["sender", info.sender, card.name],
        ["sealed for", JSON.stringify(info.sealedFor), JSON.stringify(claims.sealedFor)],
        ["time of sealing", info.sealedAt, claims.sealedAt],
        ["number of entries", info.ledgerSize, String(checkpoint.size)],
        ["end of the record", hex(info.ledgerLink), hex(checkpoint.link)],
    ];
    for (const [words, label, inside] of pairs) {
        if (label !== inside) {
            work.problem(
                "bag-info-differs",
                layout.BAG_INFO,
                `The label of the bundle gives another ${words} than what is inside.`,
            );
        }
    }
}

/** The only record of an exhibit, null where there is none or more than one. */
function captured(work: Work, number: string): Captured | null {
    const found = need(work.told).captured.get(number) ?? [];
    return found.length === 1 ? found[0]! : null;
}

/** Every exhibit was captured exactly once, and its original is the one the ledger recorded. */
export function checkOriginals(work: Work): void {
    const told = need(work.told);
    for (const number of work.bag.numbers()) {
        const record = captured(work, number);
        if (record === null) {
            const several = (told.captured.get(number) ?? []).length > 0;
            const words = several ? "has more than one record" : "is not in the record";
            const code = several ? "exhibit-two-records" : "exhibit-no-record";
            work.problem(code, number, `${number} ${words} of captures.`);
            continue;
        }
        checkBeside(work, record);
        const name = work.bag.original(number);
        if (name === null || work.changed.has(name)) continue;
        const file = work.bag.files.get(name)!;
        if (file.sha256 !== record.sha256) {
            work.changed.add(name);
            work.problem(
                "exhibit-differs",
                number,
                `The ${layout.kindOfName(name)} ${number} is not the one that was recorded when it was captured.`,
                record.sha256,
                file.sha256,
            );
        } else if (file.size !== record.size || name !== layout.originalName(number, record.mediaType)) {
            work.problem(
                "exhibit-record",
                number,
                `The size or kind of ${number} is not what the record says.`,
            );
        }
    }
}

/** The files beside an original are those of its entry, no fewer and no more. */
function checkBeside(work: Work, record: Captured): void {
    const recorded = new Map(record.files.map((one) => [one.name, one]));
    for (const name of work.bag.beside(record.number)) if (!recorded.has(name)) added(work, name);
    for (const [name, one] of recorded) {
        const file = work.bag.files.get(name);
        if (file === undefined) {
            missing(work, name);
        } else if (!work.changed.has(name) && (file.sha256 !== one.sha256 || file.size !== one.size)) {
            work.changed.add(name);
            work.problem(
                "exhibit-differs",
                record.number,
                `${describeFile(name)[1]} is not the one that was recorded when it was captured.`,
                one.sha256,
                file.sha256,
            );
        }
    }
}

/**
 * A copy belongs to an exhibit that was sealed before it. Where the reader has that one too, it is what the
 * copy says it was made of; otherwise the entry is one of the closed ones, which the chain counts.
 */
export function checkCopies(work: Work): void {
    const opened = new Set(need(work.entries).map((entry) => entry.seq));
    const sealed = new Map<number, Captured>();
    for (const records of need(work.told).captured.values())
        for (const one of records) sealed.set(one.entry.seq, one);
    for (const number of work.bag.numbers()) {
        const copy = captured(work, number);
        if (copy === null || copy.derived === null) continue;
        const origin = copy.derived;
        let fits =
            origin.seq > 1 &&
            origin.seq < copy.entry.seq &&
            layout.isNumber(origin.number) &&
            origin.number !== number;
        if (opened.has(origin.seq)) {
            const original = sealed.get(origin.seq);
            fits &&=
                original !== undefined &&
                original.derived === null &&
                original.number === origin.number &&
                original.method === origin.method &&
                original.level === copy.level;
        }
        if (!fits) {
            work.problem(
                "copy-differs",
                number,
                `${number} is a copy of another exhibit than the record says, or of none.`,
            );
        }
    }
}

/** Whether `act` says so; what cannot be read is not the same. */
function isSame(act: () => boolean): boolean {
    try {
        return act();
    } catch (error) {
        if (!(error instanceof IntegrityError)) throw error;
        return false;
    }
}

export function checkObservedFiles(work: Work): void {
    need(work.told);
    for (const number of work.bag.numbers()) {
        const record = captured(work, number);
        const name = layout.observedName(number);
        const data = work.bag.held.get(name);
        if (record === null || data === undefined || work.changed.has(name)) continue;
        const good = isSame(() => {
            const value = fromJson(data, `The file ${name}`);
            checkObserved(value, `The file ${name}`);
            return sameJson(value, record.observed ?? null);
        });
        if (!good) {
            const words = `What the program observed about ${number} is not what it recorded.`;
            work.problem("observed-differs", number, words);
        }
    }
}

export function checkStated(work: Work): void {
    const told = need(work.told);
    for (const number of work.bag.numbers()) {
        const name = layout.statedName(number);
        const data = work.bag.held.get(name);
        if (data === undefined || work.changed.has(name)) continue;
        if (!isSame(() => sameJson(fromJson(data, `The file ${name}`), statedValue(told, number)))) {
            work.problem(
                "stated-differs",
                number,
                `What was stated about ${number} is not what the record says.`,
            );
        }
    }
}

/** incident.json repeats the opened entries, field by field. */
export function checkIncident(work: Work): void {
    const [claims, told, raw] = [need(work.claims), need(work.told), work.rawIncident];
    if (told.references.filter((one) => one === claims.reference).length !== 1) {
        work.problem(
            "incident-no-record",
            layout.INCIDENT,
            "The incident is not in the record, or more than once.",
        );
    }
    if (claims.vaultId !== need(work.checkpoint).vaultId) {
        work.problem("vault-differs", layout.INCIDENT, "The incident is from another vault than the record.");
    }
    const expected = incidentValue(claims, told, work.bag.numbers());
    if (
        !(raw instanceof Map) ||
        raw.size !== expected.size ||
        ![...expected.keys()].every((name) => raw.has(name))
    ) {
        work.problem("incident-broken", layout.INCIDENT, "data/incident.json has missing or unknown fields.");
        return;
    }
    for (const [name, value] of expected) {
        if (!sameJson(raw.get(name), value)) {
            work.problem(
                "incident-differs",
                layout.INCIDENT,
                `The summary of the incident is not what the record says: ${name.replaceAll("_", " ")}.`,
            );
        }
    }
}

/** Every exhibit that the opened entries file under the incident is here or named as left out. */
export function checkLeftOut(work: Work): void {
    const [claims, told] = [need(work.claims), need(work.told)];
    const here = new Set(work.bag.numbers());
    const filed = new Set(told.ofIncident(claims.reference).sort(byCode));
    for (const number of filed) {
        if (!here.has(number) && !claims.leftOut.has(number)) {
            work.problem("exhibit-missing", number, `${number} belongs to the incident and is missing.`);
        }
    }
    for (const number of here) {
        if (!filed.has(number)) {
            work.problem("exhibit-unfiled", number, `${number} is not recorded as part of this incident.`);
        }
    }
    for (const [number, reason] of claims.leftOut) {
        if (here.has(number) || !layout.isNumber(number) || strip(reason) === "") {
            work.problem(
                "left-out",
                layout.INCIDENT,
                "The list of exhibits left out does not fit the bundle.",
            );
        }
    }
}

export function checkRecipients(work: Work): void {
    const { recipients, sealedFor } = need(work.claims);
    const good = recipients.every(isRecipient) && new Set(recipients).size === recipients.length;
    const nobody = recipients.length > 0 && sealedFor.length === 0;
    if (!good || nobody || sealedFor.some((name) => flawOfLine(name) !== null)) {
        work.problem(
            "recipients",
            layout.INCIDENT,
            "The names or keys of those it was sealed for cannot be read.",
        );
    }
}
