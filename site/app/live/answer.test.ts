import assert from "node:assert/strict";
import { test } from "node:test";

import {
  type Answer,
  columnKind,
  csv,
  dateOf,
  json,
  numeral,
  plain,
  pointOf,
  read,
  sorted,
  type Term,
  tsv,
  turtle,
  written,
} from "./answer.ts";
import { History } from "./history.ts";
import { readState, writeState } from "./permalink.ts";
import { snippet } from "./snippets.ts";
import { short, suitable } from "./views.ts";

const XSD = "http://www.w3.org/2001/XMLSchema#";
const number = (value: string) => ({ type: "literal", value, datatype: `${XSD}integer` }) as const;
const answer: Answer = {
  columns: ["who", "n", "said"],
  rows: [
    {
      who: { type: "uri", value: "https://example.org/b" },
      n: number("10"),
      said: { type: "literal", value: 'a "b",\nc', "xml:lang": "en" },
    },
    { who: { type: "uri", value: "https://example.org/a" }, n: number("9") },
  ],
  took: 1,
};

test("results are read as the engine wrote them", () => {
  assert.deepEqual(read({ text: json(answer), took: 1 }), answer);
  const asked = read({ text: '{"head":{},"boolean":true}', took: 2 });
  assert.equal(asked.rows[0]?.answer?.value, "true");
  assert.equal(asked.boolean, true);
  assert.equal(read({ text: json(answer), turtle: "<a> <b> <c> .", took: 1 }).turtle, "<a> <b> <c> .");
});

test("CSV and TSV are as the W3C writes them", () => {
  assert.equal(csv(answer), 'who,n,said\r\nhttps://example.org/b,10,"a ""b"",\nc"\r\nhttps://example.org/a,9,\r\n');
  assert.equal(tsv(answer).split("\n")[1], `<https://example.org/b>\t"10"^^<${XSD}integer>\t"a \\"b\\",\\nc"@en`);
  assert.deepEqual(JSON.parse(json(answer)).head.vars, ["who", "n", "said"]);
});

