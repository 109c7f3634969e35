"""Who says so, and where: the evidence that stands behind each value of a page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import quote

from pyoxigraph import Literal, NamedNode

from comity.core.rdf import Node, Subject
from comity.model.vocabulary import (
    ADDRESS,
    BROADER,
    END,
    EVIDENCE_GRADE,
    FIRST_WORDS,
    HAS_PASSAGE,
    HELD_BY,
    IN_SOURCE,
    LANGUAGE,
    LAST_WORDS,
    LOCATOR,
    MODALITY,
    OBJECT,
    OCCURRENCE,
    PASSAGE,
    PREDICATE,
    RANK,
    RANK_REASON,
    SENTENCE,
    SOURCE_GRAPH,
    START,
    STATEMENT,
    SUBJECT,
    TRANSLATION_STATUS,
    VALUE,
    WAS_DERIVED_FROM,
    WAS_QUOTED_FROM,
)
from comity.publishing.edition import Cell, Edition, web_address
from comity.publishing.ledger import Kept
from comity.publishing.paths import outward
from comity.store.dataset import DEFAULT, Graph

ASSERTED = "asserted"
PREFERRED = "preferred"
NORMAL = "normal"
REJECTED = "rejected"
AS_WRITTEN = frozenset({"original", "unknown"})
"""Ends of the concepts that say of no source that somebody put its words into another language."""


@dataclass(frozen=True, slots=True)
class Badge:
    """A concept as a coloured word; ``tone`` names its colour, the word is always there."""

    cell: Cell
    tone: str


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a source something is said; ``original`` leads there, or to the source if not ``exact``."""

    cell: Cell
    start: int
    end: int
    locator: Cell | None
    first: str
    last: str
    original: str
    exact: bool
    language: str


@dataclass(frozen=True, slots=True)
class Said:
    """A statement, as pages show it."""

    node: Subject
    cell: Cell
    key: str
    subject: Cell
    predicate: Cell
    terms: tuple[Node, ...]
    value: Cell
    sentence: Cell | None
    modality: Badge | None
    rank: Badge | None
    reason: Cell | None
    holder: Cell | None
    source: Cell
    source_node: Node | None
    translation: Cell | None
    address: str
    grade: Cell | None
    places: tuple[Place, ...]

    @property
    def start(self) -> int:
        """Where in its source the statement stands."""
        return min((place.start for place in self.places), default=0)


@dataclass(frozen=True, slots=True)
class Record:
    """A named graph that holds a triple; ``plain`` if it is a record, not the coding of a source."""

    cell: Cell
    sources: tuple[Cell, ...]
    grade: Cell | None
    plain: bool


@dataclass(frozen=True)
class Evidence:
    """What stands behind one value: statements of sources, or records."""

    statements: tuple[Said, ...] = ()
    records: tuple[Record, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.statements or self.records)

    @property
    def plain(self) -> bool:
        """Whether it is a record of plain facts."""
        return any(record.plain for record in self.records)

    @cached_property
    def modalities(self) -> list[Badge]:
        """The ways in which it is said, each once."""
        return list(dict.fromkeys(said.modality for said in self.statements if said.modality))

    @cached_property
    def sources(self) -> list[Cell]:
        """The sources, each once."""
        named = [said.source for said in self.statements]
        named += [source for record in self.records for source in record.sources]
        return list(dict.fromkeys(named))

    @cached_property
    def grades(self) -> list[Cell]:
        """The grades of the records, each once."""
        return list(dict.fromkeys(record.grade for record in self.records if record.grade))


def text_link(address: str, first: str, last: str) -> str:
    """Return an address that opens at a text (WICG Scroll to Text Fragment §3.3).

    >>> text_link("https://example.org/a", "wide-spread, A&B", "end")
    'https://example.org/a#:~:text=wide%2Dspread%2C%20A%26B,end'
    """
    words = ",".join(quote(part, safe="").replace("-", "%2D") for part in (first, last) if part)
    return f"{address}{'' if '#' in address else '#'}:~:text={words}"


