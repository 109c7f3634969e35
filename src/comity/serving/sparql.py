"""The SPARQL 1.1 Protocol (W3C Recommendation, 21 March 2013), queries only.

Every operation of §2.1 is there: GET, POST with a form, POST with the bare query.
Operations of §2.2, update, answer 405.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qs

from pyoxigraph import NamedNode, Triple

from comity.core.negotiation import HTML, RDF_VARIANTS, Variant, choose
from comity.core.rdf import FORMATS, serialise
from comity.model.vocabulary import RDF
from comity.serving.messages import Header, Request, Response, text_response
from comity.serving.pages import VARY, Site
from comity.serving.query_worker import Answer, Outcome, Question
from comity.serving.workers import Pool

PATH = "sparql"
GALLERY = "queries"
FORM = "application/x-www-form-urlencoded"
QUERY = "application/sparql-query"
SPARQL_UPDATE = "application/sparql-update"
BODY_LIMIT = 1_000_000
"""Bytes of a request; more answers 413."""

RESULT_VARIANTS = (
    Variant("srj", "application/sparql-results+json", ("application/json", "text/javascript"), 1.0),
    Variant("srx", "application/sparql-results+xml", (), 0.9),
    Variant("csv", "text/csv", (), 0.8),
    Variant("tsv", "text/tab-separated-values", (), 0.7),
)
"""Forms of the answer to SELECT and ASK; the answer to CONSTRUCT and DESCRIBE comes in those of every thing."""

CONTENT_TYPES = {variant.media_type: variant.content_type for variant in (*RESULT_VARIANTS, *RDF_VARIANTS)}

STATUS = {
    Outcome.ANSWERED: 200,
    Outcome.MALFORMED: 400,
    Outcome.REMOTE: 403,
    Outcome.UPDATE: 405,
    Outcome.NOT_ACCEPTABLE: 406,
    Outcome.TOO_LARGE: 500,
    Outcome.FAILED: 500,
    Outcome.CRASHED: 500,
    Outcome.BUSY: 503,
    Outcome.TIMED_OUT: 504,
}
EXTRA: dict[Outcome, tuple[Header, ...]] = {
    Outcome.UPDATE: (("Allow", "GET, HEAD, POST, OPTIONS"),),
    Outcome.BUSY: (("Retry-After", "5"),),
}
SD = "http://www.w3.org/ns/sparql-service-description#"
FORMAT_IRIS = (
    "http://www.w3.org/ns/formats/SPARQL_Results_JSON",
    "http://www.w3.org/ns/formats/SPARQL_Results_XML",
    "http://www.w3.org/ns/formats/SPARQL_Results_CSV",
    "http://www.w3.org/ns/formats/SPARQL_Results_TSV",
    "http://www.w3.org/ns/formats/Turtle",
    "http://www.w3.org/ns/formats/JSON-LD",
    "http://www.w3.org/ns/formats/N-Triples",
    "http://www.w3.org/ns/formats/RDF_XML",
)


class ProtocolError(Exception):
    """A request that is no query operation of the protocol."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Answers requests to the endpoint's address."""

    pool: Pool
    site: Site

    async def respond(self, request: Request) -> Response:
        """Answer a GET, HEAD or POST request."""
        try:
            parameters = _parameters(request)
        except ProtocolError as error:
            extra = EXTRA[Outcome.UPDATE] if error.status == 405 else ()
            return text_response(error.status, error.message, *extra)
        if "query" not in parameters and request.method != "POST":
            return self._description(request)
        try:
            question = self._question(parameters, request.header("accept"))
        except ProtocolError as error:
            return text_response(error.status, error.message)
        return _response(await self.pool.ask(question))

    def _question(self, parameters: dict[str, list[str]], accept: str) -> Question:
        queries = parameters.get("query", [])
        if len(queries) != 1:
            raise ProtocolError(400, f"a request has exactly one query, this has {len(queries)}")
        results, graph = choose(accept, RESULT_VARIANTS), choose(accept, RDF_VARIANTS)
        default, named = parameters.get("default-graph-uri"), parameters.get("named-graph-uri")
        if default or named:  # §2.1.4: the protocol's dataset then stands whole in place of the query's
            default, named = default or [], named or []
        return Question(
            queries[0],
            results.media_type if results else "",
            graph.media_type if graph else "",
            self.site.base,
            default,
            named,
        )

    def _description(self, request: Request) -> Response:
        """Answer a request without a query: people get the gallery, programs the description of the service."""
        gallery = self.site.suiting(GALLERY, request)
        offered = (HTML, *RDF_VARIANTS) if GALLERY in self.site.things else RDF_VARIANTS
        variant = choose(request.header("accept"), offered)
        if variant is None:
            return text_response(406, "the service is described in HTML, Turtle, JSON-LD, N-Triples, RDF/XML", VARY)
        if variant is HTML and gallery:
            return Response(303, (("Location", f"/{gallery.path}"), VARY, ("Cache-Control", "no-cache")))
        format_ = next(each for each in FORMATS if each.suffix == variant.suffix)
        body = serialise(describe(f"{self.site.base}{PATH}"), format_, {"sd": SD})
        return Response(200, (("Content-Type", variant.content_type), VARY, ("Cache-Control", "no-cache")), body)


