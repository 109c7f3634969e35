// The same question for other tools.
import { form } from "./sparql.ts";

export type Language = "curl" | "Python" | "R" | "JavaScript";

const JSON_RESULTS = "application/sparql-results+json";
const TURTLE = "text/turtle";

const shell = (text: string) => `'${text.replace(/'/g, `'\\''`)}'`;
const python = (text: string) =>
  `"""${text.replace(/\\/g, "\\\\").replace(/"""/g, '\\"\\"\\"').replace(/"$/, '\\"')}"""`;

/** Without lines of comment: SPARQLWrapper takes "Address" there for the update ADD. */
const bare = (query: string) => query.replace(/^[ \t]*#.*\n/gm, "");

const TABLE: Record<Language, string> = {
  curl: "text/csv",
  Python:
    'for row in endpoint.queryAndConvert()["results"]["bindings"]:\n' +
    '    print({name: term["value"] for name, term in row.items()})\n',
  R: "  resp_body_string() |>\n  read.csv(text = _)\n",
  JavaScript: "const { results } = await response.json();\nconsole.table(results.bindings);\n",
};
const TRUTH: Record<Language, string> = {
  curl: JSON_RESULTS,
  Python: 'print(endpoint.queryAndConvert()["boolean"])\n',
  R: '  resp_body_json() |>\n  getElement("boolean")\n',
  JavaScript: "const { boolean } = await response.json();\nconsole.log(boolean);\n",
};
const GRAPH: Record<Language, string> = {
  curl: TURTLE,
  Python: "print(endpoint.queryAndConvert().decode())\n",
  R: "  resp_body_string() |>\n  cat()\n",
  JavaScript: "console.log(await response.text());\n",
};

/** The question for another tool; what is done with the answer follows from what it is: a table, a truth, a graph. */
export function snippet(language: Language, endpoint: string, text: string): string {
  const query = bare(text);
  const asked = form(query);
  const graph = asked === "construct" || asked === "describe";
  const end = (graph ? GRAPH : asked === "ask" ? TRUTH : TABLE)[language];
  const accepted = graph ? TURTLE : JSON_RESULTS;
  const format = graph ? "TURTLE" : "JSON";
  const makers: Record<Language, () => string> = {
    curl: () =>
      `curl --header 'Accept: ${end}' \\\n  --data-urlencode query=${shell(query)} \\\n  ${shell(endpoint)}\n`,
    Python: () =>
      `from SPARQLWrapper import ${format}, SPARQLWrapper\n\nendpoint = SPARQLWrapper(${JSON.stringify(endpoint)})\n` +
      `endpoint.setQuery(${python(query)})\nendpoint.setReturnFormat(${format})\n${end}`,
    R: () =>
      `library(httr2)\n\nrequest(${JSON.stringify(endpoint)}) |>\n  req_body_form(query = ${JSON.stringify(query)}) |>\n` +
      `  req_headers(Accept = "${asked === "select" ? "text/csv" : accepted}") |>\n  req_perform() |>\n${end}`,
    JavaScript: () =>
      `const response = await fetch(${JSON.stringify(endpoint)}, {\n  method: "POST",\n` +
      `  headers: { Accept: "${accepted}" },\n` +
      `  body: new URLSearchParams({ query: ${JSON.stringify(query)} }),\n});\n${end}`,
  };
  return makers[language]();
}
