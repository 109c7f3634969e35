"""The dataset: source quads, indexes for publishing, and an embedded store for questions.

The default graph holds exactly the ontology, the schemes and the derived facts; statements and records live in
named graphs. Queries never see the union, so that the same question has the same answer in every store.
Publishing reads :attr:`Dataset.quads`, never the store, which rewrites literals.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, Store, Triple

from comity.core.errors import CannotRun, UsageError
from comity.core.rdf import (
    NO_TAGS,
    Node,
    Subject,
    object_of,
    parse_file,
    serialise_quads,
    sort_key,
    subject_of,
    written_tags,
)
from comity.model.vocabulary import (
    CLASS_TYPES,
    CONCEPT,
    CONCEPT_SCHEME,
    IS_DEFINED_BY,
    LABEL,
    NAMED_INDIVIDUAL,
    OBJECT,
    ONTOLOGY,
    OWL,
    PREDICATE,
    PREF_LABEL,
    PROPERTY_TYPES,
    SENTENCE,
    SUBCLASS_OF,
    SUBJECT,
    TYPE,
    VALUE,
)

Graph = NamedNode | BlankNode | DefaultGraph
Objects = Mapping[Node, list[Graph]]
DEFAULT = DefaultGraph()
_TERM_TYPES = (*CLASS_TYPES, *PROPERTY_TYPES, CONCEPT_SCHEME, CONCEPT, NAMED_INDIVIDUAL)
_NOTHING: Mapping[NamedNode, Objects] = {}
_NOBODY: Mapping[NamedNode, Mapping[Subject, None]] = {}


class Dataset:
    """A fixed set of quads with what pages and questions need to look things up.

    ``tags`` says how the files that they come from spell language tags (:func:`comity.core.rdf.written_tags`).
    """

    def __init__(self, quads: Iterable[Quad], prefixes: Mapping[str, str], tags: Mapping[str, str] = NO_TAGS) -> None:
        self.quads: list[Quad] = sorted(set(quads), key=lambda quad: (*sort_key(quad), str(quad.graph_name)))
        self.prefixes = dict(prefixes)
        self.tags = tags
        self._about: dict[Subject, Mapping[NamedNode, Objects]] = {}  # made when first asked for

    @cached_property
    def digest(self) -> str:
        """The SHA-256 of the quads as N-Quads: two datasets with one digest are the same."""
        return hashlib.sha256(self.n_quads).hexdigest()

    @cached_property
    def n_quads(self) -> bytes:
        """The quads as sorted N-Quads."""
        return serialise_quads(self.quads, self.tags)

    @cached_property
    def by_subject(self) -> Mapping[Subject, list[Quad]]:
        """The quads of each subject, in order."""
        return _index(self.quads, lambda quad: quad.subject)

    @cached_property
    def by_object(self) -> Mapping[Node, list[Quad]]:
        """The quads that point at each object, in order."""
        return _index(self.quads, lambda quad: quad.object)

    @cached_property
    def by_graph(self) -> Mapping[Graph, list[Quad]]:
        """The quads of each graph, in order."""
        return _index(self.quads, lambda quad: quad.graph_name)

    @cached_property
    def _into(self) -> Mapping[Node, Mapping[NamedNode, Mapping[Subject, None]]]:
        index: dict[Node, dict[NamedNode, dict[Subject, None]]] = {}
        for quad in self.quads:
            if not isinstance(quad.object, Literal):
                index.setdefault(object_of(quad), {}).setdefault(quad.predicate, {})[subject_of(quad)] = None
        return index

    def about(self, subject: Node) -> Mapping[NamedNode, Objects]:
        """Return what is said of a subject: for each property, its objects and the graphs that say so."""
        found = self._about.get(subject)  # type: ignore[arg-type]  # a literal is no key
        if found is None and (quads := self.by_subject.get(subject)):  # type: ignore[arg-type]
            found = self._about[quads[0].subject] = _said(quads)  # type: ignore[index]  # no triple is a subject
        return _NOTHING if found is None else found

    def into(self, node: Node) -> Mapping[NamedNode, Mapping[Subject, None]]:
        """Return what points at a node: for each property, the subjects."""
        return self._into.get(node, _NOBODY)

    def objects(self, subject: Node, predicate: NamedNode) -> list[Node]:
        """Return the distinct objects of a subject and predicate in any graph, in order."""
        return list(self.about(subject).get(predicate, ()))

    def object(self, subject: Node, predicate: NamedNode) -> Node | None:
        """Return the first object of a subject and predicate, if any."""
        return next(iter(self.about(subject).get(predicate, ())), None)

    def subjects(self, predicate: NamedNode, node: Node) -> list[Subject]:
        """Return the distinct subjects that point at a node with a predicate, in order."""
        return list(self.into(node).get(predicate, ()))

    def is_a(self, node: Node, class_: NamedNode) -> bool:
        """Return whether some graph types a node as ``class_``."""
        return class_ in self.about(node).get(TYPE, ())

    def instances(self, class_: NamedNode) -> list[Subject]:
        """Return the distinct things that some graph types as ``class_``, in order."""
        return self.subjects(TYPE, class_)

    def members(self, class_: NamedNode) -> list[Subject]:
        """Return the instances of a class and of the classes under it, each once."""
        found: dict[Subject, None] = {}
        for each in self.family(class_):
            found.update(dict.fromkeys(self.instances(each)))
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

    def description(self, node: NamedNode) -> Iterator[Triple]:
        """Yield the triples that describe a node: about it, its blank nodes, which statements are about it.

        Of a graph, all its triples as well; of an ontology, all its terms.
        """
        parts = [node, *self.terms_of(node)] if self.is_a(node, ONTOLOGY) else [node]
        seen: set[Subject] = set(parts)
        waiting: list[Quad] = [quad for part in parts for quad in self.by_subject.get(part, ())]
        waiting += self.by_graph.get(node, ())
        for quad in waiting:  # which grows as parts are found
            yield quad.triple
            part = quad.object
            if isinstance(part, BlankNode) and part not in seen:
                seen.add(part)
                waiting.extend(self.by_subject.get(part, ()))
        for statement in self.statements_about(node):
            yield Triple(statement, SUBJECT, node)

    def terms_of(self, ontology: NamedNode) -> list[Subject]:
        """Return what belongs to an ontology: what says so, terms under its IRI, and axioms that nothing points at.

        An ontology that stands alone declares the terms that it borrows, too.
        """
        stem = ontology.value.rstrip("/#")
        alone = len(self.instances(ONTOLOGY)) == 1
        found: dict[Subject, None] = {}
        for subject in self.by_subject if alone else ():
            if IS_DEFINED_BY in self.about(subject) or (isinstance(subject, BlankNode) and self._is_axiom(subject)):
                found[subject] = None
        found.update(dict.fromkeys(self.subjects(IS_DEFINED_BY, ontology)))
        for type_ in _TERM_TYPES:
            named = (node for node in self.instances(type_) if node.value.startswith((f"{stem}/", f"{stem}#")))
            found.update(dict.fromkeys(named))
        found.pop(ontology, None)
        return list(found)

    def _is_axiom(self, node: BlankNode) -> bool:
        types = self.objects(node, TYPE)
        return not self.into(node) and any(isinstance(one, NamedNode) and one.value.startswith(OWL) for one in types)

    @cached_property
    def facts(self) -> frozenset[Triple]:
        """The plain triples that rest on evidence: those of the default graph that a record or a statement gives."""
        backed = {quad.triple for quad in self.quads if quad.graph_name != DEFAULT}
        backed.update(self._stated())
        return frozenset(quad.triple for quad in self.by_graph.get(DEFAULT, ()) if quad.triple in backed)

    def _stated(self) -> Iterator[Triple]:
        """Yield the triple of each statement, once for each of its objects and values."""
        for subject in self.by_subject:
            said = self.object(subject, PREDICATE)
            if isinstance(said, NamedNode):
                terms = (*self.objects(subject, OBJECT), *self.objects(subject, VALUE))
                abouts = self.objects(subject, SUBJECT)
                yield from (Triple(one, said, term) for one in abouts if isinstance(one, NamedNode) for term in terms)

    def literal(self, subject: Subject, predicate: NamedNode, language: str) -> Literal | None:
        """Return the literal of a subject and predicate in a language, else in none or another, else ``None``."""
        values = [value for value in self.objects(subject, predicate) if isinstance(value, Literal)]
        ranked = sorted(values, key=lambda value: (value.language != language.lower(), value.language is not None))
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


def _said(quads: Iterable[Quad]) -> Mapping[NamedNode, Objects]:
    """Return what quads of one subject say: for each property, its objects and the graphs that say so."""
    said: dict[NamedNode, dict[Node, list[Graph]]] = {}
    for quad in quads:
        said.setdefault(quad.predicate, {}).setdefault(object_of(quad), []).append(quad.graph_name)
    return said


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
    return Dataset(parse_file(path, keep_names=True), prefixes, written_tags([path]))


def save_store(dataset: Dataset, folder: Path) -> None:
    """Write a dataset as an Oxigraph store on disk.

    Raises:
        UsageError: if the folder exists and holds something.
        CannotRun: if the disk refuses.
    """
    if folder.exists() and any(folder.iterdir()):
        raise UsageError(f"{folder} is not empty", "name a folder that does not exist yet")
    try:
        store = Store(str(folder))
        store.bulk_extend(dataset.quads)
        store.flush()
    except OSError as error:
        raise CannotRun(f"cannot write {folder}: {error}", "choose another place") from error
