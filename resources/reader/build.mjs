// Builds evidence-reader.html: one file, the same bytes from the same sources. See `make reader`.
//
// `node build.mjs RESOURCES OUT`: RESOURCES is a folder with reader, words and icons in it, and the packages.

import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative, resolve, sep } from "node:path";

import { build } from "esbuild";

const [resources, out] = process.argv.slice(2).map((path) => resolve(path));
const here = (name) => readFileSync(join(resources, "reader", name), "utf8");
const digest = (text, form) => createHash("sha256").update(text).digest(form);

/** Everything that the page is made of, by name: its digest stands in the page, and a test computes it again. */
function sources() {
    const own = readdirSync(join(resources, "reader"), { recursive: true, withFileTypes: true })
        .filter((one) => one.isFile() && one.name !== "evidence-reader.html")
        .map((one) => join(one.parentPath, one.name));
    const icons = here("icons.txt")
        .trim()
        .split(/\s+/)
        .map((name) => join(resources, "icons", `${name}.svg`));
    const files = [...own, ...icons, join(resources, "words", "english.txt")];
    const lines = files.map((path) => {
        const name = relative(resources, path).split(sep).join("/");
        return `${digest(readFileSync(path), "hex")}  ${name}\n`;
    });
    return digest(lines.sort().join(""), "hex");
}

function icons() {
    return here("icons.txt")
        .trim()
        .split(/\s+/)
        .map((name) => {
            const svg = readFileSync(join(resources, "icons", `${name}.svg`), "utf8").trim();
            return svg
                .replace(/^<svg xmlns="[^"]*"/, `<symbol id="icon-${name}"`)
                .replace(/<\/svg>$/, "</symbol>");
        })
        .join("\n");
}

const made = await build({
    entryPoints: [join(resources, "reader", "src", "main.ts")],
    bundle: true,
    write: false,
    format: "iife",
    target: "es2022",
    charset: "utf8",
    minify: true,
    legalComments: "none", // all licences stand in the page, in words
    loader: { ".txt": "text" },
});
const script = made.outputFiles[0].text.trim();
if (/<\/script|<!--/i.test(script)) throw new Error("the script would end inside the page");
const style = here("style.css").trim();
const policy = [
    "default-src 'none'",
    `script-src 'sha256-${digest(script, "base64")}'`,
    `style-src 'sha256-${digest(style, "base64")}'`,
    "worker-src blob:",
    "form-action 'none'",
    "base-uri 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types evidence-reader",
].join("; ");
const escaped = (text) => text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
const parts = {
    policy,
    sources: sources(),
    style,
    icons: icons(),
    licences: escaped(here("LICENCES.txt")),
    script,
};
const page = here("page.html").replace(/\{\{(\w+)\}\}/g, (_, name) => parts[name]);
writeFileSync(out, page);
console.log(`${Buffer.byteLength(page)} bytes, SHA-256 ${digest(page, "hex")}`);
