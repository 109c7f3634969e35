"""The five sources are coded completely: every reading has its place, and what an article says lies in that article."""

from __future__ import annotations

import csv
import re
from collections import Counter
from functools import cache
from pathlib import Path
from unicodedata import normalize

import pytest

ROOT = Path(__file__).parent.parent
TABLES = ROOT / "data" / "tables"
COVERAGE = ROOT / "docs" / "coverage-of-the-sources.md"
PREDICATES = ROOT / "docs" / "predicates.md"
PLAN = "global-ai-governance-action-plan-2025"
SOURCES = {
    "s0": "reportify-waic-2025",
    "s1": "unboxed-ai-global-body",
    "s2": "mpost-global-ai-action-plan",
    "s3": "1ai-action-plan-text",
    "s4": "china-us-focus-vision",
}

Row = dict[str, str]


@cache
def table(name: str, key: str) -> dict[str, Row]:
    with (TABLES / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return {row[key]: row for row in csv.DictReader(file)}


def statements() -> dict[str, Row]:
    return {key: row for key, row in table("statements", "id").items() if key[:2] in SOURCES}


def cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip("|\n").split("|")]


def places() -> list[list[str]]:
    """Return the rows of the coverage tables: reading, statement, what it says, passages, remark."""
    lines = COVERAGE.read_text(encoding="utf-8").splitlines()
    return [cells(line) for line in lines if re.match(r"\| s[0-4]-\d{3} \|", line) and len(cells(line)) == 5]


def passages(statement: Row) -> list[str]:
    return [statement[column] for column in ("passage", "passage_2") if statement[column]]


def span(passage: str) -> tuple[str, int, int]:
    source, _, offsets = passage.partition("/")
    start, end = map(int, offsets.split("-"))
    return source, start, end


@pytest.mark.shared
def test_every_reading_has_exactly_one_place(texts: Path) -> None:
    with (texts.parent / "facts" / "seed_assertions.csv").open(encoding="utf-8", newline="") as file:
        readings = {row["id"]: row for row in csv.DictReader(file)}
    coded = {key for key, row in readings.items() if row["scope"] != "boilerplate"}
    assert len(coded) == 484
    placed = Counter(reading for reading, *_ in places())
    assert set(placed) == set(readings)
    assert set(placed.values()) == {1}
    assert {reading for reading, statement, *_ in places() if statement == "left out"} == set(readings) - coded


@pytest.mark.shared
def test_every_word_for_a_predicate_became_a_property(texts: Path) -> None:
    with (texts.parent / "facts" / "seed_assertions.csv").open(encoding="utf-8", newline="") as file:
        words = Counter((row["predicate_group"], row["predicate"]) for row in csv.DictReader(file))
    lines = [cells(line) for line in PREDICATES.read_text(encoding="utf-8").splitlines() if line.startswith("| ")]
    assert {(group, word): int(number) for group, word, number, *_ in lines[1:]} == words
    assert len({word for _, word in words}) == 144
    used = {row["predicate"] for row in statements().values()}
    named = {name for *_, properties, _ in lines[1:] for name in re.findall(r"`(\w+)`", properties)}
    assert used == named | {"name"}


def test_the_coverage_tables_say_what_the_tables_say() -> None:
    rows = [row for row in places() if row[1] != "left out"]
    assert len(rows) == 484
    for reading, key, says, offsets, remark in rows:
        statement = statements()[key]
        value = next(filter(None, (statement[name] for name in ("object", "value", "value_zh", "value_date"))))
        assert says == f"`{statement['predicate']}` {value}", reading
        assert offsets.split() == [passage.partition("/")[2] for passage in passages(statement)], reading
        assert (key != reading) == remark.startswith("merged: "), reading


def test_every_statement_of_the_five_sources_is_in_the_coverage_tables() -> None:
    text = COVERAGE.read_text(encoding="utf-8")
    added = set(re.findall(r"(?m)^\| (s[0-4]-3\d\d) \|", text.partition("## Added")[2]))
    assert {statement for _, statement, *_ in places()} - {"left out"} | added == set(statements())


