"""Documents: each format read, texts structured, finds in their places, hostile files refused."""

from __future__ import annotations

import contextlib
import csv
import io
import os
import pickle
import random
import re
import threading
import time
import unicodedata
import zipfile
import zlib
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import partial
from multiprocessing import active_children, get_context
from pathlib import Path

import docx
import pypdf
import pytest
from click.testing import CliRunner
from distributed import LocalCluster
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from pyoxigraph import Literal, NamedNode, Quad

from comity.checking.documents import convert_documents
from comity.checking.explanation import evidence
from comity.cli import cli
from comity.conversion.documents import files
from comity.conversion.documents.aliases import Alias, AliasTable, alias_table
from comity.conversion.documents.alignment import align
from comity.conversion.documents.convert import Settings, SourceReference, abandon, convert_source, convert_sources
from comity.conversion.documents.deontic import find_deontic
from comity.conversion.documents.document import Block, Document
from comity.conversion.documents.index import mention_index
from comity.conversion.documents.lexicon import Lexicon, load_lexicon
from comity.conversion.documents.mentions import find_mentions
from comity.conversion.documents.reading import read_document
from comity.conversion.documents.rebuild import rebuild
from comity.conversion.documents.structure import Outline, structure
from comity.conversion.project import Conversion
from comity.core.errors import CannotRun, ComityError, MissingDependency, UnreadableInput, UsageError
from comity.core.rdf import serialise_quads
from comity.model.passages import digest, edges
from comity.model.vocabulary import (
    DOCUMENT_PART,
    END,
    FILE_NAME,
    FIRST_WORDS,
    HAS_PASSAGE,
    IN_SOURCE,
    LAST_WORDS,
    OCCURRENCE,
    PASSAGE,
    SHA256,
    START,
    TYPE,
)
from comity.store.dataset import Dataset
from conftest import ROOT, SHARED
from shapes_of_texts import SHAPES

LEXICON = ROOT / "data" / "lexicon"
BASE = "https://w3id.org/comity/"
REAL = SHARED / "realdata"
FORMEX = REAL / "eu-ai-act" / "L_202401689EN.000101.fmx.xml"


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return load_lexicon(LEXICON)


@pytest.fixture(scope="module")
def names(conversion: Conversion) -> AliasTable:
    return alias_table(conversion.dataset, LEXICON)


def read(path: Path) -> tuple[Document, Outline]:
    lexicon = load_lexicon(LEXICON)
    document = read_document(path, lexicon)
    return document, structure(document, lexicon)


def written(folder: Path, name: str, text: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def ids(outline: Outline) -> list[str]:
    return [part.id for part in outline.walk()]


# --- readers ----------------------------------------------------------------------------------------------------

CHARTER = [
    ("Charter of the Reading Rooms", "title"),
    ("The members, meeting in the old library, agree on the following articles for all who read.", "text"),
    ("Article 1 Scope", "heading"),
    ("1. Members shall keep their rooms open on every day of the week, whatever the weather may be.", "text"),
    ("2. No member may turn a reader away because of the language in which that reader reads.", "text"),
    ("Article 2 Duties", "heading"),
    ("Members should share the catalogues that they keep, and lend the books that they hold.", "text"),
]
CHARTER_IDS = ["preamble", "preamble__para_1", "art_1", "art_1__para_1", "art_1__para_2", "art_2"]


def as_docx() -> bytes:
    document = docx.Document()
    for text, kind in CHARTER:
        if kind == "text":
            document.add_paragraph(text)
        else:
            document.add_heading(text, 0 if kind == "title" else 1)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def as_html() -> bytes:
    tags = {"title": "h1", "heading": "h2", "text": "p"}
    body = "".join(f"<{tags[kind]}>{text}</{tags[kind]}>" for text, kind in CHARTER)
    menu = '<nav><ul><li><a href="/">Home</a></li><li><a href="/shop">Shop</a></li></ul></nav>'
    page = f'<!DOCTYPE html><html lang="en"><body>{menu}<main><article>{body}</article></main></body></html>'
    return page.encode()


def as_pdf(lines: list[str] | None = None) -> bytes:
    return as_pages([lines or [text for text, _ in CHARTER]])


def as_pages(pages: list[list[str]]) -> bytes:
    """Write a PDF by hand, one line of text below the other on each page: pypdf reads, but does not typeset."""
    objects = [b"<</Type/Catalog/Pages 2 0 R>>", b"", b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"]
    kids = []
    for lines in pages:
        drawn = "".join(f"({line}) Tj 0 -16 Td " for line in lines)
        stream = f"BT /F1 11 Tf 40 780 Td {drawn}ET".encode("cp1252")
        objects.append(b"<</Length %d>>stream\n%s\nendstream" % (len(stream), stream))
        kids.append(len(objects) + 1)
        objects.append(
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 900 842]/Contents %d 0 R/Resources<</Font<</F1 3 0 R>>>>>>"
            % len(objects)
        )
    objects[1] = b"<</Type/Pages/Kids[%s]/Count %d>>" % (b" ".join(b"%d 0 R" % kid for kid in kids), len(kids))
    out = b"%PDF-1.4\n"
    places = []
    for number, content in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj%s endobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    tail = b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, len(out))
    return out + b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(objects) + 1, table) + tail


def as_akoma_ntoso() -> bytes:
    return b"""<akomaNtoso xmlns="http://docs.oasis-open.org/legaldocml/ns/akn/3.0"><act name="charter">
    <meta><identification source="#x"><FRBRExpression><FRBRlanguage language="eng"/></FRBRExpression></identification>
    </meta><preface><p><docTitle>Charter of the Reading Rooms</docTitle></p></preface>
    <preamble><p>The members, meeting in the old library, agree.</p></preamble><body>
    <article eId="art_1"><num>Article 1</num><heading>Scope</heading>
    <paragraph eId="art_1__para_1"><num>1.</num><content><p>Members shall keep rooms open.</p></content></paragraph>
    <paragraph eId="art_1__para_2"><num>2.</num><content><p>No member may turn a reader away.</p></content></paragraph>
    </article><article><num>Article 2</num><heading>Duties</heading>
    <paragraph><list><intro><p>Members should:</p></intro><point><num>(a)</num><content><p>share;</p></content></point>
    <point><num>(b)</num><content><p>lend.</p></content></point></list></paragraph></article></body></act></akomaNtoso>"""


