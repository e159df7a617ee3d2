/**
 * The verifier: a state machine without input or output that is fed with files, in any order, and then answers.
 *
 * It believes nothing: no key, name, size or list inside the bundle. It is the same machine as the program's.
 * Source: resources/formats/bundle.md, "Checking".
 */

import { sha256 } from "@noble/hashes/sha2.js";

import { hex } from "./bytes.js";
import * as record from "./checks-record.js";
import * as seal from "./checks-seal.js";
import { Blocked, notOurs, overLimit, ReaderError } from "./errors.js";
import { Bag, STEPS, Work, type Step } from "./findings.js";
import * as layout from "./layout.js";
import { CommitmentReader, DIGEST_BYTES } from "./ledger.js";
import type { Sink } from "./tar.js";
import { folded } from "./text.js";

const CHECKS: Record<Step, (work: Work) => void | Promise<void>> = {
    layout: seal.checkLayout,
    signature: seal.checkSignature,
    card: seal.checkCard,
    signer: seal.checkSigner,
    bagit: seal.checkBagit,
    "tag-manifest": seal.checkTagManifest,
    "tag-files": seal.checkTagFiles,
    manifest: seal.checkManifest,
    files: seal.checkFiles,
    "bag-info": seal.checkBagInfo,
    "payload-oxum": seal.checkOxum,
    checkpoint: record.checkCheckpoint,
    "checkpoint-signature": record.checkCheckpointSignature,
    commitments: record.checkCommitments,
    chain: record.checkChain,
    opened: record.checkOpened,
    "opened-committed": record.checkCommitted,
    vault: record.checkVault,
    claims: record.checkClaims,
    label: record.checkLabel,
    originals: record.checkOriginals,
    copies: record.checkCopies,
    observed: record.checkObservedFiles,
    stated: record.checkStated,
    incident: record.checkIncident,
    "left-out": record.checkLeftOut,
    recipients: record.checkRecipients,
};

/** Feed it every file of a bundle, then call `finish` once. */
export class Verifier implements Sink {
    private readonly bag = new Bag();
    private readonly seen = new Set<string>();
    private total = 0;
    private held = 0;
    private name = "";
    private size = 0;
    private at = 0;
    private got = 0;
    private digest = sha256.create();
    private place: layout.Place | null = null;
    private kept: Uint8Array | null = null;
    private commitments: CommitmentReader | null = null;

    /** Begin a file; raises `ReaderError` beyond the limits of the format, before the memory is used. */
    startFile(name: string, size: number, at: number): void {
        [this.name, this.size, this.at, this.got] = [name, size, at, 0];
        this.digest = sha256.create();
        this.place = layout.place(name);
        this.kept = null;
        this.commitments = null;
        this.total += size;
        if (this.seen.size >= layout.MAX_MEMBERS) throw overLimit(`more than ${layout.MAX_MEMBERS} files`);
        if (size > layout.MAX_FILE || this.total > layout.MAX_TOTAL) throw overLimit("too many bytes");
        const key = folded(name);
        if (this.seen.has(key)) {
            this.bag.strange.push(["duplicate-file", name]);
            this.place = null;
        } else if (this.place === null) {
            this.bag.strange.push(["extra-file", name]);
        }
        this.seen.add(key);
        if (this.place !== null) this.prepare(this.place, size);
    }

    private prepare(place: layout.Place, size: number): void {
        if (place.name === layout.COMMITMENTS) {
            const most = layout.MAX_ENTRIES * (2 * DIGEST_BYTES + 1);
            if (size > most) throw overLimit(`more than ${layout.MAX_ENTRIES} entries`);
            this.commitments = new CommitmentReader(size);
        } else if (place.held > 0) {
            this.held += size;
            const tooLong = size > place.held || this.held > layout.MAX_HELD;
            if (tooLong) throw overLimit(`the file ${place.name} is too long`);
            this.kept = new Uint8Array(size);
        }
    }

    /** The next bytes of the open file; hashed at once, kept only for small files. */
    feed(data: Uint8Array): void {
        this.digest.update(data);
        this.kept?.set(data, this.got);
        this.commitments?.feed(data);
        this.got += data.length;
    }

    endFile(): void {
        if (this.place === null) return;
        this.bag.files.set(this.name, { size: this.size, sha256: hex(this.digest.digest()), at: this.at });
        if (this.kept !== null) this.bag.held.set(this.name, this.kept);
        if (this.commitments !== null) this.bag.commitments = this.commitments.finish();
    }

    /** Every check carried out on what was fed; raises `ReaderError` for what is no bundle, or a newer one. */
    async finish(): Promise<Work> {
        if (!layout.TOP.some((name) => this.bag.files.has(name))) throw notOurs();
        const work = new Work(this.bag);
        for (const step of STEPS) {
            work.step = step;
            try {
                await CHECKS[step](work);
                work.done.add(step);
            } catch (error) {
                if (!(error instanceof Blocked)) throw error;
            }
        }
        if (work.newer !== "" && sealedSo(work, work.newer)) {
            throw new ReaderError(
                "newer",
                "This bundle was made by a newer version of Evidence. Nothing is lost. Update the program and " +
                    "try again.",
            );
        }
        if (work.problems.length === 0 && work.done.size !== STEPS.length) {
            // Cannot happen while every check that is blocked has a cause; a verdict must not depend on that.
            const left = STEPS.filter((step) => !work.done.has(step))
                .sort()
                .join(", ");
            work.problem("not-checked", "", `Not everything could be checked (${left}).`);
        }
        return work;
    }
}

/** Whether the signature covers the file that says it is newer (bundle.md, "Later versions"). */
function sealedSo(work: Work, name: string): boolean {
    const asListed = (lists: Map<string, string> | null, one: string): boolean => {
        const file = work.bag.files.get(one);
        return file !== undefined && lists?.get(one) === file.sha256;
    };
    const inside = name.startsWith("data/") && asListed(work.tagList, layout.MANIFEST);
    const changed = work.problems.some((one) => one.code === "file-changed");
    return work.signer !== null && asListed(inside ? work.fileList : work.tagList, name) && !changed;
}
