/** The shapes of what entries hold; whatever has another raises `IntegrityError`. Source: vault.md. */

import { IntegrityError } from "./errors.js";
import { Fields, object, whole, type Json, type JsonObject } from "./json.js";
import { isoMoment } from "./ledger.js";

const SOURCES = [
    "observed",
    "pasted",
    "typed",
    "read from the picture",
    "taken from the file",
    "told by the browser",
];
const METHODS = [
    "screen",
    "area of the screen",
    "window",
    "built-in browser",
    "recording of the screen",
    "recovered after an interruption",
    "copy of another exhibit",
    "file that was brought in",
    "part of another exhibit",
];
/** What a copy is to its original, in words. */
export const RELATIONS: Record<string, string> = { covered: "covered copy", crop: "cropped copy" };

export interface Statement {
    readonly about: string;
    readonly field: string;
    readonly value: string;
    readonly source: string;
    readonly at: string;
    readonly by: string;
    readonly seq: number;
}

/** Of what a copy was made. */
export interface Derived {
    readonly relation: string;
    readonly number: string;
    readonly seq: number;
    readonly method: string;
}

export function statementJson(one: Statement): Json {
    return object({
        about: one.about,
        field: one.field,
        value: one.value,
        source: one.source,
        at: isoMoment(one.at),
        by: one.by,
        entry: whole(one.seq),
    });
}

/** The statements that an `incident.stated` or `exhibit.stated` entry carries. */
export function statementsOf(data: JsonObject, seq: number, at: string, by: string): Statement[] {
    const fields = new Fields(data, `Entry ${seq} of the record`);
    const about = fields.text("about");
    return fields.items("statements").map((raw) => {
        const said = new Fields(raw, `A statement of entry ${seq}`);
        const source = said.text("source");
        if (!SOURCES.includes(source))
            throw new IntegrityError(`A statement of entry ${seq} has no valid “source”.`);
        return { about, field: said.text("field"), value: said.text("value"), source, at, by, seq };
    });
}

function checkArea(fields: Fields): void {
    for (const name of ["left", "top", "width", "height"]) fields.number(name);
}

/** How a copy was made, from the data of its `exhibit.derived` entry. */
export function derivedOf(data: JsonObject, where: string): Derived {
    const fields = new Fields(data, where);
    const origin = fields.fields("from");
    const crop = fields.optionalFields("crop");
    for (const raw of fields.items("covers")) {
        const cover = new Fields(raw, `A cover of ${where}`);
        checkArea(cover.fields("area"));
        cover.text("reason");
        cover.text("words");
    }
    for (const raw of data.has("passages") ? fields.items("passages") : []) {
        const passage = new Fields(raw, `A covered passage of ${where}`);
        passage.text("reason");
        passage.text("words");
        passage.number("places");
    }
    const wrong = new IntegrityError(`${where} does not say how the copy was made.`);
    const relation = fields.text("relation");
    if (!Object.hasOwn(RELATIONS, relation)) throw wrong;
    const number = origin.text("number");
    const seq = origin.number("entry");
    origin.moment("captured_at");
    const method = origin.text("method");
    if (!METHODS.includes(method)) throw wrong;
    if (crop !== null) checkArea(crop);
    return { relation, number, seq, method };
}

/** That what the software saw has the shape that it writes. */
export function checkObserved(raw: Json, where: string): void {
    const fields = new Fields(raw, where);
    if (!METHODS.includes(fields.text("method"))) throw new IntegrityError(`${where} has no valid “method”.`);
    for (const name of ["utc", "local"]) fields.moment(name);
    for (const name of ["zone", "clock", "computer", "user", "system", "software"]) fields.text(name);
    for (const one of fields.items("monitors")) {
        const monitor = new Fields(one, where);
        monitor.number("number");
        checkArea(monitor.fields("area"));
        monitor.text("name");
        monitor.flag("primary");
    }
    fields.optionalNumber("monitor");
    const area = fields.optionalFields("area");
    if (area !== null) checkArea(area);
    const window = fields.optionalFields("window");
    if (window !== null) {
        for (const name of ["title", "process"]) window.text(name);
        window.optionalNumber("pid");
        checkArea(window.fields("area"));
    }
    for (const name of ["width", "height"]) fields.number(name);
    fields.flag("blank");
    const file = fields.optionalFields("file");
    if (file !== null) {
        for (const name of ["name", "folder", "part_of"]) file.text(name);
        for (const name of ["modified", "created"]) file.optionalMoment(name);
    }
    fields.optionalFlag("pointer");
    const page = fields.optionalFields("page");
    if (page !== null) checkPage(page);
    for (const one of fields.optionalItems("series"))
        new Fields(object({ moment: one }), where).moment("moment");
    const recorded = fields.optionalFields("recorded");
    if (recorded !== null) {
        for (const name of ["length", "pictures"]) recorded.number(name);
        recorded.text("ended");
    }
}

function checkPage(page: Fields): void {
    const texts =
        "address asked loaded title protocol remote security certificate_problem dated modified user_agent engine";
    for (const name of texts.split(" ")) page.text(name);
    const view = page.fields("viewport");
    for (const name of ["width", "height"]) view.number(name);
    for (const raw of page.items("hops")) {
        const hop = new Fields(raw, "A redirect");
        hop.text("address");
        hop.number("status");
    }
    for (const raw of page.items("headers")) {
        if (!Array.isArray(raw) || raw.length !== 2 || !raw.every((one) => typeof one === "string")) {
            throw new IntegrityError("A header of the page cannot be read.");
        }
    }
    for (const raw of page.items("certificates")) {
        const one = new Fields(raw, "A certificate of the page");
        for (const name of ["subject", "issuer", "sha256"]) one.text(name);
        one.texts("names");
        for (const name of ["valid_from", "valid_to"]) one.moment(name);
    }
    for (const name of ["scale", "height"]) page.number(name);
    for (const name of ["status", "cut_at"]) page.optionalNumber(name);
    page.flag("whole");
    page.moment("finished");
    page.texts("notes");
}
