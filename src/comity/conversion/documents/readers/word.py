"""DOCX (Office Open XML, ECMA-376) by python-docx, from a ZIP that was looked at first."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Callable, Iterator
from typing import Any

import docx
from docx.document import Document as WordDocument
from docx.oxml.ns import qn
from docx.table import Table
from docx.text.paragraph import Paragraph

from comity.conversion.documents.document import Builder, Document, digest, lost, repaired
from comity.conversion.documents.numbering import as_chinese, as_letter, as_roman
from comity.conversion.documents.readers.xml import parse_xml
from comity.core.diagnostics import Diagnostic
from comity.core.errors import UnreadableInput

MAX_UNPACKED = 256 * 1024 * 1024
MAX_MEMBERS = 5000
MAX_RATIO = 500
"""A member that grows more than so many times, and beyond a megabyte, was made to fill the memory."""

LOST = {
    "w:commentReference": "comments", "w:drawing": "pictures", "w:pict": "pictures",
    "w:del": "deleted passages", "m:oMath": "formulas",
    "w:txbxContent": "text boxes",
}  # fmt: skip


def read_docx(content: bytes, name: str) -> Document:
    """Read a Word document.

    Raises:
        UnreadableInput: if it is no DOCX, or a hostile one: members outside the archive, a bomb, a DOCTYPE.
    """
    _inspect(content, name)
    try:
        document = docx.Document(io.BytesIO(content))
        builder = Builder()
        footnotes = _Notes(document)
        written, unknown = _fill(document, builder, footnotes)
    except Exception as error:  # python-docx lets many kinds through on broken files
        raise UnreadableInput(f"{name} is broken: {error!r}", "save it again from the program that made it") from None
    if not builder.blocks:
        raise UnreadableInput(f"{name} holds no text", "name a file with text in it")
    notes = _losses(document, name)
    if footnotes.read:
        notes.append(lost(name, f"{footnotes.read} notes stand as blocks under the paragraph that they belong to"))
    if footnotes.missing:
        notes.append(lost(name, f"{footnotes.missing} notes are not in the file"))
    if written:
        notes.append(repaired(name, f"the automatic numbers of {written} paragraphs were written out"))
    if unknown:
        notes.append(lost(name, f"the automatic numbers of {unknown} paragraphs are not in the text"))
    return Document(
        name, "application/vnd.openxmlformats-officedocument.wordprocessingml.document", digest(content),
        builder.text, tuple(builder.blocks), notes=tuple(notes),
    )  # fmt: skip


def _inspect(content: bytes, name: str) -> None:
    """Look at the archive before anything is unpacked into memory whole."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = archive.infolist()
            _inspect_names(members, name)
            total = 0
            for member in members:
                total += _inspect_member(archive, member, name, MAX_UNPACKED - total)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError) as error:
        raise UnreadableInput(f"{name} is no DOCX: {error}", "save it again from the program that made it") from None
    if not any(member.filename == "word/document.xml" for member in members):
        raise UnreadableInput(f"{name} holds no word/document.xml", "see that it is a Word document")


def _inspect_names(members: list[zipfile.ZipInfo], name: str) -> None:
    if len(members) > MAX_MEMBERS:
        raise UnreadableInput(f"{name} has {len(members):,} members", "save it again from the program that made it")
    names = [member.filename for member in members]
    if len(set(names)) != len(names):
        raise UnreadableInput(f"{name} has two members of one name", "save it again from the program that made it")
    for member in members:
        steps = member.filename.replace("\\", "/").split("/")
        if ".." in steps or member.filename.startswith(("/", "\\")) or ":" in member.filename:
            raise UnreadableInput(f"{name} has a member {member.filename!r}", "a member must lie within the archive")
        if member.flag_bits & 1:
            raise UnreadableInput(f"{name} is encrypted", "save it without a password, if its owner lets you")


