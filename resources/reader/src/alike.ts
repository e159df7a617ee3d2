/**
 * Names that look like another name: letters of other alphabets, marks that cannot be seen, accents.
 *
 * Only ever a reason to warn. Source: bundle.md, "Names that look alike".
 */

import { casefold, words } from "./text.js";

function pairs(text: string): Map<string, string> {
    return new Map(text.split(" ").map((pair) => [[...pair][0]!, [...pair][1]!]));
}

// Capitals first: some look like another Latin letter than their small form does.
const CAPITALS = pairs(
    "Αa Βb Εe Ζz Ηh Ιi Κk Μm Νn Οo Ρp Τt Υy Χx Аa Вb Еe Кk Мm Нh Оo Рp Сc Тt Уy Хx Іi Јj Ѕs Ԛq Ԝw Ӏl Үy",
);
const SMALL = pairs(
    "αa βb εe ηn ιi κk νv οo ρp τt υu χx ωw ϲc ϳj σo ςc аa вb еe гr кk мm нh оo пn рp сc тt уy хx іi јj ѕs һh ԁd ԛq ԝw ӏl үy ьb ѵv",
);
// Latin letters that are not taken apart into a letter and a mark.
const LATIN = pairs("ıi ɑa ɡg łl øo đd ħh ŧt");
const STROKES = pairs("1l |l il 0o 5s");
const MARKS = new Map(
    [..."‘’ʼ`´"].map((one) => [one, "'"]).concat([..."‐‑‒–—"].map((one) => [one, "-"])) as [string, string][],
);

/** What is left of a name for the eye; two names with one skeleton are easily taken for each other. */
export function skeleton(name: string): string {
    let plain = [...name.normalize("NFKC")].map((one) => CAPITALS.get(one) ?? one).join("");
    plain = casefold(plain)
        .normalize("NFD")
        .replace(/[\p{Mn}\p{Me}\p{Cf}\p{Cc}]/gu, "");
    plain = [...plain].map((one) => SMALL.get(one) ?? LATIN.get(one) ?? MARKS.get(one) ?? one).join("");
    plain = [...plain].map((one) => STROKES.get(one) ?? one).join("");
    return words(plain.replaceAll("rn", "m").replaceAll("vv", "w").replaceAll("cl", "d")).join(" ");
}

export function looksLike(one: string, other: string): boolean {
    return skeleton(one) === skeleton(other);
}

/** Whether two names are the same but for spaces and capitals. */
export function samePerson(one: string, other: string): boolean {
    const plain = (name: string): string => words(casefold(name.normalize("NFKC"))).join(" ");
    return plain(one) === plain(other);
}
