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
from glob import escape
from pathlib import Path

from comity.core.errors import CannotRun


class Replaced(CannotRun):
    """Another build put its own tree in the place of the one that files were to be kept of."""


@dataclass(frozen=True, slots=True)
class WriteSummary:
    """What a write did: files in the tree, bytes written, and how many files are new or changed."""

    files: int
    bytes: int
    changed: int


Stamp = tuple[int, int, int]
"""Which folder stands in a place: another one that takes its name has another stamp."""


def stamp(target: Path) -> Stamp | None:
    """Return the stamp of the folder that stands at ``target``; nothing if none does."""
    try:
        found = target.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino, found.st_ctime_ns


def write_tree(target: Path, files: Iterable[tuple[str, bytes | None]], standing: Stamp | None = None) -> WriteSummary:
    """Make ``target`` hold exactly ``files`` (relative POSIX path, content).

    A content of ``None`` keeps the file that stands. It becomes a second name of the same bytes, so nobody may write
    into a file of a tree; what is to change is written anew.

    Args:
        target: folder of the tree.
        files: one after the other; best those of one folder together.
        standing: the stamp of the tree that the caller looked at when it chose what to keep.

    Raises:
        Replaced: if the tree to keep files of is not that one any more.
        CannotRun: if the disk refuses, or two files claim one path (also when only letter case differs).
    """
    fresh = target.with_name(f".{target.name}.new-{os.getpid()}")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        sweep(target)
        shutil.rmtree(fresh, ignore_errors=True)
        summary = _fill(fresh, files, target, standing)
        if summary.changed or summary.files != _count(target):
            _swap(fresh, target)
        return summary
    except OSError as error:
        raise CannotRun(
            f"cannot write {target}: {error.strerror or error}", "make room or choose another folder"
        ) from error
    finally:
        _remove(fresh)


def write_file(target: Path, content: bytes) -> None:
    """Write one file whole: the file of before stands until the new one does.

    Raises:
        CannotRun: if the disk refuses.
    """
    fresh = target.with_name(f".{target.name}.new-{os.getpid()}")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        sweep(target)
        fresh.write_bytes(content)
        fresh.replace(target)
    except OSError as error:
        with suppress(OSError):
            fresh.unlink()
        raise CannotRun(f"cannot write {target}: {error.strerror or error}", "choose another place") from error


_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)


def _fill(fresh: Path, files: Iterable[tuple[str, bytes | None]], old: Path, standing: Stamp | None) -> WriteSummary:
    """Write the files of a new tree: no more is kept of them than their number, however many there are."""
    fresh.mkdir()
    top, before = str(fresh), str(old)  # paths as text: a Path for each file costs as much as writing it
    new, folder = not old.is_dir(), None
    number = size = changed = 0
    for name, content in files:
        if (own := name.rpartition("/")[0]) != folder:
            folder = own
            os.makedirs(f"{top}/{folder}", exist_ok=True)  # noqa: PTH103
        try:
            if content is None:
                _keep(f"{before}/{name}", f"{top}/{name}")
            else:
                _write(f"{top}/{name}", content)
                size += len(content)
                changed += new or not _same(f"{before}/{name}", content)
        except FileExistsError:
            raise _claimed(name, name) from None
        number += 1
    if standing and stamp(old) != standing:
        raise Replaced(f"{old} was replaced while it was being renewed", "run again")
    if _claims(top) != number:
        raise CannotRun(f"files of {fresh} went missing while it was written", "run again")
    return WriteSummary(number, size, changed)


def _write(path: str, content: bytes) -> None:
    """Write a new file with no more than the calls that it takes."""
    file = os.open(path, _NEW, 0o666)
    try:
        written = os.write(file, content)
        while written < len(content):
            written += os.write(file, content[written:])
    finally:
        os.close(file)


def _keep(old: str, new: str) -> None:
    """Give a file that stands a second name; copy it where the file system has no such thing."""
    try:
        os.link(old, new)
    except FileNotFoundError:
        raise Replaced(f"{old} is gone", "run again") from None
    except (PermissionError, NotImplementedError):
        shutil.copy2(old, new)


def _claims(folder: str) -> int:
    """Return how many files a tree holds; refuse two whose names differ only in letter case.

    Raises:
        CannotRun: with the names of the two.
    """
    number, taken, folders = 0, dict[str, str](), list[str]()
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                folders.append(entry.path)
                continue
            number += 1
            other = taken.setdefault(entry.name.casefold(), entry.name)
            if other is not entry.name:
                raise _claimed(other, entry.name)
    return number + sum(map(_claims, folders))


def _claimed(one: str, other: str) -> CannotRun:
    return CannotRun(f"two pages claim one file: {one!r} and {other!r}", "rename one of the two IRIs")


def _same(path: str, content: bytes) -> bool:
    try:
        with open(path, "rb") as file:  # noqa: PTH123
            return os.fstat(file.fileno()).st_size == len(content) and file.read() == content
    except OSError:
        return False


def _count(folder: Path) -> int:
    return sum(len(files) for _, _, files in os.walk(folder))


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
        _remove(old)


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
    for left in sorted(target.parent.glob(f".{escape(target.name)}.*-*")):
        kind, _, pid = left.name.removeprefix(f".{target.name}.").partition("-")
        if kind not in ("new", "old") or not pid.isdecimal() or _runs(int(pid)):
            continue  # what somebody else called so is not ours
        if kind == "old" and not target.exists():
            left.rename(target)
        else:
            _remove(left)


def _remove(path: Path) -> None:
    """Remove what an exchange of names brought beside the target: it may have been a file, or a link to a folder."""
    if path.is_symlink() or path.is_file():
        path.unlink(missing_ok=True)
        return
    shutil.rmtree(path, ignore_errors=True)
    for folder, _, _ in os.walk(path):  # what is left stands in folders that were made read-only
        with suppress(OSError):
            Path(folder).chmod(0o700)
    shutil.rmtree(path, ignore_errors=True)


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
