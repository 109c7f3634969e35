"""A tree is written whole or not at all."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from comity.core import output
from comity.core.errors import CannotRun
from comity.core.output import sweep, write_file, write_tree

FILES = [("a.txt", b"a"), ("b/c.txt", b"c")]


def held(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_tree_holds_exactly_what_was_given(tmp_path: Path) -> None:
    target = tmp_path / "site"
    assert write_tree(target, FILES).changed == 2
    assert write_tree(target, [("a.txt", b"A")]).changed == 1
    assert held(target) == {"a.txt": b"A"}
    assert names(tmp_path) == ["site"]


def test_the_same_files_leave_the_tree_alone(tmp_path: Path) -> None:
    target = tmp_path / "site"
    write_tree(target, FILES)
    before = target.stat().st_ino
    assert write_tree(target, FILES).changed == 0
    assert target.stat().st_ino == before


def test_without_an_exchange_two_renames_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(output, "_exchange", lambda one, other: False)
    target = tmp_path / "site"
    write_tree(target, FILES)
    write_tree(target, [("new.txt", b"n")])
    assert held(target) == {"new.txt": b"n"}
    assert names(tmp_path) == ["site"]


def test_a_failure_on_the_way_leaves_the_tree_of_before(tmp_path: Path) -> None:
    def failing() -> Iterator[tuple[str, bytes]]:
        yield "a.txt", b"new"
        raise OSError(errno.ENOSPC, "No space left on device")

    target = tmp_path / "site"
    write_tree(target, FILES)
    with pytest.raises(CannotRun, match="No space left on device"):
        write_tree(target, failing())
    assert held(target) == dict(FILES)
    assert names(tmp_path) == ["site"]


def test_two_names_that_differ_by_case_only_are_refused(tmp_path: Path) -> None:
    with pytest.raises(CannotRun, match="claim one file"):
        write_tree(tmp_path / "site", [("a.txt", b""), ("A.txt", b"")])
    assert not (tmp_path / "site").exists()


def test_what_killed_builds_left_is_swept_away(tmp_path: Path) -> None:
    dead = 2**22 + 1  # above the largest process number of Linux
    (tmp_path / f".site.new-{dead}").mkdir()
    (tmp_path / f".site.new-{os.getpid()}").mkdir()
    (tmp_path / f".site.old-{dead}").mkdir()
    sweep(tmp_path / "site")
    assert names(tmp_path) == [f".site.new-{os.getpid()}", "site"]


def test_only_what_builds_left_is_swept_away(tmp_path: Path) -> None:
    dead = 2**22 + 1
    others = [f".all.nq.backup-{dead}", ".all.nq.new-draft", f".xall.nq.new-{dead}", f".other.nq.new-{dead}"]
    for name in (*others, f".all.nq.new-{dead}"):
        (tmp_path / name).write_bytes(b"mine")
    write_file(tmp_path / "all.nq", b"1")
    assert names(tmp_path) == sorted([*others, "all.nq"])
    write_file(tmp_path / "*.nq", b"1")
    assert names(tmp_path) == sorted([*others, "*.nq", "all.nq"]), "a name is no pattern"


def test_a_file_is_replaced_whole(tmp_path: Path) -> None:
    write_file(tmp_path / "x" / "f", b"1")
    write_file(tmp_path / "x" / "f", b"2")
    assert held(tmp_path) == {"x/f": b"2"}
    with pytest.raises(CannotRun, match="cannot write"):
        write_file(tmp_path / "x" / "f" / "g", b"3")


@pytest.mark.parametrize("atomic", [True, False])
def test_a_file_or_a_link_gives_its_place_to_a_tree(
    tmp_path: Path, atomic: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "kept").write_bytes(b"k")
    (tmp_path / "link").symlink_to("other")
    (tmp_path / "file").write_bytes(b"f")
    if not atomic:
        monkeypatch.setattr(output, "_exchange", lambda _one, _other: False)
    for target in ("link", "file"):
        write_tree(tmp_path / target, FILES)
        assert held(tmp_path / target) == dict(FILES)
    assert names(tmp_path) == ["file", "link", "other"]
    assert held(tmp_path / "other") == {"kept": b"k"}
