"""The main job: what a broken table gets, what stays untouched, what does nothing, what gives the same bytes."""

from __future__ import annotations

import csv
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from comity.conversion.project import Conversion
from comity.core.manifest import tree_digest
from comity.core.project import Project, load_project
from comity.core.starter import start_project
from comity.model.facts import derive_facts, facts_rule
from comity.publishing.build import BuildSummary, build
from comity.store.dataset import DEFAULT

Edit = Callable[[list[dict[str, str]]], None]


def edit(project: Path, table: str, change: Edit) -> None:
    path = project / "data" / "tables" / table
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        rows = list(reader)
        header = list(reader.fieldnames or [])
    change(rows)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, header, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def wrong_date(rows: list[dict[str, str]]) -> None:
    next(row for row in rows if row["value_date"])["value_date"] = "2025-02-30"


def dangling_object(rows: list[dict[str, str]]) -> None:
    next(row for row in rows if row["object"] == "id/event/waic-2025")["object"] = "id/event/waic-2052"


def dangling_source(rows: list[dict[str, str]]) -> None:
    rows[0]["source"] = "nobody"


def missing_label(rows: list[dict[str, str]]) -> None:
    rows[2]["label_zh"] = ""


@pytest.mark.parametrize(
    ("table", "change", "column", "value"),
    [
        ("statements.csv", wrong_date, "value_date", "2025-02-30"),
        ("statements.csv", dangling_object, "object", "waic-2052"),
        ("statements.csv", dangling_source, "source", "nobody"),
        ("actors.csv", missing_label, "label_zh", "value: (empty)"),
    ],
)
def test_a_broken_table_ends_the_build_and_leaves_the_site(
    copy: Path, table: str, change: Edit, column: str, value: str, built: BuildSummary
) -> None:
    (copy / "build" / "site").mkdir(parents=True)
    (copy / "build" / "site" / "index.html").write_text("the site of before", encoding="utf-8")
    before = tree_digest(copy / "build")
    edit(copy, table, change)
    done = subprocess.run(
        [sys.executable, "-m", "comity", "build"], cwd=copy, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1, done.stderr
    lines = done.stderr.splitlines()
    place = next(index for index, line in enumerate(lines) if f"(column '{column}')" in line)
    assert lines[place].startswith(f"data/tables/{table}:")
    assert "Traceback" not in done.stderr
    assert "remedy:" in done.stderr
    assert value in done.stderr
    assert tree_digest(copy / "build") == before


@pytest.mark.slow
def test_two_builds_give_the_same_bytes(copy: Path, built: BuildSummary, tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONHASHSEED": "7", "TZ": "Asia/Shanghai", "LC_ALL": "C"}
    done = subprocess.run(
        [sys.executable, "-m", "comity", "build"],
        cwd=copy,
        capture_output=True,
        text=True,
        check=False,
        env=environment,
    )
    assert done.returncode == 0, done.stderr
    assert tree_digest(copy / "build" / "site") == tree_digest(built.site)


def test_a_second_build_writes_nothing(built: BuildSummary, project) -> None:
    before = {path: path.stat().st_mtime_ns for path in project.build.rglob("*")}
    again = build(project)
    assert again.unchanged
    assert again.counts == built.counts
    assert {path: path.stat().st_mtime_ns for path in project.build.rglob("*")} == before


@pytest.mark.slow
def test_a_damaged_site_is_built_again(tmp_path: Path) -> None:
    start_project(tmp_path / "library", "https://library.example/", "Reading Room")
    project = load_project(tmp_path / "library")
    first = build(project)
    (first.site / "index.html").write_text("broken", encoding="utf-8")
    second = build(project)
    assert not second.unchanged
    assert (second.site / "index.html").read_text(encoding="utf-8") != "broken"


def test_the_home_page_counts_the_derived_facts(built: BuildSummary, conversion: Conversion, project: Project) -> None:
    sources = [quad for quad in conversion.dataset.quads if quad.triple not in conversion.dataset.facts]
    named = [quad for quad in conversion.dataset.quads if quad.graph_name != DEFAULT]
    derived = {quad.triple for quad in derive_facts({*sources, *named}, facts_rule(project))}
    assert derived == conversion.dataset.facts
    page = (built.site / "index.html").read_text(encoding="utf-8")
    assert f"<dd>{built.counts['facts']:,}</dd>" in page
    assert built.counts["facts"] == len(derived) > 1000