def _parameters(request: Request) -> dict[str, list[str]]:
    """Return the parameters of a query operation (§2.1.1 to §2.1.3).

    Raises:
        ProtocolError: if it is none.
    """
    in_address = _parsed(request.query)
    if request.method != "POST":
        return _refuse_update(in_address)
    kind = request.header("content-type").partition(";")[0].strip().lower()
    if kind == SPARQL_UPDATE:
        raise ProtocolError(405, "this endpoint answers queries; nothing can be changed through it")
    if kind not in (FORM, QUERY):
        raise ProtocolError(415, f"send a query as {QUERY} or {FORM}")
    try:
        body = request.body.decode()
    except UnicodeDecodeError:
        raise ProtocolError(400, "a query is UTF-8 text") from None
    return in_address | ({"query": [body]} if kind == QUERY else _refuse_update(_parsed(body)))


def _parsed(text: str) -> dict[str, list[str]]:
    try:
        return parse_qs(text, keep_blank_values=True, errors="strict", max_num_fields=1000)
    except ValueError:
        raise ProtocolError(400, "the parameters are no UTF-8 text, or there are too many") from None


def _refuse_update(parameters: dict[str, list[str]]) -> dict[str, list[str]]:
    if "update" in parameters:
        raise ProtocolError(405, "this endpoint answers queries; nothing can be changed through it")
    return parameters


def _response(answer: Answer) -> Response:
    if answer.outcome is not Outcome.ANSWERED:
        return text_response(STATUS[answer.outcome], answer.message, *EXTRA.get(answer.outcome, ()))
    kind = CONTENT_TYPES[answer.media_type]
    return Response(200, (("Content-Type", kind), ("Vary", "Accept"), ("Cache-Control", "no-cache")), answer.body)


def describe(endpoint: str) -> list[Triple]:
    """Return what SPARQL 1.1 Service Description (§3) has us say about an endpoint."""
    service, dataset = NamedNode(endpoint), NamedNode(f"{endpoint}#dataset")
    a = NamedNode(f"{RDF}type")

    def sd(name: str) -> NamedNode:
        return NamedNode(SD + name)

    return [
        Triple(service, a, sd("Service")),
        Triple(service, sd("endpoint"), service),
        Triple(service, sd("supportedLanguage"), sd("SPARQL11Query")),
        Triple(service, sd("defaultDataset"), dataset),
        Triple(dataset, a, sd("Dataset")),
        Triple(dataset, sd("defaultGraph"), NamedNode(f"{endpoint}#default-graph")),
        Triple(NamedNode(f"{endpoint}#default-graph"), a, sd("Graph")),
        *(Triple(service, sd("resultFormat"), NamedNode(iri)) for iri in FORMAT_IRIS),
    ]
