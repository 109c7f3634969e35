"""The mapping sets: complete, signed and sound, and every rule about them seen to bite."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from click.testing import CliRunner
from pyoxigraph import DefaultGraph, Triple

from comity.checking.mappings import check_mappings
from comity.cli import cli
from comity.conversion.project import Conversion
from comity.core.diagnostics import Report
from comity.core.errors import UnreadableInput
from comity.core.project import load_project
from comity.model import mappings as model
from comity.model.mappings import alignments_folder, asserted_triples, load_mappings, read_mappings, write_alignments
from comity.store.dataset import Dataset
from conftest import ROOT

PROJECT = load_project(ROOT)
COLUMNS = tuple(model.COLUMNS)
HEADER = """# object_source: https://example.org/
# other: file=foreign.ttl | never=ex:forbidden
# curie_map:
#   bound: https://w3id.org/comity/scheme/bound/
#   comity: https://w3id.org/comity/def/
#   ex: https://example.org/
#   rdfs: http://www.w3.org/2000/01/rdf-schema#
#   skos: http://www.w3.org/2004/02/skos/core#
#   sssom: https://w3id.org/sssom/
"""
FOREIGN = """@prefix : <https://example.org/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
:Thing a owl:Class . :c a skos:Concept . :d a skos:Concept .
:Ghost a owl:Class ; rdfs:subClassOf :Thing ; owl:disjointWith :Thing .
:Acting a owl:Class ; rdfs:subClassOf <https://w3id.org/comity/def/Actor> .
:only a owl:ObjectProperty , owl:InverseFunctionalProperty . :forbidden a owl:ObjectProperty .
"""
SOUND = {
    "subject_id": "comity:Event",
    "subject_type": "owl class",
    "predicate_modifier": "",
    "predicate_id": "skos:closeMatch",
    "object_id": "ex:Thing",
    "object_label": "thing",
    "object_type": "owl class",
    "mapping_justification": "semapv:ManualMappingCuration",
    "confidence": "0.8",
    "reviewer_label": "",
    "comment": "Much alike.",
}
AXIOM = {"predicate_id": "rdfs:subClassOf", "reviewer_label": "a person"}
CONCEPTS = {
    "subject_id": "bound:exactly",
    "subject_type": "skos concept",
    "object_id": "ex:c",
    "object_type": "skos concept",
}
FAULTS: dict[str, list[dict[str, str]]] = {
    "MAP001": [{"subject_id": "comity:Nothing"}],
    "MAP002": [{"comment": ""}],
    "MAP003": [{"confidence": "2"}],
    "MAP004": [{"predicate_id": "rdfs:subClassOf"}],
    "MAP005": [{"object_id": "ex:forbidden", "object_type": "owl object property"}],
    "MAP006": [CONCEPTS | {"predicate_id": "skos:exactMatch"}, CONCEPTS | {"predicate_id": "skos:broadMatch"}],
    "MAP009": [{"object_id": "ex:Invented"}],
    "MAP010": [{"object_type": "owl object property"}],
    "MAP011": [
        {
            "subject_id": "comity:partOf",
            "subject_type": "owl object property",
            "predicate_id": "rdfs:subPropertyOf",
            "reviewer_label": "a person",
            "object_id": "ex:only",
            "object_type": "owl object property",
        }
    ],
    "MAP012": [AXIOM | {"object_id": "ex:Acting"}],
    "MAP013": [AXIOM | {"object_id": "ex:Ghost"}],
    "MAP014": [AXIOM | {"object_id": "ex:Ghost"}],
}


def write(folder: Path, *changes: dict[str, str]) -> Path:
    path = folder / "foreign.sssom.tsv"
    rows = ["\t".join(COLUMNS), *("\t".join((SOUND | change)[name] for name in COLUMNS) for change in changes)]
    path.write_text(HEADER + "\n".join(rows) + "\n", encoding="utf-8")
    (folder / "foreign.ttl").write_text(FOREIGN, encoding="utf-8")
    return path


@cache
def asserted() -> frozenset[Triple]:
    return frozenset(asserted_triples(PROJECT))


def judged(folder: Path, conversion: Conversion, *changes: dict[str, str]) -> Report:
    """Judge a set of one row; of the facts, those about a few things are enough."""
    sets = [read_mappings(write(folder, *changes))]
    return check_mappings(sets, few(conversion.dataset), set(asserted()), folder / "alignments", folder)


@cache
def few(dataset: Dataset) -> Dataset:
    """Return the terms and concepts of a dataset, and every tenth of the things that facts are about."""
    things = {quad.subject for quad in dataset.by_graph[DefaultGraph()] if "/id/" in str(quad.subject)}
    kept = set(sorted(things, key=str)[::10])
    default = dataset.by_graph[DefaultGraph()]
    return Dataset((quad for quad in default if quad.subject not in things or quad.subject in kept), dataset.prefixes)


def codes(report: Report) -> set[str]:
    """The codes found, but for those that any small set has: no row for most terms, no file of its alignment."""
    return {found.code for found in report.findings} - {"MAP007", "MAP008", "EMPTY"}


def test_the_mapping_sets_are_sound(conversion: Conversion) -> None:
    sets = load_mappings(PROJECT)
    assert len(sets) > 20
    report = check_mappings(sets, conversion.dataset, asserted_triples(PROJECT), alignments_folder(PROJECT))
    assert report.ok, report.text()
    assert report.not_run


def test_a_sound_row_passes(tmp_path: Path, conversion: Conversion) -> None:
    assert not codes(judged(tmp_path, conversion, {}))


@pytest.mark.parametrize("code", FAULTS)
def test_the_rule_finds_its_fault(code: str, tmp_path: Path, conversion: Conversion) -> None:
    assert code in codes(judged(tmp_path, conversion, *FAULTS[code]))


def test_an_unmapped_term_and_a_stale_alignment_are_found(tmp_path: Path, conversion: Conversion) -> None:
    found = {found.code for found in judged(tmp_path, conversion, AXIOM).findings}
    assert {"MAP007", "MAP008"} <= found


def test_no_mapping_set_is_a_violation(conversion: Conversion, tmp_path: Path) -> None:
    assert not check_mappings([], conversion.dataset, set(), tmp_path).ok


@pytest.mark.parametrize(("old", "new"), [("comity:Event", "unknown:Event"), ("# curie_map:", "# curie_map")])
def test_a_broken_file_is_refused_with_its_line(old: str, new: str, tmp_path: Path) -> None:
    path = write(tmp_path, {})
    path.write_text(path.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    with pytest.raises(UnreadableInput, match=r"foreign\.sssom\.tsv:\d+"):
        read_mappings(path)


def test_alignments_are_written_as_they_stand(copy: Path) -> None:
    before = {path.name: path.read_bytes() for path in (ROOT / "ontology" / "alignments").glob("*.ttl")}
    write_alignments(load_project(copy))
    assert {path.name: path.read_bytes() for path in (copy / "ontology" / "alignments").glob("*.ttl")} == before
    assert len(before) >= 10


def test_the_command_checks_the_sets(copy: Path) -> None:
    answer = CliRunner().invoke(cli, ["--project", str(copy), "link", "check"])
    assert answer.exit_code == 0, answer.output
    assert "mapping sets" in answer.output
