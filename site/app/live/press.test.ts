import assert from "node:assert/strict";
import { test } from "node:test";

import { Press } from "./press.ts";

const said = (name: string, key = "") => Object.assign(new Event(name), { key });

test("what comes late waits for the end of a press, and for the click that comes with it", async () => {
  const page = new EventTarget();
  const press = new Press(page);
  await press.over();
  for (const [begin, end] of [
    [said("pointerdown"), said("pointerup")],
    [said("keydown", " "), said("keyup", " ")],
    [said("compositionstart"), said("compositionend")],
    [said("pointerdown"), said("blur")],
  ] as const) {
    const order: string[] = [];
    page.dispatchEvent(begin);
    const late = press.over().then(() => order.push("late"));
    await new Promise((resolve) => setTimeout(resolve));
    page.dispatchEvent(end);
    order.push("click");
    await late;
    assert.deepEqual(order, ["click", "late"]);
  }
  page.dispatchEvent(said("keydown", "a"));
  await press.over();
});
