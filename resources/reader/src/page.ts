/** The page: which view is shown, and what its buttons do. Nothing of a bundle outlives it. */

import { Client, Refused, Stopped } from "./client.js";
import { button, card, el, save } from "./dom.js";
import type { Answer, GivenCard, Need, ShownCard } from "./protocol.js";
import * as answers from "./view-answer.js";
import { confirmCard, giveCard } from "./view-confirm.js";
import { coverAll, exhibitsCard, saidDetails } from "./view-exhibits.js";
import { chooseView, unlockView, workingView } from "./view-open.js";

export class Reader {
    private readonly main = document.querySelector("main")!;
    private readonly status = document.querySelector("#status")!;
    private readonly client: Client;
    private update: (done: number, total: number) => void = () => undefined;
    private cards: GivenCard[] = [];
    /** Counts what was begun: an answer to what was given up meanwhile is not shown. */
    private turn = 0;

    constructor(script: string) {
        this.client = new Client(script, (done, total) => this.update(done, total));
    }

    start(): void {
        const over = (event: DragEvent): void => {
            event.preventDefault();
            document.body.classList.toggle("over", event.type === "dragover");
        };
        for (const kind of ["dragover", "dragleave", "drop"] as const) document.addEventListener(kind, over);
        document.addEventListener("drop", (event) => {
            const file = event.dataTransfer?.files[0];
            if (file) this.take(file);
        });
        // Whoever leaves the page, or hides it, leaves no picture open behind them.
        document.addEventListener("visibilitychange", () => document.hidden && coverAll());
        addEventListener("pagehide", () => coverAll());
        this.choose();
    }

    /** A file that was dropped: a contact card where there is a verdict, a bundle otherwise. */
    private take(file: File): void {
        if (file.name.endsWith(".evidence-contact") && this.main.dataset["view"] === "answer") {
            void file
                .slice(0, 16 * 1024 + 1)
                .arrayBuffer()
                .then((data) => this.give(new Uint8Array(data)));
        } else {
            void this.look(file);
        }
    }

    private show(name: string, view: HTMLElement): void {
        coverAll();
        this.main.dataset["view"] = name;
        this.main.replaceChildren(view);
        scrollTo(0, 0);
        if (document.activeElement === document.body) view.querySelector<HTMLElement>("h1")?.focus();
    }

    private say(words: string): void {
        this.status.textContent = words;
    }

    private choose(): void {
        this.turn++;
        this.client.stop();
        this.cards = [];
        this.say("");
        this.show(
            "choose",
            chooseView((file) => void this.look(file)),
        );
    }

    private async look(file: File): Promise<void> {
        if (this.main.dataset["view"] === "working") this.client.stop();
        const turn = ++this.turn;
        this.cards = [];
        try {
            const need = await this.client.ask({ act: "look", file });
            if (turn === this.turn) this.unlock(file, need, "");
        } catch (error) {
            if (turn === this.turn) this.failed(error);
        }
    }

    private unlock(file: File, need: Need, words: string): void {
        const made = unlockView(
            file,
            need,
            (passphrase, key) => void this.check(file, need, passphrase, key),
            () => this.choose(),
        );
        this.show("unlock", made.view);
        made.view.querySelector<HTMLElement>("input:not(.away), textarea")?.focus();
        if (words) made.say(words);
    }

    private async check(file: File, need: Need, passphrase: string, key: string): Promise<void> {
        const turn = ++this.turn;
        const made = workingView(() => this.unlockAgain(file, need));
        this.update = made.update;
        this.show("working", made.view);
        this.say("Checking the bundle.");
        try {
            const request = { act: "check", file, passphrase, key, cards: this.cards } as const;
            const answer = await this.client.ask(request);
            if (turn === this.turn) this.answer(answer);
        } catch (error) {
            if (turn !== this.turn) return;
            const again =
                error instanceof Refused && ["wrong-passphrase", "usage"].includes(error.refusal.failure);
            if (again) this.unlock(file, need, error.message);
            else this.failed(error);
        }
    }

    private unlockAgain(file: File, need: Need): void {
        this.turn++;
        this.client.stop();
        this.unlock(file, need, "");
    }

    /** What has no verdict gets a page of its own, with the reason. */
    private failed(error: unknown): void {
        if (error instanceof Stopped) return;
        if (!(error instanceof Refused)) throw error;
        this.answer(error.refusal.answer);
    }