PLAIN = "\n\n".join(text for text, _ in CHARTER) + "\n"
MARKDOWN = "\n\n".join({"title": "# ", "heading": "## ", "text": ""}[kind] + text for text, kind in CHARTER)
FORMATS = {
    "charter.txt": (PLAIN.encode(), "text/plain"),
    "charter.md": (MARKDOWN.encode(), "text/markdown"),
    "charter.html": (as_html(), "text/html"),
    "charter.pdf": (as_pdf(), "application/pdf"),
    "charter.docx": (as_docx(), "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
}


@pytest.mark.parametrize("name", FORMATS)
def test_one_text_in_every_format_has_one_structure(name: str, tmp_path: Path) -> None:
    content, media_type = FORMATS[name]
    document, outline = read(written(tmp_path, name, content))
    assert document.media_type == media_type
    assert ids(outline) == CHARTER_IDS
    assert document.language == "en"
    assert outline.title is not None
    assert document.text[slice(*outline.title)] == CHARTER[0][0]
    headings = {part.id: document.text[slice(*part.heading)] for part in outline.walk() if part.heading}
    assert headings == {"art_1": "Scope", "art_2": "Duties"}
    assert outline.defects == []


def test_akoma_ntoso_keeps_its_identifiers(tmp_path: Path) -> None:
    document, outline = read(written(tmp_path, "charter.xml", as_akoma_ntoso()))
    found = ids(outline)
    assert {"preamble", "art_1", "art_1__para_1", "art_1__para_2", "art_2"} <= set(found)
    assert any(name.endswith("point_b") for name in found)
    assert document.language == "en"
    part = next(part for part in outline.walk() if part.id == "art_1__para_2")
    assert document.text[part.start : part.end] == "2. No member may turn a reader away."


def test_menus_are_left_out_and_said_to_be(tmp_path: Path) -> None:
    document, _ = read(written(tmp_path, "charter.html", as_html()))
    assert "Shop" not in document.text
    assert any("left out" in note.message for note in document.notes)


def test_markdown_marks_headings_in_many_ways_and_data_about_the_text_are_none_of_it(tmp_path: Path) -> None:
    text = """---
title: Rules
---
Rules of the House
==================

Aim
---

Doors open.<br />

<h2>Keys</h2>

<!-- a remark -->
<p>Keys hang.</p>
<a href="x">away</a>

| Who | What |
|---|---|
| Anna | keys |

- one
+ two
---
"""
    document, outline = read(written(tmp_path, "a.md", text))
    blocks = [(block.kind, block.level, document.text[block.start : block.end]) for block in document.blocks]
    assert blocks == [
        ("heading", 1, "Rules of the House"), ("heading", 2, "Aim"), ("paragraph", 0, "Doors open."),
        ("heading", 2, "Keys"), ("paragraph", 3, "Keys hang."), ("cell", 0, "Who"), ("cell", 0, "What"),
        ("cell", 0, "Anna"), ("cell", 0, "keys"), ("item", 0, "one"), ("item", 0, "two"),
    ]  # fmt: skip
    assert outline.title is not None
    assert "no blocks: 5" in " ".join(note.message for note in document.notes)
    assert read(written(tmp_path, "b.md", "---\n\nOne line, and no end of the data.\n"))[0].blocks


def test_items_of_lists_in_akoma_ntoso_are_points(tmp_path: Path) -> None:
    listed = b"""<blockList eId="l"><item eId="l__item_a"><num>(a)</num><p>share;</p></item>
    <item><num>(b)</num><p>lend.</p></item></blockList>"""
    text = as_akoma_ntoso().replace(b"<p>Members shall keep rooms open.</p>", b"<p>They shall:</p>" + listed)
    outline = read(written(tmp_path, "a.xml", text))[1]
    assert ids(outline)[2:5] == ["art_1__para_1", "l__item_a", "art_1__para_1__point_b"]


def test_what_is_lost_or_repaired_is_said(tmp_path: Path) -> None:
    document, _ = read(written(tmp_path, "a.txt", b"\xef\xbb\xbfCafe\xcc\x81 society meets in the garden every day."))
    assert document.text.startswith("Café")
    assert [note.code for note in document.notes] == ["DOC002", "DOC002"]
    document, _ = read(written(tmp_path, "b.txt", "Café".encode("cp1252") + b" society meets in the garden every day."))
    assert document.text.startswith("Café")


def test_every_block_has_a_language(tmp_path: Path) -> None:
    text = (
        "Members should share the catalogues that they keep, and lend the books that they hold to others.\n\n"
        "各成员应当共享其保存的目录，并出借其持有的图书。\n\n"
        "Les membres devraient partager les catalogues qu’ils tiennent et prêter les livres qu’ils possèdent.\n\n"
        "Члены должны делиться своими каталогами и выдавать книги, которые у них есть.\n"
    )
    document, _ = read(written(tmp_path, "a.txt", text))
    assert [block.language for block in document.blocks] == ["en", "zh", "fr", "ru"]


def as_numbered_docx() -> bytes:
    """Make a charter whose numbers Word writes: none of them is in the paragraphs."""
    document = docx.Document()
    element = document.part.numbering_part.element
    forms = [("decimal", "Article %1"), ("decimal", "%2."), ("lowerLetter", "(%3)"), ("lowerRoman", "(%4)")]
    levels = "".join(
        f'<w:lvl w:ilvl="{depth}"><w:start w:val="1"/><w:numFmt w:val="{form}"/><w:lvlText w:val="{shown}"/></w:lvl>'
        for depth, (form, shown) in enumerate(forms)
    )
    space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    element.insert(0, parse_xml(f'<w:abstractNum {space} w:abstractNumId="90">{levels}</w:abstractNum>'))
    element.append(parse_xml(f'<w:num {space} w:numId="90"><w:abstractNumId w:val="90"/></w:num>'))
    document.add_heading("Charter of the Lamps", 0)
    document.add_paragraph("The keepers agree on the following, having met in the tower by the sea.")
    for depth, text in (
        (0, "Scope"), (1, "This charter applies to lamps."), (1, "It does not apply to:"), (2, "candles;"),
        (2, "torches, that is:"), (3, "wooden ones;"), (3, "others."), (0, "Duties"), (1, "Keepers light lamps."),
    ):  # fmt: skip
        properties = document.add_paragraph(text)._p.get_or_add_pPr()
        numbered = f'<w:numPr {space}><w:ilvl w:val="{depth}"/><w:numId w:val="90"/></w:numPr>'
        properties.append(parse_xml(numbered))
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def test_the_numbers_that_word_writes_are_written_out_and_said_to_be(tmp_path: Path) -> None:
    document, outline = read(written(tmp_path, "a.docx", as_numbered_docx()))
    assert ids(outline) == [
        "preamble", "preamble__para_1", "art_1", "art_1__para_1", "art_1__para_2", "art_1__para_2__point_a",
        "art_1__para_2__point_b", "art_1__para_2__point_b__point_i", "art_1__para_2__point_b__point_ii", "art_2",
        "art_2__para_1",
    ]  # fmt: skip
    assert "(ii) others." in document.text
    assert any(note.code == "DOC002" and "automatic numbers of 9" in note.message for note in document.notes)


PAGE = """<!DOCTYPE html><html lang="en"><body><div class="cookie-banner"><p>We use cookies. Accept all?</p></div>
<header><nav><ul><li><a href="/">Home</a></li><li><a href="/about">About us</a></li></ul></nav></header><main><article>
<h1>Charter of the Lamps</h1><p>The keepers met in the old tower and agreed on these rules for the lamps.</p>
<h2>Rules for keepers</h2><ol><li>Keepers shall light the lamps at dusk on every day of the year.</li>
<li>Keepers shall clean the glass:<ol type="a"><li>on the inside of the lamp;</li><li>on the outside of it.</li></ol>
</li><li><p>Keepers shall not sleep while the lamps are burning.</p></li></ol><h2>Rules for owners</h2>
<ol start="4"><li>Owners shall pay for the oil that the lamps burn.</li><li>Owners shall visit each lamp.</li>
</ol></article></main><aside><p>Related: ten lamps you must see</p></aside><footer><p>All rights reserved.</p></footer>
</body></html>"""


def test_the_numbers_that_a_browser_writes_are_written_out_and_said_to_be(tmp_path: Path) -> None:
    document, outline = read(written(tmp_path, "a.html", PAGE))
    assert listed(document, outline) == [
        "preamble", "preamble__para_1", "hcontainer_1 | Rules for keepers", "hcontainer_1__para_1",
        "hcontainer_1__para_2", "hcontainer_1__para_2__point_a", "hcontainer_1__para_2__point_b",
        "hcontainer_1__para_3", "hcontainer_2 | Rules for owners", "hcontainer_2__para_4", "hcontainer_2__para_5",
    ]  # fmt: skip
    assert not {"cookies", "About", "Related", "rights"} & set(document.text.split())
    assert any(note.code == "DOC002" and "numbers of 7" in note.message for note in document.notes)


def test_lines_of_a_page_that_begin_with_numbers_are_paragraphs(tmp_path: Path) -> None:
    page = "<h1>Rules</h1><p>1. Lamps shall be lit.<br>2. Glass is <b>clean</b>.<br/>3. All sleep.</p>"
    document, outline = read(written(tmp_path, "a.html", page))
    assert ids(outline) == ["para_1", "para_2", "para_3"]
    assert "2. Glass is clean." in document.text


@pytest.mark.parametrize(
    ("encoding", "text", "guess"),
    [
        ("gb18030", "灯塔管理条例\n\n第一条 为了安全，制定本条例。\n\n第二条 守灯人应当每日点灯。\n", "GB 18030"),
        ("big5", "燈塔管理條例\n\n第一條 守燈人應當每日點燈。\n\n第二條 不得熄燈。\n", "Big5"),
        ("cp1251", "Закон\n\nСтатья 1. Смотрители зажигают лампу.\n\nСтатья 2. Конец наступил.\n", "Windows-1251"),
        ("cp1252", "Règle\n\nArticle 1. Les lampes brûlent.\n\nArticle 2. Le café – fermé – l’est.\n", "Windows-1252"),
    ],
)  # fmt: skip
def test_old_encodings_are_guessed_and_said_to_be(encoding: str, text: str, guess: str, tmp_path: Path) -> None:
    document, outline = read(written(tmp_path, "a.txt", text.encode(encoding)))
    assert document.text == text
    assert ids(outline) == ["art_1", "art_2"]
    assert any(guess in note.message for note in document.notes)


def test_control_characters_are_read_as_spaces(tmp_path: Path, settings: Settings) -> None:
    path = written(tmp_path, "a.txt", b"Article 1. Lamps are lit." * 300 + b"\x00\x01\n\nArticle\x1f2. End.\n")
    document, _ = read(path)
    assert document.text.endswith("Article 2. End.\n")
    assert any("3 control characters" in note.message for note in document.notes)
    assert convert_source(settings, SourceReference(path)).quads


def test_radicals_are_read_as_characters_and_said_to_be(tmp_path: Path) -> None:
    document, outline = read(written(tmp_path, "a.txt", "规则\n\n第⼀条 ⻔开。\n\n第⼆条 ⻔关。\n"))
    assert document.text == "规则\n\n第一条 门开。\n\n第二条 门关。\n"
    assert ids(outline) == ["art_1", "art_2"]
    assert "4 radicals" in document.notes[0].message


def test_the_style_of_titles_is_no_heading_of_a_section(tmp_path: Path) -> None:
    document = docx.Document()
    for level, words in ((0, "Rules of the House"), (1, "Doors"), (1, "Keys")):
        document.add_heading(words, level)
        document.add_paragraph(f"{words} are here.")
    document.save(str(tmp_path / "a.docx"))
    read_back, outline = read(tmp_path / "a.docx")
    assert outline.title is not None
    assert read_back.text[slice(*outline.title)] == "Rules of the House"
    assert [read_back.text[slice(*part.heading)] for part in outline.walk() if part.heading] == ["Doors", "Keys"]


def test_marks_of_direction_hide_no_number(tmp_path: Path) -> None:
    text = "\u202bالمادة 1\u202c\nيسري هذا القانون.\n\n\u200fالمادة 2\nيجب على الحراس إشعال المصباح.\n"
    assert ids(read(written(tmp_path, "a.txt", text))[1]) == ["art_1", "art_2"]


def test_xml_of_another_kind_is_read_as_text_and_said_to_be(tmp_path: Path) -> None:
    document, outline = read(written(tmp_path, "a.xml", "<TEI><p>1. Lamps are lit.</p><P>2. They burn.</P></TEI>"))
    assert document.parts is None
    assert any("no part of a law is marked in TEI" in note.message for note in document.notes)
    assert outline.parts


@pytest.mark.parametrize(
    ("xml", "blocks"),
    [
        ("<a><t>Lamps</t><t>are lit</t></a>", ["Lamps", "are lit"]),
        ("<a>\n <t>Lamps</t>\n <s><t>are</t>\n<t>lit</t></s>\n</a>", ["Lamps", "are", "lit"]),
        ("<a><t>Lamps <b>a</b>re <i>lit</i></t><t><b>at</b> <i>dusk</i></t></a>", ["Lamps are lit", "at dusk"]),
        ("<a><t>Lamps<l><t>one</t><t>two</t></l></t></a>", ["Lamps", "one", "two"]),
    ],
)
def test_words_of_neighbouring_elements_do_not_run_together(xml: str, blocks: list[str], tmp_path: Path) -> None:
    document, _ = read(written(tmp_path, "a.xml", xml))
    assert [document.text[block.start : block.end] for block in document.blocks] == blocks


def test_akoma_ntoso_in_another_namespace_with_a_prefix(tmp_path: Path) -> None:
    plain = as_akoma_ntoso().decode().replace('xmlns="', 'xmlns:akn="').replace("akn/3.0", "akn/3.0/CSD13")
    prefixed = re.sub(r"<(/?)(?=[a-zA-Z])", r"<\1akn:", plain)
    one, other = (
        read(written(tmp_path, name, text)) for name, text in (("a.xml", prefixed), ("b.xml", as_akoma_ntoso()))
    )
    assert ids(one[1]) == ids(other[1])
    assert one[0].text == other[0].text


def test_page_heads_and_divided_words_of_a_pdf(tmp_path: Path) -> None:
    pages = [
        ["Harbour Council - Lamp Rules", "Article 1 Scope", "These rules apply to all the lamps that the coun-",
         "cil keeps on the coast, and to those of its members as well.", "1"],
        ["Harbour Council - Lamp Rules", "Article 2 Duties", "Keepers shall light the lamps at dusk, and they",
         "shall put them out at dawn on every single day.", "2"],
        ["Harbour Council - Lamp Rules", "Article 3 End", "These rules end when the last lamp goes out.", "3"],
    ]  # fmt: skip
    document, outline = read(written(tmp_path, "a.pdf", as_pages(pages)))
    assert listed(document, outline) == ["art_1 | Scope", "art_2 | Duties", "art_3 | End"]
    assert "council keeps" in document.text
    assert "Harbour Council" not in document.text
    assert {"DOC001", "DOC002"} == {note.code for note in document.notes}


def as_page(pieces: list[tuple[int, int, str]]) -> bytes:
    """Write a PDF of one page with words at places of their own, in the order given."""
    drawn = "".join(f"ET BT /F1 11 Tf {x} {y} Td ({words}) Tj " for x, y, words in pieces)
    return as_pages([[f") Tj {drawn} () Tj ("]])


LEFT = ["Article 1 Lamps", "Keepers shall light", "the lamps at dusk.", "They clean them.", "They count them."]
RIGHT = ["Article 2 Oil", "Keepers shall keep", "the oil in a cellar.", "They lock it.", "They weigh it."]


def test_columns_of_a_pdf_are_read_one_after_the_other_or_said_to_be_mixed(tmp_path: Path) -> None:
    left, right = (
        [(x, 700 - 14 * row, line) for row, line in enumerate(lines)] for x, lines in ((40, LEFT), (310, RIGHT))
    )
    document, outline = read(written(tmp_path, "a.pdf", as_page([*left, *right])))
    assert ids(outline) == ["art_1", "art_2"]
    assert document.text.index("count them") < document.text.index("Article 2")
    assert not any("mixed" in note.message for note in document.notes)
    across = [piece for row in zip(left, right, strict=True) for piece in row]
    document, _ = read(written(tmp_path, "b.pdf", as_page(across)))
    assert any("across page 1: their words stand mixed" in note.message for note in document.notes)


def test_notes_of_a_docx_stand_under_their_paragraph(tmp_path: Path) -> None:
    word = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    document = docx.Document()
    for number, words in enumerate(("Lamps shall burn.", "Oil is kept.", "Wicks are cut."), 1):
        run = document.add_paragraph(words).add_run()
        run._r.append(parse_xml(f'<w:footnoteReference xmlns:w="{word}" w:id="{number}"/>'))
    notes = "".join(
        f'<w:footnote w:id="{number}"><w:p><w:r><w:t>{words}</w:t></w:r></w:p></w:footnote>'
        for number, words in ((1, "Of brass."), (2, "In a cellar."))
    )
    content = f'<w:footnotes xmlns:w="{word}">{notes}</w:footnotes>'.encode()
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
    part = Part(PackURI("/word/footnotes.xml"), kind, content, document.part.package)
    document.part.relate_to(part, "http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes")
    document.save(str(tmp_path / "a.docx"))
    read_back, _ = read(tmp_path / "a.docx")
    blocks = [(block.kind, read_back.text[block.start : block.end]) for block in read_back.blocks]
    assert blocks[:4] == [
        ("paragraph", "Lamps shall burn."), ("note", "Of brass."), ("paragraph", "Oil is kept."),
        ("note", "In a cellar."),
    ]  # fmt: skip
    said = " ".join(note.message for note in read_back.notes)
    assert "2 notes stand as blocks" in said
    assert "1 notes are not in the file" in said


# --- structure --------------------------------------------------------------------------------------------------

CHINESE = """图书馆管理办法

第一章 总则

第一条 为了便利读者，制定本办法。

第二条 本办法适用于下列活动：
（一）借阅；
（二）归还。

第二章 管理

第三条 图书馆应当每日开放。

第五条 本办法自公布之日起施行。
"""
LISTS = """Rules of the House

1. Members shall:
(a) read;
(b) write:
(i) letters;
(ii) essays;
(c) rest.

2. Guests may look on.
They bring their own chairs.

3. The rules end here.
"""
COLON = """House Initiative

All houses should keep peace with one another.

We suggest the following:

We should open the doors.

We should close the windows.
"""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (CHINESE, ["chp_1", "art_1", "art_2", "art_2__para_1", "art_2__para_2", "chp_2", "art_3", "art_5"]),
        (
            LISTS,
            ["para_1", "para_1__point_a", "para_1__point_b", "para_1__point_b__point_i", "para_1__point_b__point_ii",
             "para_1__point_c", "para_2", "para_3"],
        ),
        (COLON, ["para_1", "para_2", "para_2__point_1", "para_2__point_2"]),
        ("Article 1 – Doors\n\n1 All open:\n\na Each by day.\n\nb Some by night.\n\n2 They shut.\n\n3 They creak.\n",
         ["art_1", "art_1__para_1", "art_1__para_1__point_a", "art_1__para_1__point_b", "art_1__para_2",
          "art_1__para_3"]),
        ("I. TERMS\n\nSection 1: Doors\n\nII. HELP\n\n1.1. Open\n\na) Day.\n\nb) Night.\n\n1.2. Shut\n\nIII. THANKS\n",
         ["art_1", "sec_1", "art_2", "sec_1__para_1", "sec_1__para_1__point_a", "sec_1__para_1__point_b",
          "sec_1__para_2", "art_3"]),
        ("规则\n\n( 一 ) 开门；\n\n( 二 ) 关门。\n", ["para_1", "para_2"]),
        ("# Log\n\n**Article 1**\n\n1\\. One.\n\n2\\. Two.\n\n**Article 2**\n\n**1.** The end.\n\n**2.** No more.\n",
         ["art_1", "art_1__para_1", "art_1__para_2", "art_2", "art_2__para_1", "art_2__para_2"]),
        ("I. Open doors. All enter.\nII. Shut doors. None enters.\nIII. Keys. One holds them.\n",
         ["art_1", "art_2", "art_3"]),
        ("Section 1: Doors\n\na) Open.\n\n1.1. Wide.\n\n1.2. High.\n\nb) Shut.\n\nSection 2: Keys\n",
         ["sec_1", "sec_1__point_a", "sec_1__para_1", "sec_1__para_2", "sec_1__point_b", "sec_2"]),
        ("Section 1: Doors\n\na) Open.\n\n1.1. Wide.\n\n1.2. High.\n\na) Deep.\n\nb) Deeper.\n\nSection 2: Keys\n",
         ["sec_1", "sec_1__point_a", "sec_1__para_1", "sec_1__para_2", "sec_1__para_2__point_a",
          "sec_1__para_2__point_b", "sec_2"]),
        ("Part I Doors\n\na) Open.\n\nArticle 1 Wide\n\nb) Shut.\n\nPart II Keys\n",
         ["part_1", "part_1__point_a", "art_1", "art_1__point_b", "part_2"]),
        ("# House\n\n## Doors\n\n1. Open.\n\n### Wide\n\n2. Shut.\n",
         ["hcontainer_1", "hcontainer_1__para_1", "hcontainer_1__hcontainer_1", "hcontainer_1__hcontainer_1__para_2"]),
        ("# Log\n\n## 1. Aim\n\n1.1 One aim.\n\n1.2 Two aims.\n\n## 2. End\n\n2.1 The end.\n",
         ["para_1", "para_1__para_1", "para_1__para_2", "para_2", "para_2__para_1"]),
    ],
)  # fmt: skip
def test_numbers_of_every_style_make_parts(text: str, expected: list[str], tmp_path: Path) -> None:
    name = "a.md" if text.startswith("#") else "a.txt"
    assert ids(read(written(tmp_path, name, text))[1]) == expected


