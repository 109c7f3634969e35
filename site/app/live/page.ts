// A page with a query: asks it again in the reader's browser, and shows the answer in many ways.
// Nothing here is needed to read the answer that stands in the page.
import { button, el, filled } from "../dom.ts";
import type { Editor } from "../editor/editor.ts";
import type { Answer } from "./answer.ts";
import { Choices } from "./choices.ts";
import { Engine, type Port, Stopped, TooLarge, TooLong } from "./client.ts";
import { Heading } from "./heading.ts";
import { History } from "./history.ts";
import { Naming } from "./naming.ts";
import { readState, writeState } from "./permalink.ts";
import { Press } from "./press.ts";
import type { Manifest } from "./protocol.ts";
import { Sharing } from "./sharing.ts";
import {
  bind,
  form,
  hints,
  missingPrefixes,
  offsetOf,
  type Place,
  placeOf,
  remote,
  update,
  visible,
} from "./sparql.ts";
import { copied, ResultTable } from "./table.ts";
import { suitable, VIEWS, type View } from "./views.ts";
import { type Said, Words } from "./words.ts";

export type Texts = Record<string, string>;

const SECONDS = [5, 10, 30, 60];
const USUAL = 10;

/** Load a bundle that stands beside this one. */
export type Load = <T>(bundle: string) => Promise<T>;

export class LivePage {
  readonly engine: Engine;
  readonly texts: Texts;
  readonly language: string;
  readonly root: string;
  readonly load: Load;
  readonly files: { vocabulary: string; search: string };
  readonly naming: Naming;
  manifest: Manifest | undefined;

  private readonly area: HTMLTextAreaElement;
  private readonly status: HTMLElement;
  private readonly result: HTMLElement;
  private readonly original: string;
  private readonly history: History;
  private readonly sharing: Sharing;
  private readonly choices: Choices;
  private readonly digest: string;
  private readonly quads: number;
  private editor: Editor | undefined;
  private answer: Answer | undefined;
  private readonly words: Words;
  private readonly heading = new Heading();
  private identifiers = false;
  private view: View = "table";
  private seconds = USUAL;
  private turn = 0;
  /** Whether the engine has a question of the reader's: what is asked now would wait for it. */
  private asking = false;
  /** The question as it was asked: the reader may write on meanwhile. */
  private asked = "";
  private table: ResultTable | undefined;
  /** Which picture of which answer is drawn. */
  private pictured = "";
  /** What was said of the answer that is shown. */
  private account = "";
  private readonly press = new Press(globalThis);
  private readonly stopper: HTMLElement;
  private readonly tabs = el("div", { class: "tabs", role: "tablist" });
  private readonly panel = el("div", { id: "panel", role: "tabpanel" });
  private readonly tools = el("p", { class: "tools" });
  private readonly problem = el("div", { class: "problem", hidden: true });
  /** Where the query is at fault. */
  private wrong: { offset: number; problem: string } | undefined;
  private readonly hinted = el("p", { class: "hint warning", hidden: true });

  constructor(section: HTMLElement, load: Load, start: () => Port) {
    this.area = document.querySelector<HTMLTextAreaElement>("#sparql") as HTMLTextAreaElement;
    this.status = document.querySelector<HTMLElement>("#live-status") as HTMLElement;
    this.result = document.querySelector<HTMLElement>("#result") as HTMLElement;
    const said = JSON.parse(document.querySelector("#live-texts")?.textContent ?? "{}");
    const { texts = {}, words = {}, names = {} } = said as { texts?: Texts; words?: Partial<Said>; names?: Texts };
    this.texts = texts;
    this.words = new Words(words);
    const { root = "./", manifest = "", vocabulary = "", search = "", digest = "" } = section.dataset;
    this.root = new URL(root, document.baseURI).href;
    this.language = document.documentElement.lang;
    this.files = { vocabulary, search };
    this.digest = digest;
    this.quads = Number(section.dataset.quads);
    this.load = load;
    this.original = this.area.value;
    this.engine = new Engine(start, this.root, manifest);
    this.stopper = button(texts.stop ?? "", () => this.engine.stop(), { class: "idle" });
    this.history = new History(
      safely(() => localStorage),
      new URL(this.root).pathname,
    );
    this.naming = new Naming(this, this.words, names);
    this.sharing = new Sharing(this, this.history, digest);
    this.choices = new Choices(
      this,
      (name, term) => this.choose(name, term),
      (why, name) => this.say(filled(this.texts[why], { name }), true),
    );
    this.furnish();
    this.restore();
    addEventListener("hashchange", () => this.follow());
  }

  get query(): string {
    return this.editor?.text ?? this.area.value;
  }

  /** Put another query into the editor. */
  set query(text: string) {
    this.area.value = text;
    if (this.editor) this.editor.text = text;
    this.advise();
  }

