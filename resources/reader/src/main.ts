/** Runs twice: in the page, and in the worker that the page makes of this very script. */

import { Reader } from "./page.js";
import { serve } from "./worker.js";

if (typeof document === "undefined") serve();
else new Reader(document.currentScript?.textContent ?? "").start();
