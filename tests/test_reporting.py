"""One report in four forms, and the two kinds of trouble kept apart."""

from __future__ import annotations

import inspect
import json

import pyshacl
import pytest
import rdflib

from comity.core import errors
from comity.core.catalogue import entry
from comity.core.diagnostics import Diagnostic, Location, Report, Severity
from comity.core.errors import ComityError, UnknownName
from comity.core.reporting import sarif, shacl

SH = rdflib.SH


@pytest.fixture
def report() -> Report:
    found = Report(inspected={"rows": 2})
    found.add(
        Diagnostic(
            "CSV003", Severity.VIOLATION, "born is <no> date", "write YYYY-MM-DD", value="never",
            location=Location("data/people.csv", 3, 2, "born"),
        ),
        Diagnostic(
            "SRC002", Severity.WARNING, "moved", focus="https://example.org/p", path="https://example.org/q",
            location=Location("a.txt", start=4, end=9), rule="https://example.org/shape",
        ),
    )  # fmt: skip
    return found


def test_text_says_where_what_and_what_to_do(report: Report) -> None:
    assert report.text().splitlines() == [
        "data/people.csv:3:2 (column 'born'): violation: born is <no> date [CSV003]",
        "  value: never",
        "  remedy: write YYYY-MM-DD",
        "a.txt:4-9: warning: moved [SRC002]",
        "  about: https://example.org/p",
        "  property: https://example.org/q",
        "inspected 2 rows",
        "1 violation, 1 warning",
    ]


def test_what_stands_in_no_file_names_none() -> None:
    found = Report(inspected={"files": 1})
    found.add(Diagnostic("AUD009", Severity.WARNING, "no version IRI", "", location=Location("")))
    assert found.text().startswith("warning: no version IRI [AUD009]")
    assert "locations" not in json.loads(sarif(found, "1"))["runs"][0]["results"][0]
    assert '": ' not in shacl(found)


def test_json_lines_end_with_a_summary(report: Report) -> None:
    first, second, summary = map(json.loads, report.jsonl().splitlines())
    assert (first["code"], first["location"]["line"]) == ("CSV003", 3)
    assert second["location"]["start"] == 4
    assert summary == {"ok": False, "inspected": {"rows": 2}, "not_run": {}}


def test_sarif_has_rules_levels_and_regions(report: Report) -> None:
    log = json.loads(sarif(report, "1.0"))
    (run,) = log["runs"]
    assert log["version"] == "2.1.0"
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == ["CSV003", "SRC002"]
    places = [result["locations"][0]["physicalLocation"] for result in run["results"]]
    assert [result["level"] for result in run["results"]] == ["error", "warning"]
    assert places[0]["region"] == {"startLine": 3, "startColumn": 2}
    assert places[1] == {"artifactLocation": {"uri": "a.txt"}, "region": {"charOffset": 4, "charLength": 5}}


def test_shacl_results_meet_the_shapes_of_shacl(report: Report) -> None:
    graph = rdflib.Graph().parse(data=shacl(report), format="turtle")
    shapes = rdflib.Graph().parse(
        data="""@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
        [] a sh:NodeShape ; sh:targetClass sh:ValidationReport ;
            sh:property [ sh:path sh:conforms ; sh:minCount 1 ; sh:maxCount 1 ; sh:datatype xsd:boolean ] ;
            sh:property [ sh:path sh:result ; sh:minCount 2 ; sh:class sh:ValidationResult ] .
        [] a sh:NodeShape ; sh:targetClass sh:ValidationResult ;
            sh:property [ sh:path sh:resultSeverity ; sh:in ( sh:Violation sh:Warning sh:Info ) ; sh:minCount 1 ] ;
            sh:property [ sh:path sh:resultMessage ; sh:minCount 1 ] .""",
        format="turtle",
    )
    conforms, _, text = pyshacl.validate(graph, shacl_graph=shapes)
    assert conforms, text
    assert graph.value(predicate=SH.focusNode, object=rdflib.URIRef("https://example.org/p")) is not None


def test_a_notebook_shows_text_as_text(report: Report) -> None:
    html = report._repr_html_()
    assert "born is &lt;no&gt; date" in html
    assert "<no>" not in html


def test_nothing_inspected_is_a_violation() -> None:
    assert not Report().ok
    empty = Report()
    empty.count("rows", 0)
    assert [found.code for found in empty.violations()] == ["EMPTY"]
    assert Report(inspected={"rows": 1}).ok


def test_the_exception_tree_is_drawn_as_it_is() -> None:
    drawn = [line for line in (inspect.getdoc(errors) or "").splitlines() if "  exit code" in line or "──" in line]
    places = {name: line.index(name) for line in drawn for name in [line.strip(" │├└─").split()[0]]}
    classes = [found for found in vars(errors).values() if inspect.isclass(found) and issubclass(found, ComityError)]
    assert set(places) == {found.__name__ for found in classes}
    for found in classes:
        if found is not ComityError:
            assert places[found.__name__] == places[found.__mro__[1].__name__] + 4
        line = next(line for line in drawn if found.__name__ in line)
        assert "exit code" not in line or f"exit code {found.exit_code}" in line


def test_an_entry_of_the_catalogue() -> None:
    assert entry("csv003").code == "CSV003"
    with pytest.raises(UnknownName) as problem:
        entry("CSV033")
    assert "CSV003" in problem.value.hint
