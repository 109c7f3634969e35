"""A verdict is kept for what was judged, and for nothing else."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, Triple, parse

from changes import edit
from comity.checking import reasoning
from comity.checking.project import check
from comity.checking.reasoning import check_consistency, without_annotations
from comity.checking.verdicts import Verdicts
from comity.conversion.project import convert
from comity.core.diagnostics import Diagnostic, Location, Report, Severity
from comity.core.project import load_project
from comity.core.starter import start_project
from comity.store.dataset import Dataset

PREFIXES = """@prefix ex: <http://example.org/> . @prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> ."""
TWO_KINDS = "ex:A a owl:Class ; owl:disjointWith ex:B . ex:B a owl:Class . ex:note a owl:AnnotationProperty ."

BASE = "https://library.example/"
RULE = """# id: none
# problem: Something is wrong.
# remedy: Mend it.
# severity: violation
SELECT ?focus { ?focus a <http://example.org/None> }
"""


def dataset(turtle: str) -> Dataset:
    return Dataset(parse(f"{PREFIXES}\n{turtle}", format=RdfFormat.TURTLE), {})


def judge(path: Path, judged: bytes, report: Report) -> tuple[Report, bool]:
    """Return the report that is given, and whether the check ran for it."""
    ran: list[bytes] = []

    def check() -> Report:
        ran.append(judged)
        return report

    verdicts = Verdicts(path)
    given = verdicts.given("check", [judged], check)
    verdicts.keep()
    return given, bool(ran)


def clean() -> Report:
    return Report(inspected={"things": 3})


def test_the_same_is_not_judged_again(tmp_path: Path) -> None:
    path = tmp_path
    assert judge(path, b"data", clean()) == (clean(), True)
    assert judge(path, b"data", clean()) == (clean(), False)
    assert judge(path, b"other data", clean()) == (clean(), True)
    assert judge(path, b"data", clean()) == (clean(), True), "only the last verdict is kept"


def test_a_hint_is_kept_with_its_place(tmp_path: Path) -> None:
    place = Location("table.csv", 3, 4, "name")
    hint = Diagnostic("X", Severity.INFO, "look here", value="v", location=place)
    report = Report(inspected={"things": 3}, findings=[hint])
    for ran in (True, False):
        assert judge(tmp_path, b"data", report) == (report, ran)


@pytest.mark.parametrize(
    "report",
    [
        Report(inspected={"things": 3}, findings=[Diagnostic("X", Severity.VIOLATION, "wrong")]),
        Report(inspected={"things": 3}, not_run={"check": "something is missing"}),
        Report(),
    ],
)
def test_what_is_wrong_or_did_not_run_is_judged_again(tmp_path: Path, report: Report) -> None:
    path = tmp_path
    for _ in range(2):
        assert judge(path, b"data", report) == (report, True)


@pytest.mark.parametrize("text", ["", "[]", "no JSON", '{"check": 1}', '{"check": {"digest": "0"}}'])
def test_broken_verdicts_count_as_none(tmp_path: Path, text: str) -> None:
    path = tmp_path
    (path / "verdicts.json").write_text(text, encoding="utf-8")
    assert judge(path, b"data", clean()) == (clean(), True)
    assert judge(path, b"data", clean()) == (clean(), False)


def test_another_engine_judges_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path
    judge(path, b"data", clean())
    monkeypatch.setattr("comity.checking.verdicts.code_digest", lambda packages: "another")
    assert judge(path, b"data", clean())[1]


def test_a_verdict_of_a_check_that_had_no_need_to_run_stays(tmp_path: Path) -> None:
    path = tmp_path
    judge(path, b"data", clean())
    outer = Verdicts(path)
    outer.given("outer", [b"all"], clean)
    outer.keep()
    assert judge(path, b"data", clean()) == (clean(), False)


def add_a_rule(room: Path) -> None:
    (room / "queries/hygiene").mkdir(parents=True)
    (room / "queries/hygiene/none.rq").write_text(RULE, encoding="utf-8")


def take_another_language(room: Path) -> None:
    edit(room / "comity.toml", 'languages = ["en"]', 'languages = ["en", "zh"]')


def take_another_base(room: Path) -> None:
    edit(room / "comity.toml", BASE, BASE.replace("library", "shelf"))


def turn_rows_round(room: Path) -> None:
    table = room / "data/tables/books.csv"
    head, *rows = table.read_text(encoding="utf-8").splitlines(keepends=True)
    table.write_text("".join([head, *reversed(rows)]), encoding="utf-8")


def change_a_cell(room: Path) -> None:
    edit(room / "data/tables/agents.csv", "Robert Hooke", "Robert Hooke FRS")


def change_a_shape(room: Path) -> None:
    edit(room / "shapes/library.ttl", "sh:order 1 ;", "sh:order 2 ;")


@pytest.mark.parametrize(
    "change",
    [add_a_rule, take_another_language, take_another_base, turn_rows_round, change_a_cell, change_a_shape],
)
def test_whatever_a_check_reads_has_it_run_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: Callable[[Path], None]
) -> None:
    """Rows are read, too: a finding names the place of its cell."""
    room, runs = tmp_path / "room", list[object]()
    start_project(room, BASE, "Reading Room")
    monkeypatch.setattr("comity.checking.project._check_all", lambda *given: runs.append(given) or clean())

    def checked() -> None:
        project, verdicts = load_project(room), Verdicts(tmp_path / "verdicts")
        check(project, convert(project), verdicts)
        verdicts.keep()

    checked()
    checked()
    assert len(runs) == 1
    change(room)
    checked()
    assert len(runs) == 2


def test_a_label_does_not_concern_the_reasoner(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    judged: list[list[Triple]] = []
    monkeypatch.setattr(reasoning, "judge", lambda triples: judged.append(triples) or [])
    path = tmp_path
    for label in ("one", "another"):
        verdicts = Verdicts(path)
        assert check_consistency(dataset(f"{TWO_KINDS} ex:a a ex:A ; rdfs:label '{label}'@en ."), verdicts).ok
        verdicts.keep()
    assert len(judged) == 1
    assert check_consistency(dataset(f"{TWO_KINDS} ex:a a ex:B ; rdfs:label 'one'@en ."), Verdicts(path)).ok
    assert len(judged) == 2


def test_only_what_annotates_a_named_thing_is_left_out() -> None:
    text = f"""{TWO_KINDS} ex:a a ex:A ; ex:note 'n' ; rdfs:label 'l' ; ex:says 's' ; rdfs:seeAlso ex:b .
    ex:says a owl:DatatypeProperty , owl:AnnotationProperty . [] a owl:Axiom ; rdfs:comment 'c' ."""
    left = {str(one.predicate) for one in without_annotations(quad.triple for quad in dataset(text).quads)}
    ends = {name.rpartition("#")[2].rpartition("/")[2].rstrip(">") for name in left}
    assert ends == {"type", "disjointWith", "says", "comment"}
    also = f"{text} rdfs:seeAlso a owl:ObjectProperty ."
    kept = {str(one.predicate) for one in without_annotations(quad.triple for quad in dataset(also).quads)}
    assert any("seeAlso" in name for name in kept)