def test_a_heading_before_dotted_numbers_stays_one(tmp_path: Path) -> None:
    text = "1. Doors\n\n1.1. They open.\n\na) By day.\n\n1.2. They shut.\n\n2. Keys\n"
    document, outline = read(written(tmp_path, "a.txt", text))
    assert [document.text[slice(*part.heading)] for part in outline.walk() if part.heading] == ["Doors", "Keys"]


@pytest.mark.parametrize(
    ("text", "kind", "words"),
    [
        (CHINESE, "missing-part", "第"),
        ("III. Doors. All enter.\nIV. Keys. One holds them.\n", "late-start", "I"),
        ("The Assembly,\n\n[Opening words omitted.]\n\n1. Opens;\n\n2. Closes.\n", "omission", "[Opening"),
        ("I. Open all the doorsEvery morning. They enter.\nII. Keys. One has them.\n", "glued-heading", "doors"),
        ("I. Open doors(c) All enter here.\nII. Keys. One has them.\n", "stray-enumerator", "(c)"),
        ("The house has rooms and theGarden has trees. In the Garden they sit.\n", "glued-words", "theGarden"),
        (
            "1. We keep the doors of the house open all day. We keep the doors of the house open all day.\n2. End.\n",
            "doubled-clause", "We keep the doors of the house open all day",
        ),
        ("1. One thing.\n2. Another.\n2. A third.\n", "repeated-number", "2"),
        ("The house is large " + "and stands on the hill " * 6 + "and those who live in it", "cut", "who live in it"),
    ],
)  # fmt: skip
def test_a_fault_of_the_text_is_recorded_with_its_place(text: str, kind: str, words: str, tmp_path: Path) -> None:
    document, outline = read(written(tmp_path, "a.txt", text))
    found = [defect for defect in outline.defects if defect.kind == kind]
    assert len(found) == 1
    assert words in document.text[found[0].start : found[0].end] or document.text.startswith(words, found[0].start)


