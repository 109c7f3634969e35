// What can be said of a SPARQL query by its text alone; the engine judges it.

const OPAQUE =
  /"""(?:[^"\\]|\\.|"(?!""))*"""|'''(?:[^'\\]|\\.|'(?!''))*'''|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|<[^<>"{}|^`\\\s]*>|#[^\n]*/g;
const TERM = String.raw`(?:<[^<>"{}|^\`\\\s]*>|"(?:[^"\\\n]|\\.)*"(?:\^\^[^\s}]+|@[A-Za-z-]+)?|[^\s{}]+)`;

export type Form = "select" | "ask" | "construct" | "describe";
export type Prefixes = Readonly<Record<string, string>>;

/** The text with comments gone, and strings and IRIs as `sign`: what a keyword can stand in. */
export function visible(text: string, sign = ""): string {
  return text.replace(OPAQUE, (found) => {
    const lines = "\n".repeat(found.split("\n").length - 1);
    return (found.startsWith("#") ? " " : sign || " ") + lines;
  });
}

export function form(text: string): Form | undefined {
  const found = /(?<![\w:?$@-])(SELECT|ASK|CONSTRUCT|DESCRIBE)(?![\w:-])/i.exec(visible(text));
  return found?.[1]?.toLowerCase() as Form | undefined;
}

/** Whether it is an update: it begins with a word by which data is changed. */
export function update(text: string): boolean {
  const seen = visible(text, "§").replace(/(?<![\w:])(?:PREFIX\s+[\w.-]*:\s*§|BASE\s*§)/gi, " ");
  return /^\s*(?:INSERT|DELETE|WITH|CLEAR|DROP|CREATE|ADD|MOVE|COPY|LOAD)(?![\w:-])/i.test(seen);
}

/** SERVICE and LOAD would ask another server. */
export function remote(text: string): boolean {
  return /(?<![\w:?$@-])(SERVICE|LOAD)(?![\w:-])/i.test(visible(text));
}

export function prefixesOf(text: string): Prefixes {
  const found: Record<string, string> = {};
  for (const [, prefix, namespace] of text.matchAll(/^\s*PREFIX\s+([\w.-]*):\s*<([^<>]*)>/gim)) {
    found[prefix ?? ""] = namespace ?? "";
  }
  return found;
}

/** The prefixes of ours that the text uses and does not declare, as lines to put before it. */
export function missingPrefixes(text: string, known: Prefixes): string {
  const declared = prefixesOf(text);
  const used = new Set(
    [...visible(text).matchAll(/(?<![\w?$@-])([A-Za-z][\w.-]*):(?=[\w%]|\s|$)/g)].map((it) => it[1] ?? ""),
  );
  return [...used]
    .filter((prefix) => !(prefix in declared) && prefix in known)
    .sort()
    .map((prefix) => `PREFIX ${prefix}: <${known[prefix]}>\n`)
    .join("");
}

/** Put a term into `VALUES ?name { … }`. */
export function bind(text: string, name: string, term: string): string {
  const place = new RegExp(String.raw`(VALUES\s+\?${name}\s*\{\s*)${TERM}(\s*\})`, "i");
  return text.replace(place, (_, before: string, after: string) => before + term + after);
}

export function iriTerm(iri: string): string {
  return `<${iri.replace(/[<>"{}|^`\\\s]/g, (sign) => encodeURIComponent(sign))}>`;
}

export function literalTerm(value: string, datatype: string): string {
  const text = `"${value.replace(/\\/g, "\\\\").replace(/"/g, '\\"').replace(/\n/g, "\\n").replace(/\r/g, "\\r")}"`;
  return datatype && !datatype.endsWith("#string") ? `${text}^^<${datatype}>` : text;
}

/** An IRI with a prefix where its end is a plain name. */
export function shorten(iri: string, prefixes: Prefixes): string | undefined {
  let best = "";
  let found: string | undefined;
  for (const [prefix, namespace] of Object.entries(prefixes)) {
    const local = iri.slice(namespace.length);
    if (iri.startsWith(namespace) && namespace.length > best.length && /^[A-Za-z_][\w-]*$/.test(local)) {
      best = namespace;
      found = `${prefix}:${local}`;
    }
  }
  return found;
}

/** The named graphs that a query can look into: all of them, or those that it names. */
export function graphsAsked(text: string, known: Prefixes = {}): "all" | string[] {
  const iris: string[] = [];
  const marked = text.replace(OPAQUE, (found) => {
    if (!found.startsWith("<")) {
      return " ";
    }
    iris.push(found.slice(1, -1));
    return ` \u0001${iris.length - 1} `;
  });
  const prefixes = { ...known, ...prefixesOf(text) };
  const asked = new Set<string>();
  for (const [, term] of marked.matchAll(/(?<![\w:?$@-])(?:GRAPH|FROM\s+NAMED|FROM)\s*(\S+)/gi)) {
    const iri = resolve(term ?? "", iris, prefixes);
    if (iri === undefined) {
      return "all";
    }
    asked.add(iri);
  }
  return form(text) === "describe" ? "all" : [...asked];
}

