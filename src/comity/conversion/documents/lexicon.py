"""The words that tell structure, gaps and force of a text: tables of the project, not code.

The tables stand in ``data/lexicon``; a project without some of them takes those of the project in the package.
"""

from __future__ import annotations

import csv
import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

from comity.conversion.documents.numbering import value
from comity.core.errors import UnreadableInput
from comity.core.project import Project
from comity.core.resources import bundled_project

ALONE = re.compile(r"\s*[.:：]\s*|\s+[—–-]\s+")
CJK = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")
_FOLD = {ord(mark): "'" for mark in "’‘ʼ"} | {ord(mark): "-" for mark in "‐‑–−"} | {ord(mark): '"' for mark in "“”„"}
_FOLD |= {ord(space): " " for space in "\t\n\r\u00a0\u2002\u2003\u2009\u202f\u3000"}


@dataclass(frozen=True, slots=True)
class Word:
    """A word that names a kind of numbered part; the number stands after it, or between it and ``after``."""

    kind: str
    language: str
    before: str
    after: str
    rank: int


@dataclass(frozen=True, slots=True)
class Named:
    """A word with its number, as it stands at the beginning of some words, and where it ends."""

    word: Word
    number: str
    ordinal: int
    suffix: str
    end: int


@dataclass(frozen=True, slots=True)
class Force:
    """An expression by which a text demands, allows, forbids or asks for something."""

    expression: str
    language: str
    position: str
    polarity: str
    strength: str
    unless: str = ""
    unless_after: str = ""


@dataclass(frozen=True, eq=False)
class Lexicon:
    """All tables, read once."""

    words: tuple[Word, ...]
    numerals: Mapping[str, int]
    marks: Mapping[str, re.Pattern[str]]
    forces: tuple[Force, ...]
    digest: str

    def says(self, mark: str, text: str) -> re.Match[str] | None:
        """Return where a text shows a mark; ``None`` if it does not, or if the table has no such mark."""
        pattern = self.marks.get(mark)
        return pattern.search(text) if pattern else None

    @cached_property
    def marker(self) -> re.Pattern[str]:
        """Matches the word and number with which a part begins."""
        numerals = "|".join(sorted(map(re.escape, self.numerals), key=lambda one: (-len(one), one)))
        number = (
            r"[(（]?(?P<n{0}>(?:[LRD]\.[ ]?)?\d{{1,4}}"
            + (rf"|(?:{numerals.replace('{', '{{').replace('}', '}}')})\b" if numerals else "")
            + r"|[IVXLC]+(?=(?:er|re|ère)?\b)|[A-Z]\b(?!\.[ ]?\d)|[〇零一二三四五六七八九十百千两兩]+)[)）]?"
            r"(?:er\b|re\b|ère\b|\.?[ºª°])?"
            r"(?P<s{0}>(?:-\d{{1,3}})+|[ ]?(?:bis|ter|quater|quinquies)\b|[a-z]?\b|之[一二三四五])?"
        )
        forms = []
        for index, word in enumerate(self.words):
            gap = "[ ]?" if CJK.match(word.before) else r"[ \t\u00a0]*" if word.before[-1] in ".§" else r"[ \t\u00a0]+"
            forms.append(f"{re.escape(word.before)}{gap}{number.format(index)}{re.escape(word.after)}")
        return re.compile("|".join(forms), re.IGNORECASE)

    @cached_property
    def unnumbered(self) -> Mapping[str, Word]:
        """The words that head a part without a number as well: there may be one annex only."""
        return {word.before.casefold(): word for word in self.words if word.rank == 0}

    def named(self, text: str) -> Named | None:
        """Return the word and number with which a text begins; ``None`` if it begins with none."""
        match = self.marker.match(text)
        if match is None:
            return None
        index = next(int(name[1:]) for name, found in match.groupdict().items() if found and name[0] == "n")
        number = match[f"n{index}"]
        ordinal = self.numerals.get(number.casefold()) or value(number.lstrip("LRDlrd. ") or number)
        if ordinal is None:
            return None
        return Named(self.words[index], number, ordinal, (match[f"s{index}"] or "").strip(), match.end())

    def alone(self, text: str) -> Word | None:
        """Return the word that heads a part if it is all there is in the first line of a text."""
        return self.unnumbered.get(ALONE.split(text.partition("\n")[0], maxsplit=1)[0].strip().casefold())


def lexicon_folder(project: Project) -> Path:
    """Return the folder of a project's lexicon, beside its tables; it need not exist."""
    return project.tables.parent / "lexicon"


@cache
def load_lexicon(folder: Path) -> Lexicon:
    """Read the tables of a folder, each from the package's project where the folder lacks it.

    Raises:
        UnreadableInput: if a table cannot be read, lacks a column, or holds a pattern that is none.
    """
    paths = {name: table(folder, name) for name in ("structure", "numerals", "marks", "deontic")}
    total = hashlib.sha256()
    for path in paths.values():
        total.update(path.read_bytes())
    try:
        words = tuple(_word(row) for row in read_rows(paths["structure"]))
        forces = tuple(Force(**row) for row in read_rows(paths["deontic"]))
        numerals = {row["word"].casefold(): int(row["value"]) for row in read_rows(paths["numerals"])}
        marks: dict[str, list[str]] = {}
        for row in read_rows(paths["marks"]):
            # One alternation: a pattern's own (?i) is scoped to it.
            marks.setdefault(row["mark"], []).append(re.sub(r"^\(\?i\)(.*)$", r"(?i:\1)", row["pattern"], flags=re.S))
        compiled = {mark: re.compile("|".join(f"(?:{one})" for one in found)) for mark, found in marks.items()}
    except (TypeError, KeyError, ValueError, re.error) as error:
        raise UnreadableInput(f"{folder}: {error}", "see the metadata beside the tables for what they hold") from None
    return Lexicon(words, numerals, compiled, forces, total.hexdigest())


def _word(row: dict[str, str]) -> Word:
    return Word(row["kind"], row["language"], row["before"], row["after"], int(row["rank"]))


def fold(text: str) -> str:
    """Return a text for comparing, of the same length: small letters, plain hyphens, quotes and spaces.

    >>> fold("The “Pro‑plus” İ")
    'the "pro-plus" İ'
    """
    lower = text.lower()
    if len(lower) != len(text):  # a letter whose small form is two: one by one, so that places stay
        lower = "".join(small if len(small := character.lower()) == 1 else character for character in text)
    return lower.translate(_FOLD)


def table(folder: Path, name: str) -> Path:
    """Return the file of a table: the folder's own, else the one of the project in the package."""
    own = folder / f"{name}.csv"
    return own if own.is_file() else bundled_project() / "data" / "lexicon" / f"{name}.csv"


def read_rows(path: Path) -> Iterator[dict[str, str]]:
    """Yield the rows of a CSV table as mappings.

    Raises:
        UnreadableInput: if it cannot be read.
    """
    try:
        with path.open(encoding="utf-8", newline="") as file:
            yield from csv.DictReader(file, strict=True)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise UnreadableInput(f"{path}: {error}", "a table is a UTF-8 file in RFC 4180 form") from None
