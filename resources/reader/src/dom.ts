/** Making elements: texts always become text, never markup. */

type Child = Node | string | null;
type Props = Record<string, string | boolean | ((event: Event) => void)>;

/** An element; properties that are functions are listeners, `true` sets an empty attribute, `false` none. */
export function el<K extends keyof HTMLElementTagNameMap>(
    tag: K,
    props: Props = {},
    ...children: Child[]
): HTMLElementTagNameMap[K] {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(props)) {
        if (typeof value === "function") made.addEventListener(name, value);
        else if (value !== false) made.setAttribute(name, value === true ? "" : value);
    }
    made.append(...children.filter((one) => one !== null));
    return made;
}

/** An icon of the page's own set; decoration only, words always stand beside it. */
export function icon(name: string): SVGSVGElement {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    svg.setAttribute("aria-hidden", "true");
    svg.setAttribute("class", "icon");
    const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
    use.setAttribute("href", `#icon-${name}`);
    svg.append(use);
    return svg;
}

export function button(words: string, image: string, look: string, act: () => void): HTMLButtonElement {
    return el("button", { type: "button", class: look, click: act }, image ? icon(image) : null, words);
}

/** A box with a heading. */
export function card(heading: string, ...children: Child[]): HTMLElement {
    return el("section", { class: "card" }, el("h2", {}, heading), ...children);
}

/** Numbered steps: what to do, and a line about it. */
export function steps(all: [string, string][]): HTMLElement {
    const items = all.map(([title, text]) => el("li", {}, el("strong", {}, title), el("span", {}, text)));
    return el("ol", { class: "steps" }, ...items);
}

export function rows(all: [string, string][]): HTMLElement {
    return el(
        "dl",
        { class: "facts" },
        ...all.flatMap(([label, words]) => [el("dt", {}, label), el("dd", {}, words)]),
    );
}

/** `1.3 MB`. */
export function size(bytes: number): string {
    if (bytes < 1000) return `${bytes} bytes`;
    const units = ["kB", "MB", "GB"];
    let value = bytes / 1000;
    let unit = 0;
    for (; value >= 1000 && unit < units.length - 1; unit++) value /= 1000;
    return `${value < 10 ? value.toFixed(1) : Math.round(value)} ${units[unit]}`;
}

/** Hands a file to the browser to be saved. */
export function save(data: Blob, name: string): void {
    const address = URL.createObjectURL(data);
    const link = el("a", { href: address, download: name });
    document.body.append(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
