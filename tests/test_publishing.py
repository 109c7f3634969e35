"""The site of a small library catalogue with every kind of page, and of the project itself."""

from __future__ import annotations

import gzip
import json
import re
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from functools import cached_property
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
import rdflib
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Triple, parse
from rdflib.compare import isomorphic

from comity.conversion.project import Conversion
from comity.core.errors import CannotRun, ConfigError, UsageError
from comity.core.project import Project
from comity.core.rdf import FORMATS, parse_file
from comity.model.queries import QueryFile, load_queries
from comity.publishing.edition import web_address
from comity.publishing.evidence import text_link
from comity.publishing.paths import Paths, href, top_of, way_up
from comity.publishing.site import EMBEDDED_LIMIT, publish, site_files
from comity.store.dataset import Dataset
from links import target_of

ROOT = Path(__file__).parent.parent
BASE = "https://example.org/library/"
COMITY = "https://w3id.org/comity/def/"
POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "worker-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'"
)
CARD_POLICY = "default-src 'none'; style-src 'self'; img-src 'self' data:; base-uri 'none'"
LIVE_PAGES = re.compile(r"(query/.*|ask(\.\w+)?)\.html")
CARDS = re.compile(r"data/cards/.*\.html")
PICTURES = re.compile(r"(?: 'sha256-[\w+/]+=')+")
"""What pages with a query allow beside ``'self'``: the style sheets of the pictures, by their digests."""
PAYLOAD = "</script><script>alert(1)</script>\"'><img src=x onerror=alert(1)>"

