"""Ask a SPARQL endpoint elsewhere (SPARQL 1.1 Protocol), through SPARQLWrapper."""

from __future__ import annotations

from typing import Any
from urllib.error import URLError

from pyoxigraph import BlankNode, Literal, NamedNode
from SPARQLWrapper import JSON, SPARQLWrapper
from SPARQLWrapper.SPARQLExceptions import SPARQLWrapperException

from comity.core.errors import CannotRun, UsageError
from comity.core.rdf import Node
from comity.store.answers import Table

TIMEOUT = 60
"""Seconds after which an endpoint that does not answer is given up."""


def ask_endpoint(url: str, text: str) -> Table:
    """Answer a SELECT or ASK query by the endpoint at ``url``.

    Raises:
        UsageError: if the address is none, the endpoint refuses the query, or the query gives a graph.
        CannotRun: if the endpoint cannot be reached.
    """
    if not url.startswith(("http://", "https://")):
        raise UsageError(f"{url!r} is no address of an endpoint", "it begins with https:// or http://")
    wrapper = SPARQLWrapper(url, agent="comity")
    wrapper.setQuery(text)
    wrapper.setReturnFormat(JSON)
    wrapper.setTimeout(TIMEOUT)
    if wrapper.queryType not in ("SELECT", "ASK"):
        raise UsageError(f"a {wrapper.queryType} query gives no table", "ask an endpoint with SELECT or ASK")
    try:
        answer: Any = wrapper.query().convert()
    except SPARQLWrapperException as error:
        raise UsageError(f"{url} refuses the query: {error}", "mend the query") from None
    except (URLError, OSError, ValueError) as error:
        raise CannotRun(f"{url} does not answer: {error}", "see that the address is a SPARQL endpoint") from None
    if "boolean" in answer:
        return Table(("answer",), ((Literal(bool(answer["boolean"])),),))
    columns = tuple(answer["head"]["vars"])
    rows = (tuple(_node(row.get(name)) for name in columns) for row in answer["results"]["bindings"])
    return Table(columns, tuple(rows))


def _node(term: dict[str, str] | None) -> Node | None:
    if term is None:
        return None
    if term["type"] == "uri":
        return NamedNode(term["value"])
    if term["type"] == "bnode":
        return BlankNode(term["value"])
    if "xml:lang" in term:
        return Literal(term["value"], language=term["xml:lang"])
    if "datatype" in term:
        return Literal(term["value"], datatype=NamedNode(term["datatype"]))
    return Literal(term["value"])
