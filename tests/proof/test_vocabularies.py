"""The mappings against the 22 foreign vocabularies: minutes of reasoning, so a proof and no everyday test."""

from __future__ import annotations

from pathlib import Path

import pytest

from comity.checking.mappings import check_mappings
from comity.conversion.project import convert
from comity.core.project import load_project
from comity.model.mappings import alignments_folder, asserted_triples, load_mappings

ROOT = Path(__file__).parent.parent.parent
SHARED = ROOT.parent / "shared"


@pytest.mark.shared
def test_the_mapping_sets_hold_against_the_vocabularies() -> None:
    project = load_project(ROOT)
    report = check_mappings(
        load_mappings(project),
        convert(project).dataset,
        asserted_triples(project),
        alignments_folder(project),
        SHARED / "vocab",
    )
    assert report.ok, report.text()
    assert list(report.not_run) == ["objects of undo"]
    assert report.inspected["alignments reasoned over"] >= 10
