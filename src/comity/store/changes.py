"""What changed between two sets of quads: terms, statements and other things, and what that asks of the version.

Levels follow Semantic Versioning 2.0.0 (https://semver.org). For an ontology, *major* is what may change an answer or
an inference for data that stands: a term that is gone, or that means something else to a reasoner or to the facts rule.
*Minor* is a new term, *patch* a change in words. Blank nodes are compared by what they say, whatever they are called.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import IntEnum

from pyoxigraph import BlankNode, DefaultGraph, NamedNode, Quad

from comity.core.rdf import Node, Subject, object_of
from comity.model.vocabulary import (
    CLASS,
    COMITY,
    CONCEPT,
    CONCEPT_SCHEME,
    DOMAIN,
    OWL,
    PROPERTY_TYPES,
    RANGE,
    RDFS,
    STATEMENT,
    SUBCLASS_OF,
    SUBPROPERTY_OF,
    TYPE,
)
from comity.store.dataset import Dataset

TERM_TYPES = frozenset({CLASS, NamedNode(RDFS + "Class"), *PROPERTY_TYPES, CONCEPT, CONCEPT_SCHEME})
AXIOMS = frozenset({TYPE, SUBCLASS_OF, SUBPROPERTY_OF, DOMAIN, RANGE})
FACT_RULES = frozenset(NamedNode(COMITY + name) for name in ("derivable", "singleValued", "speechAct"))
REMARKS = frozenset(
    NamedNode(OWL + name)
    for name in ("deprecated", "versionInfo", "versionIRI", "priorVersion", "backwardCompatibleWith")
)
KINDS = ("terms", "statements", "things")
Said = Mapping[Subject, list[Quad]]
WAYS = ("added", "removed", "changed")


class Level(IntEnum):
    """How much of a version must rise."""

    NONE = 0
    PATCH = 1
    MINOR = 2
    MAJOR = 3

    def __str__(self) -> str:
        return self.name.lower()


@dataclass(frozen=True, slots=True, order=True)
class Line:
    """One property and value of a thing, as text; ``graph`` is empty in the default graph."""

    property: str
    value: str
    graph: str

    def __str__(self) -> str:
        return f"{self.property} {self.value}" + (f" in {self.graph}" if self.graph else "")


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that was added or removed, or says something else now.

    Attributes:
        iri, label: what it is.
        kind: one of :data:`KINDS`.
        how: one of :data:`WAYS`.
        level: what it asks of the version of the ontology; nothing unless it is a term.
        gone, new: of what changed: what it no longer says, and what it says now.
    """

    iri: str
    label: str
    kind: str
    how: str
    level: Level
    gone: tuple[Line, ...] = ()
    new: tuple[Line, ...] = ()


@dataclass(frozen=True, slots=True)
class Changes:
    """All changes, ordered by IRI."""

    changes: tuple[Change, ...]

    @property
    def level(self) -> Level:
        """What all changes of terms together ask of the version of the ontology."""
        return max((change.level for change in self.changes), default=Level.NONE)

    def of(self, kind: str, how: str) -> list[Change]:
        """Return the changes of one kind and way."""
        return [change for change in self.changes if (change.kind, change.how) == (kind, how)]

    def counts(self) -> dict[str, dict[str, int]]:
        """Return how many changes of each kind and way there are."""
        return {kind: {how: len(self.of(kind, how)) for how in WAYS} for kind in KINDS}

    def as_dict(self) -> dict[str, object]:
        """Return everything for JSON."""
        listed = [
            {
                "iri": change.iri, "label": change.label, "kind": change.kind, "how": change.how,
                "level": str(change.level), "gone": [*map(str, change.gone)], "new": [*map(str, change.new)],
            }
            for change in self.changes
        ]  # fmt: skip
        return {"level": str(self.level), "counts": self.counts(), "changes": listed}

    def markdown(self, heading: str = "##") -> list[str]:
        """Return the changes as lines of Markdown: a table of numbers, then each term and statement."""
        lines = ["| | added | removed | changed |", "|---|---|---|---|"]
        lines += [f"| {kind} | " + " | ".join(map(str, ways.values())) + " |" for kind, ways in self.counts().items()]
        lines += ["", f"For the version of the ontology this is: **{self.level}**."]
        for kind in KINDS:
            for how in WAYS:
                if found := self.of(kind, how):
                    lines += ["", f"{heading} {kind.capitalize()} {how}", ""]
                    lines += [line for change in found for line in _listed(change)]
        return lines


def compare(old: Dataset, new: Dataset) -> Changes:
    """Return what changed from one dataset to another."""
    before, after = _lines(old), _lines(new)
    found = []
    for iri in sorted(before.keys() | after.keys()):
        then, now = before.get(iri, frozenset()), after.get(iri, frozenset())
        if then != now:
            label = (new if now else old).label(NamedNode(iri), "en").value
            found.append(_change(iri, label, then, now))
    return Changes(tuple(found))


def _change(iri: str, label: str, before: frozenset[Line], after: frozenset[Line]) -> Change:
    kind = _kind({line.value for line in before | after if line.property == str(TYPE)})
    how = "changed" if before and after else "added" if after else "removed"
    level = _level(how, before ^ after) if kind == "terms" else Level.NONE
    if how != "changed":
        return Change(iri, label, kind, how, level)
    return Change(iri, label, kind, how, level, tuple(sorted(before - after)), tuple(sorted(after - before)))


def _kind(types: set[str]) -> str:
    if types & {str(type_) for type_ in TERM_TYPES}:
        return "terms"
    return "statements" if str(STATEMENT) in types else "things"


def _level(how: str, lines: Iterable[Line]) -> Level:
    if how != "changed":
        return Level.MAJOR if how == "removed" else Level.MINOR
    return max(map(_level_of_line, lines))


def _level_of_line(line: Line) -> Level:
    property_ = NamedNode(line.property[1:-1])
    if property_ in AXIOMS | FACT_RULES:
        return Level.MAJOR
    if property_ in REMARKS:
        return Level.MINOR
    return Level.MAJOR if property_.value.startswith(OWL) else Level.PATCH


def _lines(dataset: Dataset) -> dict[str, frozenset[Line]]:
    """Return what is said of each IRI."""
    said = dataset.by_subject
    return {
        subject.value: frozenset(_line(quad, said) for quad in quads)
        for subject, quads in said.items()
        if isinstance(subject, NamedNode)
    }


def _line(quad: Quad, said: Said) -> Line:
    graph = "" if isinstance(quad.graph_name, DefaultGraph) else str(quad.graph_name)
    return Line(str(quad.predicate), _text(object_of(quad), said, ()), graph)


def _text(node: Node, said: Said, above: tuple[Node, ...]) -> str:
    """Return a node as text; a blank node as what it says, in order."""
    if not isinstance(node, BlankNode):
        return str(node)
    if node in above:
        return "[…]"
    inside = (f"{quad.predicate} {_text(object_of(quad), said, (*above, node))}" for quad in said.get(node, ()))
    return f"[ {' ; '.join(sorted(inside))} ]"


def _listed(change: Change) -> Iterator[str]:
    level = f" ({change.level})" if change.level else ""
    yield f"- [{_escaped(change.label)}]({change.iri}){level}"
    for sign, lines in (("−", change.gone), ("+", change.new)):
        for line in lines:
            yield f"  - {sign} `{str(line).replace('`', chr(0x2019))}`"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("[", "\\[").replace("]", "\\]").replace("\n", " ")
