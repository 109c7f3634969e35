"""The OWL 2 RL closure of triples, and the contradictions in it (OWL 2 Profiles §4.3, tables 4 to 8).

Most rules are run by reasonable. What it leaves out and says something about individuals is added here, as SPARQL over
its result, until nothing new comes; of its missing rules about the schema alone (table 9) none entails a type, a value
or an identity that the others do not. The rules whose conclusion is *false* are questions to the closure, so that each
contradiction names the thing that it is about. Datatypes (table 8) are not reasoned with: the shapes check those.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import pairwise

import rdflib
from pyoxigraph import (
    BlankNode,
    Literal,
    NamedNode,
    Quad,
    QuerySolutions,
    QueryTriples,
    RdfFormat,
    Store,
    Triple,
    parse,
)

from comity.core.errors import MissingDependency
from comity.core.rdf import Node, object_of, subject_of
from comity.model.vocabulary import OWL, RDF
from comity.store.answers import plain

PREFIXES = """\
PREFIX owl: <http://www.w3.org/2002/07/owl#>
PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
"""
SAME_AS = NamedNode(OWL + "sameAs")
FIRST, REST = NamedNode(RDF + "first"), NamedNode(RDF + "rest")

MISSING_RULES = {
    "cls-maxc2": """CONSTRUCT { ?one owl:sameAs ?other } WHERE {
  ?class owl:maxCardinality ?most ; owl:onProperty ?property . FILTER(?most = 1)
  ?thing a ?class ; ?property ?one , ?other . FILTER(?one != ?other) }""",
    "cls-maxqc3 and cls-maxqc4": """CONSTRUCT { ?one owl:sameAs ?other } WHERE {
  ?class owl:maxQualifiedCardinality ?most ; owl:onProperty ?property ; owl:onClass ?kind . FILTER(?most = 1)
  ?thing a ?class ; ?property ?one , ?other . FILTER(?one != ?other)
  FILTER(?kind = owl:Thing || EXISTS { ?one a ?kind . ?other a ?kind }) }""",
    "cls-oo": "CONSTRUCT { ?thing a ?class } WHERE { ?class owl:oneOf/rdf:rest*/rdf:first ?thing }",
}
"""Rules that reasonable does not have, each as one query; prp-spo2 and prp-key are made for each axiom."""

CONTRADICTIONS = {
    "eq-diff1": ("it is the same as and different from {value}", "?focus owl:sameAs ?value ; owl:differentFrom ?value"),
    "eq-diff2 and eq-diff3": (
        "it is the same as {value}, and both stand in one list of different things",
        """?all owl:members|owl:distinctMembers ?list .
  ?list rdf:rest*/rdf:first ?focus , ?value . FILTER(STR(?focus) < STR(?value)) ?focus owl:sameAs ?value""",
    ),
    "prp-irp": (
        "{value} is irreflexive, and it has this relation to itself",
        "?value a owl:IrreflexiveProperty . ?focus ?value ?focus",
    ),
    "prp-asyp": (
        "{value} is asymmetric, and goes to and fro between it and another",
        "?value a owl:AsymmetricProperty . ?focus ?value ?other . ?other ?value ?focus",
    ),
    "prp-pdw": (
        "{value} and another relation of it to one thing exclude each other",
        "?value owl:propertyDisjointWith ?two . ?focus ?value ?object ; ?two ?object",
    ),
    "prp-adp": (
        "{value} and another relation of it to one thing exclude each other",
        """?all a owl:AllDisjointProperties ; owl:members ?list . ?list rdf:rest*/rdf:first ?value , ?two .
  FILTER(STR(?value) < STR(?two)) ?focus ?value ?object ; ?two ?object""",
    ),
    "prp-npa1 and prp-npa2": (
        "that it is related by {value} is denied",
        """?denial owl:sourceIndividual ?focus ; owl:assertionProperty ?value ;
    owl:targetIndividual|owl:targetValue ?object . ?focus ?value ?object""",
    ),
    "cls-nothing2": ("it is of a class that nothing can be of", "?focus a owl:Nothing . BIND(owl:Nothing AS ?value)"),
    "cls-com": (
        "it is a {value} and belongs to the complement of that class",
        "?class owl:complementOf ?value . ?focus a ?class , ?value",
    ),
    "cls-maxc1": (
        "it has a value of {value}, of which it may have none",
        """?class owl:maxCardinality ?most ; owl:onProperty ?value . FILTER(?most = 0)
  ?focus a ?class ; ?value ?object""",
    ),
    "cls-maxqc1 and cls-maxqc2": (
        "it has a value of {value}, of which it may have none",
        """?class owl:maxQualifiedCardinality ?most ; owl:onProperty ?value ; owl:onClass ?kind . FILTER(?most = 0)
  ?focus a ?class ; ?value ?object . FILTER(?kind = owl:Thing || EXISTS { ?object a ?kind })""",
    ),
    "cax-dw": (
        "it is a {value} and a member of a class disjoint with that one",
        "?value owl:disjointWith ?two . ?focus a ?value , ?two",
    ),
    "cax-adc": (
        "it is a {value} and a member of a class disjoint with that one",
        """?all a owl:AllDisjointClasses ; owl:members ?list . ?list rdf:rest*/rdf:first ?value , ?two .
  FILTER(STR(?value) < STR(?two)) ?focus a ?value , ?two""",
    ),
}
"""Rules whose conclusion is false: what they mean for ``?focus``, and the pattern of what contradicts itself."""


@dataclass(frozen=True, slots=True, order=True)
class Contradiction:
    """A thing that cannot be, and the rule that says so."""

    focus: str
    rule: str
    message: str


def require_reasonable() -> None:
    """Raise an error where the reasoner is not installed.

    Raises:
        MissingDependency: saying how it comes.
    """
    if find_spec("reasonable") is None:
        raise MissingDependency("reasonable is not installed", "pip install 'comity[reason]'")


def closure(triples: Iterable[Triple]) -> Store:
    """Return the OWL 2 RL closure of triples, in the default graph of a store.

    Raises:
        MissingDependency: as :func:`require_reasonable`.
    """
    require_reasonable()
    import reasonable

    reasoner = reasonable.PyReasoner()
    added = set(triples)
    while True:
        reasoner.from_graph([tuple(map(_term, triple)) for triple in added])
        store = Store()
        store.bulk_extend(parse("".join(map(_turtle, reasoner.reason())), RdfFormat.TURTLE))
        added = {triple for triple in _missing(store) if Quad(*triple) not in store}
        if not added:
            return store


def contradictions(store: Store) -> list[Contradiction]:
    """Return what contradicts itself in a closure, sorted."""
    found: set[Contradiction] = set()
    for rule, (message, pattern) in CONTRADICTIONS.items():
        for focus, value in _select(store, f"SELECT DISTINCT ?focus ?value WHERE {{ {pattern} }}"):
            found.add(Contradiction(plain(focus), rule, message.format(value=plain(value))))
    return sorted(found)


def mergers(store: Store) -> list[tuple[str, str]]:
    """Return the pairs of different names that a closure makes one thing, sorted."""
    pairs = {(subject_of(quad), object_of(quad)) for quad in store.quads_for_pattern(None, SAME_AS, None)}
    return sorted((plain(one), plain(other)) for one, other in pairs if one != other)


def _term(node: Node) -> rdflib.URIRef | rdflib.BNode | rdflib.Literal:
    """Return a node as rdflib's, a blank one by its own name: what is added later is about the same node."""
    if isinstance(node, NamedNode):
        return rdflib.URIRef(node.value)
    if isinstance(node, BlankNode):
        return rdflib.BNode(node.value)
    datatype = None if node.language else rdflib.URIRef(node.datatype.value)
    return rdflib.Literal(node.value, lang=node.language, datatype=datatype, normalize=False)


