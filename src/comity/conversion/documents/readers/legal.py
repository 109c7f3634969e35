"""Legal XML: Formex 4 of the Publications Office of the EU, and Akoma Ntoso 3 of OASIS LegalDocML.

Both mark their structure themselves; one walk reads both, guided by a table of what each element is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from lxml import etree

from comity.conversion.documents.document import Builder, Document, Part, digest, lost, repaired
from comity.conversion.documents.lexicon import Lexicon
from comity.conversion.documents.numbering import value
from comity.conversion.documents.readers.xml import local, parse_xml
from comity.core.errors import UnreadableInput

NUMBER = re.compile(r"[\s\u00a0(]*?(?P<number>\d+|[ivxlcIVXLC]+|[a-zA-Z]{1,2})(?P<suffix>[a-z]?)[\s).\u00b0—–-]*$")


@dataclass(frozen=True, slots=True)
class Grammar:
    """What the elements of one format are.

    Attributes:
        parts: elements that are parts, with their kind; an empty kind is told by the words of the heading.
        numbers: elements that hold a part's number; of them ``inline`` ones stand in the line of the text.
        headings: elements that hold its heading.
        blocks: elements that begin and end a paragraph.
        skipped: elements that are no text of the document.
        notes: foot and end notes.
        quoted: elements that hold a text quoted from elsewhere.
        inner: elements whose numbered paragraph is themselves, not a part in them.
    """

    parts: Mapping[str, str]
    numbers: frozenset[str]
    inline: frozenset[str]
    headings: frozenset[str]
    blocks: frozenset[str]
    skipped: frozenset[str]
    notes: frozenset[str]
    quoted: frozenset[str]
    inner: frozenset[str] = frozenset()


FORMEX = Grammar(
    parts={
        "ARTICLE": "article", "PARAG": "paragraph", "CONSID": "recital", "ITEM": "point", "NP.ECR": "point",
        "DIVISION": "", "ANNEX": "annex", "GR.SEQ": "section", "VISA": "citation", "PREAMBLE": "preamble",
        "FINAL": "conclusions", "SUBDIV": "subdivision", "NP": "point",
    },
    numbers=frozenset({"NO.P", "NO.PARAG", "TI.ART"}),
    inline=frozenset({"NO.P", "NO.PARAG"}),
    headings=frozenset({"STI.ART", "STI"}),
    blocks=frozenset({
        "P", "ALINEA", "TXT", "TI", "STI", "TI.ART", "STI.ART", "NP", "LIST", "VISA", "GR.CONSID.INIT", "ITEM",
        "PREAMBLE.INIT", "PREAMBLE.FINAL", "PL.DATE", "SIGNATORY", "TITLE", "CELL", "DLIST.ITEM", "GR.ANNOTATION",
    }),
    skipped=frozenset({"BIB.INSTANCE", "BIB.DATA", "INCL.ELEMENT", "FORMULA", "TOC"}),
    notes=frozenset({"NOTE"}),
    quoted=frozenset({"QUOT.S"}),
    inner=frozenset({"ITEM", "CONSID"}),
)  # fmt: skip
AKOMA_NTOSO = Grammar(
    parts={
        **{name: name for name in (
            "article", "paragraph", "chapter", "section", "point", "recital", "part", "title", "book", "tome",
            "clause", "subchapter", "subsection", "subparagraph", "indent", "alinea", "rule", "list", "citation",
            "preamble", "conclusions", "subpart", "division", "subtitle", "level",
        )},
        "hcontainer": "container", "attachment": "annex", "item": "point",
    },
    numbers=frozenset({"num"}),
    inline=frozenset({"num"}),
    headings=frozenset({"heading", "subheading"}),
    blocks=frozenset({
        "p", "heading", "subheading", "longTitle", "formula", "intro", "content", "wrapUp", "listIntroduction",
        "listWrapUp", "li", "td", "th", "tr", "block", "crossHeading", "docTitle",
    }),
    skipped=frozenset({"meta", "toc", "remark"}),
    notes=frozenset({"authorialNote"}),
    quoted=frozenset({"quotedStructure"}),
)  # fmt: skip
TITLES = ("TI", "docTitle", "longTitle")
NUMBER_LINES = frozenset({"article", "chapter", "section", "part", "title", "book", "annex", "division"})
"""Kinds whose number stands in a line of its own in Akoma Ntoso."""


def read_formex(content: bytes, name: str, lexicon: Lexicon) -> Document:
    """Read an act or annex in Formex 4."""
    return _read(content, name, lexicon, FORMEX, "application/xml;type=formex")


def read_akoma_ntoso(content: bytes, name: str, lexicon: Lexicon) -> Document:
    """Read a document in Akoma Ntoso 3 (XML vocabulary part 1)."""
    return _read(content, name, lexicon, AKOMA_NTOSO, "application/akn+xml")


def _read(content: bytes, name: str, lexicon: Lexicon, grammar: Grammar, media_type: str) -> Document:
    root = parse_xml(content, name)
    walk = _Walk(grammar, lexicon, foreign=not any(local(element) in grammar.parts for element in root.iter()))
    top = Part("", "", 0, 0, 0)
    walk.visit(root, top)
    walk.flush()
    if not walk.builder.blocks:
        raise UnreadableInput(f"{name} holds no text", "see that it is the text and not its table of contents")
    parts = tuple(_tidy(top.parts)) or None
    notes = []
    if parts is None:
        notes.append(repaired(name, f"no part of a law is marked in {local(root)}: the numbers of the text must tell"))
    if walk.notes:
        notes.append(lost(name, f"{walk.notes} notes stand as blocks under the paragraph that they belong to"))
    if walk.skipped:
        notes.append(lost(name, f"left out as no text of the document: {', '.join(sorted(walk.skipped))}"))
    language = _language(root)
    text = walk.builder.text
    return Document(name, media_type, digest(content), text, tuple(walk.builder.blocks), parts, language, tuple(notes))


def _language(root: etree._Element) -> str:
    for element in root.iter():
        if local(element) == "LG.DOC" and element.text:
            return str(element.text).strip().lower()
        if local(element) == "FRBRlanguage":
            code = str(element.get("language", ""))
            return {"eng": "en", "fra": "fr", "spa": "es", "zho": "zh", "rus": "ru", "ara": "ar"}.get(code, code)
    return ""


@dataclass
class _Walk:
    """One walk through one file: text in order, parts with the blocks that they span."""

    grammar: Grammar
    lexicon: Lexicon
    foreign: bool
    """Whether no element is known as a part: then white space must tell what is a paragraph."""
    builder: Builder = field(default_factory=Builder)
    line: list[str] = field(default_factory=list)
    pending: list[etree._Element] = field(default_factory=list)
    notes: int = 0
    skipped: set[str] = field(default_factory=set)
    in_quote: int = 0
    in_title: int = 0
    open_number: str = ""

    def flush(self, kind: str = "paragraph") -> None:
        """End the paragraph; the notes that stood in it follow as blocks of their own."""
        self.builder.add("heading" if self.in_title else kind, "".join(self.line))
        self.line.clear()
        self.open_number = ""
        waiting, self.pending = self.pending, []
        for note in waiting:
            self.notes += 1
            self.builder.add("note", " ".join("".join(str(piece) for piece in note.itertext()).split()))

    def visit(self, element: etree._Element, part: Part) -> None:
        name = local(element)
        grammar = self.grammar
        if name in grammar.skipped:
            self.skipped.add(name)
        elif name in grammar.notes:
            self.pending.append(element)
        elif name in grammar.quoted:
            self._quoted(element, part)
        elif name in grammar.parts and not self._is_its_parent(element):
            self._part(element, part, grammar.parts[name])
        elif name in grammar.numbers:
            self._number(element, part, name)
        elif name in grammar.headings:
            self._heading(element, part)
        elif name in grammar.blocks:
            self._paragraph(element, part, name)
        else:
            self._inline(element, part)

    def _is_its_parent(self, element: etree._Element) -> bool:
        above = element.getparent()
        return above is not None and local(element) in self.grammar.blocks and local(above) in self.grammar.inner

    def _paragraph(self, element: etree._Element, part: Part, name: str) -> None:
        if "".join(self.line).strip() != self.open_number:  # a number waits for its paragraph
            self.flush()
        self.in_title += name in TITLES
        self._inside(element, part)
        self.flush()
        self.in_title -= name in TITLES

    def _inside(self, element: etree._Element, part: Part) -> None:
        apart = self.foreign and _is_frame(element)
        self.line.append(element.text or "")
        for child in element:
            if apart:
                self.flush()
            self.visit(child, part)
            self.line.append(child.tail or "")
        if apart:
            self.flush()

    def _inline(self, element: etree._Element, part: Part) -> None:
        code = element.get("CODE")
        if code and local(element).startswith("QUOT."):
            self.line.append(chr(int(code, 16)))
        self._inside(element, part)

    def _quoted(self, element: etree._Element, part: Part) -> None:
        self.flush()
        self.in_quote += 1
        inner = Part("quoted", "", len([one for one in part.parts if one.kind == "quoted"]) + 1, 0, 0, quoted=True)
        self._fill(element, inner, part)
        self.in_quote -= 1

    def _part(self, element: etree._Element, parent: Part, kind: str) -> None:
        self.flush()
        own = Part(kind, "", 0, 0, 0, quoted=bool(self.in_quote), given=element.get("eId", ""))
        self._fill(element, own, parent)

    def _fill(self, element: etree._Element, own: Part, parent: Part) -> None:
        before = len(self.builder.blocks)
        self._inside(element, own)
        self.flush()
        blocks = self.builder.blocks[before:]
        if not blocks:
            return
        own.start, own.end = blocks[0].start, blocks[-1].end
        if own.kind in ("", "annex", "section") and not own.number:
            self._name_by_heading(own, self.builder.text[blocks[0].start : blocks[0].end], blocks[0].end)
        parent.parts.append(own)

    def _name_by_heading(self, part: Part, words: str, end: int) -> None:
        """Tell kind and number of a division by the words above it: *CHAPTER I*."""
        named = self.lexicon.named(words)
        if named:
            part.kind, part.number, part.suffix = named.word.kind, named.number, named.suffix
        else:
            part.kind = part.kind or "container"
            part.heading = part.heading or (part.start, end)

    def _number(self, element: etree._Element, part: Part, name: str) -> None:
        words = " ".join("".join(str(piece) for piece in element.itertext()).split())
        match = NUMBER.search(words)
        named = self.lexicon.named(words)
        if not part.number:
            if named:
                part.number, part.suffix = named.number, named.suffix
            elif match:
                part.number, part.suffix = match["number"], match["suffix"]
        alone = name not in self.grammar.inline or part.kind in NUMBER_LINES
        self.flush()
        self.line += [words, " "]
        self.open_number = words
        if alone:
            self.flush("heading")

    def _heading(self, element: etree._Element, part: Part) -> None:
        self.flush()
        before = len(self.builder.blocks)
        self._inside(element, part)
        self.flush("heading")
        for block in self.builder.blocks[before : before + 1]:
            part.heading = part.heading or (block.start, block.end)


def _is_frame(element: etree._Element) -> bool:
    """Whether an element holds other elements and no text beside them: words of two of them are not one sentence.

    A space without a line end is text: it stands between two words that are marked.
    """
    beside = [element.text or "", *(child.tail or "" for child in element)]
    return len(element) > 0 and all(not words or (words.isspace() and "\n" in words) for words in beside)


def _tidy(parts: list[Part]) -> list[Part]:
    """Give every part its place among its siblings where it has no number of its own."""
    places: dict[str, int] = {}
    for part in parts:
        places[part.kind] = places.get(part.kind, 0) + 1
        number = value(part.number) if part.number else None
        # An item (i) after (h) is a letter, after (a)(ii) a Roman one: the place among the siblings decides.
        if part.number.isalpha() and len(part.number) <= 2 and part.kind == "point":
            part.ordinal = places[part.kind]
        else:
            part.ordinal = number if number is not None else places[part.kind]
        part.parts = _tidy(part.parts)
    return parts