def test_a_faultless_text_has_no_defects(tmp_path: Path) -> None:
    assert read(written(tmp_path, "a.txt", LISTS))[1].defects == []


def listed(document: Document, outline: Outline) -> list[str]:
    """Return the identifiers of the parts, each with its heading, and the kinds of the faults."""
    heads = {part.id: document.text[slice(*part.heading)] for part in outline.walk() if part.heading}
    parts = [f"{part.id} | {heads[part.id]}" if part.id in heads else part.id for part in outline.walk()]
    return [*parts, *(f"! {defect.kind}" for defect in outline.defects)]


@pytest.mark.parametrize("name", SHAPES)
def test_texts_of_many_shapes_are_structured(name: str, tmp_path: Path) -> None:
    file, text, expected = SHAPES[name]
    document, outline = read(written(tmp_path, file, text))
    assert listed(document, outline) == expected.splitlines()
    assert_nothing_is_left_out(document, outline)


@pytest.mark.parametrize("name", [name for name in SHAPES if SHAPES[name][0].endswith(".txt")])
@pytest.mark.parametrize("change", ["CRLF", "BOM", "UTF-16", "NFD", "emoji"])
def test_a_structure_does_not_hang_on_how_the_text_is_written(name: str, change: str, tmp_path: Path) -> None:
    file, text, expected = SHAPES[name]
    changed = {
        "CRLF": text.replace("\n", "\r\n").encode(),
        "BOM": b"\xef\xbb\xbf" + text.encode(),
        "UTF-16": text.encode("utf-16"),
        "NFD": unicodedata.normalize("NFD", text).encode(),
        "emoji": text.replace(".\n", ". \U0001f4a1.\n").encode(),
    }[change]
    document, outline = read(written(tmp_path, file, changed))
    ids_expected = [line.partition(" | ")[0] for line in expected.splitlines() if not line.startswith("!")]
    assert ids(outline) == ids_expected
    assert_nothing_is_left_out(document, outline)


def assert_nothing_is_left_out(document: Document, outline: Outline) -> None:
    """Every block is in a part, the title, or said to be no text of the document; no part is outside its whole."""
    covered = [(part.start, part.end) for part in outline.walk()] + outline.furniture
    covered += [outline.title] if outline.title else []
    covered += [(defect.start, defect.end) for defect in outline.defects if defect.kind == "omission"]
    for block in document.blocks:
        assert any(start < block.end and block.start < end for start, end in covered), document.text[block.start :][:80]
    for part in outline.walk():
        at = part.start
        for below in part.parts:
            assert at <= below.start < below.end <= part.end, (part.id, below.id)
            at = below.end
    names = ids(outline)
    assert len(set(names)) == len(names)


# --- real texts -------------------------------------------------------------------------------------------------


@pytest.mark.shared
def test_the_action_plan_has_thirteen_articles_and_its_faults(texts: Path) -> None:
    document, outline = read(texts / "003_9860db30426bbfa6.txt")
    articles = [part for part in outline.parts if part.kind == "article"]
    assert [part.ordinal for part in articles] == list(range(1, 14))
    faults = {(defect.kind, _article_at(articles, defect.start)) for defect in outline.defects}
    assert {
        ("glued-heading", 7), ("stray-enumerator", 11), ("stray-enumerator", 12), ("doubled-clause", 2),
        ("doubled-clause", 12),
    } <= faults  # fmt: skip
    cut = " ".join(document.text[start:end] for start, end in outline.furniture)
    assert "Search" in cut
    assert "mailbox" in cut
    assert not outline.incomplete


def _article_at(articles, place: int) -> int:
    return next((part.ordinal for part in articles if part.start <= place < part.end), 0)