  // What stands around the query and the answer

  private furnish(): void {
    const t = this.texts;
    const seconds = el("select", { id: "seconds", change: () => this.allow(Number(seconds.value)) });
    seconds.append(
      ...SECONDS.map((one) =>
        el(
          "option",
          { value: String(one), ...(one === USUAL ? { selected: true } : {}) },
          filled(t.seconds, { n: one }),
        ),
      ),
    );
    const limit = el("label", { for: "seconds" }, t.limit ?? "");
    const run = button(t.run ?? "", () => void this.run(), { class: "main", id: "run", title: "Ctrl+Enter" });
    const reset = button(t.reset ?? "", () => this.reset());
    document
      .querySelector("#run-bar")
      ?.replaceChildren(run, reset, this.stopper, el("span", { class: "limit" }, limit, " ", seconds));
    document.querySelector("#query-form")?.addEventListener("keydown", (event) => this.onKey(event as KeyboardEvent));
    this.area.after(this.problem, this.hinted);
    this.tabs.setAttribute("aria-label", t.views ?? "");
    this.tabs.append(...VIEWS.map((view) => this.tab(view)));
    this.area.addEventListener("focus", () => void this.upgrade(), { once: true });
    this.area.addEventListener("input", () => this.advise());
    this.sharing.draw();
    this.choices.draw();
  }

  private allow(seconds: number): void {
    this.seconds = seconds;
  }

  // State

  /** The address of the question as it is asked and shown now. */
  link(): string {
    const query = this.query === this.choices.applied(this.original) ? undefined : this.query;
    const state = {
      choices: this.choices.changed(),
      ...(query === undefined ? {} : { query }),
      ...(this.view === "table" ? {} : { view: this.view }),
      ...(this.seconds === USUAL ? {} : { seconds: this.seconds }),
      ...(this.identifiers ? { identifiers: true } : {}),
    };
    return `${location.href.replace(/#.*/, "")}${writeState(state)}`;
  }

  /** Take over what the address says, and ask if it says a question; whether it was asked. */
  private restore(): boolean {
    const state = readState(location.hash);
    if (state.view && (VIEWS as readonly string[]).includes(state.view)) this.view = state.view as View;
    if (state.seconds && SECONDS.includes(state.seconds)) {
      this.seconds = state.seconds;
      const select = document.querySelector<HTMLSelectElement>("#seconds");
      if (select) select.value = String(state.seconds);
    }
    this.identifiers = state.identifiers ?? false;
    const changed = this.choices.restore(state.choices);
    if (changed) this.query = this.choices.applied(this.original);
    if (state.query) {
      this.query = state.query;
      this.unfold();
    }
    const asks = changed || Boolean(state.query || state.view);
    if (asks) void this.run();
    return asks;
  }

  /** Go to the state that an address says; a place in the page says none. */
  private follow(): void {
    const { choices, query, view } = readState(location.hash);
    if (!query && !view && !Object.keys(choices).length) return;
    this.choices.reset();
    this.query = this.original;
    this.view = "table";
    if (!this.restore()) void this.run();
  }

  private choose(name: string, term: string): void {
    this.query = bind(this.query, name, term);
    void this.run();
  }

  private reset(): void {
    this.choices.reset();
    this.query = this.original;
    this.view = "table";
    void this.run();
  }

  // Asking

  private onKey(event: KeyboardEvent): void {
    if (!event.defaultPrevented && event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      void this.run();
    }
  }

  /** Ask what stands in the editor. */
  async run(): Promise<void> {
    const turn = ++this.turn;
    if (this.asking) this.engine.stop();
    this.asking = false;
    this.asked = this.query;
    this.advise();
    this.fault();
    const objection = this.objection();
    if (objection) {
      this.settle();
      this.say(objection, true);
      return;
    }
    this.stopper.classList.remove("idle");
    this.result.setAttribute("aria-busy", "true");
    try {
      if (!this.manifest) this.say(this.texts.loading ?? "");
      this.manifest = await this.engine.open();
      if (turn !== this.turn) return;
      this.fresh();
      this.say(this.texts.running ?? "");
      this.asking = true;
      const answer = await this.engine.ask(
        missingPrefixes(this.asked, this.manifest.prefixes) + this.asked,
        this.seconds,
      );
      await this.press.over();
      if (turn !== this.turn) return;
      this.asking = false;
      await this.take(answer);
    } catch (error) {
      if (turn === this.turn) this.fail(error);
    } finally {
      if (turn === this.turn) this.settle();
    }
  }

  private settle(): void {
    this.asking = false;
    if (document.activeElement === this.stopper) document.querySelector<HTMLElement>("#run")?.focus();
    // it keeps its room: nothing else moves under a reader who is about to press it
    this.stopper.classList.add("idle");
    this.result.removeAttribute("aria-busy");
  }

