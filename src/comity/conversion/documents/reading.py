"""Which reader reads a file: told by what it holds, and by its suffix where that leaves a choice."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from comity.conversion.documents.document import Document
from comity.conversion.documents.files import read_bytes
from comity.conversion.documents.languages import with_languages
from comity.conversion.documents.lexicon import Lexicon
from comity.core.errors import MissingDependency, UnreadableInput

Reader = Callable[[bytes, str, Lexicon], Document]

_TABLES = "put it into data/tables with a description (NAME.csv-metadata.json): `comity build` converts tables there"
NO_TEXTS = (
    ("a table", (".csv", ".tsv"), _TABLES),
    ("a spreadsheet", (".xls", ".xlsx", ".xlsm", ".ods"), f"save each sheet as CSV, then {_TABLES}"),
    ("data", (".json", ".jsonl", ".toml", ".yaml", ".yml"), f"write what it lists as CSV, then {_TABLES}"),
    (
        "RDF",
        (".ttl", ".trig", ".nt", ".nq", ".n3", ".jsonld", ".rdf", ".owl"),
        "`comity publish FILE --base IRI --out DIR` makes the pages of RDF",
    ),
)
"""What is written for programs, by its suffix: read as prose, its cells and keys would become parts and mentions."""


def read_document(path: Path, lexicon: Lexicon) -> Document:
    """Read a file of any known format.

    Raises:
        UnreadableInput: if it cannot be read safely as what it claims to be.
        MissingDependency: if the package that reads its format is not installed.
    """
    content = read_bytes(path)
    kind = kind_of(content, path.name)
    try:
        document = READERS[kind](content, path.name, lexicon)
    except ModuleNotFoundError as error:
        hint = "install the readers: pip install 'comity[docs]'"
        raise MissingDependency(f"{path.name}: {kind} needs {error.name}", hint) from None
    except RecursionError:
        raise UnreadableInput(f"{path.name} is nested too deep", "see that it is a text") from None
    return with_languages(replace(document, name=path.name))


def kind_of(content: bytes, name: str) -> str:
    """Return the format of a file's bytes.

    >>> kind_of(b"%PDF-1.7", "a.pdf"), kind_of(b"<!doctype html><p>", "a"), kind_of(b"Hello", "a.md")
    ('PDF', 'HTML', 'Markdown')

    Raises:
        UnreadableInput: if it is empty, or none that is read.
    """
    suffix = Path(name).suffix.lower()
    for what, suffixes, hint in NO_TEXTS:
        if suffix in suffixes:
            raise UnreadableInput(f"{name} is {what}, no text", hint)
    head = content[:4096].lstrip(b"\xef\xbb\xbf \t\r\n")
    if not content.strip():
        raise UnreadableInput(f"{name} is empty", "name a file with text in it")
    if head.startswith(b"%PDF-") or suffix == ".pdf":
        return "PDF"
    if head.startswith(b"PK\x03\x04") or suffix == ".docx":
        return "DOCX"
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        raise UnreadableInput(f"{name} is an old or encrypted Office file", "save it as .docx without a password")
    if suffix in (".html", ".htm", ".xhtml") or re.match(
        rb"(?i)(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+)?html", head
    ):
        return "HTML"
    if suffix == ".xml" or head.startswith((b"<?xml", b"<akomaNtoso")):
        return "Akoma Ntoso" if b"akomaNtoso" in content[:65536] else "Formex"
    if suffix in (".md", ".markdown"):
        return "Markdown"
    return "plain text"


def _plain(content: bytes, name: str, lexicon: Lexicon) -> Document:
    from comity.conversion.documents.readers.plain import read_plain

    return read_plain(content, name)


def _markdown(content: bytes, name: str, lexicon: Lexicon) -> Document:
    from comity.conversion.documents.readers.plain import read_markdown

    return read_markdown(content, name)


def _html(content: bytes, name: str, lexicon: Lexicon) -> Document:
    from comity.conversion.documents.readers.web import read_html

    return read_html(content, name)


def _pdf(content: bytes, name: str, lexicon: Lexicon) -> Document:
    from comity.conversion.documents.readers.pdf import read_pdf

    return read_pdf(content, name, lexicon)


def _docx(content: bytes, name: str, lexicon: Lexicon) -> Document:
    from comity.conversion.documents.readers.word import read_docx

    return read_docx(content, name)


def _formex(content: bytes, name: str, lexicon: Lexicon) -> Document:
    from comity.conversion.documents.readers.legal import read_formex

    return read_formex(content, name, lexicon)


def _akoma_ntoso(content: bytes, name: str, lexicon: Lexicon) -> Document:
    from comity.conversion.documents.readers.legal import read_akoma_ntoso

    return read_akoma_ntoso(content, name, lexicon)


READERS: dict[str, Reader] = {
    "plain text": _plain,
    "Markdown": _markdown,
    "HTML": _html,
    "PDF": _pdf,
    "DOCX": _docx,
    "Formex": _formex,
    "Akoma Ntoso": _akoma_ntoso,
}
"""A reader's packages are imported when it is called: most projects need few of them."""