test("a table is a result set in Turtle, a graph its own", () => {
  assert.match(turtle(answer), /rs:resultVariable "who", "n", "said" ;\n {2}rs:solution \[/);
  assert.equal(turtle({ ...answer, turtle: "<a> <b> <c> ." }), "<a> <b> <c> .");
  assert.match(turtle({ columns: ["answer"], rows: [], boolean: true, took: 1 }), /rs:boolean true/);
});

test("columns are sorted by number and by name, with gaps last", () => {
  const label = (term: { value: string }) => term.value;
  assert.deepEqual(
    sorted(answer.rows, "n", false, label).map((row) => row.n?.value),
    ["9", "10"],
  );
  assert.deepEqual(
    sorted(answer.rows, "who", true, label).map((row) => row.n?.value),
    ["10", "9"],
  );
  assert.deepEqual(
    sorted(answer.rows, "said", true, label).map((row) => row.n?.value),
    ["10", "9"],
  );
});

test("an answer is pictured as its columns allow", () => {
  assert.equal(columnKind(answer, "who"), "iri");
  assert.deepEqual(suitable(answer), ["table", "chart"]);
  const dated: Answer = {
    columns: ["a", "b", "d"],
    rows: [
      {
        a: answer.rows[0]?.who as never,
        b: answer.rows[1]?.who as never,
        d: { type: "literal", value: "2025-07", datatype: `${XSD}gYearMonth` },
      },
    ],
    took: 1,
  };
  assert.deepEqual(suitable(dated), ["table", "timeline", "graph"]);
  const placed: Answer = { columns: ["lat", "long"], rows: [{ lat: number("1"), long: number("2") }], took: 1 };
  assert.ok(suitable(placed).includes("map"));
  assert.deepEqual(pointOf("POINT(12.5 -3)"), [12.5, -3]);
  assert.equal(pointOf("LINESTRING(1 2, 3 4)"), undefined);
});

test("a month or a year stands at its first day", () => {
  assert.equal(dateOf("2025-07").toISOString().slice(0, 10), "2025-07-01");
  assert.equal(dateOf("0079").getUTCFullYear(), 79);
});

test("the state of a page goes into its address and comes back", () => {
  const state = {
    query: "SELECT * { ?s ?p '#&=' }",
    choices: { who: "https://example.org/a?b=c#d" },
    view: "chart",
    seconds: 30,
  };
  assert.deepEqual(readState(writeState(state)), state);
  assert.equal(writeState({ choices: {} }), "");
});

test("the history keeps each query once, and survives a spoilt store", () => {
  const held = new Map<string, string>();
  const shelf = {
    getItem: (key: string) => held.get(key) ?? null,
    setItem: (key: string, value: string) => void held.set(key, value),
    removeItem: (key: string) => void held.delete(key),
  };
  const history = new History(shelf, "/sub/");
  for (const query of ["a", "b", "a"]) history.add({ query, at: "2026-01-01", rows: 1 });
  assert.deepEqual(
    history.list().map(({ query }) => query),
    ["a", "b"],
  );
  for (const key of held.keys()) held.set(key, "{spoilt");
  assert.deepEqual(history.list(), []);
  history.clear();
  assert.deepEqual(new History(undefined, "/").list(), []);
});

test("a query is quoted for other tools", () => {
  const query = `# Addresses\nSELECT * { ?s ?p "it's" }`;
  assert.doesNotMatch(snippet("Python", "https://example.org/sparql", query), /Addresses/);
  assert.match(snippet("curl", "https://example.org/sparql", query), /'SELECT \* \{ \?s \?p "it'\\''s" \}'/);
  for (const language of ["Python", "R", "JavaScript"] as const)
    assert.match(snippet(language, "https://example.org/sparql", query), /example\.org/);
});

test("what another tool does with an answer follows from its form", () => {
  const made = (language: "curl" | "Python" | "R" | "JavaScript", query: string) =>
    snippet(language, "https://example.org/sparql", query);
  for (const query of ["CONSTRUCT WHERE { ?s ?p ?o }", "DESCRIBE <https://example.org/>"]) {
    assert.match(made("curl", query), /Accept: text\/turtle/);
    assert.match(made("Python", query), /import TURTLE.*setReturnFormat\(TURTLE\)/s);
    assert.match(made("JavaScript", query), /response\.text/);
    assert.doesNotMatch(made("R", query), /csv/);
  }
  assert.match(made("curl", "ASK {}"), /sparql-results\+json/);
  for (const language of ["Python", "R", "JavaScript"] as const) assert.match(made(language, "ASK {}"), /boolean/);
  assert.match(made("curl", "SELECT * {}"), /text\/csv/);
});

test("a number is shown as what it is", () => {
  for (const exact of ["12345678901234567890", "1.50", "INF", "NaN", "007", "1.7E308"])
    assert.equal(numeral(exact, "en"), exact);
  assert.equal(numeral("1.5E3", "en"), "1500");
  assert.equal(numeral("5.8E1", "zh"), "58");
});

test("a triple in a triple is written as Turtle writes it", () => {
  const iri = (value: string) => ({ type: "uri", value }) as const;
  const value = { subject: iri("a:b"), predicate: iri("c:d"), object: { type: "literal", value: "it" } };
  const term = { type: "triple", value } as unknown as Term;
  assert.equal(written(term), '<<( <a:b> <c:d> "it" )>>');
  assert.equal(plain(term), written(term));
});

test("a name in a picture is cut by the room that it takes", () => {
  assert.equal(short("abcdef", 4), "abcd…");
  assert.equal(short("人工智能", 4), "人工…");
  assert.equal(short("人工", 4), "人工");
  assert.equal(short("a".repeat(34)), "a".repeat(34));
});