  /** Why a text is not asked at all. */
  private objection(): string | undefined {
    const { no_query, no_update, no_service } = this.texts;
    if (!visible(this.asked, "§").trim()) return no_query;
    if (update(this.asked)) return no_update;
    return remote(this.asked) ? no_service : undefined;
  }

  private async take(answer: Answer): Promise<void> {
    this.answer = answer;
    this.table = undefined;
    this.naming.follow(this.asked);
    const said = filled(answer.rows.length === 1 ? this.texts.answered_one : this.texts.answered, {
      n: answer.rows.length.toLocaleString(this.language),
      time: this.lasted(answer.took),
    });
    this.tools.replaceChildren(...this.toolsOf(answer));
    this.draw();
    this.account = Object.keys(this.choices.changed()).length ? `${said} ${this.texts.chosen}` : said;
    this.say(this.account);
    this.result.dataset.answered = String(this.turn);
    history.replaceState(history.state, "", this.link());
    this.history.add({ query: this.asked, at: new Date().toISOString(), rows: answer.rows.length });
    const chosen = Object.values(this.choices.changed()).filter((value) => /^https?:/.test(value));
    const fresh = await this.naming.learn(answer, chosen);
    await this.press.over();
    if (this.answer === answer) {
      if (fresh) this.draw();
      this.choices.name();
      this.head();
      this.sharing.renew();
    }
  }

  private lasted(milliseconds: number): string {
    const seconds = milliseconds / 1000;
    if (seconds < 0.1) return this.texts.moment ?? "";
    return filled(this.texts.seconds_taken, {
      n: seconds.toLocaleString(this.language, { maximumFractionDigits: 1, minimumFractionDigits: 1 }),
    });
  }

  /** Let the head of the page and its citation say what was chosen. */
  private head(): void {
    this.heading.follow(this.choices.described(this.words), new URL(this.link()).hash);
  }

  private unfold(): void {
    const fold = this.area.closest("details");
    if (fold) fold.open = true;
  }

  fail(error: unknown): void {
    if (error instanceof TooLarge) {
      this.say(this.texts.too_large ?? "", true);
      return;
    }
    if (error instanceof TooLong) {
      this.say(filled(this.texts.too_long, { n: error.seconds }), true);
      return;
    }
    if (error instanceof Stopped) {
      this.say(this.texts.stopped ?? "", true);
      return;
    }
    const message = error instanceof Error ? error.message : String(error);
    const place = placeOf(message);
    if (!place) {
      this.say(filled(this.texts.failed, { message }), true);
      return;
    }
    const added = missingPrefixes(this.asked, this.manifest?.prefixes ?? {}).split("\n").length - 1;
    this.fault(place.line - added, place.column, this.blame(place, place.line - added));
  }

  /** What is wrong at a place, in the words of the page where it has them. */
  private blame({ problem, expected, column }: Place, line: number): string {
    const { no_form, no_prefix, expected: wanted, misplaced } = this.texts;
    if (!form(this.asked)) return no_form ?? problem;
    if (problem === "Prefix not found") {
      const before = this.asked.slice(0, offsetOf(this.asked, line, column));
      return filled(no_prefix, { prefix: /([\w.-]*):[^\s:]*$/.exec(before)?.[1] ?? "" });
    }
    if (expected.length) return filled(wanted, { list: expected.join(" ") });
    return problem.startsWith("expected") ? (misplaced ?? problem) : problem;
  }

  /** Show where the query is at fault; without a line, that it is not. */
  private fault(line?: number, column = 1, problem = ""): void {
    this.problem.hidden = line === undefined;
    this.problem.replaceChildren();
    if (line === undefined) {
      this.wrong = undefined;
      this.editor?.mark();
      return;
    }
    this.unfold();
    const offset = offsetOf(this.asked, line, column);
    const go = button(filled(this.texts.at, { line, column }), () => this.goTo(offset));
    this.problem.replaceChildren(go, " ", el("span", {}, problem));
    this.wrong = { offset, problem };
    this.editor?.mark(offset, problem);
    this.say(filled(this.texts.wrong, { line, column, problem }), true);
  }

  private goTo(offset: number): void {
    if (this.editor) {
      this.editor.goTo(offset);
    } else {
      this.area.focus();
      this.area.setSelectionRange(offset, offset);
    }
  }

  /** Say before it is asked what will make a query slow. */
  private advise(): void {
    const found = hints(this.query).map((hint) =>
      filled(this.texts[`hint_${hint}`], { n: this.quads.toLocaleString(this.language) }),
    );
    this.hinted.hidden = found.length === 0;
    this.hinted.textContent = found.join(" ");
  }

