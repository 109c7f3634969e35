"""The server as its clients meet it: a real process on a free port, over a small site that is made here."""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from urllib.parse import quote, urlencode, urlsplit

import pytest
import rdflib
from pyoxigraph import Literal, NamedNode, Quad, Triple
from SPARQLWrapper import CSV, JSON, POST, TSV, TURTLE, XML, SPARQLWrapper

from comity.core.errors import CannotRun, UnreadableInput
from comity.core.negotiation import HTML, RDF_VARIANTS, VARIANTS, choose, choose_language, weighted
from comity.core.rdf import FORMATS, serialise, serialise_quads
from comity.publishing.foreign import publish_files
from comity.serving import compression
from comity.serving.messages import Request, Response
from comity.serving.pages import load_site, site_languages
from comity.serving.query_worker import LENGTHS, Answer, Outcome, Question, pack
from comity.serving.server import free_port, serve
from comity.serving.sparql import BODY_LIMIT
from comity.serving.workers import Limits, Pool

BASE = "https://example.org/library/"
BOOK = "id/book/moby-dick"
LABEL = NamedNode("http://www.w3.org/2000/01/rdf-schema#label")
TIMEOUT = 4.5
"""Seconds after which a runaway is stopped where that is what is tested: time enough for others to be answered."""
LONG = 60.0
"""Seconds that nothing takes that is sound, however busy the machine is."""
RUNAWAY = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
DEEP = 60_000
NESTED = "SELECT * " + "{" * DEEP + "}" * DEEP
FIREFOX = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"
RDFLIB = "application/rdf+xml, text/n3, text/turtle, application/n-triples, application/ld+json, application/n-quads"
COMUNICA = (
    "application/n-quads,application/trig;q=0.95,application/ld+json;q=0.9,application/n-triples;q=0.8,"
    "text/turtle;q=0.6,application/rdf+xml;q=0.5,text/n3;q=0.35,application/xml;q=0.3,image/svg+xml;q=0.3,"
    "text/html;q=0.2,application/xhtml+xml;q=0.18"
)


@dataclass(frozen=True, slots=True)
class Reply:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()


@dataclass(frozen=True, slots=True)
class Server:
    url: str
    process: subprocess.Popen[str]

    def fetch(self, path: str, method: str = "GET", body: bytes | None = None, **headers: str) -> Reply:
        """Ask once, without following redirects or mending the path."""
        connection = http.client.HTTPConnection(urlsplit(self.url).netloc, timeout=2 * LONG)
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        try:
            connection.request(method, path, body, names)
            answer = connection.getresponse()
            return Reply(answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read())
        finally:
            connection.close()

    def ask(self, query: str, **headers: str) -> Reply:
        return self.fetch("/sparql?" + urlencode({"query": query}), **headers)

    def wrapper(self) -> SPARQLWrapper:
        return SPARQLWrapper(self.url + "sparql")


def html(language: str, title: str) -> bytes:
    text = f'<!doctype html><html lang="{language}"><title>{title}</title><h1>{title}</h1></html>\n'
    return text.encode()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("serving") / "site"
    book = Triple(NamedNode(BASE + BOOK), LABEL, Literal("Moby-Dick", language="en"))
    files = {
        "assets/style.css": b"h1 { color: navy }\n",
        "assets/long.css": b"h1 { color: navy }\n" * 100,
        "assets/picture.unknown": b"\0",
        "data/dataset.nq": serialise_quads(dataset()),
    }
    for stem in ("index", "queries", "404", BOOK):
        files[f"{stem}.html"] = html("en", stem)
        files[f"{stem}.zh.html"] = html("zh", f"{stem} 中文")
    for format_ in FORMATS:
        files[f"{BOOK}.{format_.suffix}"] = serialise([book], format_, {})
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    (folder.parent / "secret.txt").write_text("nobody may read this")
    return folder


def dataset() -> Iterator[Quad]:
    yield Quad(NamedNode(BASE + BOOK), LABEL, Literal("Moby-Dick", language="en"))
    for number in range(500):
        yield Quad(NamedNode(f"{BASE}id/page/{number}"), LABEL, Literal(number))
    for name in ("one", "two"):
        yield Quad(NamedNode(f"{BASE}id/{name}"), LABEL, Literal(name), NamedNode(f"{BASE}graph/{name}"))