class Witness:
    """Makes the evidence of one edition; each statement and record is made once, and kept for other pages."""

    def __init__(self, edition: Edition) -> None:
        self.edition = edition
        self.index = edition.index
        self._said = Kept(edition.ledger, self._make)
        self._records = Kept(edition.ledger, self._record)
        self._badges = Kept(edition.ledger, self._badge)
        self._spans = Kept(edition.ledger, self._spoken)

    def said(self, statement: Subject) -> Said:
        """Return a statement as pages show it."""
        return self._said(statement)

    def record(self, graph: Graph) -> Record:
        """Return a named graph as evidence."""
        return self._records(graph)

    def evidence(self, statements: Iterable[Subject], graphs: Iterable[Graph]) -> Evidence:
        """Return what statements and graphs say together; the default graph is no evidence."""
        records = tuple(self.record(graph) for graph in dict.fromkeys(graphs) if graph != DEFAULT)
        return Evidence(tuple(map(self.said, statements)), records)

    def place(self, passage: Node) -> Place:
        """Return a passage as a place in its source."""
        locator = self.edition.text(passage, LOCATOR)
        first, last = self._plain(passage, FIRST_WORDS), self._plain(passage, LAST_WORDS)
        source = self.index.object(passage, IN_SOURCE)
        address = web_address(self._plain(source, ADDRESS)) if source else ""
        # The browser goes to the first place that matches: where the opening words came before, it would mislead.
        exact = bool(address and first) and self._plain(passage, OCCURRENCE) in ("", "1")
        return Place(
            cell=self.edition.cell(passage),
            start=self._number(passage, START),
            end=self._number(passage, END),
            locator=self.edition.place(locator) if locator else None,
            first=first,
            last=last,
            original=outward(text_link(address, first, last) if exact else address),
            exact=exact,
            language=self._plain(source, LANGUAGE) if source else "",
        )

    def within(self, passage: Node) -> Sequence[Said]:
        """Return the statements whose passages lie within a passage, in order, without those that rest on it itself."""
        source = self.index.object(passage, IN_SOURCE)
        start, end = (self._number(passage, place) for place in (START, END))
        spans = self._spans(source) if source else ()
        held = (
            one for begins, ends, one in spans if start <= begins and ends <= end and (begins, ends) != (start, end)
        )
        return in_order(map(self.said, dict.fromkeys(held)))

    def badge(self, concept: Node) -> Badge:
        """Return a concept as a coloured word; the colour is named after the broadest concept above it."""
        return self._badges(concept)

    def broadest(self, concept: Node) -> Node:
        """Return the concept above which none is broader, be it the concept itself; a circle ends where it closes."""
        met = {concept}
        while not isinstance(concept, Literal) and (above := self.index.object(concept, BROADER)) and above not in met:
            met.add(concept := above)
        return concept

    def _spoken(self, source: Node) -> tuple[tuple[int, int, Subject], ...]:
        """Return where in a source its statements stand."""
        passages = [one for one in self.index.subjects(IN_SOURCE, source) if self.index.is_a(one, PASSAGE)]
        return tuple(
            (self._number(passage, START), self._number(passage, END), one)
            for passage in passages
            for one in self.index.subjects(HAS_PASSAGE, passage)
            if self.index.is_a(one, STATEMENT)
        )

    def _badge(self, concept: Node) -> Badge:
        top = self.broadest(concept)
        tone = "" if isinstance(top, Literal) else top.value.rpartition("/")[2].lower()
        tone = tone if tone.replace("-", "").isalnum() and tone.isascii() else ""
        return Badge(self.edition.cell(concept), tone)

    def _record(self, graph: Graph) -> Record:
        sources = self.index.objects(graph, WAS_DERIVED_FROM)  # type: ignore[arg-type]
        cells = tuple(self.edition.source_name(source) for source in sources)
        grade = self._cell(graph, EVIDENCE_GRADE)  # type: ignore[arg-type]
        plain = not self.index.is_a(graph, SOURCE_GRAPH)  # type: ignore[arg-type]
        return Record(self.edition.cell(graph), cells, grade, plain)  # type: ignore[arg-type]

    def _make(self, statement: Subject) -> Said:
        index, edition = self.index, self.edition
        terms = (*index.objects(statement, OBJECT), *index.objects(statement, VALUE))
        source = index.object(statement, WAS_QUOTED_FROM)
        holder = index.object(statement, HELD_BY)
        modality, rank = index.object(statement, MODALITY), index.object(statement, RANK)
        places = sorted(map(self.place, index.objects(statement, HAS_PASSAGE)), key=lambda one: (one.start, one.end))
        return Said(
            node=statement,
            cell=edition.cell(statement),
            key=statement.value.rpartition("/")[2],
            subject=self._cell(statement, SUBJECT) or Cell("?"),
            predicate=self._cell(statement, PREDICATE) or Cell("?"),
            terms=terms,
            value=edition.best(terms) or Cell("?"),
            sentence=edition.text(statement, SENTENCE),
            modality=self.badge(modality) if modality else None,
            rank=self.badge(rank) if rank else None,
            reason=edition.text(statement, RANK_REASON),
            holder=edition.cell(holder) if holder and holder != source else None,
            source=edition.source_name(source) if source else Cell("?"),
            source_node=source,
            translation=self._translation(source, terms),
            address=self._address(source),
            grade=self._grade(statement, source),
            places=tuple(places),
        )

    def _translation(self, source: Node | None, terms: Iterable[Node]) -> Cell | None:
        """Return how the words of a statement came into their language, where its author did not write them so."""
        worded = any(isinstance(term, Literal) and term.language for term in terms)
        status = self.index.object(source, TRANSLATION_STATUS) if source and worded else None
        if status is None:
            return None
        badge = self.badge(status)
        return None if badge.tone in AS_WRITTEN else badge.cell

    def _address(self, source: Node | None) -> str:
        return outward(web_address(self._plain(source, ADDRESS))) if source else ""

    def _grade(self, statement: Subject, source: Node | None) -> Cell | None:
        """Return the grade of the graph that holds the statement, else of its source."""
        graphs = dict.fromkeys(quad.graph_name for quad in self.index.by_subject.get(statement, ()))
        for holder in (*graphs, source):
            found = self._cell(holder, EVIDENCE_GRADE) if isinstance(holder, NamedNode) else None
            if found:
                return found
        return None

    def _cell(self, node: Node, predicate: NamedNode) -> Cell | None:
        found = self.index.object(node, predicate)
        return self.edition.cell(found) if found is not None else None

    def _plain(self, node: Node, predicate: NamedNode) -> str:
        found = self.index.object(node, predicate)
        return found.value if found is not None else ""

    def _number(self, node: Node, predicate: NamedNode) -> int:
        text = self._plain(node, predicate)
        return int(text) if text.isascii() and text.isdigit() else 0


def tone(badge: Badge | None) -> str:
    """Return the tone of a badge that may be missing."""
    return badge.tone if badge else ""


def in_order(statements: Iterable[Said]) -> Sequence[Said]:
    """Return statements in the order in which they stand in their source."""
    return sorted(statements, key=lambda said: (said.start, said.key))
