"""Query files: SPARQL with a header of comment lines ``# key: value`` (``key@lang`` for other languages).

Known keys are :data:`KEYS`; a key may repeat.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad

from comity.core.errors import UnreadableInput, nearest_hint
from comity.core.input import read_utf8
from comity.core.project import Project
from comity.core.resources import bundled_project
from comity.model.ontology import has_own_core
from comity.model.vocabulary import COMMENT, LABEL, SH_SELECT, SPARQL_SELECT, TYPE

HEADER = re.compile(r"#\s*(?P<key>[a-z]+)(?:@(?P<language>[A-Za-z-]+))?:\s*(?P<text>.*)")
VIEW_KEYS = ("view", "title", "class", "column", "filter", "order", "group", "first")
KEYS = (
    "id",
    "question",
    "theme",
    "why",
    "parameter",
    "vocabulary",
    "expects",
    "problem",
    "remedy",
    "severity",
    *VIEW_KEYS,
)
PARAMETER = re.compile(r"(?P<name>\w+) \((?P<type>[^,()]+)(?:, [^()]*)?\)")
TERM = r"""(?P<term><[^<>"{}|^`\\\s]*>|"(?:[^"\\\n]|\\.)*"(?:\^\^[^\s}]+|@[A-Za-z-]+)?|[^\s{}]+)"""
PREFIX = re.compile(r"^\s*PREFIX\s+(?P<prefix>[\w.-]*):\s*<(?P<namespace>[^<>]*)>", re.IGNORECASE | re.MULTILINE)
NO_PREFIXES: Mapping[str, str] = {}
ANSWERED = ("examples", "competency")
"""The folders whose questions a project answers by name."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """What a reader may choose in a query: the one term of ``VALUES ?name { term }``.

    Attributes:
        name: of the variable.
        type: IRI of the class or datatype that the header names; empty for words such as ``any thing``.
        term: the term that stands in the query, in its syntax.
        value: the IRI, or the literal's text.
    """

    name: str
    type: str
    term: str
    value: str


@dataclass(frozen=True, slots=True)
class QueryFile:
    """One query and what its header says; ``header`` maps (key, language) to the lines under that key."""

    path: Path
    name: str
    text: str
    header: Mapping[tuple[str, str], tuple[str, ...]]

    def lines(self, key: str, language: str = "en") -> tuple[str, ...]:
        """Return a header's lines in a language, else in English, else none."""
        return self.header.get((key, language)) or self.header.get((key, "en")) or ()

    def said(self, key: str, language: str = "en") -> str:
        """Return a header's text in a language, else in English, else an empty string."""
        return " ".join(self.lines(key, language))

    def prefixes(self) -> dict[str, str]:
        """Return the prefixes that the query declares."""
        return {match["prefix"]: match["namespace"] for match in PREFIX.finditer(self.text)}

    def parameters(self, prefixes: Mapping[str, str] = NO_PREFIXES) -> list[Parameter]:
        """Return what a reader may choose, in the order of the header.

        Args:
            prefixes: those that a type may have, beside the ones of the query itself.

        Raises:
            UnreadableInput: if a line of the header is no ``name (type, example)``, or the query does not bind it.
        """
        return [self._parameter(line, prefixes) for line in self.header.get(("parameter", "en"), ())]

    def _parameter(self, line: str, prefixes: Mapping[str, str]) -> Parameter:
        said = PARAMETER.fullmatch(line.strip())
        bound = said and re.search(rf"VALUES\s+\?{said['name']}\s*\{{\s*{TERM}\s*\}}", self.text, re.IGNORECASE)
        if not said or not bound:
            raise UnreadableInput(
                f"{self.path}: the query does not bind the parameter {line!r}",
                "write: # parameter: name (class or datatype, example), and in the query: VALUES ?name { term }",
            )
        kind = said["type"].strip()
        return Parameter(
            said["name"],
            _iri(kind, {**prefixes, **self.prefixes()}) if ":" in kind else "",
            bound["term"],
            self._value(bound["term"]),
        )

    def _value(self, term: str) -> str:
        if term.startswith('"'):
            return term[1 : term.rindex('"')].replace('\\"', '"').replace("\\\\", "\\")
        return _iri(term, self.prefixes())


def _iri(term: str, prefixes: Mapping[str, str]) -> str:
    """Return the IRI of a term that stands in angle brackets or with a prefix; anything else as it stands."""
    if term.startswith("<"):
        return term[1:-1]
    prefix, colon, local = term.partition(":")
    namespace = prefixes.get(prefix)
    return f"{namespace}{local}" if colon and namespace is not None else term


def load_query(path: Path) -> QueryFile:
    """Read a ``.rq`` file.

    Raises:
        UnreadableInput: if the file cannot be read, or its header has an unknown key.
    """
    text = read_utf8(path, "a query is a UTF-8 file that ends in .rq").replace("\r\n", "\n").replace("\r", "\n")
    header: dict[tuple[str, str], tuple[str, ...]] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if not line.startswith("#"):
            break
        if match := HEADER.match(line):
            key, language = match["key"], match["language"] or "en"
            if key not in KEYS:
                raise UnreadableInput(f"{path}:{number}: unknown header key {key!r}", nearest_hint(key, KEYS))
            header[key, language] = (*header.get((key, language), ()), match["text"])
    return QueryFile(path, path.stem, text, header)


def load_queries(folder: Path) -> list[QueryFile]:
    """Read all ``.rq`` files of a folder, in order of their names; a missing folder holds none."""
    return [load_query(path) for path in sorted(folder.glob("*.rq"))]


def named_queries(project: Project) -> dict[str, QueryFile]:
    """Return the questions that a project answers by name: those that its site shows, then its competency questions."""
    return {query.name: query for folder in ANSWERED for query in load_queries(project.queries / folder)}


def query_iri(base: str, query: QueryFile) -> NamedNode:
    """Return the IRI of a project's query."""
    return NamedNode(f"{base}query/{query.name}")


def query_quads(iri: NamedNode, query: QueryFile, graph: NamedNode | None = None) -> Iterator[Quad]:
    """Yield a query as RDF (SHACL 1.0 §5.3): its text, and what its header says it asks and why."""
    home = graph or DefaultGraph()
    yield Quad(iri, TYPE, SPARQL_SELECT, home)
    yield Quad(iri, SH_SELECT, Literal(query.text), home)
    for key, predicate in (("question", LABEL), ("why", COMMENT)):
        for (name, language), lines in query.header.items():
            if name == key:
                yield Quad(iri, predicate, Literal(" ".join(lines), language=language), home)


def hygiene_rules(project: Project) -> list[QueryFile]:
    """Return the hygiene rules that a project is judged by: those of the evidence core, and its own."""
    own = load_queries(project.queries / "hygiene")
    core = [] if has_own_core(project) else load_queries(bundled_project() / "queries" / "hygiene")
    return [*core, *own]
