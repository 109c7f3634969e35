"""PDF: the text of its pages by pypdf, without running heads; what a picture shows is not read."""

from __future__ import annotations

import io
import logging
import re
from collections import Counter

import pypdf
from pypdf.errors import PyPdfError

from comity.conversion.documents.document import Builder, Document, digest, lost, repaired, with_ideographs
from comity.conversion.documents.lexicon import Lexicon
from comity.conversion.documents.readers.plain import STARTS_ITEM, STOPS, WRAPPED
from comity.core.diagnostics import Diagnostic
from comity.core.errors import UnreadableInput

MAX_PAGES = 5000
FAR = 100
"""Points (1/72 inch) from the beginning of a line at which a second column may begin."""
MIXED = 4
"""Lines that must go on at the same place before they are taken for columns."""
HYPHEN = re.compile(r"[a-zà-ÿ]{2,}[-\u00ad\u2010]$")
LIGATURES = {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"}
LONE = re.compile(r"[a-z][ \t](?=[A-Z])")
"""A letter that numbers a sentence; after a line in mid-sentence it is a word."""
LETTERS = str.maketrans(LIGATURES)
PAGE_NUMBER = re.compile(
    r"(?:page|p\.|seite|страница)?\s*[-–]?\s*\d{1,4}\s*[-–]?(?:\s*(?:/|of|de|von)\s*\d{1,4})?", re.IGNORECASE
)


def read_pdf(content: bytes, name: str, lexicon: Lexicon) -> Document:
    """Read a PDF that has a text layer.

    Raises:
        UnreadableInput: if it is encrypted, broken, or has no text.
    """
    pages, across = _pages(content, name)
    notes: list[Diagnostic] = []
    if across:
        numbers = ", ".join(map(str, across[:20]))
        notes.append(lost(name, f"columns are written line by line across page {numbers}: their words stand mixed"))
    empty = [str(number) for number, page in enumerate(pages, 1) if not page.strip()]
    if len(empty) == len(pages):
        raise UnreadableInput(f"{name} has no text layer", "recognise its characters first (OCR)")
    if empty:
        notes.append(lost(name, f"no text on page {', '.join(empty[:20])}: pictures are not read"))
    ligatures = sum(1 for page in pages for character in page if character in LIGATURES)
    if ligatures:
        pages = [page.translate(LETTERS) for page in pages]
        notes.append(repaired(name, f"{ligatures} ligatures were read as their letters"))
    told = [with_ideographs(page) for page in pages]
    pages = [page for page, _ in told]
    radicals = sum(count for _, count in told)
    if radicals:
        notes.append(repaired(name, f"{radicals} radicals were read as the characters that look like them"))
    lines, heads = _without_running_heads([page.splitlines() for page in pages])
    if heads:
        notes.append(lost(name, f"{heads} running heads and page numbers were left out"))
    builder = Builder()
    joined = _paragraphs(lines, builder, lexicon)
    if joined:
        notes.append(repaired(name, f"{joined} words were joined that a line end divided"))
    notes.append(lost(name, "pictures, and the layout of tables and columns, are not in the text"))
    return Document(name, "application/pdf", digest(content), builder.text, tuple(builder.blocks), notes=tuple(notes))


def _pages(content: bytes, name: str) -> tuple[list[str], list[int]]:
    """Return the text of each page, and the numbers of those whose columns are mixed in it."""
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    try:
        reader = pypdf.PdfReader(io.BytesIO(content), strict=False)
        if reader.is_encrypted:
            raise UnreadableInput(f"{name} is encrypted", "save it without a password, if its owner lets you")
        if len(reader.pages) > MAX_PAGES:
            raise UnreadableInput(
                f"{name} has {len(reader.pages):,} pages", f"at most {MAX_PAGES:,} are read: split it"
            )
        places = [_Places() for _ in reader.pages]
        pages = [page.extract_text(visitor_text=seen) for page, seen in zip(reader.pages, places, strict=True)]
    except UnreadableInput:
        raise
    except (PyPdfError, RecursionError, MemoryError) as error:
        raise UnreadableInput(f"{name} is broken: {error}", "save it again from the program that made it") from None
    except Exception as error:  # pypdf lets many kinds through on broken files
        raise UnreadableInput(f"{name} is broken: {error!r}", "save it again from the program that made it") from None
    if not pages:
        raise UnreadableInput(f"{name} has no pages", "save it again from the program that made it")
    return pages, [number for number, seen in enumerate(places, 1) if seen.columns()]


class _Places:
    """Where the pieces of text of a page begin, in the order in which they were written."""

    def __init__(self) -> None:
        self.rows: list[tuple[int, list[int]]] = []

    def __call__(self, text: str, page: list[float], line: list[float], font: object, size: float) -> None:
        """Note one piece; pypdf gives the matrices of the page and of the line."""
        if not text.strip():
            return
        x = round(line[4] * page[0] + line[5] * page[2] + page[4])
        y = round(line[4] * page[1] + line[5] * page[3] + page[5])
        if not self.rows or self.rows[-1][0] != y:
            self.rows.append((y, []))
        self.rows[-1][1].append(x)

    def columns(self) -> bool:
        """Whether most lines go on at one and the same place beside their beginning, as columns and tables do."""
        again = Counter(x for _, pieces in self.rows for x in {x for x in pieces if x > min(pieces) + FAR})
        return bool(again) and max(again.values()) >= max(MIXED, len(self.rows) // 2)


def _without_running_heads(pages: list[list[str]]) -> tuple[list[str], int]:
    """Leave out first and last lines that repeat on most pages, numbers aside."""
    edges: Counter[str] = Counter()
    for page in pages:
        filled = [line.strip() for line in page if line.strip()]
        edges.update({_shape(line) for line in (*filled[:2], *filled[-2:])})
    common = {shape for shape, count in edges.items() if count >= 3 and count * 2 > len(pages)}
    kept: list[str] = []
    dropped = 0
    for page in pages:
        filled = [line.strip() for line in page if line.strip()]
        for index, line in enumerate(filled):
            edge = index < 2 or index >= len(filled) - 2
            if edge and (_shape(line) in common or (len(pages) > 1 and PAGE_NUMBER.fullmatch(line))):
                dropped += 1
            else:
                kept.append(line)
    return kept, dropped


def _shape(line: str) -> str:
    return re.sub(r"\d+", "0", line)


def _paragraphs(lines: list[str], builder: Builder, lexicon: Lexicon) -> int:
    """Join lines to paragraphs; return how many divided words were joined."""
    joined = 0
    current = ""
    width = max((len(line) for line in lines), default=0)
    for line in lines:
        wrapped = len(current_line(current)) >= min(WRAPPED, width * 2 // 3)
        opens = STARTS_ITEM.match(line) or lexicon.named(line) or (LONE.match(line) and current.endswith(STOPS))
        if current and not opens and wrapped and not _ends(current, line, width):
            if HYPHEN.search(current) and line[:1].islower():
                current = current[:-1] + line
                joined += 1
            else:
                current = f"{current}\n{line}"
        else:
            builder.add("paragraph", current)
            current = line
    builder.add("paragraph", current)
    return joined


def current_line(paragraph: str) -> str:
    """Return the last line of a paragraph that is being put together."""
    return paragraph.rpartition("\n")[2]


def _ends(current: str, line: str, width: int) -> bool:
    """Whether a line with a stop ends a paragraph: if it, or the line that begins anew after it, is short."""
    short = min(len(current_line(current)), len(line)) < width * 2 // 3
    return current.endswith(STOPS) and line[:1].isupper() and short
