"""Every IRI of ours gives the right answer from the server, in every format and in the page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from random import Random
from urllib.request import Request, urlopen

import pytest
from pyoxigraph import CanonicalizationAlgorithm, Dataset, NamedNode, Triple, parse
from rdflib import Graph
from rdflib.compare import to_isomorphic

from comity.conversion.project import Conversion
from comity.core.project import Project
from comity.core.rdf import FORMATS, JSON_LD, Format
from comity.publishing.site import EMBEDDED_LIMIT

SCRIPT = re.compile(r'<script type="application/ld\+json"[^>]*>(.*?)</script>', re.DOTALL)


def ours(conversion: Conversion, base: str) -> Iterator[str]:
    for subject in conversion.dataset.by_subject:
        if isinstance(subject, NamedNode) and subject.value.startswith(base):
            yield subject.value


def fetch(url: str, accept: str) -> tuple[str, str]:
    with urlopen(Request(url, headers={"Accept": accept}), timeout=60) as answer:
        return answer.headers["Content-Type"], answer.read().decode()


def triples(text: str, format_: Format) -> set[Triple]:
    """Return a document's triples, blank nodes named by the canonicalization of RDF datasets."""
    found = Dataset(parse(input=text, format=format_.writer))
    found.canonicalize(CanonicalizationAlgorithm.UNSTABLE)
    return {quad.triple for quad in found}


def test_every_iri_answers_in_every_format(conversion: Conversion, project: Project, site_url: str) -> None:
    iris = sorted(ours(conversion, project.base))
    assert len(iris) > 400
    for iri in iris:
        url = iri.replace(project.base, f"{site_url}/")
        expected = None
        for format_ in FORMATS:
            media_type, text = fetch(url, format_.media_type)
            assert media_type.split(";")[0] == format_.media_type, iri
            found = triples(text, format_)
            assert len(found) > 0, iri
            expected = expected or found
            assert found == expected, f"{iri} differs in {format_.name}"
        media_type, page = fetch(url, "text/html")
        assert media_type.startswith("text/html")
        embedded = SCRIPT.search(page)
        if not embedded:
            assert len(fetch(url, JSON_LD.media_type)[1].encode()) > EMBEDDED_LIMIT, iri
            continue
        assert triples(embedded[1], JSON_LD) == expected, f"{iri}: page and RDF differ"


def test_rdflib_reads_the_same_in_every_format(conversion: Conversion, project: Project, site_url: str) -> None:
    """A second parser over a sample; the first one read them all."""
    iris = sorted(ours(conversion, project.base))
    for iri in Random(7).sample(iris, 60):
        url = iri.replace(project.base, f"{site_url}/")
        graphs = [Graph().parse(data=fetch(url, one.media_type)[1], format=one.media_type) for one in FORMATS]
        assert all(to_isomorphic(graphs[0]) == to_isomorphic(other) for other in graphs[1:]), iri


@pytest.mark.parametrize("name", ["id/institution/world-ai-cooperation-organization-proposal", "def/Statement", "def"])
def test_rdflib_parses_an_iri_by_its_address(site_url: str, project: Project, name: str) -> None:
    found = Graph().parse(f"{site_url}/{name}")
    assert any(str(subject) == project.base + name for subject in found.subjects())


def test_a_statement_about_a_thing_is_in_its_description(site_url: str, project: Project) -> None:
    found = Graph().parse(f"{site_url}/id/instrument/global-ai-governance-action-plan-2025")
    statements = [s for s, p, _ in found if str(p) == f"{project.namespace}subject"]
    assert len(statements) > 10
