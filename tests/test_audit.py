"""The audit finds what is wrong with a site, built or served, and nothing where all is well."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace as with_
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
import rdflib

from comity.core.errors import UnreadableInput
from comity.core.manifest import input_digest, tree_digest
from comity.core.project import Project, load_project
from comity.core.starter import start_project
from comity.publishing.audit import (
    CHECKS,
    CODES,
    Audit,
    audit,
    audit_files,
    audit_served,
    base_of,
    is_of_audit,
    write_record,
)
from comity.publishing.audited import Bounds
from comity.publishing.build import BuildSummary, build
from comity.publishing.fairness import Result, own_score, score
from comity.publishing.foreign import publish_files
from comity.serving.asking import asking

EARL = rdflib.Namespace("http://www.w3.org/ns/earl#")
DQV = rdflib.Namespace("http://www.w3.org/ns/dqv#")
ZOO = """
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix : <http://example.org/zoo/> .
:Animal a owl:Class ; rdfs:label "animal"@en . :eats a owl:ObjectProperty ; rdfs:label "eats"@en .
:lion a :Animal ; :eats :gnu . :gnu a :Animal .
"""
LONG = "".join(map(chr, range(0x3400, 0x9FFF)))
Break = Callable[[Path], object]


@pytest.fixture
def zoo(tmp_path: Path) -> Path:
    (tmp_path / "zoo.ttl").write_text(ZOO, encoding="utf-8")
    publish_files([tmp_path / "zoo.ttl"], "http://example.org/zoo/", tmp_path / "site")
    return tmp_path / "site"


def audited(site: Path) -> Audit:
    """Audit a folder as the command does."""
    return audit(site, asking(site, base_of(site)))


def replace(site: Path, name: str, old: str, new: str) -> None:
    text = (site / name).read_text(encoding="utf-8")
    assert old in text
    (site / name).write_text(text.replace(old, new), encoding="utf-8")


def test_a_sound_site_has_no_findings(zoo: Path) -> None:
    report = audited(zoo).report
    assert report.ok, report.text()
    assert not report.findings
    assert set(report.inspected) == set(CHECKS) == set(CODES)
    assert all(report.inspected.values())
    assert report.not_run == {"FAIR tests": "the site describes no ontology of its own"}


@pytest.mark.parametrize(
    ("code", "harm"),
    [
        ("AUD001", lambda site: replace(site, "lion.html", 'href="./gnu.html"', 'href="./gnus.html"')),
        ("AUD001", lambda site: replace(site, "lion.html", 'href="#main"', 'href="#nowhere"')),
        ("AUD001", lambda site: replace(site, "404.html", 'href="/zoo/index.html"', 'href="/zoo/inde.html"')),
        ("AUD002", lambda site: (site / "lion.nt").unlink()),
        ("AUD003", lambda site: (site / "lion.nt").write_text("<http://a.example/> <http://a.example/> 1 .")),
        ("AUD003", lambda site: (site / "lion.nt").write_text("")),
        ("AUD003", lambda site: replace(site, "lion.jsonld", "http://example.org/zoo/gnu", "http://example.org/zoo/gna")),
        ("AUD004", lambda site: replace(site, "lion.html", "<html lang", "<html data-lang")),
        ("AUD004", lambda site: replace(site, "lion.html", "</h1>", "</h1><h1>again</h1>")),
        ("AUD004", lambda site: replace(site, "lion.html", 'alt=""', "")),
        ("AUD004", lambda site: replace(site, "lion.html", "<main ", "<div ")),
        ("AUD004", lambda site: replace(site, "lion.html", 'href="#main"', 'href="./gnu.html"')),
        ("AUD004", lambda site: replace(site, "lion.html", "</h1>", "</h1><input name=q>")),
        ("AUD005", lambda site: replace(site, "lion.html", "</h1>", f"</h1>{LONG}")),
        ("AUD006", lambda site: replace(site, "data/catalog.ttl", "void:entities ", "void:entities 1")),
        ("AUD007", lambda site: replace(site, "data/dataset.nq", "zoo/eats> <", "zoo/devours> <")),
        ("AUD008", lambda site: (site / "lion.html").unlink()),
    ],
)  # fmt: skip
def test_each_harm_is_found(zoo: Path, code: str, harm: Break) -> None:
    harm(zoo)
    report = audited(zoo).report
    assert code in {found.code for found in report.findings}, report.text()


def test_a_labelled_field_is_no_harm(zoo: Path) -> None:
    fields = '<label for="q">find</label><input id="q"><label>also <input></label><input aria-label="x">'
    replace(zoo, "lion.html", "</h1>", f"</h1>{fields}")
    assert audited(zoo).report.ok


def test_a_site_without_a_dataset_does_not_pass(zoo: Path) -> None:
    (zoo / "data" / "dataset.nq").unlink()
    assert not audited(zoo).report.ok


def test_an_empty_folder_is_no_site(tmp_path: Path) -> None:
    with pytest.raises(UnreadableInput):
        audit(tmp_path)


def test_a_folder_that_nobody_answers_for_is_not_judged_by_its_answers(zoo: Path) -> None:
    report = audit(zoo).report
    assert report.ok
    assert set(report.not_run) == {"answers to clients", "FAIR tests"}


def test_the_outcome_is_rdf_about_the_digest(zoo: Path) -> None:
    sound = audited(zoo)
    for suffix, format_ in (("ttl", "turtle"), ("jsonld", "json-ld"), ("nt", "nt"), ("rdf", "xml")):
        graph = rdflib.Graph().parse(data=dict(audit_files(sound.record()))[f"audit.{suffix}"], format=format_)
        assert len(set(graph.subjects(EARL.outcome, EARL.passed))) == len(CHECKS)
        assert set(graph.objects(None, EARL.subject)) == {rdflib.URIRef(sound.subject)}
        assert len(set(graph.objects(rdflib.URIRef(sound.subject), DQV.hasQualityMeasurement))) == len(CHECKS)
        for measurement in graph.subjects(rdflib.RDF.type, DQV.QualityMeasurement):
            assert (graph.value(measurement, DQV.isMeasurementOf), rdflib.RDF.type, DQV.Metric) in graph
    (zoo / "lion.nt").unlink()
    harmed = audited(zoo)
    assert harmed.subject != sound.subject
    assert b"earl:failed" in dict(audit_files(harmed.record()))["audit.ttl"]


# Served


class Plain(SimpleHTTPRequestHandler):
    """Serves files as any host does that knows nothing of negotiation."""

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def plain_server(folder: Path) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Plain, directory=folder))
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()


SERVE = """
import sys
from pathlib import Path
from comity.serving.server import serve
serve(Path(sys.argv[1]), "127.0.0.1", 0, base=sys.argv[2])
"""


@contextmanager
def our_server(folder: Path, base: str) -> Iterator[str]:
    server = subprocess.Popen([sys.executable, "-c", SERVE, str(folder), base], stdout=subprocess.PIPE, text=True)
    assert server.stdout is not None
    try:
        line = next(line for line in server.stdout if "http://" in line)
        yield line[line.index("http://") :].split()[0]
    finally:
        server.terminate()
        server.wait(timeout=60)


def test_a_served_site_is_as_sound_as_its_folder(zoo: Path) -> None:
    with our_server(zoo, "http://example.org/zoo/") as address:
        found = audit_served(address)
    assert found.report.ok, found.report.text()
    assert not found.report.findings
    assert found.report.inspected["things"] == 4
    assert found.report.inspected["answers to clients"] == 20
    assert found.subject == address


def test_a_host_that_does_not_negotiate_is_found_out(zoo: Path) -> None:
    replace(zoo, "lion.html", 'href="./gnu.html"', 'href="./gnus.html"')
    with plain_server(zoo) as address:
        report = audit_served(address).report
    codes = {found.code for found in report.findings}
    assert {"AUD001", "AUD008"} <= codes
    assert "AUD007" not in codes


def test_an_audit_over_the_network_keeps_to_its_bounds(zoo: Path) -> None:
    with plain_server(zoo) as address:
        few = audit_served(address, Bounds(pages=2)).report
        late = audit_served(address, Bounds(seconds=0)).report
    assert few.inspected["pages"] == 2
    assert "AUD010" in {found.code for found in few.findings}
    assert not late.ok
    with pytest.raises(UnreadableInput, match="does not answer"):
        audit_served(address)


def test_an_audit_over_the_network_never_leaves_the_site(zoo: Path, tmp_path: Path) -> None:
    asked: list[str] = []

    class Elsewhere(Plain):
        def do_GET(self) -> None:
            asked.append(self.path)

    other = ThreadingHTTPServer(("127.0.0.1", 0), Elsewhere)
    Thread(target=other.serve_forever, daemon=True).start()
    replace(zoo, "lion.html", 'href="./gnu.html"', f'href="http://127.0.0.1:{other.server_port}/gnu.html"')
    with plain_server(zoo) as address:
        audit_served(address)
    other.shutdown()
    assert not asked


# Shown by the site


def test_the_next_build_shows_the_audit_and_no_digest_moves(tmp_path: Path) -> None:
    start_project(tmp_path / "room", "https://example.org/room/", "Reading Room")
    project = load_project(tmp_path / "room")
    assert build(project).report.ok
    site = project.build / "site"
    assert "has not been audited yet" in (site / "audit.html").read_text(encoding="utf-8")
    found, inputs = audited(site), input_digest(project)
    assert found.report.ok, found.report.text()
    assert found.fair
    write_record(project, found)
    assert input_digest(project) != inputs, "an audit is something new to show"
    assert not build(project).unchanged
    page = (site / "audit.html").read_text(encoding="utf-8")
    assert found.subject in page
    assert "PURL1" in page
    assert found.subject == f"urn:sha256:{tree_digest(site, is_of_audit)}", "the audit names what stands beside it"
    graph = rdflib.Graph().parse(site / "audit.ttl")
    assert (None, EARL.subject, rdflib.URIRef(found.subject)) in graph
    again = audited(site)
    assert again.record() == {**found.record(), "inspected": again.report.inspected}
    before = tree_digest(site)
    write_record(project, found)
    assert build(project).unchanged
    assert build(project, force=True).counts == build(project).counts
    assert tree_digest(site) == before


# FAIR


def test_the_score_is_that_of_foops() -> None:
    results = [Result("A", "F1", 1, 1), Result("B", "F1", 4, 3), Result("C", "F1", 1, 0, untested=True)]
    assert score(results) == pytest.approx((1 + 0.75) / 3)
    assert own_score(results) == pytest.approx((1 + 0.75) / 2)
    assert [one.outcome for one in results] == ["passed", "failed", "untested"]


def test_our_ontology_lacks_only_what_others_give(built: BuildSummary, project: Project) -> None:
    """Against our server: all but the DOI, and what a registry or the host of the licence would have to say."""
    found = audit(built.site, asking(built.site, project.base))
    short = {one.test: (one.passed, one.parts) for one in found.fair if one.passed < one.parts}
    assert len(found.fair) == 24
    assert short == {"OM3": (5, 6), "OM4_2": (0, 1), "FIND2": (0, 2), "FIND3": (0, 1), "FIND_3_BIS": (0, 1)}
    assert own_score(found.fair) >= 0.95
    assert found.report.ok, found.report.text()
    elsewhere = {"FIND3", "FIND_3_BIS", "OM4_2"}  # which a registry of ontologies and the licence's host would pass
    passed = [with_(one, passed=one.parts) if one.test in elsewhere else one for one in found.fair]
    assert score(passed) >= 0.95, "without the registry of prefixes and the DOI"


@pytest.mark.parametrize(
    ("test", "old", "new"),
    [
        ("OM1", "dcterms:title", "dcterms:alternative"),
        ("OM2", "dcterms:created", "dcterms:date"),
        ("OM4_1", "dcterms:license <https", "dcterms:relation <https"),
        ("FIND1", "vann:preferredNamespacePrefix", "vann:example"),
        ("VER1", "owl:versionIRI <http://example.org/zoo/1.0>", "owl:versionIRI <http://example.org/zoo>"),
        ("VER2", "<http://example.org/zoo/1.0> rdfs", "<http://example.org/zoo/2.0> rdfs"),
        ("VOC2", "prov:Entity a", ":Entity a"),
        ("VOC3", 'rdfs:label "animal"@en', 'rdfs:comment "animal"@en'),
        ("VOC4", 'skos:definition "It lives."@en', 'skos:note "It lives."@en'),
    ],
)
def test_each_test_fails_for_what_it_tests(tmp_path: Path, test: str, old: str, new: str) -> None:
    assert old in FAIR
    failed = [{one.test for one in fair(tmp_path / name, text) if one.passed < one.parts} for name, text in
              (("sound", FAIR), ("harmed", FAIR.replace(old, new)))]  # fmt: skip
    assert test not in failed[0]
    assert test in failed[1]


FAIR = """
@prefix dcterms: <http://purl.org/dc/terms/> . @prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix prov: <http://www.w3.org/ns/prov#> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> . @prefix vann: <http://purl.org/vocab/vann/> .
@prefix : <http://example.org/zoo/> .
<http://example.org/zoo> a owl:Ontology ; owl:versionIRI <http://example.org/zoo/1.0> ; owl:versionInfo "1.0" ;
    dcterms:title "Zoo"@en ; dcterms:description "Animals."@en ; dcterms:created "2026" ; dcterms:creator "We" ;
    dcterms:license <https://creativecommons.org/licenses/by/4.0/> ; dcterms:bibliographicCitation "We: Zoo." ;
    vann:preferredNamespacePrefix "zoo" ; vann:preferredNamespaceUri "http://example.org/zoo/" .
