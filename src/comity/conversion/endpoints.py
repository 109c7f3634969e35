"""A SPARQL endpoint as a source: a CONSTRUCT query page by page, saved with its digest, then converted.

Pages are asked for by ``LIMIT`` and ``OFFSET`` (SPARQL 1.1 Query §15), so the query must order its solutions. Every
page is a file: what was fetched before an interruption is not fetched again.
"""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.error import HTTPError, URLError

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, RdfFormat, parse
from SPARQLWrapper import POST, TURTLE, SPARQLWrapper
from SPARQLWrapper.SPARQLExceptions import EndPointInternalError, QueryBadFormed, SPARQLWrapperException

from comity.core.errors import CannotRun, UnreadableInput, UsageError
from comity.core.output import write_file
from comity.core.rdf import object_of, serialise_quads, subject_of
from comity.model import vocabulary as v

PAGE = 1000
TRIES = 5
TIMEOUT = 60
MAX_PAGES = 100_000
LIMITS = re.compile(r"\b(?:LIMIT|OFFSET)\s+\d+", re.IGNORECASE)
COMMENT = re.compile(r'"(?:[^"\\\n]|\\.)*"|<[^>\s]*>|#[^\n]*')


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked of which endpoint, and how patiently; ``wait`` is the seconds before the second try."""

    url: str
    query: str
    page: int = PAGE
    timeout: int = TIMEOUT
    tries: int = TRIES
    wait: float = 1.0

    @property
    def key(self) -> str:
        """Tells one question to one endpoint from every other."""
        return hashlib.sha256(f"{self.url}\n{self.page}\n{self.query}".encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Answer:
    """What an endpoint gave: the file that holds it, its digest, and how many pages and triples it has."""

    path: Path
    sha256: str
    pages: int
    triples: int


def fetch(request: Request, folder: Path, pause: Callable[[float], None] = time.sleep) -> Answer:
    """Save the whole answer of an endpoint in ``folder`` as sorted N-Quads; go on where an earlier run stopped.

    Raises:
        UsageError: if the query is no CONSTRUCT with ORDER BY, or the endpoint refuses it.
        CannotRun: if the endpoint does not answer, however often it is asked.
    """
    _check(request.query)
    quads: set[Quad] = set()
    pages = 0
    for number in range(MAX_PAGES):
        path = folder / f"{request.key}-{number:05}.nq"
        if not path.is_file():
            write_file(path, serialise_quads(_page(request, number, pause)))
        page = list(parse(path=str(path), format=RdfFormat.N_QUADS))
        if not page:
            break
        pages += 1
        quads.update(page)
    content = serialise_quads(quads)
    sha256 = hashlib.sha256(content).hexdigest()
    answer = folder / f"{request.key}-{sha256[:16]}.nq"
    write_file(answer, content)
    for number in range(pages + 1):
        (folder / f"{request.key}-{number:05}.nq").unlink(missing_ok=True)
    return Answer(answer, sha256, pages, len(quads))


def endpoint_quads(answer: Answer, request: Request, base: str) -> Iterator[Quad]:
    """Yield the saved triples in a graph of their own that says where they come from.

    Raises:
        UnreadableInput: if the saved file is not the one that was fetched.
    """
    content = answer.path.read_bytes()
    if hashlib.sha256(content).hexdigest() != answer.sha256:
        raise UnreadableInput(f"{answer.path} is not the answer that was fetched", "fetch it again")
    graph = NamedNode(f"{base}graph/endpoint/{answer.sha256[:16]}")
    source = NamedNode(f"{base}id/source/endpoint-{answer.sha256[:16]}")
    for quad in parse(content, format=RdfFormat.N_QUADS):
        yield Quad(quad.subject, quad.predicate, quad.object, graph)
    for predicate, value in (
        (v.TYPE, v.RECORD_GRAPH),
        (v.WAS_DERIVED_FROM, source),
        (v.WAS_GENERATED_BY, NamedNode(f"{base}id/activity/conversion")),
        (v.EVIDENCE_GRADE, NamedNode(f"{v.SCHEMES}evidence-grade/secondary")),
    ):
        yield Quad(graph, predicate, value, graph)
    address = Literal(request.url, datatype=NamedNode(v.XSD + "anyURI"))
    for predicate, literal in (
        (v.ADDRESS, address), (v.FILE_NAME, Literal(answer.path.name)), (v.SHA256, Literal(answer.sha256)),
    ):  # fmt: skip
        yield Quad(source, predicate, literal, graph)
    yield Quad(source, v.TYPE, v.ENTITY, graph)


def _check(query: str) -> None:
    """Refuse a query that cannot be asked page by page."""
    visible = COMMENT.sub(" ", query)
    if not re.search(r"\bCONSTRUCT\b", visible, re.IGNORECASE):
        raise UsageError("the query is no CONSTRUCT", "only triples can be converted: CONSTRUCT { … } WHERE { … }")
    if not re.search(r"\bORDER\s+BY\b", visible, re.IGNORECASE):
        raise UsageError("the query has no ORDER BY", "without an order pages may overlap: add ORDER BY ?s ?p ?o")
    if LIMITS.search(visible):
        raise UsageError("the query has a LIMIT or OFFSET", "take it out: pages are asked for with --page")


def _page(request: Request, number: int, pause: Callable[[float], None]) -> list[Quad]:
    text = f"{request.query}\nLIMIT {request.page} OFFSET {number * request.page}"
    wait = request.wait
    for attempt in range(1, request.tries + 1):
        try:
            return list(_named_apart(_ask(request, text), f"{request.key}-{number}"))
        except QueryBadFormed as error:
            raise UsageError(f"{request.url} refuses the query: {error}", "mend the query") from None
        except (SPARQLWrapperException, URLError, OSError, ValueError, SyntaxError) as error:
            if attempt == request.tries or not _may_pass(error):
                hint = "ask again later: the pages fetched so far are kept"
                raise CannotRun(f"{request.url}, page {number + 1}: {error}", hint) from None
            pause(wait)
            wait *= 2
    raise AssertionError("unreachable")


def _may_pass(error: Exception) -> bool:
    """Whether it makes sense to ask once more: not where the endpoint understood and said no."""
    return (
        not isinstance(error, HTTPError)
        or error.code in (408, 425, 429)
        or error.code >= 500
        or isinstance(error, EndPointInternalError)
    )


def _ask(request: Request, text: str) -> list[Quad]:
    wrapper = SPARQLWrapper(request.url, agent="comity")
    wrapper.setQuery(text)
    wrapper.setMethod(POST)
    wrapper.setReturnFormat(TURTLE)
    wrapper.setOnlyConneg(True)
    wrapper.setTimeout(request.timeout)
    response = wrapper.query()
    content = response.response.read()
    media_type = str(response.info().get("content-type", "text/turtle")).partition(";")[0].strip()
    format_ = RdfFormat.from_media_type(media_type) or RdfFormat.TURTLE
    return list(parse(content, format=format_))


def _named_apart(quads: list[Quad], prefix: str) -> Iterator[Quad]:
    """Name blank nodes after their page: every answer names its own."""
    names: dict[BlankNode, BlankNode] = {}

    def named(node: BlankNode) -> BlankNode:
        return names.setdefault(node, BlankNode(f"p{prefix}-{len(names)}"))

    for quad in quads:
        subject, value = subject_of(quad), object_of(quad)
        yield Quad(
            named(subject) if isinstance(subject, BlankNode) else subject,
            quad.predicate,
            named(value) if isinstance(value, BlankNode) else value,
            DefaultGraph(),
        )
