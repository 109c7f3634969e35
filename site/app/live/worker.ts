// The worker: it holds the engine and the data, and can be ended at any moment.
import init, { literal, namedNode, type Quad, Store } from "oxigraph/web.js";

import type { Said, Term } from "./answer.ts";
import { genuine, needed, unpacked } from "./parts.ts";
import type { Made, Manifest, Names, Part, Reply, Request, Results, Reworded, Task, Text } from "./protocol.ts";
import { form, graphsAsked, remote } from "./sparql.ts";

const JSON_RESULTS = "application/sparql-results+json";
const RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type";
const SUBCLASS = "http://www.w3.org/2000/01/rdf-schema#subClassOf";

let root = "";
let manifest: Manifest;
let store: Store;
const loaded = new Set<string>();

const reply = (message: Reply): void => postMessage(message);

async function open(task: { root: string; manifest: string }): Promise<Manifest> {
  root = task.root;
  const engine = init({ module_or_path: new URL("assets/oxigraph.wasm", root) });
  manifest = (await (await fetched(task.manifest)).json()) as Manifest;
  const first = needed(manifest.parts, [], loaded);
  const files = first.map((part) => bytesOf(part));
  await engine;
  store = new Store();
  for (const [place, part] of first.entries()) {
    add(part, await unpacked((await files[place]) as Uint8Array<ArrayBuffer>));
  }
  return manifest;
}

async function fetched(path: string): Promise<Response> {
  const response = await fetch(new URL(path, root));
  if (!response.ok) {
    throw new Error(`${path}: ${response.status}`);
  }
  return response;
}

async function bytesOf(part: Part): Promise<Uint8Array<ArrayBuffer>> {
  const response = await fetched(`${part.file}?v=${part.sha256.slice(0, 16)}`);
  const bytes = new Uint8Array(await response.arrayBuffer());
  if (!(await genuine(bytes, part.sha256))) {
    throw new Error(`${part.file} is of another build`);
  }
  return bytes;
}

function add(part: Part, bytes: Uint8Array): void {
  store.load(bytes, { format: "application/trig", no_transaction: true, lenient: true });
  loaded.add(part.file);
}

async function ask(query: string, began: () => void): Promise<Said> {
  if (remote(query)) {
    throw new Error("SERVICE and LOAD are not answered here: no query may reach another server");
  }
  for (const part of needed(manifest.parts, graphsAsked(query, manifest.prefixes), loaded)) {
    add(part, await unpacked(await bytesOf(part)));
  }
  began();
  const start = performance.now();
  const kind = form(query);
  if (kind === "construct" || kind === "describe") {
    const turtle = store.query(query, { results_format: "text/turtle" }) as string;
    return { text: triples(turtle), turtle, took: performance.now() - start };
  }
  const text = store.query(query, { results_format: JSON_RESULTS }) as string;
  return { text, took: performance.now() - start };
}

/** The triples of a graph as a table. */
function triples(turtle: string): string {
  const made = new Store();
  made.load(turtle, { format: "text/turtle", lenient: true });
  const query =
    "SELECT ?subject ?predicate ?object { ?subject ?predicate ?object } ORDER BY ?subject ?predicate ?object";
  return made.query(query, { results_format: JSON_RESULTS }) as string;
}

function name(iris: readonly string[], language: string): Names {
  const found: Names = {};
  for (const iri of iris) {
    const page = iri.startsWith(manifest.base) && has(iri);
    const label = labelled(iri, language);
    const made = label ? undefined : (passage(iri, language) ?? graphName(iri, language));
    found[iri] = { label: label?.value ?? "", language: label?.language ?? "", page, ...(made ? { made } : {}) };
  }
  return found;
}

type Label = { value: string; language?: string };

const objects = (iri: string, property: string): Label[] =>
  store.match(namedNode(iri), namedNode(property), null, null).map((quad) => quad.object as Label);

function labelled(iri: string, language: string): Label | undefined {
  for (const property of manifest.labels) {
    const labels = objects(iri, property);
    const label = labels.find((one) => one.language === language) ?? labels.find((one) => !one.language) ?? labels[0];
    if (label) return label;
  }
  return undefined;
}

