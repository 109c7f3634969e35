"""A sentence in each language for every statement: what is said, by whom, and as what."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pyoxigraph import Literal, NamedNode, Quad

from comity.core.diagnostics import Diagnostic, Report, Severity
from comity.core.rdf import Node, Subject, subject_of
from comity.model.vocabulary import (
    HELD_BY,
    MODALITY,
    OBJECT,
    PREDICATE,
    PUBLISHER,
    SENTENCE,
    SENTENCE_FRAME,
    SENTENCE_PATTERN,
    STATEMENT,
    SUBJECT,
    TYPE,
    VALUE,
    WAS_QUOTED_FROM,
)
from comity.model.wording import fill
from comity.store.dataset import Dataset


def sentences(dataset: Dataset, languages: Sequence[str], report: Report) -> Iterator[Quad]:
    """Yield one ``comity:sentence`` for each statement and language, into the statement's graph.

    A statement whose parts or patterns are missing gets none, and a warning says which part; the shapes judge it.
    """
    count = 0
    for quad in dataset.by_object.get(STATEMENT, ()):
        if quad.predicate != TYPE:
            continue
        statement = subject_of(quad)
        count += 1
        for language in languages:
            try:
                text = sentence(dataset, statement, language)
            except LookupError as missing:
                report.add(_unsayable(statement, language, str(missing)))
                continue
            yield Quad(statement, SENTENCE, Literal(text, language=language), quad.graph_name)
    report.count("statements", count)


def sentence(dataset: Dataset, statement: Subject, language: str) -> str:
    """Return what a statement says, who holds it and as what, in one sentence.

    Raises:
        LookupError: naming the part that the statement, or the pattern that the ontology, lacks.
    """
    predicate = _only(dataset, statement, PREDICATE)
    terms = dataset.objects(statement, OBJECT) or dataset.objects(statement, VALUE)
    if not terms:
        raise LookupError("object or value")
    said = fill(
        _pattern(dataset, predicate, SENTENCE_PATTERN, language),
        subject=_called(dataset, _only(dataset, statement, SUBJECT), language),
        object=_called(dataset, _in_language(terms, language), language),
    )
    return fill(
        _pattern(dataset, _only(dataset, statement, MODALITY), SENTENCE_FRAME, language),
        sentence=said,
        holder=_voice(dataset, _only(dataset, statement, HELD_BY), language),
        source=_voice(dataset, _only(dataset, statement, WAS_QUOTED_FROM), language),
    )


def _only(dataset: Dataset, subject: Subject, predicate: NamedNode) -> NamedNode:
    found = dataset.objects(subject, predicate)
    if not found or not isinstance(found[0], NamedNode):
        raise LookupError(predicate.value)
    return found[0]


def _pattern(dataset: Dataset, term: NamedNode, kind: NamedNode, language: str) -> str:
    for value in dataset.objects(term, kind):
        if isinstance(value, Literal) and value.language == language:
            return value.value
    raise LookupError(f"{kind.value} of {term.value} in {language!r}")


def _voice(dataset: Dataset, speaker: NamedNode, language: str) -> str:
    """Return the name of who speaks: of a source, its publisher's, which says more than the source's long title."""
    publishers = dataset.objects(speaker, PUBLISHER)
    return _called(dataset, publishers[0] if publishers else speaker, language)


def _in_language(terms: Sequence[Node], language: str) -> Node:
    """Return the term that is a text in a language; without one, the first."""
    return next((term for term in terms if isinstance(term, Literal) and term.language == language), terms[0])


def _called(dataset: Dataset, node: Node, language: str) -> str:
    """Return a node's name; a literal in a language, which is somebody's wording, stands in quotation marks."""
    text = dataset.label(node, language)
    if isinstance(node, Literal) and node.language:
        return f"“{text.value}”"
    return text.value


def _unsayable(statement: Subject, language: str, missing: str) -> Diagnostic:
    return Diagnostic(
        "SAY001",
        Severity.WARNING,
        f"no sentence in {language!r} can be made of the statement: {missing} is missing",
        "fill in the part, or give the property a sentence pattern and the modality a frame",
        focus=statement.value,
    )
