// The question builder: kind, property and value are chosen by name; the query that comes of it is shown, and asked.
import { button, el, filled } from "../dom.ts";
import { fetchVocabulary, type Vocabulary } from "../editor/vocabulary.ts";
import { type Term, written } from "../live/answer.ts";
import type { LivePage } from "../live/page.ts";
import { iriTerm } from "../live/sparql.ts";
import { type Condition, toSparql } from "./question.ts";

const MOST_VALUES = 500;
const TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type";
const COUNT_OF_KINDS = `SELECT ?class (COUNT(DISTINCT ?one) AS ?n) { ?one a ?kind . ?kind <http://www.w3.org/2000/01/rdf-schema#subClassOf>* ?class } GROUP BY ?class`;

export function build(place: HTMLElement, page: LivePage): void {
  let coming = false;
  const begin = button(page.texts.build_begin ?? "", () => {
    if (coming) return;
    coming = true;
    void Builder.open(page).then(
      (builder) => {
        const waits = waiting(begin);
        place.replaceChildren(builder.element);
        if (waits) builder.element.querySelector("select")?.focus();
      },
      (error: unknown) => {
        coming = false;
        page.fail(error);
      },
    );
  });
  place.replaceChildren(begin);
}

/** Whether the reader is still where something was pressed: who has gone on is not called back. */
function waiting(pressed: HTMLElement): boolean {
  return document.activeElement === pressed || document.activeElement === document.body;
}

class Builder {
  readonly element: HTMLElement;
  private readonly page: LivePage;
  private readonly vocabulary: Vocabulary;
  private readonly kind: HTMLSelectElement;
  private readonly list = el("ul", { class: "conditions" });
  private conditions: Row[] = [];
  private made = 0;

  static async open(page: LivePage): Promise<Builder> {
    const [vocabulary, counts] = await Promise.all([
      fetchVocabulary(new URL(page.files.vocabulary, page.root).href),
      page.engine.again(() => page.engine.ask(COUNT_OF_KINDS, 30)),
    ]);
    page.manifest = await page.engine.open();
    const numbers = new Map(counts.rows.map((row) => [row.class?.value ?? "", Number(row.n?.value ?? 0)]));
    return new Builder(page, vocabulary, numbers);
  }

  private constructor(page: LivePage, vocabulary: Vocabulary, counts: Map<string, number>) {
    this.page = page;
    this.vocabulary = vocabulary;
    const kinds = vocabulary.terms.filter((term) => term.kind === "class" && counts.has(term.iri));
    const names = kinds.map((term) => this.name(term.iri));
    const options = kinds.map(({ iri }, place) => {
      const name = names[place] ?? iri;
      // of kinds that are called alike, each says whose it is
      const alike = names.filter((one) => one === name).length > 1;
      return { iri, label: `${name} (${counts.get(iri)})${alike ? ` · ${page.naming.short(iri)}` : ""}` };
    });
    this.kind = select("build-kind", page.texts.build_choose ?? "", options, page.language, () => this.changeKind());
    const add = button(page.texts.build_add ?? "", () => void this.add(add));
    const run = button(page.texts.build_ask ?? "", () => this.ask(), { class: "main" });
    this.element = el(
      "div",
      {},
      el("p", { class: "field" }, el("label", { for: "build-kind" }, page.texts.build_kind ?? ""), this.kind),
      this.list,
      el("p", { class: "tools" }, add, " ", run),
    );
  }

  private name(iri: string): string {
    const term = this.vocabulary.get(iri);
    const ours = this.page.naming.names[iri]?.label;
    return (
      term?.labels[this.page.language] ?? ours ?? Object.values(term?.labels ?? {})[0] ?? this.page.naming.short(iri)
    );
  }

  private changeKind(): void {
    this.conditions = [];
    this.list.replaceChildren();
    if (this.kind.value) void this.add(this.kind);
  }

  private async add(pressed: HTMLElement): Promise<void> {
    if (!this.kind.value) {
      this.kind.focus();
      return;
    }
    const row = new Row(
      this.page,
      (iri) => this.name(iri),
      this.kind.value,
      this.made++,
      () => this.drop(row),
      () => this.write(),
    );
    this.conditions.push(row);
    this.list.append(row.element);
    this.write();
    try {
      await row.fill();
    } catch (error) {
      this.page.fail(error);
    }
    if (waiting(pressed)) row.focus();
  }

  private drop(row: Row): void {
    this.conditions = this.conditions.filter((one) => one !== row);
    row.element.remove();
    this.write();
    this.kind.focus();
  }

