"""Evidence: places in one text as passages, each with what finds it again."""

from __future__ import annotations

from collections.abc import Iterator

import ahocorasick
from pyoxigraph import Literal, NamedNode, Quad

from comity.model.passages import digest, edges
from comity.model.vocabulary import (
    END,
    EXACT,
    FIRST_WORDS,
    IN_SOURCE,
    LAST_WORDS,
    OCCURRENCE,
    PASSAGE,
    SHA256,
    START,
    TYPE,
    XSD,
)

INTEGER = NamedNode(XSD + "integer")


def number(value: int) -> Literal:
    """Return a whole number as RDF."""
    return Literal(str(value), datatype=INTEGER)


class Passages:
    """The passages of one text: spans are noted first and written together: the text is counted through once."""

    def __init__(self, text: str, base: str, key: str, source: NamedNode, graph: NamedNode, *, quote: bool) -> None:
        self.text = text
        self.prefix = f"{base}id/passage/{key}/"
        self.source = source
        self.graph = graph
        self.quote = quote
        self.spans: dict[tuple[int, int], NamedNode] = {}

    def at(self, start: int, end: int) -> NamedNode:
        """Return the IRI of the passage that a span is."""
        known = self.spans.get((start, end))
        if known is None:
            known = self.spans[start, end] = NamedNode(f"{self.prefix}{start}-{end}")
        return known

    def quads(self) -> Iterator[Quad]:
        """Yield what tells each passage."""
        worded = {span: edges(self.text[slice(*span)]) for span in self.spans}
        places = occurrences(self.text, {first for first, _ in worded.values()})
        for (start, end), passage in self.spans.items():
            first, last = worded[start, end]
            words = self.text[start:end]
            for predicate, value in (
                (TYPE, PASSAGE),
                (IN_SOURCE, self.source),
                (START, number(start)),
                (END, number(end)),
                (FIRST_WORDS, Literal(first)),
                (OCCURRENCE, number(places[first].get(start, 1))),
                (SHA256, Literal(digest(words))),
            ):
                yield Quad(passage, predicate, value, self.graph)
            if last:
                yield Quad(passage, LAST_WORDS, Literal(last), self.graph)
            if self.quote:
                yield Quad(passage, EXACT, Literal(words), self.graph)


def occurrences(text: str, wanted: set[str]) -> dict[str, dict[int, int]]:
    """Return, for each of some words, where they begin in a text and which occurrence that is, from one.

    One pass for all of them, however many; an occurrence does not overlap the one before, as ``str.count`` counts.

    >>> occurrences("a rose is a rose", {"a rose"})
    {'a rose': {0: 1, 10: 2}}
    """
    found: dict[str, dict[int, int]] = {words: {} for words in sorted(wanted)}
    if not found:
        return found
    automaton = ahocorasick.Automaton()
    for words in found:
        automaton.add_word(words, words)
    automaton.make_automaton()
    free: dict[str, int] = {}
    for last, words in automaton.iter(text):
        start = last + 1 - len(words)
        if start >= free.get(words, 0):
            found[words][start] = len(found[words]) + 1
            free[words] = last + 1
    return found
