"""Shapes that judge in parts find what they find at once, and judge again only what a change concerns."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, parse
from pyshacl import Validator
from rdflib import Graph

from comity.checking import parts
from comity.checking.shapes import check_shapes
from comity.checking.verdicts import Verdicts
from comity.core.diagnostics import Location, Report
from comity.core.errors import UnreadableInput
from comity.model.vocabulary import LABEL, TYPE
from comity.store.dataset import DEFAULT, Dataset

EX = "http://example.org/"
SHAPES = """@prefix ex: <http://example.org/> . @prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
ex:Thing a sh:NodeShape ; sh:targetClass ex:T ;
  sh:property [ sh:path rdfs:label ; sh:minCount 1 ; sh:uniqueLang true ; sh:pattern "^Thing" ] ,
    [ sh:path ex:next ; sh:class ex:T ; sh:node ex:Named ] ,
    [ sh:path (ex:next ex:next) ; sh:maxCount 2 ] , [ sh:path [ sh:inversePath ex:next ] ; sh:maxCount 1 ] ,
    [ sh:path ex:number ; sh:lessThan ex:most ; sh:datatype xsd:integer ; sh:severity sh:Info ] .
ex:Named a sh:NodeShape ; sh:property [ sh:path rdfs:label ; sh:minCount 1 ] .
ex:Pointed a sh:NodeShape ; sh:targetObjectsOf ex:next ; sh:or ( [ sh:class ex:T ] [ sh:class ex:U ] ) .
ex:Asked a sh:NodeShape ; sh:targetSubjectsOf ex:number ; sh:sparql [ sh:message "a twin" ; sh:select
  "SELECT $this WHERE { $this <{EX}number> ?n . ?other <{EX}number> ?n . FILTER(?other != $this) }" ] .
""".replace("{EX}", EX)
THINGS = 60


SHAPE_QUADS = list(parse(SHAPES, format=RdfFormat.TURTLE))


def shapes() -> list[Quad]:
    return SHAPE_QUADS


def thing(number: int) -> NamedNode:
    return NamedNode(f"{EX}id/{number}")


def things() -> Iterator[Quad]:
    for number in range(THINGS):
        one = thing(number)
        yield Quad(one, TYPE, NamedNode(EX + "T"), DEFAULT)
        yield Quad(one, LABEL, Literal(f"Thing {number}", language="en"), NamedNode(EX + "names"))
        yield Quad(one, NamedNode(EX + "next"), thing((number + 1) % THINGS), DEFAULT)
        yield Quad(one, NamedNode(EX + "number"), Literal(number), DEFAULT)
        yield Quad(one, NamedNode(EX + "most"), Literal(number + 1), DEFAULT)


def nowhere(_: object) -> dict[tuple[str, str], Location]:
    return {}


def judged(quads: list[Quad], folder: Path | None) -> Report:
    return by_shapes(shapes(), quads, folder)


def by_shapes(held: list[Quad], quads: list[Quad], folder: Path | None) -> Report:
    verdicts = Verdicts(folder)
    report = check_shapes(Dataset(quads, {}), held, nowhere, "en", verdicts)
    verdicts.keep()
    return report


def said(report: Report) -> list[tuple[str, ...]]:
    """Return the findings without the names of shapes and paths that are blank."""
    paths = (one.path if one.path.startswith("http") else "" for one in report.findings)
    return sorted(
        (str(one.severity), one.focus, path, one.value, one.message)
        for one, path in zip(report.findings, paths, strict=True)
    )


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many shapes judged each part: one entry each."""
    runs: list[int] = []
    judge = parts.judge

    def counting(validator: Validator, targets: parts.Targets) -> Graph:
        runs.append(len(targets))
        return judge(validator, targets)

    monkeypatch.setattr(parts, "judge", counting)
    return runs


def mutated(quads: list[Quad], chance: random.Random) -> Iterator[Quad]:
    for quad in quads:
        fate = chance.random()
        if fate < 0.01:
            continue
        if fate < 0.02:
            yield Quad(quad.subject, quad.predicate, Literal(f"Thing {fate}", language="en"), quad.graph_name)
        elif fate < 0.03:
            yield Quad(quad.subject, quad.predicate, thing(chance.randrange(THINGS + 3)), quad.graph_name)
        yield quad


def test_after_any_changes_parts_find_what_the_whole_finds(tmp_path: Path) -> None:
    chance, quads = random.Random(11), list(things())  # no secret
    found = 0
    for _ in range(8):
        parts, whole = judged(quads, tmp_path), judged(quads, None)
        assert said(parts) == said(whole)
        assert parts.inspected == whole.inspected
        found += len(whole.findings)
        quads = list(dict.fromkeys(mutated(quads, chance)))
    assert found > 50


