"""Numbers at the beginning of blocks: which of them open a part, what kind of part, and how far out it is.

A word with a number (*Article 4*, *Chapter One*) tells by itself. A bare number (``1.`` ``(a)`` ``IV.``) counts where
another one of its style goes on with it: a year, an initial or a lone *(i)* in a sentence is none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from comity.conversion.documents.document import Block
from comity.conversion.documents.lexicon import Lexicon
from comity.conversion.documents.numbering import CHINESE, letter, roman, value

BARE = re.compile(
    r"(?P<open>[（(\[])?(?(open)[ ]?)(?P<number>\d{1,3}|[IVXLC]{1,7}|[ivxlc]{1,7}|[A-Za-z]{1,2}|["
    + CHINESE
    + r"]{1,4})"
    r"(?(open)[ ]?)(?P<close>\\?[)）\].．、:：°º]|[ \t\u00a0]+(?=\S))(?P<gap>[ \t\u00a0]*)"
)
DOTTED = re.compile(r"(?P<above>\d{1,3}(?:\.\d{1,3})*)\.(?P<last>\d{1,3})\.?(?=[ \t\u00a0]|$)")
CIRCLED = {chr(0x2460 + index): index + 1 for index in range(20)}
BETWEEN = re.compile(r"\s*(?:[A-Z][^.()\n]{2,80}[.:][ \t]+){0,2}(?=[(（](?:a|A|1|i|一)[)）])")
"""What may stand between a part's number and the first number in it, in one block: nothing, or its heading."""
BARE_RANK = 10
HEAD = 60
REACH = 60
"""So many blocks after a number that opens a part in mid-block, the number after it must come."""


@dataclass(frozen=True, slots=True)
class Marker:
    """A number that opens a part: its style tells which siblings it has, its rank how far out it is.

    Attributes:
        kind: of the part.
        number: as the text writes it; empty for a heading without one.
        ordinal: what it is worth; nought where only its siblings tell.
        style: the same for all siblings.
        rank: the lower, the further out; bare numbers and headings have one rank, and their order tells.
        end: where the number ends, counted from the beginning of the block.
        suffix: what follows a number and tells it from another, as *bis*.
        start: where the number begins in its block; nought but for the first number in a part that its block opens.
        above: the number that a dotted one goes on from: of 1.2.3, it is 1.2.
        level: of a heading that the file marks as one.
        indent: of a list item.
    """

    kind: str
    number: str
    ordinal: int
    style: str
    rank: int
    end: int
    suffix: str = ""
    start: int = 0
    above: str = ""
    level: int = 0
    indent: int = 0


@dataclass(slots=True)
class _Slot:
    """A place where a part may begin, with the readings of what stands there."""

    index: int
    options: list[Marker]


def find_markers(text: str, blocks: Sequence[Block], lexicon: Lexicon) -> list[list[Marker]]:
    """Return the numbers that open parts, for each block; a heading that the file marks needs none."""
    slots = [slot for index, block in enumerate(blocks) for slot in _slots(text, index, block, lexicon)]
    proven = _proven(slots)
    last: dict[str, int] = {}
    found: list[list[Marker]] = [[] for _ in blocks]
    named = any(one.kind == "article" and one.rank < BARE_RANK for slot in slots for one in slot.options)
    for place, slot in enumerate(slots):
        fitting = [one for one in slot.options if one.rank < BARE_RANK or one.style in proven]
        if slot.options and slot.options[0].start:
            fitting = [one for one in fitting if _goes_on(slots, place, one)]
        # "(i)" is a letter after "(h)", else a Roman number: the one that goes on wins.
        fitting.sort(key=lambda one: (one.ordinal != last.get(one.style, 0) + 1, one.style not in last))
        block = blocks[slot.index]
        if fitting:
            last[fitting[0].style] = fitting[0].ordinal
            level = block.level if block.kind == "heading" else 0
            indent = 0 if block.kind == "heading" else block.level
            mark = _kind(fitting[0], named=named)
            found[slot.index].append(replace(mark, level=level, indent=indent) if level or indent else mark)
        elif block.kind == "heading" and block.level and not slot.options:
            found[slot.index].append(Marker("container", "", 0, f"h{block.level}", BARE_RANK, 0, level=block.level))
    return found


def opens_part(head: str, lexicon: Lexicon) -> bool:
    """Whether a number that may open a part stands at the beginning of some words."""
    return bool(_readings_at(head, lexicon))


def _slots(text: str, index: int, block: Block, lexicon: Lexicon) -> Iterator[_Slot]:
    options = _readings_at(text[block.start : min(block.start + HEAD, block.end)], lexicon)
    yield _Slot(index, options)
    if not options:
        return
    match = BETWEEN.match(text, block.start + options[0].end, block.end)
    if match:
        start = match.end() - block.start
        inner = _readings_at(text[match.end() : min(match.end() + HEAD, block.end)], lexicon)
        yield _Slot(index, [replace(one, start=start, end=start + one.end) for one in inner])


def _goes_on(slots: Sequence[_Slot], place: int, mark: Marker) -> bool:
    """Whether the number after ``mark`` opens a block soon: then ``mark``, in mid-block, opens a part as well."""
    after = slots[place + 1 : place + REACH]
    return any(one.style == mark.style and one.ordinal == mark.ordinal + 1 for slot in after for one in slot.options)


