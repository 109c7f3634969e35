"""The dataset: source quads, indexes for publishing, and an embedded store for questions.

The default graph holds exactly the ontology, the schemes and the derived facts; statements and records live in
named graphs. Queries never see the union, so that the same question has the same answer in every store.
Publishing reads :attr:`Dataset.quads`, never the store, which rewrites literals.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, Store

from comity.core.errors import UsageError
from comity.core.rdf import Node, Subject, object_of, parse_file, sort_key, subject_of
from comity.model.vocabulary import LABEL, PREF_LABEL, SENTENCE, TYPE


class Dataset:
    """A fixed set of quads with what pages and questions need to look things up."""

    def __init__(self, quads: Iterable[Quad], prefixes: Mapping[str, str]) -> None:
        self.quads: list[Quad] = sorted(set(quads), key=lambda quad: (*sort_key(quad), str(quad.graph_name)))
        self.prefixes = dict(prefixes)

    @cached_property
    def by_subject(self) -> Mapping[Subject, list[Quad]]:
        """The quads of each subject, in order."""
        return _index(self.quads, lambda quad: quad.subject)

    @cached_property
    def by_object(self) -> Mapping[Node, list[Quad]]:
        """The quads that point at each object, in order."""
        return _index(self.quads, lambda quad: quad.object)

    @cached_property
    def by_graph(self) -> Mapping[NamedNode | DefaultGraph, list[Quad]]:
        """The quads of each graph, in order."""
        return _index(self.quads, lambda quad: quad.graph_name)

    def instances(self, class_: NamedNode) -> list[Subject]:
        """Return the distinct things that some graph types as ``class_``, in order."""
        typed = (subject_of(quad) for quad in self.by_object.get(class_, ()) if quad.predicate == TYPE)
        return list(dict.fromkeys(typed))

    def objects(self, subject: Subject, predicate: NamedNode) -> list[Node]:
        """Return the distinct objects of a subject and predicate in any graph, in order."""
        found = (object_of(quad) for quad in self.by_subject.get(subject, ()) if quad.predicate == predicate)
        return list(dict.fromkeys(found))

    def literal(self, subject: Subject, predicate: NamedNode, language: str) -> Literal | None:
        """Return the literal of a subject and predicate in a language, else in none or another, else ``None``."""
        values = [value for value in self.objects(subject, predicate) if isinstance(value, Literal)]
        ranked = sorted(values, key=lambda value: (value.language != language, value.language is not None))
        return ranked[0] if ranked else None

    def label(self, node: Node, language: str) -> Literal:
        """Return what a node is called in a language; without a label, the last part of its IRI."""
        if isinstance(node, Literal):
            return node
        for predicate in (LABEL, PREF_LABEL, SENTENCE):
            found = self.literal(node, predicate, language)
            if found is not None:
                return found
        return Literal(node.value.rstrip("/#").rpartition("#")[2].rpartition("/")[2] or node.value)

    @cached_property
    def store(self) -> Store:
        """An embedded store that holds the quads; made when first asked."""
        store = Store()
        store.bulk_extend(self.quads)
        return store


def _index(quads: Iterable[Quad], part: Callable[[Quad], Any]) -> dict[Any, list[Quad]]:
    index: defaultdict[Any, list[Quad]] = defaultdict(list)
    for quad in quads:
        index[part(quad)].append(quad)
    return dict(index)


def load_dataset(path: Path, prefixes: Mapping[str, str]) -> Dataset:
    """Read a dataset from an N-Quads (or any RDF) file.

    Raises:
        UnreadableInput: if the file cannot be read.
    """
    return Dataset(parse_file(path, keep_names=True), prefixes)


def save_store(dataset: Dataset, folder: Path) -> None:
    """Write a dataset as an Oxigraph store on disk.

    Raises:
        UsageError: if the folder exists and holds something.
    """
    if folder.exists() and any(folder.iterdir()):
        raise UsageError(f"{folder} is not empty", "name a folder that does not exist yet")
    store = Store(str(folder))
    store.bulk_extend(dataset.quads)
    store.flush()