  /** Say so if the page is of another build than the data. */
  private fresh(): void {
    const note = document.querySelector<HTMLElement>("#live-stale");
    if (note && this.manifest && this.digest && this.manifest.digest !== this.digest) {
      note.textContent = this.texts.stale ?? "";
      note.hidden = false;
    }
  }

  say(text: string, warning = false): void {
    this.status.textContent = text;
    this.status.classList.toggle("warning", warning);
  }

  // Showing

  private draw(): void {
    const answer = this.answer;
    if (!answer) return;
    const views = suitable(answer);
    const view = views.includes(this.view) ? this.view : "table";
    // the tabs and the tools stay what they are while names come in: a reader may be pressing one
    for (const [place, tab] of [...this.tabs.children].entries()) {
      const one = VIEWS[place] as View;
      tab.setAttribute("aria-selected", String(one === view));
      tab.setAttribute("aria-disabled", String(!views.includes(one)));
      tab.setAttribute("tabindex", one === view ? "0" : "-1");
    }
    this.panel.setAttribute("aria-labelledby", `tab-${view}`);
    if (!this.result.contains(this.panel)) {
      this.result.replaceChildren(this.tabs, this.panel, this.tools);
    }
    this.panel.classList.toggle("identified", this.identifiers);
    if (view === "table") {
      this.table ??= new ResultTable(this.panel, answer, this.naming, this.texts);
      this.table.draw();
    } else {
      void this.picture(view, answer);
    }
  }

  private tab(view: View): HTMLElement {
    const made = button(this.texts[`view_${view}`] ?? view, () => this.turnTo(view), {
      role: "tab",
      id: `tab-${view}`,
      "aria-controls": "panel",
    });
    made.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (step) {
        const all = [...this.tabs.querySelectorAll<HTMLElement>("button")];
        all[(all.indexOf(made) + step + all.length) % all.length]?.focus();
      }
    });
    return made;
  }

  private turnTo(view: View): void {
    if (!this.answer) return;
    if (!suitable(this.answer).includes(view)) {
      this.say(this.texts[`no_${view}`] ?? "");
      return;
    }
    this.view = view;
    this.draw();
    this.say(this.account);
    document.querySelector<HTMLElement>(`#tab-${view}`)?.focus();
    history.replaceState(history.state, "", this.link());
  }

  private async picture(view: Exclude<View, "table">, answer: Answer): Promise<void> {
    try {
      const charts = await this.load<typeof import("../charts/charts.ts")>("charts");
      if (this.answer !== answer || this.view !== view) return;
      const drawing = charts.draw(view, answer, this.naming, this.texts, this.panel.clientWidth);
      const before = this.panel.querySelector<HTMLElement>(".drawing > .scroll");
      const [left, focused] = [before?.scrollLeft ?? 0, before !== null && before === document.activeElement];
      this.panel.replaceChildren(drawing);
      // drawn again with names that came in late: the reader stays where the reader is
      if (this.pictured === `${this.turn} ${view}`) {
        const scroll = drawing.querySelector<HTMLElement>(".scroll");
        if (scroll) scroll.scrollLeft = left;
        if (focused) scroll?.focus({ preventScroll: true });
      }
      this.pictured = `${this.turn} ${view}`;
    } catch (error) {
      this.say(filled(this.texts.failed, { message: String(error) }), true);
    }
  }

  private toolsOf(answer: Answer): (Node | string)[] {
    const { naming, sharing, texts } = this;
    const shown = button(texts.identifiers ?? "", () => {
      this.identifiers = !this.identifiers;
      shown.setAttribute("aria-pressed", String(this.identifiers));
      this.draw();
      history.replaceState(history.state, "", this.link());
    });
    shown.id = "identifiers";
    shown.setAttribute("aria-pressed", String(this.identifiers));
    return [
      el("span", { id: "h-downloads" }, texts.download ?? ""),
      " ",
      ...sharing.downloads(answer).flatMap((link) => [link, " "]),
      sharing.copier(texts.copy_table, () => copied(answer, (term) => naming.label(term))),
      " ",
      shown,
    ];
  }

  private async upgrade(): Promise<void> {
    try {
      const { createEditor } = await this.load<typeof import("../editor/editor.ts")>("editor");
      await this.press.over();
      this.editor = await createEditor(this.area, {
        root: this.root,
        vocabulary: this.files.vocabulary,
        language: this.language,
        texts: this.texts,
        manifest: () => this.engine.open(),
        changed: () => this.advise(),
        run: () => void this.run(),
      });
      if (this.wrong) this.editor.mark(this.wrong.offset, this.wrong.problem);
    } catch (error) {
      // the plain text area stays
      console.warn(error);
    }
  }
}

function safely<T>(get: () => T): T | undefined {
  try {
    return get();
  } catch {
    return undefined;
  }
}
