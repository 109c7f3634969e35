"""Deontic expressions: words by which a text says that something must, should, may or must not be done, or asks for it.

What is found is a wording, never a duty: whether a text binds anybody is no matter of its words.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import ahocorasick

from comity.conversion.documents.document import Block
from comity.conversion.documents.lexicon import CJK, Force, Lexicon, fold

SENTENCE = re.compile(r"[.!?。！？](?:[”\"’)\]]*\s+|(?=[\u3400-\u9fff])|(?<=[a-z]\.)(?=[A-Z]))")
ADVERB = re.compile(
    r"[A-Za-z]+ly,? (?:and [a-z]+ly )?|To [^,.;]{1,60}, |At the same time, |In addition, |Further |Always ",
    re.IGNORECASE,
)
NUMBER = re.compile(
    r"(?:(?:[(（] ?)?(?:\d{1,3}|[ivxlcIVXLC]{1,7}|[a-zA-Z]|[一二三四五六七八九十]{1,4}) ?\\?[)）.．、：:][ \t\u00a0]*"
    r"|\d{1,3}[ \t]+|[a-z][ \t]+(?=[A-Z]))"
)
OBJECT = re.compile(r"\s+(?P<who>[^.;:]{2,200}?)\s+to\s")
GOVERNED = re.compile(r"\s+(?:[a-z]+ly\s+|also\s+|all\s+)?")
INDEFINITE = re.compile(r"\b(?:that|which|who|it|this|there)\b", re.IGNORECASE)
LABEL = re.compile(r"[*_]{0,3}\s?[:：]")
RELATIVE = re.compile(r"\b(?:that|which|who)\s+$")
STOPPED = re.compile(r".*[,;:—，；：]", re.DOTALL)
COMMA = re.compile(r", (?:and )?")
WORD = re.compile(r"\w+")
NEAR = 100
"""So far before a modal, its subject is sought."""
ADDRESSED = ("called-for",)
MODAL = ("required", "recommended", "permitted")
UNSPACED = ("zh", "ja")
"""Languages that put no space between words: an expression may begin at any of their characters."""


@dataclass(frozen=True, slots=True)
class Hit:
    """One expression with what it says, and the words that name who is meant, where they stand beside it."""

    start: int
    end: int
    polarity: str
    strength: str
    addressee: tuple[int, int] | None = None


@dataclass(frozen=True)
class _Grammar:
    """The expressions of one language, each under its first word, or where words are not spaced its first character.

    One Aho-Corasick pass finds where expressions that stand anywhere may begin; the others are looked up.
    """

    words: Any
    anywhere: Mapping[str, re.Pattern[str]]
    start: Mapping[str, re.Pattern[str]]
    conjunct: Mapping[str, re.Pattern[str]]
    forces: Mapping[str, Force]
    spaced: bool
    negators: re.Pattern[str] | None


_Span = tuple[int, int, Force]


def find_deontic(text: str, blocks: Sequence[Block], skip: Sequence[tuple[int, int]], lexicon: Lexicon) -> list[Hit]:
    """Return the deontic expressions of a text, in its order.

    Args:
        text: the whole text.
        blocks: where to look; each is read in its own language.
        skip: headings, which name what follows and demand nothing.
        lexicon: holds the expressions.
    """
    hits: list[Hit] = []
    folded = fold(text)
    headings = sorted(skip)
    for block in blocks:
        grammar = _grammar(lexicon, block.language)
        if grammar is not None:
            found = _anywhere(text, folded, block, grammar)
            for start, end in _sentences(text, block, _meeting(headings, block)):
                hits += _in_sentence(text, start, end, found, grammar)
    return hits


def _meeting(spans: Sequence[tuple[int, int]], block: Block) -> Sequence[tuple[int, int]]:
    """Return those of some sorted spans, none within another, that a block holds words of."""
    first = bisect_left(spans, (block.start,))
    first -= first > 0 and spans[first - 1][1] > block.start
    return spans[first : bisect_left(spans, (block.end,))]


def _sentences(text: str, block: Block, skip: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    at = block.start
    number = NUMBER.match(text, at, block.end)
    if number:
        at = number.end()
    for start, end in skip:
        at = max(at, end) if start <= at + 1 else at
    stray = NUMBER.match(text, at, block.end)
    at = stray.end() if stray else at
    while at < block.end and not (text[at].isalnum() or text[at] in '“"‘'):
        inner = NUMBER.match(text, at, block.end)  # the number of a part that stands behind a heading
        at = inner.end() if inner else at + 1
    for match in SENTENCE.finditer(text, at, block.end):
        if match.end() > at:
            yield at, match.end()
            inner = NUMBER.match(text, match.end(), block.end) if text.startswith("(", match.end()) else None
            at = inner.end() if inner else match.end()
    if at < block.end:
        yield at, block.end


def _anywhere(text: str, folded: str, block: Block, grammar: _Grammar) -> deque[_Span]:
    """Return the expressions of a block that may stand anywhere; where they meet, all are there yet."""
    found: deque[_Span] = deque()
    if not grammar.anywhere:
        return found
    for last, word in grammar.words.iter(folded[block.start : block.end]):  # with bounds, it would copy the whole text
        end = block.start + last + 1
        start = end - len(word)
        if grammar.spaced and not _is_word(text, start, end, block.end):
            continue
        match = grammar.anywhere[word].match(text, start, block.end)
        # What supports something in a relative clause is described, and supports it on nobody's behalf.
        if match and not (_span(match, grammar)[2].strength == "supported" and RELATIVE.search(text, start - 8, start)):
            found.append(_span(match, grammar))
    return found


def _is_word(text: str, start: int, end: int, stop: int) -> bool:
    before, after = text[start - 1 : start], text[end] if end < stop else ""
    return not (before.isalnum() or before in ("_", "-") or after.isalnum() or after == "_")


def _in_sentence(text: str, start: int, end: int, waiting: deque[_Span], grammar: _Grammar) -> list[Hit]:
    found: list[_Span] = []
    after = start
    while waiting and waiting[0][0] < end:
        one = waiting.popleft()
        if one[0] >= after and one[1] <= end:
            found.append(one)
            after = one[1]
    opening = None if text[start].islower() else _opening(text, start, end, grammar)
    if opening and _apart(opening, found):
        found.insert(0, opening)
    if grammar.conjunct and (opening or any(force.strength == "committed" for _, _, force in found)):
        inner = tuple(found)
        found += [one for one in _conjuncts(text, start, end, grammar) if _apart(one, inner)]
    if not found:
        return []
    hits = []
    for begin, stop, force in _governing(text, sorted(found, key=lambda one: one[0])):
        clause = _clause(text, start, begin)
        addressee = _addressee(text, clause, begin, stop, end, force)
        meant = _denied(text, clause, begin, force, grammar)
        hits.append(Hit(begin, stop, meant.polarity, meant.strength, addressee))
    return hits


def _denied(text: str, clause: int, begin: int, force: Force, grammar: _Grammar) -> Force:
    """Return what a modal says of a subject that denies it: what nobody may do is forbidden."""
    if force.strength not in MODAL or not (grammar.negators and grammar.negators.match(text, clause, begin)):
        return force
    strength = "required" if force.strength == "permitted" else force.strength
    return replace(force, polarity="negative", strength=strength)


def _apart(span: _Span, others: Sequence[_Span]) -> bool:
    """Whether a span meets none of some others, which are in order and apart."""
    after = bisect_left(others, span[0], key=lambda one: one[0])
    return (after == 0 or others[after - 1][1] <= span[0]) and (after == len(others) or span[1] <= others[after][0])


def _opening(text: str, start: int, end: int, grammar: _Grammar) -> _Span | None:
    """Return the expression with which a sentence begins, an adverb before it or not; before a colon it is a label."""
    adverb = ADVERB.match(text, start, end) if grammar.spaced else None
    for place in (adverb.end(), start) if adverb else (start,):
        found = _looked_up(text, place, end, grammar.start, grammar)
        if found:
            return None if LABEL.match(text, found[1], end) else found
    return None


def _conjuncts(text: str, start: int, end: int, grammar: _Grammar) -> Iterator[_Span]:
    for match in COMMA.finditer(text, start, end):
        found = _looked_up(text, match.end(), end, grammar.conjunct, grammar)
        if found:
            yield found


def _looked_up(
    text: str, place: int, end: int, patterns: Mapping[str, re.Pattern[str]], grammar: _Grammar
) -> _Span | None:
    word = WORD.match(text, place, end)
    if word is None:
        return None
    pattern = patterns.get(word[0].lower() if grammar.spaced else text[place])
    match = pattern.match(text, place, end) if pattern else None
    return _span(match, grammar) if match else None


def _governing(text: str, found: list[_Span]) -> list[_Span]:
    """Leave out what another expression governs: of *should encourage*, *should* says how strongly it is meant."""
    kept = found[:1]
    for one in found[1:]:
        if not GOVERNED.fullmatch(text, kept[-1][1], one[0]):
            kept.append(one)
    return kept


def _span(match: re.Match[str], grammar: _Grammar) -> _Span:
    name = match.lastgroup or ""
    start, end = match.span(name)
    return start, end, grammar.forces[name]


def _addressee(text: str, clause: int, begin: int, stop: int, end: int, force: Force) -> tuple[int, int] | None:
    """Return the words that may name who is meant: the short subject before a modal, the object after a call."""
    if force.strength in ADDRESSED and not CJK.match(text[begin]):
        match = OBJECT.match(text, stop, end)
        return match.span("who") if match and not text[begin:stop].endswith("for") else None
    if force.strength in MODAL:
        words = text[clause:begin].strip()
        if 1 < len(words) <= 60 and len(words.split()) <= 8 and not INDEFINITE.search(words):
            return clause, clause + len(words)
    return None


def _clause(text: str, start: int, begin: int) -> int:
    """Return where the words begin that may be the subject of a modal."""
    low = max(start, begin - NEAR)
    stopped = STOPPED.match(text, low, begin)
    left = stopped.end() if stopped else low
    while left < begin and text[left].isspace():
        left += 1
    return left


@lru_cache(maxsize=64)
def _grammar(lexicon: Lexicon, language: str) -> _Grammar | None:
    own = [force for force in lexicon.forces if force.language == language]
    expressions = [force for force in own if force.position != "subject"]
    if not expressions:
        return None
    spaced = language not in UNSPACED
    forces: dict[str, Force] = {}
    patterns: dict[str, dict[str, list[str]]] = {"any": {}, "start": {}, "conjunct": {}}
    negators = [_pattern(f"n{number}", one)[0] for number, one in enumerate(own) if one.position == "subject"]
    # Longest first: "shall not" is no "shall".
    for number, force in enumerate(sorted(expressions, key=lambda one: (-len(one.expression), one.expression))):
        name = f"f{number}"
        forces[name] = force
        pattern, first = _pattern(name, force)
        patterns[force.position].setdefault(first if spaced else first[0], []).append(pattern)
    compiled = {
        place: {
            word: re.compile("|".join(found), 0 if place == "conjunct" else re.IGNORECASE)
            for word, found in own.items()
        }
        for place, own in patterns.items()
    }
    words = ahocorasick.Automaton()
    for word in compiled["any"]:
        words.add_word(word, word)
    words.make_automaton()
    denying = re.compile("|".join(negators), re.IGNORECASE) if negators else None
    return _Grammar(words, compiled["any"], compiled["start"], compiled["conjunct"], forces, spaced, denying)


def _pattern(name: str, force: Force) -> tuple[str, str]:
    """Return the pattern of an expression, and its first word in small letters."""
    context = re.match(r"\((?P<before>[^)]+)\)\s*(?P<hit>.+)", force.expression)
    hit = context["hit"] if context else force.expression
    words = r"\s+".join(re.escape(word) for word in hit.split())
    words = re.sub(r"^(is|are|be)\\s\+", r"\1\\s+(?:[a-z]+ly\\s+)?", words)  # "is strictly forbidden"
    lead = re.escape(context["before"]) + r"\s+" if context else ""
    latin = not CJK.match(hit)
    unless = (rf"(?!\s*{force.unless})" if latin else f"(?!{force.unless})") if force.unless else ""
    lead = (f"(?<!{force.unless_after})" if force.unless_after else "") + lead
    first = WORD.search(context["before"] if context else hit)
    pattern = f"{lead}(?P<{name}>{words}){chr(92) + 'b' if latin else ''}{unless}"
    return pattern, first[0].lower() if first else ""
