"""DOCX (Office Open XML, ECMA-376) by python-docx, from a ZIP that was looked at first."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator

import docx
from docx.document import Document as WordDocument
from docx.oxml.ns import qn
from docx.table import Table
from docx.text.paragraph import Paragraph

from comity.conversion.documents.document import Builder, Document, digest, lost
from comity.conversion.documents.readers.xml import parse_xml
from comity.core.diagnostics import Diagnostic
from comity.core.errors import UnreadableInput

MAX_UNPACKED = 256 * 1024 * 1024
MAX_MEMBERS = 5000
MAX_RATIO = 500
"""A member that grows more than so many times, and beyond a megabyte, was made to fill the memory."""

LOST = {
    "w:footnoteReference": "footnotes", "w:endnoteReference": "endnotes", "w:commentReference": "comments",
    "w:drawing": "pictures", "w:pict": "pictures", "w:del": "deleted passages", "m:oMath": "formulas",
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
        unnumbered = _fill(document, builder)
    except Exception as error:  # python-docx lets many kinds through on broken files
        raise UnreadableInput(f"{name} is broken: {error!r}", "save it again from the program that made it") from None
    if not builder.blocks:
        raise UnreadableInput(f"{name} holds no text", "name a file with text in it")
    notes = _losses(document, name)
    if unnumbered:
        notes.append(lost(name, f"the automatic numbers of {unnumbered} paragraphs are not in the text"))
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


def _fill(document: WordDocument, builder: Builder) -> int:
    unnumbered = 0
    for paragraph, kind in _paragraphs(document):
        style = (paragraph.style.name or "") if paragraph.style is not None else ""
        level = int(style[8:]) if style.startswith("Heading ") and style[8:].isdigit() else 0
        level = 1 if style == "Title" else level
        properties = paragraph._p.pPr  # noqa: SLF001  # python-docx shows numbering nowhere else
        listed = properties is not None and properties.numPr is not None
        unnumbered += listed and bool(paragraph.text.strip())
        kind = "heading" if level else "item" if listed or style.startswith("List") else kind
        builder.add(kind, paragraph.text, level)
    return unnumbered


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
