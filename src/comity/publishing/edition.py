"""One language's edition of a site: how nodes are called and shown in it.

A :class:`Cell` is what a page shows of one node. It is made once for each node and language, so it never knows the
page that it stands on: a link is kept without the way up to the top of the site, which the template puts before it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pyoxigraph import BlankNode, Literal, NamedNode

from comity.core.rdf import Node
from comity.model.vocabulary import (
    END,
    FIRST,
    HAS_PASSAGE,
    IN_SOURCE,
    NAMES,
    NIL,
    PASSAGE,
    PUBLISHER,
    REST,
    SENTENCE,
    SH_NAME,
    SOURCE,
    SOURCE_GRAPH,
    START,
    STATEMENT,
    TITLE,
    TYPE,
    WAS_DERIVED_FROM,
    XSD,
)
from comity.publishing.holdings import Holdings
from comity.publishing.ledger import Kept
from comity.publishing.paths import href, outward
from comity.publishing.texts import Texts, filled
from comity.publishing.wording import by_number, place_words

_ADDRESS = re.compile(r"https?://[^\s\x00-\x20\"<>\\^`{|}]+\Z", re.IGNORECASE)
_DATE = re.compile(r"(?P<year>-?\d{4,})(?:-(?P<month>\d\d))?(?:-(?P<day>\d\d))?(?P<zone>Z|[+-]\d\d:\d\d)?\Z")
RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ur"})
_DATES = frozenset({XSD + "date", XSD + "gYear", XSD + "gYearMonth"})


@dataclass(frozen=True, slots=True)
class Cell:
    """What a page shows of a node.

    Attributes:
        text: its name, or the literal in words.
        path: its page in the site, ready for a link after the way up; empty if it has none.
        url: its address elsewhere, if it is an http(s) one.
        language: of the text, where known.
        foreign: name of that language, if it is not the page's.
        direction: ``rtl`` for a text that is written from the right.
        time: the machine's form of a date.
        code: whether the text is a machine's name, not a person's.
        rows: what a blank node holds.
    """

    text: str
    path: str = ""
    url: str = ""
    language: str = ""
    foreign: str = ""
    direction: str = ""
    time: str = ""
    code: bool = False
    rows: tuple[Row, ...] = ()

    @property
    def key(self) -> tuple[bool, str, str]:
        """What cells are sorted by: those in the page's own language first, then by name, the ninth after the fifth."""
        return (bool(self.foreign), by_number(self.text), self.text)


@dataclass(frozen=True, slots=True)
class Row:
    """One property with its values."""

    property: Cell
    values: tuple[Cell, ...]


def web_address(text: str) -> str:
    """Return a text if it is an http(s) address that may become a link, else nothing.

    >>> web_address("https://example.org/a?b=c"), web_address("javascript:alert(1)")
    ('https://example.org/a?b=c', '')
    """
    return text if _ADDRESS.match(text) else ""


