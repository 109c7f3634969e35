"""Where something comes from: the sentences behind an IRI, read anew in the texts of the sources."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from pyoxigraph import Literal, NamedNode

from comity.conversion.documents.lexicon import load_lexicon
from comity.conversion.documents.reading import read_document
from comity.core.errors import ComityError, UnknownName, UsageError
from comity.core.rdf import subject_of
from comity.model.passages import digest
from comity.model.vocabulary import (
    END,
    FILE_NAME,
    HAS_PASSAGE,
    IN_SOURCE,
    LEADS,
    MENTIONS,
    OBJECT,
    SENTENCE,
    SHA256,
    START,
    SUBJECT,
)
from comity.store.dataset import Dataset

BOUNDARY = re.compile(r"(?<=[.!?])\s+|(?<=[。！？])|\n+")
REACH = 600
"""How far to either side of a passage its sentence is looked for."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """One passage behind an IRI: what it shows, where it stands, and the sentence around it, or why there is none."""

    about: str
    says: str
    passage: str
    place: str
    sentence: str
    fault: str = ""

    @property
    def holds(self) -> bool:
        """Whether the text still has the words that were read."""
        return not self.fault


def evidence(dataset: Dataset, iri: str, texts: Path | None, lexicon: Path) -> list[Evidence]:
    """Return the passages behind an IRI: its own, those of statements about it, and those that mention it.

    Without texts it is where they stand, and none is read.

    Raises:
        UsageError: if it is no IRI.
        UnknownName: if nothing in the dataset has that IRI.
    """
    node = _known(dataset, iri)
    reader = _Reader(dataset, texts, lexicon)
    return [reader.read(about, passage) for about, passage in dict.fromkeys(_passages(dataset, node))]


def account(dataset: Dataset, iri: str) -> tuple[str, str]:
    """Return what the thing of an IRI is called, or says if it is a statement, and what describes it best, if anything.

    Raises:
        UsageError: if it is no IRI.
        UnknownName: if nothing in the dataset has that IRI.
    """
    node = _known(dataset, iri)
    described = (found for predicate in LEADS if (found := dataset.literal(node, predicate, "en")))
    best = next(described, None)
    return dataset.label(node, "en").value, best.value if best else ""


def _known(dataset: Dataset, iri: str) -> NamedNode:
    try:
        node = NamedNode(iri)
    except ValueError as error:
        raise UsageError(f"{iri!r} is no IRI: {error}", "copy it from a page or from the data") from None
    if node not in dataset.by_subject and node not in dataset.by_object:
        raise UnknownName("IRI", iri, (subject.value for subject in dataset.by_subject))
    return node


def _passages(dataset: Dataset, node: NamedNode) -> Iterator[tuple[NamedNode, NamedNode]]:
    if dataset.objects(node, IN_SOURCE):
        yield node, node
    behind = [node]
    for quad in dataset.by_object.get(node, ()):
        subject = subject_of(quad)
        if isinstance(subject, NamedNode) and quad.predicate in (SUBJECT, OBJECT):
            behind.append(subject)
        elif isinstance(subject, NamedNode) and quad.predicate == MENTIONS:
            yield node, subject
    for about in behind:
        for passage in dataset.objects(about, HAS_PASSAGE):
            if isinstance(passage, NamedNode):
                yield about, passage


class _Reader:
    """Reads each text once."""

    def __init__(self, dataset: Dataset, texts: Path | None, lexicon: Path) -> None:
        self.dataset = dataset
        self.texts = texts
        self.lexicon = lexicon
        self.read_texts: dict[str, str] = {}
        self.faults: dict[str, str] = {}

    def read(self, about: NamedNode, passage: NamedNode) -> Evidence:
        start, end = int(self._value(passage, START) or 0), int(self._value(passage, END) or 0)
        source = next((node for node in self.dataset.objects(passage, IN_SOURCE) if isinstance(node, NamedNode)), None)
        file = self._value(source, FILE_NAME) if source else ""
        said = self.dataset.literal(about, SENTENCE, "en")
        place = f"{file}:{start}-{end}" if file else f"{start}-{end}"
        found = Evidence(about.value, said.value if said else "", passage.value, place, "")
        if self.texts is None:
            return found
        text = self._text(file, self.texts)
        words = text[start:end]
        fault = self.faults.get(file, "")
        if not fault and (not words or digest(words) != self._value(passage, SHA256)):
            fault = "the words at this place are not those that were read"
        return replace(found, sentence="" if fault else around(text, start, end), fault=fault)

    def _text(self, file: str, texts: Path) -> str:
        if file not in self.read_texts:
            self.read_texts[file] = ""
            path = texts / file
            try:
                if path.parent != texts or not path.is_file():  # data of others must not lead out of the folder
                    self.faults[file] = f"no {file or 'text of it'} is in {texts}"
                else:
                    self.read_texts[file] = read_document(path, load_lexicon(self.lexicon)).text
            except ComityError as error:
                self.faults[file] = error.message
        return self.read_texts[file]

    def _value(self, subject: NamedNode, predicate: NamedNode) -> str:
        values = self.dataset.objects(subject, predicate)
        return next((value.value for value in values if isinstance(value, Literal)), "")


def around(text: str, start: int, end: int) -> str:
    """Return the sentence around a span, with white space runs as one space.

    >>> around("One. Two words here. Three.", 5, 8)
    'Two words here.'
    """
    low, high = max(start - REACH, 0), min(end + REACH, len(text))
    before = [match.end() for match in BOUNDARY.finditer(text, low, high) if match.end() <= start]
    after = [match.start() for match in BOUNDARY.finditer(text, low, high) if match.start() >= end]
    return " ".join(text[before[-1] if before else low : after[0] if after else high].split())
