// Run by node's own test runner, from tests/test_page_scripts.py.
import assert from "node:assert/strict";
import { test } from "node:test";

import { copy } from "./copy.ts";
import { allOpen, label, toggleAll } from "./evidence.ts";

const words = { openAll: "open", closeAll: "close" };
const parts = (...open: boolean[]) => open.map((is) => ({ open: is }));

test("some open: the button opens the rest", () => {
  const some = parts(true, false);
  assert.equal(label(some, words), "open");
  toggleAll(some);
  assert.ok(allOpen(some));
  assert.equal(label(some, words), "close");
});

test("all open: the button closes all", () => {
  const all = parts(true, true);
  toggleAll(all);
  assert.deepEqual(all, parts(false, false));
});

test("copying says whether it worked", async () => {
  const taken: string[] = [];
  const clipboard = { writeText: async (text: string) => void taken.push(text) };
  assert.equal(await copy("https://example.org/", clipboard), true);
  assert.deepEqual(taken, ["https://example.org/"]);
  const forbidden = { writeText: () => Promise.reject(new Error("forbidden")) };
  assert.equal(await copy("x", forbidden), false);
});
