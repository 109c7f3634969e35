"""What is made again after a change is what differs, and the site is the one that a clean build makes."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Quad

from changes import edit
from comity.conversion.project import convert
from comity.core import output
from comity.core.manifest import tree_digest
from comity.core.project import Project, load_project
from comity.core.resources import bundled_project
from comity.core.starter import start_project
from comity.model.ontology import load_shapes
from comity.model.queries import load_queries
from comity.model.vocabulary import LABEL, TYPE
from comity.publishing import site
from comity.publishing.ledger import Kept, Ledger
from comity.publishing.site import PublishSummary, publish
from comity.store.dataset import DEFAULT, Dataset

pytestmark = pytest.mark.slow

BASE = "https://library.example/"


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small project with its own templates and texts, published with notes."""
    folder = tmp_path_factory.mktemp("renewal") / "library"
    start_project(folder, BASE, "Reading Room")
    (folder / "queries/pages/of-its-hand.rq").write_text(
        f"# view: section\n# title: Of the same hand\nPREFIX lib: <{BASE}def/>\n"
        "SELECT ?page ?who { ?who a lib:Book ; lib:writtenBy ?hand . ?page lib:writtenBy ?hand }",
        encoding="utf-8",
    )
    shutil.copytree(bundled_project() / "site", folder / "site", ignore=shutil.ignore_patterns("app", "fonts"))
    renew(folder)
    return folder