def _proven(slots: Sequence[_Slot]) -> set[str]:
    """Return the styles of bare numbers of which one goes on with another."""
    styles: dict[str, list[Marker]] = {}
    for slot in slots:
        for one in slot.options:
            styles.setdefault(one.style, []).append(one)
    heads = {one.above.partition(".")[0] for marks in styles.values() for one in marks if one.above}
    return {style for style, marks in styles.items() if _is_sequence(marks, heads)}


def _is_sequence(marks: Sequence[Marker], heads: set[str]) -> bool:
    seen: set[int] = set()
    steps = 0
    for mark in marks:
        steps += mark.ordinal - 1 in seen
        seen.add(mark.ordinal)
    if not marks[0].style.endswith("_") or marks[0].style in ("a_", "small_"):
        return steps >= 1 or (len(marks) == 1 and _stands_alone(marks[0]))
    # No mark but white space after the number: more proof is needed.
    return steps >= 2 or (steps == 1 and sum(mark.number in heads for mark in marks) > 1)


def _stands_alone(mark: Marker) -> bool:
    return mark.style in ("roman.", "zh、") and mark.ordinal > 1


def _kind(mark: Marker, *, named: bool) -> Marker:
    """Tell the kind of a bare number: a Roman or Chinese one heads an article unless the text names its articles."""
    if mark.rank < BARE_RANK:
        return mark
    kind = "point"
    if mark.style in ("roman.", "zh、", "roman_"):
        kind = "section" if named else "article"
    elif (mark.style.startswith("1") and mark.style not in ("1)", "1°")) or mark.style.startswith(("(1", "(zh", "zh")):
        kind = "paragraph"
    return Marker(kind, mark.number, mark.ordinal, mark.style, mark.rank, mark.end, mark.suffix, mark.start, mark.above)


def _readings_at(head: str, lexicon: Lexicon) -> list[Marker]:
    """Return what a number at the beginning of some words may be; nothing if there is none."""
    named = lexicon.named(head)
    if named and _opens(head[named.end :]):
        word = named.word
        style = word.before if word.kind == "clause" else word.kind  # each kind of clause has a count of its own
        return [Marker(word.kind, named.number, named.ordinal, style, word.rank, _after(head, named.end), named.suffix)]
    alone = lexicon.alone(head)
    if alone:
        return [Marker(alone.kind, "", 0, alone.kind, alone.rank, _after(head, len(alone.before)))]
    if head[:1] in CIRCLED:
        return [Marker("point", head[0], CIRCLED[head[0]], "circled", BARE_RANK, 1)]
    dotted = DOTTED.match(head)
    if dotted:
        above = dotted["above"]
        number = f"{above}.{dotted['last']}"
        style = f"1.{number.count('.')}"
        return [Marker("", number, int(dotted["last"]), style, BARE_RANK, dotted.end(), above=above)]
    return _bare(head)


def _bare(head: str) -> list[Marker]:
    match = BARE.match(head)
    if not match:
        return []
    number, bracket, close = match["number"], match["open"], match["close"]
    if close.isspace() and (bracket or not (number.isdecimal() or number.isupper() or _is_lone(head, match))):
        return []
    close = close.removeprefix("\\")  # Markdown takes its meaning from a sign so
    mark = MARKS.get(close, "_" if close.isspace() else close)
    if number.isdecimal() and mark == "." and head[match.end() : match.end() + 1].isdigit():
        return []  # a decimal number or a date
    return [
        Marker("", number, ordinal, ("(" if bracket else "") + style + mark, BARE_RANK, match.end())
        for style, ordinal in _readings(number)
        if style != "letter" or mark != "_"
    ]


def _is_lone(head: str, match: re.Match[str]) -> bool:
    """Whether a small letter stands before a sentence: some texts number so, and no sentence begins with one."""
    return len(match["number"]) == 1 and match["number"].islower() and head[match.end() : match.end() + 1].isupper()


MARKS: Mapping[str, str] = {".": ".", "．": ".", ")": ")", "）": ")", "]": ")", "°": "°", "º": "°"}


def _readings(number: str) -> list[tuple[str, int]]:
    if number.isdecimal():
        return [("1", int(number))]
    options = [
        ("roman" if number.isupper() else "small", roman(number)),
        ("a" if number.islower() else "A", letter(number)),
    ]
    if number[0] in CHINESE:
        options = [("zh", value(number))]
    return [(style, ordinal) for style, ordinal in options if ordinal]


def _opens(rest: str) -> bool:
    """Whether a word with a number heads a part here, and is not the beginning of a sentence about one."""
    return (
        not rest
        or rest[0] in "\n.．:：、—–-"
        or bool(re.match(r"[\s\u00a0\u3000]+(?:[^a-z\s(]|$)|[^\s\w,;)(]", rest))
        or (rest[0] >= "\u3400")
    )


def _after(head: str, end: int) -> int:
    while end < len(head) and head[end] in " \t\u00a0\u3000.．:：—–-、":
        end += 1
    return end
