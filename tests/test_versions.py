"""Versions resolve under their own IRIs: two releases of a catalogue, the second without two terms of the first."""

from __future__ import annotations

import gzip
import re
from dataclasses import replace
from pathlib import Path

import pytest
import rdflib
from rdflib import DCTERMS, OWL, RDFS, URIRef
from rdflib.compare import isomorphic

from changes import edit
from comity.conversion.project import convert
from comity.core.project import Project, load_project
from comity.core.starter import start_project
from comity.publishing.release import release
from comity.publishing.site import publish
from comity.serving.messages import Request
from comity.serving.pages import Site, load_site

BASE = "https://example.org/room/"
DEF = rdflib.Namespace(f"{BASE}def/")
OLD, NEW = "2026-01-01", "2026-02-01"


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A catalogue with two releases; between them a term is renamed, one removed, one defined in other words."""
    folder = tmp_path_factory.mktemp("versions") / "room"
    start_project(folder, BASE, "Reading Room")
    terms = folder / "ontology" / "library.ttl"
    edit(terms, 'owl:versionInfo "0.1.0"', f'owl:versionInfo "1.0.0" ; owl:versionIRI <{BASE}def/1.0.0>')
    edit(terms, ":Book a owl:Class", f'<{BASE}def/1.0.0> rdfs:label "Terms 1.0.0"@en .\n\n:Book a owl:Class')
    text = terms.read_text(encoding="utf-8")
    block = text[text.index(":Book a owl:Class") : text.index(":Agent a owl:Class")]
    block = re.sub(r"    skos:example [^\n]*\n", "", block).replace('"testing"', '"unstable"')
    gone = "".join(block.replace(":Book a", f":{name} a").replace('"book"', f'"{name}"') for name in ("Scroll", "Tome"))
    gone = gone.replace(":Tome a", ":Tome owl:deprecated true ; dcterms:isReplacedBy :Book ; a")
    terms.write_text(text + gone, encoding="utf-8")
    log = folder / "CHANGELOG.md"
    log.write_text("# Changes\n\n## [Unreleased]\n\n- First.\n", encoding="utf-8")
    project = load_project(folder)
    report, made = release(project, OLD, allow_dirty=True)
    assert made, report.text()
    terms.write_text(text.replace("1.0.0", "2.0.0").replace("A written work", "A printed work"), encoding="utf-8")
    edit(log, "## [Unreleased]\n", "## [Unreleased]\n\n- Second.\n")
    report, made = release(project, NEW, allow_dirty=True)
    assert made, report.text()
    return project


@pytest.fixture(scope="module")
def site(room: Project) -> Site:
    publish(room, convert(room).dataset)
    return load_site(room.build / "site", BASE)


def ask(site: Site, path: str, accept: str) -> bytes:
    """Return what an IRI leads to."""
    reply = site.respond(Request("GET", f"/{path}", "", {"accept": accept}))
    assert reply.status == 303, path
    return site.respond(Request("GET", dict(reply.headers)["Location"], "", {"accept": accept})).body


def graph(site: Site, path: str) -> rdflib.Graph:
    return rdflib.Graph().parse(data=ask(site, path, "text/turtle"))


def test_a_version_of_the_ontology_answers_with_what_was_frozen(site: Site) -> None:
    old, new = graph(site, "def/1.0.0"), graph(site, "def/2.0.0")
    assert (DEF.Scroll, RDFS.label, rdflib.Literal("Scroll", "en")) in old
    assert (DEF.Scroll, None, None) not in new
    assert (URIRef(f"{BASE}def"), OWL.versionIRI, URIRef(f"{BASE}def/1.0.0")) in old
    assert isomorphic(new, graph(site, "def")), "the ontology of now is the last version"
    for suffix, format_ in (("jsonld", "json-ld"), ("rdf", "xml"), ("nt", "nt")):
        content = site.pages[f"def/1.0.0.{suffix}"].content
        assert isomorphic(old, rdflib.Graph().parse(data=content, format=format_))


def test_its_page_shows_the_words_of_then(site: Site) -> None:
    page = ask(site, "def/1.0.0", "text/html").decode()
    assert "A written work" in page
    assert "A printed work" not in page
    assert "Scroll" in page
    assert f"Reading Room {OLD}" in page
    assert "Reading Room" in page
    assert "A printed work" in ask(site, "def/2.0.0", "text/html").decode()


def test_the_ontology_answers_with_all_its_terms(site: Site) -> None:
    found = graph(site, "def")
    assert {DEF.Book, DEF.writtenBy, DEF.printedIn} <= set(found.subjects(OWL.deprecated | RDFS.label))


def test_a_release_has_a_page_and_its_quads(site: Site, room: Project) -> None:
    found = graph(site, f"release/{NEW}")
    iri = URIRef(f"{BASE}release/{NEW}")
    assert (iri, DCTERMS.replaces, URIRef(f"{BASE}release/{OLD}")) in found
    assert (iri, DCTERMS.hasPart, URIRef(f"{BASE}def/2.0.0")) in found
    for date in (OLD, NEW):
        frozen = (room.releases / date / "dataset.nq.gz").read_bytes()
        assert site.pages[f"data/releases/{date}/dataset.nq.gz"].content == frozen
        assert gzip.decompress(frozen).count(b"\n") > 100


def test_the_page_of_a_release_gives_the_verdict(site: Site) -> None:
    page = ask(site, f"release/{NEW}", "text/html").decode()
    assert "major: an answer or an inference may differ" in page
    assert re.search(r"Terms: removed <span class=\"n\">2</span>", page)
    assert "A printed work of which" in page
    assert "The first release." in ask(site, f"release/{OLD}", "text/html").decode()
    assert f'href="./release/{NEW}.html"' in site.pages["changes.html"].content.decode()


def test_what_is_gone_has_a_tombstone_that_leads_on(site: Site) -> None:
    found = graph(site, "def/Tome")
    assert (DEF.Tome, OWL.deprecated, rdflib.Literal(True)) in found
    assert (DEF.Tome, DCTERMS.isReplacedBy, DEF.Book) in found
    page = ask(site, "def/Tome", "text/html").decode()
    assert "No longer in use." in page
    assert re.search(r"In its place:\s*<a href=\"[^\"]*def/Book.html\">book</a>", page)
    assert (DEF.Scroll, OWL.deprecated, rdflib.Literal(True)) in graph(site, "def/Scroll")


def test_publishing_twice_changes_nothing(site: Site, room: Project) -> None:
    assert not publish(room, convert(room).dataset).changed


def test_a_version_that_is_not_released_says_so(room: Project, tmp_path: Path) -> None:
    """Until its first release a version IRI leads to the ontology as it stands."""
    unreleased = replace(room, releases=tmp_path / "none", build=tmp_path)
    publish(unreleased, convert(room).dataset)
    now = load_site(tmp_path / "site", BASE)
    assert "Not released yet" in ask(now, "def/2.0.0", "text/html").decode()
    assert isomorphic(graph(now, "def/2.0.0"), graph(now, "def"))