def test_a_change_has_few_parts_judged_again(tmp_path: Path, counted: list[int]) -> None:
    quads = list(things())
    judged(quads, tmp_path)
    assert len(counted) > THINGS / 2
    counted.clear()
    judged(quads, tmp_path)
    assert not counted, "nothing changed"
    label = Literal("Thing of another name", language="en")
    other = [
        q if q.predicate != LABEL or q.subject != thing(7) else Quad(q.subject, LABEL, label, q.graph_name)
        for q in quads
    ]
    judged(other, tmp_path)
    assert 1 <= len(counted) <= 2, "the thing itself, and the one whose next must have a name"


def test_a_thing_that_comes_is_judged_in_whichever_part_it_falls(tmp_path: Path) -> None:
    quads = list(things())
    judged(quads, tmp_path)
    come = [*quads, *(Quad(thing(number), TYPE, NamedNode(EX + "T"), DEFAULT) for number in range(THINGS, 2 * THINGS))]
    parts, whole = judged(come, tmp_path), judged(come, None)
    assert said(parts) == said(whole)
    assert len(parts.findings) >= THINGS, "each of them lacks a name"
    assert said(judged(quads, tmp_path)) == said(judged(quads, None)), "and no longer when it is gone"


def test_other_shapes_judge_all_again(tmp_path: Path, counted: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    judged(list(things()), tmp_path)
    first = len(counted)
    fewer = [quad for quad in shapes() if quad.object.value != f"{EX}Named"]  # type: ignore[union-attr]
    by_shapes(fewer, list(things()), tmp_path)
    assert len(counted) == 2 * first


def test_whatever_a_closed_shape_forbids_is_found_in_parts_too(tmp_path: Path) -> None:
    text = f"{SHAPES}\nex:Closed a sh:NodeShape ; sh:targetClass ex:T ; sh:closed true ; sh:property "
    allowed = " , ".join(f"[ sh:path {path} ]" for path in ("rdfs:label", "ex:next", "ex:number", "ex:most"))
    closed = list(parse(f"{text}{allowed} ; sh:ignoredProperties ( <{TYPE.value}> ) .", format=RdfFormat.TURTLE))
    quads = list(things())
    assert by_shapes(closed, quads, tmp_path).ok
    odd = [*quads, Quad(thing(5), NamedNode(EX + "odd"), Literal("one more"), DEFAULT)]
    report = by_shapes(closed, odd, tmp_path)
    assert [(one.focus, one.path) for one in report.findings] == [(thing(5).value, f"{EX}odd")]


@pytest.mark.parametrize("name", ["shapes.json", "shapes.nq"])
@pytest.mark.parametrize("content", [b"", b"{}", b'{"parts": 1}', b"\xff"])
def test_broken_notes_count_as_none(tmp_path: Path, name: str, content: bytes, counted: list[int]) -> None:
    judged(list(things()), tmp_path)
    first = len(counted)
    (tmp_path / name).write_bytes(content)
    judged(list(things()), tmp_path)
    assert len(counted) == 2 * first


def test_a_shape_that_is_a_class_aims_at_its_instances(tmp_path: Path, counted: list[int]) -> None:
    text = f"{SHAPES}\nex:T a rdfs:Class , sh:NodeShape ; sh:property [ sh:path ex:none ; sh:minCount 1 ] ."
    more = list(parse(text, format=RdfFormat.TURTLE))
    for _ in range(2):
        report = by_shapes(more, list(things()), tmp_path)
        assert sum(one.path == f"{EX}none" for one in report.findings) == THINGS
        assert said(report) == said(check_shapes(Dataset(things(), {}), more, nowhere))


@pytest.mark.parametrize("fault", ["sh:property [ sh:minCount 1 ]", "sh:minCount 1", "sh:sparql [ sh:message 'none' ]"])
def test_a_shape_that_is_none_is_named(tmp_path: Path, fault: str) -> None:
    bad = list(parse(f"{SHAPES}\nex:Bad a sh:NodeShape ; sh:targetClass ex:T ; {fault} .", format=RdfFormat.TURTLE))
    for folder in (tmp_path, None):
        with pytest.raises(UnreadableInput, match=r"a shape is none|cannot be judged by"):
            check_shapes(Dataset(things(), {}), bad, nowhere, "en", Verdicts(folder))