class Edition:
    """Names, dates and cells in one language; what is kept from page to page is :class:`Kept`, with its notes."""

    def __init__(self, holdings: Holdings, language: str, texts: Texts) -> None:
        self.holdings = holdings
        self.index = holdings.dataset
        self.language = language
        self.tag = language.lower()  # as pyoxigraph holds the tags of literals
        self.texts = texts
        self.ledger = holdings.ledger
        self._cells = Kept(self.ledger, self._cell)
        self._ranks = Kept(self.ledger, self._rank)
        self._open: set[Node] = set()
        self._families = Kept(self.ledger, self.index.family)

    def cell(self, node: Node) -> Cell:
        """Return what pages of this edition show of a node."""
        if isinstance(node, NamedNode):
            return self._cells(node)
        return self.literal(node) if isinstance(node, Literal) else self._nested(node)

    def ranked(self, properties: Iterable[NamedNode]) -> list[NamedNode]:
        """Sort properties as the shapes order them, then by label; what a thing *is* stands last."""
        return sorted(properties, key=self._ranks)

    def _rank(self, property_: NamedNode) -> tuple[bool, float, tuple[bool, str, str], str]:
        return property_ == TYPE, self.holdings.order(property_), self.cell(property_).key, property_.value

    def cells(self, nodes: Iterable[Node]) -> list[Cell]:
        """Return the cells of nodes, sorted as readers of this edition expect them."""
        return sorted(map(self.cell, nodes), key=lambda cell: cell.key)

    def path(self, node: Node) -> str:
        """Return the link to a node's page in this edition; nothing if it has none."""
        name = self.holdings.names.get(node)
        return href(self.holdings.paths.page(name, self.language)) if name is not None else ""

    def literal(self, literal: Literal) -> Cell:
        """Return what a literal says, in this edition's words where it is a date or a truth value."""
        language = literal.language or ""
        if language:
            return self._worded(literal.value, language)
        datatype = literal.datatype.value
        if datatype in _DATES and (date := _DATE.match(literal.value)):
            return Cell(self.date(date), time=literal.value)
        if datatype == XSD + "boolean":
            return Cell(str(self.texts["yes" if literal.value in ("true", "1") else "no"]))
        if datatype == XSD + "anyURI":
            return Cell(literal.value, url=outward(web_address(literal.value)))
        return Cell(literal.value)

    def named(self, nodes: Sequence[Node]) -> Cell | None:
        """Return the literal of this language among ``nodes``, else one of no language, else of another."""
        literals = [node for node in nodes if isinstance(node, Literal)]
        if len(literals) < 2:
            return self.literal(literals[0]) if literals else None
        wanted = self.tag
        best = min(literals, key=lambda one: (one.language != wanted, one.language is not None))
        return self.literal(best)

    def place(self, code: Cell) -> Cell:
        """Return a place in a text in this edition's words, where the interface has words for its code."""
        said = place_words(self.texts, code.text)
        return Cell(said, language=self.language) if said else code

    def best(self, terms: Sequence[Node]) -> Cell | None:
        """Return what to show of terms that mean the same: the one in this language, else the first."""
        literals = [term for term in terms if isinstance(term, Literal)]
        if len(literals) == len(terms):
            return self.named(literals)
        return self.cell(terms[0]) if terms else None

    def text(self, subject: Node, *predicates: NamedNode) -> Cell | None:
        """Return the first of some properties that a subject has, in this language if it can be."""
        for predicate in predicates:
            if found := self.named(self.index.objects(subject, predicate)):
                return found
        return None

    def date(self, date: re.Match[str]) -> str:
        """Return a date as people of this language write it, no more exact than it stands."""
        parts = {"year": date["year"].lstrip("0"), "month": "", "day": ""}
        form = "date_year"
        if date["month"] and 1 <= int(date["month"]) <= 12:
            parts["month"] = self.texts["months"][int(date["month"]) - 1]
            form = "date_month"
        if date["day"]:
            parts["day"] = str(int(date["day"]))
            form = "date_day"
        return filled(self.texts, form, **parts)

    def say(self, key: str, /, **parts: object) -> str:
        """Return a text of the interface with its slots filled."""
        return filled(self.texts, key, **parts)

    def _cell(self, node: NamedNode) -> Cell:
        path = self.path(node)
        url = "" if path or self.holdings.paths.owns(node.value) else outward(web_address(node.value))
        name = self.text(node, *NAMES, TITLE, SH_NAME) or self._made_up(node)
        if name is None and node.value in self.texts["names"]:
            name = Cell(str(self.texts["names"][node.value]), language=self.language)
        if name is None:
            return Cell(self._short(node), path, url, code=not path)
        return Cell(name.text, path, url, name.language, name.foreign, name.direction)

    def _worded(self, text: str, language: str) -> Cell:
        if language == self.tag:
            return Cell(text, language=self.language)
        direction = "rtl" if language.partition("-")[0] in RIGHT_TO_LEFT else ""
        foreign = self.texts["languages"].get(language, language)
        return Cell(text, language=language, foreign=foreign, direction=direction)

    def _made_up(self, node: NamedNode) -> Cell | None:
        """Name a piece of evidence that has no label after what it belongs to."""
        if self.index.is_a(node, STATEMENT):
            return self.text(node, SENTENCE) or Cell(self.say("name_statement", key=node.value.rpartition("/")[2]))
        if self.index.is_a(node, PASSAGE):
            return self._passage(node)
        if self.index.is_a(node, SOURCE_GRAPH):  # asked first: what else such a graph holds is no matter of its name
            source = self.index.object(node, WAS_DERIVED_FROM)
            return Cell(self.say("name_source_graph", source=self.source_name(source).text)) if source else None
        return self._graph(node) if node in self.index.by_graph else None

    def _passage(self, node: NamedNode) -> Cell:
        """Name a passage after the one part of a text that it is the text of, else after its place."""
        whole = [one for one in self.index.subjects(HAS_PASSAGE, node) if not self.index.is_a(one, STATEMENT)]
        thing = self.text(whole[0], *NAMES) if len(whole) == 1 else None
        if thing:
            return Cell(self.say("name_text", thing=thing.text))
        source = self.index.object(node, IN_SOURCE)
        ends = [self.index.object(node, end) for end in (START, END)]
        name = self.source_name(source) if source else None
        start, end = (end.value if isinstance(end, Literal) else "?" for end in ends)
        return Cell(self.say("name_passage", source=name.text if name else "?", start=start, end=end))

    def _graph(self, node: NamedNode) -> Cell:
        inside = {quad.subject for quad in self.index.by_graph[node]} - {node}
        if len(inside) == 1:
            return Cell(self.say("name_record_graph", thing=self.cell(inside.pop()).text))  # type: ignore[arg-type]
        return Cell(self.say("name_graph", key=node.value.rpartition("/")[2]))

    def source_name(self, source: Node) -> Cell:
        """Return a source under its publisher's name, with the link to the source.

        Under its own where the publisher has more than one: evidence must tell them apart.
        """
        publisher = self.index.object(source, PUBLISHER)
        own = self.cell(source)
        if publisher is None or sum(map(self._is_source, self.index.subjects(PUBLISHER, publisher))) > 1:
            return own
        name = self.cell(publisher)
        return Cell(name.text, own.path, own.url, name.language, name.foreign, name.direction)

    def _is_source(self, node: Node) -> bool:
        types = self.index.objects(node, TYPE)
        return any(class_ in types for class_ in self._families(SOURCE))

    def _short(self, node: NamedNode) -> str:
        name = self.holdings.names.get(node)
        if name is not None:
            return name.rpartition("/")[2]
        for prefix, namespace in self.holdings.dataset.prefixes.items():
            local = node.value[len(namespace) :]
            if node.value.startswith(namespace) and local.replace("-", "").replace("_", "").isalnum():
                return f"{prefix}:{local}"
        return node.value

    def _nested(self, node: BlankNode) -> Cell:
        """Show what a blank node holds; a list as its members; one that holds itself not again."""
        if node in self._open:
            return Cell("…")
        self._open.add(node)
        rows = self._list(node) if FIRST in self.index.about(node) else self._rows(node)
        self._open.discard(node)
        return Cell("", rows=rows)

    def _rows(self, node: BlankNode) -> tuple[Row, ...]:
        about = self.index.about(node)
        ordered = sorted(about, key=lambda predicate: (predicate != TYPE, predicate.value))
        return tuple(Row(self.cell(p), tuple(map(self.cell, about[p]))) for p in ordered)

    def _list(self, node: Node) -> tuple[Row, ...]:
        members: dict[Node, Cell] = {}
        while node != NIL and node not in members:
            first, rest = self.index.object(node, FIRST), self.index.object(node, REST)
            members[node] = self.cell(first) if first is not None else Cell("…")
            node = rest if rest is not None else NIL
        return (Row(Cell(str(self.texts["list"])), tuple(members.values())),)
