"""Tables to quads: what each part of the description does, and what each kind of bad cell gets."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Quad

from comity.conversion.csvw import load_description, load_descriptions
from comity.conversion.project import Conversion
from comity.conversion.tables import TableConverter, check_foreign_keys
from comity.core.diagnostics import Report
from comity.core.errors import UnreadableInput
from comity.core.rdf import serialise_quads
from comity.model.vocabulary import SENTENCE, STATEMENT, VALUE, XSD

EX = "http://example.org/"
COLUMNS = [
    {"name": "key", "required": True, "suppressOutput": True, "datatype": {"base": "string", "format": "[a-z-]+"}},
    {"name": "name", "propertyUrl": "ex:name", "lang": "en"},
    {"name": "born", "propertyUrl": "ex:born", "datatype": "date"},
    {"name": "friends", "propertyUrl": "ex:friend", "separator": ";", "comity:itemUrl": EX + "{friends}"},
    {"name": "seat", "propertyUrl": "ex:seat", "valueUrl": EX + "place/{+seat}"},
    {"name": "type", "virtual": True, "propertyUrl": "rdf:type", "valueUrl": "ex:Person"},
    {
        "name": "back",
        "virtual": True,
        "aboutUrl": EX + "place/{+seat}",
        "propertyUrl": "ex:hosts",
        "valueUrl": EX + "{key}",
    },
]
PREFIXES = {"ex": EX, "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#"}


def table(folder: Path, rows: str, columns: list[dict[str, object]] | None = None, **schema: object) -> TableConverter:
    header = "key,name,born,friends,seat\n"
    (folder / "people.csv").write_text(header + rows, encoding="utf-8")
    metadata = {
        "url": "people.csv",
        "comity:graph": EX + "graph/{key}",
        "tableSchema": {"aboutUrl": EX + "{key}", "primaryKey": "key", "columns": columns or COLUMNS, **schema},
    }
    path = folder / "people.csv-metadata.json"
    path.write_text(json.dumps(metadata), encoding="utf-8")
    return TableConverter(load_description(path), PREFIXES, Report(), "people.csv")


def test_a_row_becomes_its_triples_in_its_graph(tmp_path: Path) -> None:
    converter = table(tmp_path, "ada,Ada Lovelace,1815-12-10,bob; eve,uk/london\n")
    graph, ada, place = NamedNode(EX + "graph/ada"), NamedNode(EX + "ada"), NamedNode(EX + "place/uk/london")
    assert set(converter.quads()) == {
        Quad(ada, NamedNode(EX + "name"), Literal("Ada Lovelace", language="en"), graph),
        Quad(ada, NamedNode(EX + "born"), Literal("1815-12-10", datatype=NamedNode(XSD + "date")), graph),
        Quad(ada, NamedNode(EX + "friend"), NamedNode(EX + "bob"), graph),
        Quad(ada, NamedNode(EX + "friend"), NamedNode(EX + "eve"), graph),
        Quad(ada, NamedNode(EX + "seat"), place, graph),
        Quad(ada, NamedNode(PREFIXES["rdf"] + "type"), NamedNode(EX + "Person"), graph),
        Quad(place, NamedNode(EX + "hosts"), ada, graph),
    }
    assert converter.report.ok


def test_an_empty_cell_gives_nothing(tmp_path: Path) -> None:
    converter = table(tmp_path, "ada,,,,\n")
    assert [quad.predicate.value for quad in converter.quads()] == [PREFIXES["rdf"] + "type"]


@pytest.mark.parametrize(
    ("row", "code", "column", "value"),
    [
        ("ada,Ada,1815-02-30,,", "CSV003", "born", "1815-02-30"),
        ("ada,Ada,10 December 1815,,", "CSV003", "born", "10 December 1815"),
        (",Ada,,,", "CSV002", "key", "(empty)"),
        ("ada,Ada,,,a b|c", None, "seat", ""),
        ('ada,"Ada, Countess",,', "CSV001", "", "ada,Ada, Countess,,"),
    ],
)
def test_a_bad_cell_is_named(tmp_path: Path, row: str, code: str | None, column: str, value: str) -> None:
    converter = table(tmp_path, f"bob,Bob,,,\n{row}\n")
    list(converter.quads())
    found = list(converter.report.violations())
    if code is None:
        assert found == []
        return
    assert (found[0].code, found[0].value) == (code, value)
    assert found[0].location is not None
    assert (found[0].location.file, found[0].location.line) == ("people.csv", 3)
    assert found[0].location.column_name == column
    assert found[0].hint


def test_a_key_twice_names_the_first_line(tmp_path: Path) -> None:
    converter = table(tmp_path, "ada,A,,,\nbob,B,,,\nada,C,,,\n")
    list(converter.quads())
    assert [(one.code, one.location.line) for one in converter.report.findings if one.location] == [("CSV004", 4)]
    assert "line 2" in converter.report.findings[0].message


def test_a_row_of_the_wrong_length_is_told_once(tmp_path: Path) -> None:
    key = {"columnReference": "friends", "reference": {"resource": "people.csv", "columnReference": "key"}}
    converter = table(tmp_path, "ada,A,,bob,\nbob,B,,,\neve,E\n", foreignKeys=[key])
    list(converter.quads())
    check_foreign_keys([converter], converter.report)
    assert [one.code for one in converter.report.findings] == ["CSV001"]


def test_a_line_number_counts_lines_within_cells(tmp_path: Path) -> None:
    converter = table(tmp_path, 'ada,"A\nB",,,\nbob,B,never,,\n')
    list(converter.quads())
    assert [one.location.line for one in converter.report.findings if one.location] == [4]


def test_a_foreign_key_without_its_row_is_named(tmp_path: Path) -> None:
    key = {"columnReference": "friends", "reference": {"resource": "people.csv", "columnReference": "key"}}
    converter = table(tmp_path, "ada,A,,bob;eve,\nbob,B,,,\n", foreignKeys=[key])
    list(converter.quads())
    check_foreign_keys([converter], converter.report)
    assert [(one.code, one.value) for one in converter.report.findings] == [("CSV005", "eve")]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"datatype": "dateTimeStamp"}, "'dateTimeStamp' is not known here"),
        ({"ordered": True}, "'ordered' is not known here"),
    ],
)
def test_what_the_converter_does_not_know_is_an_error(tmp_path: Path, change: dict[str, object], said: str) -> None:
    with pytest.raises(UnreadableInput, match=said):
        table(tmp_path, "", [{**COLUMNS[0], **change}, *COLUMNS[1:]])


def test_header_and_description_must_agree(tmp_path: Path) -> None:
    converter = table(tmp_path, "")
    (tmp_path / "people.csv").write_text("key,nmae,born,friends,seat\n", encoding="utf-8")
    with pytest.raises(UnreadableInput, match="has a column 'nmae'"):
        list(converter.quads())


def test_a_table_without_rows_is_a_finding(tmp_path: Path) -> None:
    converter = table(tmp_path, "")
    assert list(converter.quads()) == []
    assert [one.code for one in converter.report.violations()] == ["EMPTY"]


def test_a_table_without_description_is_an_error(tmp_path: Path) -> None:
    table(tmp_path, "")
    (tmp_path / "other.csv").write_text("a\n1\n", encoding="utf-8")
    with pytest.raises(UnreadableInput, match=r"other\.csv has no description"):
        load_descriptions(tmp_path)


def test_the_project_converts_cleanly(conversion: Conversion) -> None:
    assert conversion.report.findings == []
    assert conversion.counts["statements"] >= 40


def test_every_statement_has_its_sentence_in_both_languages(conversion: Conversion) -> None:
    dataset = conversion.dataset
    for statement in dataset.instances(STATEMENT):
        said = {text.language for text in dataset.objects(statement, SENTENCE) if isinstance(text, Literal)}
        assert said == {"en", "zh"}, statement


def test_a_sentence_gives_the_value_in_its_own_language(conversion: Conversion) -> None:
    dataset = conversion.dataset
    both = [node for node in dataset.instances(STATEMENT) if len(dataset.objects(node, VALUE)) == 2]
    assert both
    for statement in both:
        values = {value.language: value.value for value in dataset.objects(statement, VALUE)}
        for text in dataset.objects(statement, SENTENCE):
            assert values[text.language] in text.value, statement


def test_converting_twice_gives_the_same_bytes(project, conversion: Conversion) -> None:
    from comity.conversion.project import convert

    assert serialise_quads(convert(project).dataset.quads) == serialise_quads(conversion.dataset.quads)
