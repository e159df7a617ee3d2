/** The worker's side: one request after the other, so that the page stays quick while a bundle is read. */

import { Engine, refusalOf } from "./engine.js";
import type { FromWorker, Request } from "./protocol.js";

/** Answers requests that arrive in the worker this script runs in. */
export function serve(): void {
    const send = (message: FromWorker): void => postMessage(message);
    const engine = new Engine((done, total) => send({ done, total }));
    let last: Promise<void> = Promise.resolve();
    addEventListener("message", (event: MessageEvent<{ id: number; request: Request }>) => {
        const { id, request } = event.data;
        last = last.then(async () => {
            try {
                send({ id, reply: await engine.handle(request) });
            } catch (error) {
                send({ id, refusal: refusalOf(error) });
            }
        });
    });
}