def _inspect_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, name: str, room: int) -> int:
    """Return a member's true size, whatever the archive's directory says of it."""
    size = 0
    xml = member.filename.endswith((".xml", ".rels"))
    pieces = []
    with archive.open(member) as stream:
        while piece := stream.read(1 << 20):
            size += len(piece)
            bomb = size > 1 << 20 and size > MAX_RATIO * max(member.compress_size, 1)
            if size > room or bomb:
                raise UnreadableInput(f"{name} unpacks to more than it should ({member.filename})", "it is a ZIP bomb")
            if xml:
                pieces.append(piece)
    if xml:
        parse_xml(b"".join(pieces), f"{name}:{member.filename}")
    return size


def _fill(document: WordDocument, builder: Builder, notes: _Notes) -> tuple[int, int]:
    """Put the paragraphs into the text; return how many automatic numbers were written out, and how many were not."""
    lists = _Lists(document)
    written = unknown = 0
    for paragraph, kind in _paragraphs(document):
        style = (paragraph.style.name or "") if paragraph.style is not None else ""
        level = int(style[8:]) if style.startswith("Heading ") and style[8:].isdigit() else 0
        place = lists.place(paragraph)
        number = lists.number(*place) if place is not None and paragraph.text.strip() else ""
        depth = 2 * place[1] if place is not None else 0
        written += bool(number)
        unknown += number is None
        if level or style == "Title":
            kind = "heading"
        elif place is not None or style.startswith("List"):
            kind = "item"
        builder.add(kind, f"{number} {paragraph.text}" if number else paragraph.text, level or depth)
        for note in notes.under(paragraph):
            builder.add("note", note)
    return written, unknown


class _Notes:
    """The footnotes and endnotes of a document (ECMA-376-1, §17.11), which stand in parts of their own."""

    def __init__(self, document: WordDocument) -> None:
        self.texts: dict[tuple[str, str], str] = {}
        self.read = self.missing = 0
        for kind in ("footnote", "endnote"):
            for one in document.part.rels.values():
                if one.is_external or not one.reltype.endswith(f"/{kind}s"):
                    continue
                for note in parse_xml(one.target_part.blob, kind).iterfind(qn(f"w:{kind}")):
                    paragraphs = ("".join(words.text or "" for words in line.iter(qn("w:t"))) for line in
                                  note.iter(qn("w:p")))  # fmt: skip
                    self.texts[kind, str(note.get(qn("w:id")))] = " ".join(" ".join(paragraphs).split())

    def under(self, paragraph: Paragraph) -> Iterator[str]:
        """Yield the notes that a paragraph refers to."""
        for kind in ("footnote", "endnote"):
            for reference in paragraph._p.iter(qn(f"w:{kind}Reference")):  # noqa: SLF001  # python-docx knows no notes
                text = self.texts.get((kind, str(reference.get(qn("w:id")))), "")
                self.read += bool(text)
                self.missing += not text
                if text:
                    yield text


