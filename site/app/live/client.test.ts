import assert from "node:assert/strict";
import { test } from "node:test";

import { Engine, type Port, Stopped, TooLarge, TooLong } from "./client.ts";
import type { Reply, Request } from "./protocol.ts";

const NOTHING = '{"head":{"vars":["a"]},"results":{"bindings":[]}}';

/** A worker that answers everything but the query "forever". */
class Fake implements Port {
  static made = 0;
  static ended = 0;
  private listener: (event: { data: Reply }) => void = () => undefined;

  constructor() {
    Fake.made += 1;
  }

  postMessage(message: unknown): void {
    const request = message as Request;
    const say = (reply: Reply) => queueMicrotask(() => this.listener({ data: reply }));
    if (request.do === "ask") say({ id: request.id, say: "began" });
    if (request.do === "ask" && request.query === "forever") return;
    if (request.do === "ask" && request.query === "wrong")
      say({ id: request.id, say: "failed", message: "error at 1:1: no" });
    else if (request.do === "ask" && request.query === "huge")
      say({ id: request.id, say: "failed", message: "unreachable", fatal: true });
    else say({ id: request.id, say: "done", value: request.do === "ask" ? { text: NOTHING, took: 1 } : {} });
  }

  terminate(): void {
    Fake.ended += 1;
  }

  addEventListener(type: string, listener: (event: never) => void): void {
    if (type === "message") this.listener = listener as never;
  }
}

test("one worker answers all; a query that takes too long ends it, and the next has a new one", async () => {
  const engine = new Engine(() => new Fake(), "https://example.org/", "data/live.json");
  assert.deepEqual(await engine.ask("a", 1), { columns: ["a"], rows: [], took: 1 });
  await engine.ask("b", 1);
  assert.equal(Fake.made, 1);
  await assert.rejects(engine.ask("wrong", 1), /error at 1:1/);
  await assert.rejects(engine.ask("forever", 0.01), TooLong);
  assert.equal(Fake.ended, 1);
  await engine.ask("c", 1);
  assert.equal(Fake.made, 2);
});

test("an engine that ran out of memory is never asked again", async () => {
  const engine = new Engine(() => new Fake(), "https://example.org/", "data/live.json");
  await engine.open();
  const [made, ended] = [Fake.made, Fake.ended];
  await assert.rejects(engine.ask("huge", 1), TooLarge);
  await engine.ask("a", 1);
  assert.deepEqual([Fake.made, Fake.ended], [made + 1, ended + 1]);
});

test("a reader stops what is running", async () => {
  const engine = new Engine(() => new Fake(), "https://example.org/", "data/live.json");
  await engine.open();
  const asked = engine.ask("forever", 60);
  setTimeout(() => engine.stop(), 5);
  await assert.rejects(asked, Stopped);
});

test("what was stopped while it opened does not end what is asked right after", async () => {
  const engine = new Engine(() => new Fake(), "https://example.org/", "data/live.json");
  const [opening, ended] = [engine.open(), Fake.ended];
  engine.stop();
  const asked = engine.ask("a", 1);
  await assert.rejects(opening, Stopped);
  assert.deepEqual((await asked).columns, ["a"]);
  assert.equal(Fake.ended, ended + 1);
});