@pytest.mark.shared
def test_every_statement_about_an_article_lies_in_its_span(texts: Path) -> None:
    _, outline = read(texts / "003_9860db30426bbfa6.txt")
    articles = {part.ordinal: part for part in outline.parts if part.kind == "article"}
    with (ROOT / "data" / "tables" / "statements.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["source"] == "1ai-action-plan-text"]
    checked = 0
    for row in rows:
        name = row["subject"].rpartition("/art-")
        if not name[1] or not row["passage"]:
            continue
        start, end = map(int, row["passage"].rpartition("/")[2].split("-"))
        article = articles[int(name[2])]
        assert article.start <= start < end <= article.end, row["id"]
        checked += 1
    assert checked > 50


@pytest.mark.shared
def test_the_ai_act_has_all_its_parts() -> None:
    _, outline = read(FORMEX)
    parts = outline.walk()
    kinds = Counter(part.kind for part in parts if not part.quoted)
    assert (kinds["article"], kinds["recital"], kinds["paragraph"]) == (113, 180, 500)
    assert sum(part.kind == "paragraph" for part in parts) == 509
    names = [part.id for part in parts]
    assert len(set(names)) == len(names)
    assert {"art_8__para_2", "art_5__para_1__point_a", "rec_180", "chp_3__sec_2"} <= set(names)


@pytest.mark.shared
@pytest.mark.parametrize(
    ("file", "kinds", "incomplete"),
    [
        ("1152", {"paragraph": 13, "point": 24}, False),
        ("1381", {"paragraph": 13, "point": 24}, True),
        ("1382", {"paragraph": 11}, False),
        ("1383", {"paragraph": 11}, False),
        ("1144", {"point": 11}, True),
        ("1074", {"article": 8, "recital": 8}, False),
        ("1125", {"chapter": 6, "paragraph": 25}, False),
        ("1129", {"paragraph": 4}, True),
        ("1395", {"paragraph": 20}, True),
        ("35", {"article": 8}, False),
    ],
)
def test_texts_of_many_makers_are_structured_by_the_same_rules(file: str, kinds: dict, incomplete: bool) -> None:
    _, outline = read(REAL / "agora" / "fulltext" / f"{file}.txt")
    numbered = Counter(part.kind for part in outline.walk() if part.number or file == "1144")
    assert {kind: numbered[kind] for kind in kinds} == kinds
    assert outline.incomplete is incomplete


@pytest.mark.shared
def test_two_editions_of_a_resolution_are_aligned() -> None:
    folder = REAL / "agora" / "fulltext"
    pairs = align(read(folder / "1152.txt"), read(folder / "1381.txt"))
    statuses = Counter(pair.status for pair in pairs)
    assert statuses["same"] + statuses["changed"] == 38
    assert {pair.left for pair in pairs if pair.status == "missing"} == {
        f"preamble__para_{number}" for number in range(2, 11)
    }
    assert not statuses["added"]


def test_what_is_moved_added_and_missing_is_seen(tmp_path: Path) -> None:
    doors, keys, books, chairs = (
        "All members keep the doors of their houses open in the morning.", "One member holds the keys of every house.",
        "Books are lent to whoever asks for them politely.", "Chairs are carried back to where they stood.",
    )  # fmt: skip
    old = read(written(tmp_path, "a.txt", f"1. {doors}\n2. {keys}\n3. {books}\n"))
    new = read(written(tmp_path, "b.txt", f"1. {keys}\n2. {doors}\n4. {chairs}\n"))
    found = {(pair.left, pair.right, pair.status) for pair in align(old, new)}
    assert found == {
        ("para_1", "para_2", "moved"), ("para_2", "para_1", "moved"), ("para_3", "", "missing"),
        ("", "para_4", "added"),
    }  # fmt: skip


# --- mentions and deontic expressions ---------------------------------------------------------------------------

HOUSE, DOG = "http://example.org/house", "http://example.org/dog"
TABLE = AliasTable(
    tuple(
        sorted([
            Alias("Old House", HOUSE, "thing", "en"),
            Alias("Old House Committee", DOG, "thing", "en"),
            Alias("OH", HOUSE, "thing", "en"),
            Alias("老房子", HOUSE, "thing", "zh"),
            Alias("open doors", "http://example.org/doors", "theme", "en"),
            Alias("Twin", HOUSE, "thing", "en"),
            Alias("Twin", DOG, "thing", "en"),
        ])
    ),
    ("OH Company",),
)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The Old House stands.", [("Old House", HOUSE)]),
        ("The Old House Committee met.", [("Old House Committee", DOG)]),
        ("They saw theOld HouseYesterday.", [("Old House", HOUSE)]),
        ("An old house is not the one.", []),
        ("the OLD HOUSE", [("OLD HOUSE", HOUSE)]),
        ("OH and oh, OHIO", [("OH", HOUSE)]),
        ("OH Company is another.", []),
        ("他们去老房子了", [("老房子", HOUSE)]),
        ("Open Doors for all", [("Open Doors", "http://example.org/doors")]),
        ("The Twin of it", []),
        ("Old\u00a0House’s door", [("Old\u00a0House", HOUSE)]),
    ],
)
def test_names_are_found_as_they_are_written(text: str, expected: list[tuple[str, str]]) -> None:
    found = find_mentions(text, TABLE)
    assert [(text[one.start : one.end], one.thing) for one in found.mentions] == expected
    assert len(found.ambiguous) == ("Twin" in text)


def test_unknown_names_are_suggested_and_never_linked() -> None:
    text = "The Reading Room of Vienna wrote to the Old House."
    found = find_mentions(text, TABLE)
    assert [text[start:end] for start, end in found.suggested] == ["The Reading Room of Vienna"]
    assert len(found.mentions) == 1


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Members shall not sleep here.", [("shall not", "required", "negative")]),
        (
            "Members must read, and should write.",
            [("must", "required", "positive"), ("should", "recommended", "positive")],
        ),
        ("Promote reading. Reading promotes peace.", [("Promote", "called-for", "positive")]),
        ("We call on all members to read.", [("call on", "called-for", "positive")]),
        ("Readers may borrow books. It may be cold.", [("may", "permitted", "positive")]),
        ("Actively explore the house.", [("explore", "called-for", "positive")]),
        ("( 一 ) 加强管理。", [("加强", "called-for", "positive")]),
        ("图书馆应当开放，不得收费。", [("应当", "required", "positive"), ("不得", "required", "negative")]),
        ("They read in the house.", []),
        ("Develop, test and share tools.", [("Develop", "called-for", "positive")]),
        ("Do not sleep on the watch.", [("Do not", "called-for", "negative")]),
        ("It is strictly forbidden to sleep.", [("is strictly forbidden", "required", "negative")]),
        ("Research that supports readers goes on.", []),
        ("Nobody may sleep here.", [("may", "required", "negative")]),
        ("Rules. (a) Nothing in them shall harm anyone.", [("shall", "required", "negative")]),
        ("No later than 2 May 2030 all shall leave.", [("shall", "required", "positive")]),
        ("Use: in the house.", []),
        ("Instructs the keeper to wake.", [("Instructs", "called-for", "positive")]),
    ],
)
def test_deontic_expressions(text: str, expected: list, tmp_path: Path, lexicon: Lexicon) -> None:
    document = read_document(written(tmp_path, "a.txt", text), lexicon)
    blocks = list(document.blocks)
    found = find_deontic(document.text, blocks, [], lexicon)
    assert [(text[hit.start : hit.end], hit.strength, hit.polarity) for hit in found] == expected


