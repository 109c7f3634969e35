"""What every reader gives: a text in NFC, blocks and parts with code-point spans in it, and what was lost."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from comity.core.diagnostics import Diagnostic, Location, Severity


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, heading, list item, table cell or note: its span without white space at the edges.

    ``level`` is a heading's level (from 1), or how deep a list item is indented.
    """

    kind: str
    start: int
    end: int
    level: int = 0
    language: str = ""


@dataclass(slots=True)
class Part:
    """A part of a text with its place: numbered, or counted where the text gives no number.

    Attributes:
        kind: one of the kinds of the lexicon's table of structure, such as ``article``.
        number: the number as the text writes it; empty where it gives none.
        ordinal: its value, or the place among its siblings of the kind.
        start, end: the whole part, number included.
        heading: span of the heading, where there is one.
        given: an identifier that the file itself gives.
        quoted: whether the part stands in a text that this text quotes.
    """

    kind: str
    number: str
    ordinal: int
    start: int
    end: int
    heading: tuple[int, int] | None = None
    parts: list[Part] = field(default_factory=list)
    given: str = ""
    quoted: bool = False
    id: str = ""
    suffix: str = ""

    def walk(self) -> Iterator[Part]:
        """Yield the part and all parts in it, in the order of the text."""
        yield self
        for part in self.parts:
            yield from part.walk()


@dataclass(frozen=True, slots=True)
class Document:
    """A file as read.

    Attributes:
        name: file name.
        media_type: what it was read as.
        sha256: digest of the file's bytes.
        text: what passages count in: NFC.
        blocks: in the order of the text.
        parts: the structure that the file itself marks; ``None`` where it marks none and the text must tell.
        language: the tag of most of the text; empty if unknown.
        notes: what was lost or repaired on reading.
    """

    name: str
    media_type: str
    sha256: str
    text: str
    blocks: tuple[Block, ...]
    parts: tuple[Part, ...] | None = None
    language: str = ""
    notes: tuple[Diagnostic, ...] = ()


