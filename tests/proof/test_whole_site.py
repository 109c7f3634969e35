"""A killed build, or one on a full disk, leaves a whole site: the one of before, or the new one."""

from __future__ import annotations

import random
import re
import shutil
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep

import pytest
from proofs import record

from comity.core.manifest import tree_digest

ROOT = Path(__file__).parent.parent.parent
PROJECT = ("ontology", "shapes", "data", "queries", "site")
SEED, KILLS, AIMED = 20251122, 20, 10
SHARES = (0.02, 0.25, 0.5, 0.75, 0.97)
BUILD = (sys.executable, "-m", "comity", "build", "--quiet", "--force")


class Edition:
    """A copy of the project that builds one of two sites, which differ in every page, into one folder."""

    def __init__(self, folder: Path, tagline: str, build: Path) -> None:
        folder.mkdir()
        for name in PROJECT:
            shutil.copytree(ROOT / name, folder / name)
        text = (ROOT / "comity.toml").read_text(encoding="utf-8")
        text, titles = re.subn(r'(?m)^en = "Comity"$', f'en = "Comity, {tagline}"', text)
        text, builds = re.subn(r'(?m)^build = "build"$', f'build = "{build}"', text)
        assert titles == builds == 1
        (folder / "comity.toml").write_text(text, encoding="utf-8")
        self.folder, self.build = folder, build
        began = monotonic()
        subprocess.run(BUILD, cwd=folder, check=True)
        self.seconds = monotonic() - began
        self.digest = tree_digest(build / "site")


@pytest.fixture(scope="module")
def editions(tmp_path_factory: pytest.TempPathFactory) -> tuple[Edition, Edition]:
    folder = tmp_path_factory.mktemp("editions")
    one, two = (Edition(folder / name, name, folder / "build") for name in ("first", "second"))
    assert one.digest != two.digest
    return one, two


class Kills:
    """Kills builds of two editions in turn, each over the site of the other, and counts what is left."""

    def __init__(self, editions: tuple[Edition, Edition]) -> None:
        self.editions = editions
        self.build = editions[0].build
        self.site = self.build / "site"
        self.struck: Counter[str] = Counter()
        self.looked = 0
        self.standing = tree_digest(self.site)

    def next(self) -> Edition:
        return next(edition for edition in self.editions if edition.digest != self.standing)

    def look(self) -> None:
        assert (self.site / "index.html").is_file(), "at no moment there is no site"
        self.looked += 1
        sleep(0.001)

    def kill(self, wait: float, *, when_writing: bool) -> None:
        """Kill the next build some seconds after its start, or after the first file of the new site."""
        edition, standing = self.next(), self.standing
        process = subprocess.Popen(BUILD, cwd=edition.folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        fresh = self.build / f".site.new-{process.pid}"
        while when_writing and not fresh.exists() and process.poll() is None:
            self.look()
        end = monotonic() + wait
        while monotonic() < end and process.poll() is None:
            self.look()
        process.send_signal(signal.SIGKILL)
        self.struck["ended by itself"] += process.wait() == 0
        left = self.standing = tree_digest(self.site)
        assert left in {edition.digest, standing}, "neither the old nor the new site"
        self.struck["old" if left == standing else "new"] += 1
        self.struck["writing"] += fresh.exists()

    def writing_seconds(self) -> float:
        edition = self.next()
        process = subprocess.Popen(BUILD, cwd=edition.folder)
        while not (self.build / f".site.new-{process.pid}").exists():
            assert process.poll() is None
            sleep(0.001)
        began = monotonic()
        assert process.wait() == 0
        self.standing = edition.digest
        return monotonic() - began


def test_a_killed_build_leaves_a_whole_site(editions: tuple[Edition, Edition]) -> None:
    kills = Kills(editions)
    longest, writing = max(edition.seconds for edition in editions), kills.writing_seconds()
    moments = random.Random(SEED)
    for _ in range(KILLS):
        kills.kill(moments.uniform(0, longest), when_writing=False)
    for _ in range(AIMED):
        kills.kill(moments.uniform(0, writing), when_writing=True)
    last = kills.next()
    subprocess.run(BUILD, cwd=last.folder, check=True)
    assert tree_digest(kills.site) == last.digest
    kept = ["manifest.json", "notes", "site", "verdicts"]
    assert sorted(path.name for path in kills.build.iterdir()) == kept, "nothing is left over"
    assert kills.struck["writing"] > AIMED / 2
    record(
        "Kills",
        "Builds are killed (SIGKILL), each over the site of the other of two editions that differ in every page. "
        "Afterwards the digest of all names and bytes is that of the old or of the new site, and the next build "
        "succeeds and leaves nothing behind.",
        {
            f"kills at random moments of a build of {longest:.1f} s (seed {SEED})": KILLS,
            f"kills at random moments of the {writing:.1f} s from the first file of the new site": AIMED,
            "of all, a part of the new site had been written": kills.struck["writing"],
            "the old site stood afterwards": kills.struck["old"],
            "the new site stood afterwards": kills.struck["new"],
            "neither, or a mixture": KILLS + AIMED - kills.struck["old"] - kills.struck["new"],
            "builds that had ended before the signal": kills.struck["ended by itself"],
            "looks at the home page meanwhile, all found": f"{kills.looked:,}",
            "files in the site": sum(path.is_file() for path in kills.site.rglob("*")),
        },
    )


@contextmanager
def small_disk(folder: Path, size: int) -> Iterator[Path]:
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "none", folder], check=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", folder], check=True)


