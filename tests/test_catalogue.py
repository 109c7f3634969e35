"""The dataset as a whole: dumps that hold the same, counts that are true, links by which machines find their way."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from urllib.parse import unquote
from urllib.request import Request, urlopen
from xml.etree import ElementTree

import pytest
import rdflib
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Triple, parse
from rdflib import RDF, URIRef
from rdflib.compare import isomorphic, to_canonical_graph
from rdflib.graph import DATASET_DEFAULT_GRAPH_ID

from comity.conversion.csvw import load_descriptions
from comity.conversion.project import Conversion
from comity.conversion.tables import TableConverter
from comity.core.diagnostics import Report
from comity.core.project import Project
from comity.core.rdf import DATASET_FORMATS, FORMATS, serialise, serialise_graphs, serialise_quads, spell_tag
from comity.publishing.build import BuildSummary
from comity.publishing.dumps import REIFIES
from comity.store.dataset import DEFAULT, Dataset

VOID = rdflib.Namespace("http://rdfs.org/ns/void#")
DCAT = rdflib.Namespace("http://www.w3.org/ns/dcat#")
TAGGED = ("zh-Hant-TW", "en-GB", "en", "sl-rozaj-biske", "en-x-us")


def size(folder: Path, name: str) -> int:
    return len((folder / name).read_bytes())


def test_the_dumps_hold_the_same_quads(built: BuildSummary, conversion: Conversion) -> None:
    data = built.site / "data"
    expected = serialise_quads(conversion.dataset.quads)
    for suffix, format_ in (("nq", RdfFormat.N_QUADS), ("trig", RdfFormat.TRIG)):
        assert serialise_quads(parse(path=str(data / f"dataset.{suffix}"), format=format_)) == expected
    other = rdflib.Dataset()
    other.parse(data / "dataset.jsonld", format="json-ld")
    assert len(set(other.quads())) == len(conversion.dataset.quads)


def test_the_dumps_read_the_same_in_a_second_parser(built: BuildSummary, conversion: Conversion) -> None:
    quads = {
        format_: rdflib.Dataset().parse(built.site / "data" / f"dataset.{suffix}", format=format_)
        for suffix, format_ in (("nq", "nquads"), ("trig", "trig"), ("jsonld", "json-ld"))
    }
    for graph in list(conversion.dataset.by_graph)[:40]:
        found = [
            one.graph(DATASET_DEFAULT_GRAPH_ID if graph == DEFAULT else URIRef(graph.value)) for one in quads.values()
        ]
        if graph != DEFAULT:
            assert len(found[0]) == len(conversion.dataset.by_graph[graph])
            assert all(isomorphic(found[0], one) for one in found[1:]), graph
    plain = rdflib.Graph().parse(built.site / "data" / "dataset.ttl")
    assert len(plain) == len(conversion.dataset.by_graph[DEFAULT])


def test_packed_dumps_hold_the_same_and_no_time(built: BuildSummary) -> None:
    packed = list((built.site / "data").glob("*.gz"))
    assert len(packed) == 4
    for path in packed:
        content = path.read_bytes()
        assert gzip.decompress(content) == path.with_suffix("").read_bytes()
        assert content[4:8] == b"\0\0\0\0"


def test_statements_are_reifiers_of_what_they_say(built: BuildSummary, conversion: Conversion) -> None:
    quads = list(parse(path=str(built.site / "data" / "statements-rdf12.ttl"), format=RdfFormat.TURTLE))
    reified = [quad for quad in quads if quad.predicate == REIFIES]
    assert len({quad.subject for quad in reified}) == conversion.counts["statements"] > 100
    assert all(isinstance(quad.object, Triple) for quad in reified)
    assert {quad.triple for quad in quads} >= conversion.dataset.facts


def test_a_table_of_each_class_gives_its_triples_back(built: BuildSummary, conversion: Conversion) -> None:
    folder = built.site / "data" / "tables"
    tables = load_descriptions(folder)
    assert len(tables) > 5
    for table in tables:
        report = Report()
        converter = TableConverter(table, {}, report, table.path.name)
        found = {quad.triple for quad in converter.quads()}
        assert not report.findings, report.text()
        plain = {q.triple for q in conversion.dataset.by_graph[DEFAULT]}
        assert found <= plain, sorted(map(str, found - plain))[:3]
        subjects = {triple.subject for triple in found}
        held = {t for t in plain if t.subject in subjects and str(t.object)[:2] != "_:" and t.object.value}
        assert found == held, table.path.name


def test_the_context_reads_its_terms(built: BuildSummary) -> None:
    context = json.loads((built.site / "data" / "context.jsonld").read_text(encoding="utf-8"))
    text = json.dumps({**context, "id": "https://example.org/x", "adoptedBy": "https://example.org/y"})
    found = rdflib.Graph().parse(data=text, format="json-ld")
    assert [str(o) for o in found.objects()] == ["https://example.org/y"]


@pytest.mark.parametrize("format_", [*FORMATS, *DATASET_FORMATS], ids=lambda one: one.suffix)
def test_language_tags_are_spelt_as_they_should_be(format_) -> None:
    about, says = NamedNode("https://example.org/a"), NamedNode("https://example.org/p")
    odd = ['"@en-gb', "@en-gb", '\\"@en-gb', '{"@language":"en-gb"}', "<a xml:lang='en-gb'>", 'x\\"', "@EN-gb\n"]
    quads = [Quad(about, says, Literal(text, language=tag)) for tag in TAGGED for text in odd]
    quads += [Quad(about, says, Literal(text)) for text in odd]
    if format_ in FORMATS:
        content = serialise([quad.triple for quad in quads], format_, {})
    elif format_.suffix == "nq":
        content = serialise_quads(quads)
    else:
        content = serialise_graphs(quads, format_, {})
    assert all(tag.encode() in content for tag in TAGGED)
    assert set(parse(input=content, format=format_.writer)) == set(quads)
    assert {spell_tag(tag.lower()) for tag in TAGGED} == set(TAGGED)


def test_literals_are_published_as_they_stand() -> None:
    xsd = "http://www.w3.org/2001/XMLSchema#"
    texts = [("01", "integer"), ("2025-01-01T00:00:00+00:00", "dateTime"), ("1.50", "decimal"), ("1", "boolean")]
    triples = [
        Triple(
            NamedNode("https://example.org/a"),
            NamedNode("https://example.org/p"),
            Literal(t, datatype=NamedNode(xsd + d)),
        )
        for t, d in texts
    ]
    for format_ in FORMATS:
        assert {q.triple for q in parse(input=serialise(triples, format_, {}), format=format_.writer)} == set(triples)


def test_void_counts_are_true(built: BuildSummary, project: Project) -> None:
    described = rdflib.Graph().parse(built.site / "data" / "catalog.ttl")
    data = URIRef(f"{project.base}data/catalog#dataset")
    quads = list(parse(path=str(built.site / "data" / "dataset.nq"), format=RdfFormat.N_QUADS))
    triples = {quad.triple for quad in quads}
    expected = {
        "triples": len(triples),
        "distinctSubjects": len({one.subject for one in triples}),
        "distinctObjects": len({one.object for one in triples}),
        "properties": len({one.predicate for one in triples}),
    }
    for name, number in expected.items():
        assert described.value(data, VOID[name]).toPython() == number, name
    parts = list(described.objects(data, VOID.propertyPartition))
    assert len(parts) == expected["properties"]
    assert sum(described.value(part, VOID.triples).toPython() for part in parts) == len(triples)
    pages = {path.name.removesuffix(".linkset") for path in built.site.rglob("*.linkset")}
    assert pages
    assert described.value(data, VOID.entities).toPython() == sum(1 for _ in built.site.rglob("*.linkset"))


def test_every_download_is_there_in_its_size(built: BuildSummary, project: Project) -> None:
    described = rdflib.Graph().parse(built.site / "data" / "catalog.ttl")
    files = list(described.subjects(RDF.type, DCAT.Distribution))
    assert len(files) > 20
    for file in files:
        name = unquote(str(file).removeprefix(project.base))
        assert described.value(file, DCAT.byteSize).toPython() == size(built.site, name)
    assert (built.site / ".well-known" / "void").read_bytes() == (built.site / "data" / "catalog.ttl").read_bytes()


def test_the_sitemap_lists_every_page(built: BuildSummary, project: Project) -> None:
    tree = ElementTree.parse(built.site / "sitemap.xml")
    listed = {unquote(one.text or "").removeprefix(project.base) for one in tree.iter() if one.tag.endswith("loc")}
    pages = {path.relative_to(built.site).as_posix() for path in built.site.rglob("*.html")}
    # The first page of a list leads to its others, and a card is a part of the page of its question.
    pages = {name for name in pages if not name.startswith(("more/", "data/cards/"))}
    assert listed == pages - {"404.html", "404.zh.html"}
    assert f"Sitemap: {project.base}sitemap.xml" in (built.site / "robots.txt").read_text(encoding="utf-8")


def test_the_crate_holds_the_dumps(built: BuildSummary) -> None:
    graph = json.loads((built.site / "ro-crate-metadata.json").read_text(encoding="utf-8"))["@graph"]
    root = next(one for one in graph if one["@id"] == "./")
    assert {"name", "description", "license", "datePublished"} <= set(root)
    assert all((built.site / part["@id"]).is_file() for part in root["hasPart"])
    assert len(root["hasPart"]) > 20


def test_every_thing_can_be_cited(built: BuildSummary, project: Project) -> None:
    looked = 0
    for path in built.site.rglob("*.bib"):
        item = json.loads(path.with_suffix(".csljson").read_text(encoding="utf-8"))[0]
        text = path.read_text(encoding="utf-8")
        assert text.count("{") - text.count("\\{") == text.count("}") - text.count("\\}"), path
        assert f"url = {{{item['URL']}}}" in text
        assert item["title"]
        looked += 1
    assert looked == sum(1 for _ in built.site.rglob("*.linkset")) > 1000


def test_the_signposts_stand_in_the_header(site_url: str, project: Project) -> None:
    with urlopen(Request(f"{site_url}/def/Instrument", headers={"Accept": "text/html"}), timeout=60) as answer:
        links = answer.headers["Link"]
        page = answer.read().decode()
    iri = f"{project.base}def/Instrument"
    for relation in ("canonical", "alternate", "describedby", "cite-as", "license", "type", "linkset"):
        assert f'rel="{relation}"' in links, relation
        assert f'rel="{relation}' in page or f' {relation}"' in page, relation
    assert f'<{iri}>; rel="cite-as"' in links


def test_canonical_graphs_agree(built: BuildSummary) -> None:
    forms = [
        rdflib.Graph().parse(built.site / "data" / f"catalog.{one.suffix}") for one in FORMATS if one.suffix != "rdf"
    ]
    assert len({frozenset(to_canonical_graph(form)) for form in forms}) == 1


def test_facts_of_a_dataset_without_statements() -> None:
    triple = Triple(NamedNode("https://example.org/a"), NamedNode("https://example.org/p"), Literal("x"))
    assert Dataset([Quad(*triple)], {}).facts == frozenset()
