"""Mentions: where a text names what is known, by one Aho-Corasick pass; the longest name wins, and nothing is guessed.

A name in other letters than its own (lower case, another hyphen or apostrophe, words run together) is found; a name
that belongs to two things is reported and linked to neither; a name that nothing here has is suggested, never linked.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import ahocorasick

from comity.conversion.documents.aliases import Alias, AliasTable
from comity.conversion.documents.lexicon import CJK, fold

CAPITALISED = re.compile(
    r"(?=[A-Z][\w’'-]{0,41}+ (?:[A-Z]|(?:of|on|for|the|and|in|to|against|&) ))"  # most words with a capital stand alone
    r"(?:[A-Z][\w’'-]{0,40}[a-z0-9]|[A-Z]{2,40})"
    r"(?:(?: (?:of|on|for|the|and|in|to|against|&)){0,3} (?:[A-Z][\w’'-]{0,40}[a-z0-9]|[A-Z]{2,40})){1,20}"
)
OF_NUMBER = re.compile(r"\) (?:No )?\d")
"""What follows a name in brackets that belongs to the number of an act, as in Regulation (XX) 2024/1."""
SHORT = 6
_Hit = tuple[int, int, tuple[Alias, ...]]


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
    mentions: list[Mention] = []
    ambiguous = []
    for layer, hits in _hits(text, table).items():
        for start, end, aliases in _longest(hits, len(text)):
            things = tuple(sorted({one.thing for one in aliases if one.thing}))
            if len(things) == 1:
                mentions.append(Mention(start, end, things[0], layer, any(one.addressed for one in aliases)))
            elif things:
                ambiguous.append((start, end, things))
    named = bytearray(len(text))
    for one in mentions:
        if one.layer == "thing":
            named[one.start : one.end] = b"\x01" * (one.end - one.start)
    # Who names the Conference on X need not speak of X there: a theme within a name is none.
    kept = [one for one in mentions if one.layer == "thing" or not (named[one.start] and named[one.end - 1])]
    kept.sort(key=lambda one: (one.start, one.end, one.layer))
    unknown = (match.span() for match in CAPITALISED.finditer(text))
    return Found(tuple(kept), tuple(ambiguous), tuple(span for span in unknown if named.find(1, *span) < 0))


def _hits(text: str, table: AliasTable) -> dict[str, list[_Hit]]:
    """Return where names stand as they must to be names, by layer; hits may overlap yet."""
    hits: dict[str, list[_Hit]] = {"thing": [], "theme": []}
    automaton = _automaton(table)
    for last, name in automaton.iter(fold(text)) if len(automaton) else ():
        start, end = last + 1 - name.length, last + 1
        if not (name.unspaced or (_free_before(text, start) and _free_after(text, start, end))):
            continue
        if text[end : end + 1] == ")" and OF_NUMBER.match(text, end) and text[start - 1 : start] == "(":
            continue
        for layer, spellings in name.spellings:
            own = tuple([one.alias for one in spellings if _fits(text, start, end, one)])
            if own:
                hits[layer].append((start, end, own))
    return hits


@dataclass(frozen=True, slots=True)
class _Spelling:
    """An alias and what a place must show to hold it: all letters as they are, or most of its capitals."""

    alias: Alias
    exact: bool
    capitals: int


@dataclass(frozen=True, slots=True)
class _Name:
    """A folded name: who bears it in each layer, and whether it begins and ends in a script without spaces."""

    length: int
    unspaced: bool
    spellings: Sequence[tuple[str, tuple[_Spelling, ...]]]


@lru_cache(maxsize=4)
def _automaton(table: AliasTable) -> Any:  # noqa: ANN401  # pyahocorasick has no types
    entries: dict[str, list[Alias]] = {}
    for alias in table.aliases:
        entries.setdefault(fold(alias.text), []).append(alias)
    for name in table.others:
        entries.setdefault(fold(name), []).append(Alias(name, "", "", ""))
    automaton = ahocorasick.Automaton()
    for folded, aliases in sorted(entries.items()):
        automaton.add_word(folded, _name(folded, aliases))
    automaton.make_automaton()
    return automaton


def _name(folded: str, aliases: Sequence[Alias]) -> _Name:
    unspaced = bool(CJK.match(folded[0]) and CJK.match(folded[-1]))
    spellings = [
        (
            layer,
            tuple(
                _Spelling(
                    one,
                    one.layer != "theme" and not unspaced and (len(one.text) < SHORT or one.text.isupper()),
                    0 if one.layer == "theme" or unspaced else _capitals(one.text),
                )
                for one in aliases
                if one.layer in (layer, "")
            ),
        )
        for layer in ("thing", "theme")
    ]
    return _Name(len(folded), unspaced, [(layer, found) for layer, found in spellings if found])


def _fits(text: str, start: int, end: int, spelling: _Spelling) -> bool:
    if not (spelling.exact or spelling.capitals):
        return True
    words = text[start:end]
    if words == spelling.alias.text:
        return True
    # "US" is no "us", and a plan of action not the Action Plan: more than half of a name's capitals must be there.
    return not spelling.exact and (words.isupper() or 2 * _capitals(words) > spelling.capitals)


def _capitals(words: str) -> int:
    return sum(word[:1].isupper() for word in re.split(r"[\s-]+", words))


def _free_before(text: str, start: int) -> bool:
    """Whether a name may begin here: after no letter, but for a small one that it runs into (*theAction*)."""
    if start == 0:
        return True
    before = text[start - 1]
    if before == "-" and start > 1 and text[start - 2].isupper() and text[start].isupper():
        return False
    return not _is_spaced(before) or (before.islower() and text[start].isupper())


def _free_after(text: str, start: int, end: int) -> bool:
    """Whether a name may end here: before no letter, but for a capital that runs into it (*ShanghaiOpening*)."""
    if end == len(text):
        return True
    after = text[end]
    if after == "-" and text[end + 1 : end + 2].isupper():
        return False  # the China-US Focus is no mention of China
    return not _is_spaced(after) or (after.isupper() and text[end - 1].islower() and end - start > 3)


def _is_spaced(character: str) -> bool:
    return character.isalnum() and not (character >= "\u3400" and CJK.match(character))


def _longest(found: Sequence[_Hit], length: int) -> list[_Hit]:
    """Return the hits that remain when a longer one, or of equals the earlier, takes the place of those it overlaps."""
    taken: list[_Hit] = []
    occupied = bytearray(length)
    for hit in sorted(found, key=lambda hit: (hit[0] - hit[1], hit[0])):
        start, end, _ = hit
        if not (occupied[start] or occupied[end - 1]):
            occupied[start:end] = b"\x01" * (end - start)
            taken.append(hit)
    return sorted(taken, key=lambda hit: hit[0])
