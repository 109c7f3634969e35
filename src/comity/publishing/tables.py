"""Answers of example queries, as tables on pages and as CSV files."""

from __future__ import annotations

from dataclasses import dataclass

from comity.publishing.edition import Cell, Edition
from comity.store.answers import Table

ROWS_SHOWN = 200


@dataclass(frozen=True, slots=True)
class ResultTable:
    """An answer as a page shows it; ``more`` rows stand only in the CSV file."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Cell | None, ...], ...]
    more: int
    count: int


def result_table(edition: Edition, table: Table) -> ResultTable:
    """Return an answer with its nodes as cells that lead to their pages."""
    rows = tuple(
        tuple(edition.cell(node) if node is not None else None for node in row) for row in table.rows[:ROWS_SHOWN]
    )
    return ResultTable(table.columns, rows, len(table.rows) - len(rows), len(table.rows))
