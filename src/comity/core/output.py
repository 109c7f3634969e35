"""Write a folder whole or not at all.

A tree is written beside its target and swapped in by one exchange of names, so that a reader sees the old or the
new one, never a mixture and never nothing. A target that holds the same bytes already is left alone.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import sys
from collections.abc import Iterable
from contextlib import suppress
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
    fresh = target.with_name(f".{target.name}.new-{os.getpid()}")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        sweep(target)
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
        with suppress(OSError):
            fresh.unlink()
        raise CannotRun(f"cannot write {target}: {error.strerror or error}", "choose another place") from error


def _fill(fresh: Path, files: Iterable[tuple[str, bytes]], old: Path) -> WriteSummary:
    taken: dict[str, str] = {}
    folders: set[str] = set()
    size = changed = 0
    fresh.mkdir()
    top, before = str(fresh), old if old.is_dir() else None  # paths as text: a Path for each file costs as much again
    for name, content in files:
        _claim(name, taken)
        folder = name.rpartition("/")[0]
        if folder not in folders:
            (fresh / folder).mkdir(parents=True, exist_ok=True)
            folders.add(folder)
        with open(f"{top}/{name}", "wb") as file:  # noqa: PTH123
            file.write(content)
        size += len(content)
        changed += before is None or not _same(before / name, content)
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
    """Put ``fresh`` in the place of ``target`` in one step; the old tree, if any, goes after the new one stands."""
    if not target.exists():
        fresh.rename(target)
        return
    if not _exchange(fresh, target):
        old = target.with_name(f".{target.name}.old-{os.getpid()}")
        target.rename(old)
        try:
            fresh.rename(target)
        except OSError:
            old.rename(target)
            raise
        shutil.rmtree(old, ignore_errors=True)


RENAME_EXCHANGE = 2
AT_FDCWD = -100


def _exchange(one: Path, other: Path) -> bool:
    """Swap two paths in one step (Linux renameat2(2)); false where the system has no such call.

    Between two plain renames a kill would leave no tree at all.
    """
    renameat2 = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None) if sys.platform == "linux" else None
    if renameat2 is None:
        return False
    return bool(renameat2(AT_FDCWD, os.fsencode(one), AT_FDCWD, os.fsencode(other), RENAME_EXCHANGE) == 0)


def sweep(target: Path) -> None:
    """Remove what builds of ``target`` that were killed left beside it; those that still run keep theirs.

    An old tree that a killed swap left without a successor is put back.
    """
    for left in sorted(target.parent.glob(f".{target.name}.*-*")):
        kind, _, pid = left.name.removeprefix(f".{target.name}.").partition("-")
        if not pid.isdecimal() or _runs(int(pid)):
            continue
        if kind == "old" and not target.exists():
            left.rename(target)
        else:
            shutil.rmtree(left, ignore_errors=True)


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