@contextlib.contextmanager
def running(site: Path, timeout: float = LONG, port: int = 0) -> Iterator[Server]:
    call = f"serve(Path({str(site)!r}), port={port}, base={BASE!r}, timeout={timeout})"
    code = f"from pathlib import Path; from comity.serving.server import leave, serve; {call}; leave()"
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        found = re.search(r"http://\S+/$", line.strip())
        assert found, f"no address in {line!r}"
        yield Server(found[0], process)
    finally:
        process.terminate()
        process.wait(LONG)
        assert process.stdout is not None
        process.stdout.close()


@pytest.fixture(scope="module")
def server(site: Path) -> Iterator[Server]:
    with running(site) as started:
        yield started


# Content negotiation

MATRIX = [
    (None, "html"),
    ("*/*", "html"),
    (FIREFOX, "html"),
    ("text/*", "html"),
    ("application/*", "jsonld"),
    ("text/turtle", "ttl"),
    ("TEXT/TURTLE; charset=utf-8", "ttl"),
    ("text/turtle;q=0.2, text/html;q=0.1", "ttl"),
    ("text/html;q=0.9, application/rdf+xml", "rdf"),
    ("*/*;q=0.1, application/n-triples;q=0.2", "nt"),
    ("text/html;q=0, */*", "ttl"),
    ("text/html;q=0, text/*;q=0.5, application/ld+json;q=0.4", "ttl"),
    ('application/ld+json;profile="http://www.w3.org/ns/json-ld#expanded, x"', "jsonld"),
    ("application/json", "jsonld"),
    ("text/html;q=nonsense, application/rdf+xml;q=0.1", "rdf"),
    ("text/n3, */*;q=0.1", "ttl"),
    ("text/plain, */*;q=0.1", "nt"),
    (RDFLIB, "ttl"),
    (COMUNICA, "jsonld"),
    ("image/png", None),
    ("text/html;q=0", None),
    ("text/turtle;q=0, text/html;q=0.0", None),
]


@pytest.mark.parametrize(("accept", "suffix"), MATRIX)
def test_a_thing_answers_with_the_file_that_the_client_likes_best(
    server: Server, accept: str | None, suffix: str | None
) -> None:
    reply = server.fetch(f"/{BOOK}", **({"Accept": accept} if accept else {}))
    assert reply.headers["vary"] == "Accept, Accept-Language"
    assert reply.headers["access-control-allow-origin"] == "*"
    assert "Link" in reply.headers["access-control-expose-headers"]
    if suffix is None:
        assert reply.status == 406
        assert f"/{BOOK}.ttl" in reply.text
        assert f"</{BOOK}.ttl>" in reply.headers["link"]
    else:
        assert (reply.status, reply.headers["location"]) == (303, f"/{BOOK}.{suffix}")


@pytest.mark.parametrize(
    ("accept_language", "language"),
    [
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh"),
        ("zh-Hant-TW", "zh"),
        ("en-GB, zh;q=0.9", "en"),
        ("fr", "en"),
        ("fr, *;q=0.1", "en"),
        ("en;q=0.1, *", "zh"),
        ("en;q=0, zh;q=0.5", "zh"),
        ("", "en"),
    ],
)
def test_the_reader_s_language_picks_the_page(server: Server, accept_language: str, language: str) -> None:
    reply = server.fetch(f"/{BOOK}", Accept=FIREFOX, Accept_Language=accept_language)
    assert reply.headers["location"] == (f"/{BOOK}.html" if language == "en" else f"/{BOOK}.{language}.html")
    home = server.fetch("/", Accept=FIREFOX, Accept_Language=accept_language)
    assert (home.status, home.headers["content-language"]) == (200, language)
    assert home.headers["content-location"] == ("/index.html" if language == "en" else f"/index.{language}.html")
    assert home.headers["vary"] == "Accept, Accept-Language"
    assert f'lang="{language}"' in home.text


def test_links_name_the_thing_and_its_other_files(server: Server) -> None:
    for path in (f"/{BOOK}", f"/{BOOK}.html", f"/{BOOK}.ttl"):
        link = server.fetch(path).headers["link"]
        assert f'<{BASE}{BOOK}>; rel="canonical"' in link
        assert f'</{BOOK}.rdf>; rel="alternate"; type="application/rdf+xml"' in link
        assert f'<{BASE}{BOOK}.zh.html>; rel="alternate"; type="text/html"; hreflang="zh"' in link
    assert f'<{BASE}>; rel="canonical"' in server.fetch("/").headers["link"]


