"""Runs commands, and leaves the figures of a proof in docs/proofs.md."""

from __future__ import annotations

import os
import platform
import subprocess
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic

ROOT = Path(__file__).parent.parent.parent
RECORD = ROOT / "docs" / "proofs.md"
HEAD = """# Proofs

Written by `make proof`, which runs what is too long for every day. Each section stands as its proof last passed; a
proof that fails writes nothing.
"""


def record(title: str, what: str, figures: Mapping[str, object]) -> None:
    """Write the section of one proof: its title, what it does, and its figures."""
    rows = "".join(f"| {name} | {value} |\n" for name, value in figures.items())
    body = f"\n{what}\n\n{_circumstances()}\n\n| what | figure |\n|---|---|\n{rows}"
    sections = {**_sections(), title: body}
    text = HEAD + "".join(f"\n## {name}\n{sections[name]}" for name in sorted(sections))
    RECORD.parent.mkdir(exist_ok=True)
    RECORD.write_text(text, encoding="utf-8")


def clone(folder: Path) -> Path:
    """Make a clone of what is committed, with nothing around it."""
    run(["git", "clone", "--quiet", "--no-hardlinks", str(ROOT), str(folder)])
    return folder


def _sections() -> dict[str, str]:
    if not RECORD.is_file():
        return {}
    _, *parts = RECORD.read_text(encoding="utf-8").split("\n## ")
    return {name: "\n" + body.strip() + "\n" for name, _, body in (part.partition("\n") for part in parts)}


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


def timed(
    command: Sequence[str], cwd: Path | None = None, environment: Mapping[str, str] | None = None
) -> tuple[str, float]:
    """Run a command; return what it says and the seconds that it took."""
    began = monotonic()
    said = run(command, cwd, environment)
    return said, monotonic() - began
