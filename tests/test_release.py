"""Differences between versions, and releases that are written whole, never change, and ask for honest versions."""

from __future__ import annotations

import gzip
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from comity.core.errors import UsageError
from comity.core.manifest import tree_digest
from comity.core.project import Project, load_project
from comity.core.starter import start_project
from comity.publishing.release import release
from comity.store.changes import Level, compare
from comity.store.dataset import load_dataset
from comity.store.releases import read_release, releases

PREFIXES = """
@prefix : <https://example.org/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix c: <https://w3id.org/comity/def/> .
"""
OLD = """
:Book a owl:Class ; rdfs:label "book"@en ; rdfs:subClassOf [ a owl:Restriction ; owl:onProperty :by ;
    owl:someValuesFrom :Author ] .
:Author a owl:Class ; rdfs:label "author"@en .
:by a owl:ObjectProperty ; rdfs:label "by"@en ; rdfs:domain :Book .
:s1 a c:Statement ; c:subject :emma ; c:value 1815 .
:emma a :Book ; rdfs:label "Emma"@en .
"""
CASES = [
    ("nothing", "", "", Level.NONE, {}),
    ("a label", '"book"@en', '"volume"@en', Level.PATCH, {"terms changed": 1}),
    ("a definition", ':Author a owl:Class', ':Author skos:definition "Who wrote."@en ; a owl:Class', Level.PATCH,
     {"terms changed": 1}),
    ("a deprecation", ":Author a owl:Class", ":Author owl:deprecated true ; a owl:Class", Level.MINOR,
     {"terms changed": 1}),
    ("a new term", ":Author a owl:Class", ":Map a owl:Class . :Author a owl:Class", Level.MINOR, {"terms added": 1}),
    ("a domain", "rdfs:domain :Book", "rdfs:domain :Author", Level.MAJOR, {"terms changed": 1}),
    ("inside a restriction", "someValuesFrom", "allValuesFrom", Level.MAJOR, {"terms changed": 1}),
    ("the facts rule", "rdfs:domain :Book", "rdfs:domain :Book ; c:derivable true", Level.MAJOR, {"terms changed": 1}),
    ("a renamed term", ":Author", ":Writer", Level.MAJOR,
     {"terms added": 1, "terms removed": 1, "terms changed": 1}),
    ("a statement", "1815", "1816", Level.NONE, {"statements changed": 1}),
    ("another statement", ":s1", ":s2", Level.NONE, {"statements added": 1, "statements removed": 1}),
    ("a thing", '"Emma"@en', '"Emma."@en', Level.NONE, {"things changed": 1}),
]  # fmt: skip


def dataset(folder: Path, text: str, name: str = "x.ttl"):
    path = folder / name
    path.write_text(PREFIXES + text, encoding="utf-8")
    return load_dataset(path, {})


@pytest.mark.parametrize(
    ("before", "after", "level", "counts"), [case[1:] for case in CASES], ids=[c[0] for c in CASES]
)
def test_what_changed_and_what_it_asks(tmp_path: Path, before: str, after: str, level: Level, counts: dict) -> None:
    changes = compare(dataset(tmp_path, OLD, "old.ttl"), dataset(tmp_path, OLD.replace(before, after), "new.ttl"))
    found = {f"{kind} {how}": number for kind, ways in changes.counts().items() for how, number in ways.items()}
    assert {name: number for name, number in found.items() if number} == counts
    assert changes.level is level
    assert f"**{level}**" in "\n".join(changes.markdown())


def test_a_change_names_what_went_and_came(tmp_path: Path) -> None:
    old = dataset(tmp_path, OLD, "old.ttl")
    new = dataset(tmp_path, OLD.replace('"book"@en', '"volume"@en'), "new.ttl")
    text = "\n".join(compare(old, new).markdown())
    assert "## Terms changed" in text
    assert "- [volume](https://example.org/Book) (patch)" in text
    assert '− `<http://www.w3.org/2000/01/rdf-schema#label> "book"@en`' in text
    assert '+ `<http://www.w3.org/2000/01/rdf-schema#label> "volume"@en`' in text


@pytest.fixture
def room(tmp_path: Path) -> Project:
    """A small project under version control, with a change log."""
    folder = tmp_path / "room"
    start_project(folder, "https://example.org/room/", "Reading Room")
    (folder / "CHANGELOG.md").write_text("# Changes\n\n## [Unreleased]\n\n### Added\n\n- Books.\n", encoding="utf-8")
    git(folder, "init", "--quiet")
    commit(folder)
    return load_project(folder)


def git(folder: Path, *arguments: str) -> None:
    who = ("-c", "user.name=T", "-c", "user.email=t@example.org")
    subprocess.run(["git", *who, *arguments], cwd=folder, check=True, capture_output=True)


def commit(folder: Path) -> None:
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "x")


def ontology(room: Project) -> Path:
    return next(path for path in room.ontology.rglob("*.ttl") if "versionInfo" in path.read_text(encoding="utf-8"))