def test_the_table_serves_every_format_that_is_published() -> None:
    assert [(variant.suffix, variant.media_type) for variant in RDF_VARIANTS] == [
        (format_.suffix, format_.media_type) for format_ in FORMATS
    ]
    qualities = [variant.quality for variant in VARIANTS]
    assert qualities == sorted(set(qualities), reverse=True), "no two forms tie"


def test_weights_of_repeated_and_malformed_items() -> None:
    assert weighted("a/b;q=0.1, a/b;q=0.3, ,;q=1, c/d;q=2, e/f;level=1;q=0.5") == {"a/b": 0.3, "e/f": 0.5}
    assert choose("", [HTML]) is HTML
    assert choose("*/*", []) is None
    assert choose_language("pt-BR", ["en", "pt", "pt-BR"]) == "pt-BR"


# Files


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        (f"/{BOOK}.html", "text/html; charset=utf-8"),
        (f"/{BOOK}.ttl", "text/turtle; charset=utf-8"),
        (f"/{BOOK}.jsonld", "application/ld+json"),
        (f"/{BOOK}.nt", "application/n-triples"),
        (f"/{BOOK}.rdf", "application/rdf+xml"),
        ("/data/dataset.nq", "application/n-quads"),
        ("/assets/style.css", "text/css; charset=utf-8"),
        ("/assets/picture.unknown", "application/octet-stream"),
    ],
)
def test_a_file_has_its_media_type_and_validator(server: Server, site: Path, path: str, kind: str) -> None:
    reply = server.fetch(path, Accept="image/png")
    assert (reply.status, reply.headers["content-type"]) == (200, kind)
    assert reply.body == (site / path[1:]).read_bytes()
    assert reply.headers["cache-control"] == "no-cache"
    etag = reply.headers["etag"]
    for known in (etag, f'"other", W/{etag}', "*"):
        again = server.fetch(path, If_None_Match=known)
        assert (again.status, again.body, again.headers["etag"]) == (304, b"", etag)
    assert server.fetch(path, If_None_Match='"other"').status == 200


def test_a_long_file_travels_compressed_to_those_who_take_it_so(server: Server, site: Path) -> None:
    path, content = "/assets/long.css", (site / "assets/long.css").read_bytes()
    as_it_is = server.fetch(path)
    packed = server.fetch(path, Accept_Encoding="br, gzip")
    assert as_it_is.body == gzip.decompress(packed.body) == content
    assert len(packed.body) < len(content) // 5
    assert packed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in as_it_is.headers
    assert packed.headers["vary"] == as_it_is.headers["vary"] == "Accept-Encoding"
    assert packed.headers["etag"] != as_it_is.headers["etag"], "two representations, two tags"
    again = server.fetch(path, Accept_Encoding="gzip", If_None_Match=packed.headers["etag"])
    assert (again.status, again.body, again.headers["etag"]) == (304, b"", packed.headers["etag"])
    for refusing in ("identity", "gzip;q=0", "br"):
        assert server.fetch(path, Accept_Encoding=refusing).body == content
    assert "content-encoding" not in server.fetch("/assets/style.css", Accept_Encoding="gzip").headers, "too short"


def test_what_was_compressed_is_kept_up_to_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compression, "KEPT", 150)
    packer = compression.Compression()
    request = Request("GET", "/x", "", {"accept-encoding": "gzip"})
    for number in range(20):
        page = Response(200, (("ETag", f'"{number}"'), ("Content-Type", "text/html")), b"%d " % number * 500)
        answer = packer.answer(request, page)
        assert gzip.decompress(answer.body) == page.body
    assert sum(map(len, packer._made.values())) <= 150
    assert packer._made


def test_head_says_what_get_would(server: Server) -> None:
    for path in ("/", f"/{BOOK}", f"/{BOOK}.ttl", "/nowhere", "/sparql?query=ASK%7B%7D"):
        get, head = server.fetch(path), server.fetch(path, "HEAD")
        assert head.status == get.status
        assert head.body == b""
        assert replace(head, body=get.body).headers | {"date": ""} == get.headers | {"date": ""}


