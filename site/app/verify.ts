// Checking the passages of a source against a text that the reader has. Nothing of the text leaves the browser:
// the page's own policy forbids it to connect to anything.

/** A passage: its page, start and end in code points, first and last words, SHA-256 of its text. */
export type Passage = readonly [page: string, start: number, end: number, first: string, last: string, digest: string];

export interface Source {
  name: string;
  sha256: string;
  passages: readonly Passage[];
}

export type Outcome = "holds" | "moved" | "changed" | "missing";

export interface Finding {
  passage: Passage;
  outcome: Outcome;
  start: number;
  end: number;
}

export type Digest = (text: string) => Promise<string>;

/** SHA-256 of a text's UTF-8 bytes, in hexadecimal. */
export async function sha256(text: string): Promise<string> {
  const bytes = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** A text in Unicode NFC, by code points. */
export function codePoints(text: string): string[] {
  return Array.from(text.normalize("NFC"));
}

/** Every place at which words begin, in code points. */
export function places(points: readonly string[], words: readonly string[]): number[] {
  const found: number[] = [];
  for (let at = 0; words.length && at + words.length <= points.length; at += 1) {
    if (words.every((sign, next) => points[at + next] === sign)) {
      found.push(at);
    }
  }
  return found;
}

/** Check one passage: where it was, else wherever its first and last words stand. */
export async function check(points: readonly string[], passage: Passage, digest: Digest): Promise<Finding> {
  const [, start, end, first, last, expected] = passage;
  const is = async (from: number, to: number): Promise<boolean> =>
    to <= points.length && (await digest(points.slice(from, to).join(""))) === expected;
  if (await is(start, end)) {
    return { passage, outcome: "holds", start, end };
  }
  const length = end - start;
  const begins = places(points, Array.from(first)).sort((a, b) => Math.abs(a - start) - Math.abs(b - start));
  for (const at of begins) {
    if (await is(at, at + length)) {
      return { passage, outcome: "moved", start: at, end: at + length };
    }
  }
  const closing = Array.from(last);
  const ends = places(points, closing).map((at) => at + closing.length);
  for (const at of begins) {
    const near = ends.filter((to) => to > at && Math.abs(to - at - length) <= Math.max(40, length));
    const to = near.sort((a, b) => Math.abs(a - at - length) - Math.abs(b - at - length))[0];
    if (to !== undefined) {
      return { passage, outcome: "changed", start: at, end: to };
    }
  }
  return { passage, outcome: "missing", start, end };
}

export async function checkAll(text: string, source: Source, digest: Digest): Promise<Finding[]> {
  const points = codePoints(text);
  const findings: Finding[] = [];
  for (const passage of source.passages) {
    findings.push(await check(points, passage, digest));
  }
  return findings;
}

/** The source of which a text holds the most; none if it holds nothing of any. */
export async function guess(text: string, sources: readonly Source[], digest: Digest): Promise<Source | undefined> {
  const whole = await digest(text.normalize("NFC"));
  const same = sources.find((source) => source.sha256 === whole);
  if (same) {
    return same;
  }
  let best: Source | undefined;
  let most = 0;
  for (const source of sources) {
    const findings = await checkAll(text, source, digest);
    const share = findings.filter(({ outcome }) => outcome === "holds" || outcome === "moved").length / findings.length;
    if (share > most) {
      [best, most] = [source, share];
    }
  }
  return best;
}

export function counts(findings: readonly Finding[]): Record<Outcome, number> {
  const found = { holds: 0, moved: 0, changed: 0, missing: 0 };
  for (const { outcome } of findings) {
    found[outcome] += 1;
  }
  return found;
}

export function filled(words: string, parts: Readonly<Record<string, string | number>>): string {
  return words.replace(/\{(\w+)\}/gu, (whole, name: string) => String(parts[name] ?? whole));
}

export function verifier(place: HTMLElement): void {
  const tool = place.querySelector<HTMLElement>("[data-tool]");
  const data = place.querySelector("script")?.textContent;
  if (!tool || !data) {
    return;
  }
  const { words, sources } = JSON.parse(data) as { words: Record<string, string>; sources: Source[] };
  const say = (key: string): string => words[key] ?? "";
  if (!globalThis.crypto?.subtle) {
    const sorry = document.createElement("p");
    sorry.className = "pick";
    sorry.textContent = say("insecure");
    tool.append(sorry);
    return;
  }
  const drop = document.createElement("form");
  drop.className = "drop";
  const file = document.createElement("input");
  file.type = "file";
  file.accept = "text/plain,.txt,.md";
  const pasted = document.createElement("textarea");
  const which = document.createElement("select");
  which.append(new Option(say("guess"), ""), ...sources.map(({ name }, at) => new Option(name, String(at))));
  const go = document.createElement("button");
  go.textContent = say("check");
  for (const [key, field] of [
    ["file", file],
    ["paste", pasted],
    ["source", which],
  ] as const) {
    const label = document.createElement("label");
    label.append(say(key), field);
    drop.append(label);
  }
  drop.append(go);
  const status = document.createElement("p");
  status.role = "status";
  const result = document.createElement("div");
  tool.append(drop, status, result);

  // what is said of one text never stands beside another: of two that are checked at once, the later counts
  let last = 0;
  const begin = (): number => {
    last += 1;
    result.replaceChildren();
    status.textContent = say("checking");
    return last;
  };
  const run = async (text: string, turn: number): Promise<void> => {
    const chosen = which.value ? sources[Number(which.value)] : await guess(text, sources, sha256);
    const findings = chosen ? await checkAll(text, chosen, sha256) : [];
    const same = (await sha256(text.normalize("NFC"))) === chosen?.sha256;
    if (turn !== last) {
      return;
    }
    if (!chosen) {
      status.textContent = say("none");
      return;
    }
    const sum = filled(say("summary"), { ...counts(findings), all: findings.length });
    status.textContent = `${chosen.name}: ${sum} ${say(same ? "whole" : "other")}`;
    result.append(report(findings, place.dataset.root ?? "", say));
  };
  const read = async (given: File): Promise<void> => {
    const turn = begin();
    try {
      // a byte order mark is part of the text as it was read
      const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(await given.arrayBuffer());
      await run(text, turn);
    } catch (error) {
      if (turn !== last) {
        return;
      }
      status.textContent = error instanceof TypeError ? say("unreadable") : String(error);
    }
  };
  file.addEventListener("change", () => {
    const given = file.files?.[0];
    if (given) {
      void read(given);
    }
  });
  drop.addEventListener("submit", (event) => {
    event.preventDefault();
    const given = file.files?.[0];
    void (pasted.value ? run(pasted.value, begin()) : given ? read(given) : Promise.resolve());
  });
  drop.addEventListener("dragover", (event) => {
    event.preventDefault();
    drop.classList.add("over");
  });
  drop.addEventListener("dragleave", () => drop.classList.remove("over"));
  drop.addEventListener("drop", (event) => {
    event.preventDefault();
    drop.classList.remove("over");
    const given = event.dataTransfer?.files[0];
    if (given) {
      void read(given);
    }
  });
}

function report(findings: readonly Finding[], root: string, say: (key: string) => string): HTMLElement {
  const table = document.createElement("table");
  const row = table.createTHead().insertRow();
  for (const key of ["passage", "words", "result"]) {
    const th = document.createElement("th");
    th.scope = "col";
    th.textContent = say(key);
    row.append(th);
  }
  const body = table.createTBody();
  for (const { passage, outcome, start, end } of findings) {
    const [page, from, to, first, last] = passage;
    const line = body.insertRow();
    line.className = outcome;
    const link = document.createElement("a");
    link.href = root + page;
    link.textContent = `${from}–${to}`;
    line.insertCell().append(link);
    line.insertCell().append(last ? `${first} … ${last}` : first);
    line.insertCell().append(filled(say(outcome), { start, end }));
  }
  const label = document.createElement("label");
  const only = document.createElement("input");
  only.type = "checkbox";
  label.append(only, " ", say("trouble"));
  only.addEventListener("change", () => {
    for (const line of body.rows) {
      line.hidden = only.checked && line.className === "holds";
    }
  });
  const scroll = document.createElement("div");
  scroll.className = "scroll";
  scroll.tabIndex = 0;
  scroll.role = "region";
  scroll.ariaLabel = say("result");
  scroll.append(table);
  const whole = document.createElement("div");
  whole.append(label, scroll);
  return whole;
}
