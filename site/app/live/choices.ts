// What may be chosen in a query: the fields of the form, and the terms that they put into the query.
import { el } from "../dom.ts";
import type { Found } from "../search/index.ts";
import type { LivePage } from "./page.ts";
import { bind, iriTerm, literalTerm } from "./sparql.ts";
import type { Words } from "./words.ts";

interface Field {
  name: string;
  input: string;
  type: string;
  first: string;
  /** What the page calls the first value. */
  words: string;
  label: string;
  control: HTMLInputElement | HTMLSelectElement;
  /** Done when what is suggested for what was typed is known. */
  offered?: Promise<void>;
}

export class Choices {
  private readonly fields: Field[];
  private readonly page: LivePage;
  private readonly chosen: (name: string, term: string) => void;
  private readonly refused: (why: string, label: string) => void;
  private readonly iris = new Map<string, string>();

  constructor(
    page: LivePage,
    chosen: (name: string, term: string) => void,
    refused: (why: string, label: string) => void,
  ) {
    this.refused = refused;
    this.page = page;
    this.chosen = chosen;
    const controls = document.querySelectorAll<HTMLInputElement | HTMLSelectElement>("[data-parameter]");
    this.fields = [...controls].map((control) => {
      const { parameter = "", input = "", type = "", value = "", words = value } = control.dataset;
      const label = control.labels?.[0]?.textContent?.trim() ?? parameter;
      return { name: parameter, input, type, first: value, words, label, control };
    });
  }

  draw(): void {
    for (const field of this.fields) {
      if (field.input === "thing") this.suggest(field);
      if (field.input === "thing") this.iris.set(field.control.value, field.first);
      field.control.addEventListener("change", () => void this.take(field));
    }
    document.querySelector("#choose")?.addEventListener("submit", (event) => event.preventDefault());
    document.querySelector<HTMLElement>("#choices")?.toggleAttribute("hidden", this.fields.length === 0);
  }

  /** Take over what was chosen; a name may have been typed before the suggestions were there that know it. */
  private async take(field: Field): Promise<void> {
    const written = field.control.value;
    if (!this.value(field) && written) await field.offered;
    if (field.control.value !== written) return;
    const value = this.value(field);
    if (value) this.chosen(field.name, this.term(field, value));
    else this.refused(field.input === "thing" ? "no_thing" : "no_value", field.label);
  }

  /** The choices that are not those of the page, for its address. */
  changed(): Record<string, string> {
    const pairs = this.fields.map((field) => [field.name, this.value(field), field.first] as const);
    return Object.fromEntries(
      pairs.filter(([, value, first]) => value && value !== first).map(([name, value]) => [name, value]),
    );
  }

  /** What was chosen otherwise than in the page, in words: what it was, what it is. */
  described(words: Words): { label: string; was: string; is: string }[] {
    const changed = this.changed();
    return this.fields.flatMap((field) => {
      const value = changed[field.name];
      return value ? [{ label: field.label, was: field.words, is: this.worded(field, value, words) }] : [];
    });
  }

  private worded({ control, input }: Field, value: string, words: Words): string {
    if (input === "choice" || input === "boolean")
      return (control as HTMLSelectElement).selectedOptions[0]?.text ?? value;
    if (input === "date") return words.date(value);
    return input === "thing" ? (this.page.naming.names[value]?.label ?? control.value) : value;
  }

  /** A query with the choices put in. */
  applied(query: string): string {
    return this.fields.reduce((text, field) => {
      const value = this.value(field);
      return value && value !== field.first ? bind(text, field.name, this.term(field, value)) : text;
    }, query);
  }

  restore(choices: Record<string, string>): boolean {
    const changed = this.fields.filter((field) => choices[field.name] && choices[field.name] !== field.first);
    for (const field of changed) {
      const value = choices[field.name] ?? "";
      if (field.input === "thing") this.iris.set(value, value);
      field.control.value = value;
    }
    return changed.length > 0;
  }

  /** Show what was chosen by its name, where an address has brought its IRI. */
  name(): void {
    for (const { control, input } of this.fields) {
      const label = input === "thing" ? this.page.naming.names[control.value]?.label : undefined;
      if (label) {
        this.iris.set(label, control.value);
        control.value = label;
      }
    }
  }

  reset(): void {
    for (const { control, first, input } of this.fields) {
      control.value = input === "thing" ? ([...this.iris].find(([, iri]) => iri === first)?.[0] ?? first) : first;
    }
  }

  private value(field: Field): string {
    const { value } = field.control;
    return field.input === "thing" ? (this.iris.get(value) ?? (/^https?:/.test(value) ? value : "")) : value;
  }

  private term(field: Field, value: string): string {
    return field.input === "choice" || field.input === "thing" ? iriTerm(value) : literalTerm(value, field.type);
  }

  /** Suggest things while somebody types: of the class, if there is one, else what the search finds. */
  private suggest(field: Field): void {
    const list = el("datalist", { id: `list-${field.name}` });
    field.control.setAttribute("list", list.id);
    field.control.after(list);
    const offer = (found: [string, string][]) => {
      for (const [iri, label] of found) this.iris.set(label, iri);
      list.replaceChildren(...found.map(([, label]) => el("option", { value: label })));
    };
    // without suggestions a thing can still be chosen by its address
    const suggest = (found: Promise<[string, string][]>) => {
      field.offered = found.then(offer).catch((error: unknown) => console.warn(error));
    };
    if (field.type) {
      field.control.addEventListener("focus", () => suggest(this.members(field.type)), { once: true });
    } else {
      field.control.addEventListener("input", () => suggest(this.find(field.control.value)));
    }
  }

  private async members(type: string): Promise<[string, string][]> {
    const { engine, language } = this.page;
    const iris = await engine.members(type, language);
    const names = await engine.name(iris, language);
    return iris.map((iri) => [iri, names[iri]?.label || iri]);
  }

  private async find(text: string): Promise<[string, string][]> {
    const { load, root, files, language, engine } = this.page;
    const search = await load<typeof import("../search/index.ts")>("search");
    const [index, manifest] = await Promise.all([
      search.fetchIndex(new URL(files.search, root).href, language),
      engine.open(),
    ]);
    return index.find(text, 12, "best").map((found: Found) => [manifest.base + found.name, found.label]);
  }
}