CATALOGUE = """
@prefix : <https://example.org/library/> .
@prefix def: <https://example.org/library/def/> .
@prefix c: <https://w3id.org/comity/def/> .
@prefix modality: <https://example.org/library/scheme/modality/> .
@prefix rank: <https://example.org/library/scheme/rank/> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix oa: <http://www.w3.org/ns/oa#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix prov: <http://www.w3.org/ns/prov#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .

:def a owl:Ontology ; rdfs:label "Library ontology"@en , "图书馆本体"@zh ; dcterms:title "A library"@en .
def:Thing a owl:Class ; rdfs:label "thing"@en , "事物"@zh ; rdfs:isDefinedBy :def .
def:Book a owl:Class ; rdfs:label "book"@en , "书"@zh , "كتاب"@ar ; skos:definition "A book."@en ;
    rdfs:isDefinedBy :def ;
    rdfs:subClassOf def:Thing , [ a owl:Restriction ; owl:onProperty def:writtenBy ;
    owl:someValuesFrom def:Author ] .
def:Author a owl:Class ; rdfs:label "author"@en , "作者"@zh ; rdfs:isDefinedBy :def .
def:writtenBy a owl:ObjectProperty ; rdfs:label "written by"@en , "作者是"@zh ; rdfs:domain def:Book ;
    rdfs:range def:Author ;
    c:sentencePattern "{subject} was written by {object}"@en ; c:derivable true .
def:firstPrinted a owl:DatatypeProperty ; rdfs:label "first printed"@en , "初版"@zh ; c:derivable true ;
    c:singleValued true .
def:calledIn a owl:DatatypeProperty ; rdfs:label "called"@en , "书名"@zh ; c:derivable true .
def:praisedAs a owl:DatatypeProperty ; rdfs:label "praised as"@en , "被誉为"@zh .
c:Source a owl:Class ; rdfs:label "source"@en , "来源"@zh .

:scheme/modality a skos:ConceptScheme ; rdfs:label "Modality"@en , "表述方式"@zh .
modality:asserted a skos:Concept ; skos:prefLabel "asserted"@en , "断言"@zh ;
    skos:topConceptOf :scheme/modality ;
    skos:inScheme :scheme/modality .
modality:firmly-asserted a skos:Concept ; skos:prefLabel "firmly asserted"@en ; skos:broader modality:asserted ;
    skos:inScheme :scheme/modality .
modality:reported-opinion a skos:Concept ; skos:prefLabel "opinion"@en , "意见"@zh ;
    skos:inScheme :scheme/modality .
rank:preferred skos:prefLabel "preferred"@en .
rank:normal skos:prefLabel "normal"@en . rank:rejected skos:prefLabel "rejected"@en .
:scheme/grade/primary skos:prefLabel "primary"@en , "一手"@zh .

:id/book/emma a def:Book ; def:writtenBy :id/author/austen ; def:firstPrinted "1815"^^xsd:gYear ;
    def:calledIn "Emma" , "Emma: A Novel"@en .
:id/author/austen a def:Author .

:graph/record/book/emma {
  :graph/record/book/emma a c:RecordGraph ; prov:wasDerivedFrom :id/source/gazette ;
    c:evidenceGrade :scheme/grade/primary .
  :id/book/emma a def:Book ; rdfs:label "Emma"@en , "爱玛"@zh ; skos:altLabel "إيما"@ar ;
    c:summary "A novel of manners."@en .
}
:graph/record/author/austen {
  :graph/record/author/austen a c:RecordGraph ; prov:wasDerivedFrom :id/source/gazette .
  :id/author/austen a def:Author ; rdfs:label "PAYLOAD"@en ; c:kind <javascript:alert(1)> ;
    rdfs:seeAlso <javascript:alert(2)> , "javascript:alert(3)"^^xsd:anyURI , <https://example.net/?a=1&b=2> .
}
:graph/record/status {
  :id/status/emma-in-print a c:StatusEpisode ; rdfs:label "Emma in print"@en ; c:statusOf :id/book/emma ;
    c:status :scheme/status/in-print ; c:beganOn "1815-12"^^xsd:gYearMonth ; c:endedOn "1817-07-18"^^xsd:date .
  :id/status/emma-planned c:statusOf :id/book/emma ; c:status :scheme/status/planned ;
    c:beganOn "1814-01-21"^^xsd:date .
  :scheme/status/in-print skos:prefLabel "in print"@en . :scheme/status/planned skos:prefLabel "planned"@en .
}
:graph/record/source {
  :id/source/gazette a c:Source ; rdfs:label "Gazette, first leaf"@en ;
    dcterms:publisher :id/author/gazette-office ;
    dcterms:language "en" ; c:address "https://example.net/gazette?leaf=1"^^xsd:anyURI .
  :id/source/herald a c:Source ; rdfs:label "Herald"@en ; c:address "javascript:alert(4)"^^xsd:anyURI .
  :id/author/gazette-office rdfs:label "Gazette office"@en , "公报社"@zh .
}
:graph/source/gazette {
  :graph/source/gazette a c:SourceGraph ; prov:wasDerivedFrom :id/source/gazette ;
    c:evidenceGrade :scheme/grade/primary .
  :id/passage/gazette/10-40 a c:Passage ; c:inSource :id/source/gazette ; oa:start 10 ; oa:end 40 ;
    c:locator "column 1"@en ;
    c:firstWords "well-known, by A&B" ; c:lastWords "was printed" ; c:occurrence 1 ; c:sha256 "0000" .
  :id/passage/gazette/50-60 a c:Passage ; c:inSource :id/source/gazette ; oa:start 50 ; oa:end 60 ;
    c:firstWords "again" ; c:occurrence 2 .
  :id/statement/g1 a c:Statement ; c:subject :id/book/emma ; c:predicate def:writtenBy ;
    c:object :id/author/austen ;
    c:modality modality:asserted ; c:rank rank:normal ; c:heldBy :id/source/gazette ;
    prov:wasQuotedFrom :id/source/gazette ;
    c:hasPassage :id/passage/gazette/10-40 , :id/passage/gazette/50-60 ;
    c:sentence "Emma was written by her."@en .
  :id/statement/g2 a c:Statement ; c:subject :id/book/emma ; c:predicate def:firstPrinted ;
    c:value "1815"^^xsd:gYear ;
    c:modality modality:asserted ; c:rank rank:preferred ; c:rankReason "It stands on the title page."@en ;
    prov:wasQuotedFrom :id/source/gazette ; c:hasPassage :id/passage/gazette/10-40 .
  :id/statement/g3 a c:Statement ; c:subject :id/book/emma ; c:predicate def:praisedAs ;
    c:value "a delight"@en ;
    c:modality modality:reported-opinion ; c:rank rank:normal ; c:heldBy :id/author/austen ;
    prov:wasQuotedFrom :id/source/gazette .
  :id/statement/g4 a c:Statement ; c:subject :id/book/emma ; c:predicate def:calledIn ; c:value "Emma" ;
    c:modality modality:asserted ; c:rank rank:normal ; prov:wasQuotedFrom :id/source/gazette .
}
:graph/source/herald {
  :graph/source/herald a c:SourceGraph ; prov:wasDerivedFrom :id/source/herald .
  :id/statement/h1 a c:Statement ; c:subject :id/book/emma ; c:predicate def:firstPrinted ;
    c:value "1816"^^xsd:gYear ;
    c:modality modality:asserted ; c:rank rank:rejected ; prov:wasQuotedFrom :id/source/herald .
  :id/statement/h2 a c:Statement ; c:subject :id/book/emma ; c:predicate def:calledIn ;
    c:value "Emma: A Novel"@en ;
    c:modality modality:asserted ; c:rank rank:normal ; prov:wasQuotedFrom :id/source/herald .
}
:graph/shapes {
  :shape/Book a sh:NodeShape ; sh:targetClass def:Book ; sh:property [ sh:path def:firstPrinted ;
    sh:order 1 ; sh:maxCount 1 ] ,
    [ sh:path def:writtenBy ; sh:order 2 ; sh:in ( :id/author/austen "a" ) ] .
}
"""

