"""OWL 2 DL and OWL 2 RL: the structural rules that an ontology in RDF can break, each with its paragraph.

The rules are SPARQL over the default graph of a dataset, so that each can be read and tried alone. Covered are the
typing constraints and the ban on shared IRIs (OWL 2 Structural Specification §5.8.1), the reserved vocabulary (§2.4),
declarations (§5.8.2), the global restrictions on properties that need to be simple (§11), the datatypes (§4), and the
places of class expressions and axioms in OWL 2 RL (OWL 2 Profiles §4.2).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pyoxigraph import DefaultGraph, NamedNode, Quad

from comity.core.diagnostics import Diagnostic, Report, Severity
from comity.model.vocabulary import SH, SH_DECLARE, SH_NAMESPACE, SH_PREFIX, TYPE
from comity.store.answers import ask, plain
from comity.store.dataset import Dataset

PREFIXES = """\
PREFIX owl: <http://www.w3.org/2002/07/owl#>
PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
"""


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: ``pattern`` finds ``?focus`` (and ``?value``) where it is broken."""

    code: str
    paragraph: str
    message: str
    hint: str
    pattern: str

    @property
    def query(self) -> str:
        """The rule as a query."""
        return f"{PREFIXES}SELECT DISTINCT ?focus ?value WHERE {{\n{self.pattern}\n}} ORDER BY ?focus ?value"


PREFIX_MAP = frozenset([SH_DECLARE, SH_PREFIX, SH_NAMESPACE])
OWL2 = "OWL 2 Structural Specification"
RL = "OWL 2 Profiles"
PROPERTY_KINDS = "owl:ObjectProperty owl:DatatypeProperty owl:AnnotationProperty"
DATATYPES = """
    owl:real owl:rational xsd:decimal xsd:integer xsd:nonNegativeInteger xsd:nonPositiveInteger xsd:positiveInteger
    xsd:negativeInteger xsd:long xsd:int xsd:short xsd:byte xsd:unsignedLong xsd:unsignedInt xsd:unsignedShort
    xsd:unsignedByte xsd:double xsd:float xsd:string xsd:normalizedString xsd:token xsd:language xsd:Name xsd:NCName
    xsd:NMTOKEN xsd:boolean xsd:hexBinary xsd:base64Binary xsd:anyURI xsd:dateTime xsd:dateTimeStamp rdf:XMLLiteral
    rdf:PlainLiteral rdf:langString rdfs:Literal"""

