"""The structure of a text that marks none: numbered parts, preamble, paragraphs, and the faults of their headings.

A text is read as it was written: what looks like a fault becomes a finding with its place, and nothing is mended.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from itertools import pairwise

from comity.conversion.documents.document import Block, Document, Part, with_ids
from comity.conversion.documents.furniture import split_furniture
from comity.conversion.documents.lexicon import CJK, Lexicon, fold
from comity.conversion.documents.markers import BARE_RANK, Marker, find_markers

HEADING_END = re.compile(r"(?:(?<=[^\WA-Z_])|(?<=[)）\"”’]))[.:](?=\s)|[。：]")
GLUED = re.compile(r"(?<![A-Za-z'’-])[a-z]{3,}(?=[A-Z][a-z]+)|(?<=[A-Z])[a-z]{3,}(?=[A-Z][a-z]{3,})")
INNER_CAPITAL = re.compile(r"[A-Z](?<=[a-z][A-Z])")
LETTERS = re.compile(r"[A-Za-z]+")
LATIN_WORD = re.compile(r"\b[A-Za-z]+\b")
STRAY = re.compile(r"(?<=\w)\((?:[a-z]|[ivx]{1,3}|\d)\)(?=\s)")
STOPS = ".;:!?。；：！？…”’\"')）》」,，、"
SENTENCE_STOPS = ".!?。！？…；;:：”’\"')）》」]"
UNFINISHED = re.compile(r"[.!?。！？…；;:：,，]\s*(?:(?:and|or|et|ou|y|o|e|und|oder)\s*)?$|^\s*[a-zà-ÿ]")
"""What no heading is: words with a stop, those that go on, and those that begin small."""
HEADING_LENGTH = 120
RUN_IN, RUN_IN_WORDS = 70, 9
"""The longest sentence that heads the paragraph that it begins, where all paragraphs beside it begin so."""


@dataclass(frozen=True, slots=True)
class Defect:
    """A fault of the text itself, with its place; ``kind`` is a concept of the scheme of defects."""

    kind: str
    start: int
    end: int
    message: str


@dataclass(slots=True)
class Outline:
    """What structure was found: parts in order, faults, furniture, and whether the text is whole."""

    parts: list[Part] = field(default_factory=list)
    defects: list[Defect] = field(default_factory=list)
    furniture: list[tuple[int, int]] = field(default_factory=list)
    title: tuple[int, int] | None = None

    def walk(self) -> list[Part]:
        """Return all parts in the order of the text."""
        return [part for top in self.parts for part in top.walk()]

    @property
    def incomplete(self) -> bool:
        """Whether the text itself shows that it is not whole."""
        return any(defect.kind in INCOMPLETE for defect in self.defects)


UNJUDGED = ("point", "annex", "clause")
"""Kinds whose numbers a text may begin anew wherever it likes."""
INCOMPLETE = ("omission", "cut", "missing-part", "late-start")


def structure(document: Document, lexicon: Lexicon) -> Outline:
    """Return a document's structure: the file's own where it marks one, else the one that its numbers tell."""
    outline = Outline()
    if document.parts is not None:
        blocks = [block for block in document.blocks if block.kind != "note"]
        outline.parts = list(document.parts)
        heads = [one for one in blocks if one.kind == "heading" and one.end <= document.parts[0].start]
        outline.title = (heads[0].start, heads[0].end) if heads else None
    else:
        blocks, apart = split_furniture(document.text, document.blocks, lexicon)
        outline.furniture = [(block.start, block.end) for block in apart]
        _Structurer(document.text, [block for block in blocks if block.kind != "note"], lexicon, outline).run()
    outline.parts = with_ids(outline.parts)
    _judge(document, lexicon, blocks, outline)
    outline.defects = sorted(set(outline.defects), key=lambda defect: (defect.start, defect.end, defect.kind))
    return outline


class _Structurer:
    """Puts blocks under the numbers that open them."""

    def __init__(self, text: str, blocks: Sequence[Block], lexicon: Lexicon, outline: Outline) -> None:
        self.text = text
        self.blocks = blocks
        self.lexicon = lexicon
        self.outline = outline
        self.stack: list[tuple[Part, Marker]] = []
        self.continued: set[str] = set()
        self.trailing: list[Block] = []
        self.before: list[Block] = []
        self.loose: list[tuple[Part, Block]] = []  # what stands under a heading without a number
        self.interlude: list[Block] = []  # between recitals and the first article
        self.introducing: list[Part] = []  # the parts before the interlude, innermost last
        self.recitals: list[Part] = []
        self.closing: list[Block] = []
        self.run_in: dict[int, tuple[int, int]] = {}
        self.headed: set[int] = set()
        # how many of a kind each list of parts holds
        self.siblings: Counter[tuple[int, str]] = Counter()
        # of each style, the part that holds its last number, and the worth of that
        self.counts: dict[str, tuple[Part, int]] = {}

    def run(self) -> None:
        """Find all parts of the text."""
        marks = find_markers(self.text, self.blocks, self.lexicon)
        if marks and self._is_heading_of_all(marks):
            marks[0] = []
        if not any(marks):
            self._unnumbered()
            return
        for index, (block, found) in enumerate(zip(self.blocks, marks, strict=True)):
            if self.closing and not (found and found[0].rank < BARE_RANK):
                self.closing.append(block)
            elif found:
                self._conclude()
                for place, marker in enumerate(found):
                    self._open(index, marker, found[place + 1].start if place + 1 < len(found) else 0)
            elif not self._is_omission(block):
                self._take(index, block)
        self._close_trailing()
        self._conclude()
        self._fill()
        self._preamble()
        _name_run_ins(self.outline.parts, self.run_in)

    def _is_heading_of_all(self, marks: Sequence[Sequence[Marker]]) -> bool:
        """Whether the text begins with a marked heading that is its title, not the first of its sections."""
        if not (marks[0] and marks[0][0].kind == "container"):
            return False
        level = marks[0][0].level
        return sum(1 for found in marks[1:] for one in found if one.kind == "container" and one.level == level) < 2

    def _take(self, index: int, block: Block) -> None:
        """Put a block without a number where it belongs."""
        if self.stack and self.lexicon.says("closing", self._words(block)):
            self._attach_trailing()
            self.closing.append(block)
        elif not self.stack:
            self.before.append(block)
        else:
            self._continue(block, heading=self._is_heading(index))

    def _conclude(self) -> None:
        """Make a part of place, date and signatures; what follows them is an annex."""
        if self.closing:
            self.outline.parts.append(_container("conclusions", self.closing))
            self.stack, self.closing = [], []

    def _open(self, index: int, marker: Marker, stop: int) -> None:
        block = self.blocks[index]
        self._break(marker)
        self._attach_trailing(marker)
        marker = self._nested(marker)
        while self.stack and not self._holds(self.stack[-1][1], marker):
            self.stack.pop()
        self._go_on(marker)
        siblings = self.stack[-1][0].parts if self.stack else self.outline.parts
        kind = "section" if marker.style == "A." and not self.stack else marker.kind
        self.siblings[id(siblings), kind] += 1
        ordinal = marker.ordinal or self.siblings[id(siblings), kind]
        part = Part(kind, marker.number, ordinal, block.start + marker.start, block.end, suffix=marker.suffix)
        self._head(part, index, marker, stop)
        if self.stack and self.stack[-1][0].kind in ("paragraph", "point") and not (marker.above or marker.start):
            self._introduce(self.stack[-1][0])
        siblings.append(part)
        for above, _ in self.stack:
            above.end = block.end
        if self.stack:
            self.counts[marker.style] = (self.stack[-1][0], marker.ordinal)
        self.stack.append((part, marker))

    def _go_on(self, marker: Marker) -> None:
        """Close the numbers within a part, where one goes on with a count of that part that another style broke off."""
        holder, before = self.counts.get(marker.style, (None, 0))
        if holder is None or marker.rank != BARE_RANK or marker.above or marker.ordinal != before + 1:
            return
        depth = next((at for at in range(len(self.stack), 0, -1) if self.stack[at - 1][0] is holder), 0)
        if depth and all(one.rank == BARE_RANK and not one.level for _, one in self.stack[depth:]):
            del self.stack[depth:]

    def _introduce(self, part: Part) -> None:
        """Take back the heading of a paragraph that introduces its points, unless a stop told it to be one."""
        if id(part) not in self.headed:
            part.heading = None

    def _break(self, marker: Marker) -> None:
        """Tell recitals from what is enacted: named articles follow, or the numbers begin anew after a colon."""
        if not self.stack or self.stack[0][1].rank != BARE_RANK or self.introducing:
            return
        if 0 < marker.rank < BARE_RANK and not self.continued:
            self.introducing = [part for part, _ in self.stack]
            self.interlude, self.trailing = self.trailing, []
        elif (
            marker.style == self.stack[0][1].style
            and marker.ordinal == 1
            and self.trailing
            and self._words(self.trailing[-1]).endswith((":", "：", ",", "，"))
        ):
            self.recitals, self.outline.parts = self.outline.parts, []
            self.interlude, self.trailing, self.stack = self.trailing, [], []

    def _nested(self, marker: Marker) -> Marker:
        """Give a list within a list a style of its own, where only its indent tells the two apart."""
        same = [one for _, one in self.stack if one.style.rstrip("'") == marker.style]
        if not same or not any(one.indent != marker.indent for one in same):
            return replace(marker, style=same[-1].style) if same and same[-1].style != marker.style else marker
        level = next((one for one in reversed(same) if abs(one.indent - marker.indent) < 2), None)
        if level is None and marker.ordinal == 1 and marker.indent > same[-1].indent:
            return replace(marker, style=same[-1].style + "'")
        return replace(marker, style=(level or same[-1]).style)

    def _holds(self, outer: Marker, inner: Marker) -> bool:
        """Whether a part with ``outer`` at its head may hold one with ``inner``."""
        if inner.kind == "container":
            return 0 < outer.level < inner.level
        if outer.kind == "container":
            return outer.level < inner.level if inner.level else inner.rank > 0
        if outer.style == inner.style:
            return False
        if inner.above and any(mark.number == inner.above for _, mark in self.stack):
            return outer.number == inner.above
        if inner.rank < BARE_RANK or outer.rank < BARE_RANK:
            return outer.rank < inner.rank
        # Both bare: a style that is open further out closes everything down to it.
        return all(mark.style != inner.style for _, mark in self.stack)

    def _head(self, part: Part, index: int, marker: Marker, stop: int) -> None:
        """Note the part's heading: the rest of a short block, else the first sentence if it is short."""
        block = self.blocks[index]
        start = block.start + marker.end
        end = block.start + stop if stop else block.end
        words = self.text[start:end].rstrip() if stop else self.text[start:end]
        if stop:
            part.heading = _trimmed(self.text, start, start + len(words.rstrip(".: "))) if words.strip() else None
            self.headed.add(id(part))
            return
        whole = len(words) <= HEADING_LENGTH and not UNFINISHED.search(words) and not self._runs_on(index)
        if marker.rank < BARE_RANK and not words.strip():
            part.heading = None
        elif whole and words.strip():
            part.heading = _trimmed(self.text, start, end)
        elif marker.kind == "article" and marker.rank == BARE_RANK:
            self._heading_of_sentence(part, start, words)
        else:
            self._run_in_heading(part, start, words)

    def _runs_on(self, index: int) -> bool:
        """Whether the next block goes on with the sentence of this one: it begins with a small letter."""
        if index + 1 == len(self.blocks):
            return False
        following = self.blocks[index + 1]
        return following.kind == "paragraph" and self.text[following.start].islower() and following.level == 0

    def _heading_of_sentence(self, part: Part, start: int, words: str) -> None:
        """Take the first sentence as heading where it is short and no finite clause; note what spoils its end."""
        stop = HEADING_END.search(words)
        end = stop.start() if stop else len(words)
        for kind, pattern, message in HEADING_FAULTS:
            fault = pattern.search(words, 0, min(end + 4, len(words)))
            if fault:
                cut = fault.end() if kind == "glued-heading" else fault.start()
                self.outline.defects.append(Defect(kind, start + fault.start(), start + fault.end(), message))
                end = min(end, cut)
        if 0 < end <= HEADING_LENGTH and end < len(words):
            part.heading = _trimmed(self.text, start, start + end)

    def _run_in_heading(self, part: Part, start: int, words: str) -> None:
        """Note a short first sentence: it is a heading if the parts beside this one begin so as well."""
        stop = HEADING_END.search(words + "\n")
        if stop and 0 < stop.start() <= RUN_IN:
            sentence = words[: stop.start()]
            if len(sentence.split()) <= RUN_IN_WORDS and words[stop.start()] in ".。":
                self.run_in[id(part)] = _trimmed(self.text, start, start + stop.start())

    def _is_heading(self, index: int) -> bool:
        """Whether an unnumbered block heads what follows: short, without a stop, and not the last one."""
        block = self.blocks[index]
        words = self.text[block.start : block.end]
        if block.kind != "paragraph":
            return block.kind == "heading"
        return len(words) <= 80 and words[-1] not in STOPS and words[:1].isupper() and not self._runs_on(index)

    def _continue(self, block: Block, *, heading: bool) -> None:
        part, marker = self.stack[-1]
        if part.kind == "container":
            self.loose.append((part, block))
            self._extend(block)
            return
        bare = part.heading is None and not part.parts and not self.trailing
        if heading and bare and marker.rank < BARE_RANK:
            part.heading = (block.start, block.end)
            self._extend(block)
            return
        self.trailing.append(block)

    def _attach_trailing(self, marker: Marker | None = None) -> None:
        """Give unnumbered blocks to the part before them: another numbered part follows, so they lie inside.

        Where a heading follows, they end what stands under the heading before it.
        """
        if marker is not None and marker.kind == "container" and self.trailing:
            self._give_to_container()
        for block in self.trailing:
            self._extend(block)
        if self.trailing and self.stack:
            self.continued.add(self.stack[-1][1].style)
        self.trailing = []

    def _give_to_container(self) -> None:
        depth = next((at for at in range(len(self.stack), 0, -1) if self.stack[at - 1][0].kind == "container"), 0)
        if depth and self.stack[-1][1].rank == BARE_RANK and not self.stack[-1][1].level:
            del self.stack[depth:]
            for block in self.trailing:
                self.loose.append((self.stack[-1][0], block))
                self._extend(block)
            self.trailing = []

    def _extend(self, block: Block) -> None:
        for part, _ in self.stack:
            part.end = block.end

    def _close_trailing(self) -> None:
        """After the last number: what goes on as earlier parts did is its own, the rest concludes the text."""
        self._give_to_container()
        rest = self.trailing
        if self.stack and (
            self.stack[-1][1].style in self.continued
            or self.stack[-1][1].rank < BARE_RANK
            or self._is_bare(self.stack[-1])
        ):
            own = 0
            while own < len(rest) and not self._closes(rest[own]):
                self._extend(rest[own])
                own += 1
            rest = rest[own:]
        self.trailing = []
        if rest:
            self.outline.parts.append(_container("conclusions", rest))

    def _is_bare(self, last: tuple[Part, Marker]) -> bool:
        """Whether a part is a heading yet, without the words that it heads."""
        part, _ = last
        return part.heading is not None and not part.parts and part.heading[1] == part.end

    def _closes(self, block: Block) -> bool:
        words = self.text[block.start : block.end]
        return len(words) <= 80 and words[-1] not in STOPS

    def _fill(self) -> None:
        """Count the paragraphs that stand under headings without numbers."""
        holders: dict[int, tuple[Part, list[Block]]] = {}
        for part, block in self.loose:
            holders.setdefault(id(part), (part, []))[1].append(block)
        for part, blocks in holders.values():
            part.parts = sorted([*self._counted(blocks), *part.parts], key=lambda one: one.start)

    def _preamble(self) -> None:
        """Make a preamble of what stands before the first number, and recitals of numbers before the first article."""
        parts = self.outline.parts
        first = next((index for index, part in enumerate(parts) if part.kind != "paragraph"), None)
        cue = self.before and self.lexicon.says("recitals", self._words(self.before[-1]))
        recitals = self.recitals
        if not recitals and first and (cue or parts[first].kind in ("article", "chapter", "title", "part")):
            recitals, self.outline.parts = parts[:first], parts[first:]
        for recital in recitals:
            recital.kind = "recital"
        if not recitals:
            for part in self.introducing if self.interlude else ():
                part.end = max(part.end, self.interlude[-1].end)
        if self.before and self._is_title(self.before[0]):
            self.outline.title = (self.before[0].start, self.before[0].end)
        blocks = self.before if self.outline.title is None else self.before[1:]
        if blocks or recitals:
            preamble = _container("preamble", blocks or [Block("", recitals[0].start, recitals[-1].end)])
            if recitals:
                preamble.parts = recitals
                preamble.end = self.interlude[-1].end if self.interlude else recitals[-1].end
            self.outline.parts.insert(0, preamble)

    def _unnumbered(self) -> None:
        """Count the paragraphs of a text without numbers."""
        blocks = list(self.blocks)
        if blocks and self._is_title(blocks[0]) and len(blocks) > 1:
            self.outline.title = (blocks[0].start, blocks[0].end)
            del blocks[0]
        self.outline.parts = self._counted(blocks)

    def _counted(self, blocks: Sequence[Block]) -> list[Part]:
        """Return paragraphs in a row as parts; those after a colon are points of the paragraph before.

        An item that stands further in than the one before it is a point of that one.
        """
        parts: list[Part] = []
        holder: Part | None = None
        items: list[tuple[int, Part]] = []  # the item before, and those that it stands in
        for block in blocks:
            if self._is_omission(block):
                continue
            while items and (block.kind != "item" or block.level < items[-1][0] + 2):
                items.pop()
            heading = self._is_heading(self.places[block])
            bulleted = holder is not None and bool(holder.parts) and self._bulleted(holder)
            inside = items[-1][1] if items else None
            if inside is None and holder is not None and not heading and (block.kind == "item" or not bulleted):
                inside = holder
            siblings = parts if inside is None else inside.parts
            kind = "paragraph" if inside is None else "point"
            part = Part(kind, "", len(siblings) + 1, block.start, block.end)
            siblings.append(part)
            for above in (*(one for _, one in items), *([holder] if inside is not None and holder else [])):
                above.end = block.end
            if block.kind == "item":
                items.append((block.level, part))
            if inside is None:
                part.heading = (block.start, block.end) if heading else None
                holder = part if self._words(block).endswith((":", "：")) else None
        return parts

    @cached_property
    def places(self) -> dict[Block, int]:
        """Where each block stands among all."""
        return {block: index for index, block in enumerate(self.blocks)}

    def _is_omission(self, block: Block) -> bool:
        """Whether a block does nothing but say that something was left out."""
        found = self.lexicon.says("omission", self._words(block))
        return found is not None and found.end() - found.start() + 3 > block.end - block.start

    @cached_property
    def items(self) -> frozenset[int]:
        """Where the items of lists begin."""
        return frozenset(block.start for block in self.blocks if block.kind == "item")

    def _bulleted(self, holder: Part) -> bool:
        """Whether the points of a paragraph stand behind bullets, so that what does not is no point of it."""
        return holder.parts[0].start in self.items

    def _is_title(self, block: Block) -> bool:
        words = self._words(block)
        return block.kind == "heading" or (len(words) <= 200 and words[-1] not in ".;:!?。；：！？,，")

    def _words(self, block: Block) -> str:
        return self.text[block.start : block.end]


