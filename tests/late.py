"""A plugin of pytest that makes pages slow where a slow machine is: what comes by itself comes late, by chance.

``PYTHONPATH=tests pytest -p late tests/test_live.py``: events that no reader waits for ("toggle", "message", …), files
that scripts fetch, timers and observers reach the page up to ``LATE`` milliseconds later (1500, if nothing is said),
those of one target in their order. A page, or a test, that takes for done what is only on its way fails then; on a
quick machine it seldom does.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

MOST = "1500"

SCRIPT = """((most) => {
  const events = new Set(["controllerchange", "DOMContentLoaded", "hashchange", "load", "message", "popstate", "resize",
    "scroll", "selectionchange", "toggle"]);
  const { setTimeout: wait, requestAnimationFrame: frame, fetch: ask } = window;
  const { addEventListener: add, removeEventListener: remove } = EventTarget.prototype;
  // a third comes at once, so that what was sent first may be heard last
  const lateness = () => (Math.random() < 0.3 ? 0 : Math.random() * most);
  const pause = () => new Promise((done) => wait(done, lateness()));
  const queues = new WeakMap();
  const queue = (target, job) => {
    const done = (queues.get(target) ?? Promise.resolve()).then(pause).then(job);
    queues.set(target, done.catch((error) => wait(() => { throw error; })));
  };
  const late = new WeakMap();
  const delayed = (listener) => {
    if (!late.has(listener)) late.set(listener, function (event) {
      queue(this ?? window, () => listener.handleEvent ? listener.handleEvent(event) : listener.call(this, event));
    });
    return late.get(listener);
  };
  EventTarget.prototype.addEventListener = function (type, listener, options) {
    return add.call(this, type, events.has(type) && listener ? delayed(listener) : listener, options);
  };
  EventTarget.prototype.removeEventListener = function (type, listener, options) {
    return remove.call(this, type, (events.has(type) && late.get(listener)) || listener, options);
  };
  window.fetch = async (...given) => {
    const answer = await ask(...given);
    await pause();
    return answer;
  };
  window.setTimeout = (job, milliseconds = 0, ...rest) => wait(job, milliseconds + lateness(), ...rest);
  window.requestAnimationFrame = (job) => frame(() => wait(() => frame(job), lateness() / 4));
  for (const name of ["IntersectionObserver", "ResizeObserver"]) {
    const Observer = window[name];
    window[name] = class extends Observer {
      constructor(told, options) {
        super((...given) => queue(told, () => told(...given)), options);
      }
    };
  }
})"""


def script(most: str) -> str:
    """Return what a page is to run before anything else, so that things come up to so many milliseconds late."""
    return f"{SCRIPT}({int(most)})"


def pytest_configure(config: pytest.Config) -> None:
    """Let every context of a browser begin its pages so; those that run no scripts are as they are."""
    patch = pytest.MonkeyPatch()
    patch.setattr(Browser, "new_context", _late(Browser.new_context))
    patch.setattr(Browser, "new_page", _page)
    config.add_cleanup(patch.undo)


def pytest_report_header() -> str:
    """Say that this run is not as others are."""
    return f"late: what comes by itself comes up to {os.environ.get('LATE', MOST)} ms later"


def _late(new_context: Callable[..., BrowserContext]) -> Callable[..., BrowserContext]:
    def made(browser: Browser, **settings: Any) -> BrowserContext:
        context = new_context(browser, **settings)
        context.add_init_script(script(os.environ.get("LATE", MOST)))
        return context

    return made


def _page(browser: Browser, **settings: Any) -> Page:
    return browser.new_context(**settings).new_page()