QUERY = """# question: Which books are there?
# question@zh: 有哪些书？
# why: To see <b>them</b>.
SELECT ?book ?author ?missing { ?book <https://example.org/library/def/writtenBy> ?author } ORDER BY ?book
"""


class Page(HTMLParser):
    """What tests look at in a page: links, ids, elements, text outside scripts, the JSON-LD."""

    def __init__(self, content: bytes) -> None:
        super().__init__()
        self.links: list[tuple[str, dict[str, str]]] = []
        self.ids: list[str] = []
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.scripts: list[tuple[str, str]] = []
        self.text = ""
        self.jsonld = ""
        self._in_script = False
        self.feed(content.decode())
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        self.tags.append(tag)
        self.attributes += values.items()
        self._in_script = tag == "script"
        if self._in_script:
            self.scripts.append((values.get("type", ""), values.get("src", "")))
        if "id" in values:
            self.ids.append(values["id"])
        for name in ("href", "src"):
            if name in values:
                self.links.append((values[name], values))

    def handle_endtag(self, tag: str) -> None:
        self._in_script = False

    def handle_data(self, data: str) -> None:
        if self._in_script:
            self.jsonld += data
        else:
            self.text += data


def quads(folder: Path, text: str = CATALOGUE) -> list[Quad]:
    """Read the catalogue; Turtle has no ``/`` in local names, so such names become IRIs first."""
    payload = text.replace("PAYLOAD", PAYLOAD.replace('"', '\\"'))
    path = folder / "catalogue.trig"
    path.write_text(
        re.sub(r"(?<![\w<]):((?:id|graph|scheme|shape)/[\w/-]+)", rf"<{BASE}\1>", payload), encoding="utf-8"
    )
    return list(parse_file(path))


class Site(dict[str, bytes]):
    """The files of a site; its pages are read once for all tests."""

    @cached_property
    def pages(self) -> dict[str, Page]:
        return {name: Page(content) for name, content in self.items() if name.endswith(".html")}


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Project:
    return Project(
        root=tmp_path_factory.mktemp("library"),
        base=BASE,
        title={"en": "A library", "zh": "图书馆"},
        tagline={"en": "Books & <people>", "zh": "书与人"},
        license="https://example.net/licence",
        languages=("en", "zh"),
        site=ROOT / "site",
    )


@pytest.fixture(scope="module")
def queries(tmp_path_factory: pytest.TempPathFactory) -> list[QueryFile]:
    folder = tmp_path_factory.mktemp("queries")
    (folder / "books.rq").write_text(QUERY, encoding="utf-8")
    return load_queries(folder)


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    return Dataset(quads(tmp_path_factory.mktemp("data")), {"def": BASE + "def/", "comity": COMITY})


@pytest.fixture(scope="module")
def site(library: Project, dataset: Dataset, queries: list[QueryFile]) -> Site:
    return Site(site_files(library, dataset, queries))