def test_options_and_other_methods(server: Server) -> None:
    page = server.fetch(f"/{BOOK}", "OPTIONS", Origin="https://elsewhere.example")
    assert (page.status, page.headers["allow"]) == (204, "GET, HEAD, OPTIONS")
    assert page.headers["access-control-allow-origin"] == "*"
    endpoint = server.fetch("/sparql", "OPTIONS")
    assert endpoint.headers["access-control-allow-methods"] == "GET, HEAD, POST, OPTIONS"
    assert "Content-Type" in endpoint.headers["access-control-allow-headers"]
    for method in ("POST", "PUT", "DELETE", "PATCH", "TRACE"):
        refused = server.fetch(f"/{BOOK}", method)
        assert (refused.status, refused.headers["allow"]) == (405, "GET, HEAD, OPTIONS")
    assert server.fetch("/sparql", "PUT").status == 405


@pytest.mark.parametrize(
    "path",
    [
        "/../secret.txt",
        "/%2e%2e/secret.txt",
        "/..%2fsecret.txt",
        "/assets/../../secret.txt",
        "/assets/..%5c..%5csecret.txt",
        "//etc/passwd",
        "/%00",
        "/assets",
        "/assets/",
        "/id/book/",
        "/ID/book/moby-dick",
        f"/{BOOK}.zh",
        "/" + "x" * 5000,
    ],
)
def test_what_is_not_there_is_not_found(server: Server, path: str) -> None:
    reply = server.fetch(path, Accept=FIREFOX)
    assert (reply.status, reply.headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert b"nobody" not in reply.body
    assert "404 中文" in server.fetch(path, Accept=FIREFOX, Accept_Language="zh").text
    machine = server.fetch(path, Accept="text/turtle")
    assert (machine.status, machine.headers["content-type"]) == (404, "text/plain; charset=utf-8")


def test_the_page_for_what_is_missing_works_at_any_depth(tmp_path: Path) -> None:
    (tmp_path / "zoo.ttl").write_text(f'<{BASE}deep/zoo/lion> {LABEL} "Lion" .', encoding="utf-8")
    publish_files([tmp_path / "zoo.ttl"], f"{BASE}deep/zoo/", tmp_path / "site")
    site = load_site(tmp_path / "site", f"{BASE}deep/zoo/")
    page = site.respond(Request("GET", "/no/such/place", "", {"accept": "text/html"})).body.decode()
    links = re.findall(r'(?:href|src)="(/[^"#]*)"', page)
    assert len(links) >= 3
    for link in links:
        assert site.respond(Request("GET", link, "", {})).status == 200, link


def test_a_slash_at_the_end_is_no_other_thing(server: Server) -> None:
    assert server.fetch(f"/{BOOK}/").headers["location"] == f"/{BOOK}.html"


def test_a_site_says_itself_which_languages_it_has() -> None:
    home = {"index.html": html("fr", ""), "index.pt-BR.html": b"", "index.css.map": b"", "x.de.html": b""}
    assert site_languages(home) == ("fr", "pt-BR")
    assert site_languages({"index.html": b"<p>"}) == ("und",)


def test_a_folder_without_files_is_no_site(tmp_path: Path) -> None:
    with pytest.raises(UnreadableInput):
        load_site(tmp_path, BASE)
    with pytest.raises(UnreadableInput):
        load_site(tmp_path / "missing", BASE)


# Clients that others wrote


@pytest.mark.parametrize("format_", [None, "turtle", "xml", "json-ld", "nt", "n3"])
def test_rdflib_reads_a_thing_by_its_address(server: Server, format_: str | None) -> None:
    graph = rdflib.Graph().parse(f"{server.url}{BOOK}", format=format_)
    assert list(graph) == [
        (rdflib.URIRef(BASE + BOOK), rdflib.RDFS.label, rdflib.Literal("Moby-Dick", lang="en")),
    ]


def test_sparqlwrapper_selects(server: Server) -> None:
    client = server.wrapper()
    client.setQuery(f"SELECT ?name {{ <{BASE}{BOOK}> ?p ?name }}")
    client.setReturnFormat(JSON)
    [row] = client.queryAndConvert()["results"]["bindings"]
    assert row["name"] == {"type": "literal", "value": "Moby-Dick", "xml:lang": "en"}
    client.setReturnFormat(XML)
    assert client.queryAndConvert().getElementsByTagName("literal")[0].firstChild.data == "Moby-Dick"
    for form, expected in ((CSV, b"name\r\nMoby-Dick\r\n"), (TSV, b'?name\n"Moby-Dick"@en\n')):
        client.setReturnFormat(form)
        assert client.queryAndConvert() == expected


def test_sparqlwrapper_asks_and_constructs_by_post(server: Server) -> None:
    client = server.wrapper()
    client.setMethod(POST)
    client.setReturnFormat(JSON)
    client.setQuery(f"ASK {{ <{BASE}{BOOK}> ?p ?o }}")
    assert client.queryAndConvert() == {"head": {}, "boolean": True}
    client.setQuery(f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ VALUES ?s {{ <{BASE}{BOOK}> }} ?s ?p ?o }}")
    client.setReturnFormat(TURTLE)
    assert len(rdflib.Graph().parse(data=client.queryAndConvert(), format="turtle")) == 1
    client.setReturnFormat(XML)
    assert len(client.queryAndConvert()) == 1


