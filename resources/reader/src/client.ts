/** The page's side of the worker. Where a browser gives no worker, the page does the work itself. */

import { Engine, refusalOf } from "./engine.js";
import type { FromWorker, Refusal, Replies, Request } from "./protocol.js";

/** Why a request was not answered; `refusal.answer` is what the page shows. */
export class Refused extends Error {
    constructor(readonly refusal: Refusal) {
        super(refusal.message);
    }
}

/** The request was given up: Stop was pressed. */
export class Stopped extends Error {}

type Waiting = { resolve: (reply: never) => void; reject: (error: Error) => void };

export class Client {
    private worker: Worker | null = null;
    private engine: Engine | null = null;
    private readonly waiting = new Map<number, Waiting>();
    private next = 1;

    constructor(
        private readonly script: string,
        private readonly progress: (done: number, total: number) => void,
    ) {}

    ask<R extends Request>(request: R): Promise<Replies[R["act"]]> {
        const worker = this.engine === null ? this.started() : null;
        if (worker === null) return this.here(request);
        const id = this.next++;
        return new Promise((resolve, reject) => {
            this.waiting.set(id, { resolve, reject });
            worker.postMessage({ id, request });
        });
    }

    /** Give up whatever is being done, and forget the bundle. */
    stop(): void {
        this.worker?.terminate();
        this.worker = this.engine = null;
        for (const one of this.waiting.values()) one.reject(new Stopped());
        this.waiting.clear();
    }

    private started(): Worker | null {
        if (this.worker !== null) return this.worker;
        try {
            // The worker runs this same script: there is one, and its digest stands in the page's policy.
            const script = new Blob([this.script], { type: "text/javascript" });
            this.worker = new Worker(trusted(URL.createObjectURL(script)));
        } catch {
            return null;
        }
        this.worker.addEventListener("message", (event: MessageEvent<FromWorker>) => this.hear(event.data));
        this.worker.addEventListener("error", (event) => {
            event.preventDefault();
            const refused = new Refused(refusalOf(new Error(event.message)));
            for (const one of this.waiting.values()) one.reject(refused);
            this.waiting.clear();
        });
        return this.worker;
    }

    private hear(message: FromWorker): void {
        if ("done" in message) return this.progress(message.done, message.total);
        const waiting = this.waiting.get(message.id);
        this.waiting.delete(message.id);
        if ("refusal" in message) waiting?.reject(new Refused(message.refusal));
        else waiting?.resolve(message.reply as never);
    }

    private async here<R extends Request>(request: R): Promise<Replies[R["act"]]> {
        this.engine ??= new Engine(this.progress);
        try {
            return (await this.engine.handle(request)) as Replies[R["act"]];
        } catch (error) {
            throw new Refused(refusalOf(error));
        }
    }
}

/** The one address that the page's policy lets become a script: that of its own worker. */
function trusted(address: string): string {
    const types = (
        globalThis as {
            trustedTypes?: {
                createPolicy(name: string, rules: object): { createScriptURL(one: string): string };
            };
        }
    ).trustedTypes;
    if (types === undefined) return address;
    policy ??= types.createPolicy("evidence-reader", { createScriptURL: (one: string) => one });
    return policy.createScriptURL(address);
}

let policy: { createScriptURL(one: string): string } | undefined;
