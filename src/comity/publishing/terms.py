"""Terms that only pages need: how standard vocabularies name, describe and arrange things."""

from __future__ import annotations

from pyoxigraph import NamedNode

from comity.model.vocabulary import (
    ANNOTATION_PROPERTY,
    COMITY,
    COMMENT,
    DATATYPE_PROPERTY,
    DCTERMS,
    DEFINITION,
    LABEL,
    OBJECT_PROPERTY,
    OWL,
    PREF_LABEL,
    RDF,
    RDFS,
    SH,
    SKOS,
)

TITLE = NamedNode(DCTERMS + "title")
LANGUAGE = NamedNode(DCTERMS + "language")
PUBLISHER = NamedNode(DCTERMS + "publisher")
DESCRIPTION = NamedNode(DCTERMS + "description")
DOMAIN = NamedNode(RDFS + "domain")
RANGE = NamedNode(RDFS + "range")
SUBPROPERTY_OF = NamedNode(RDFS + "subPropertyOf")
ONTOLOGY_PROPERTIES = (OBJECT_PROPERTY, DATATYPE_PROPERTY, ANNOTATION_PROPERTY)
PROPERTY_TYPES = (*ONTOLOGY_PROPERTIES, NamedNode(RDF + "Property"))
NAMED_INDIVIDUAL = NamedNode(OWL + "NamedIndividual")
BROADER = NamedNode(SKOS + "broader")
NARROWER = NamedNode(SKOS + "narrower")
TOP_CONCEPT_OF = NamedNode(SKOS + "topConceptOf")
HAS_TOP_CONCEPT = NamedNode(SKOS + "hasTopConcept")
EXAMPLE = NamedNode(SKOS + "example")
FIRST = NamedNode(RDF + "first")
REST = NamedNode(RDF + "rest")
NIL = NamedNode(RDF + "nil")
SHAPE_NAME = NamedNode(SH + "name")
SELECT_QUERY = NamedNode(SH + "SPARQLSelectExecutable")
QUERY_TEXTS = tuple(NamedNode(SH + name) for name in ("select", "construct", "ask"))

SUMMARY = NamedNode(COMITY + "summary")
KIND = NamedNode(COMITY + "kind")
STATUS_OF = NamedNode(COMITY + "statusOf")
STATUS = NamedNode(COMITY + "status")
BEGAN_ON = NamedNode(COMITY + "beganOn")
ENDED_ON = NamedNode(COMITY + "endedOn")
DERIVABLE = NamedNode(COMITY + "derivable")

NAMES = (LABEL, PREF_LABEL)
"""What a thing is called, the first that is there."""

LEADS = (SUMMARY, DEFINITION, DESCRIPTION, COMMENT)
"""What a thing is in one sentence, the first that is there."""

RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ur"})
