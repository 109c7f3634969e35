// Values and columns in the words of the interface: as the pages word them (comity.publishing.wording and .edition).

import type { Made } from "./protocol.ts";

export interface Said {
  yes: string;
  no: string;
  months: string[];
  date_year: string;
  date_month: string;
  date_day: string;
  place_join: string;
  places: Record<string, string>;
  columns: Record<string, string>;
  languages: Record<string, string>;
  name_passage: string;
  name_source_graph: string;
  name_record_graph: string;
  name_graph: string;
}

const ROMAN: Record<string, number> = { I: 1, V: 5, X: 10, L: 50, C: 100 };
const NAMELESS = { name_passage: "", name_source_graph: "", name_record_graph: "", name_graph: "" };
const PLAIN = { yes: "true", no: "false", months: [], date_year: "", date_month: "", date_day: "" };

export class Words {
  private readonly said: Said;

  constructor(said: Partial<Said> = {}) {
    this.said = { ...PLAIN, place_join: ", ", places: {}, columns: {}, languages: {}, ...NAMELESS, ...said };
  }

  /** A date as people write it, no more exact than it stands. */
  date(text: string): string {
    const found = /^(-?\d{4,})(?:-(\d\d))?(?:-(\d\d))?(?:Z|[+-]\d\d:\d\d)?$/.exec(text);
    if (!found) return text;
    const [, year = "", month, day] = found;
    const form = day ? this.said.date_day : month ? this.said.date_month : this.said.date_year;
    const name = month ? this.said.months[Number(month) - 1] : "";
    if (!form || name === undefined) return text;
    const parts = { year: year.replace(/^0+/, ""), month: name, day: String(Number(day)) };
    return form.replace(/\{(year|month|day)\}/g, (_, part: keyof typeof parts) => parts[part]);
  }

  truth(text: string): string {
    return text === "true" || text === "1" ? this.said.yes : this.said.no;
  }

  /** What a place in a text is called; its code, if a part of it has no word. */
  place(code: string): string {
    const parts = code.split("__").map((part) => this.part(part));
    return parts.every(Boolean) ? parts.join(this.said.place_join) : code;
  }

  private part(code: string): string {
    const { places } = this.said;
    const [, word = "", number = ""] = /^(\D+?)[ _](\d+|[IVXLC]+)$/.exec(code) ?? [];
    const form = Object.hasOwn(places, word) ? places[word] : undefined;
    if (form) return form.replace("{n}", number).replace("{number}", String(arabic(number)));
    const said = Object.hasOwn(places, code) ? (places[code] ?? "") : "";
    return said.includes("{") ? "" : said;
  }

  /** The name of what has none of its own: of a passage after its place, of a graph after what it holds. */
  made({ key, parts }: Made): string {
    return this.said[key].replace(/\{(\w+)\}/g, (_, part: string) => parts[part] ?? "");
  }

  language(tag: string): string {
    const { languages } = this.said;
    return Object.hasOwn(languages, tag) ? (languages[tag] ?? tag) : tag;
  }

  /** The head of a column; `other` is what its property is called, for a column that has no words of its own. */
  column(name: string, other?: string): string {
    const { columns } = this.said;
    const said = Object.hasOwn(columns, name) ? columns[name] : undefined;
    return said ?? other ?? name.replace(/(?<=[a-z0-9])(?=[A-Z])|_/g, " ").toLowerCase();
  }
}

function arabic(number: string): number {
  if (/^\d+$/.test(number)) return Number(number);
  const values = [...number].map((sign) => ROMAN[sign] ?? 0);
  return values.reduce((sum, one, place) => sum + (one < (values[place + 1] ?? 0) ? -one : one), 0);
}
