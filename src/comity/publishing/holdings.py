"""What all pages of one site draw on: the project, its quads, which IRIs have pages, the order of properties."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode, Quad

from comity.core.project import Project
from comity.core.rdf import Node
from comity.model.queries import QueryFile
from comity.model.vocabulary import COMMENT, LABEL, SH_ORDER, SH_PATH, TYPE
from comity.publishing.index import Graph, Index
from comity.publishing.paths import Paths
from comity.publishing.terms import QUERY_TEXTS, SELECT_QUERY
from comity.store.answers import Table, ask
from comity.store.dataset import Dataset

LAST = 1e9


@dataclass(frozen=True, slots=True)
class Holdings:
    """The material of a site; ``nodes`` are the IRIs that have a page, ``names`` their file names."""

    project: Project
    dataset: Dataset
    index: Index
    paths: Paths
    nodes: Sequence[NamedNode]
    names: Mapping[Node, str]
    queries: Mapping[NamedNode, QueryFile]
    answers: Mapping[NamedNode, Table]
    orders: Mapping[Node, float]

    def order(self, predicate: NamedNode) -> float:
        """Return where the shapes want a property to stand; one that they do not name comes last."""
        return self.orders.get(predicate, LAST)


def gather(project: Project, dataset: Dataset, queries: Iterable[QueryFile], shapes: Iterable[Quad] = ()) -> Holdings:
    """Bring together what a site is made of.

    Raises:
        CannotRun: if an IRI of the project cannot be the name of a file.
        UsageError: if a query is none.
    """
    asked = {NamedNode(f"{project.base}query/{query.name}"): query for query in queries}
    known = dataset.by_subject
    added = [quad for quad in shapes if quad.subject not in known]
    added += [q for iri, query in asked.items() if iri not in known for q in _query_quads(iri, query)]
    index = Index([*dataset.quads, *sorted(set(added), key=str)])
    paths = Paths(project.base, project.languages)
    nodes = _ours(index, paths)
    names: dict[Node, str] = {node: paths.name(node.value) for node in nodes}
    answers = {iri: ask(dataset, query.text) for iri, query in asked.items()}
    return Holdings(project, dataset, index, paths, nodes, names, asked, answers, _orders(index))


def _query_quads(iri: NamedNode, query: QueryFile) -> Iterable[Quad]:
    yield Quad(iri, TYPE, SELECT_QUERY)
    yield Quad(iri, QUERY_TEXTS[0], Literal(query.text))
    for key, predicate in (("question", LABEL), ("why", COMMENT)):
        for (name, language), lines in query.header.items():
            if name == key:
                yield Quad(iri, predicate, Literal(" ".join(lines), language=language))


def _ours(index: Index, paths: Paths) -> tuple[NamedNode, ...]:
    """Return the IRIs of ours: each that is the subject of a quad, or names a graph."""
    candidates: set[Node | Graph] = {*index.quads, *index.graphs}
    ours = [node for node in candidates if isinstance(node, NamedNode) and paths.owns(node.value)]
    return tuple(sorted(ours, key=str))


def _orders(index: Index) -> dict[Node, float]:
    """Read ``sh:order`` (SHACL 1.0 §2.3.2.3): the first place that any shape gives a property."""
    orders: dict[Node, float] = {}
    for shape in index.quads:
        place = index.object(shape, SH_ORDER)
        if isinstance(place, Literal):
            for path in index.objects(shape, SH_PATH):
                orders[path] = min(orders.get(path, LAST), _number(place.value))
    return orders


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return LAST
