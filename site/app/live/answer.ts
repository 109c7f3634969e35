// An answer as SPARQL 1.1 Query Results give it, and the files that can be made of it.

const XSD = "http://www.w3.org/2001/XMLSchema#";

export interface Term {
  type: "uri" | "literal" | "bnode" | "triple";
  value: string;
  "xml:lang"?: string;
  datatype?: string;
}

export type Row = Readonly<Record<string, Term>>;

export interface Answer {
  columns: string[];
  rows: Row[];
  /** Of ASK. */
  boolean?: boolean;
  /** Of CONSTRUCT and DESCRIBE. */
  turtle?: string;
  /** Milliseconds that the engine took. */
  took: number;
}

/** What the worker says: the results as the engine wrote them. A text crosses over far cheaper than its rows would. */
export interface Said {
  text: string;
  turtle?: string;
  took: number;
}

/** Read SPARQL 1.1 Query Results JSON. */
export function read({ text, ...rest }: Said): Answer {
  const said = JSON.parse(text) as { head: { vars?: string[] }; boolean?: boolean; results?: { bindings: Row[] } };
  if (said.boolean !== undefined) {
    const row = { answer: { type: "literal", value: String(said.boolean), datatype: `${XSD}boolean` } as Term };
    return { columns: ["answer"], rows: [row], boolean: said.boolean, ...rest };
  }
  return { columns: said.head.vars ?? [], rows: said.results?.bindings ?? [], ...rest };
}

const NUMBERS = new Set([
  "integer",
  "decimal",
  "double",
  "float",
  "int",
  "long",
  "nonNegativeInteger",
  "positiveInteger",
  "nonPositiveInteger",
  "negativeInteger",
  "short",
  "byte",
  "unsignedLong",
  "unsignedInt",
  "unsignedShort",
  "unsignedByte",
]);
const DATES = new Set(["date", "dateTime", "gYear", "gYearMonth"]);

/** A number as it is read: exactly what it is, without an exponent where that takes no rounding. */
export function numeral(text: string, language: string): string {
  const number = Number(text);
  const exact = Number.isFinite(number) && /e/i.test(text) && Math.abs(number) < 1e15 && Math.abs(number) >= 1e-6;
  return exact ? number.toLocaleString(language, { maximumFractionDigits: 20, useGrouping: false }) : text;
}

export type Kind = "iri" | "number" | "date" | "point" | "text";

export function kindOf(term: Term): Kind {
  const local = term.datatype?.startsWith(XSD) ? term.datatype.slice(XSD.length) : "";
  if (term.type === "uri") return "iri";
  if (NUMBERS.has(local)) return "number";
  if (DATES.has(local)) return "date";
  if (term.datatype?.endsWith("wktLiteral") && pointOf(term.value)) return "point";
  return "text";
}

/** The kind that all values of a column have; text if they differ. */
export function columnKind(answer: Answer, column: string): Kind | undefined {
  const kinds = new Set(answer.rows.flatMap((row) => (row[column] ? [kindOf(row[column])] : [])));
  return kinds.size === 1 ? [...kinds][0] : kinds.size ? "text" : undefined;
}

export function pointOf(wkt: string): [number, number] | undefined {
  const found = /^\s*(?:<[^>]*>\s*)?POINT\s*\(\s*(-?[\d.]+)\s+(-?[\d.]+)\s*\)\s*$/i.exec(wkt);
  return found ? [Number(found[1]), Number(found[2])] : undefined;
}

/** The first day of a date, a month or a year. */
export function dateOf(text: string): Date {
  const [, year = "0", month = "01", day = "01"] = /^(-?\d{4,})(?:-(\d\d))?(?:-(\d\d))?/.exec(text) ?? [];
  const date = new Date(Date.UTC(2000, Number(month) - 1, Number(day)));
  date.setUTCFullYear(Number(year));
  return date;
}

export function plain(term: Term | undefined): string {
  if (term?.type === "triple") return written(term);
  return term === undefined ? "" : term.type === "bnode" ? `_:${term.value}` : term.value;
}

/** Sort rows by a column: numbers by size, everything else by `text`; what is missing comes last. */
export function sorted(rows: readonly Row[], column: string, down: boolean, text: (term: Term) => string): Row[] {
  const collator = new Intl.Collator(undefined, { numeric: true });
  const side = down ? -1 : 1;
  return [...rows].sort((one, other) => {
    const [a, b] = [one[column], other[column]];
    if (!a || !b) return a ? -1 : b ? 1 : 0;
    if (kindOf(a) === "number" && kindOf(b) === "number") return side * (Number(a.value) - Number(b.value));
    return side * collator.compare(text(a), text(b));
  });
}

/** SPARQL 1.1 Query Results CSV. */
export function csv(answer: Answer): string {
  const quoted = (text: string) => (/[",\r\n]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text);
  const lines = [answer.columns, ...answer.rows.map((row) => answer.columns.map((name) => plain(row[name])))];
  return lines.map((line) => `${line.map(quoted).join(",")}\r\n`).join("");
}

/** SPARQL 1.1 Query Results TSV. */
export function tsv(answer: Answer): string {
  const head = answer.columns.map((name) => `?${name}`).join("\t");
  const rows = answer.rows.map((row) => answer.columns.map((name) => written(row[name])).join("\t"));
  return [head, ...rows].map((line) => `${line}\n`).join("");
}

/** SPARQL 1.1 Query Results JSON. */
export function json(answer: Answer): string {
  const said =
    answer.boolean === undefined
      ? { head: { vars: answer.columns }, results: { bindings: answer.rows } }
      : { head: {}, boolean: answer.boolean };
  return `${JSON.stringify(said, null, 2)}\n`;
}

/** The triples of a graph; of a table, each row as a solution in the vocabulary of the W3C's test cases. */
export function turtle(answer: Answer): string {
  if (answer.turtle !== undefined) {
    return answer.turtle;
  }
  const head = "@prefix rs: <http://www.w3.org/2001/sw/DataAccess/tests/result-set#> .\n\n[] a rs:ResultSet";
  if (answer.boolean !== undefined) {
    return `${head} ;\n  rs:boolean ${answer.boolean} .\n`;
  }
  const names = answer.columns.map((name) => JSON.stringify(name)).join(", ");
  const solutions = answer.rows.map((row, place) => {
    const bindings = answer.columns
      .filter((name) => row[name])
      .map((name) => `    rs:binding [ rs:variable ${JSON.stringify(name)} ; rs:value ${written(row[name])} ]`);
    return `  rs:solution [\n${[`    rs:index ${place + 1}`, ...bindings].join(" ;\n")}\n  ]`;
  });
  return `${[names ? `${head} ;\n  rs:resultVariable ${names}` : head, ...solutions].join(" ;\n")} .\n`;
}

/** A term as Turtle writes it. */
export function written(term: Term | undefined): string {
  if (!term) return "";
  if (term.type === "uri") return `<${term.value}>`;
  if (term.type === "bnode") return `_:${term.value}`;
  if (term.type === "triple") {
    const { subject, predicate, object } = term.value as unknown as Record<string, Term>;
    return `<<( ${written(subject)} ${written(predicate)} ${written(object)} )>>`;
  }
  const escaped = term.value.replace(
    /[\\"\n\r\t]/g,
    (sign) => ({ "\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t" })[sign] ?? "",
  );
  if (term["xml:lang"]) return `"${escaped}"@${term["xml:lang"]}`;
  return term.datatype && term.datatype !== `${XSD}string` ? `"${escaped}"^^<${term.datatype}>` : `"${escaped}"`;
}