INVENTED = {
    "zh": (
        "各方[应当]遵守规则，[不得]滥用技术。", "[鼓励]企业参与制定标准。", "会员国[可以]提出建议。",
        "我们[呼吁]各国携手。", "[加强]国际合作。",
        "[严禁]泄露个人信息。", "各国[有权]选择道路。", "政府[须]公开数据。",
        "这一应用很广泛。", "人们适应新的变化。", "反应速度很快。",
        "必要时[可]延长期限。", "企业[应]建立制度。", "任何人[不应]歧视他人。",
        "（一）[采取]措施。", "这是禁止的内容。", "规则可操作。",
        "出错不可避免。", "[支持]发展中国家参与。", "人类是命运共同体。",
    ),
    "fr": (
        "Les États [doivent] agir sans attendre.", "Nul [ne peut] être exclu.", "[Il convient de] garder la lampe.",
        "Le gardien [est tenu de] veiller toute la nuit.", "Les membres [devraient] coopérer entre eux.",
        "L’Assemblée [invite] les États à agir ensemble.", "Chacun [peut] demander une lampe.",
        "Cela peut être utile aux marins.", "[Prie] les gardiens de veiller.", "Les lampes brûlent toute la nuit.",
        "Tous [ont droit de] parler.", "Elle [n'a le droit de] punir que le mal.",
    ),
    "es": (
        "Los Estados [deberán] actuar sin demora.", "[Queda prohibido] apagar la lámpara.", "Ellos [no podrán] dormir.",
        "Los miembros [deberían] cooperar entre sí.", "La Asamblea [pide] a los Estados que actúen.",
        "[Exhorta a] los fareros a velar.", "Cada uno [podrá] pedir una lámpara.", "Las lámparas arden toda la noche.",
        "Nadie [podrá] dormir.",
        "[Nadie puede] ser obligado.", "Todos [tienen el deber de] velar.",
        "[Se prohíbe] dormir en la torre.", "Todos [tienen derecho a] leer en la sala.",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("language", "sentence"), [(key, one) for key, found in INVENTED.items() for one in found])
def test_expressions_of_other_languages_in_invented_sentences(language: str, sentence: str, lexicon: Lexicon) -> None:
    text = re.sub(r"[\[\]]", "", sentence)
    found = find_deontic(text, [Block("paragraph", 0, len(text), language=language)], [], lexicon)
    expected = re.findall(r"\[(.*?)\]", sentence)
    assert [text[hit.start : hit.end] for hit in found] == expected


def summaries_of(folder: Path) -> dict[str, str]:
    """Return the long summaries of the collection that a folder holds, each by its number."""
    if not (folder / "documents.csv").is_file():
        return {}
    with (folder / "documents.csv").open(encoding="utf-8-sig", newline="") as file:
        return {f"documents.csv#{row['AGORA ID']}": row["Long summary"] for row in csv.DictReader(file)}


def measured(
    kind: str, names: AliasTable, lexicon: Lexicon, folder: Path, folder_of_summaries: Path
) -> tuple[float, float]:
    """Return precision and recall on the labels of one kind for the texts of a folder."""
    labels: dict[str, dict[tuple[int, int], str]] = {}
    with (ROOT / "tests" / "labels" / f"{kind}.csv").open(encoding="utf-8", newline="") as file:
        for name, start, end, value in list(csv.reader(file))[1:]:
            own = labels.setdefault(name, {})
            if start:  # a row without a place says that the text was read and nothing is named in it
                own[int(start), int(end)] = value
    right = found = wanted = recalled = 0
    summaries = summaries_of(folder)
    for name, truth in labels.items():
        if name in summaries:
            (folder_of_summaries / "summary.txt").write_text(summaries[name], encoding="utf-8")
        elif not (folder / name).is_file():
            continue
        document, outline = read(folder_of_summaries / "summary.txt" if name in summaries else folder / name)
        inside = list(outline.furniture)
        if kind == "mentions":
            got = {
                (one.start, one.end): one.thing.removeprefix(BASE)
                for one in find_mentions(document.text, names).mentions
                if one.layer == "thing" and not any(start <= one.start < end for start, end in inside)
            }
            hits = sum(truth.get(span) == thing for span, thing in got.items())
            right, recalled = right + hits, recalled + hits
        else:
            body = [block for block in document.blocks if not any(s <= block.start < e for s, e in inside)]
            heads = [part.heading for part in outline.walk() if part.heading]
            heads += [outline.title] if outline.title else []
            got = {(hit.start, hit.end): hit.strength for hit in find_deontic(document.text, body, heads, lexicon)}
            meet = [(a, b) for a in got for b in truth if a[0] < b[1] and b[0] < a[1] and got[a] == truth[b]]
            right, recalled = right + len({a for a, _ in meet}), recalled + len({b for _, b in meet})
        found, wanted = found + len(got), wanted + len(truth)
    return right / found, recalled / wanted


@pytest.mark.shared
@pytest.mark.parametrize(
    ("kind", "folder", "precision", "recall"),
    [
        ("mentions", SHARED / "seeds", 0.97, 0.90),
        ("deontic", SHARED / "seeds", 0.90, 0.85),
        ("mentions", REAL / "agora" / "fulltext", 0.89, 0.84),
        ("mentions", REAL / "agora", 0.90, 0.85),
        ("deontic", REAL / "agora" / "fulltext", 0.95, 0.94),
    ],
)
def test_precision_and_recall_stay_where_they_were_measured(
    kind: str, folder: Path, precision: float, recall: float, names: AliasTable, lexicon: Lexicon, tmp_path: Path
) -> None:
    found = measured(kind, names, lexicon, folder, tmp_path)
    assert found[0] >= precision, found
    assert found[1] >= recall, found


@pytest.mark.shared
def test_the_index_of_mentions_is_what_the_engine_gives(project, conversion: Conversion, texts: Path) -> None:
    table, report = mention_index(project, conversion.dataset, texts)
    assert report.ok, report.text()
    assert report.inspected["sources"] == 5
    committed = (ROOT / "data" / "tables" / "mentions.csv").read_text(encoding="utf-8")
    assert table == committed, "make it anew: comity sources mentions --text FOLDER --write"


# --- evidence ---------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def settings(names: AliasTable) -> Settings:
    return Settings(BASE, LEXICON, names, {})


def values(quads: list[Quad], predicate: NamedNode) -> dict:
    return {quad.subject: quad.object for quad in quads if quad.predicate == predicate}


@pytest.mark.shared
def test_every_triple_from_a_text_leads_to_a_passage_that_re_reads(settings: Settings, texts: Path) -> None:
    for path in [*sorted(texts.glob("*.txt")), FORMEX]:
        done = convert_source(settings, SourceReference(path))
        text = read(path)[0].text
        start, end, sha256 = (values(done.quads, predicate) for predicate in (START, END, SHA256))
        first, last, count = (values(done.quads, predicate) for predicate in (FIRST_WORDS, LAST_WORDS, OCCURRENCE))
        passages = {quad.subject for quad in done.quads if quad.predicate == TYPE and quad.object == PASSAGE}
        assert passages
        for passage in passages if path != FORMEX else sorted(passages, key=str)[::40]:
            words = text[int(start[passage].value) : int(end[passage].value)]
            assert digest(words) == sha256[passage].value
            assert edges(words) == (first[passage].value, last[passage].value if passage in last else "")
            upto = int(start[passage].value) + len(first[passage].value)
            assert text[:upto].count(first[passage].value) == int(count[passage].value)
        held = {quad.object for quad in done.quads if quad.predicate == HAS_PASSAGE}
        assert held <= passages
        things = {quad.subject for quad in done.quads if quad.predicate == TYPE} - passages
        without = things - set(values(done.quads, HAS_PASSAGE))
        assert {str(thing).split("/")[3 + 1] for thing in without} <= {"id", "graph"}
        assert len(without) == 2  # the document and its graph


@pytest.mark.shared
@pytest.mark.parametrize("path", [*sorted((SHARED / "seeds").glob("*.txt")), FORMEX], ids=lambda path: path.name)
def test_the_source_is_rebuilt_from_its_parts(settings: Settings, path: Path) -> None:
    done = convert_source(settings, SourceReference(path))
    text = read(path)[0].text
    made = rebuild(done.quads, text)
    assert made.text == text[made.start : made.start + len(made.text)]
    assert made.outside == ()
    if path.suffix == ".txt":
        assert made.text.encode() in path.read_bytes()
    assert len(made.text) > 0.8 * len(text)


def test_a_changed_text_does_not_rebuild(settings: Settings, tmp_path: Path) -> None:
    path = written(tmp_path, "a.txt", LISTS)
    done = convert_source(settings, SourceReference(path))
    with pytest.raises(UnreadableInput, match="not the one that was read"):
        rebuild(done.quads, LISTS.replace("letters", "poems"))


def test_without_quote_no_sentence_is_in_the_data(names: AliasTable, tmp_path: Path) -> None:
    path = written(tmp_path, "a.txt", PLAIN)
    plain = serialise_quads(convert_source(Settings(BASE, LEXICON, names, {}), SourceReference(path)).quads)
    quoted = serialise_quads(
        convert_source(Settings(BASE, LEXICON, names, {}, quote=True), SourceReference(path)).quads
    )
    sentence = CHARTER[3][0].encode()
    assert sentence not in plain
    assert sentence in quoted


def test_one_after_another_and_in_a_pool_give_the_same_bytes(settings: Settings, tmp_path: Path) -> None:
    references = [SourceReference(written(tmp_path, name, content)) for name, (content, _) in FORMATS.items()]
    references.append(SourceReference(tmp_path / "missing.txt"))
    assert pickle.loads(pickle.dumps(partial(convert_source, settings)))(references[0]).quads
    alone = [(serialise_quads(done.quads), done.report.text()) for done in convert_sources(settings, references)]
    pooled = [(serialise_quads(done.quads), done.report.text()) for done in convert_sources(settings, references, 2)]
    assert alone == pooled
    assert alone[-1][0] == b""
    assert "missing.txt" in alone[-1][1]


def read_so_far() -> int:
    """Return how many bytes this process has read (Linux)."""
    return int(Path("/proc/self/io").read_text(encoding="ascii").split()[1])


def test_a_pool_whose_worker_is_ended_while_it_hands_over_waits_for_nothing() -> None:
    before, others = read_so_far(), set(active_children())
    pool = ProcessPoolExecutor(1, mp_context=get_context("spawn"))
    handed = pool.submit(bytes, 400_000_000)
    while read_so_far() - before < 20_000_000:  # it is in the middle of the result
        assert not handed.done()
    workers = set(active_children()) - others
    assert workers
    abandon(pool, workers)
    closing = threading.Thread(target=pool.shutdown, daemon=True)
    closing.start()
    closing.join(30)
    assert not closing.is_alive()
    assert isinstance(handed.exception(), BrokenProcessPool)


@pytest.mark.slow
def test_a_cluster_writes_what_one_process_writes(settings: Settings, tmp_path: Path) -> None:
    references = [SourceReference(written(tmp_path, name, content)) for name, (content, _) in FORMATS.items()]
    references.append(SourceReference(tmp_path / "missing.txt"))
    alone = [(serialise_quads(done.quads), done.report.text()) for done in convert_sources(settings, references)]
    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None, silence_logs="ERROR") as cluster:
        address = cluster.scheduler_address
        shared = [*convert_sources(settings, references, cluster=address)]
        files = [str(written(tmp_path, name, PLAIN.encode())) for name in ("one.txt", "other.md")]
        told = CliRunner().invoke(cli, ["--project", str(ROOT), "convert", *files, "--dask", address])
    assert [(serialise_quads(done.quads), done.report.text()) for done in shared] == alone
    assert told.exit_code == 0, told.output
    assert told.stdout_bytes == CliRunner().invoke(cli, ["--project", str(ROOT), "convert", *files]).stdout_bytes
    assert told.stdout_bytes


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["convert", "{file}", "--key", "a b/.."], "no key"),
        (["convert", "{file}", "--workers", "0"], "not in the range"),
        (["convert", "{file}", "--query", "{file}"], "for an endpoint"),
        (["convert", "sparql", "http://127.0.0.1:9/", "--query", "{file}", "--page", "0"], "not in the range"),
        (["convert", "sparql", "http://127.0.0.1:9/", "--query", "{file}"], "no CONSTRUCT"),
        (["explain", "https://a b", "--text", "."], "no IRI"),
        (["explain", "id/statement/none-such", "--text", "."], "no IRI named"),
        (["explain", "id/statement/none-such"], "no IRI named"),
    ],
)
def test_what_cannot_be_meant_is_refused(words: list[str], said: str, tmp_path: Path) -> None:
    file = written(tmp_path, "a.txt", "Article 1\nLamps are lit.\n")
    result = CliRunner().invoke(cli, ["--project", str(ROOT), *(word.format(file=file) for word in words)])
    assert result.exit_code == 2 or isinstance(result.exception, UsageError)
    assert said in f"{result.output} {result.exception}"