HEADING_FAULTS = (
    ("glued-heading", GLUED, "the heading runs into the next sentence without a stop"),
    ("stray-enumerator", STRAY, "a stray enumerator stands at the end of the heading"),
)


def _name_run_ins(parts: Sequence[Part], headings: dict[int, tuple[int, int]]) -> None:
    """Take short first sentences for headings where nearly all of three and more parts in a row begin with one."""
    numbered = [part for part in parts if part.number]
    # A sentence heads what follows it: more words, or parts of its own.
    begun = [part for part in numbered if id(part) in headings and headings[id(part)][1] + 2 < part.end]
    headed = sum(part.heading is not None for part in numbered)
    if len(begun) >= 3 and 5 * (len(begun) + headed) >= 4 * len(numbered):
        for part in begun:
            part.heading = part.heading or headings[id(part)]
    for part in parts:
        _name_run_ins(part.parts, headings)


def _container(kind: str, blocks: Sequence[Block]) -> Part:
    parts = [Part("paragraph", "", index, one.start, one.end) for index, one in enumerate(blocks, 1) if one.kind]
    return Part(kind, "", 1, blocks[0].start, blocks[-1].end, parts=parts)


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def _judge(document: Document, lexicon: Lexicon, blocks: Sequence[Block], outline: Outline) -> None:
    """Note what shows that the text is faulty or not whole."""
    _sequences(outline.parts, outline)
    _gaps(document.text, lexicon, blocks, outline)
    quoted = [(part.start, part.end) for part in outline.walk() if part.quoted]
    alone = cache(lambda: frozenset(LATIN_WORD.findall(document.text)))
    folded = fold(document.text)
    word = WORD if CJK.search(folded) else LATIN_OR_NUMBER
    for block in blocks:
        if not any(start <= block.start < end for start, end in quoted):
            _repeats(document.text, folded, block, word, outline)
            _glue(document.text, block, alone, outline)


