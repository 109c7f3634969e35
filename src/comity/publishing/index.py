"""What pages look up: the quads of a dataset by subject and property, in both directions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, Triple

from comity.core.rdf import Node, Subject
from comity.model.vocabulary import STATEMENT, SUBCLASS_OF, SUBJECT, TYPE

Graph = NamedNode | BlankNode | DefaultGraph
Objects = Mapping[Node, list[Graph]]
NOTHING: Mapping[NamedNode, Objects] = {}
NOBODY: Mapping[NamedNode, Mapping[Subject, None]] = {}
DEFAULT = DefaultGraph()


class Index:
    """Quads by what they are about and by what they point at; everything in the order of the quads."""

    def __init__(self, quads: Iterable[Quad]) -> None:
        self._about: dict[Subject, dict[NamedNode, dict[Node, list[Graph]]]] = {}
        self._into: dict[Node, dict[NamedNode, dict[Subject, None]]] = {}
        self.quads: dict[Subject, list[Quad]] = {}
        self.graphs: dict[Graph, list[Quad]] = {}
        for quad in quads:
            self._add(quad)

    def _add(self, quad: Quad) -> None:
        subject, predicate, object_, graph = quad
        self._about.setdefault(subject, {}).setdefault(predicate, {}).setdefault(object_, []).append(graph)
        if not isinstance(object_, Literal):
            self._into.setdefault(object_, {}).setdefault(predicate, {})[subject] = None
        self.quads.setdefault(subject, []).append(quad)
        self.graphs.setdefault(graph, []).append(quad)

    def about(self, subject: Node) -> Mapping[NamedNode, Objects]:
        """Return what is said of a subject: for each property, its objects and the graphs that say so."""
        return self._about.get(subject, NOTHING)  # type: ignore[arg-type]  # a literal is no key

    def objects(self, subject: Node, predicate: NamedNode) -> list[Node]:
        """Return the objects of a subject and property, in any graph."""
        return list(self.about(subject).get(predicate, ()))

    def object(self, subject: Node, predicate: NamedNode) -> Node | None:
        """Return the first object of a subject and property, if any."""
        return next(iter(self.about(subject).get(predicate, ())), None)

    def into(self, node: Node) -> Mapping[NamedNode, Mapping[Subject, None]]:
        """Return what points at a node: for each property, the subjects."""
        return self._into.get(node, NOBODY)

    def subjects(self, predicate: NamedNode, node: Node) -> list[Subject]:
        """Return the subjects that point at a node with a property."""
        return list(self.into(node).get(predicate, ()))

    def is_a(self, node: Node, class_: NamedNode) -> bool:
        """Return whether a node is declared to be of a class."""
        return class_ in self.about(node).get(TYPE, ())

    def instances(self, class_: NamedNode) -> list[Subject]:
        """Return the declared instances of a class and of the classes under it, each once."""
        found: dict[Subject, None] = {}
        for each in self.family(class_):
            found.update(dict.fromkeys(self.subjects(TYPE, each)))
        return list(found)

    def family(self, class_: NamedNode) -> list[NamedNode]:
        """Return a class and all named classes under it."""
        found: dict[NamedNode, None] = {class_: None}
        waiting = [class_]
        while waiting:
            for under in self.subjects(SUBCLASS_OF, waiting.pop()):
                if isinstance(under, NamedNode) and under not in found:
                    found[under] = None
                    waiting.append(under)
        return list(found)

    def statements_about(self, node: Node) -> list[Subject]:
        """Return the statements whose subject is a node."""
        return self.subjects(SUBJECT, node)

    def owner(self, node: Subject) -> NamedNode | None:
        """Return the named thing that a blank node is part of, if there is one."""
        seen: set[Subject] = set()
        while isinstance(node, BlankNode) and node not in seen:
            seen.add(node)
            node = next((by for subjects in self.into(node).values() for by in subjects), node)
        return node if isinstance(node, NamedNode) else None

    def count_statements(self) -> int:
        """Return how many statements there are."""
        return len(self.subjects(TYPE, STATEMENT))


def description(index: Index, node: NamedNode) -> Iterator[Triple]:
    """Yield the triples that describe a node: about it, its blank nodes, which statements are about it.

    Of a graph, all its triples as well.
    """
    seen: set[Subject] = {node}
    waiting: list[Quad] = [*index.quads.get(node, ()), *index.graphs.get(node, ())]
    while waiting:
        quad = waiting.pop()
        yield quad.triple
        part = quad.object
        if isinstance(part, BlankNode) and part not in seen:
            seen.add(part)
            waiting.extend(index.quads.get(part, ()))
    for statement in index.statements_about(node):
        yield Triple(statement, SUBJECT, node)