def blocks(folder: Path) -> int:
    """The bytes that the files of a tree take on a disk of pages of 4096; folders take none on a tmpfs."""
    return sum(-(-path.stat().st_size // 4096) * 4096 for path in folder.rglob("*") if path.is_file())


def test_a_full_disk_leaves_the_site_of_before(editions: tuple[Edition, Edition], tmp_path: Path) -> None:
    first, second = editions
    subprocess.run(BUILD, cwd=first.folder, check=True)
    (first.build / "notes").unlink()  # these two make the next build short, and are no part of the site
    shutil.rmtree(first.build / "verdicts")
    whole, settings = blocks(first.build), second.folder / "comity.toml"
    text = settings.read_text(encoding="utf-8")
    free: list[str] = []
    for share in SHARES:
        with small_disk(tmp_path / f"disk-{share}", int(whole * (1 + share))) as disk:
            shutil.copytree(first.build, disk, dirs_exist_ok=True)
            settings.write_text(text.replace(str(second.build), str(disk)), encoding="utf-8")
            before = shutil.disk_usage(disk).free
            done = subprocess.run(BUILD, cwd=second.folder, capture_output=True, text=True, check=False)
            assert done.returncode == 3, f"{share}: {done.returncode} {done.stdout}{done.stderr}"
            assert "No space left on device" in done.stderr
            assert "make room" in done.stderr
            assert "Traceback" not in done.stderr
            assert tree_digest(disk / "site") == first.digest
            assert sorted(path.name for path in disk.iterdir()) == ["manifest.json", "site"], "nothing is left over"
            assert shutil.disk_usage(disk).free == before
            free.append(f"{before / 2**20:.1f}")
    settings.write_text(text, encoding="utf-8")
    record(
        "Full disks",
        "A build goes to a file system of its own that holds the old site and has room for a part of the new one only. "
        "It ends with exit code 3, `No space left on device` and what to do; the old site stands unchanged, and all "
        "room is free again.",
        {
            "file systems": len(SHARES),
            "room for a second site, as a share of it": ", ".join(f"{share:.0%}" for share in SHARES),
            "free before, MB": ", ".join(free),
            "a whole site needs, MB": f"{whole / 2**20:.1f}",
            "old site whole afterwards": len(SHARES),
            "exit code 3 and no traceback": len(SHARES),
        },
    )