@pytest.fixture(scope="module")
def own_site(project: Project, conversion: Conversion) -> Site:
    return Site(site_files(project, conversion.dataset, load_queries(project.queries / "examples")))


def pages(site: Site) -> Iterator[tuple[str, Page]]:
    return iter(site.pages.items())


def ours(dataset: Dataset) -> set[str]:
    named = {quad.subject for quad in dataset.quads} | {quad.graph_name for quad in dataset.quads}
    return {node.value for node in named if isinstance(node, NamedNode) and node.value.startswith(BASE)}


def fact(page: bytes, section: str, label: str) -> str:
    """The HTML of one property's row in a section."""
    inside = page.decode().partition(f'<section id="{section}"')[2].partition("</section>")[0]
    rows = inside.split('<div class="fact">')[1:]
    return next(row for row in rows if label in row.partition("</dt>")[0])


# Files


def test_every_iri_has_its_pages_and_rdf_files(site: Site, dataset: Dataset) -> None:
    iris = ours(dataset)
    assert len(iris) > 40
    suffixes = ["html", "zh.html", *(format_.suffix for format_ in FORMATS)]
    missing = [f"{iri}.{suffix}" for iri in iris for suffix in suffixes if f"{iri[len(BASE) :]}.{suffix}" not in site]
    assert not missing


def test_the_rdf_files_and_the_page_hold_the_same_graph(site: Site, dataset: Dataset) -> None:
    for iri in sorted(ours(dataset)):
        name = iri[len(BASE) :]
        first = rdflib.Graph().parse(data=site[f"{name}.nt"], format="nt")
        assert len(first), iri
        for suffix, format_ in (("ttl", "turtle"), ("jsonld", "json-ld"), ("rdf", "xml")):
            assert isomorphic(first, rdflib.Graph().parse(data=site[f"{name}.{suffix}"], format=format_)), (iri, suffix)
        for language in ("", ".zh"):
            embedded = Page(site[f"{name}{language}.html"]).jsonld
            assert bool(embedded) == (len(site[f"{name}.jsonld"]) <= EMBEDDED_LIMIT)
            if not embedded:
                continue
            assert isomorphic(first, rdflib.Graph().parse(data=embedded, format="json-ld")), iri


def test_a_description_holds_the_way_to_its_evidence_and_its_blank_nodes(site: Site) -> None:
    book = rdflib.Graph().parse(data=site["id/book/emma.nt"], format="nt")
    about = set(book.subjects(rdflib.URIRef(COMITY + "subject"), rdflib.URIRef(BASE + "id/book/emma")))
    assert len(about) == 6
    shape = rdflib.Graph().parse(data=site["shape/Book.nt"], format="nt")
    assert rdflib.Literal("a") in set(shape.objects())


def test_a_graph_is_described_with_all_its_triples(site: Site, dataset: Dataset) -> None:
    inside = rdflib.Graph().parse(data=site["graph/source/gazette.nt"], format="nt")
    assert len(inside) == len(dataset.by_graph[NamedNode(BASE + "graph/source/gazette")])


def test_all_quads_stand_in_one_file(site: Site, dataset: Dataset) -> None:
    held = set(parse(input=site["data/dataset.nq"], format=RdfFormat.N_QUADS))
    added = {quad for quad in held if quad.subject == NamedNode(BASE + "query/books")}
    assert len(added) == 5
    assert held - added == set(dataset.quads)


def test_publishing_twice_gives_the_same_bytes(
    library: Project, queries: list[QueryFile], site: Site, tmp_path: Path
) -> None:
    backwards = Dataset(reversed(quads(tmp_path)), {"def": BASE + "def/", "comity": COMITY})
    assert dict(site_files(library, backwards, queries)) == site


def test_the_same_dataset_changes_no_file(library: Project, dataset: Dataset, tmp_path: Path) -> None:
    first = publish(library, dataset, out=tmp_path / "out")
    assert first.changed == first.files == sum(1 for path in (tmp_path / "out").rglob("*") if path.is_file())
    assert publish(library, dataset, out=tmp_path / "out").changed == 0


# Links