def test_a_lone_letter_opens_a_line_of_a_pdf_only_behind_a_stop(tmp_path: Path, lexicon: Lexicon) -> None:
    lamps = "Lamps are lit in every room of the old library, and in its hall, whenever somebody reads there"
    note = "a Lamps with a flame, which were used in the old library before it burned, are not lit any more at"
    for stop, paragraphs in ((".", 2), (" with", 1)):
        document = read_document(written(tmp_path, "a.pdf", as_pdf([lamps + stop, note, "all."])), lexicon)
        assert len(document.blocks) == paragraphs, [document.text[one.start : one.end] for one in document.blocks]


def test_an_iri_may_be_short(settings: Settings, tmp_path: Path) -> None:
    part = "id/part/a/art_1"
    quads = convert_source(settings, SourceReference(written(tmp_path, "a.txt", "Article 1\nLamps.\n"))).quads
    data = tmp_path / "a.nq"
    data.write_bytes(serialise_quads(quads))
    explain = ["--project", str(ROOT), "explain", "--text", str(tmp_path)]
    for name in (settings.base + part, part, f"/{part}"):
        result = CliRunner().invoke(cli, [*explain, "--data", str(data), name])
        assert result.exit_code == 0, result.exception
        assert "Lamps." in result.output
    assert "no passage is behind it" in CliRunner().invoke(cli, [*explain, "comity:Statement"]).output


def test_a_text_that_is_not_in_the_folder_is_said_and_nothing_beside_it_is_read(
    settings: Settings, tmp_path: Path
) -> None:
    quads = convert_source(settings, SourceReference(written(tmp_path, "a.txt", "Article 1\nLamps.\n"))).quads
    part = f"{settings.base}id/part/a/art_1"
    folder = tmp_path / "texts"
    folder.mkdir()
    assert [one.holds for one in evidence(Dataset(quads, {}), part, tmp_path, settings.lexicon)] == [True]
    away = [
        Quad(quad.subject, quad.predicate, Literal("../a.txt") if quad.predicate == FILE_NAME else quad.object,
             quad.graph_name)
        for quad in quads
    ]  # fmt: skip
    for data, name in ((quads, "a.txt"), (away, "../a.txt")):
        found = evidence(Dataset(data, {}), part, folder, settings.lexicon)
        assert [(one.holds, one.fault) for one in found] == [(False, f"no {name} is in {folder}")]


def test_processes_and_a_cluster_are_not_asked_for_at_once() -> None:
    with pytest.raises(UsageError, match="exclude"):
        cli(["convert", "a.txt", "--dask", "tcp://127.0.0.1:1", "--workers", "2"], standalone_mode=False)


