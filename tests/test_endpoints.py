"""Endpoints as sources: pages, retries, going on after an interruption, and what is kept of it."""

from __future__ import annotations

from pathlib import Path
from urllib.error import HTTPError, URLError

import pytest
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, parse

from comity.conversion import endpoints
from comity.conversion.endpoints import Answer, Request, endpoint_quads, fetch
from comity.core.errors import CannotRun, UnreadableInput, UsageError
from comity.model.vocabulary import RECORD_GRAPH, SHA256, TYPE

BASE = "https://w3id.org/comity/"
QUERY = "CONSTRUCT { ?s a ?type } WHERE { ?s a ?type } ORDER BY ?s ?type"


def triples(number: int) -> list[Quad]:
    return [Quad(NamedNode(f"http://example.org/{n}"), TYPE, NamedNode("http://example.org/T")) for n in range(number)]


class Endpoint:
    """Stands for an endpoint of a number of triples; ``troubles`` are raised first, one a call."""

    def __init__(self, size: int, troubles: list[Exception] | None = None) -> None:
        self.all = triples(size)
        self.troubles = troubles or []
        self.asked: list[int] = []

    def __call__(self, request: Request, text: str) -> list[Quad]:
        if self.troubles:
            raise self.troubles.pop(0)
        offset = int(text.rpartition("OFFSET ")[2])
        self.asked.append(offset)
        return self.all[offset : offset + request.page]


@pytest.fixture
def ask(monkeypatch: pytest.MonkeyPatch):
    def install(endpoint: Endpoint) -> Endpoint:
        monkeypatch.setattr(endpoints, "_ask", endpoint)
        return endpoint

    return install


def request(**options) -> Request:
    return Request("http://example.org/sparql", QUERY, **{"page": 10, **options})


def test_all_pages_are_fetched_and_saved_once(ask, tmp_path: Path) -> None:
    endpoint = ask(Endpoint(25))
    answer = fetch(request(), tmp_path)
    assert (answer.pages, answer.triples, endpoint.asked) == (3, 25, [0, 10, 20, 30])
    assert [path.name for path in tmp_path.iterdir()] == [answer.path.name]
    assert set(parse(path=str(answer.path), format=RdfFormat.N_QUADS)) == set(triples(25))


def test_trouble_that_may_pass_is_waited_out_longer_each_time(ask, tmp_path: Path) -> None:
    waits: list[float] = []
    ask(Endpoint(5, [URLError("down"), TimeoutError(), HTTPError("u", 503, "busy", {}, None)]))  # type: ignore[arg-type]
    assert fetch(request(), tmp_path, waits.append).triples == 5
    assert waits == [1.0, 2.0, 4.0]


def test_a_refusal_is_not_asked_again(ask, tmp_path: Path) -> None:
    ask(Endpoint(5, [HTTPError("u", 403, "no", {}, None)]))  # type: ignore[arg-type]
    with pytest.raises(CannotRun, match="403"):
        fetch(request(), tmp_path, pytest.fail)


def test_after_an_interruption_only_the_rest_is_fetched(ask, tmp_path: Path) -> None:
    class Breaks(Endpoint):
        def __call__(self, request: Request, text: str) -> list[Quad]:
            if text.endswith("OFFSET 20"):
                raise URLError("down")
            return super().__call__(request, text)

    ask(Breaks(25))
    with pytest.raises(CannotRun, match="page 3"):
        fetch(request(), tmp_path, lambda _: None)
    endpoint = ask(Endpoint(25))
    answer = fetch(request(), tmp_path)
    assert endpoint.asked == [20, 30]
    assert answer.triples == 25


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("SELECT * { ?s ?p ?o } ORDER BY ?s", "no CONSTRUCT"),
        ("CONSTRUCT WHERE { ?s ?p ?o }", "no ORDER BY"),
        ("CONSTRUCT WHERE { ?s ?p ?o } ORDER BY ?s LIMIT 5", "LIMIT"),
        ('SELECT * { ?s ?p "CONSTRUCT ORDER BY" } # CONSTRUCT', "no CONSTRUCT"),
    ],
)
def test_a_query_that_has_no_pages_is_refused(query: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=said):
        fetch(Request("http://example.org/", query), tmp_path)


def test_the_answer_has_a_graph_that_says_where_it_is_from(ask, tmp_path: Path) -> None:
    ask(Endpoint(3))
    answer = fetch(request(), tmp_path)
    quads = list(endpoint_quads(answer, request(), BASE))
    graphs = {quad.graph_name for quad in quads}
    assert len(graphs) == 1
    graph = graphs.pop()
    assert Quad(graph, TYPE, RECORD_GRAPH, graph) in quads  # type: ignore[arg-type]
    assert Literal(answer.sha256) in {quad.object for quad in quads if quad.predicate == SHA256}
    answer.path.write_bytes(b"")
    with pytest.raises(UnreadableInput, match="not the answer"):
        list(endpoint_quads(answer, request(), BASE))


def test_nobody_at_the_address_is_said(tmp_path: Path) -> None:
    with pytest.raises(CannotRun, match="page 1"):
        fetch(Request("http://127.0.0.1:9/sparql", QUERY, tries=2), tmp_path, lambda _: None)


def test_our_own_endpoint_gives_all_it_has(site_url: str, tmp_path: Path) -> None:
    query = "CONSTRUCT { ?c a ?t } WHERE { ?c a ?t } ORDER BY ?c ?t"
    small = fetch(Request(f"{site_url}/sparql", query, page=100), tmp_path)
    large = fetch(Request(f"{site_url}/sparql", query, page=100_000), tmp_path)
    assert small.pages > 3
    assert large.pages == 1
    assert small.sha256 == large.sha256
    assert isinstance(small, Answer)
