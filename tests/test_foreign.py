"""Sites of vocabularies that are not ours, and file names for any IRI."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as some
from pyoxigraph import NamedNode, RdfFormat, parse
from rdflib import Graph
from rdflib.compare import isomorphic

from comity.core.errors import CannotRun, UsageError
from comity.core.rdf import FORMATS, is_iri, parse_file
from comity.publishing.foreign import publish_files
from comity.publishing.paths import OpenPaths, top_of
from comity.publishing.site import EMBEDDED_LIMIT
from links import target_of

ROOT = Path(__file__).parent.parent
VOCABULARIES = ROOT.parent / "shared" / "vocab"
FOREIGN = (
    ("w3-prov-o.ttl", "http://www.w3.org/ns/prov#"),
    ("w3-org.ttl", "http://www.w3.org/ns/org#"),
    ("skos.nq", "http://www.w3.org/2004/02/skos/core#"),
    ("dpv.ttl", "https://w3id.org/dpv#"),
    ("airo.ttl", "https://w3id.org/airo#"),
    ("sdg-kos-goals-targets-indicators.ttl", "http://metadata.un.org/sdg/"),
)
SMALL = """
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix : <http://example.org/zoo#> .
<http://example.org/zoo> a owl:Ontology ; rdfs:label "The zoo"@en-GB .
:Animal a rdfs:Class ; rdfs:label "animal"@en-GB ; rdfs:comment "<script>alert(1)</script>" .
:animal a owl:ObjectProperty ; rdfs:range :Animal . :ANIMAL a :Animal .
<http://example.org/zoo#a/b?c=d&e.ttl> a :Animal . <http://example.org/zoo#index> a :Animal .
<http://example.org/zoo#😀> a :Animal . <http://example.org/zoo#queries> a :Animal .
"""


class Links(HTMLParser):
    """The links and ids of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.ids: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name in ("href", "src") and value:
                self.links.append(value)
            if name == "id" and value:
                self.ids.add(value)


def broken_links(site: Path) -> tuple[int, list[tuple[str, str]]]:
    pages = {
        path.relative_to(site).as_posix(): Links(path.read_text(encoding="utf-8")) for path in site.rglob("*.html")
    }
    files = {path.relative_to(site).as_posix() for path in site.rglob("*") if path.is_file()}
    looked, broken = 0, []
    for name, page in pages.items():
        for link in page.links:
            parts = urlsplit(link)
            if parts.scheme:
                continue
            looked += 1
            up = top_of((site / name).read_text(encoding="utf-8")) if parts.path.startswith("/") else ""
            target = parts.path.removeprefix(up) if up else target_of(name, unquote(parts.path))
            if target not in files or (parts.fragment and parts.fragment not in pages[target].ids):
                broken.append((name, link))
    return looked, broken


@pytest.mark.slow
@pytest.mark.shared
@pytest.mark.parametrize(("file", "base"), FOREIGN, ids=[file for file, _ in FOREIGN])
def test_a_foreign_vocabulary_is_complete(file: str, base: str, tmp_path: Path) -> None:
    publish_files([VOCABULARIES / file], base, tmp_path / "site")
    subjects = {quad.subject for quad in parse_file(VOCABULARIES / file)}
    terms = sorted(node.value for node in subjects if isinstance(node, NamedNode) and node.value.startswith(base))
    names = OpenPaths(base, ("en",)).names(terms)
    assert len(terms) > 20
    lists = [tmp_path / "site" / "reference.html", *(tmp_path / "site" / "more").glob("reference/**/*.html")]
    reference = unquote("".join(path.read_text(encoding="utf-8") for path in lists))
    for term, name in names.items():
        page = (tmp_path / "site" / f"{name}.html").read_text(encoding="utf-8")
        forms = {
            format_.suffix: set(parse(path=str(tmp_path / "site" / f"{name}.{format_.suffix}"), format=format_.writer))
            for format_ in FORMATS
        }
        assert len({len(form) for form in forms.values()}) == 1, term
        assert any(quad.subject == NamedNode(term) for quad in forms["nt"]) or term == base
        data = (tmp_path / "site" / f"{name}.jsonld").stat().st_size
        assert ('<script type="application/ld+json">' in page) == (data <= EMBEDDED_LIMIT) or name == "index"
        assert f"{name.rpartition('/')[2]}.html" in reference or name == "index", term
    looked, broken = broken_links(tmp_path / "site")
    assert looked > len(terms)
    assert not broken