def _turtle(triple: tuple[rdflib.term.Node, ...]) -> str:
    """Return a triple in Turtle: rdflib writes a text of several lines as N-Triples has it not."""
    return "{} {} {} .\n".format(*(part.n3() for part in triple))


def _missing(store: Store) -> Iterator[Triple]:
    for query in (*MISSING_RULES.values(), *_chains(store), *_keys(store)):
        found = store.query(PREFIXES + query)
        if isinstance(found, QueryTriples):
            yield from (triple for triple in found if not isinstance(triple.subject, Literal))


def _chains(store: Store) -> Iterator[str]:
    """Yield a query for each property chain (rule prp-spo2)."""
    for made, chain in _lists(store, "propertyChainAxiom"):
        steps = zip(chain, pairwise(range(len(chain) + 1)), strict=True)
        pattern = " . ".join(f"?x{here} {property_} ?x{there}" for property_, (here, there) in steps)
        yield f"CONSTRUCT {{ ?x0 {made} ?x{len(chain)} }} WHERE {{ {pattern} }}"


def _keys(store: Store) -> Iterator[str]:
    """Yield a query for each key of a class (rule prp-key)."""
    for class_, key in _lists(store, "hasKey"):
        values = " ; ".join(f"{property_} ?z{number}" for number, property_ in enumerate(key))
        yield (
            f"CONSTRUCT {{ ?x owl:sameAs ?y }} WHERE {{ ?x a {class_} ; {values} . ?y a {class_} ; {values} . "
            "FILTER(?x != ?y) }"
        )


def _lists(store: Store, axiom: str) -> Iterator[tuple[str, list[str]]]:
    """Yield the named subjects of an axiom with the named members of its list; others are outside OWL 2 RL."""
    for quad in store.quads_for_pattern(None, NamedNode(OWL + axiom), None):
        members = _members(store, object_of(quad))
        if members and all(isinstance(node, NamedNode) for node in (quad.subject, *members)):
            yield str(quad.subject), [str(member) for member in members]


def _members(store: Store, list_: Node) -> list[Node]:
    members: list[Node] = []
    seen: set[Node] = set()
    while isinstance(list_, BlankNode) and list_ not in seen:
        seen.add(list_)
        first = next(store.quads_for_pattern(list_, FIRST, None), None)
        rest = next(store.quads_for_pattern(list_, REST, None), None)
        if first is None or rest is None:
            return []
        members.append(object_of(first))
        list_ = object_of(rest)
    return members


def _select(store: Store, query: str) -> Iterator[tuple[Node, Node]]:
    found = store.query(PREFIXES + query)
    if isinstance(found, QuerySolutions):
        for row in found:
            yield row["focus"], row["value"]
