"""A Chromium for the tests: one that is named, else the machine's, else npm's.

``CHROMIUM`` names the program, or is ``npm``. npm's (``@sparticuz/chromium``) was made for machines that have nothing:
it brings its libraries with it, and ``@expo-google-fonts/noto-sans-sc`` brings the Chinese glyphs. What they bring is
given to the browser's process alone. A browser that cannot be had fails the test that needs it; nothing is skipped.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Browser, Page, Route, expect, sync_playwright

from page_scripts import MODULES, install_packages, installed, node, package_version, run_node

OpenPage = Callable[..., Page]
"""Opens a page of the site by its path; further settings are those of a browser's context."""

PATIENCE = 120_000
"""Milliseconds that a test waits for what has to come; a machine whose two cores are busy may need them."""

ROOT = Path(__file__).parent.parent
UNPACKED = ROOT / "build" / "chromium"
CHROMIUM = "@sparticuz/chromium"
CHINESE = "@expo-google-fonts/noto-sans-sc"
ON_PATH = ("chromium", "google-chrome", "google-chrome-stable", "chromium-browser", "chrome")

UNPACK = 'import("@sparticuz/chromium").then((it) => it.default.executablePath())'
# npm's has no sandbox helper and no process to fork others from
ALONE = ("--no-sandbox", "--no-zygote", "--disable-gpu", "--font-render-hinting=none")
FONTS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>{latin}</dir>
  <dir>{chinese}</dir>
  <cachedir>{cache}</cachedir>
</fontconfig>
"""


@dataclass(frozen=True, slots=True)
class Chromium:
    """A browser's program, and what it needs around it."""

    path: Path
    flags: tuple[str, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)


def find_chromium() -> Chromium:
    """Return the browser to test with; npm's is installed and unpacked if it has to be."""
    named = os.environ.get("CHROMIUM", "")
    if named == "npm":
        return npm_chromium()
    if named:
        return Chromium(Path(named))
    found = next(filter(None, map(shutil.which, ON_PATH)), None)
    return Chromium(Path(found)) if found else npm_chromium()


def chromium_path() -> Path:
    """Return the program of the browser to test with."""
    return find_chromium().path


def npm_chromium() -> Chromium:
    """Return npm's browser."""
    if not installed(CHROMIUM, CHINESE):
        install_packages()
    folder = UNPACKED / package_version(MODULES / CHROMIUM)
    if not folder.is_dir():
        _unpack(folder)
    libraries = [str(folder / "al2023" / "lib"), os.environ.get("LD_LIBRARY_PATH", "")]
    environment = {"LD_LIBRARY_PATH": ":".join(filter(None, libraries)), "FONTCONFIG_PATH": str(folder / "fonts")}
    return Chromium(folder / "chromium", ALONE, environment)


def _unpack(folder: Path) -> None:
    """Let the package unpack itself, into a folder that gets its name only when it is complete."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=folder.parent) as temporary:
        fresh = Path(temporary) / "chromium"
        fresh.mkdir()
        # The package unpacks its libraries only where this says that they will be missing.
        environment = {"TMPDIR": str(fresh), "AWS_EXECUTION_ENV": "AWS_Lambda_nodejs22.x"}
        run_node("-e", UNPACK, environment=environment)
        chinese = MODULES / CHINESE / "400Regular"
        fonts = FONTS.format(latin=folder / "fonts" / "fonts", chinese=chinese, cache=folder / "font-cache")
        (fresh / "fonts" / "fonts.conf").write_text(fonts)
        fresh.rename(folder)


@contextmanager
def open_browser() -> Iterator[Browser]:
    """Start the browser, and end it with the block."""
    chromium = find_chromium()
    os.environ.setdefault("PLAYWRIGHT_NODEJS_PATH", str(node()))
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium.path,
            args=list(chromium.flags),
            env={**os.environ, **chromium.environment},
        )
        yield browser
        browser.close()


def hold(page: Page, address: str) -> Callable[[], None]:
    """Keep files from a page that no service worker serves; return how to let them come."""
    held: list[Route] = []
    free = False

    def keep(route: Route) -> None:
        if free:
            route.continue_()
        else:
            held.append(route)

    def release() -> None:
        nonlocal free
        free = True
        for route in held:
            route.continue_()

    page.route(address, keep)
    return release