    private answer(answer: Answer): void {
        this.show("answer", this.answerView(answer));
        this.main.querySelector("h1")?.focus();
        this.say(`${answer.sentence} ${answer.below}`);
    }

    private answerView(answer: Answer): HTMLElement {
        const altered = answer.face === "altered";
        const unconfirmed = answer.face === "sender-not-confirmed" || answer.face === "in-doubt";
        const left = [
            altered ? answers.changesCard(answer) : null,
            answer.face === "sender-not-confirmed" ? this.ownCard(answer) : null,
            answer.questions.length > 0 ? answers.questionsCard(answer.questions) : null,
            answer.checks.length > 0 ? answers.checkedCard(answer) : null,
        ];
        const right = [
            answer.face === "in-doubt" ? answers.doubtCard() : answers.stepsCard(answer),
            unconfirmed ? giveCard((data) => this.give(data)) : null,
            answers.aboutCard(answer),
            answer.said.length > 0
                ? card("What the sender states", saidDetails("About the incident", answer.said))
                : null,
            answers.limitCard(answer),
        ];
        const exhibits = exhibitsCard(
            answer.exhibits,
            (file) => this.open(file.name),
            (words) => this.say(words),
        );
        return el(
            "div",
            { class: "view" },
            answers.banner(answer, ...this.actions(answer)),
            el("div", { class: "columns wide" }, el("div", {}, ...left), el("div", {}, ...right)),
            exhibits,
            answers.jsonCard(answer),
        );
    }

    private actions(answer: Answer): HTMLElement[] {
        const made = [button("Check another bundle", "", "secondary", () => this.choose())];
        const { report } = answer;
        if (report !== null) {
            const act = (): void => {
                this.open(report.name).then(
                    (data) => save(data, "report.pdf"),
                    (error: unknown) => this.say(error instanceof Error ? error.message : String(error)),
                );
            };
            made.unshift(
                button("Save the report", "save", answer.face === "intact" ? "primary" : "secondary", act),
            );
        }
        if (answer.exhibits.some((one) => one.unchanged)) {
            made.splice(
                -1,
                0,
                button("To the exhibits", "eye", "secondary", () =>
                    document.querySelector("#exhibits")?.scrollIntoView(),
                ),
            );
        }
        return made;
    }

    private async open(name: string): Promise<Blob> {
        return this.client.ask({ act: "open", name });
    }

    /** The question about the sender, with the words of the key that sealed the bundle. */
    private ownCard(answer: Answer): HTMLElement | null {
        const { card: data, sender } = answer;
        if (data === null || sender === null) return null;
        const shown: ShownCard = { name: sender.name, role: "", words: sender.words };
        const question = confirmCard(
            shown,
            "Sender’s fingerprint in this bundle, in words",
            (how) => void this.confirm(data, how),
            () => this.refuse(question),
            false,
        );
        return question;
    }

    private refuse(question: HTMLElement): void {
        const words = card(
            "Not confirmed",
            el(
                "p",
                {},
                "That is a safe answer. You can read the evidence, but treat the sender’s name as a claim.",
            ),
            el(
                "p",
                {},
                "If the words differ, do not rely on the bundle: keep the file, and tell your IT lead.",
            ),
        );
        question.replaceWith(words);
        this.say("Not confirmed.");
    }

    private async confirm(data: Uint8Array, how: string): Promise<void> {
        const others = this.cards.filter((one) => String(one.data) !== String(data));
        this.cards = [...others, { data, how, at: Date.now() }];
        this.answer(await this.client.ask({ act: "cards", cards: this.cards }));
    }

    /** A contact card that was given; what is wrong with it, or nothing. */
    private async give(data: Uint8Array): Promise<string> {
        try {
            const shown = await this.client.ask({ act: "card", data });
            this.cards = [
                ...this.cards.filter((one) => String(one.data) !== String(data)),
                { data, how: "", at: 0 },
            ];
            const answer = await this.client.ask({ act: "cards", cards: this.cards });
            this.answer(answer);
            const question = confirmCard(
                shown,
                `Words of the key on the card that you gave: ${shown.name}, ${shown.role}`,
                (how) => void this.confirm(data, how),
                () => this.refuse(question),
                answer.face === "in-doubt",
            );
            const other = this.main.querySelector("#question");
            if (other) other.replaceWith(question);
            else this.main.querySelector(".columns > div")?.prepend(question);
            return "";
        } catch (error) {
            if (error instanceof Refused) return error.message;
            throw error;
        }
    }
}
