"""A file names the prefixes that it needs, so that its reader sees what it says, and no more of it changes."""

from __future__ import annotations

import io
import re

import pytest
from pyoxigraph import Literal, NamedNode, Triple, parse

from comity.core.rdf import FORMATS, TURTLE, Format, serialise
from comity.publishing.build import BuildSummary

EX = "https://example.org/"
TYPE = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
PREFIXES = {
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "ex": EX,
    "deep": f"{EX}deep/",
    "obo": f"{EX}obo_",
    "no": f"{EX}nowhere#",
}


def named(local: str) -> NamedNode:
    return NamedNode(EX + local)


@pytest.mark.parametrize(
    ("object_", "prefixes"),
    [
        (named("b"), {"ex"}),
        (named("deep/b"), {"ex", "deep"}),
        (named("deep/deeper/b"), {"ex"}),
        (NamedNode(f"{EX}obo_1"), {"ex", "obo"}),
        (Literal("ex:a, no:b"), {"ex"}),
        (Literal("b", language="en"), {"ex"}),
        (Literal("2025-07-26", datatype=NamedNode(f"{PREFIXES['xsd']}date")), {"ex", "xsd"}),
        (NamedNode(f"{PREFIXES['rdf']}List"), {"ex", "rdf"}),
    ],
)
@pytest.mark.parametrize("format_", FORMATS, ids=[one.suffix for one in FORMATS])
def test_prefixes_are_those_that_are_needed(format_: Format, object_: NamedNode | Literal, prefixes: set[str]) -> None:
    triples = [Triple(named("a"), TYPE, named("C")), Triple(named("a"), named("p"), object_)]
    text = serialise(triples, format_, PREFIXES)
    assert {one.triple for one in parse(io.BytesIO(text), format=format_.writer)} == set(triples)
    if format_ is TURTLE:
        assert set(re.findall(r"(?m)^@prefix ([\w-]*):", text.decode())) == prefixes
    if format_.suffix == "rdf":
        assert set(re.findall(r"xmlns:([\w-]+)=", text.decode())) <= prefixes | {"rdf", "its"}


def test_a_statement_begins_with_its_prefixes_and_nothing_else(built: BuildSummary) -> None:
    files = sorted((built.site / "id" / "statement").glob("*.ttl"))[:200]
    assert files
    for file in files:
        head, _, body = file.read_text(encoding="utf-8").partition("\n<")
        for name in re.findall(r"@prefix ([\w-]*):", head):
            assert f"{name}:" in body, f"{file.name} does not need {name}"
