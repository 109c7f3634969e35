"""What the proofs share: a clone of the committed tree, and docs/proofs.md, where each leaves its figures."""

from __future__ import annotations

import os
import platform
import subprocess
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic

import pytest

ROOT = Path(__file__).parent.parent.parent
RECORD = ROOT / "docs" / "proofs.md"
HEAD = """# Proofs

Written by `make proof`, which runs what is too long for every day. Each section stands as its proof last passed; a proof
that fails writes nothing.
"""

Record = Callable[[str, str, Mapping[str, object]], None]


@pytest.fixture(scope="session")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Path], Path]:
    """Makes a clone of what is committed, with nothing around it."""

    def make(folder: Path) -> Path:
        run(["git", "clone", "--quiet", "--no-hardlinks", str(ROOT), str(folder)])
        return folder

    return make


@pytest.fixture(scope="session")
def record() -> Record:
    """Writes the section of one proof: its title, what it does in a sentence, and its figures."""

    def write(title: str, what: str, figures: Mapping[str, object]) -> None:
        rows = "".join(f"| {name} | {value} |\n" for name, value in figures.items())
        body = f"\n{what}\n\n{_circumstances()}\n\n| what | figure |\n|---|---|\n{rows}"
        sections = {**_sections(), title: body}
        text = HEAD + "".join(f"\n## {name}\n{sections[name]}" for name in sorted(sections))
        RECORD.parent.mkdir(exist_ok=True)
        RECORD.write_text(text, encoding="utf-8")

    return write


def _sections() -> dict[str, str]:
    if not RECORD.is_file():
        return {}
    _, *parts = RECORD.read_text(encoding="utf-8").split("\n## ")
    return {name: body.rstrip() + "\n" for name, _, body in (part.partition("\n") for part in parts)}


def _circumstances() -> str:
    commit = run(["git", "describe", "--always", "--dirty", "--exclude=*"], cwd=ROOT).strip()
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    system = platform.freedesktop_os_release()["PRETTY_NAME"]
    return (
        f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, commit {commit}, on {system}, {platform.machine()}, "
        f"{os.cpu_count()} cores, {memory:.0f} GB, Python {platform.python_version()}."
    )


def run(command: Sequence[str], cwd: Path | None = None, environment: Mapping[str, str] | None = None) -> str:
    """Run a command and return what it says; the test fails with all of it if the command does."""
    done = subprocess.run(
        command, cwd=cwd, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    assert done.returncode == 0, f"{' '.join(command)} ended with {done.returncode}:\n{done.stdout[-20_000:]}"
    return done.stdout


def timed(command: Sequence[str], cwd: Path | None = None, environment: Mapping[str, str] | None = None) -> tuple[str, float]:
    """Run a command; return what it says and the seconds that it took."""
    began = monotonic()
    said = run(command, cwd, environment)
    return said, monotonic() - began