def _sequences(parts: Sequence[Part], outline: Outline) -> None:
    """Note numbers that are missing, doubled or begin late; a count may run on through the parts above it."""
    running: dict[str, int] = {}

    def judge(siblings: Sequence[Part]) -> None:
        seen: dict[str, int] = {}
        above = ""
        for part in siblings:
            if part.number and part.kind not in UNJUDGED and not part.quoted:
                if "." in part.number and part.number.rpartition(".")[0] != above:  # 2.1 after 1.4 begins anew
                    above = part.number.rpartition(".")[0]
                    seen.pop(part.kind, None)
                known = seen.get(part.kind)
                before = known if known is not None else running.get(part.kind, 0)
                _step(part, before, part.kind not in running, known is None, outline)
                seen[part.kind] = running[part.kind] = part.ordinal
            if not part.quoted:
                judge(part.parts)

    judge(parts)


def _step(part: Part, before: int, first: bool, opens: bool, outline: Outline) -> None:
    where = (part.start, part.start + 1)
    if part.ordinal == 1 and opens:
        return
    if first and part.ordinal > 1:
        outline.defects.append(Defect("late-start", *where, f"the {part.kind}s begin with number {part.number}"))
    elif part.ordinal > before + 1:
        outline.defects.append(
            Defect("missing-part", *where, f"before {part.kind} {part.number}, number {before + 1} is missing")
        )
    elif part.ordinal <= before and not part.suffix:
        outline.defects.append(Defect("repeated-number", *where, f"{part.kind} {part.number} comes after {before}"))


