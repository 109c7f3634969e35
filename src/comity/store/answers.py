"""Ask a dataset a SPARQL question and hold the answer as a table.

Questions never leave this machine: ``SERVICE`` is refused before the engine sees the query.
Results are written as the W3C's SPARQL 1.1 Query Results formats, CSV (§3) and JSON (§3).
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape

from pyoxigraph import BlankNode, Literal, NamedNode, QueryBoolean, QuerySolutions, QueryTriples

from comity.core.errors import UsageError
from comity.core.rdf import Node
from comity.model.queries import QueryFile
from comity.model.vocabulary import XSD
from comity.store.dataset import Dataset

_OPAQUE = re.compile(
    r'"""(?:[^"\\]|\\.|"(?!""))*"""|'
    r"'''(?:[^'\\]|\\.|'(?!''))*'''|"
    r'"(?:[^"\\\n]|\\.)*"|'
    r"'(?:[^'\\\n]|\\.)*'|"
    r'<[^<>"{}|^`\\\s]*>|#[^\n]*',
    re.DOTALL,
)
"""Strings, IRIs and comments of SPARQL 1.1 §19: what a keyword cannot stand in."""

_WORD = re.compile(r"(?<![\w:?$@-])(?P<word>[A-Za-z]+)(?![\w:-])")
REMOTE_KEYWORDS = frozenset({"SERVICE", "LOAD"})


def refuse_remote(text: str) -> None:
    """Refuse a query that would make the engine open a connection.

    >>> refuse_remote('SELECT ?service { ?s <http://example.org/SERVICE> "SERVICE" } # SERVICE')
    >>> refuse_remote('SELECT * { SERVICE <http://example.org/> { ?s ?p ?o } }')
    Traceback (most recent call last):
    comity.core.errors.UsageError: line 1: SERVICE is not answered here

    Raises:
        UsageError: naming the line of the keyword.
    """
    visible = _OPAQUE.sub(lambda match: " " + "\n" * match[0].count("\n"), text)
    for match in _WORD.finditer(visible):
        if match["word"].upper() in REMOTE_KEYWORDS:
            line = visible.count("\n", 0, match.start()) + 1
            raise UsageError(
                f"line {line}: {match['word'].upper()} is not answered here",
                "no query may reach another server: ask that server itself",
            )


@dataclass(frozen=True, slots=True)
class Table:
    """The answer to a question: variable names, and rows of nodes (``None`` where a variable is unbound)."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Node | None, ...], ...]

    def csv(self) -> str:
        """Return the rows as SPARQL 1.1 CSV (§3): CRLF line ends, IRIs and literals as plain text."""
        out = io.StringIO()
        writer = csv.writer(out)
        writer.writerow(self.columns)
        writer.writerows([plain(node) for node in row] for row in self.rows)
        return out.getvalue()

    def _repr_html_(self) -> str:
        """Return the rows as an HTML table, for notebooks."""
        head = "".join(f"<th>{escape(name)}</th>" for name in self.columns)
        rows = ("".join(f"<td>{escape(plain(node))}</td>" for node in row) for row in self.rows)
        body = "".join(f"<tr>{row}</tr>" for row in rows)
        return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"

    def json(self) -> str:
        """Return the rows as SPARQL 1.1 Query Results JSON (§3)."""
        bindings = [
            {name: _json_term(node) for name, node in zip(self.columns, row, strict=True) if node is not None}
            for row in self.rows
        ]
        answer = {"head": {"vars": self.columns}, "results": {"bindings": bindings}}
        return json.dumps(answer, ensure_ascii=False, indent=2) + "\n"


def plain(node: Node | None) -> str:
    """Return a node as plain text: an IRI, a literal's lexical form, ``_:label``, or nothing."""
    if node is None:
        return ""
    return str(node) if isinstance(node, BlankNode) else node.value


def _json_term(node: Node) -> dict[str, str]:
    if isinstance(node, NamedNode):
        return {"type": "uri", "value": node.value}
    if isinstance(node, BlankNode):
        return {"type": "bnode", "value": node.value}
    term = {"type": "literal", "value": node.value}
    if node.language:
        return {**term, "xml:lang": node.language}
    if node.datatype.value != XSD + "string":
        return {**term, "datatype": node.datatype.value}
    return term


def ask_query(dataset: Dataset, query: QueryFile) -> Table:
    """Answer the query of a file, as :func:`ask`; an error names the file.

    Raises:
        UsageError: if the file holds no SPARQL query, or asks another server.
    """
    try:
        return ask(dataset, query.text)
    except UsageError as error:
        raise UsageError(f"{query.path}: {error.message}", error.hint) from None


def ask(dataset: Dataset, text: str) -> Table:
    """Answer a SELECT, ASK or CONSTRUCT query from a dataset's default and named graphs.

    ASK gives one column ``answer``; CONSTRUCT and DESCRIBE give ``subject``, ``predicate``, ``object``.

    Raises:
        UsageError: if the text is no SPARQL query, or asks another server.
    """
    refuse_remote(text)
    try:
        found = dataset.store.query(text)
    except (SyntaxError, ValueError) as error:
        raise UsageError(f"no SPARQL query: {error}", "mend the query; line and column are above") from None
    if isinstance(found, QuerySolutions):
        columns = tuple(variable.value for variable in found.variables)
        return Table(columns, tuple(_rows(found, columns)))
    if isinstance(found, QueryBoolean):
        return Table(("answer",), ((Literal(bool(found)),),))
    return Table(("subject", "predicate", "object"), tuple(_triple_rows(found)))


def _rows(found: QuerySolutions, columns: Sequence[str]) -> Iterator[tuple[Node | None, ...]]:
    for solution in found:
        yield tuple(solution[name] for name in columns)


def _triple_rows(found: QueryTriples) -> Iterator[tuple[Node, ...]]:
    for triple in found:
        yield (triple.subject, triple.predicate, triple.object)
