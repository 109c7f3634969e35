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

from comity.core.manifest import tree_digest
from conftest import Record

ROOT = Path(__file__).parent.parent.parent
PROJECT = ("ontology", "shapes", "data", "queries", "site")
SEED, KILLS = 20251122, 20
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


def test_a_killed_build_leaves_a_whole_site(editions: tuple[Edition, Edition], record: Record) -> None:
    build = editions[0].build
    site = build / "site"
    names = {edition.digest: edition.folder.name for edition in editions}
    longest = max(edition.seconds for edition in editions)
    moments = random.Random(SEED)  # noqa: S311  # for moments, not for secrets
    struck: Counter[str] = Counter()
    looked = 0
    for _ in range(KILLS):
        standing = tree_digest(site)
        edition = next(edition for edition in editions if edition.digest != standing)
        end = monotonic() + moments.uniform(0, longest)
        process = subprocess.Popen(BUILD, cwd=edition.folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        while monotonic() < end and process.poll() is None:
            assert (site / "index.html").is_file(), "at no moment there is no site"
            looked += 1
            sleep(0.001)
        process.send_signal(signal.SIGKILL)
        ended = process.wait()
        left = tree_digest(site)
        assert left in names, "neither the old nor the new site"
        writing = any(build.glob(f".site.new-{process.pid}"))
        struck["while the new site was written" if writing and left == standing else "before or after"] += 1
        struck["old site stood" if left == standing else "new site stood"] += 1
        struck["build had ended by itself"] += ended == 0
    last = next(edition for edition in editions if edition.digest != tree_digest(site))
    subprocess.run(BUILD, cwd=last.folder, check=True)
    assert tree_digest(site) == last.digest
    assert sorted(path.name for path in build.iterdir()) == ["manifest.json", "site"], "nothing is left over"
    assert struck["while the new site was written"] > 0
    record(
        "Kills",
        f"A build is killed (SIGKILL) at {KILLS} random moments of its {longest:.1f} seconds (seed {SEED}), each over the "
        "site of the other of two editions that differ in every page. Afterwards the digest of all names and bytes is that "
        "of the old or of the new site, and the next build succeeds and leaves nothing behind.",
        {
            "kills": KILLS,
            "of them while the new site was being written": struck["while the new site was written"],
            "the old site stood afterwards": struck["old site stood"],
            "the new site stood afterwards": struck["new site stood"],
            "neither, or a mixture": 0,
            "builds that had ended before the signal": struck["build had ended by itself"],
            "looks at the home page meanwhile, all found": f"{looked:,}",
            "files in the site": sum(path.is_file() for path in site.rglob("*")),
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
    """The bytes that a tree takes on a disk of pages of 4096."""
    return sum(4096 + -(-path.stat().st_size // 4096) * 4096 * path.is_file() for path in folder.rglob("*"))


def test_a_full_disk_leaves_the_site_of_before(
    editions: tuple[Edition, Edition], tmp_path: Path, record: Record
) -> None:
    first, second = editions
    subprocess.run(BUILD, cwd=first.folder, check=True)
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