def _gaps(text: str, lexicon: Lexicon, blocks: Sequence[Block], outline: Outline) -> None:
    for block in blocks:
        words = text[block.start : block.end]
        omitted = lexicon.says("omission", words)
        if omitted:
            place = (block.start + omitted.start(), block.start + omitted.end())
            outline.defects.append(Defect("omission", *place, "the text says that something was left out here"))
    if blocks:
        last = blocks[-1]
        words = text[last.start : last.end]
        cut = lexicon.says("cut", words)
        if cut or (len(words) > 120 and words[-1] not in SENTENCE_STOPS and last.kind == "paragraph"):
            outline.defects.append(
                Defect("cut", max(last.start, last.end - 20), last.end, "the text ends in mid-sentence")
            )


WORD = re.compile(r"[A-Za-z0-9]+|[\u3400-\u9fff]")
LATIN_OR_NUMBER = re.compile(r"[A-Za-z0-9]+")
SIGNS_TO_SPACES = {code: " " for code in range(128) if not chr(code).isalnum()}
"""Of ASCII, what is left are the words, in a tenth of the time."""
RUN = 8
REACH = 30


def _repeats(text: str, folded: str, block: Block, word: re.Pattern[str], outline: Outline) -> None:
    """Note a run of words that comes again at once: a clause that stands there twice."""
    if block.end - block.start < 80:
        return
    said = folded[block.start : block.end]
    words = said.translate(SIGNS_TO_SPACES).split() if said.isascii() else word.findall(said)
    if len(words) - len(set(words)) < RUN or len(words) - len(set(pairwise(words))) < RUN:
        return  # a run that comes again brings its words again, and its pairs of words
    runs = list(zip(*(words[index:] for index in range(RUN)), strict=False))
    if len(set(runs)) == len(runs):
        return
    spans = [match.span() for match in word.finditer(folded, block.start, block.end)]
    seen: dict[tuple[str, ...], int] = {}
    after = 0
    for index, run in enumerate(runs):
        first = seen.get(run)
        seen[run] = index
        if first is None or index < after or not RUN <= index - first <= REACH:
            continue
        length = RUN
        while index + length < len(words) and words[first + length] == words[index + length] and first + length < index:
            length += 1
        after = index + length
        ends = (spans[first + length - 1][1], spans[index + length - 1][1])
        starts = (spans[max(first - 3, 0)][0], spans[max(index - 3, 0)][0])
        opening = _begin(text, starts, (spans[first][0], spans[index][0]))
        if not (opening or (length > RUN and _end(text, ends))):
            continue  # within a sentence, lists and references say things in parallel
        place = (spans[index][0], spans[index + length - 1][1])
        outline.defects.append(Defect("doubled-clause", *place, "a clause comes a second time"))