@pytest.fixture
def room(published: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "library"
    shutil.copytree(published, folder)  # with the times of the files, by which a site is known
    return folder


def renew(folder: Path) -> PublishSummary:
    project = load_project(folder)
    return written(project, project.build / "site", project.build / "notes")


def clean(folder: Path) -> str:
    project = load_project(folder)
    written(project, project.build / "clean", None)
    return tree_digest(project.build / "clean")


def written(project: Project, out: Path, notes: Path | None) -> PublishSummary:
    queries = load_queries(project.queries / "examples")
    return publish(project, convert(project).dataset, queries, load_shapes(project), out, None, notes)


def inodes(folder: Path) -> dict[str, int]:
    top = folder / "build" / "site"
    return {path.relative_to(top).as_posix(): path.stat().st_ino for path in top.rglob("*") if path.is_file()}


def change_a_label(folder: Path) -> None:
    edit(folder / "data/tables/agents.csv", "Robert Hooke", "Robert Hooke FRS")


def add_a_row(folder: Path) -> None:
    with (folder / "data/tables/agents.csv").open("a", encoding="utf-8") as file:
        file.write("christopher-wren,Christopher Wren,card-index,primary\n")


def remove_a_row(folder: Path) -> None:
    lines = (folder / "data/tables/statements.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    (folder / "data/tables/statements.csv").write_text("".join(lines[:-1]), encoding="utf-8")


def change_a_template(folder: Path) -> None:
    edit(folder / "site/templates/entity.html", "<article", '<article data-changed="yes"')


def change_a_text(folder: Path) -> None:
    edit(folder / "site/texts.en.toml", 'skip = "', 'skip = "Please ')


def change_an_order(folder: Path) -> None:
    with (folder / "shapes/library.ttl").open("a", encoding="utf-8") as file:
        file.write(
            f"\n<{BASE}shape/Late> a <http://www.w3.org/ns/shacl#PropertyShape> ;\n"
            f"  <http://www.w3.org/ns/shacl#path> <{BASE}def/writtenBy> ; <http://www.w3.org/ns/shacl#order> -3 .\n"
        )


def add_a_language(folder: Path) -> None:
    edit(folder / "comity.toml", 'languages = ["en"]', 'languages = ["en", "zh"]')


def change_a_query(folder: Path) -> None:
    edit(folder / "queries/examples/books-by-year.rq", "ORDER BY", "# in order\nORDER BY")


def change_a_section(folder: Path) -> None:
    edit(folder / "queries/pages/of-its-hand.rq", "?who a", "FILTER(CONTAINS(STR(?who), 'micro')) ?who a")


def say_why_otherwise(folder: Path) -> None:
    edit(folder / "queries/examples/books-by-year.rq", "# why: The facts", "# why: What")


def call_a_view_otherwise(folder: Path) -> None:
    edit(folder / "queries/pages/books.rq", "# why: ", "# why: Here. ")


def choose_other_ways(folder: Path) -> None:
    edit(folder / "comity.toml", 'languages = ["en"]', 'languages = ["en"]\nways = ["def/Agent"]')


OF_ONE_THING = (
    change_a_label, add_a_row, remove_a_row, change_a_query, change_a_section, say_why_otherwise, call_a_view_otherwise,
)  # fmt: skip
OF_ALL = (change_a_template, change_a_text, change_an_order, add_a_language, choose_other_ways)


@pytest.mark.parametrize("change", [*OF_ONE_THING, *OF_ALL])
def test_after_a_change_the_site_is_that_of_a_clean_build(room: Path, change: Callable[[Path], None]) -> None:
    before = inodes(room)
    change(room)
    renew(room)
    after = inodes(room)
    assert tree_digest(room / "build" / "site") == clean(room)
    kept = sum(before.get(name) == inode for name, inode in after.items())
    if change in OF_ONE_THING:
        assert kept > len(before) / 3, "what did not change was kept"
    else:
        assert kept == 0, "what shows everywhere was made again everywhere"
    assert renew(room).changed == 0


def test_overviews_that_a_change_does_not_concern_are_kept(room: Path) -> None:
    before = inodes(room)
    change_a_label(room)
    renew(room)
    after = inodes(room)
    lists = {name for name in before if name.startswith("browse/")}
    changed = {name for name in lists if after[name] != before[name]}
    assert {"browse/Agent.html"} <= changed < lists
    assert after["queries.html"] == before["queries.html"]
    assert after["data/context.jsonld"] == before["data/context.jsonld"]
    assert after["data/search.json"] != before["data/search.json"]
    assert after["data/dataset.nq"] != before["data/dataset.nq"]


def test_evidence_that_a_change_in_its_source_does_not_concern_is_kept(room: Path) -> None:
    before = inodes(room)
    edit(room / "data/tables/statements.csv", ",printedIn,,1661,", ",printedIn,,1662,")
    renew(room)
    after = inodes(room)
    for kept in ("id/statement/c1.html", "id/passage/card-index/9-38.html"):
        assert after[kept] == before[kept], "it names the graph of its source, not what else that holds"
    assert after["id/statement/c4.html"] != before["id/statement/c4.html"]


def mutated(quads: list[Quad], chance: random.Random) -> Iterator[Quad]:
    """Drop some quads, reword some literals, lead some elsewhere, and say some new things."""
    nodes = [quad.subject for quad in quads if isinstance(quad.subject, NamedNode)]
    for quad in quads:
        fate = chance.random()
        if fate < 0.002:
            continue
        if fate < 0.004 and isinstance(quad.object, Literal) and quad.object.language:
            new = Literal(f"{quad.object.value} {chance.random()}", language=quad.object.language)
            yield Quad(quad.subject, quad.predicate, new, quad.graph_name)
        elif fate < 0.006 and isinstance(quad.object, NamedNode):
            yield Quad(quad.subject, quad.predicate, chance.choice(nodes), quad.graph_name)
        else:
            yield quad
    for number in range(3):
        new = NamedNode(f"{BASE}id/agent/new-{chance.randrange(10**6)}-{number}")
        yield Quad(new, TYPE, chance.choice(nodes), DEFAULT)
        yield Quad(new, LABEL, Literal("New", language="en"), DEFAULT)
        yield Quad(chance.choice(nodes), chance.choice(quads).predicate, new, chance.choice(quads).graph_name)


def test_after_any_changes_the_site_is_that_of_a_clean_build(room: Path) -> None:
    project, chance = replace(load_project(room), queries=room / "none"), random.Random(7)  # no secret
    dataset = convert(project).dataset
    quads = dataset.quads
    for _ in range(6):
        quads = list(mutated(quads, chance))
        now = Dataset(quads, dataset.prefixes, dataset.tags)
        publish(project, now, [], [], project.build / "site", None, project.build / "notes")
        publish(project, now, [], [], project.build / "clean")
        assert tree_digest(project.build / "site") == tree_digest(project.build / "clean")


def test_a_thing_with_numbered_pages_is_kept_whole(room: Path) -> None:
    project = replace(load_project(room), queries=room / "none")
    hub, dataset = NamedNode(f"{BASE}id/agent/hub"), convert(project).dataset
    numbers = [Quad(hub, NamedNode(f"{BASE}def/year"), Literal(number), DEFAULT) for number in range(500)]
    for label in ("One", "Other"):
        other = Quad(NamedNode(f"{BASE}id/agent/other"), LABEL, Literal(label, language="en"), DEFAULT)
        now = Dataset([*dataset.quads, *numbers, other], dataset.prefixes, dataset.tags)
        before = inodes(room)
        publish(project, now, [], [], project.build / "site", None, project.build / "notes")
    further = [name for name in before if name.startswith("more/id/agent/hub/")]
    assert further
    after = inodes(room)
    assert all(after[name] == before[name] for name in (*further, "id/agent/hub.html"))
    assert after["id/agent/other.html"] != before["id/agent/other.html"]


def test_a_site_that_somebody_touched_is_made_whole(room: Path) -> None:
    page = room / "build/site/id/book/micrographia.html"
    before, text = inodes(room), page.read_text(encoding="utf-8")
    page.write_text(text.replace("Micrographia", "Micrographic"), encoding="utf-8")
    renew(room)
    assert page.read_text(encoding="utf-8") == text
    after = inodes(room)
    assert not any(after[name] == inode for name, inode in before.items())


@pytest.mark.parametrize("notes", ["", "{}", "no notes", '{"frame": 1}'])
def test_broken_notes_count_as_none(room: Path, notes: str) -> None:
    (room / "build/notes").write_text(notes, encoding="utf-8")
    assert renew(room).changed == 0
    assert (room / "build/notes").read_text(encoding="utf-8") != notes


def test_when_another_build_comes_between_everything_is_made(room: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made, thing = [], site._thing  # the moment at which the other build strikes

    def interrupted(works: site._Works, node: NamedNode) -> Iterator[tuple[str, bytes]]:
        if not made:
            other = room / "build" / "other"
            shutil.copytree(room / "build" / "site", other)
            (other / "index.html").write_text("another build", encoding="utf-8")
            shutil.rmtree(room / "build" / "site")
            other.rename(room / "build" / "site")
        made.append(node)
        return thing(works, node)

    change_a_label(room)
    monkeypatch.setattr(site, "_thing", interrupted)
    renew(room)
    monkeypatch.undo()
    assert tree_digest(room / "build" / "site") == clean(room)
    assert len(made) > len(set(made)), "some were made twice"


def test_without_hard_links_files_are_copied(room: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> None:
        raise PermissionError("no hard links here")

    monkeypatch.setattr(output.os, "link", refused)
    change_a_label(room)
    renew(room)
    assert tree_digest(room / "build" / "site") == clean(room)
    monkeypatch.undo()
    assert renew(room).changed == 0


def test_no_notes_are_left_unfinished(room: Path) -> None:
    (room / "build" / f".notes.new-{2**22 + 1}").write_text("of a build that was killed", encoding="utf-8")
    renew(room)
    assert sorted(path.name for path in (room / "build").iterdir()) == ["notes", "site"]


def test_what_is_kept_brings_its_notes_to_every_page() -> None:
    ledger = Ledger()

    def make(about: str) -> str:
        ledger.open.add(f"read {about}")
        return about.upper()

    kept = Kept(ledger, make)
    for _ in range(2):
        ledger.open = set()
        assert kept("a") == "A"
        assert ledger.open == {"read a"}
