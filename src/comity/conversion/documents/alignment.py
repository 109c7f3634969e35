"""Editions of one work side by side: which part of one expression is which part of the other.

Numbers join parts first; within one language the words decide where numbers disagree, so that what was moved is seen.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from comity.conversion.documents.document import Document, Part
from comity.conversion.documents.structure import Outline

WORD = re.compile(r"[^\W_]+|[\u3400-\u9fff]")
ALIKE, MOVED = 0.5, 0.7
"""Shares of common words: from which on two parts say the same; from which on one is taken for the other elsewhere."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A part of each edition, or of one alone; ``status`` is same, changed, moved, missing or added."""

    left: str
    right: str
    status: str
    likeness: float


@dataclass(frozen=True, slots=True)
class _Edition:
    parts: dict[str, Part]
    words: dict[str, frozenset[str]]
    language: str


def align(left: tuple[Document, Outline], right: tuple[Document, Outline]) -> list[Pair]:
    """Return the parts of two editions in pairs, in the order of the first; then what only the second has."""
    one, other = _edition(*left), _edition(*right)
    comparable = one.language == other.language
    taken: dict[str, str] = {}
    pairs: dict[str, Pair] = {}
    for name in one.parts:
        if name in other.parts:
            likeness = _likeness(one.words[name], other.words[name])
            if not comparable or likeness >= ALIKE:
                status = "changed" if comparable and likeness < 1 else "same"
                pairs[name] = Pair(name, name, status, likeness if comparable else 0.0)
                taken[name] = name
    if comparable:
        for pair in _moved(one, other, set(pairs), set(taken)):
            pairs[pair.left] = pair
            taken[pair.right] = pair.left
    for name in one.parts:  # same place, other words: the part was rewritten
        if name not in pairs and name in other.parts and name not in taken:
            pairs[name] = Pair(name, name, "changed", _likeness(one.words[name], other.words[name]))
            taken[name] = name
    found = [pairs.get(name, Pair(name, "", "missing", 0.0)) for name in one.parts]
    return [*found, *(Pair("", name, "added", 0.0) for name in other.parts if name not in taken)]


def _edition(document: Document, outline: Outline) -> _Edition:
    """Take the parts that hold no others: what holds them differs wherever they do."""
    parts = {part.id: part for part in outline.walk() if not part.parts or part.number}
    words = {name: _words(document.text, part) for name, part in parts.items()}
    return _Edition(parts, words, document.language)


def _words(text: str, part: Part) -> frozenset[str]:
    """Return a part's own words, with how often: without its number, and without the parts in it."""
    spans = [(below.start, below.end) for below in part.parts]
    counts: dict[str, int] = {}
    for match in WORD.finditer(text, part.start, part.end):
        if not any(start <= match.start() < end for start, end in spans) and match[0] != part.number:
            word = match[0].lower()
            counts[word] = counts.get(word, 0) + 1
    return frozenset(f"{word}/{number}" for word, total in counts.items() for number in range(total))


def _likeness(one: frozenset[str], other: frozenset[str]) -> float:
    if not one and not other:
        return 1.0
    return len(one & other) / len(one | other)


def _moved(one: _Edition, other: _Edition, done: set[str], taken: set[str]) -> Iterator[Pair]:
    left = [name for name in one.parts if name not in done]
    right = [name for name in other.parts if name not in taken]
    options = sorted(_options(one, other, left, right), key=lambda option: (-option[0], option[1], option[2]))
    mine_used: set[str] = set()
    theirs_used: set[str] = set()
    for likeness, mine, theirs in options:
        if mine not in mine_used and theirs not in theirs_used:
            mine_used.add(mine)
            theirs_used.add(theirs)
            yield Pair(mine, theirs, "moved", likeness)


def _options(
    one: _Edition, other: _Edition, left: Sequence[str], right: Sequence[str]
) -> Iterator[tuple[float, str, str]]:
    for mine in left:
        for theirs in right:
            likeness = _likeness(one.words[mine], other.words[theirs])
            if likeness >= MOVED:
                yield likeness, mine, theirs
