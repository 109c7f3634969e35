"""The way back: from the RDF of a document's parts and its text, the source between first and last part."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pyoxigraph import Literal, Quad

from comity.core.errors import UnreadableInput
from comity.core.rdf import Node, Subject, object_of, subject_of
from comity.model.passages import digest
from comity.model.vocabulary import DOCUMENT_PART, END, HAS_PASSAGE, PART_OF_DOCUMENT, SHA256, START, TYPE


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """The source from its first part to its last, and the stretches in it that no part holds."""

    text: str
    start: int
    outside: tuple[tuple[int, int], ...]


def rebuild(quads: Iterable[Quad], text: str) -> Rebuilt:
    """Put the source together again from its parts, in the order that their passages give.

    Every part is re-read and compared with its digest. What stands between two parts is taken from the text; where
    that is more than white space and bullets, ``outside`` tells.

    Raises:
        UnreadableInput: if the quads hold no parts, or a part is not what its digest says.
    """
    spans = sorted(_spans(list(quads)), key=lambda span: (span[0], -span[1]))
    if not spans:
        raise UnreadableInput("the data hold no parts of a document", "convert the file first")
    pieces: list[str] = []
    outside = []
    at = start = spans[0][0]
    for begin, end, sha256 in spans:
        if digest(text[begin:end]) != sha256:
            raise UnreadableInput(f"the part at {begin}-{end} is not the one that was read", "compare the two texts")
        if begin > at:
            between = text[at:begin]
            pieces.append(between)
            if any(character.isalnum() for character in between):
                outside.append((at, begin))
        if end > at:
            pieces.append(text[max(begin, at) : end])
            at = end
    return Rebuilt("".join(pieces), start, tuple(outside))


def _spans(quads: list[Quad]) -> list[tuple[int, int, str]]:
    """Return start, end and digest of every part's passage."""
    values: dict[tuple[Subject, str], Node] = {}
    parts = []
    for quad in quads:
        subject, predicate, value = subject_of(quad), quad.predicate, object_of(quad)
        if predicate == TYPE and value == DOCUMENT_PART:
            parts.append(subject)
        elif predicate in (HAS_PASSAGE, START, END, SHA256, PART_OF_DOCUMENT):
            values[subject, predicate.value] = value
    spans = []
    for part in parts:
        passage = values.get((part, HAS_PASSAGE.value))
        if passage is None or isinstance(passage, Literal):
            continue
        start, end, sha256 = (values[passage, predicate.value].value for predicate in (START, END, SHA256))
        spans.append((int(start), int(end), sha256))
    return spans