function resolve(term: string, iris: readonly string[], prefixes: Prefixes): string | undefined {
  if (term.startsWith("\u0001")) {
    return iris[Number(term.slice(1))];
  }
  const [prefix, local] = [term.slice(0, term.indexOf(":")), term.slice(term.indexOf(":") + 1)];
  const namespace = term.includes(":") ? prefixes[prefix] : undefined;
  return namespace === undefined ? undefined : namespace + local.replace(/[{;.]+$/, "");
}

/** The variables that a query wants in one language only to be readable: in the first, and in no other anywhere. */
export function inOurWords(text: string, languages: readonly string[]): string[] {
  const found = [...text.matchAll(/\bLANG\s*\(\s*[?$](\w+)\s*\)\s*=\s*"([\w-]+)"/gi)];
  const asked = found.map(([, name = "", language = ""]) => [name, language.toLowerCase()] as const);
  if (asked.some(([, language]) => languages.slice(1).includes(language))) return [];
  return asked.filter(([, language]) => language === languages[0]).map(([name]) => name);
}

export type Hint = "unbound" | "unlimited" | "apart";

/** What will make a query slow: a pattern that fits every triple, all at once, patterns that share no variable. */
export function hints(text: string): Hint[] {
  const seen = visible(text, "§");
  const start = seen.indexOf("{");
  const body = start < 0 ? "" : seen.slice(start);
  const found: Hint[] = [];
  if (/(?:[{}.;]|\bGRAPH\s+\S+\s*\{)\s*[?$]\w+\s+[?$]\w+\s+[?$]\w+\s*(?=[.}]|FILTER|OPTIONAL)/i.test(body)) {
    found.push("unbound");
    if (!/\bLIMIT\s+\d/i.test(seen) && !/\bCOUNT\s*\(/i.test(seen)) {
      found.push("unlimited");
    }
  }
  return apart(body) ? [...found, "apart"] : found;
}

/** Whether a plain group holds triples that no variable joins. */
function apart(body: string): boolean {
  const inner = /^\{([^{}]*)\}\s*(?:$|LIMIT|ORDER|GROUP|OFFSET)/i.exec(body)?.[1];
  if (inner === undefined || /\b(?:FILTER|BIND|VALUES)\b/i.test(inner)) {
    return false;
  }
  const groups: Set<string>[] = [];
  for (const triple of inner.split(/\s\.(?=\s|$)/)) {
    const names = new Set([...triple.matchAll(/[?$](\w+)/g)].map((it) => it[1] ?? ""));
    if (names.size === 0) {
      continue;
    }
    const joined = groups.filter((group) => [...names].some((name) => group.has(name)));
    for (const group of joined) {
      for (const name of group) names.add(name);
      groups.splice(groups.indexOf(group), 1);
    }
    groups.push(names);
  }
  return groups.length > 1;
}

export interface Place {
  line: number;
  column: number;
  /** What is said of it: a sentence, where the engine has one. */
  problem: string;
  /** The words and signs that could stand there; none where the engine's account of them misleads. */
  expected: string[];
}

/** Where the engine's message says that the query is at fault. */
export function placeOf(message: string): Place | undefined {
  const found = /error at (\d+):(\d+)(?:-\d+:\d+)?: ([\s\S]*)/.exec(message);
  if (!found) return undefined;
  return { line: Number(found[1]), column: Number(found[2]), ...account(found[3] ?? "") };
}

/** The engine's account: among what it expected may stand a sentence, and then that is what is wrong. */
function account(problem: string): Pick<Place, "problem" | "expected"> {
  const [, several, list] = /^expected (one of )?([\s\S]*)$/.exec(problem) ?? [];
  if (list === undefined) return { problem, expected: [] };
  const all = list.match(/\[(?:'[^']*'|[^\]'])*\]|"(?:[^"\\]|\\.)*"|[^,\s"[\]][^,"[\]]*/g) ?? [];
  const sentence = all.find((one) => /^[A-Z]\w*\s/.test(one));
  if (sentence) return { problem: sentence.trim(), expected: [] };
  // ranges of signs that make up a name say little; a single keyword is the last that was tried, not what is missing
  const said = all.filter((one) => !one.startsWith("[") && (several || one.startsWith('"'))).map((one) => one.trim());
  return { problem, expected: [...new Set(said)] };
}

/** The variables that are called as the property that leads to them, and its IRI. */
export function byProperty(text: string, known: Prefixes): Record<string, string> {
  const prefixes = { ...known, ...prefixesOf(text) };
  const found: Record<string, string> = {};
  for (const [, prefix = "", local = "", name = ""] of visible(text).matchAll(
    /(?<![\w?$@-])([A-Za-z][\w.-]*):(\w+)\s+[?$](\w+)/g,
  )) {
    const namespace = prefixes[prefix];
    if (local === name && namespace !== undefined) found[name] = namespace + local;
  }
  return found;
}

/** The offset of a line and column (both from 1; columns are code points) in a text. */
export function offsetOf(text: string, line: number, column: number): number {
  const lines = text.split("\n");
  const before = lines.slice(0, line - 1).reduce((sum, one) => sum + one.length + 1, 0);
  const inLine = [...(lines[line - 1] ?? "")].slice(0, column - 1).join("").length;
  return Math.min(before + inLine, text.length);
}
