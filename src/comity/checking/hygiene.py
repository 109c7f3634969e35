"""Hygiene: each ``queries/hygiene/*.rq`` finds rows that should not be; its header names problem and remedy."""

from __future__ import annotations

from comity.core.diagnostics import Diagnostic, Report, Severity
from comity.core.rdf import Node
from comity.model.queries import QueryFile
from comity.store.answers import ask_query, plain
from comity.store.dataset import Dataset


def check_hygiene(dataset: Dataset, queries: list[QueryFile]) -> Report:
    """Ask every hygiene query; each row of an answer is a finding."""
    report = Report()
    report.count("hygiene rules", len(queries))
    report.count("quads", len(dataset.quads))
    for query in queries:
        answer = ask_query(dataset, query)
        for row in answer.rows:
            report.add(_finding(query, dict(zip(answer.columns, row, strict=True))))
    return report


def _finding(query: QueryFile, row: dict[str, Node | None]) -> Diagnostic:
    return Diagnostic(
        code="HYG",
        severity=Severity(query.said("severity") or "violation"),
        message=query.said("problem"),
        hint=query.said("remedy"),
        focus=plain(row.get("focus")),
        path=plain(row.get("path")),
        value=plain(row.get("value")),
        rule=query.name,
    )
