"""Passages: whether the words that a passage points at still stand in the source as it was read.

Positions are code points of the NFC text (Web Annotation Data Model §4.2.5), digests SHA-256 of UTF-8.
"""

from __future__ import annotations

import csv
import io
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from pyoxigraph import Literal, NamedNode

from comity.core.diagnostics import Diagnostic, Location, Report, Severity
from comity.core.errors import UnreadableInput, UsageError, cause_of
from comity.core.rdf import Subject, subject_of
from comity.model.passages import digest, edges
from comity.model.vocabulary import (
    CHARACTER_COUNT,
    END,
    FILE_NAME,
    FIRST_WORDS,
    IN_SOURCE,
    LAST_WORDS,
    OCCURRENCE,
    PASSAGE,
    SHA256,
    SOURCE,
    START,
    WAS_QUOTED_FROM,
)
from comity.store.dataset import Dataset


@dataclass(frozen=True, slots=True)
class Text:
    """A source's text as read: its file name and its NFC form."""

    name: str
    content: str


def read_text(path: Path) -> Text:
    """Read a source's text.

    Raises:
        UnreadableInput: if the file cannot be read or is no UTF-8.
    """
    try:
        return Text(path.name, unicodedata.normalize("NFC", path.read_bytes().decode("utf-8")))
    except (OSError, UnicodeDecodeError) as error:
        hint = "a source text is a UTF-8 file that may be read"
        raise UnreadableInput(f"{path}: {cause_of(error)}", hint) from None


def verify_passages(dataset: Dataset, folder: Path) -> Report:
    """Re-read every passage whose source's text stands in ``folder``; a source without text there is *not run*."""
    report = Report()
    texts: dict[Subject, Text | None] = {}
    checked = 0
    for passage in dataset.instances(PASSAGE):
        source = next(iter(dataset.objects(passage, IN_SOURCE)), None)
        if not isinstance(source, NamedNode):
            continue  # the shapes report it
        if source not in texts:
            texts[source] = _text_of(dataset, source, folder, report)
        text = texts[source]
        if text is not None:
            checked += 1
            report.add(*_faults(dataset, passage, text))
    report.count("sources", sum(text is not None for text in texts.values()))
    report.count("passages", checked)
    return report


@dataclass(frozen=True, slots=True)
class SourceRow:
    """One source in figures; ``covered`` is the share of its characters in a passage, unknown without its text."""

    iri: str
    label: str
    statements: int
    passages: int
    covered: float | None = None
    failures: int = 0


def source_rows(dataset: Dataset) -> Iterator[SourceRow]:
    """Yield each source with its numbers of statements and passages, in order."""
    for source in dataset.instances(SOURCE):
        pointing = [quad.predicate for quad in dataset.by_object.get(source, ())]
        label = dataset.label(source, "en").value
        yield SourceRow(source.value, label, pointing.count(WAS_QUOTED_FROM), pointing.count(IN_SOURCE))


def verified_rows(dataset: Dataset, folder: Path, report: Report) -> Iterator[SourceRow]:
    """Yield the sources whose text stands in ``folder``, with what :func:`verify_passages` found of each."""
    failed = Counter(found.location.file for found in report.findings if found.location)
    for row in source_rows(dataset):
        source = NamedNode(row.iri)
        name = _value(dataset, source, FILE_NAME)
        if name and (folder / name).is_file():
            yield replace(row, covered=_covered(dataset, source, folder / name), failures=failed[name])


def _covered(dataset: Dataset, source: NamedNode, path: Path) -> float:
    length = len(read_text(path).content)
    passages = (subject_of(quad) for quad in dataset.by_object.get(source, ()) if quad.predicate == IN_SOURCE)
    places = {place for passage in passages for place in range(*_span(dataset, passage))}
    return len(places) / length if length else 0.0


def passage_row(source: str, text: Text, start: int, end: int) -> str:
    """Return the row of ``passages.csv`` for a span of a text: edges, occurrence and digest, never the whole passage.

    Raises:
        UsageError: if the span is empty or outside the text, or begins or ends with white space.
    """
    words = text.content[start:end]
    if not 0 <= start < end <= len(text.content) or words != words.strip():
        hint = f"the text has {len(text.content)} characters; begin and end at a word"
        raise UsageError(f"{start} to {end} is no passage of {text.name}", hint)
    first, last = edges(words)
    occurrence = text.content[: start + len(first)].count(first)
    out = io.StringIO()
    row = (f"{source}/{start}-{end}", source, start, end, first, last, occurrence, digest(words), "")
    csv.writer(out, lineterminator="\n").writerow(row)
    return out.getvalue()


def _text_of(dataset: Dataset, source: NamedNode, folder: Path, report: Report) -> Text | None:
    name = _value(dataset, source, FILE_NAME)
    if not name or not (folder / name).is_file():
        report.not_run[f"passages of {source.value}"] = f"{name or 'its text'} is not in the folder"
        return None
    text = read_text(folder / name)
    if digest(text.content) != _value(dataset, source, SHA256):
        report.add(_fault("SRC001", source, Location(name), "the text is not the one that was read", "compare the two"))
    stated = _value(dataset, source, CHARACTER_COUNT)
    if stated and int(stated) != len(text.content):
        message = f"the text has {len(text.content)} characters, and {stated} are stated"
        report.add(_fault("SRC005", source, Location(name), message, "count again"))
    return text


def _faults(dataset: Dataset, passage: Subject, text: Text) -> Iterator[Diagnostic]:
    start, end = _span(dataset, passage)
    place = Location(text.name, start=start, end=end)
    found = text.content[start:end]
    first, last = _value(dataset, passage, FIRST_WORDS), _value(dataset, passage, LAST_WORDS)
    if not found or digest(found) != _value(dataset, passage, SHA256):
        yield _fault(
            "SRC002",
            passage,
            place,
            "the words at this place are not those that were read",
            "find them again",
        )
    elif not found.startswith(first) or not found.endswith(last):
        yield _fault("SRC003", passage, place, "first or last words do not stand at the edges", "copy them again")
    elif text.content[: start + len(first)].count(first) != int(_value(dataset, passage, OCCURRENCE) or 0):
        yield _fault("SRC004", passage, place, "the occurrence number of the first words is wrong", "count again")


def _span(dataset: Dataset, passage: Subject) -> tuple[int, int]:
    return int(_value(dataset, passage, START) or 0), int(_value(dataset, passage, END) or 0)


def _value(dataset: Dataset, subject: Subject, predicate: NamedNode) -> str:
    return next((value.value for value in dataset.objects(subject, predicate) if isinstance(value, Literal)), "")


def _fault(code: str, focus: Subject, place: Location, message: str, hint: str) -> Diagnostic:
    iri = focus.value
    return Diagnostic(code, Severity.VIOLATION, message, hint, focus=iri, location=place, rule="passages")
