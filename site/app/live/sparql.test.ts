import assert from "node:assert/strict";
import { test } from "node:test";

import { needed } from "./parts.ts";
import type { Part } from "./protocol.ts";
import {
  bind,
  byProperty,
  form,
  graphsAsked,
  hints,
  iriTerm,
  literalTerm,
  missingPrefixes,
  offsetOf,
  placeOf,
  remote,
  shorten,
  update,
} from "./sparql.ts";

const EX = "https://example.org/";

test("the form of a query is not read in comments, strings or names", () => {
  assert.equal(
    form("# ASK\nPREFIX ask: <https://example.org/CONSTRUCT>\nSELECT * { ?select ask:it 'DESCRIBE' }"),
    "select",
  );
  assert.equal(form("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"), "construct");
  assert.equal(form("no query"), undefined);
});

test("an update is known by how it begins", () => {
  for (const text of [
    "INSERT DATA { <a:b> <c:d> 1 }",
    "PREFIX : <https://example.org/INSERT#>\n# all\nclear all",
    "BASE <https://example.org/> DELETE WHERE { ?s ?p ?o }",
    "LOAD <https://example.org/>",
  ])
    assert.ok(update(text), text);
  for (const text of ["SELECT * { ?insert ?delete 'CLEAR' }", "PREFIX add: <x:> ASK { ?s add:it 1 }", "", "hello"])
    assert.ok(!update(text), text);
});

test("a column is called as the property only where it has its name", () => {
  const text = "PREFIX ex: <https://example.org/> SELECT * { ?a ex:likes ?likes ; ex:knows ?who ; no:where ?where }";
  assert.deepEqual(byProperty(text, {}), { likes: `${EX}likes` });
  assert.deepEqual(byProperty("SELECT * { ?a ex:likes ?likes }", { ex: EX }), { likes: `${EX}likes` });
});

test("another server is never asked", () => {
  assert.ok(remote("SELECT * { SERVICE <https://example.org/> { ?s ?p ?o } }"));
  assert.ok(!remote('SELECT ?service { ?s <https://example.org/SERVICE> "SERVICE" } # SERVICE'));
});

test("a choice takes the place of the term in VALUES", () => {
  const query = 'SELECT * { VALUES ?date { "2025-08-01"^^xsd:date } VALUES ?who { ex:a } ?who ex:on ?date }';
  assert.match(
    bind(query, "date", literalTerm("2026-01-01", "http://www.w3.org/2001/XMLSchema#date")),
    /\{ "2026-01-01"\^\^<[^>]*#date> \} VALUES/,
  );
  assert.match(bind(query, "who", iriTerm(`${EX}b`)), /VALUES \?who \{ <https:\/\/example.org\/b> \}/);
  assert.equal(bind(query, "what", "1"), query);
});

test("what a reader types stays one term", () => {
  assert.equal(literalTerm('a" } DROP', ""), '"a\\" } DROP"');
  assert.equal(iriTerm("https://example.org/a> } "), "<https://example.org/a%3E%20%7D%20>");
  assert.match(bind("VALUES ?x { ex:a }", "x", literalTerm("$& $1", "")), /"\$& \$1"/);
});

test("prefixes that are used and not declared are added", () => {
  const known = { ex: EX, other: "https://example.org/other/" };
  assert.equal(missingPrefixes("SELECT * { ?s ex:a ?o }", known), `PREFIX ex: <${EX}>\n`);
  assert.equal(missingPrefixes(`PREFIX ex: <${EX}>\nSELECT * { ?s ex:a "other:b" }`, known), "");
});

test("an IRI is shortened by the longest namespace, if a plain name is left", () => {
  const prefixes = { ex: EX, deep: `${EX}deep/` };
  assert.equal(shorten(`${EX}deep/a`, prefixes), "deep:a");
  assert.equal(shorten(`${EX}a/b`, prefixes), undefined);
});

test("a query loads the graphs that it names, and all where it leaves them open", () => {
  const asked = (text: string) => graphsAsked(text, { ex: EX });
  assert.deepEqual(asked("SELECT * { ?graph ?p 'GRAPH ?g' }"), []);
  assert.deepEqual(asked(`SELECT * { GRAPH <${EX}g> { ?s ?p ?o } GRAPH ex:h{ ?s ?p ?o } }`), [`${EX}g`, `${EX}h`]);
  assert.equal(asked("SELECT * { GRAPH ?g { ?s ?p ?o } }"), "all");
  assert.deepEqual(asked(`SELECT * FROM NAMED <${EX}g> { GRAPH ex:g { ?s ?p ?o } }`), [`${EX}g`]);
  assert.equal(asked("DESCRIBE ex:a"), "all");
});

test("only parts that are asked for and not there are loaded", () => {
  const part = (file: string, graphs: string[] | null): Part => ({ file, graphs, quads: 1, bytes: 1, sha256: "" });
  const parts = [part("default", []), part("one", [`${EX}g`]), part("two", [`${EX}h`])];
  const files = (asked: "all" | string[], loaded: string[] = []) =>
    needed(parts, asked, new Set(loaded)).map(({ file }) => file);
  assert.deepEqual(files([]), ["default"]);
  assert.deepEqual(files([`${EX}h`], ["default"]), ["two"]);
  assert.deepEqual(files("all", ["one"]), ["default", "two"]);
  assert.deepEqual(needed([part("whole", null)], [], new Set()).length, 1);
});

test("hints tell what will be slow", () => {
  assert.deepEqual(hints("SELECT * { ?s ?p ?o }"), ["unbound", "unlimited"]);
  assert.deepEqual(hints("SELECT * { GRAPH ?g { ?s ?p ?o . } } LIMIT 10"), ["unbound"]);
  assert.deepEqual(hints("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"), ["unbound"]);
  assert.deepEqual(hints(`SELECT * { ?s <${EX}p> ?o . ?o ?q ?r }`), ["unbound", "unlimited"]);
  assert.deepEqual(hints(`SELECT * { ?s <${EX}p> ?o . ?a <${EX}q> ?b }`), ["apart"]);
  assert.deepEqual(hints(`SELECT * { ?s a <${EX}C> ; <${EX}p> ?o . ?o <${EX}q> ?b . }`), []);
});

test("the place of an error is found in the engine's message", () => {
  const place = placeOf("error at 2:5: expected one of \".\", ['a' ..= 'z' | '\\u{00C0}'], OPTIONAL");
  assert.deepEqual([place?.line, place?.column, place?.expected], [2, 5, ['"."', "OPTIONAL"]]);
  const unknown = placeOf("error at 1:29: expected one of Prefix not found, ['%'], ['A' ..= 'Z'], ['_']");
  assert.deepEqual([unknown?.problem, unknown?.expected], ["Prefix not found", []]);
  const grouped = placeOf('error at 1:34: expected one of "$", IF, SELECT * is not authorized with GROUP BY, [_]');
  assert.equal(grouped?.problem, "SELECT * is not authorized with GROUP BY");
  assert.deepEqual(placeOf("error at 1:6: expected [_]")?.expected, []);
  assert.deepEqual(placeOf("error at 1:10: expected CONSTRUCT")?.expected, [], "the last that was tried misleads");
  assert.equal(placeOf("something else"), undefined);
  assert.equal(offsetOf("a\n😀bcd", 2, 3), 5);
});
