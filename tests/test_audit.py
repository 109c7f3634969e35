"""The audit finds what is wrong with a built site, and nothing where all is well."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import rdflib

from comity.core.errors import UnreadableInput
from comity.publishing.audit import CHECKS, CODES, audit, audit_rdf
from comity.publishing.foreign import publish_files

ZOO = """
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix : <http://example.org/zoo/> .
:Animal a owl:Class ; rdfs:label "animal"@en . :eats a owl:ObjectProperty ; rdfs:label "eats"@en .
:lion a :Animal ; :eats :gnu . :gnu a :Animal .
"""
LONG = "".join(map(chr, range(0x3400, 0x9FFF)))
Break = Callable[[Path], object]


@pytest.fixture
def zoo(tmp_path: Path) -> Path:
    (tmp_path / "zoo.ttl").write_text(ZOO, encoding="utf-8")
    publish_files([tmp_path / "zoo.ttl"], "http://example.org/zoo/", tmp_path / "site")
    return tmp_path / "site"


def replace(site: Path, name: str, old: str, new: str) -> None:
    text = (site / name).read_text(encoding="utf-8")
    assert old in text
    (site / name).write_text(text.replace(old, new), encoding="utf-8")


def test_a_sound_site_has_no_findings(zoo: Path) -> None:
    report = audit(zoo)
    assert report.ok, report.text()
    assert not report.findings
    assert set(report.inspected) == set(CHECKS) == set(CODES)
    assert all(report.inspected.values())


@pytest.mark.parametrize(
    ("code", "harm"),
    [
        ("AUD001", lambda site: replace(site, "lion.html", 'href="./gnu.html"', 'href="./gnus.html"')),
        ("AUD001", lambda site: replace(site, "lion.html", 'href="#main"', 'href="#nowhere"')),
        ("AUD002", lambda site: (site / "lion.nt").unlink()),
        ("AUD003", lambda site: (site / "lion.nt").write_text("<http://a.example/> <http://a.example/> 1 .")),
        ("AUD003", lambda site: (site / "lion.nt").write_text("")),
        ("AUD003", lambda site: replace(site, "lion.jsonld", "http://example.org/zoo/gnu", "http://example.org/zoo/gna")),
        ("AUD004", lambda site: replace(site, "lion.html", "<html lang", "<html data-lang")),
        ("AUD004", lambda site: replace(site, "lion.html", "</h1>", "</h1><h1>again</h1>")),
        ("AUD004", lambda site: replace(site, "lion.html", 'alt=""', "")),
        ("AUD005", lambda site: replace(site, "lion.html", "</h1>", f"</h1>{LONG}")),
        ("AUD006", lambda site: replace(site, "data/catalog.ttl", "void:entities ", "void:entities 1")),
        ("AUD007", lambda site: replace(site, "data/dataset.nq", "zoo/eats> <", "zoo/devours> <")),
    ],
)  # fmt: skip
def test_each_harm_is_found(zoo: Path, code: str, harm: Break) -> None:
    harm(zoo)
    report = audit(zoo)
    assert code in {found.code for found in report.findings}, report.text()


def test_a_site_without_a_dataset_does_not_pass(zoo: Path) -> None:
    (zoo / "data" / "dataset.nq").unlink()
    assert not audit(zoo).ok


def test_an_empty_folder_is_no_site(tmp_path: Path) -> None:
    with pytest.raises(UnreadableInput):
        audit(tmp_path)


def test_the_outcome_is_rdf_about_the_digest(zoo: Path) -> None:
    earl = rdflib.Namespace("http://www.w3.org/ns/earl#")
    sound = rdflib.Graph().parse(data=audit_rdf(zoo, audit(zoo)))
    assert len(set(sound.subjects(earl.outcome, earl.passed))) == len(CHECKS)
    (zoo / "lion.nt").unlink()
    harmed = rdflib.Graph().parse(data=audit_rdf(zoo, audit(zoo)))
    assert len(set(harmed.subjects(earl.outcome, earl.failed))) >= 1
    assert set(sound.objects(None, earl.subject)) != set(harmed.objects(None, earl.subject))
