"""Pages, and the tests of them, hold where everything that comes by itself comes late."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from proofs import record, run, timed
from test_machines import minutes, passed

ROOT = Path(__file__).parent.parent.parent
PYTHONPATH = (str(ROOT / "tests"), str(ROOT / "tools"))
TESTS = ("browser", "documents", "live", "naughty_strings", "view_pages")
"""Those that open pages and wait for something; what axe finds has nothing to wait for."""
LATE = (400, 1500)


def test_pages_hold_where_everything_comes_late(tmp_path: Path) -> None:
    early = tmp_path / "test_early.py"
    early.write_text(EARLY, encoding="utf-8")
    figures: dict[str, object] = {}
    for milliseconds in LATE:
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(PYTHONPATH), "LATE": str(milliseconds)}
        pytest = (sys.executable, "-m", "pytest", "-p", "late", "-p", "no:cacheprovider", "-n", "0")
        run([*pytest, "--rootdir", str(tmp_path), str(early)], tmp_path, environment)
        files = [f"tests/test_{name}.py" for name in TESTS]
        said, seconds = timed([*pytest, "-k", "not axe", *files], ROOT, environment)
        assert f"up to {milliseconds} ms later" in said
        figures[f"up to {milliseconds} ms"] = f"{passed(said)}, {minutes(seconds)}"
    record(
        "Late events",
        "The tests that open pages in a browser, where events that no reader waits for, files that scripts fetch, "
        "timers and observers come late by chance, up to so many milliseconds. A test that does not wait for them "
        "is seen to fail in each such run.",
        figures,
    )


EARLY = '''
import pytest

from browser import open_browser


def test_what_is_on_its_way_is_taken_for_done():
    with open_browser() as browser:
        page = browser.new_page()
        page.set_content("<main></main>")
        page.evaluate("""() => {
          for (let number = 0; number < 50; number += 1) {
            const fold = document.createElement("details");
            fold.addEventListener("toggle", () => { fold.append("x"); });
            document.querySelector("main").append(fold);
            fold.open = true;
          }
          return new Promise((done) => requestAnimationFrame(() => done()));
        }""")
        with pytest.raises(AssertionError):
            assert page.inner_text("main").replace("\\n", "") == "x" * 50
        page.wait_for_function("document.querySelector('main').textContent === 'x'.repeat(50)")
'''
"""Without the lateness all fifty are there at once; with it they must be waited for."""