# The SPARQL protocol


def number(reply: Reply) -> int:
    assert reply.status == 200, reply.text
    return int(json.loads(reply.text)["results"]["bindings"][0]["n"]["value"])


def post(server: Server, body: bytes, kind: str, path: str = "/sparql", **headers: str) -> Reply:
    return server.fetch(path, "POST", body, Content_Type=kind, **headers)


def test_three_ways_to_ask(server: Server) -> None:
    assert number(server.ask(COUNT)) == 501
    form = urlencode({"query": COUNT}).encode()
    assert number(post(server, form, "application/x-www-form-urlencoded; charset=UTF-8")) == 501
    assert number(post(server, COUNT.encode(), "application/sparql-query")) == 501


def test_the_default_graph_is_never_the_union(server: Server) -> None:
    one, two = f"{BASE}graph/one", f"{BASE}graph/two"
    everywhere = "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }"

    def asked(query: str, *dataset: tuple[str, str]) -> int:
        return number(server.fetch("/sparql?" + urlencode([("query", query), *dataset])))

    assert asked(everywhere) == 2
    assert asked(COUNT, ("default-graph-uri", one)) == 1
    assert asked(COUNT, ("default-graph-uri", one), ("default-graph-uri", two)) == 2
    assert asked(COUNT, ("named-graph-uri", one)) == 0
    assert asked(everywhere, ("named-graph-uri", one)) == 1
    assert asked(everywhere, ("default-graph-uri", one)) == 0
    from_one = COUNT.replace("{", f"FROM <{one}> {{", 1)
    assert asked(from_one) == 1
    assert asked(from_one, ("default-graph-uri", one), ("default-graph-uri", two)) == 2
    bare = "/sparql?" + urlencode({"default-graph-uri": one})
    assert number(post(server, COUNT.encode(), "application/sparql-query", bare)) == 1
    broken = server.fetch("/sparql?" + urlencode({"query": COUNT, "default-graph-uri": "no iri"}))
    assert broken.status == 400


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        (None, "application/sparql-results+json"),
        (FIREFOX, "application/sparql-results+json"),
        ("application/sparql-results+xml", "application/sparql-results+xml"),
        ("text/csv", "text/csv; charset=utf-8"),
        ("text/tab-separated-values, text/csv;q=0.5", "text/tab-separated-values; charset=utf-8"),
        ("text/turtle", None),
    ],
)
def test_the_form_of_results(server: Server, accept: str | None, kind: str | None) -> None:
    for query in (COUNT, "ASK {}"):
        reply = server.ask(query, **({"Accept": accept} if accept else {}))
        assert (reply.status, reply.headers["content-type"]) == (
            (200, kind) if kind else (406, "text/plain; charset=utf-8")
        )


@pytest.mark.parametrize("variant", RDF_VARIANTS, ids=lambda variant: variant.suffix)
def test_the_form_of_graphs(server: Server, variant) -> None:
    twice = "CONSTRUCT { <http://example.org/s> <http://example.org/p> 1 } WHERE { VALUES ?x { 1 2 } }"
    reply = server.ask(twice, Accept=variant.media_type)
    assert reply.headers["content-type"] == variant.content_type
    assert len(rdflib.Graph().parse(data=reply.body, format=variant.media_type)) == 1
    assert reply.body.count(b"http://example.org/s") == 1
    assert server.ask(twice, Accept="text/csv").status == 406
    assert server.ask(f"DESCRIBE <{BASE}{BOOK}>", Accept=variant.media_type).status == 200