class _Lists:
    """The automatic numbers of a document (ECMA-376-1, §17.9): what Word shows before a paragraph and no text holds."""

    def __init__(self, document: WordDocument) -> None:
        self.levels: dict[str, dict[int, tuple[int, str, str]]] = {}
        self.lists: dict[str, tuple[str, dict[int, int]]] = {}
        self.counts: dict[str, dict[int, int]] = {}
        self.begun: set[str] = set()
        part = next(
            (one.target_part for one in document.part.rels.values() if one.reltype.endswith("/numbering")), None
        )
        root = getattr(part, "element", None)
        if root is None:
            return
        for abstract in root.iterfind(qn("w:abstractNum")):
            self.levels[abstract.get(qn("w:abstractNumId"))] = dict(map(_level, abstract.iterfind(qn("w:lvl"))))
        for listing in root.iterfind(qn("w:num")):
            starts = {
                int(one.get(qn("w:ilvl"), "0")): int(start.get(qn("w:val"), "1"))
                for one in listing.iterfind(qn("w:lvlOverride"))
                for start in one.iterfind(qn("w:startOverride"))
            }
            self.lists[listing.get(qn("w:numId"))] = (_value(listing, "w:abstractNumId", ""), starts)

    def place(self, paragraph: Paragraph) -> tuple[str, int] | None:
        """Return list and level of a paragraph, its own or those of its style; ``None`` if it is in no list."""
        properties = paragraph._p.pPr  # noqa: SLF001  # python-docx shows numbering nowhere else
        style = paragraph.style
        depth: int | None = None
        while properties is not None or style is not None:
            found = properties.find(qn("w:numPr")) if properties is not None else None
            if found is not None:
                depth = int(_value(found, "w:ilvl", "0")) if depth is None else depth
                listing = _value(found, "w:numId", "")
                if listing:
                    return (listing, depth) if listing != "0" else None
            properties = style.element.find(qn("w:pPr")) if style is not None else None
            style = style.base_style if style is not None else None
        return None

    def number(self, listing: str, depth: int) -> str | None:
        """Return the next number of a list at a level; an empty one for a bullet, ``None`` if its form is not known."""
        abstract, starts = self.lists.get(listing, ("", {}))
        levels = self.levels.get(abstract, {})
        if depth not in levels:
            return None
        counts = self.counts.setdefault(abstract, {})
        if listing not in self.begun:
            self.begun.add(listing)
            for level in starts:
                counts.pop(level, None)
        counts[depth] = counts.get(depth, starts.get(depth, levels[depth][0]) - 1) + 1
        for inner in [level for level in counts if level > depth]:
            del counts[inner]
        if levels[depth][1] == "bullet":
            return ""
        shown = levels[depth][2]
        for level, (start, form, _) in levels.items():
            if f"%{level + 1}" in shown:
                if form not in FORMS:
                    return None
                shown = shown.replace(f"%{level + 1}", FORMS[form](counts.get(level, start)))
        return shown.strip()


FORMS: dict[str, Callable[[int], str]] = {
    "decimal": str, "decimalZero": "{:02}".format, "upperRoman": as_roman, "none": lambda _: "",
    "lowerRoman": lambda number: as_roman(number).lower(), "lowerLetter": as_letter,
    "upperLetter": lambda number: as_letter(number).upper(), "chineseCounting": as_chinese,
    "chineseCountingThousand": as_chinese, "japaneseCounting": as_chinese, "taiwaneseCountingThousand": as_chinese,
    "ideographDigital": as_chinese, "decimalFullWidth": str,
}  # fmt: skip


def _level(level: Any) -> tuple[int, tuple[int, str, str]]:  # noqa: ANN401  # an element of python-docx
    start = int(_value(level, "w:start", "1"))
    return int(level.get(qn("w:ilvl"), "0")), (
        start,
        _value(level, "w:numFmt", "decimal"),
        _value(level, "w:lvlText", ""),
    )


def _value(element: Any, child: str, default: str) -> str:  # noqa: ANN401
    found = element.find(qn(child))
    return str(found.get(qn("w:val"), default)) if found is not None else default


def _paragraphs(document: WordDocument) -> Iterator[tuple[Paragraph, str]]:
    for item in document.iter_inner_content():
        if isinstance(item, Table):
            for row in item.rows:
                before = None
                for cell in row.cells:
                    element = cell._tc  # noqa: SLF001  # a merged cell stands once for each column it spans
                    if element is not before:
                        before = element
                        for paragraph in cell.paragraphs:
                            yield paragraph, "cell"
        else:
            yield item, "paragraph"


def _losses(document: WordDocument, name: str) -> list[Diagnostic]:
    counts: dict[str, int] = {}
    for tag, what in LOST.items():
        prefix, _, rest = tag.partition(":")
        full = qn(tag) if prefix == "w" else f"{{http://schemas.openxmlformats.org/officeDocument/2006/math}}{rest}"
        number = sum(1 for _ in document.element.body.iter(full))
        if number:
            counts[what] = counts.get(what, 0) + number
    return [lost(name, f"{number} {what} are not in the text") for what, number in counts.items()]