@pytest.mark.parametrize("which", ["site", "own_site"])
def test_every_internal_link_leads_to_a_file_and_place(which: str, request: pytest.FixtureRequest) -> None:
    site: Site = request.getfixturevalue(which)
    ids = {name: set(page.ids) for name, page in pages(site)}
    broken, looked = [], 0
    for name, page in pages(site):
        for link, _ in page.links:
            parts = urlsplit(link)
            if parts.scheme:
                assert parts.scheme in ("http", "https"), (name, link)
                continue
            looked += 1
            up = top_of(site[name].decode()) if parts.path.startswith("/") else ""
            target = unquote(parts.path).removeprefix(up) if up else target_of(name, unquote(parts.path))
            if target not in site or (parts.fragment and parts.fragment not in ids[target]):
                broken.append((name, link))
    assert looked > 500
    assert not broken


def test_no_link_leaves_from_the_top_of_a_host(site: Site) -> None:
    """But from the page for what is missing, which is shown at any depth."""
    found = {name.partition(".")[0] for name, page in pages(site) for link, _ in page.links if link.startswith("/")}
    assert found == {"404"}


def test_each_page_leads_to_its_other_language(site: Site) -> None:
    for name, page in pages(site):
        named = [(link, values["hreflang"]) for link, values in page.links if "hreflang" in values]
        stem = name.removesuffix(".html").removesuffix(".zh")
        expected = {(f"{stem}.html", "en"), (f"{stem}.zh.html", "zh")}
        top = "/library/" if stem == "404" else ""
        # search engines want whole addresses in the head; the switch in the page leads from where it stands
        whole = {(link.removeprefix(BASE), tag) for link, tag in named if link.startswith(BASE)}
        switch = {(link, tag) for link, tag in named if not link.startswith(BASE)}
        assert {(unquote(link), tag) for link, tag in whole} == expected
        assert {(link.removeprefix(top) if top else target_of(name, link), tag) for link, tag in switch} <= expected
        assert len(switch) == (not name.startswith("data/cards/")), "one switch, to the other language; none on a card"


# Evidence


def test_every_fact_of_a_thing_opens_to_its_evidence(own_site: Site) -> None:
    """A row of the facts of any thing holds a closed part that leads to a statement or to a graph."""
    looked = 0
    for name, content in own_site.items():
        if not name.startswith("id/") or not name.endswith(".html"):
            continue
        facts = content.decode().partition('<section id="facts"')[2].partition("</section>")[0]
        for row in facts.split('<div class="fact">')[1:]:
            looked += 1
            for value in row.split('<div class="value">')[1:] or [row]:
                opened = value.partition("<details")[2]
                assert re.search(r'href="[^"]*(statement|graph)/', opened), (name, row)
    assert looked > 500


def test_a_fact_shows_who_says_so_and_where(site: Site) -> None:
    row = fact(site["id/book/emma.html"], "facts", "written by")
    for part in ("asserted", "Gazette office", "column 1", "10–40", "well-known, by A&amp;B … was printed", "primary"):
        assert part in row
    assert "https://example.net/gazette?leaf=1#:~:text=well%2Dknown%2C%20by%20A%26B,was%20printed" in row
    assert 'href="../../id/statement/g1.html"' in row


def test_no_text_link_where_the_words_occur_earlier(site: Site) -> None:
    links = [link for link, _ in Page(site["id/passage/gazette/50-60.html"]).links if "example.net/gazette" in link]
    assert links == ["https://example.net/gazette?leaf=1"]


def test_a_plain_record_shows_its_graph_and_grade(site: Site) -> None:
    row = fact(site["id/book/emma.html"], "facts", "is a")
    assert 'href="../../graph/record/book/emma.html"' in row
    assert "primary" in row


def test_an_opinion_is_no_fact(site: Site) -> None:
    page = site["id/book/emma.html"]
    row = fact(page, "said", "praised as")
    assert "a delight" in row
    assert '<span class="mod reported-opinion">opinion</span>' in row
    assert "a delight" not in page.decode().partition('<section id="facts"')[2].partition("</section>")[0]


def test_rivals_stand_side_by_side_with_the_reason_for_the_choice(site: Site) -> None:
    page = site["id/book/emma.html"].decode()
    differ = page.partition('<section id="differ"')[2].partition("</section>")[0]
    assert differ.index("1815") < differ.index("1816")
    assert "rejected" in differ
    assert "It stands on the title page." in differ