def test_a_malformed_query_is_told_where(server: Server) -> None:
    reply = server.ask("SELECT *\nWHERE { ?s ?p ?o } LIMIT many")
    assert (reply.status, reply.headers["content-type"]) == (400, "text/plain; charset=utf-8")
    assert "line 2, column 26" in reply.text
    assert server.ask("SELECT * { ?s nope:p ?o }").status == 400


@pytest.mark.parametrize(
    ("path", "body", "kind", "status"),
    [
        ("/sparql?query=ASK%7B%7D&query=ASK%7B%7D", None, "", 400),
        ("/sparql?query=%FF", None, "", 400),
        ("/sparql", b"", "application/x-www-form-urlencoded", 400),
        ("/sparql", b"\xff", "application/sparql-query", 400),
        ("/sparql", b"ASK {}", "text/plain", 415),
        ("/sparql", b"a=1&" * 1001, "application/x-www-form-urlencoded", 400),
        ("/sparql", b"#" * (BODY_LIMIT + 1), "application/sparql-query", 413),
        ("/sparql", b"#" * (BODY_LIMIT - 7) + b"\nASK {}", "application/sparql-query", 200),
    ],
)
def test_requests_at_the_edge(server: Server, path: str, body: bytes | None, kind: str, status: int) -> None:
    reply = server.fetch(path, "POST" if body is not None else "GET", body, Content_Type=kind)
    assert reply.status == status
    assert reply.headers["access-control-allow-origin"] == "*"


def test_nothing_can_be_changed(server: Server) -> None:
    update = f"PREFIX : <{BASE}> # a comment\nINSERT DATA {{ :a :b :c }}"
    for reply in (
        post(server, urlencode({"update": update}).encode(), "application/x-www-form-urlencoded"),
        post(server, update.encode(), "application/sparql-update"),
        post(server, update.encode(), "application/sparql-query"),
        server.ask(update),
        server.fetch("/sparql?" + urlencode({"update": update})),
    ):
        assert reply.status == 405
        assert "POST" in reply.headers["allow"]
        assert "nothing can be changed" in reply.text
    assert number(server.ask(COUNT)) == 501


def test_the_endpoint_without_a_query(server: Server) -> None:
    assert server.fetch("/sparql", Accept=FIREFOX).headers["location"] == "/queries.html"
    assert server.fetch("/sparql", Accept=FIREFOX, Accept_Language="zh").headers["location"] == "/queries.zh.html"
    graph = rdflib.Graph().parse(server.url + "sparql")
    description = rdflib.Namespace("http://www.w3.org/ns/sparql-service-description#")
    assert (rdflib.URIRef(BASE + "sparql"), rdflib.RDF.type, description.Service) in graph
    assert len(list(graph.objects(None, description.resultFormat))) == 8
    assert server.fetch("/sparql", Accept="image/png").status == 406


# Hostile queries


def test_a_runaway_query_is_stopped_and_pages_do_not_wait(site: Path) -> None:
    with running(site, timeout=TIMEOUT) as server:
        replies: list[Reply] = []
        thread = threading.Thread(target=lambda: replies.append(server.ask(RUNAWAY)))
        began = time.monotonic()
        thread.start()
        time.sleep(0.2)
        assert server.fetch("/").status == 200
        assert number(server.ask(COUNT)) == 501
        assert replies == [], "both were answered while the runaway still ran"
        thread.join()
        assert TIMEOUT <= time.monotonic() - began < TIMEOUT + LONG
        assert replies[0].status == 504
        assert f"stopped after {TIMEOUT} seconds" in replies[0].text
        assert number(server.ask(COUNT)) == 501


def test_a_query_that_crashes_its_engine_harms_nobody(server: Server) -> None:
    for _ in range(4):
        crashed = post(server, NESTED.encode(), "application/sparql-query")
        assert crashed.status == 500
        assert "nests too deeply" in crashed.text
        assert number(server.ask(COUNT)) == 501


