"""Tables to quads, row by row.

Each cell with a ``propertyUrl`` becomes one triple (or one for each item of a list) about the row's ``aboutUrl``,
in the graph that ``comity:graph`` names: CSV2RDF (W3C, 17 December 2015) §4.6 in minimal mode. What is wrong with a
cell goes into the report with file, line, column and remedy; the other cells of the row are converted all the same.
"""

from __future__ import annotations

import csv
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import Literal, NamedNode, Quad
from uritemplate import URITemplate

from comity.conversion.cells import InvalidCell, check, literal
from comity.conversion.csvw import Column, TableDescription
from comity.core.diagnostics import Diagnostic, Location, Report, Severity
from comity.core.errors import UnreadableInput
from comity.core.input import as_utf8

Names = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Row:
    """One row: the line on which it begins, and its cells by column name (an empty cell is an empty string)."""

    line: int
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Made:
    """A quad, and the column of the row that made it."""

    quad: Quad
    column: Column


FORM = "a table is a UTF-8 file in RFC 4180 form"
MOST_EXPANDED = 10_000
"""IRIs that are kept at hand while a table is converted."""


class TableConverter:
    """Converts one table; findings go into ``report``, paths in them are shown as ``shown_as``."""

    def __init__(self, table: TableDescription, prefixes: Names, report: Report, shown_as: str) -> None:
        self.table = table
        self.prefixes = prefixes
        self.report = report
        self.shown_as = shown_as
        self.keys: dict[str, set[str]] = {column.name: set() for column in table.real_columns}
        self._expanded: dict[tuple[str, ...], NamedNode] = {}

    def quads(self) -> Iterator[Quad]:
        """Yield the quads of all rows, noting values that foreign keys may refer to."""
        rows = 0
        seen: dict[tuple[str, ...], int] = {}
        for row in self.rows(self.report):
            rows += 1
            self._check_row(row, seen)
            for made in self.row_quads(row):
                yield made.quad
        self.report.count("rows", rows, self.shown_as)

    def rows(self, torn: Report | None = None) -> Iterator[Row]:
        """Yield the rows of the file under its header that have a cell for each column; note others in ``torn``.

        Raises:
            UnreadableInput: if the file cannot be read, is no UTF-8, or its header is not the described one.
        """
        columns, line = self.table.real_columns, 1
        try:
            with self.table.path.open(encoding="utf-8-sig", newline="") as file:
                reader = csv.reader(file, strict=True)
                self._check_header(next(reader, []))
                line = reader.line_num + 1
                for cells in reader:
                    if len(cells) != len(columns):
                        if torn is not None:
                            torn.add(self._torn(cells, line))
                    else:
                        filled = (cell or column.default for cell, column in zip(cells, columns, strict=True))
                        yield Row(line, {column.name: cell for column, cell in zip(columns, filled, strict=True)})
                    line = reader.line_num + 1
        except OSError as error:
            raise UnreadableInput(f"{self.shown_as}: {error.strerror or error}", FORM) from None
        except UnicodeDecodeError:
            as_utf8(self.table.path.read_bytes(), self.shown_as, FORM)  # which says where: only a block was read here
            raise
        except csv.Error as error:
            raise UnreadableInput(f"{self.shown_as}:{line}: {error}", FORM) from None

    def row_quads(self, row: Row, subjects: Container[str] | None = None) -> Iterator[Made]:
        """Yield the quads of one row with the columns that made them; where subjects are given, those about them."""
        for column in self.table.columns:
            if column.property is None or (column.index is not None and not row.cells[column.name]):
                continue
            try:
                for quad in self._cell_quads(column, row, subjects):
                    yield Made(quad, column)
            except InvalidCell as problem:
                self._find("CSV003", row, column, f"{column.name} {problem}", problem.hint)

    def _cell_quads(self, column: Column, row: Row, subjects: Container[str] | None) -> Iterator[Quad]:
        subject = self._iri(column.about, row)
        if subjects is not None and (subject is None or subject.value not in subjects):
            return
        graph = self._iri(column.graph, row)
        predicate = self._iri(column.property, row)
        if subject is None or predicate is None:
            return
        for value in self._values(column, row):
            yield Quad(subject, predicate, value, graph) if graph else Quad(subject, predicate, value)

    def _values(self, column: Column, row: Row) -> Iterator[NamedNode | Literal]:
        if column.value is not None:
            value = self._iri(column.value, row)
            if value is not None:
                yield value
            return
        for item in _items(row.cells.get(column.name, column.default), column):
            if column.item is None:
                yield literal(item, column)
            else:
                yield self._expand(column.item, {**row.cells, column.name: item})

    def _iri(self, template: URITemplate | None, row: Row) -> NamedNode | None:
        """Return a template's IRI for a row; ``None`` without a template, or if it asks for an empty cell."""
        if template is None or any(not row.cells.get(name) for name in template.variable_names):
            return None
        return self._expand(template, row.cells)

    def _expand(self, template: URITemplate, cells: Names) -> NamedNode:
        """Return the IRI of a template: of the cells of one row, most share their subject and their graph."""
        key = (template.uri, *map(cells.__getitem__, template.variable_names))
        found = self._expanded.get(key)
        if found is None:
            if len(self._expanded) >= MOST_EXPANDED:
                self._expanded.clear()
            found = self._expanded[key] = self._made(template, cells)
        return found

    def _made(self, template: URITemplate, cells: Names) -> NamedNode:
        text = template.expand({name: cells[name] for name in template.variable_names})
        prefix, colon, rest = text.partition(":")
        if colon and not rest.startswith("//") and prefix in self.prefixes:
            text = self.prefixes[prefix] + rest
        try:
            return NamedNode(text)
        except ValueError as error:
            raise InvalidCell(f"gives no legal IRI ({error})", "use a-z, 0-9, hyphens and slashes in keys") from None

    def _check_header(self, header: list[str]) -> None:
        described = [column.titles for column in self.table.real_columns]
        if header == described:
            return
        wrong = next((name for name in header if name not in described), None)
        missing = next((name for name in described if name not in header), None)
        what = (
            f"has a column {wrong!r}" if wrong else f"lacks the column {missing!r}" if missing else "has another order"
        )
        raise UnreadableInput(
            f"{self.shown_as}:1: the header {what}, its description says: {', '.join(described)}",
            f"make the first line and {self.table.metadata.name} agree",
        )

    def _torn(self, cells: list[str], line: int) -> Diagnostic:
        return Diagnostic(
            "CSV001", Severity.VIOLATION,
            f"the row has {len(cells)} cells, the header {len(self.table.real_columns)}",
            "put cells with commas between double quotes, and leave no cell out",
            value=",".join(cells)[:80], location=Location(self.shown_as, line),
        )  # fmt: skip

    def _check_row(self, row: Row, seen: dict[tuple[str, ...], int]) -> None:
        for column in self.table.real_columns:
            value = row.cells[column.name]
            if column.required and not value:
                self._find("CSV002", row, column, f"{column.name} is missing", f"fill in {column.name}")
            self._check_cell(row, column, value)
            self.keys[column.name].add(value)
        key = tuple(row.cells[name] for name in self.table.primary_key)
        if key and seen.setdefault(key, row.line) != row.line:
            column = next(c for c in self.table.real_columns if c.name == self.table.primary_key[0])
            hint = "give one of the two rows another key"
            self._find("CSV004", row, column, f"the key stands in line {seen[key]} too", hint)

    def _check_cell(self, row: Row, column: Column, value: str) -> None:
        try:
            for item in _items(value, column):
                check(item, column)
        except InvalidCell as problem:
            self._find("CSV003", row, column, f"{column.name} {problem}", problem.hint)

    def _find(self, code: str, row: Row, column: Column, message: str, hint: str) -> None:
        value = row.cells.get(column.name) or "(empty)"
        self.report.add(
            Diagnostic(code, Severity.VIOLATION, message, hint, value=value, location=self.location(row, column))
        )

    def column_for(self, path: str) -> Column:
        """Return the column of the file that makes a property (the last one, where several do), else the first."""
        named = [column for column in self.table.real_columns if self._property(column) == path]
        return named[-1] if named else self.table.real_columns[0]

    def _property(self, column: Column) -> str:
        if column.property is None or column.property.variable_names:
            return ""
        return self._expand(column.property, {}).value

    def location(self, row: Row, column: Column) -> Location:
        """Return where a cell stands; a virtual column has no place in the file."""
        return Location(self.shown_as, row.line, None if column.index is None else column.index + 1, column.name)


