"""Deontic expressions: words by which a text says that something must, should, may or must not be done, or asks for it.

What is found is a wording, never a duty: whether a text binds anybody is no matter of its words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from comity.conversion.documents.document import Block
from comity.conversion.documents.lexicon import CJK, Force, Lexicon

SENTENCE = re.compile(r"(?<=[.!?。！？])(?:[”\"’)\]]*\s+|(?=[\u3400-\u9fff]))|(?<=[a-z]\.)(?=[A-Z])")
ADVERBS = r"(?:[A-Za-z]+ly,? (?:and [a-z]+ly )?|To [^,.;]{1,60}, |At the same time, |In addition, )?"
NUMBER = re.compile(
    r"(?:\(?(?:\d{1,3}|[ivxlcIVXLC]{1,7}|[a-zA-Z]|[一二三四五六七八九十]{1,4})[).．、：:][ \t\u00a0]*|\d{1,3}[ \t]+)"
)
OBJECT = re.compile(r"\s+(?P<who>[^.;:]{2,200}?)\s+to\s")
WORD = re.compile(r"\w+")
ADDRESSED = ("called-for",)
MODAL = ("required", "recommended", "permitted")


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
    """The patterns of one language: expressions anywhere, at the beginning of a sentence, after a comma."""

    anywhere: re.Pattern[str] | None
    by_word: dict[str, re.Pattern[str]]
    start: re.Pattern[str] | None
    conjunct: re.Pattern[str] | None
    forces: dict[str, Force]


def find_deontic(text: str, blocks: Sequence[Block], skip: Sequence[tuple[int, int]], lexicon: Lexicon) -> list[Hit]:
    """Return the deontic expressions of a text, in its order.

    Args:
        text: the whole text.
        blocks: where to look; each is read in its own language.
        skip: headings, which name what follows and demand nothing.
        lexicon: holds the expressions.
    """
    hits: list[Hit] = []
    starts = sorted(skip)
    for block in blocks:
        grammar = _grammar(lexicon, block.language)
        if grammar is not None:
            inside = [span for span in starts if span[0] < block.end and span[1] > block.start]
            for start, end in _sentences(text, block, inside):
                hits += _in_sentence(text, start, end, grammar)
    return hits


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
        at += 1
    for match in SENTENCE.finditer(text, at, block.end):
        if match.end() > at:
            yield at, match.end()
            at = match.end()
    if at < block.end:
        yield at, block.end


def _in_sentence(text: str, start: int, end: int, grammar: _Grammar) -> list[Hit]:
    found = list(_anywhere(text, start, end, grammar))
    opening = grammar.start.match(text, start, end) if grammar.start else None
    if opening and not text[start].islower():
        span = _span(opening, grammar)
        if all(span[1] <= one[0] or span[0] >= one[1] for one in found):
            found.insert(0, span)
    led = bool(opening and not text[start].islower()) or any(force.strength == "committed" for _, _, force in found)
    if grammar.conjunct and led:
        for match in grammar.conjunct.finditer(text, start, end):
            span = _span(match, grammar)
            if all(span[1] <= one[0] or span[0] >= one[1] for one in found):
                found.append(span)
    found = _governing(text, sorted(found, key=lambda one: one[0]))
    return [
        Hit(begin, stop, force.polarity, force.strength, _addressee(text, start, end, begin, stop, force))
        for begin, stop, force in found
    ]


def _anywhere(text: str, start: int, end: int, grammar: _Grammar) -> Iterator[tuple[int, int, Force]]:
    """Yield expressions that may stand anywhere, by their first word: one pattern of all would be slow."""
    if grammar.anywhere:
        for match in grammar.anywhere.finditer(text, start, end):
            yield _span(match, grammar)
    after = start
    for word in WORD.finditer(text, start, end):
        pattern = grammar.by_word.get(word[0].lower())
        hit = pattern.match(text, word.start(), end) if pattern and word.start() >= after else None
        if hit and not re.match(r"[\w-]", text[max(word.start() - 1, 0) : word.start()]):
            after = hit.end()
            yield _span(hit, grammar)


def _governing(text: str, found: list[tuple[int, int, Force]]) -> list[tuple[int, int, Force]]:
    """Leave out what another expression governs: of *should encourage*, *should* says how strongly it is meant."""
    kept: list[tuple[int, int, Force]] = []
    for one in found:
        if not (kept and re.fullmatch(r"\s+(?:[a-z]+ly\s+|also\s+|all\s+)?", text[kept[-1][1] : one[0]])):
            kept.append(one)
    return kept


def _span(match: re.Match[str], grammar: _Grammar) -> tuple[int, int, Force]:
    name = match.lastgroup or ""
    start, end = match.span(name)
    return start, end, grammar.forces[name]


def _addressee(text: str, start: int, end: int, begin: int, stop: int, force: Force) -> tuple[int, int] | None:
    """Return the words that may name who is meant: the short subject before a modal, the object after a call."""
    if force.strength in ADDRESSED and not CJK.match(text[begin]):
        match = OBJECT.match(text, stop, end)
        return match.span("who") if match and not text[begin:stop].endswith("for") else None
    if force.strength in MODAL:
        left = max(text.rfind(stop_, start, begin) for stop_ in ",;:—，；：")
        left = left + 1 if left >= start else start
        words = text[left:begin].strip()
        if (
            1 < len(words) <= 60
            and len(words.split()) <= 8
            and not re.search(r"\b(?:that|which|who|it|this|there)\b", words, re.I)
        ):
            left += len(text[left:begin]) - len(text[left:begin].lstrip())
            return left, left + len(words)
    return None


@lru_cache(maxsize=64)
def _grammar(lexicon: Lexicon, language: str) -> _Grammar | None:
    own = [force for force in lexicon.forces if force.language == language]
    if not own:
        return None
    forces: dict[str, Force] = {}
    patterns: dict[str, list[str]] = {"any": [], "start": [], "conjunct": []}
    # Longest first: "shall not" is no "shall".
    for number, force in enumerate(sorted(own, key=lambda one: (-len(one.expression), one.expression))):
        name = f"f{number}"
        forces[name] = force
        patterns[force.position].append(_pattern(name, force))
    by_word: dict[str, list[str]] = {}
    if language not in ("zh", "ja"):
        for pattern in patterns["any"]:
            first = WORD.search(re.sub(r"\(\?P<\w+>|\\s\+", " ", pattern))
            by_word.setdefault(first[0].lower() if first else "", []).append(pattern)
        patterns["any"] = []
    joined = {place: "|".join(found) for place, found in patterns.items() if found}
    chinese = language in ("zh", "ja")
    return _Grammar(
        re.compile(joined["any"]) if "any" in joined else None,
        {word: re.compile("|".join(found), re.IGNORECASE) for word, found in by_word.items()},
        re.compile(f"{'' if chinese else ADVERBS}(?:{joined['start']})", re.IGNORECASE) if "start" in joined else None,
        re.compile(f"(?:, |, and )(?:{joined['conjunct']})") if "conjunct" in joined else None,
        forces,
    )


def _pattern(name: str, force: Force) -> str:
    context = re.match(r"\((?P<before>[^)]+)\)\s*(?P<hit>.+)", force.expression)
    hit = context["hit"] if context else force.expression
    words = r"\s+".join(re.escape(word) for word in hit.split())
    lead = re.escape(context["before"]) + r"\s+" if context else ""
    latin = not CJK.match(hit)
    unless = rf"(?!\s*{force.unless})" if force.unless and latin else ""
    return f"{lead}(?P<{name}>{words}){chr(92) + 'b' if latin else ''}{unless}"
