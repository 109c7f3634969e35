"""Evidence: places in one text as passages, each with what finds it again."""

from __future__ import annotations

from functools import lru_cache

import ahocorasick
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, parse

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
LONG = 250
"""Longer words are sought one by one: at each sign the automaton looks through all that its words have in common."""
ESCAPES = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r"})
"""What N-Quads (RDF 1.1, §2.4) wants escaped in a string."""


@lru_cache(maxsize=1 << 16)
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

    def quads(self) -> list[Quad]:
        """Return what tells each passage.

        They are written as N-Quads and parsed at once: a ``Quad`` made of a ``Literal`` takes more than twice as long.
        """
        text, graph = self.text, str(self.graph)
        worded = [(span, text[slice(*span)], passage) for span, passage in self.spans.items()]
        said = {words: (*edges(words), digest(words)) for words in {words for _, words, _ in worded}}
        places = occurrences(text, {first for first, _, _ in said.values()})
        integer, string = f'"^^{INTEGER} {graph} .\n', f'" {graph} .\n'
        kind, source = f" {TYPE} {PASSAGE} {graph} .\n", f" {IN_SOURCE} {self.source} {graph} .\n"
        start_is, end_is, first_is, occurrence_is, sha256_is, last_is, exact_is = (
            f' {predicate} "' for predicate in (START, END, FIRST_WORDS, OCCURRENCE, SHA256, LAST_WORDS, EXACT)
        )
        lines: list[str] = []
        for (start, end), words, passage in worded:
            known = str(passage)
            first, last, sha256 = said[words]
            lines.append(
                f"{known}{kind}{known}{source}{known}{start_is}{start}{integer}{known}{end_is}{end}{integer}"
                f"{known}{first_is}{first.translate(ESCAPES)}{string}"
                f"{known}{occurrence_is}{places[first].get(start, 1)}{integer}"
                f"{known}{sha256_is}{sha256}{string}"
            )
            if last:
                lines.append(f"{known}{last_is}{last.translate(ESCAPES)}{string}")
            if self.quote:
                lines.append(f"{known}{exact_is}{words.translate(ESCAPES)}{string}")
        return list(parse("".join(lines).encode(), format=RdfFormat.N_QUADS, lenient=True))


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
    for words, places in found.items():
        if len(words) <= LONG:
            automaton.add_word(words, words)
            continue
        at = text.find(words)
        while at >= 0:
            places[at] = len(places) + 1
            at = text.find(words, at + len(words))
    if not len(automaton):
        return found
    automaton.make_automaton()
    free: dict[str, int] = {}
    for last, words in automaton.iter(text):
        start = last + 1 - len(words)
        if start >= free.get(words, 0):
            found[words][start] = len(found[words]) + 1
            free[words] = last + 1
    return found