@pytest.mark.slow
def test_a_cluster_without_scheduler_or_workers_is_said_to_be_none(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("comity.conversion.documents.cluster.PATIENCE", 1)
    references = [SourceReference(written(tmp_path, "a.txt", b"Article 1\nA.\n"))]
    with LocalCluster(n_workers=0, dashboard_address=None, silence_logs="CRITICAL") as cluster:
        address = cluster.scheduler_address
        with pytest.raises(CannotRun, match="no workers"):
            list(convert_sources(settings, references, cluster=address))
    for nobody in (address, "tcp://127.0.0.1:1", "what is this"):
        with pytest.raises(CannotRun, match="no dask scheduler"):
            list(convert_sources(settings, references, cluster=nobody))


def test_without_dask_a_cluster_says_how_it_comes(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("comity.conversion.documents.cluster.find_spec", lambda _: None)
    with pytest.raises(MissingDependency, match="dask") as caught:
        list(convert_sources(settings, [SourceReference(Path("a.txt"))], cluster="tcp://127.0.0.1:8786"))
    assert "comity[dask]" in caught.value.hint


def test_documents_are_judged_by_the_shapes(project, conversion: Conversion, tmp_path: Path) -> None:
    paths = [written(tmp_path, "a.txt", PLAIN), written(tmp_path, "b.md", MARKDOWN)]
    quads, report = convert_documents(project, conversion.dataset, paths)
    assert report.ok, report.text()
    assert report.inspected["documents"] == 2
    assert report.inspected["focus nodes"] > 20
    parts = [quad.subject for quad in quads if quad.predicate == TYPE and quad.object == DOCUMENT_PART]
    broken = [quad for quad in quads if not (quad.subject == parts[0] and quad.predicate == HAS_PASSAGE)]
    from comity.checking.shapes import check_shapes
    from comity.model.ontology import load_shapes

    judged = check_shapes(Dataset(broken, {}), load_shapes(project), lambda _: {})
    assert [found.focus for found in judged.violations()] == [parts[0].value]


@pytest.mark.shared
def test_a_known_source_keeps_its_key(project, conversion: Conversion, texts: Path) -> None:
    quads, _ = convert_documents(project, conversion.dataset, [texts / "003_9860db30426bbfa6.txt"])
    sources = {quad.object for quad in quads if quad.predicate == IN_SOURCE}
    assert sources == {NamedNode(f"{BASE}id/source/1ai-action-plan-text")}


# --- hostile files ----------------------------------------------------------------------------------------------

BOMB = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><ACT>&b;</ACT>'
EXTERNAL = '<?xml version="1.0"?><!DOCTYPE ACT SYSTEM "file:///etc/passwd"><ACT><P>x</P></ACT>'


def zipped(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


def repacked(**extra: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(as_docx())) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    return zipped(members | {name.replace("__", "/"): content for name, content in extra.items()})


def encrypted_pdf() -> bytes:
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(as_pdf()))
    writer.encrypt("secret", algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


HOSTILE = {
    "doctype.xml": (EXTERNAL, "DOCTYPE"),
    "bomb.xml": (BOMB, "DOCTYPE"),
    "late.xml": (f'<?xml version="1.0"?><!-- x --><?p y?>\n{BOMB}', "DOCTYPE"),
    "utf16.xml": (BOMB.encode("utf-16"), "DOCTYPE"),
    "utf7.xml": ('<?xml version="1.0" encoding="utf-7"?><ACT><P>x</P></ACT>', "encoding"),
    "deep.xml": ("<A>" * 100_000 + "x" + "</A>" * 100_000, "deep"),
    "deep.html": ("<div>" * 100_000 + "x", "deep"),
    "broken.xml": ("<ACT><P>x</ACT>", "well-formed|mismatch|tag"),
    "empty.txt": (" \n", "empty"),
    "binary.txt": (b"\x00\x01\x02" * 50, "no text"),
    "broken.pdf": (b"%PDF-1.7\nnothing more", "broken"),
    "cut.pdf": (as_pdf()[:200], "broken"),
    "encrypted.pdf": (encrypted_pdf(), "encrypted"),
    "blank.pdf": (as_pdf([" "]), "no text layer"),
    "bomb.docx": (zipped({"word/document.xml": b"<a>" + b" " * 300_000_000 + b"</a>"}), "unpacks"),
    "escape.docx": (zipped({"word/document.xml": b"<a/>", "../escape.txt": b"x"}), r"\.\./escape"),
    "doctype.docx": (zipped({"word/document.xml": EXTERNAL.encode()}), "DOCTYPE"),
    "nothing.docx": (zipped({"a.txt": b"x"}), "no word/document.xml"),
    "broken.docx": (b"PK\x03\x04 no archive", "no DOCX"),
    "ole.doc": (b"\xd0\xcf\x11\xe0" + b"x" * 100, "Office"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_and_nothing_else_is_opened(name: str, tmp_path: Path, lexicon: Lexicon) -> None:
    content, said = HOSTILE[name]
    path = written(tmp_path, name, content)
    for warm, text in (("warm.docx", as_docx()), ("warm.html", "<p>Lamps are lit in every room.</p>")):
        read_document(written(tmp_path, warm, text), lexicon)  # what readers open for themselves is open now
    with Watch() as watch, pytest.raises(UnreadableInput, match=f"(?i){said}") as caught:
        read_document(path, lexicon)
    assert caught.value.hint
    assert watch.opened(path) == []
    assert not (tmp_path.parent / "escape.txt").exists()


@pytest.mark.parametrize(
    ("name", "said", "hint"),
    [
        ("a.csv", "a table", "comity build"),
        ("A.TSV", "a table", "comity build"),
        ("a.xlsx", "a spreadsheet", "CSV"),
        ("a.json", "data", "CSV"),
        ("a.toml", "data", "CSV"),
        ("a.ttl", "RDF", "comity publish"),
        ("a.rdf", "RDF", "comity publish"),
    ],
)
def test_what_is_written_for_programs_is_no_text(
    name: str, said: str, hint: str, tmp_path: Path, lexicon: Lexicon
) -> None:
    with pytest.raises(UnreadableInput, match=f"^{name} is {said}, no text$") as caught:
        read_document(written(tmp_path, name, "Lamps, are lit"), lexicon)
    assert hint in caught.value.hint


@pytest.mark.parametrize("name", ["a", "a.unknown", "charter.2025", "a.csv.txt", "csv"])
def test_a_text_may_have_any_other_ending(name: str, tmp_path: Path, lexicon: Lexicon) -> None:
    assert read_document(written(tmp_path, name, "Lamps are lit."), lexicon).text == "Lamps are lit."


class Watch:
    """Notes which files and connections are opened while it is on (PEP 578)."""

    events: list[tuple[str, str]] | None = None

    def __enter__(self) -> Watch:
        Watch.events = []
        return self

    def __exit__(self, *_: object) -> None:
        self.seen, Watch.events = Watch.events or [], None

    def opened(self, allowed: Path) -> list[tuple[str, str]]:
        code = (".py", ".pyc", ".so", ".npz.xz", ".cfg", ".txt")
        return [one for one in self.seen if one[1] != str(allowed) and not (one[0] == "open" and one[1].endswith(code))]


def _note(event: str, arguments: tuple) -> None:
    if Watch.events is not None and event in ("open", "socket.connect", "socket.getaddrinfo", "urllib.Request"):
        Watch.events.append((event, str(arguments[0])))


import sys  # noqa: E402

sys.addaudithook(_note)


def test_a_folder_a_pipe_a_device_and_what_is_not_there_are_refused(tmp_path: Path, lexicon: Lexicon) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path, tmp_path / "pipe", Path("/dev/zero"), tmp_path / "missing"):
        with pytest.raises(UnreadableInput):
            read_document(path, lexicon)


def test_a_file_that_changes_while_it_is_read_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = written(tmp_path, "a.txt", "a" * 3_000_000)
    real = os.read

    def slowly(handle: int, size: int) -> bytes:
        with path.open("ab") as file:
            file.write(b"more")
        return real(handle, size)

    monkeypatch.setattr(files.os, "read", slowly)
    with pytest.raises(UnreadableInput, match="while it was read"):
        files.read_bytes(path)


def test_a_circle_of_links_and_what_may_not_be_read_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.txt").symlink_to(tmp_path / "b.txt")
    (tmp_path / "b.txt").symlink_to(tmp_path / "a.txt")
    with pytest.raises(UnreadableInput, match="symbolic links"):
        files.read_bytes(tmp_path / "a.txt")

    def denied(*_: object) -> int:  # whoever tests as root may read everything
        raise PermissionError(13, "Permission denied")

    path = written(tmp_path, "c.txt", "text")
    monkeypatch.setattr(files.os, "open", denied)
    with pytest.raises(UnreadableInput, match="Permission denied"):
        files.read_bytes(path)


def test_what_a_docx_refers_to_outside_is_not_opened(tmp_path: Path, lexicon: Lexicon) -> None:
    relations = (
        '<?xml version="1.0" encoding="UTF-8"?><Relationships xmlns='
        '"http://schemas.openxmlformats.org/package/2006/relationships">'
        '<Relationship Id="rId99" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/image" '
        'Target="http://192.0.2.1/picture.png" TargetMode="External"/>'
        '<Relationship Id="rId98" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/'
        'attachedTemplate" Target="file:///etc/passwd" TargetMode="External"/></Relationships>'
    )
    path = written(tmp_path, "a.docx", repacked(**{"word___rels__document.xml.rels": relations.encode()}))
    read_document(written(tmp_path, "warm.docx", as_docx()), lexicon)
    with Watch() as watch, contextlib.suppress(UnreadableInput):
        read_document(path, lexicon)
    assert [one for one in watch.opened(path) if "site-packages" not in one[1]] == []


def test_a_page_tree_in_a_circle_and_one_absurdly_deep_are_refused(tmp_path: Path, lexicon: Lexicon) -> None:
    circle = as_pdf().replace(b"/Kids[5 0 R]", b"/Kids[2 0 R]")
    assert circle != as_pdf()
    deep = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
    deep += b"".join(
        b"%d 0 obj<</Type/Pages/Kids[%d 0 R]/Count 1>>endobj\n" % (number, number + 1) for number in range(2, 5000)
    )
    for name, content in (("circle.pdf", circle), ("deep.pdf", deep + b"trailer<</Size 5001/Root 1 0 R>>\n%%EOF")):
        with pytest.raises(UnreadableInput):
            read_document(written(tmp_path, name, content), lexicon)


def test_a_stream_that_unpacks_to_more_than_it_should_is_refused(tmp_path: Path, lexicon: Lexicon) -> None:
    packed = zlib.compress(b"BT (x) Tj ET " * 12_000_000)  # 150 MB
    head = b"<</Length %d/Filter/FlateDecode>>stream\n" % len(packed)
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R>>", head + packed + b"\nendstream",
    ]  # fmt: skip
    out = b"%PDF-1.4\n" + b"".join(b"%d 0 obj%s endobj\n" % (at, one) for at, one in enumerate(objects, 1))
    with pytest.raises(UnreadableInput):
        read_document(written(tmp_path, "a.pdf", out + b"trailer<</Size 5/Root 1 0 R>>\n%%EOF"), lexicon)


@pytest.mark.parametrize(
    "text", ["theAction ", "Reading Room ", "(a) ", "shall ", "VIIII", "[", "Head A\nHead B\n", "LONG"]
)
def test_the_cost_grows_with_the_length_and_no_faster(text: str, settings: Settings, tmp_path: Path) -> None:
    """Twice the text may take four times as long on a bad day; what grows with the square takes far longer."""
    times = []
    for size in (20_000, 160_000):
        words = "," * size + " shall " * (size // 30) if text == "LONG" else text * (size // len(text))
        path = written(tmp_path, "a.txt", words)
        begun = time.process_time()
        convert_source(settings, SourceReference(path))
        times.append(time.process_time() - begun)
    assert times[1] < 32 * times[0] + 2


def test_a_huge_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "huge.txt"
    with path.open("wb") as file:
        file.truncate(files.MAX_BYTES + 1)
    with pytest.raises(UnreadableInput, match="bytes"):
        files.read_bytes(path)


@pytest.mark.parametrize("seed", range(40))
def test_damaged_files_are_read_or_refused_but_never_crash(seed: int, tmp_path: Path, settings: Settings) -> None:
    chance = random.Random(seed)
    name, (content, _) = chance.choice([*FORMATS.items(), ("a.xml", (as_akoma_ntoso(), ""))])
    damaged = bytearray(content)
    for _ in range(chance.randrange(1, 60)):
        damaged[chance.randrange(len(damaged))] = chance.randrange(256)
    path = written(tmp_path, name, bytes(damaged[: chance.randrange(1, len(damaged))]))
    try:
        done = convert_source(settings, SourceReference(path))
    except ComityError:
        return
    text = read(path)[0].text if done.quads else ""
    for quad in done.quads:
        if quad.predicate == END and isinstance(quad.object, Literal):
            assert 0 < int(quad.object.value) <= len(text)