  private write(): void {
    if (!this.kind.value) return;
    const conditions = this.conditions.flatMap((row) => row.condition() ?? []);
    const question = { kind: this.kind.value, kindLabel: this.name(this.kind.value), conditions, limit: 500 };
    this.page.query = toSparql(question, this.page.manifest?.prefixes ?? {});
  }

  private ask(): void {
    this.write();
    void this.page.run();
    document.querySelector("#answer")?.scrollIntoView();
  }
}

class Row {
  readonly element: HTMLElement;
  private readonly page: LivePage;
  private readonly name: (iri: string) => string;
  private readonly kind: string;
  private readonly property: HTMLSelectElement;
  private readonly value: HTMLSelectElement;
  private readonly more = el("small", { class: "hint", role: "status" });

  constructor(
    page: LivePage,
    name: (iri: string) => string,
    kind: string,
    number: number,
    drop: () => void,
    changed: () => void,
  ) {
    this.page = page;
    this.name = name;
    this.kind = kind;
    const t = page.texts;
    this.property = select(`build-property-${number}`, t.build_choose ?? "", [], page.language, () => {
      // values of another property can no longer be chosen, and the query does not wait for those of this one
      fill(this.value, t.build_any ?? "", [], page.language);
      this.more.textContent = "";
      changed();
      void this.values().catch((error: unknown) => page.fail(error));
    });
    this.value = select(`build-value-${number}`, t.build_any ?? "", [], page.language, changed);
    const remove = button(t.build_drop ?? "", drop);
    this.element = el(
      "li",
      {},
      el("span", { class: "field" }, el("label", { for: this.property.id }, t.build_property ?? ""), this.property),
      el("span", { class: "field" }, el("label", { for: this.value.id }, t.build_value ?? ""), this.value),
      remove,
      this.more,
    );
  }

  condition(): Condition | undefined {
    if (!this.property.value) return undefined;
    const says = this.value.value
      ? `${this.name(this.property.value)}: ${this.value.selectedOptions[0]?.text ?? ""}`
      : this.name(this.property.value);
    return { property: this.property.value, value: this.value.value, says };
  }

  /** The properties that things of the kind have. */
  async fill(): Promise<void> {
    const query = `SELECT ?property (COUNT(*) AS ?n) { ?one a/<http://www.w3.org/2000/01/rdf-schema#subClassOf>* ${iriTerm(this.kind)} ; ?property ?value . FILTER(?property != ${iriTerm(TYPE)}) } GROUP BY ?property`;
    const answer = await this.page.engine.again(() => this.page.engine.ask(query, 30));
    const options = answer.rows.map((row) => ({
      iri: row.property?.value ?? "",
      label: `${this.name(row.property?.value ?? "")} (${row.n?.value})`,
    }));
    fill(this.property, this.page.texts.build_choose ?? "", options, this.page.language);
  }

  focus(): void {
    this.property.focus();
  }

  private async values(): Promise<void> {
    const property = this.property.value;
    if (!property) return;
    const query = `SELECT DISTINCT ?value { ?one a/<http://www.w3.org/2000/01/rdf-schema#subClassOf>* ${iriTerm(this.kind)} ; ${iriTerm(property)} ?value } ORDER BY ?value LIMIT ${MOST_VALUES + 1}`;
    const answer = await this.page.engine.again(() => this.page.engine.ask(query, 30));
    const terms = answer.rows
      .slice(0, MOST_VALUES)
      .flatMap((row) => (row.value && row.value.type !== "bnode" ? [row.value] : []));
    const iris = terms.filter((term) => term.type === "uri").map((term) => term.value);
    const names = await this.page.engine.again(() => this.page.engine.name(iris, this.page.language));
    const options = terms.map((term: Term) => ({
      iri: written(term),
      label: (names[term.value]?.label || term.value) + (term["xml:lang"] ? ` (${term["xml:lang"]})` : ""),
    }));
    if (this.property.value !== property) return;
    const more = answer.rows.length > MOST_VALUES;
    this.more.textContent = more ? filled(this.page.texts.build_more, { n: MOST_VALUES }) : "";
    fill(this.value, this.page.texts.build_any ?? "", options, this.page.language);
  }
}

interface Option {
  iri: string;
  label: string;
}

function select(id: string, first: string, options: Option[], language: string, change: () => void): HTMLSelectElement {
  const made = el("select", { id, change });
  fill(made, first, options, language);
  return made;
}

function fill(box: HTMLSelectElement, first: string, options: Option[], language: string): void {
  const ordered = [...options].sort((a, b) => a.label.localeCompare(b.label, language));
  box.replaceChildren(
    el("option", { value: "" }, first),
    ...ordered.map(({ iri, label }) => el("option", { value: iri }, label.slice(0, 120))),
  );
}