def test_a_translation_is_no_rival(library: Project, tmp_path: Path) -> None:
    text = CATALOGUE.replace('c:value "Emma: A Novel"@en', 'c:value "爱玛"@zh').replace('"Emma" ;', '"Emma"@en ;')
    page = dict(site_files(library, Dataset(quads(tmp_path, text), {})))["id/book/emma.html"].decode()
    differ = page.partition('<section id="differ"')[2].partition("</section>")[0]
    assert "first printed" in differ
    assert "def/calledIn" not in differ


def test_the_course_is_in_order_of_time(site: Site) -> None:
    course = Page(site["id/book/emma.html"]).text.partition("Its course")[2]
    assert course.index("21 January 1814") < course.index("planned") < course.index("December 1815")
    assert "18 July 1817" in course
    assert "1814年1月21日" in Page(site["id/book/emma.zh.html"]).text


def test_facts_stand_in_the_order_of_the_shapes(site: Site) -> None:
    facts = site["id/book/emma.html"].decode().partition('<section id="facts"')[2]
    assert facts.index("first printed") < facts.index("written by") < facts.index(">called<")


def test_a_source_reads_as_data(site: Site) -> None:
    text = Page(site["id/source/gazette.html"]).text
    assert "4 statements" in text
    assert text.index("g4") < text.index("g1")  # what has no passage comes first


def test_what_leads_to_a_thing_is_listed(site: Site) -> None:
    page = site["id/author/austen.html"].decode().partition('<section id="links"')[2]
    assert "… was written by this" in page
    assert 'href="../../id/book/emma.html"' in page


# Terms, queries, overview


def test_the_ontology_lists_its_terms_by_kind(site: Site) -> None:
    text = Page(site["def.html"]).text.partition("Cite, take with you")[2]
    assert text.index("Classes") < text.index("author") < text.index("Object properties") < text.index("written by")


def test_blank_nodes_show_on_the_page_of_their_owner(site: Site) -> None:
    assert "someValuesFrom" in Page(site["def/Book.html"]).text
    assert 'href="../id/author/austen.html"' in site["shape/Book.html"].decode()


def test_a_scheme_shows_its_tree(site: Site) -> None:
    concepts = site["scheme/modality.html"].decode().partition('<section id="concepts"')[2]
    assert re.search(r"asserted</a>\s*<ul>\s*<li><a [^>]*firmly-asserted", concepts)


def test_a_query_shows_its_answer(site: Site) -> None:
    page = site["query/books.html"].decode()
    assert '<td><a href="../id/book/emma.html">Emma</a></td>' in page
    assert "To see &lt;b&gt;them&lt;" in page
    assert site["query/books.csv"] == f"book,author,missing\r\n{BASE}id/book/emma,{BASE}id/author/austen,\r\n".encode()
    assert "有哪些书？" in Page(site["query/books.zh.html"]).text


def test_the_home_page_leads_in(site: Site) -> None:
    page = Page(site["index.html"])
    links = {link for link, _ in page.links}
    assert {"./query/books.html", "./browse/Book.html", "./browse/Source.html", "./def.html"} <= links
    assert re.search(r"statements, each with its source\s*6\s", page.text)
    assert "browse/Statement.html" not in site
    assert "404.html" in site


def test_sources_of_one_publisher_are_told_apart(library: Project, tmp_path: Path) -> None:
    herald = ":id/source/herald a c:Source"
    both = CATALOGUE.replace(herald, f"{herald} ; dcterms:publisher :id/author/gazette-office")
    shown = Site(site_files(library, Dataset(quads(tmp_path, both), {"def": BASE + "def/", "comity": COMITY})))
    page = shown["id/book/emma.html"].decode()
    assert "Gazette, first leaf" in page
    assert "Herald" in page
    assert "Gazette office" not in page.partition("<main")[2]


def test_the_page_for_what_is_missing_links_from_the_top(library: Project, site: Site, dataset: Dataset) -> None:
    assert 'href="/library/assets/comity.css"' in site["404.html"].decode()
    assert 'href="/library/index.zh.html"' in site["404.zh.html"].decode()
    assert b"ErrorDocument 404 /library/404.html" in site[".htaccess"]
    assert "hosts/w3id/.htaccess" not in site, "it would lead to itself"
    elsewhere = Site(site_files(replace(library, host="https://books.example/"), dataset))
    assert 'href="/assets/comity.css"' in elsewhere["404.html"].decode()
    assert b"ErrorDocument 404 /404.html" in elsewhere[".htaccess"]
    assert b" https://books.example/$1 " in elsewhere["hosts/w3id/.htaccess"]
    assert b"<https://example.org/library/data/catalog>" in elsewhere["data/catalog.nt"], "no IRI moves with the files"


