"""Write a folder whole or not at all.

A tree is written beside its target and swapped in by renaming, so that a reader sees the old or the new one,
never a mixture. A target that holds the same bytes already is left alone.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from comity.core.errors import CannotRun


@dataclass(frozen=True, slots=True)
class WriteSummary:
    """What a write did: number of files in the tree, and how many of them are new or changed."""

    files: int
    bytes: int
    changed: int


def write_tree(target: Path, files: Iterable[tuple[str, bytes]]) -> WriteSummary:
    """Make ``target`` hold exactly ``files`` (relative POSIX path, content).

    Raises:
        CannotRun: if the disk refuses, or two files claim one path (also when only letter case differs).
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    fresh = target.with_name(f".{target.name}.new-{os.getpid()}")
    try:
        shutil.rmtree(fresh, ignore_errors=True)
        summary = _fill(fresh, files, target)
        if summary.changed or summary.files != _count(target):
            _swap(fresh, target)
        return summary
    except OSError as error:
        raise CannotRun(
            f"cannot write {target}: {error.strerror or error}", "make room or choose another folder"
        ) from error
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def write_file(target: Path, content: bytes) -> None:
    """Write one file whole: the file of before stands until the new one does.

    Raises:
        CannotRun: if the disk refuses.
    """
    fresh = target.with_name(f".{target.name}.new-{os.getpid()}")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        fresh.write_bytes(content)
        fresh.replace(target)
    except OSError as error:
        fresh.unlink(missing_ok=True)
        raise CannotRun(f"cannot write {target}: {error.strerror or error}", "choose another place") from error


def _fill(fresh: Path, files: Iterable[tuple[str, bytes]], old: Path) -> WriteSummary:
    taken: dict[str, str] = {}
    folders: set[Path] = set()
    size = changed = 0
    fresh.mkdir()
    for name, content in files:
        _claim(name, taken)
        path = fresh / name
        if path.parent not in folders:
            path.parent.mkdir(parents=True, exist_ok=True)
            folders.add(path.parent)
        path.write_bytes(content)
        size += len(content)
        changed += not _same(old / name, content)
    return WriteSummary(len(taken), size, changed)


def _claim(name: str, taken: dict[str, str]) -> None:
    other = taken.setdefault(name.casefold(), name)
    if other is not name:
        raise CannotRun(f"two pages claim one file: {other!r} and {name!r}", "rename one of the two IRIs")


def _same(path: Path, content: bytes) -> bool:
    try:
        return path.stat().st_size == len(content) and path.read_bytes() == content
    except OSError:
        return False


def _count(folder: Path) -> int:
    return sum(1 for path in folder.rglob("*") if path.is_file())


def _swap(fresh: Path, target: Path) -> None:
    """Rename ``fresh`` to ``target``; the old tree, if any, goes only after the new one stands."""
    old = target.with_name(f".{target.name}.old-{os.getpid()}")
    if target.exists():
        target.rename(old)
    try:
        fresh.rename(target)
    except OSError:
        if old.exists():
            old.rename(target)
        raise
    shutil.rmtree(old, ignore_errors=True)