def digest(content: bytes) -> str:
    """Return the SHA-256 of bytes in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def decode(content: bytes, name: str) -> tuple[str, list[Diagnostic]]:
    """Return a file's characters in NFC, and what had to be repaired for it.

    A byte order mark decides; else UTF-8; else what the letters look like, which is said, since it may be wrong.
    """
    notes: list[Diagnostic] = []
    encoding = _encoding(content)
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        text, guess = _guessed(content)
        notes.append(repaired(name, f"the file is no UTF-8: it was read as {guess}"))
    if text.startswith("\ufeff"):
        text = text[1:]
        notes.append(repaired(name, "a byte order mark at the beginning was left out"))
    text, controls = CONTROL.subn(" ", text)
    if controls:
        notes.append(repaired(name, f"{controls} control characters were read as spaces"))
    text, radicals = with_ideographs(text)
    if radicals:
        notes.append(repaired(name, f"{radicals} radicals were read as the characters that look like them"))
    normal = unicodedata.normalize("NFC", text)
    if normal != text:
        notes.append(repaired(name, "the text was put into Unicode normalization form C"))
    return normal, notes


RADICAL = re.compile(r"[\u2e80-\u2fd5]")
SIMPLIFIED = dict(
    zip("⺠⻄⻅⻆⻉⻋⻓⻔⻘⻙⻚⻛⻜⻝⻢⻥⻦⻨⻩⻬⻮⻰⻳", "民西见角贝车长门青韦页风飞食马鱼鸟麦黄齐齿龙龟", strict=True)
)
"""Radicals of the supplement that Unicode gives no equivalent, and that fonts show as characters."""


def with_ideographs(text: str) -> tuple[str, int]:
    """Return a text with characters in place of the radicals that look like them, and how many there were.

    Many PDFs of Chinese texts hold radicals (Unicode 16, §18.1), and what is copied out of them does.

    >>> with_ideographs("第⼀章 ⻓城")
    ('第一章 长城', 2)
    """
    return RADICAL.subn(lambda found: SIMPLIFIED.get(found[0]) or unicodedata.normalize("NFKC", found[0]), text)


CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
"""What no text holds, and neither RDF nor XML may: controls but tab, line ends and the like, and lone surrogates."""


def _encoding(content: bytes) -> str:
    if content.startswith((b"\xff\xfe\x00\x00", b"\x00\x00\xfe\xff")):
        return "utf-32"
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    return "utf-8"


COMMON = (
    ("GB 18030", "gb18030", "gb2312", (0xB0, 0xD7)), ("Big5", "big5", "big5", (0xA4, 0xC6)),
)  # fmt: skip
"""Encodings of Chinese: name, codec, and the codec and first bytes by which its common characters are told."""
COMMON_SHARE = 0.8


def _guessed(content: bytes) -> tuple[str, str]:
    """Return the characters of bytes that are no UTF-8, and the name of the encoding that they are most likely in."""
    for name, codec, table, (low, high) in COMMON:
        try:
            text = content.decode(codec)
        except UnicodeDecodeError:
            continue
        hanzi = [character for character in text if "\u4e00" <= character <= "\u9fff"]
        firsts = [character.encode(table, errors="ignore")[:1] for character in hanzi]
        if hanzi and sum(low <= one[0] <= high for one in firsts if one) >= COMMON_SHARE * len(hanzi):
            return text, name
    text = content.decode("cp1251", errors="replace")
    letters = [character for character in text if character.isalpha()]
    if letters and sum("а" <= character <= "я" for character in letters) >= COMMON_SHARE * len(letters):
        return text, "Windows-1251"
    return content.decode("cp1252", errors="replace"), "Windows-1252"


def lost(name: str, what: str, start: int | None = None, end: int | None = None) -> Diagnostic:
    """Say that something of the file is not in the text."""
    place = Location(name, start=start, end=end)
    return Diagnostic("DOC001", Severity.INFO, what, "read it in the original", location=place, rule="lost")


def repaired(name: str, what: str, start: int | None = None, end: int | None = None) -> Diagnostic:
    """Say that the text differs from what the file holds."""
    place = Location(name, start=start, end=end)
    hint = "count positions in the text as read, not in the file"
    return Diagnostic("DOC002", Severity.INFO, what, hint, location=place, rule="repaired")


class Builder:
    """Puts a text together from blocks, for files whose text does not stand in them as it is read."""

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self.length = 0
        self.blocks: list[Block] = []

    def add(self, kind: str, text: str, level: int = 0) -> Block | None:
        """Append a block under the last one; white space alone gives none.

        Line ends within it stay where ``kind`` is ``pre``; other white space runs become one space.
        """
        clean = unicodedata.normalize("NFC", text if kind == "pre" else " ".join(text.split())).strip()
        if not clean:
            return None
        if self.length:
            self.pieces.append("\n")
            self.length += 1
        block = Block(kind, self.length, self.length + len(clean), level)
        self.pieces.append(clean)
        self.length += len(clean)
        self.blocks.append(block)
        return block

    @property
    def text(self) -> str:
        """The text so far."""
        return "".join(self.pieces)


def with_ids(parts: Iterable[Part]) -> list[Part]:
    """Give every part its identifier, as Akoma Ntoso's naming convention 1.0 §5.4 builds them from kind and number.

    >>> article = Part("article", "8", 8, 0, 9, parts=[Part("paragraph", "2", 2, 3, 9)])
    >>> [part.id for part in with_ids([article])[0].walk()]
    ['art_8', 'art_8__para_2']
    """
    found = list(parts)
    _name(found, "", {})
    return found


def _label(part: Part) -> str:
    """Return the number in a part's identifier: Arabic, but for the letters and small Roman numbers of points."""
    if part.kind == "point" and part.number.isalpha() and part.number.isascii():
        return part.number.lower()
    return f"{part.ordinal}{part.suffix}"


UNIQUE = ("article", "recital")
"""Kinds that a text counts through, whatever they stand in: their identifiers need nothing before them."""

ABBREVIATIONS = {
    "article": "art", "paragraph": "para", "chapter": "chp", "section": "sec", "recital": "rec", "annex": "anx",
    "alinea": "al", "quoted": "qstr", "preamble": "preamble", "conclusions": "conclusions", "container": "hcontainer",
    "citation": "cit",
}  # fmt: skip
"""Kinds that an identifier abbreviates (Akoma Ntoso naming convention 1.0, table of element references)."""


def _name(parts: list[Part], prefix: str, taken: dict[str, int]) -> None:
    for part in parts:
        short = ABBREVIATIONS.get(part.kind, part.kind)
        once = part.kind in ("preamble", "conclusions")
        own = short if once else f"{short}_{_label(part)}"
        alone = not prefix or (part.kind in UNIQUE and not part.quoted and own not in taken)
        name = part.given or (own if alone else f"{prefix}__{own}")
        taken[name] = taken.get(name, 0) + 1
        part.id = name if taken[name] == 1 else f"{name}-{taken[name]}"
        _name(part.parts, part.id, taken)
