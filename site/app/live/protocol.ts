// What the page and the worker that holds the engine say to each other.
import type { Said } from "./answer.ts";

export interface Part {
  file: string;
  /** The named graphs that the part holds; none: the default graph; null: everything. */
  graphs: string[] | null;
  quads: number;
  bytes: number;
  sha256: string;
}

export interface Manifest {
  digest: string;
  quads: number;
  base: string;
  address: string;
  title: Record<string, string>;
  languages: string[];
  prefixes: Record<string, string>;
  labels: string[];
  /** The property that says where in a text a passage is. */
  locator: string;
  /** The properties of a passage: its source, and where it begins and ends there. */
  passage: { source: string; start: string; end: string };
  /** The class of graphs that hold what a source says, and the property that names the source. */
  graphs: { type: string; source: string };
  parts: Part[];
  names: Record<string, string>;
}

/** What an IRI is called, and whether it has a page here. */
export interface Name {
  label: string;
  language: string;
  page: boolean;
  /** Of what has no name of its own. */
  made?: Made;
}

/** A name that is made of others: which text of the interface, and what is filled in. */
export interface Made {
  key: "name_passage" | "name_source_graph" | "name_record_graph" | "name_graph";
  parts: Record<string, string>;
}

export type Names = Record<string, Name>;

/** A text of an answer: whether its column is worded in the language of the page. */
export interface Text {
  value: string;
  language: string;
  ours: boolean;
}

/** What stands for a text: the same in the language of the page, or a code of a place. */
export interface Reworded {
  value: string;
  place: boolean;
}

export type Task =
  | { do: "open"; root: string; manifest: string }
  | { do: "ask"; query: string }
  | { do: "name"; iris: string[]; language: string }
  | { do: "reword"; texts: Text[]; language: string }
  | { do: "members"; type: string; language: string };

export interface Results {
  open: Manifest;
  ask: Said;
  name: Names;
  reword: (Reworded | undefined)[];
  members: string[];
}

export type Request = Task & { id: number };

export type Reply =
  | { id: number; say: "done"; value: unknown }
  | { id: number; say: "failed"; message: string; fatal?: boolean }
  | { id: number; say: "began" }
  | { id: number; say: "loading"; bytes: number };