def _begin(text: str, before: tuple[int, int], at: tuple[int, int]) -> bool:
    """Whether both runs open a sentence, or come three words after its beginning at most."""
    between = [text[start:end].strip() for start, end in zip(before, at, strict=True)]
    return all(not words or "." in words or "。" in words or STRAY.search(words + " ") for words in between)


def _end(text: str, ends: tuple[int, int]) -> bool:
    return all(text[end : end + 1] in (".", "。") for end in ends)


def _glue(text: str, block: Block, alone: Callable[[], frozenset[str]], outline: Outline) -> None:
    """Note words that run together, as *theAction*; names with capitals inside are written so more than once."""
    if not INNER_CAPITAL.search(text, block.start, block.end):
        return
    for match in GLUED.finditer(text, block.start, block.end):
        tail = LETTERS.match(text, match.end())
        end = tail.end() if tail else match.end()
        start = match.start()
        while start > block.start and text[start - 1].isalpha():
            start -= 1
        first = text[start : match.end()]
        if first[0].islower() or first in alone():  # a name such as DeepMind has no such half
            outline.defects.append(Defect("glued-words", start, end, "two words run together"))


class Places:
    """Finds the innermost part at a place."""

    def __init__(self, parts: Sequence[Part]) -> None:
        self.starts: list[int] = []
        self.names: list[str] = []
        for part in parts:
            self._note(part, "")

    def _note(self, part: Part, above: str) -> None:
        """Note where the innermost part changes: at the beginning of each part, and where it ends."""
        self._change(part.start, part.id)
        for below in part.parts:
            self._note(below, part.id)
        self._change(part.end, above)

    def _change(self, place: int, name: str) -> None:
        self.starts.append(place)
        self.names.append(name)

    def at(self, place: int) -> str:
        """Return the identifier of the innermost part at a place; an empty one outside all parts."""
        index = bisect_right(self.starts, place)
        return self.names[index - 1] if index else ""