def test_a_list_names_all_instances(site: Site) -> None:
    assert "./../id/book/emma.html" not in site
    assert 'href="../id/book/emma.html"' in site["browse/Book.html"].decode()
    assert 'href="../id/book/emma.html"' in site["browse/Thing.html"].decode()


def test_a_label_of_another_language_says_so(site: Site) -> None:
    page = site["browse/Source.zh.html"].decode()
    assert '<bdi lang="en">Herald</bdi></a> <small class="tongue">英文</small>' in page
    assert '<bdi lang="ar" dir="rtl">إيما</bdi>' in site["id/book/emma.html"].decode()


# Safety


@pytest.mark.parametrize("which", ["site", "own_site"])
def test_pages_hold_no_script_of_their_own_no_style_and_the_policy(which: str, request: pytest.FixtureRequest) -> None:
    files = request.getfixturevalue(which)
    for name, page in pages(files):
        if CARDS.fullmatch(name):
            continue
        live = LIVE_PAGES.fullmatch(name)
        top = "/" if name.startswith("404.") else way_up(name)
        script = next((path for kind, path in page.scripts if not kind and path.endswith("assets/app.js")), "")
        own = {("application/json", ""), ("", f"{way_up(name)}assets/live.js")} if live else {("application/json", "")}
        assert set(page.scripts) <= {("application/ld+json", ""), ("", script)} | own, name
        assert not script or script.startswith(top), name
        assert len(page.scripts) == len(set(page.scripts)), name
        assert bool(script) == ("assets/app.js" in files), name
        assert not {"style", "img onerror", "iframe", "object", "base"} & set(page.tags), name
        assert not [a for a, _ in page.attributes if a == "style" or a.startswith("on")], name
        policy = [value for attribute, value in page.attributes if attribute == "content" and "default-src" in value]
        kept = [PICTURES.sub("", one) if live else one for one in policy]
        assert kept in ([POLICY], [POLICY.replace("connect-src 'self'", "connect-src 'none'")]), name


def test_the_card_of_a_query_stands_alone(site: Site) -> None:
    cards = [(name, page) for name, page in pages(site) if CARDS.fullmatch(name)]
    assert cards
    for name, page in cards:
        assert page.scripts == [("application/sparql-results+json", "")], name
        assert [value for _, value in page.attributes if "default-src" in str(value)] == [CARD_POLICY]
        assert "table" in page.tags


def test_markup_in_data_is_text(site: Site) -> None:
    page = Page(site["id/author/austen.html"])
    assert PAYLOAD in page.text
    assert PAYLOAD in json.dumps(json.loads(page.jsonld), ensure_ascii=False).replace('\\"', '"')
    assert page.tags.count("img") == 1


def test_only_web_addresses_become_links(site: Site) -> None:
    page = Page(site["id/author/austen.html"])
    links = [link for link, _ in page.links]
    assert "https://example.net/?a=1&b=2" in links
    assert not [link for link in links if link.startswith("javascript")]
    assert "javascript:alert(2)" in page.text
    assert not [link for _, any_page in pages(site) for link, _ in any_page.links if "javascript" in link]


@pytest.mark.parametrize(
    "text", ["javascript:alert(1)", "data:text/html,x", "https://a b", "//example.org", 'https://a"b']
)
def test_what_is_no_web_address(text: str) -> None:
    assert web_address(text) == ""


def test_pages_are_small(own_site: Site) -> None:
    large = {n: len(c) for n, c in own_site.items() if n.endswith(".html") and len(gzip.compress(c)) > 50_000}
    assert not large


