// An answer as a table: sorted by any column, with names beside IRIs and links to pages.
import { button, el, filled } from "../dom.ts";
import { type Answer, kindOf, plain, type Row, sorted, type Term } from "./answer.ts";
import type { Wording } from "./naming.ts";
import type { Texts } from "./page.ts";

const AT_ONCE = 200;
/** A word that is broken rather than let to push the other columns out of sight. */
const LONG = /\S{50}/;

export class ResultTable {
  private rows: Row[];
  private shown = AT_ONCE;
  private order: { column: string; down: boolean } | undefined;
  private readonly place: HTMLElement;
  private readonly answer: Answer;
  private readonly wording: Wording;
  private readonly texts: Texts;
  private readonly scroll = el("div", { class: "scroll", tabindex: "0", role: "group", "aria-labelledby": "h-answer" });
  private readonly more = button("", () => this.goOn());
  private readonly foot = el("p", {}, this.more);

  constructor(place: HTMLElement, answer: Answer, wording: Wording, texts: Texts) {
    this.place = place;
    this.answer = answer;
    this.wording = wording;
    this.texts = texts;
    this.rows = answer.rows;
  }

  /** Draw the rows; what stood here before is filled anew in its place, so that the reader's place and focus stay. */
  draw(): void {
    if (!this.answer.rows.length) {
      this.place.replaceChildren(el("p", { class: "scroll none" }, this.texts.no_row ?? ""));
      return;
    }
    const focused = this.controls().indexOf(document.activeElement as HTMLElement);
    const { row, above } = this.read();
    this.scroll.replaceChildren(this.table());
    this.controls()[focused]?.focus({ preventScroll: true });
    const again = this.lines()[row];
    // names are longer or shorter than what stood for them: the row that is read stays where it is
    if (again) this.scroll.scrollTop = again.offsetTop + above;
    const more = this.rows.length - this.shown;
    this.more.textContent = filled(this.texts.more_rows, { n: Math.min(more, AT_ONCE) });
    this.foot.hidden = more <= 0;
    if (this.scroll.parentElement !== this.place) this.place.replaceChildren(this.scroll, this.foot);
  }

  private lines(): HTMLElement[] {
    return [...this.scroll.querySelectorAll<HTMLElement>("tbody tr")];
  }

  /** The first row that is seen, and how much of it is not; none where the reader has not gone on in the table. */
  private read(): { row: number; above: number } {
    const { scrollTop } = this.scroll;
    const lines = scrollTop > 0 ? this.lines() : [];
    const row = lines.findIndex((line) => line.offsetTop + line.offsetHeight > scrollTop);
    return { row, above: scrollTop - (lines[row]?.offsetTop ?? 0) };
  }

  private controls(): HTMLElement[] {
    return [...this.scroll.querySelectorAll<HTMLElement>("a, button")];
  }

  private goOn(): void {
    this.shown += AT_ONCE;
    this.draw();
    if (this.foot.hidden) this.scroll.focus({ preventScroll: true });
  }

  private table(): HTMLElement {
    const head = el("tr", {}, ...this.answer.columns.map((column) => this.head(column)));
    const rows = this.rows
      .slice(0, this.shown)
      .map((row) => el("tr", {}, ...this.answer.columns.map((name) => this.cell(row[name]))));
    return el("table", { class: "live-table" }, el("thead", {}, head), el("tbody", {}, ...rows));
  }

  private head(column: string): HTMLElement {
    const down = this.order?.column === column ? this.order.down : undefined;
    const sort = down === undefined ? "none" : down ? "descending" : "ascending";
    const sorter = button(this.wording.column(column), () => this.sort(column), {
      class: "sorter",
      title: `?${column} · ${this.texts.sort ?? ""}`,
    });
    return el("th", { scope: "col", "aria-sort": sort }, sorter);
  }

  private sort(column: string): void {
    const down = this.order?.column === column && !this.order.down;
    this.order = { column, down };
    this.rows = sorted(this.answer.rows, column, down, (term) => this.wording.label(term));
    this.draw();
    this.scroll.scrollTop = 0;
  }

  private cell(term: Term | undefined): HTMLElement {
    if (!term) return el("td");
    const kind = kindOf(term);
    const looks = ["number", "date"].includes(kind) ? kind : LONG.test(this.wording.label(term)) ? "long" : "";
    return el("td", looks ? { class: looks } : {}, ...this.wording.show(term));
  }
}

/** The rows as they are copied into a spreadsheet. */
export function copied(answer: Answer, label: (term: Term) => string): string {
  const lines = answer.rows.map((row) =>
    answer.columns.flatMap((name) => {
      const term = row[name];
      const said = plain(term).replace(/[\t\r\n]+/g, " ");
      return term && kindOf(term) === "iri" ? [`${label(term)} <${said}>`] : [said];
    }),
  );
  return [answer.columns, ...lines].map((line) => line.join("\t")).join("\n");
}