def replace(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def log(room: Project) -> Path:
    return room.root / "CHANGELOG.md"


def test_a_release_is_frozen_and_logged(room: Project) -> None:
    report, made = release(room, "2026-11-22")
    assert made is not None, report.text()
    assert sorted(path.name for path in made.folder.iterdir()) == ["changes.md", "dataset.nq.gz", "release.json"]
    content = gzip.decompress((made.folder / "dataset.nq.gz").read_bytes())
    assert len(content.splitlines()) == made.quads > 100
    assert json.loads((made.folder / "release.json").read_text())["data"] == "2026-11-22"
    text = log(room).read_text(encoding="utf-8")
    assert text.index("## [Unreleased]") < text.index("## [2026-11-22]") < text.index("- Books.")
    assert [one.data for one in releases(room)] == ["2026-11-22"]
    commit(room.root)
    before = tree_digest(room.releases)
    assert release(room, "2026-11-22")[1] is not None
    assert (tree_digest(room.releases), log(room).read_text(encoding="utf-8")) == (before, text), "twice does nothing"


def test_a_release_that_was_killed_half_way_is_finished(room: Project) -> None:
    unlogged = log(room).read_text(encoding="utf-8")
    release(room, "2026-11-22")
    before, logged = tree_digest(room.releases), log(room).read_text(encoding="utf-8")
    log(room).write_text(unlogged, encoding="utf-8")
    assert release(room, "2026-11-22", allow_dirty=True)[1] is not None
    assert (tree_digest(room.releases), log(room).read_text(encoding="utf-8")) == (before, logged)


def test_a_release_never_changes(room: Project) -> None:
    release(room, "2026-11-22")
    before = tree_digest(room.releases)
    table = room.tables / "books.csv"
    replace(table, "Micrographia", "Micrographia II")
    with pytest.raises(UsageError, match="holds other data"):
        release(room, "2026-11-22", allow_dirty=True)
    assert tree_digest(room.releases) == before


def test_what_is_not_committed_is_not_released(room: Project) -> None:
    (room.root / "new.txt").write_text("x", encoding="utf-8")
    with pytest.raises(UsageError, match="not committed"):
        release(room, "2026-11-22")
    shutil.rmtree(room.root / ".git")
    with pytest.raises(UsageError, match="not under version control"):
        release(room, "2026-11-22")
    assert not room.releases.exists()


def test_a_version_that_stays_behind_is_found(room: Project) -> None:
    release(room, "2026-11-22")
    log(room).write_text("# Changes\n\n## [Unreleased]\n\n- More.\n", encoding="utf-8")
    term = next(path for path in room.ontology.rglob("*.ttl") if "skos:definition" in path.read_text(encoding="utf-8"))
    replace(term, "skos:definition", 'skos:example "Such as this."@en ; skos:definition')
    report, made = release(room, "2026-11-23", allow_dirty=True)
    assert made is None
    assert [found.code for found in report.violations()] == ["REL002"]
    assert not (room.releases / "2026-11-23").exists()
    replace(ontology(room), '"0.1.0"', '"0.1.1"')
    report, made = release(room, "2026-11-23", allow_dirty=True)
    assert made is not None, report.text()
    assert made.previous == "2026-11-22"
    assert made.changes["terms"]["changed"] > 0
    assert "**patch**" in (made.folder / "changes.md").read_text(encoding="utf-8")
    assert compare(read_release(room, "2026-11-22"), read_release(room, "2026-11-23")).level is Level.PATCH


@pytest.mark.parametrize("text", ["", "# Changes\n\n## [Unreleased]\n\n## [2026-01-01]\n\n- Old.\n"])
def test_an_empty_change_log_is_found(room: Project, text: str) -> None:
    log(room).write_text(text, encoding="utf-8")
    report, made = release(room, "2026-11-22", allow_dirty=True)
    assert made is None
    assert [found.code for found in report.violations()] == ["REL003"]


def test_a_version_that_is_none_is_found(room: Project) -> None:
    replace(ontology(room), '"0.1.0"', '"next"')
    (room.root / "pyproject.toml").write_text('[project]\nversion = "soon"\n', encoding="utf-8")
    report, made = release(room, "2026-11-22", allow_dirty=True)
    assert made is None
    assert [found.code for found in report.violations()] == ["REL001", "REL001"]


def test_the_verbs(room: Project, tmp_path: Path) -> None:
    def comity(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "comity", *arguments]
        return subprocess.run(command, cwd=room.root, capture_output=True, text=True, check=False)

    assert comity("release", "--date", "tomorrow").returncode == 2
    assert comity("release", "--date", "2026-13-01").returncode == 2
    done = comity("release", "--date", "2026-11-22", "--json")
    assert json.loads(done.stdout)["data"] == "2026-11-22", done.stderr
    same = comity("diff", "2026-11-22")
    assert (same.returncode, "**none**" in same.stdout) == (0, True), same.stderr
    replace(room.tables / "books.csv", "Micrographia", "Micrographia II")
    assert json.loads(comity("diff", "2026-11-22", "--json").stdout)["counts"]["things"]["changed"] > 0
    unknown = comity("diff", "2026-11-21")
    assert unknown.returncode == 2
    assert "2026-11-22" in unknown.stderr
