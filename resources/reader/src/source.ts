/** What a bundle is read from, piece by piece, from wherever it is wanted. */

import { ReaderError } from "./errors.js";

export interface Source {
    /** Bytes in all; of a sealed file those of the sealed file. */
    readonly size: number;
    /** At least one byte from `at`, `most` at most; empty at the end. */
    read(at: number, most: number): Promise<Uint8Array>;
}

const BLOCK = 1024 * 1024;

/** A file that was chosen: read in blocks, and no more than one of them is kept. */
export class FileSource implements Source {
    private block = new Uint8Array();
    private from = 0;

    constructor(private readonly file: Blob) {}

    get size(): number {
        return this.file.size;
    }

    /** Short only at the end of the file. */
    async read(at: number, most: number): Promise<Uint8Array> {
        const end = Math.min(at + most, this.size);
        if (end <= at) return new Uint8Array();
        if (at < this.from || end > this.from + this.block.length) await this.load(at, Math.max(most, BLOCK));
        return this.block.subarray(at - this.from, end - this.from);
    }

    private async load(at: number, count: number): Promise<void> {
        try {
            this.block = new Uint8Array(await this.file.slice(at, at + count).arrayBuffer());
            this.from = at;
        } catch {
            throw new ReaderError(
                "unreadable",
                "The file cannot be read: it was moved or changed while this page was open. " +
                    "Nothing was changed. Choose it again.",
            );
        }
    }
}
