// What the things, texts and columns of an answer are called in the language of the page, and where things lead.
import { el } from "../dom.ts";
import { type Answer, kindOf, numeral, plain, type Term, written } from "./answer.ts";
import type { LivePage } from "./page.ts";
import type { Names, Text } from "./protocol.ts";
import { byProperty, inOurWords, shorten } from "./sparql.ts";
import type { Words } from "./words.ts";

/** How terms are worded and linked. */
export interface Wording {
  label(term: Term): string;
  column(name: string): string;
  show(term: Term): (Node | string)[];
}

/** So many texts of an answer are looked up in the language of the page. */
const REWORDED = 5000;
const ADDRESS = "http://www.w3.org/2001/XMLSchema#anyURI";
const BOOLEAN = "http://www.w3.org/2001/XMLSchema#boolean";

export class Naming implements Wording {
  readonly names: Names = {};
  private readonly page: LivePage;
  private readonly words: Words;
  /** What stands for texts of answers, by their language and themselves. */
  private readonly reworded = new Map<string, string>();
  private asked = "";
  /** The properties after which columns of the answer are called. */
  private properties: Record<string, string> = {};

  constructor(page: LivePage, words: Words, labels: Record<string, string>) {
    this.page = page;
    this.words = words;
    for (const [iri, label] of Object.entries(labels)) {
      this.names[iri] = { label, language: page.language, page: false };
    }
  }

  /** Call columns as the question that was asked has them. */
  follow(asked: string): void {
    this.asked = asked;
    this.properties = byProperty(asked, this.page.manifest?.prefixes ?? {});
  }

  /** Learn what other things and what is in an answer are called here; whether there was anything to learn. */
  async learn(answer: Answer, others: readonly string[]): Promise<boolean> {
    const { engine, language } = this.page;
    const found = answer.rows.flatMap((row) =>
      Object.values(row).flatMap((one) => (one.type === "uri" ? [one.value] : [])),
    );
    const unknown = [...new Set([...found, ...others, ...Object.values(this.properties)])].filter(
      (iri) => !this.names[iri],
    );
    const texts = this.foreign(answer);
    for (const [iri, name] of Object.entries(unknown.length ? await engine.name(unknown, language) : {})) {
      this.names[iri] = name.made ? { ...name, label: this.words.made(name.made) } : name;
    }
    const said = texts.length ? await engine.reword(texts, language) : [];
    for (const [place, { value, language: tongue }] of texts.entries()) {
      const other = said[place];
      if (other) this.reworded.set(`${tongue} ${value}`, other.place ? this.words.place(other.value) : other.value);
    }
    return unknown.length + texts.length > 0;
  }

  /** The texts of an answer that may have other words here. */
  private foreign(answer: Answer): Text[] {
    const ours = inOurWords(this.asked, this.page.manifest?.languages ?? []);
    const texts = new Map<string, Text>();
    for (const row of answer.rows) {
      for (const [name, { value, "xml:lang": language = "" }] of Object.entries(row)) {
        const key = `${language} ${value}`;
        if (language && !this.reworded.has(key)) texts.set(key, { value, language, ours: ours.includes(name) });
      }
    }
    return [...texts.values()].slice(0, REWORDED);
  }

  column(name: string): string {
    const property = this.properties[name];
    return this.words.column(name, property && this.names[property]?.label);
  }

  label(term: Term): string {
    if (term.type !== "uri") return this.worded(term) ?? plain(term);
    return this.names[term.value]?.label || this.short(term.value);
  }

  show(term: Term): (Node | string)[] {
    if (term.type === "triple") return [el("code", {}, written(term))];
    if (term.type !== "uri") return this.literal(term);
    const address = this.address(term.value);
    const { label, language, page } = this.names[term.value] ?? {};
    const short = this.short(term.value);
    const text = label
      ? [el("span", language && language !== this.page.language ? { lang: language } : {}, label)]
      : [el("code", {}, short)];
    const outside = page ? {} : { class: "out", rel: "external noopener noreferrer" };
    const link = address ? el("a", { href: address, ...outside }, ...text) : el("span", {}, ...text);
    return label ? [link, " ", el("small", { class: "iri", title: term.value }, short)] : [link];
  }

  private literal(term: Term): (Node | string)[] {
    const kind = kindOf(term);
    if (kind === "date") return [el("time", { datetime: term.value }, this.words.date(term.value))];
    const words = this.worded(term);
    if (words !== undefined) return [words];
    if (term.datatype === ADDRESS && /^https?:\/\//i.test(term.value)) {
      return [el("a", { href: term.value, class: "out", rel: "external noopener noreferrer" }, term.value)];
    }
    const language = term["xml:lang"];
    const text = kind === "number" ? numeral(term.value, this.page.language) : plain(term);
    return language && language !== this.page.language
      ? [el("bdi", { lang: language }, text), " ", el("small", { class: "tongue" }, this.words.language(language))]
      : [text];
  }

  /** What the page calls a text, where it has words of its own for it. */
  private worded(term: Term): string | undefined {
    const language = term["xml:lang"];
    if (language) return this.reworded.get(`${language} ${term.value}`);
    return term.datatype === BOOLEAN ? this.words.truth(term.value) : undefined;
  }

  short(iri: string): string {
    const { prefixes = {}, base = "" } = this.page.manifest ?? {};
    return shorten(iri, prefixes) ?? (base && iri.startsWith(base) && iri !== base ? iri.slice(base.length) : iri);
  }

  /** Where an IRI leads: its page here, or its own address. */
  private address(iri: string): string | undefined {
    const { manifest, language, root } = this.page;
    if (this.names[iri]?.page && manifest) {
      const { base, languages, names } = manifest;
      const name = names[iri] ?? (iri.slice(base.length) || "index");
      const suffix = language === languages[0] ? ".html" : `.${language}.html`;
      return new URL(`${names[iri] ? encodeURI(name) : name}${suffix}`, root).href;
    }
    return /^https?:\/\//i.test(iri) ? iri : undefined;
  }
}