def test_each_article_has_one_table_with_its_own_statements() -> None:
    text = COVERAGE.read_text(encoding="utf-8")
    tables = dict(re.findall(r"(?ms)^## Article ([IVX]+): [^\n]+\n(.*?)(?=^## |\Z)", text))
    articles = {row["number"]: row for row in table("provisions", "key").values() if row["instrument"] == PLAN}
    assert set(tables) == set(articles)
    assert len(articles) == 13
    for number, lines in tables.items():
        source, start, end = span(articles[number]["passage"])
        keys = re.findall(r"(?m)^\| s\d-\d{3} \| (s\d-\d{3}) \|", lines)
        assert keys
        for passage in (passage for key in keys for passage in passages(statements()[key])):
            assert span(passage)[0] == source
            assert start <= span(passage)[1] < span(passage)[2] <= end, passage


def test_what_a_provision_says_lies_in_that_provision() -> None:
    provisions = table("provisions", "key")
    said = [row for row in statements().values() if row["subject"].startswith("id/provision/")]
    assert len(said) > 150
    for row in said:
        source, start, end = span(provisions[row["subject"].removeprefix("id/provision/")]["passage"])
        for passage in passages(row):
            assert span(passage)[0] == source
            assert start <= span(passage)[1] < span(passage)[2] <= end, row["id"]


def test_every_statement_of_the_five_sources_has_a_passage_in_its_source_a_modality_and_a_holder() -> None:
    for key, row in statements().items():
        assert row["source"] == SOURCES[key[:2]]
        assert passages(row)
        assert all(span(passage)[0] == row["source"] for passage in passages(row)), key
        assert row["modality"]
        assert row["held_by"]


def test_calls_have_concepts_as_objects() -> None:
    calls = [row for row in statements().values() if row["predicate"] in {"callsFor", "pledges"}]
    assert len(calls) > 140
    assert all(row["object"].startswith("scheme/measure/") for row in calls)
    assert all(row["object"] for row in statements().values() if row["predicate"] in {"faces", "statedAim", "callsOn"})


def test_each_source_is_coded_completely_on_a_day() -> None:
    codings = table("source-codings", "source")
    assert set(SOURCES.values()) <= set(codings)
    assert all(codings[source]["coding"] == "complete" for source in SOURCES.values())


def test_every_conflict_has_variants_and_silence_rests_on_complete_coding() -> None:
    conflicts, variants = table("conflicts", "key"), table("conflict-variants", "key").values()
    assert len(conflicts) == 44
    assert {row["conflict"] for row in variants} == set(conflicts)
    silent = [row for row in variants if row["silent"] == "true"]
    assert silent
    codings = table("source-codings", "source")
    assert all(codings[row["source"]]["coding"] == "complete" for row in silent)
    for row in variants:
        said = row["passage"] or row["statement"] or row["field_statement"]
        assert (row["silent"] == "true") == (not said), row["key"]
        if row["passage"] and row["statement"]:
            assert row["passage"] in passages(statements()[row["statement"]]), row["key"]


def test_open_lists_and_two_words_for_one_unit_are_no_contradictions() -> None:
    conflicts = table("conflicts", "key")
    assert conflicts["number-of-principles"]["contradiction"] == "false"
    assert conflicts["pillar-or-article"]["contradiction"] == "false"


def test_a_slip_is_recorded_and_links_to_nothing_wrong() -> None:
    slips = [row for row in statements().values() if row["value"] == "Global Compact"]
    assert [(row["subject"], row["rank"]) for row in slips] == [("id/instrument/global-digital-compact", "rejected")]
    assert not [key for key, row in statements().items() if "global-compact" in row["subject"] + row["object"]]


SOFTER = {
    "undertake": r"\bwe will\b",
    "call-on": r"\bcall(s|ing)? on\b",
    "encourage": r"\bencourag",
    "support": r"\bsupport",
    "advocate": r"\badvocat",
    "explore": r"\bexplore\b",
}
"""Softer verbs, by the words that show them; a bare imperative is a call."""


@pytest.mark.shared
def test_a_softer_verb_is_coded_only_where_the_passage_has_it(texts: Path) -> None:
    files = {key: texts / row["file"] for key, row in table("sources", "id").items() if key in SOURCES.values()}
    read = {key: normalize("NFC", path.read_bytes().decode("utf-8")) for key, path in files.items()}
    coded = [row for row in statements().values() if row["modality"] in SOFTER]
    assert {row["modality"] for row in coded} == set(SOFTER), "each verb has data"
    for row in coded:
        said = [read[source][start:end] for source, start, end in map(span, passages(row))]
        assert any(re.search(SOFTER[row["modality"]], one, re.IGNORECASE) for one in said), row["id"]
