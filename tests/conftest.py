"""What the tests share: the project built once, a real server over it, and the reference texts where they stand."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from playwright.sync_api import Browser, BrowserContext, Page

from browser import CHROMIUM, PATIENCE, OpenPage, find_chromium, open_browser
from comity.conversion.project import Conversion, convert
from comity.core.project import Project, load_project
from comity.publishing.build import BuildSummary, build
from page_scripts import NoScriptsError, install_packages, installed

ROOT = Path(__file__).parent.parent
SHARED = ROOT.parent / "shared"

# the same examples on every machine, however slow it is
settings.register_profile("same", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("same")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "slow: takes seconds; make test-fast leaves it out")
    config.addinivalue_line("markers", "shared: reads the reference texts that stand beside the checkout")


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave the folders of the other two tiers out, unless they are named: ``make test-system``, ``make proof``."""
    tier = collection_path in (ROOT / "tests" / "system", ROOT / "tests" / "proof")
    named = any(Path(argument).resolve().is_relative_to(collection_path) for argument in config.args)
    return True if tier and not named else None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark what needs a whole project as slow; leave out, and say so, what needs texts that do not stand."""
    for item in items:
        parameters = getattr(getattr(item, "callspec", None), "params", {})
        if WHOLE & {*getattr(item, "fixturenames", ()), *map(str, parameters.values())}:
            item.add_marker("slow")
    if SHARED.is_dir():
        return
    left_out = [item for item in items if item.get_closest_marker("shared")]
    config.stash[LEFT_OUT] = len(left_out)
    if hasattr(config, "workeroutput"):  # one of several processes: each collects the same tests
        config.workeroutput["left out"] = len(left_out)
    items[:] = [item for item in items if item not in left_out]


WHOLE = {"built", "conversion", "library", "own_site", "room", "site_url", "sound"}
LEFT_OUT = pytest.StashKey[int]()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_setupnodes() -> None:
    """Install once what each process would install: npm's packages, and its browser where the machine has none.

    Where they cannot be had, the tests that need them fail and say so.
    """
    with suppress(NoScriptsError):
        if not installed(CHROMIUM, "axe-core", "typescript"):
            install_packages()
        find_chromium()


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Take over from a process of pytest-xdist how many tests it left out."""
    node.config.stash[LEFT_OUT] = getattr(node, "workeroutput", {}).get("left out", 0)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    number = config.stash.get(LEFT_OUT, 0)
    if number:
        terminalreporter.write_line(f"left out {number} tests that read ../shared, which does not stand here")


@pytest.fixture(scope="session")
def texts() -> Path:
    """The folder of the sources' texts; only for tests marked ``shared``."""
    return SHARED / "seeds"


@pytest.fixture(scope="session")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The project of this repository, built into a folder of the tests' own."""
    return replace(load_project(ROOT), build=tmp_path_factory.mktemp("build"))


@pytest.fixture(scope="session")
def conversion(project: Project) -> Conversion:
    return convert(project)


@pytest.fixture(scope="session")
def built(project: Project) -> BuildSummary:
    summary = build(project)
    assert summary.report.ok, summary.report.text()
    return summary


@pytest.fixture(scope="session")
def site_url(built: BuildSummary, project: Project) -> Iterator[str]:
    """The address of a real server over the built site."""
    server = subprocess.Popen(
        [sys.executable, "-c", SERVE, str(built.site), project.base], stdout=subprocess.PIPE, text=True
    )
    assert server.stdout is not None
    try:
        line = next((line for line in server.stdout if "http://" in line), "")
        assert line, f"the server stopped with exit code {server.wait()}"
        yield line[line.index("http://") :].split()[0].rstrip("/")
    finally:
        server.terminate()
        server.wait(timeout=60)


SERVE = """
import sys
from pathlib import Path
from comity.serving.server import serve
serve(Path(sys.argv[1]), "127.0.0.1", 0, base=sys.argv[2], timeout=60.0)
"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A real browser; no longer than a module, because its event loop is in the way of other tests' loops."""
    with open_browser() as started:
        yield started


@pytest.fixture
def visit(browser: Browser, site_url: str) -> Iterator[OpenPage]:
    """Opens pages of the site; fails the test afterwards if one of them complained, or asked somebody else."""
    problems: list[str] = []
    contexts: list[BrowserContext] = []
    ours = (f"{site_url}/", "blob:", "data:")

    def opened(path: str, **settings: Any) -> Page:
        context = browser.new_context(**{"locale": "en-GB", **settings})
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda said: problems.append(f"console: {said.text}") if said.type == "error" else None)
        page.on("pageerror", lambda error: problems.append(f"script: {error}"))
        page.on("request", lambda one: None if one.url.startswith(ours) else problems.append(f"asks {one.url}"))
        page.goto(site_url + path)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert problems == []


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the project's files that a test may break."""
    folder = tmp_path / "project"
    folder.mkdir()
    shutil.copy(ROOT / "comity.toml", folder)
    for name in ("ontology", "shapes", "data", "queries", "site"):
        shutil.copytree(ROOT / name, folder / name)
    return folder
