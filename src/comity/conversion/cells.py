"""Cell texts to literals: the datatypes of CSVW (Metadata Vocabulary §5.11.1) that the tables use.

The lexical form is kept as written wherever it is legal; nothing is normalised.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

from pyoxigraph import Literal, NamedNode

from comity.conversion.csvw import Column
from comity.model.vocabulary import XSD


class InvalidCell(ValueError):
    """A cell that is not of its column's datatype; ``hint`` says what would be."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.hint = hint


def _is_date(text: str) -> bool:
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        return False
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _matches(pattern: str) -> Callable[[str], bool]:
    compiled = re.compile(pattern)
    return lambda text: compiled.fullmatch(text) is not None


RULES: dict[str, tuple[Callable[[str], bool], str]] = {
    "date": (_is_date, "write a day of the calendar as YYYY-MM-DD, for example 2025-07-26"),
    "gYearMonth": (_matches(r"\d{4}-(0[1-9]|1[0-2])"), "write a month as YYYY-MM, for example 2025-07"),
    "gYear": (_matches(r"\d{4}"), "write a year as YYYY, for example 2025"),
    "integer": (_matches(r"[+-]?\d+"), "write a whole number without spaces or commas, for example 3000"),
    "decimal": (_matches(r"[+-]?(\d+(\.\d*)?|\.\d+)"), "write a number with a point, for example 0.8"),
    "boolean": (_matches(r"true|false|1|0"), "write true or false"),
    "anyURI": (
        _matches(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`]+"),
        "write an absolute IRI without spaces",
    ),
}
_NODES = {name: NamedNode(XSD + name) for name in RULES}
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
"""Characters that XML 1.0 (§2.2), and so RDF/XML, cannot hold."""


def check(text: str, column: Column) -> None:
    """Judge one cell (or one item of a list) by its column's datatype and format, whatever becomes of it.

    Raises:
        InvalidCell: if the text is not of the datatype, does not match the format, or holds a control character.
    """
    if _CONTROL.search(text):
        raise InvalidCell("holds a control character", "remove it: no text in XML may hold one")
    datatype = column.datatype
    if datatype.format and not datatype.format.fullmatch(text):
        raise InvalidCell("does not have the form asked for", f"it must match {datatype.format.pattern}")
    if datatype.base != "string":
        valid, hint = RULES[datatype.base]
        if not valid(text):
            raise InvalidCell(f"is no {datatype.base}", hint)


def literal(text: str, column: Column) -> Literal:
    """Return the literal of one cell (or of one item of a list) that was checked."""
    if column.datatype.base != "string":
        return Literal(text, datatype=_NODES[column.datatype.base])
    return Literal(text, language=column.lang) if column.lang else Literal(text)