@pytest.mark.parametrize("which", ["site", "own_site"])
def test_ids_are_unique_and_labels_resolve(which: str, request: pytest.FixtureRequest) -> None:
    for name, page in pages(request.getfixturevalue(which)):
        assert len(page.ids) == len(set(page.ids)), name
        named = [value for attribute, value in page.attributes if attribute == "aria-labelledby"]
        assert set(named) <= set(page.ids), name
        assert page.tags.count("h1") == 1, name


def test_templates_hold_no_words_of_a_language() -> None:
    """Between tags and expressions of a template stand only signs."""
    for path in (ROOT / "site" / "templates").glob("*.html"):
        text = re.sub(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        text = re.sub(r"<[^>]*>", "", text.replace("&lt;", ""))
        text = re.sub(r"\bdata-[a-z-]+", "", text)  # a macro may print attributes alone
        words = re.findall(r"[A-Za-z]{3,}", text)
        assert set(words) <= {"Quads", "dir", "lang", "none"}, path.name


def test_both_languages_have_the_same_texts() -> None:
    english, chinese = (
        tomllib.loads((ROOT / "site" / f"texts.{tag}.toml").read_text(encoding="utf-8")) for tag in ("en", "zh")
    )
    assert _keys(english) == _keys(chinese)


def _keys(table: dict[str, object]) -> set[str]:
    inner = {f"{key}.{name}" for key, value in table.items() if isinstance(value, dict) for name in value}
    slots = {f"{k}{s}" for k, v in table.items() if isinstance(v, str) for s in re.findall(r"\{\w+\}", v)}
    return set(table) | inner | slots


# Names of files


@pytest.mark.parametrize("name", ["id/a", "def/1.0.0", "id/caf%20é", "id/中国/art-8", "id/it's(1)", "id/100%25"])
def test_an_iri_becomes_a_file_and_comes_back(name: str) -> None:
    paths = Paths(BASE, ("en", "zh"))
    assert paths.iri(paths.name(BASE + name)) == BASE + name
    assert unquote(href(paths.name(BASE + name))) == paths.name(BASE + name)


@pytest.mark.parametrize(
    "name",
    [
        *("a/", "a//b", "../a", "a/./b", "a#b", "a?b", "%2e%2e/a", "a%2Fb", "%61", "a%0Ab", "a%5Cb", "e\u0301"),
        *("a.ttl", "a.zh", "a.html", "index", "assets/x", "404", "x" * 300),
    ],
)
def test_an_iri_that_can_name_no_file_is_refused(name: str) -> None:
    with pytest.raises(CannotRun, match=re.escape(f"<{BASE}{name}>")):
        Paths(BASE, ("en", "zh")).name(BASE + name)


def test_an_iri_elsewhere_is_refused() -> None:
    with pytest.raises(CannotRun):
        Paths(BASE, ("en",)).name("https://example.net/a")


def test_links_lead_up_as_far_as_they_must() -> None:
    assert way_up("a.html") == "./"
    assert way_up("id/a/b.html") == "../../"


def test_a_text_link_joins_an_anchor() -> None:
    assert text_link("https://example.org/#part", "a", "") == "https://example.org/#part:~:text=a"


def test_publishing_refuses_an_unnameable_iri(library: Project) -> None:
    odd = Quad(NamedNode(BASE + "id/a?b"), NamedNode(BASE + "p"), Literal("x"))
    with pytest.raises(CannotRun):
        site_files(library, Dataset([odd], {}))


def test_a_query_that_is_none_stops_the_site(library: Project, dataset: Dataset, tmp_path: Path) -> None:
    (tmp_path / "odd.rq").write_text("# question: What?\nSELECT WHERE", encoding="utf-8")
    with pytest.raises(UsageError):
        site_files(library, dataset, load_queries(tmp_path))


def test_a_language_without_texts_is_named(library: Project, dataset: Dataset) -> None:
    with pytest.raises(ConfigError, match="'fr'"):
        list(site_files(replace(library, languages=("fr",), title={"fr": "x"}, tagline={"fr": "y"}), dataset))


def test_a_project_may_have_no_ontology_and_no_source(library: Project) -> None:
    bare = [Triple(NamedNode(BASE + "id/a"), NamedNode(BASE + "p"), Literal("x"))]
    site = dict(site_files(library, Dataset([Quad(*triple) for triple in bare], {})))
    assert {"index.html", "id/a.html", "id/a.zh.html", "id/a.ttl"} <= set(site)
