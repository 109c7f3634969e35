"""OWL 2 DL and RL: the ontology keeps every rule, and every rule is seen to bite."""

from __future__ import annotations

import re

import pyoxigraph
import pytest

from comity.checking.profiles import RULES, check_profiles
from comity.conversion.project import Conversion
from comity.store.dataset import Dataset

HEAD = """
@prefix : <https://example.org/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
:A a owl:Class . :B a owl:Class . :p a owl:ObjectProperty . :q a owl:DatatypeProperty . :x a :A ; :p :y ; :q 'v' .
"""
BROKEN = {
    "DL001": ":p a owl:AnnotationProperty .",
    "DL002": ":A a <http://www.w3.org/2000/01/rdf-schema#Datatype> .",
    "DL003": ":A a :B .",
    "DL004": "owl:versionInfo a owl:DatatypeProperty .",
    "DL005": ":A rdfs:subClassOf :Undeclared .",
    "DL006": ":x :undeclared :y .",
    "DL007": ":x :p 'words' .",
    "DL008": ":x :q :y .",
    "DL009": ":q rdfs:range xsd:gYearMonth .",
    "DL010": ":p a owl:TransitiveProperty , owl:FunctionalProperty .",
    "RL001": ":A rdfs:subClassOf [ a owl:Class ; owl:unionOf ( :A :B ) ] .",
    "RL002": "[ a owl:Restriction ; owl:onProperty :p ; owl:allValuesFrom :B ] rdfs:subClassOf :A .",
    "RL003": ":A owl:disjointUnionOf ( :B ) .",
    "RL004": ":p a owl:ReflexiveProperty .",
    "RL005": ":A rdfs:subClassOf [ a owl:Restriction ; owl:onProperty :p ; owl:maxCardinality 2 ] .",
    "RL006": ":A rdfs:subClassOf owl:Thing .",
}


def codes(turtle: str) -> set[str]:
    quads = pyoxigraph.parse(input=HEAD + turtle, format=pyoxigraph.RdfFormat.TURTLE)
    return {found.code for found in check_profiles(Dataset(quads, {})).findings}


def test_the_project_is_within_both_profiles(conversion: Conversion) -> None:
    report = check_profiles(conversion.dataset)
    assert report.inspected["triples judged by profile"] > 5000
    assert report.ok, report.text()


def test_sound_axioms_pass() -> None:
    allowed = """
    :A rdfs:subClassOf [ a owl:Restriction ; owl:onProperty :p ; owl:maxCardinality 1 ] .
    [ a owl:Class ; owl:unionOf ( :A :B ) ] rdfs:subClassOf :B .
    :S a sh:NodeShape ; sh:targetClass :A .
    """
    assert not codes("")
    assert not codes(allowed)


def test_every_rule_has_a_fixture_and_cites_its_paragraph() -> None:
    assert [rule.code for rule in RULES] == list(BROKEN)
    assert all(
        re.fullmatch(r"OWL 2 (Structural Specification|Profiles) §[\d.]+( and §[\d.]+)*", r.paragraph) for r in RULES
    )


@pytest.mark.parametrize("code", BROKEN)
def test_the_rule_finds_its_fault(code: str) -> None:
    assert code in codes(BROKEN[code])