def test_an_answer_that_is_too_large_is_an_error(server: Server) -> None:
    reply = server.ask("SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }")
    assert reply.status in (500, 504)
    assert "more than 50,000,000 bytes" in reply.text or "stopped after" in reply.text


REMOTE = [
    "SELECT * { SERVICE <http://127.0.0.1:PORT/> { ?s ?p ?o } }",
    "SELECT * { service silent <http://127.0.0.1:PORT/> { ?s ?p ?o } }",
    "SELECT * { BIND(<http://127.0.0.1:PORT/> AS ?g) SERVICE ?g { ?s ?p ?o } }",
    "SELECT * { ?s ?p ?o FILTER EXISTS { SERVICE#x\n<http://127.0.0.1:PORT/>{ ?s ?p ?o } } }",
    r"SELECT * { \u0053ERVICE <http://127.0.0.1:PORT/> { ?s ?p ?o } }",
    "SELECT * FROM <http://127.0.0.1:PORT/> { ?s ?p ?o }",
    "LOAD <http://127.0.0.1:PORT/>",
]


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(0.3)
        yield listening


@pytest.mark.parametrize("query", REMOTE)
def test_no_query_reaches_another_server(server: Server, listener: socket.socket, query: str) -> None:
    reply = server.ask(query.replace("PORT", str(listener.getsockname()[1])))
    assert reply.status in (400, 403, 405) or json.loads(reply.text)["results"]["bindings"] == []
    assert ("is not answered here" in reply.text) == (reply.status == 403)
    with pytest.raises(TimeoutError):
        listener.accept()