def _items(text: str, column: Column) -> Iterator[str]:
    """Yield the items of a cell: of a column with a separator each part, otherwise the whole; empty ones never."""
    parts = (part.strip() for part in text.split(column.separator)) if column.separator else (text,)
    return filter(None, parts)


def check_foreign_keys(converters: Iterable[TableConverter], report: Report) -> None:
    """Report every cell that refers to a row which its table does not have (Metadata Vocabulary §5.5.2.1).

    Call it after the quads of all tables were taken: only then are all keys known.
    """
    by_name = {converter.table.path.name: converter for converter in converters}
    checked = 0
    for converter in by_name.values():
        for key in converter.table.foreign_keys:
            column = next((c for c in converter.table.real_columns if c.name == key.column), None)
            target = by_name.get(key.resource)
            if column is None or target is None or key.referenced not in target.keys:
                raise UnreadableInput(
                    f"{converter.table.metadata}: {key.column} → {key.resource}:{key.referenced} names no column",
                    "mend the names in foreignKeys",
                )
            checked += _check_foreign_key(converter, column, target, key.referenced, report)
    report.count("references", checked)


def _check_foreign_key(
    converter: TableConverter, column: Column, target: TableConverter, referenced: str, report: Report
) -> int:
    known = target.keys[referenced]
    checked = 0
    for row in converter.rows():
        for item in _items(row.cells[column.name], column):
            checked += 1
            if item not in known:
                report.add(_dangling(converter, column, row, item, target))
    return checked


def _dangling(converter: TableConverter, column: Column, row: Row, item: str, target: TableConverter) -> Diagnostic:
    return Diagnostic(
        "CSV005",
        Severity.VIOLATION,
        f"{column.name} refers to {item!r}, which {Path(target.shown_as).name} does not have",
        f"add a row {item!r} to {target.shown_as}, or mend the reference",
        value=item,
        location=converter.location(row, column),
    )