def test_a_small_vocabulary_needs_no_project(tmp_path: Path) -> None:
    (tmp_path / "zoo.ttl").write_text(SMALL, encoding="utf-8")
    done = publish_files([tmp_path / "zoo.ttl"], "http://example.org/zoo#", tmp_path / "site")
    site = tmp_path / "site"
    assert done.pages == 8
    assert not broken_links(site)[1]
    assert "<h1>The zoo</h1>" in (site / "index.html").read_text(encoding="utf-8")
    assert '"animal"@en-GB' in (site / "~41nimal.ttl").read_text(encoding="utf-8")
    assert "<script>alert" not in (site / "~41nimal.html").read_text(encoding="utf-8")
    assert len({path.as_posix().casefold() for path in site.rglob("*")}) == len(list(site.rglob("*")))
    for path in site.rglob("*.nt"):
        found = Graph().parse(path, format="nt")
        for format_, name in (("ttl", "turtle"), ("jsonld", "json-ld"), ("rdf", "xml")):
            assert isomorphic(found, Graph().parse(path.with_suffix(f".{format_}"), format=name)), path
    assert set(parse(path=str(site / "data" / "dataset.nq"), format=RdfFormat.N_QUADS))


@pytest.mark.parametrize("name", ["Audit", "audit", "INDEX", "Data/x", "more/a", "Queries", "404"])
def test_a_name_like_one_of_our_pages_leads_back(name: str) -> None:
    paths = OpenPaths("https://example.org/x#", ("en",))
    given = paths.names([f"https://example.org/x#{name}"])[f"https://example.org/x#{name}"]
    assert given.casefold().split("/")[0] not in ("audit", "index", "data", "more", "queries", "404")
    assert paths.iri(given) == f"https://example.org/x#{name}"


def test_publishing_files_twice_changes_nothing(tmp_path: Path) -> None:
    (tmp_path / "zoo.ttl").write_text(SMALL, encoding="utf-8")
    for changed in (True, False):
        done = publish_files([tmp_path / "zoo.ttl"], "http://example.org/zoo#", tmp_path / "site")
        assert bool(done.changed) is changed


@pytest.mark.parametrize("base", ["http://example.org/zoo", "zoo#", "http://example.org/other/"])
def test_a_base_that_fits_nothing_is_refused(tmp_path: Path, base: str) -> None:
    (tmp_path / "zoo.ttl").write_text(SMALL, encoding="utf-8")
    with pytest.raises(UsageError):
        publish_files([tmp_path / "zoo.ttl"], base, tmp_path / "site")


SIGNS = some.one_of(
    some.sampled_from("aAbB./~#?%&'()*+,;=:@!$-_é中😀\u0301"), some.characters(exclude_categories=("C", "Z"))
)


@given(some.lists(some.text(SIGNS, min_size=1, max_size=30), max_size=12))
def test_every_iri_has_a_name_that_leads_back(locals_: list[str]) -> None:
    base = "https://example.org/x/"
    paths = OpenPaths(base, ("en", "zh"))
    iris = sorted({base + local for local in locals_ if is_iri(base + local)})
    names = paths.names(iris)
    assert len({name.casefold() for name in names.values()}) == len(iris)
    for iri, name in names.items():
        assert paths.iri(name) == iri
        assert not re.search(r'["<>\\|?*#\x00-\x1f]', name)
        assert not {"", ".", ".."} & set(name.split("/"))


def test_a_name_too_long_for_a_file_is_refused() -> None:
    with pytest.raises(CannotRun, match="no file can be named"):
        OpenPaths("https://example.org/#", ("en",)).name("https://example.org/#" + "x" * 300)