@pytest.mark.parametrize("sealed", [True, False])
def test_a_worker_cannot_open_a_socket(site: Path, listener: socket.socket, sealed: bool) -> None:
    """The seal holds where the words are let through; without it the engine does connect."""
    code = "import comity.serving.query_worker as w; w.refuse_remote = lambda text: None"
    code += "; w.main()" if sealed else "; w.seal = lambda: None; w.main()"
    query = f"SELECT * {{ SERVICE <http://127.0.0.1:{listener.getsockname()[1]}/> {{ ?s ?p ?o }} }}"
    worker = subprocess.Popen(
        [sys.executable, "-c", code, str(site / "data/dataset.nq"), "--seconds", str(LONG)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert worker.stdin is not None
    assert worker.stdout is not None
    with worker, worker.stdin, worker.stdout:
        header, _ = LENGTHS.unpack(worker.stdout.read(LENGTHS.size))
        worker.stdout.read(header)
        question = Question(query, "application/sparql-results+json", "text/turtle", BASE)
        worker.stdin.write(pack(asdict(question)))
        worker.stdin.flush()
        if not sealed:
            listener.settimeout(LONG)
            listener.accept()[0].close()
            return
        header, _ = LENGTHS.unpack(worker.stdout.read(LENGTHS.size))
        assert json.loads(worker.stdout.read(header))["outcome"] == Outcome.FAILED
        with pytest.raises(TimeoutError):
            listener.accept()


def asked_together(site: Path, limits: Limits, *queries: str) -> list[Outcome]:
    """Return how queries end that are asked at the same moment, then a last one."""

    async def run() -> list[Outcome]:
        pool = Pool(site / "data/dataset.nq", limits)
        await pool.start()
        try:
            questions = [Question(query, "text/csv", "text/turtle", BASE) for query in (*queries, COUNT)]
            answers = await asyncio.gather(*(pool.ask(question) for question in questions[:-1]))
            return [answer.outcome for answer in (*answers, await pool.ask(questions[-1]))]
        finally:
            await pool.close()

    return asyncio.run(run())


def test_who_comes_when_too_many_wait_is_turned_away(site: Path) -> None:
    limits = Limits(workers=1, waiting=1, seconds=3)
    outcomes = asked_together(site, limits, RUNAWAY, RUNAWAY, COUNT, COUNT)
    assert outcomes[0] == Outcome.TIMED_OUT
    assert outcomes[2:4] == [Outcome.BUSY, Outcome.BUSY]
    assert outcomes[-1] == Outcome.ANSWERED


def test_who_waits_for_an_answer_while_the_server_stops_is_told_so(
    site: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async def run() -> Answer:
        pool = Pool(site / "data/dataset.nq", Limits(workers=1, seconds=30))
        await pool.start()
        asked = asyncio.create_task(pool.ask(Question(RUNAWAY, "text/csv", "text/turtle", BASE)))
        await asyncio.sleep(0.3)
        await pool.close()
        return await asked

    answer = asyncio.run(run())
    assert answer.outcome == Outcome.BUSY
    assert "stopping" in answer.message
    assert caplog.messages == [], "no query crashed, and no worker was replaced"


def test_a_query_that_takes_all_memory_ends_alone(site: Path) -> None:
    hungry = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY DESC(?a) ?d ?g"
    limits = Limits(workers=1, seconds=2 * LONG, memory=700 << 20)
    assert asked_together(site, limits, hungry) == [Outcome.CRASHED, Outcome.ANSWERED]


def test_an_answer_has_a_largest_size(site: Path) -> None:
    limits = Limits(workers=1, seconds=LONG, result_bytes=1000)
    everything = "SELECT * { ?s ?p ?o }"
    graph = "CONSTRUCT WHERE { ?s ?p ?o }"
    outcomes = asked_together(site, limits, everything, graph)
    assert outcomes == [Outcome.TOO_LARGE, Outcome.TOO_LARGE, Outcome.ANSWERED]


def test_a_dataset_that_cannot_be_loaded_stops_the_start(tmp_path: Path) -> None:
    broken = tmp_path / "data" / "dataset.nq"
    broken.parent.mkdir()
    broken.write_text("this is no N-Quads\n")
    with pytest.raises(CannotRun, match="no query worker starts"):
        asked_together(tmp_path, Limits(workers=1))


# Start and end


def children(parent: int) -> list[int]:
    """Return the live processes whose parent is this one (proc_pid_stat(5): state is field 3, parent field 4)."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            state, up = stat.read_text().rpartition(")")[2].split()[:2]
            if int(up) == parent and state != "Z":
                found.append(int(stat.parent.name))
    return found


def gone(processes: list[int], within: float) -> bool:
    until = time.monotonic() + within
    while time.monotonic() < until:
        if not any(Path(f"/proc/{pid}").exists() for pid in processes):
            return True
        time.sleep(0.05)
    return False


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_the_server_and_all_workers(site: Path, number: signal.Signals) -> None:
    with running(site) as server:
        workers = children(server.process.pid)
        assert len(workers) == 3, "two workers and a spare"
        threading.Thread(target=lambda: contextlib.suppress(Exception) or server.ask(RUNAWAY), daemon=True).start()
        idle = socket.create_connection(("127.0.0.1", urlsplit(server.url).port or 0))
        time.sleep(0.3)
        server.process.send_signal(number)
        assert server.process.wait(LONG) == 0
        idle.close()
        assert gone(workers, LONG)


def test_workers_do_not_outlive_a_server_that_is_killed(site: Path) -> None:
    with running(site, timeout=1) as server:
        workers = children(server.process.pid)

        def ask() -> None:
            with contextlib.suppress(OSError, http.client.HTTPException):
                server.ask(RUNAWAY)

        thread = threading.Thread(target=ask)
        thread.start()
        time.sleep(0.3)
        server.process.kill()
        thread.join()
        assert gone(workers, LONG)


def test_a_port_that_is_taken_is_said_so(site: Path, server: Server) -> None:
    port = urlsplit(server.url).port or 0
    with pytest.raises(CannotRun, match=str(port)) as caught:
        serve(site, port=port, base=BASE)
    assert "--port" in caught.value.hint


def test_a_free_port_is_given_to_nobody_else_before_the_server_listens() -> None:
    with free_port("127.0.0.1", 0) as port, socket.socket() as other:
        with pytest.raises(OSError, match="in use"):
            other.bind(("127.0.0.1", port))
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)  # as granian does
        other.bind(("127.0.0.1", port))


def test_a_site_without_a_dataset_has_no_endpoint(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_bytes(html("en", "home"))
    with running(tmp_path) as server:
        assert children(server.process.pid) == []
        assert server.fetch("/").status == 200
        assert server.fetch("/sparql?query=" + quote(COUNT)).status == 404
        assert server.fetch("/sparql", "POST", b"").status == 405


def test_the_address_that_is_announced_works(server: Server) -> None:
    with urllib.request.urlopen(server.url) as answer:
        assert answer.status == 200
    assert os.getpid() != server.process.pid
