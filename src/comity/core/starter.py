"""Make a new project from the starter: a small library catalogue that builds, checks and serves at once."""

from __future__ import annotations

from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

from comity.core.errors import CannotRun, UsageError
from comity.core.project import BASE_HINT, is_base

HIDDEN = {"gitignore": ".gitignore"}
"""Files that stand under another name in the package, where a leading dot would hide them from it."""


def start_project(folder: Path, base: str, title: str) -> list[Path]:
    """Write the starter into an empty or new folder and return the files, in order.

    Args:
        folder: where the project shall stand.
        base: the IRI under which its things are named; ends in ``/``.
        title: its name.

    Raises:
        UsageError: if the folder holds something, the base is no IRI that ends in ``/``, or the title no line of text.
        CannotRun: if the disk refuses.
    """
    if folder.exists() and any(folder.iterdir()):
        raise UsageError(f"{folder} is not empty", "name a folder that does not exist yet")
    if not is_base(base):
        raise UsageError(f"{base!r} is no base IRI", BASE_HINT)
    if not title.strip() or not title.isprintable():
        raise UsageError(f"{title!r} is no title", "write one line of text")
    quoted = title.replace("\\", "\\\\").replace('"', '\\"')
    words = {"@BASE@": base, '"@TITLE@"': f'"{quoted}"', "@TITLE@": title}
    try:
        return _copy(resources.files("comity").joinpath("starter"), folder, words)
    except OSError as error:
        raise CannotRun(f"cannot write {folder}: {error.strerror or error}", "choose another place") from error


def _copy(source: Traversable, target: Path, words: dict[str, str]) -> list[Path]:
    target.mkdir(parents=True, exist_ok=True)
    written = []
    for item in sorted(source.iterdir(), key=lambda item: item.name):
        path = target / HIDDEN.get(item.name, item.name)
        if item.is_dir():
            written += _copy(item, path, words)
            continue
        text = item.read_text(encoding="utf-8")
        for word, meaning in words.items():
            text = text.replace(word, meaning)
        path.write_text(text, encoding="utf-8", newline="")
        written.append(path)
    return written