RULES = (
    Rule(
        "DL001",
        f"{OWL2} §5.8.1",
        "the IRI is declared as two kinds of property",
        "keep one declaration",
        f"""  VALUES ?one {{ {PROPERTY_KINDS} }}
  VALUES ?value {{ {PROPERTY_KINDS} }}
  ?focus a ?one , ?value .
  FILTER(STR(?one) < STR(?value))""",
    ),
    Rule(
        "DL002",
        f"{OWL2} §5.8.1",
        "the IRI is both a class and a datatype",
        "keep one declaration",
        "  ?focus a owl:Class , rdfs:Datatype . BIND(rdfs:Datatype AS ?value)",
    ),
    Rule(
        "DL003",
        f"{OWL2} §5.9",
        "the IRI is a class or property and also an individual: allowed by OWL 2 as punning, and not wanted here",
        "make the individual a thing of its own",
        f"""  VALUES ?kind {{ owl:Class {PROPERTY_KINDS} }}
  ?focus a ?kind , ?value .
  ?value a owl:Class .
  FILTER(isIRI(?focus))
  FILTER(!STRSTARTS(STR(?value), STR(owl:)))""",
    ),
    Rule(
        "DL004",
        f"{OWL2} §2.4",
        "the term of the reserved vocabulary is declared anew",
        "use a term of your own",
        f"""  VALUES ?value {{ owl:Class {PROPERTY_KINDS} rdfs:Datatype }}
  ?focus a ?value .
  FILTER(isIRI(?focus) && REGEX(STR(?focus), "^http://www.w3.org/(2002/07/owl#|2000/01/rdf-schema#|1999/02/22-rdf)"))
  FILTER(?value != owl:AnnotationProperty)""",
    ),
    Rule(
        "DL005",
        f"{OWL2} §5.8.2",
        "a class is used and not declared",
        "declare it as owl:Class, a borrowed one among the borrowed terms",
        """  { ?focus rdfs:subClassOf|owl:disjointWith|rdfs:domain ?value }
  UNION { ?focus owl:equivalentClass ?value } UNION { ?focus a ?value }
  UNION { ?focus rdfs:range ?value . ?focus a owl:ObjectProperty }
  FILTER(isIRI(?value))
  FILTER NOT EXISTS { ?value a owl:Class }
  FILTER(!REGEX(STR(?value), "^http://www.w3.org/(2002/07/owl#|2000/01/rdf-schema#|1999/02/22-rdf)"))""",
    ),
    Rule(
        "DL006",
        f"{OWL2} §5.8.2",
        "a property is used and not declared",
        "declare it as object, data or annotation property",
        f"""  {{ SELECT DISTINCT ?focus WHERE {{ ?subject ?focus ?object }} }}
  BIND(?focus AS ?value)
  FILTER NOT EXISTS {{ VALUES ?kind {{ {PROPERTY_KINDS} }} ?focus a ?kind }}
  FILTER(!REGEX(STR(?focus), "^http://www.w3.org/(2002/07/owl#|2000/01/rdf-schema#|1999/02/22-rdf)"))""",
    ),
    Rule(
        "DL007",
        f"{OWL2} §8.2 and §5.3",
        "an object property has a literal as its value",
        "make it a data property, or give an IRI",
        "  ?property a owl:ObjectProperty . ?focus ?property ?value . FILTER(isLiteral(?value))",
    ),
    Rule(
        "DL008",
        f"{OWL2} §5.4",
        "a data property has an IRI as its value",
        "make it an object property, or give a literal",
        "  ?property a owl:DatatypeProperty . ?focus ?property ?value . FILTER(!isLiteral(?value))",
    ),
    Rule(
        "DL009",
        f"{OWL2} §4",
        "the range is a datatype outside the datatype map",
        "leave the range out and let a shape check the datatype",
        f"""  ?focus a owl:DatatypeProperty ; rdfs:range ?value .
  FILTER(isIRI(?value))
  FILTER NOT EXISTS {{ VALUES ?value {{ {DATATYPES} }} }}
  FILTER NOT EXISTS {{ ?value a rdfs:Datatype }}""",
    ),
    Rule(
        "DL010",
        f"{OWL2} §11.1 and §11.2",
        "a property that is not simple (transitive, or made by a chain) is also restricted as only a simple one may be",
        "take out the transitivity or the restriction",
        """  { ?below a owl:TransitiveProperty } UNION { ?below owl:propertyChainAxiom ?chain }
  ?below rdfs:subPropertyOf* ?focus .
  { ?focus a ?value . VALUES ?value {
      owl:FunctionalProperty owl:InverseFunctionalProperty owl:AsymmetricProperty owl:IrreflexiveProperty } }
  UNION { ?focus owl:propertyDisjointWith ?value }
  UNION { ?value owl:onProperty ?focus ; owl:cardinality|owl:maxCardinality|owl:minCardinality|owl:hasSelf ?bound }""",
    ),
    Rule(
        "RL001",
        f"{RL} §4.2.2 and §4.2.3",
        "the superclass is a union or enumeration, which OWL 2 RL allows as a subclass only",
        "state the subclasses one by one, or let a shape check it",
        """  VALUES ?construct {
    owl:unionOf owl:oneOf owl:someValuesFrom owl:minCardinality owl:minQualifiedCardinality }
  ?focus rdfs:subClassOf|rdfs:domain|rdfs:range|owl:equivalentClass ?value .
  ?value ?construct ?part .
  FILTER(isBlank(?value))""",
    ),
    Rule(
        "RL002",
        f"{RL} §4.2.2",
        "the subclass is a complement or a universal restriction, which OWL 2 RL allows as a superclass only",
        "turn the axiom round, or let a shape check it",
        """  VALUES ?construct { owl:complementOf owl:allValuesFrom owl:maxCardinality owl:maxQualifiedCardinality }
  ?focus rdfs:subClassOf|owl:equivalentClass ?value .
  ?focus ?construct ?part .
  FILTER(isBlank(?focus))""",
    ),
    Rule(
        "RL003",
        f"{RL} §4.2.4",
        "OWL 2 RL has no disjoint unions",
        "state subclasses and disjointness apart",
        "  ?focus owl:disjointUnionOf ?value",
    ),
    Rule(
        "RL004",
        f"{RL} §4.2.4",
        "OWL 2 RL has no reflexive properties",
        "take the axiom out",
        "  ?focus a owl:ReflexiveProperty . BIND(owl:ReflexiveProperty AS ?value)",
    ),
    Rule(
        "RL005",
        f"{RL} §4.2.3",
        "a cardinality above one, or an exact one, is outside OWL 2 RL",
        "let a shape count",
        """  VALUES ?bound { owl:maxCardinality owl:maxQualifiedCardinality owl:cardinality owl:qualifiedCardinality }
  ?focus ?bound ?value .
  FILTER(?bound IN (owl:cardinality, owl:qualifiedCardinality) || ?value > 1)""",
    ),
    Rule(
        "RL006",
        f"{RL} §4.2.1",
        "owl:Thing stands as a subclass or superclass, which OWL 2 RL does not allow",
        "leave the axiom out: everything is a thing",
        "  VALUES ?value { owl:Thing } ?focus rdfs:subClassOf|owl:equivalentClass|rdfs:domain|rdfs:range ?value",
    ),
)


def check_profiles(dataset: Dataset) -> Report:
    """Judge ontology, schemes and facts by the rules of OWL 2 DL and OWL 2 RL.

    They stand in the default graph; shapes and queries that are published with them are no part of the ontology.
    """
    report = Report()
    report.count("profile rules", len(RULES))
    ontology = Dataset(list(_without_shacl(dataset.by_graph.get(DefaultGraph(), ()))), dataset.prefixes)
    report.count("triples judged by profile", len(ontology.quads))
    for rule in RULES:
        for focus, value in ask(ontology, rule.query).rows:
            report.add(
                Diagnostic(
                    rule.code,
                    Severity.VIOLATION,
                    rule.message,
                    rule.hint,
                    focus=plain(focus),
                    value=plain(value),
                    rule=rule.paragraph,
                )
            )
    return report


def _without_shacl(quads: Iterable[Quad]) -> Iterator[Quad]:
    """Yield quads that describe no shape and no query; the prefix map (SHACL 1.0 §5.2.1) is the ontology's own."""
    quads = list(quads)
    shapes = {quad.subject for quad in quads if quad.predicate == TYPE and _of_shacl(quad.object)}
    for quad in quads:
        if quad.subject not in shapes and (quad.predicate in PREFIX_MAP or not _of_shacl(quad.predicate)):
            yield quad


def _of_shacl(node: object) -> bool:
    return isinstance(node, NamedNode) and node.value.startswith(SH)
