"""Mentions: where a text names what is known, by one Aho-Corasick pass; the longest name wins, and nothing is guessed.

A name in other letters than its own (lower case, another hyphen or apostrophe, words run together) is found; a name
that belongs to two things is reported and linked to neither; a name that nothing here has is suggested, never linked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import ahocorasick

from comity.conversion.documents.aliases import Alias, AliasTable
from comity.conversion.documents.lexicon import CJK

_FOLD = {ord(mark): "'" for mark in "’‘ʼ"} | {ord(mark): "-" for mark in "‐‑–−"} | {ord(mark): '"' for mark in "“”„"}
_FOLD |= {ord(space): " " for space in "\t\n\r\u00a0\u2002\u2003\u2009\u202f\u3000"}
CAPITALISED = re.compile(
    r"(?:[A-Z][\w’'-]*[a-z0-9]|[A-Z]{2,})"
    r"(?:(?: (?:of|on|for|the|and|in|to|against|&))* (?:[A-Z][\w’'-]*[a-z0-9]|[A-Z]{2,}))+"
)
SHORT = 6


@dataclass(frozen=True, slots=True)
class Mention:
    """One place where something known is named."""

    start: int
    end: int
    thing: str
    layer: str
    addressed: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """All that one text names: mentions, names with more than one bearer, and names that nothing here bears."""

    mentions: tuple[Mention, ...]
    ambiguous: tuple[tuple[int, int, tuple[str, ...]], ...]
    suggested: tuple[tuple[int, int], ...]


def find_mentions(text: str, table: AliasTable) -> Found:
    """Return the mentions in a text, in its order; none overlaps another of its layer."""
    automaton = _automaton(table)
    folded = fold(text)
    hits: dict[str, list[tuple[int, int, tuple[Alias, ...]]]] = {"thing": [], "theme": []}
    for last, (length, aliases) in automaton.iter(folded):
        start, end = last + 1 - length, last + 1
        fitting = tuple(one for one in aliases if _fits(text, start, end, one))
        for layer, found in hits.items():
            own = tuple(one for one in fitting if one.layer in (layer, ""))
            if own:
                found.append((start, end, own))
    mentions: list[Mention] = []
    ambiguous = []
    for layer, found in hits.items():
        for start, end, aliases in _longest(found):
            things = tuple(sorted({one.thing for one in aliases if one.thing}))
            if len(things) == 1:
                mentions.append(Mention(start, end, things[0], layer, any(one.addressed for one in aliases)))
            elif things:
                ambiguous.append((start, end, things))
    mentions = sorted(_outside_names(mentions), key=lambda one: (one.start, one.end, one.layer))
    return Found(tuple(mentions), tuple(ambiguous), tuple(_suggestions(text, mentions)))


def _outside_names(mentions: list[Mention]) -> list[Mention]:
    """Leave out themes within a name: who names the Conference on X need not speak of X there."""
    named: set[int] = set()
    for one in mentions:
        if one.layer == "thing":
            named.update(range(one.start, one.end))
    return [one for one in mentions if one.layer == "thing" or not {one.start, one.end - 1} <= named]


def fold(text: str) -> str:
    """Return a text for comparing, of the same length: small letters, plain hyphens, quotes and spaces.

    >>> fold("The “Pro‑plus” İ")
    'the "pro-plus" İ'
    """
    lower = text.lower()
    if len(lower) != len(text):  # a letter whose small form is two: one by one, so that places stay
        lower = "".join(small if len(small := character.lower()) == 1 else character for character in text)
    return lower.translate(_FOLD)


@lru_cache(maxsize=4)
def _automaton(table: AliasTable) -> Any:  # noqa: ANN401  # pyahocorasick has no types
    entries: dict[str, list[Alias]] = {}
    for alias in table.aliases:
        entries.setdefault(fold(alias.text), []).append(alias)
    for name in table.others:
        entries.setdefault(fold(name), []).append(Alias(name, "", "", ""))
    automaton = ahocorasick.Automaton()
    for name, aliases in sorted(entries.items()):
        automaton.add_word(name, (len(name), tuple(aliases)))
    automaton.make_automaton()
    return automaton


def _fits(text: str, start: int, end: int, alias: Alias) -> bool:
    words = text[start:end]
    if CJK.match(words[0]) and CJK.match(words[-1]):
        return True
    if not (_free_before(text, start) and _free_after(text, end, words)):
        return False
    if alias.layer == "theme":
        return True
    if len(alias.text) < SHORT or alias.text.isupper():
        return words == alias.text  # "US" is no "us"
    # A plan of action is not the Action Plan: more than half of the capitals of a name must be there.
    return words.isupper() or 2 * _capitals(words) > _capitals(alias.text) or not _capitals(alias.text)


def _capitals(words: str) -> int:
    return sum(word[:1].isupper() for word in re.split(r"[\s-]+", words))


def _free_before(text: str, start: int) -> bool:
    """Whether a name may begin here: after no letter, but for a small one that it runs into (*theAction*)."""
    if start == 0:
        return True
    before, first = text[start - 1], text[start]
    if before == "-" and start > 1 and text[start - 2].isupper() and first.isupper():
        return False
    return not _is_latin(before) or (before.islower() and first.isupper())


def _free_after(text: str, end: int, words: str) -> bool:
    """Whether a name may end here: before no letter, but for a capital that runs into it (*ShanghaiOpening*)."""
    if end == len(text):
        return True
    after, last = text[end], words[-1]
    if after == "-" and text[end + 1 : end + 2].isupper():
        return False  # the China-US Focus is no mention of China
    return not _is_latin(after) or (after.isupper() and last.islower() and len(words) > 3)


def _is_latin(character: str) -> bool:
    return character.isalnum() and not CJK.match(character)


def _longest(found: list[tuple[int, int, tuple[Alias, ...]]]) -> Iterator[tuple[int, int, tuple[Alias, ...]]]:
    """Yield the hits that remain when a longer one, or of equals the earlier, takes the place of those it overlaps."""
    taken: list[tuple[int, int, tuple[Alias, ...]]] = []
    occupied: set[int] = set()
    for hit in sorted(found, key=lambda hit: (hit[0] - hit[1], hit[0])):
        places = range(hit[0], hit[1])
        if occupied.isdisjoint((hit[0], hit[1] - 1)):
            occupied.update(places)
            taken.append(hit)
    yield from sorted(taken, key=lambda hit: hit[0])


def _suggestions(text: str, mentions: list[Mention]) -> Iterator[tuple[int, int]]:
    """Yield capitalised names of two words and more in which and about which nothing is known."""
    known = {place for one in mentions if one.layer == "thing" for place in range(one.start, one.end)}
    for match in CAPITALISED.finditer(text):
        if known.isdisjoint(range(match.start(), match.end())):
            yield match.span()