const called = (iri: string, language: string): string => labelled(iri, language)?.value ?? last(iri);
const last = (iri: string): string => iri.slice(iri.lastIndexOf("/") + 1);

function passage(iri: string, language: string): Made | undefined {
  const { source, start, end } = manifest.passage;
  const [from] = objects(iri, source);
  const [begins] = objects(iri, start);
  const [ends] = objects(iri, end);
  if (!from || !begins || !ends) return undefined;
  const parts = { source: called(from.value, language), start: begins.value, end: ends.value };
  return { key: "name_passage", parts };
}

/** What a graph is called: after its source, or after the one thing that it tells of. */
function graphName(iri: string, language: string): Made | undefined {
  const held = store.match(null, null, null, namedNode(iri));
  if (!held.length) return undefined;
  const [source] = objects(iri, manifest.graphs.source);
  if (source && objects(iri, RDF_TYPE).some(({ value }) => value === manifest.graphs.type)) {
    return { key: "name_source_graph", parts: { source: called(source.value, language) } };
  }
  const [thing, ...others] = new Set(held.map((quad) => quad.subject.value).filter((one) => one !== iri));
  return thing && !others.length
    ? { key: "name_record_graph", parts: { thing: called(thing, language) } }
    : { key: "name_graph", parts: { key: last(iri) } };
}

/** What stands for texts of an answer, by what the dataset says of them. */
function reword(texts: readonly Text[], language: string): (Reworded | undefined)[] {
  return texts.map(({ value, language: own, ours }) => {
    const quads = store.match(null, null, literal(value, own), null);
    if (quads.some((quad) => quad.predicate.value === manifest.locator)) return { value, place: true };
    if (!ours || own === language) return undefined;
    const said = new Set(quads.flatMap((quad) => counterpart(quad, own, language)));
    return said.size === 1 ? { value: [...said][0] ?? "", place: false } : undefined;
  });
}

/** What the same property of the same thing says in another language, if it says one thing in each. */
function counterpart(quad: Quad, own: string, language: string): string[] {
  const all = store.match(quad.subject, quad.predicate, null, null).map((one) => one.object);
  const values = (wanted: string) =>
    new Set(all.flatMap((one) => ("language" in one && one.language === wanted ? [one.value] : [])));
  const [same, other] = [values(own), values(language)];
  return same.size === 1 && other.size === 1 ? [...other] : [];
}

function has(iri: string): boolean {
  return store.query(
    `ASK { { <${iri}> ?p ?o } UNION { GRAPH ?g { <${iri}> ?p ?o } } UNION { GRAPH <${iri}> { ?s ?p ?o } } }`,
  ) as boolean;
}

function members(type: string): string[] {
  const typed = `?one <${RDF_TYPE}> ?class`;
  const query = `SELECT DISTINCT ?one { ?class <${SUBCLASS}>* <${type}> . { ${typed} } UNION { GRAPH ?g { ${typed} } } } ORDER BY ?one`;
  return (store.query(query) as unknown as Map<string, Term>[]).map((row) => row.get("one")?.value ?? "");
}

async function done<T extends Task>(task: T, began: () => void): Promise<Results[T["do"]]>;
async function done(task: Task, began: () => void): Promise<unknown> {
  switch (task.do) {
    case "open":
      return open(task);
    case "ask":
      return ask(task.query, began);
    case "name":
      return name(task.iris, task.language);
    case "reword":
      return reword(task.texts, task.language);
    case "members":
      return members(task.type);
  }
}

addEventListener("message", async ({ data }: MessageEvent<Request>) => {
  try {
    const value = await done(data, () => reply({ id: data.id, say: "began" }));
    reply({ id: data.id, say: "done", value });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const fatal = error instanceof WebAssembly.RuntimeError || error instanceof RangeError;
    reply({ id: data.id, say: "failed", message, ...(fatal ? { fatal } : {}) });
  }
});