<http://example.org/zoo/1.0> rdfs:label "Zoo 1.0"@en .
:Animal a owl:Class ; rdfs:label "animal"@en ; skos:definition "It lives."@en ;
    rdfs:isDefinedBy <http://example.org/zoo> .
prov:Entity a owl:Class ; rdfs:isDefinedBy <http://www.w3.org/ns/prov-o#> .
"""


def fair(folder: Path, text: str) -> list[Result]:
    folder.mkdir()
    (folder / "zoo.ttl").write_text(text, encoding="utf-8")
    publish_files([folder / "zoo.ttl"], "http://example.org/zoo/", folder / "site")
    return audited(folder / "site").fair


def test_the_verb(tmp_path: Path, zoo: Path) -> None:
    def comity(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "comity", *arguments]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)

    done = comity("audit", "site", "--out", "out.ttl", "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout.splitlines()[-1])["inspected"]["things"] == 4
    assert len(rdflib.Graph().parse(tmp_path / "out.ttl")) > 30
    (zoo / "lion.nt").unlink()
    harmed = comity("audit", "site", "--format", "sarif")
    assert harmed.returncode == 1
    assert "AUD002" in harmed.stdout
    with plain_server(zoo) as address:
        assert comity("audit", address, "--pages", "3").returncode == 1
    assert comity("audit", "http://127.0.0.1:9/").returncode == 3
    assert comity("audit", "nothing").returncode == 2
