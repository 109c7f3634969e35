"""One file to quads with evidence: a pure function, run one after another, over a pool of processes, or over machines.

The output of all is the same, byte for byte: every file is converted by itself, and results keep the order of files.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import cache, partial
from multiprocessing import active_children, get_context
from multiprocessing.process import BaseProcess
from pathlib import Path

from pyoxigraph import Literal, NamedNode, Quad

from comity.conversion.documents.aliases import AliasTable
from comity.conversion.documents.cluster import spread
from comity.conversion.documents.deontic import Hit, find_deontic
from comity.conversion.documents.document import Document
from comity.conversion.documents.evidence import Passages, number
from comity.conversion.documents.lexicon import load_lexicon
from comity.conversion.documents.mentions import Found, find_mentions
from comity.conversion.documents.reading import read_document
from comity.conversion.documents.structure import Defect, Outline, Places, structure
from comity.core.diagnostics import Diagnostic, Location, Report, Severity
from comity.core.errors import ComityError
from comity.model import vocabulary as v
from comity.model.passages import digest

HEADING = 120
"""The longest heading that is given in full."""

LABELS = {
    "glued-words": "DOC003", "glued-heading": "DOC003", "stray-enumerator": "DOC003", "doubled-clause": "DOC003",
    "repeated-number": "DOC003", "omission": "DOC004", "cut": "DOC004", "missing-part": "DOC004",
    "late-start": "DOC004",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class SourceReference:
    """A file to convert, and the key of its IRIs; without one, that of a known source or the file’s name."""

    path: Path
    key: str = ""


@dataclass(frozen=True)
class Settings:
    """What is the same for all files of a run; ``known`` holds key and grade of sources by digest of their text."""

    base: str
    lexicon: Path
    aliases: AliasTable
    known: dict[str, tuple[str, str]]
    quote: bool = False


@dataclass(slots=True)
class Converted:
    """What came of one file."""

    quads: list[Quad]
    report: Report
    key: str = ""


def convert_source(settings: Settings, reference: SourceReference) -> Converted:
    """Return the quads and the report of one file; a file that cannot be read is a finding, and the others go on."""
    report = Report()
    try:
        document = read_document(reference.path, load_lexicon(settings.lexicon))
    except ComityError as error:
        report.count("documents", 1)
        place = Location(reference.path.name)
        report.add(Diagnostic("DOC005", Severity.VIOLATION, error.message, error.hint, location=place, rule="reading"))
        return Converted([], report)
    return _Writer(settings, reference, document, report).run()


def convert_sources(
    settings: Settings, references: Sequence[SourceReference], workers: int = 1, cluster: str = ""
) -> Iterator[Converted]:
    """Yield the conversion of each file, in the order given.

    Args:
        settings: of the run.
        references: the files.
        workers: number of processes; 1 converts here.
        cluster: address of a dask scheduler, whose workers do it instead.
    """
    if cluster:
        yield from spread(
            convert_source, settings, [replace(one, path=one.path.resolve()) for one in references], cluster
        )
        return
    if workers <= 1:
        yield from map(partial(convert_source, settings), references)
        return
    size = max(1, min(16, len(references) // (4 * workers)))
    others = set(active_children())
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        try:
            # Not by its map, which would cancel what waits, and fail aloud when the workers are gone before that.
            shares = [references[at : at + size] for at in range(0, len(references), size)]
            waiting = deque(pool.submit(_convert_share, settings, share) for share in shares)
            while waiting:  # what was taken is let go: memory stays flat
                yield from waiting.popleft().result()
        except BaseException:  # whoever stops the run does not wait for the files that are in hand
            abandon(pool, set(active_children()) - others)
            raise


def abandon(pool: ProcessPoolExecutor, workers: Iterable[BaseProcess]) -> None:
    """End the workers of a pool in the middle of what they do, so that it can be shut down at once."""
    for worker in workers:
        worker.terminate()
    # One that was handing over a result leaves the pool waiting for the rest, as long as anybody is left who could
    # write it; that is this process, and the pool has no public way to tell it so.
    pool._result_queue._writer.close()  # type: ignore[attr-defined]  # noqa: SLF001


def _convert_share(settings: Settings, references: Sequence[SourceReference]) -> list[Converted]:
    return [convert_source(settings, reference) for reference in references]


class _Writer:
    """Writes what was found in one document as quads of one graph."""

    def __init__(self, settings: Settings, reference: SourceReference, document: Document, report: Report) -> None:
        self.settings = settings
        self.document = document
        self.report = report
        self.sha256 = digest(document.text)
        known_key, self.grade = settings.known.get(self.sha256, ("", ""))
        self.key = reference.key or known_key or slug(reference.path.stem)
        base = settings.base
        self.source = NamedNode(f"{base}id/source/{self.key}")
        self.graph = NamedNode(f"{base}graph/document/{self.key}")
        self.passages = Passages(document.text, base, self.key, self.source, self.graph, quote=settings.quote)
        self.quads: list[Quad] = []
        self.part_iris: dict[str, NamedNode] = {}

    def run(self) -> Converted:
        document, settings = self.document, self.settings
        lexicon = load_lexicon(settings.lexicon)
        outline = structure(document, lexicon)
        found = find_mentions(document.text, settings.aliases)
        skipped = [part.heading for part in outline.walk() if part.heading]
        skipped += [outline.title] if outline.title else []
        furniture = {place for start, end in outline.furniture for place in (start, end)}
        body = [block for block in document.blocks if block.start not in furniture]
        hits = find_deontic(document.text, body, skipped, lexicon)
        mentions = Found(
            tuple(one for one in found.mentions if not _inside(one.start, outline.furniture)),
            found.ambiguous,
            tuple(span for span in found.suggested if not _inside(span[0], outline.furniture)),
        )
        self._document(outline)
        self._parts(outline)
        self._defects(outline)
        self._mentions(mentions)
        self._deontic(hits, mentions, outline)
        self._report(outline, mentions, hits)
        return Converted([*self.quads, *self.passages.quads()], self.report, self.key)

    def _add(self, subject: NamedNode, predicate: NamedNode, value: NamedNode | Literal) -> None:
        self.quads.append(Quad(subject, predicate, value, self.graph))

    def _document(self, outline: Outline) -> None:
        document = self.document
        self._add(self.source, v.TYPE, v.DOCUMENT)
        self._add(self.source, v.MEDIA_TYPE, Literal(document.media_type))
        self._add(self.source, v.FILE_NAME, Literal(document.name))
        self._add(self.source, v.SHA256, Literal(self.sha256))
        self._add(self.source, v.FILE_SHA256, Literal(document.sha256))
        self._add(self.source, v.CHARACTER_COUNT, number(len(document.text)))
        if document.language:
            self._add(self.source, v.LANGUAGE, Literal(document.language))
        if outline.title:
            title = document.text[slice(*outline.title)]
            self._add(self.source, v.TITLE, Literal(title[:200], language=self._language(outline.title[0])))
        self._add(self.source, v.COMPLETENESS, _concept("completeness", completeness(outline)))
        self._add(self.graph, v.TYPE, v.RECORD_GRAPH)
        self._add(self.graph, v.WAS_DERIVED_FROM, self.source)
        self._add(self.graph, v.WAS_GENERATED_BY, NamedNode(f"{self.settings.base}id/activity/conversion"))
        grade = NamedNode(self.grade) if self.grade else _concept("evidence-grade", "single-text")
        self._add(self.graph, v.EVIDENCE_GRADE, grade)
        self._add(self.graph, v.ALIAS_TABLE, Literal(self.settings.aliases.digest))

    def _language(self, place: int) -> str:
        blocks = self.document.blocks
        index = bisect_right(blocks, place, key=lambda block: block.start)
        if index and place < blocks[index - 1].end:
            return blocks[index - 1].language or "und"
        return self.document.language or "und"

    def _part_iri(self, part_id: str) -> NamedNode:
        known = self.part_iris.get(part_id)
        if known is None:
            iri = f"{self.settings.base}id/part/{self.key}/{_safe(part_id)}"
            known = self.part_iris[part_id] = NamedNode(iri)
        return known

    def _parts(self, outline: Outline) -> None:
        holders: dict[str, NamedNode] = {}
        for part in outline.walk():
            iri = self._part_iri(part.id)
            self._add(iri, v.TYPE, v.DOCUMENT_PART)
            self._add(iri, v.PART_OF_DOCUMENT, self.source)
            self._add(iri, v.PART_KIND, Literal(part.kind or "container"))
            self._add(iri, v.POSITION, number(part.ordinal))
            self._add(iri, v.HAS_PASSAGE, self.passages.at(part.start, part.end))
            if part.number:
                self._add(iri, v.NUMBER, Literal(part.number + part.suffix))
            if part.heading and part.heading[1] - part.heading[0] <= HEADING:
                words = self.document.text[slice(*part.heading)]
                self._add(iri, v.HEADING, Literal(words, language=self._language(part.heading[0])))
            if part.id in holders:
                self._add(iri, v.IN_PART, holders[part.id])
            holders.update({below.id: iri for below in part.parts})

    def _defects(self, outline: Outline) -> None:
        parts = Places(outline.parts)
        for defect in outline.defects:
            iri = NamedNode(f"{self.settings.base}id/defect/{self.key}/{defect.kind}-{defect.start}-{defect.end}")
            self._add(iri, v.TYPE, v.SOURCE_DEFECT)
            self._add(iri, v.DEFECT_KIND, _concept("defect-kind", defect.kind))
            self._add(iri, v.HAS_PASSAGE, self.passages.at(defect.start, defect.end))
            holder = parts.at(defect.start)
            if holder:
                self._add(iri, v.IN_PART, self._part_iri(holder))

    def _mentions(self, found: Found) -> None:
        for mention in found.mentions:
            self._add(self.passages.at(mention.start, mention.end), v.MENTIONS, NamedNode(mention.thing))

    def _deontic(self, hits: Sequence[Hit], found: Found, outline: Outline) -> None:
        parts = Places(outline.parts)
        addressed = [one for one in found.mentions if one.addressed]
        starts = [one.start for one in addressed]
        for hit in hits:
            iri = NamedNode(f"{self.settings.base}id/expression/{self.key}/{hit.start}-{hit.end}")
            self._add(iri, v.TYPE, v.DEONTIC_EXPRESSION)
            self._add(iri, v.STRENGTH, _concept("deontic-strength", hit.strength))
            self._add(iri, v.POLARITY, _concept("polarity", hit.polarity))
            self._add(iri, v.HAS_PASSAGE, self.passages.at(hit.start, hit.end))
            holder = parts.at(hit.start)
            if holder:
                self._add(iri, v.IN_PART, self._part_iri(holder))
            if hit.addressee:
                start, end = hit.addressee
                among = addressed[bisect_left(starts, start) : bisect_left(starts, end)]
                for thing in dict.fromkeys(one.thing for one in among if one.end <= end):
                    self._add(iri, v.ADDRESSEE, NamedNode(thing))

    def _report(self, outline: Outline, found: Found, hits: Sequence[Hit]) -> None:
        report, document = self.report, self.document
        report.count("documents", 1)
        report.count("characters", len(document.text), document.name)
        for name, counted in (
            ("parts", outline.walk()), ("mentions", found.mentions), ("deontic expressions", hits),
        ):  # fmt: skip
            report.inspected[name] = report.inspected.get(name, 0) + len(counted)
        report.add(*document.notes)
        report.add(*(_finding(defect, document) for defect in outline.defects))
        for start, end, things in found.ambiguous:
            place = Location(document.name, start=start, end=end)
            said = f"the name has {len(things)} bearers: {', '.join(things)}"
            report.add(Diagnostic("DOC006", Severity.WARNING, said, "give each a name of its own", location=place))
        for words, span in _suggested(document.text, found.suggested):
            place = Location(document.name, start=span[0], end=span[1])
            hint = "add it, or an alias, if it matters"
            report.add(
                Diagnostic("DOC007", Severity.INFO, "a name that nothing here bears", hint, value=words, location=place)
            )


@cache
def _concept(scheme: str, name: str) -> NamedNode:
    return NamedNode(f"{v.SCHEMES}{scheme}/{name}")


def completeness(outline: Outline) -> str:
    """Return the concept that says whether a text is whole, as far as the text itself shows."""
    if outline.incomplete:
        return "incomplete"
    return "numbered-whole" if any(part.number for part in outline.walk()) else "not-shown"


def slug(name: str) -> str:
    """Return a name as a key: small ASCII letters, digits and single hyphens.

    >>> slug("L_202401689EN.000101.fmx"), slug("人工智能")
    ('l-202401689en-000101-fmx', 'u4eba-u5de5-u667a-u80fd')
    """
    plain = "".join(character if character.isascii() else f"-u{ord(character):x}-" for character in name.lower())
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-") or "document"


def _safe(part_id: str) -> str:
    """Return an identifier as it may stand in an IRI: a file may give its own."""
    return re.sub(r"[^A-Za-z0-9_.-]+", "-", part_id)


def _inside(place: int, spans: Iterable[tuple[int, int]]) -> bool:
    return any(start <= place < end for start, end in spans)


def _finding(defect: Defect, document: Document) -> Diagnostic:
    place = Location(document.name, start=defect.start, end=defect.end)
    hint = "it is recorded and not mended: quote the text as it stands"
    code = LABELS[defect.kind]
    return Diagnostic(code, Severity.WARNING, defect.message, hint, location=place, rule=defect.kind)


def _suggested(text: str, spans: Sequence[tuple[int, int]]) -> Iterator[tuple[str, tuple[int, int]]]:
    """Yield each unknown name once, at its first place."""
    seen: set[str] = set()
    for start, end in spans:
        words = " ".join(text[start:end].split())
        if words not in seen and len(words) <= 100:
            seen.add(words)
            yield words, (start, end)
