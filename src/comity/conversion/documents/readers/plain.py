"""Plain text and Markdown: the text is the file, blocks are spans of its lines.

A block is a paragraph. Lines that somebody wrapped are joined by span only: nothing in the text changes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from comity.conversion.documents.document import Block, Document, decode, digest, lost
from comity.core.diagnostics import Diagnostic
from comity.core.errors import UnreadableInput

LINE = re.compile(r"[^\r\n\x0b\x0c\u2028\u2029]+")
BULLET = re.compile(r"(?:[•●▪◦‣·*>+–—-]|\uf0b7)\s+")
STARTS_ITEM = re.compile(
    r"(?:[•●▪◦‣>*–—-]\s|[（(]?(?:\d{1,3}|[ivxIVX]{1,5}|[A-Za-z]|[〇一二三四五六七八九十]{1,4})\\?[)）.．、:]"
    r"|[（(] ?(?:\d{1,3}|[ivxIVX]{1,5}|[A-Za-z]|[〇一二三四五六七八九十]{1,4}) ?[)）]"
    r"|\d{1,3}\s|第[〇零一二三四五六七八九十百千\d]+[条章节部])"
)
STOPS = tuple(".;:!?。；：！？…”’\"')）》」")
WRAPPED = 60
"""A line at least so long that ends in mid-sentence was wrapped: the next one goes on with it."""
CELL = re.compile(r"\|[ \t]*(?P<words>(?:[^|\\\n]|\\.)*?)[ \t]*(?=\||$)", re.MULTILINE)
RULE = re.compile(r":?[-*_=]{3,}:?|[-*_](?:[ \t]*[-*_]){2,}")
"""A line across the page, or between the head of a table and its rows."""
HASHES = re.compile(r"(#{1,6})\s+")
UNDERLINE = re.compile(r"=+|-{2,}")
"""The second line of a heading that is underlined (CommonMark 0.31, §4.3); one hyphen alone is more often a bullet."""
TAGGED = re.compile(r"(?:<(?!a\b|script\b|style\b)(?P<tag>[A-Za-z][\w-]*)[^<>]*>\s*)+(?P<words>[^<>]+)(?:<[^<>]*>\s*)*")
"""A line of HTML that is words within tags."""
HEADING_TAG = re.compile(r"<[hH]([1-6])\b[^<>]*>\s*")
BREAK = re.compile(r"\s*<br\s*/?>")
EMPHASIS = re.compile(
    r"(?:\*{1,3}|_{1,3})(?=(?:[^\W\d_]{2,12}\.?\s)?(?:[（(\[]?(?:\d|[IVXLC]{1,7}\b|[A-Za-z][.)])|第|（))"
)
"""What makes a number at the beginning of a paragraph bold, or a word with one."""


def read_plain(content: bytes, name: str) -> Document:
    """Read a plain text."""
    text, notes = _text(content, name)
    blocks = tuple(_blocks(text, _lines(text)))
    if not blocks:
        raise UnreadableInput(f"{name} holds no text", "name a file with text in it")
    return Document(name, "text/plain", digest(content), text, blocks, notes=tuple(notes))


def read_markdown(content: bytes, name: str) -> Document:
    """Read Markdown (CommonMark 0.31): marks stay in the text, blocks leave them out; code and HTML are no blocks."""
    text, notes = _text(content, name)
    lines, skipped = _without_code(text)
    if skipped:
        notes.append(
            lost(name, f"lines of code, HTML, front matter or link definitions, which are no blocks: {skipped}")
        )
    headings = _underlined(text, lines)
    blocks = tuple(one for block in _blocks(text, lines) for one in _marked(text, block, headings))
    if not blocks:
        raise UnreadableInput(f"{name} holds no text", "name a file with text in it")
    return Document(name, "text/markdown", digest(content), text, blocks, notes=tuple(notes))


def _text(content: bytes, name: str) -> tuple[str, list[Diagnostic]]:
    if b"\x00" in content[:4096] and not content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise UnreadableInput(f"{name} is no text", "name the file by what it is: .pdf, .docx, .html, .xml")
    return decode(content, name)


INVISIBLE = frozenset(
    "\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff"
)
"""Marks of direction and joining: at the edge of a line they are no more than white space."""


def _lines(text: str) -> list[tuple[int, int]]:
    """Return the spans of the lines, without white space at the edges; a blank line is an empty span."""
    found = []
    at = 0
    for line in text.splitlines(keepends=True):
        start, end = at, at + len(line)
        at = end
        while start < end and (text[start].isspace() or text[start] in INVISIBLE):
            start += 1
        while end > start and (text[end - 1].isspace() or text[end - 1] in INVISIBLE):
            end -= 1
        found.append((start, end))
    return found


def _blocks(text: str, lines: list[tuple[int, int]]) -> Iterator[Block]:
    start = end = -1
    for line_start, line_end in lines:
        if line_start == line_end:
            if start >= 0:
                yield _block(text, start, end)
            start = -1
        elif start >= 0 and _goes_on(text, start, end, line_start):
            end = line_end
        else:
            if start >= 0:
                yield _block(text, start, end)
            start, end = line_start, line_end
    if start >= 0:
        yield _block(text, start, end)


def _goes_on(text: str, start: int, end: int, after: int) -> bool:
    """Whether the line at ``after`` goes on with the block: nothing marks it as new, the block is in mid-sentence."""
    last_line = max(text.rfind("\n", start, end) + 1, start)
    if text.startswith("#", after) or text.startswith("#", start) or STARTS_ITEM.match(text, after):
        return False
    return end - last_line >= WRAPPED and not text.endswith(STOPS, start, end)


def _block(text: str, start: int, end: int) -> Block:
    line_start = text.rfind("\n", 0, start) + 1
    indent = start - line_start
    bullet = BULLET.match(text, start, end)
    if bullet and bullet.end() < end:
        return Block("item", bullet.end(), end, indent)
    return Block("paragraph", start, end, indent)


def _marked(text: str, block: Block, headings: Mapping[int, int]) -> Iterator[Block]:
    """Yield what a block of Markdown is: a heading, the cells of a row, or what it was; rules between rows are none."""
    mark = HASHES.match(text, block.start, block.end)
    if block.start in headings:
        yield Block("heading", block.start, block.end, headings[block.start])
    elif mark:
        end = block.end
        while end > mark.end() and text[end - 1] in "# ":
            end -= 1
        if end > mark.end():
            yield Block("heading", mark.end(), end, len(mark[1]))
    elif text[block.start] == "|":
        for cell in CELL.finditer(text, block.start, block.end):
            if cell["words"] and not RULE.fullmatch(cell["words"]):
                yield Block("cell", cell.start("words"), cell.end("words"), block.level)
    elif not RULE.fullmatch(text, block.start, block.end):
        # A number or a word with one tells its part in bold letters as well.
        bold = EMPHASIS.match(text, block.start, block.end)
        yield Block(block.kind, bold.end(), block.end, block.level) if bold else block


def _without_code(text: str) -> tuple[list[tuple[int, int]], int]:
    """Return the lines that are prose; those of fenced code, HTML, front matter and link definitions become blank."""
    kept = []
    skipped = 0
    fence = ""
    lines = _lines(text)
    after = _front_matter(text, lines)
    for index, (start, end) in enumerate(lines):
        line = text[start:end]
        mark = line[:3] if line.startswith(("```", "~~~")) else ""
        words = None if fence or mark or index < after or not line.startswith("<") else TAGGED.fullmatch(line)
        if words is not None and words["words"].strip():
            kept.append((start + words.start("words"), start + len(line[: words.end("words")].rstrip())))
            continue
        hidden = bool(fence or mark) or index < after or line.startswith("<")
        hidden = hidden or bool(re.match(r"\[[^\]]+\]:\s", line))
        fence = ("" if fence == mark else fence or mark) if mark else fence
        skipped += hidden and start < end
        while not hidden and line.endswith(">") and (broken := BREAK.search(line)) and broken.end() == len(line):
            line = line[: broken.start()]
        kept.append((start, start) if hidden else (start, start + len(line)))
    return kept, skipped


def _front_matter(text: str, lines: Sequence[tuple[int, int]]) -> int:
    """Return how many lines at the beginning, between two lines of hyphens, are data about the text."""
    if not lines or text[slice(*lines[0])] != "---":
        return 0
    ends = (index for index, line in enumerate(lines[1:], 2) if text[slice(*line)] in ("---", "..."))
    return next(ends, 0)


def _underlined(text: str, lines: list[tuple[int, int]]) -> dict[int, int]:
    """Return where headings begin that a line of signs underlines or a tag marks, with their levels.

    The lines of signs become blank, so that nothing is joined to them.
    """
    found: dict[int, int] = {}
    for index, (start, end) in enumerate(lines):
        tag = HEADING_TAG.search(text, text.rfind("\n", 0, start) + 1, start)
        if tag and start < end:
            found[start] = int(tag[1])
        if index == 0 or not UNDERLINE.fullmatch(text, start, end):
            continue
        above, stop = lines[index - 1]
        alone = index == 1 or lines[index - 2][0] == lines[index - 2][1]
        if above < stop and alone and not (text[above] in "#|>" or STARTS_ITEM.match(text, above)):
            found[above] = 1 if text[start] == "=" else 2
            lines[index] = (start, start)
    return found
