"""Apache and nginx, as Debian has them, run the generated rules and answer as our own server does."""

from __future__ import annotations

import random
import re
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from time import monotonic, sleep
from urllib.parse import quote, urlsplit

import pytest
from pyoxigraph import NamedNode

from comity.conversion.project import Conversion
from comity.core.project import Project, load_project
from comity.core.starter import start_project
from comity.publishing.audit import audit, audit_served
from comity.publishing.audited import Bounds
from comity.publishing.build import BuildSummary, build
from comity.publishing.catalogue import WELL_KNOWN
from comity.publishing.foreign import publish_files
from comity.publishing.rules import example_headers
from comity.serving.asking import asking
from debian import free_port, program

MODULES = Path("/usr/lib/apache2/modules")
COMUNICA = (
    "application/n-quads,application/trig;q=0.95,application/ld+json;q=0.9,application/n-triples;q=0.8,"
    "text/turtle;q=0.6,application/rdf+xml;q=0.5,application/json;q=0.45,text/n3;q=0.35,application/xml;q=0.3,"
    "image/svg+xml;q=0.3,text/xml;q=0.3,text/html;q=0.2,application/xhtml+xml;q=0.18"
)
CHROMIUM = (
    "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8,"
    "application/signed-exchange;v=b3;q=0.7"
)
RDFLIB = "application/rdf+xml, text/n3, text/turtle, application/n-triples, application/ld+json, application/n-quads"
ACCEPTS = (
    "text/turtle", "application/ld+json", "application/n-triples", "application/rdf+xml", "text/html", "*/*",
    RDFLIB, COMUNICA, CHROMIUM,
)  # fmt: skip
SEED = 20250711
THINGS = 300
ZOO = "http://localhost/deep/"

APACHE = """
ServerName localhost
Listen 127.0.0.1:{port}
ServerRoot {folder}
PidFile {folder}/pid
ErrorLog {folder}/error.log
Mutex file:{folder}
User www-data
Group www-data
{modules}
TypesConfig /dev/null
KeepAlive On
MaxKeepAliveRequests 0
DocumentRoot {site}
<Directory />
    Require all denied
</Directory>
<Directory {site}>
    Require all granted
    AllowOverride All
    Options FollowSymLinks
</Directory>
"""
NGINX = """
daemon off;
user root;
worker_processes 1;
pid {folder}/pid;
error_log {folder}/error.log;
events {{ }}
http {{
    access_log off;
    keepalive_requests 1000000;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {site}/hosts/nginx-http.conf;
    server {{
        listen 127.0.0.1:{port};
        root {site};
        include {site}/hosts/nginx-server.conf;
    }}
}}
"""


@dataclass(frozen=True, slots=True)
class Answer:
    """What must be the same on all hosts."""

    status: int
    location: str
    content_type: str
    varies: frozenset[str]
    open: str
    body: bytes


class Client:
    """Asks one host, over one connection."""

    def __init__(self, address: str) -> None:
        self.address = urlsplit(address)
        self.connection = HTTPConnection(self.address.netloc, timeout=60)

    def page(self, path: str) -> bytes:
        """Return what a browser gets, whatever the status."""
        self.connection.request("GET", path, headers={"Accept": "text/html"})
        return self.connection.getresponse().read()

    def ask(self, path: str, accept: str = "*/*", language: str = "", method: str = "GET") -> Answer:
        headers = {"Accept": accept, **({"Accept-Language": language} if language else {})}
        self.connection.request(method, path, headers=headers)
        reply = self.connection.getresponse()
        body = reply.read()
        location = reply.getheader("Location") or ""
        varies = {part.strip() for part in (reply.getheader("Vary") or "").split(",") if part.strip()}
        return Answer(
            status=reply.status,
            location=location.removeprefix(f"http://{self.address.netloc}"),
            content_type=(reply.getheader("Content-Type") or "") if reply.status == 200 else "",
            varies=frozenset(varies) if reply.status in (303, 406) else frozenset(),
            open=reply.getheader("Access-Control-Allow-Origin") or "",
            body=body if reply.status == 200 else b"",
        )


@pytest.fixture(scope="session")
def public(built: BuildSummary) -> Iterator[Path]:
    """A copy of the site that a server with few rights may read."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        yield Path(shutil.copytree(built.site, Path(name) / "site"))


def start(command: list[str], port: int, log: Path) -> subprocess.Popen[bytes]:
    running = subprocess.Popen(command)
    until = monotonic() + 60
    while monotonic() < until and running.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return running
        sleep(0.05)
    running.terminate()
    raise AssertionError(log.read_text() if log.is_file() else f"{command[0]} does not start")


@pytest.fixture(scope="module", params=["apache2", "nginx"])
def host(request: pytest.FixtureRequest, public: Path) -> Iterator[Client]:
    yield from running_host(request.param, public)


def running_host(name: str, site: Path) -> Iterator[Client]:
    """Run one host over a site; its configuration is that of ``site``, or of the site in the folder ``deep`` of it."""
    port, binary = free_port(), program({"apache2": "apache2-bin"}.get(name, name), name)
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        settings = Path(folder) / "host.conf"
        if name == "apache2":
            wanted = ("mpm_event", "authz_core", "unixd", "mime", "dir", "headers", "rewrite", "setenvif", "alias")
            there = [one for one in wanted if (MODULES / f"mod_{one}.so").is_file()]
            modules = "\n".join(f"LoadModule {one}_module {MODULES}/mod_{one}.so" for one in there)
            settings.write_text(APACHE.format(port=port, folder=folder, site=site, modules=modules))
            command = [binary, "-f", str(settings), "-D", "FOREGROUND"]
        else:
            text = NGINX.replace("{site}/hosts", "{made}/hosts")
            made = site / "deep" if (site / "deep" / "hosts").is_dir() else site
            settings.write_text(text.format(port=port, folder=folder, site=site, made=made))
            command = [binary, "-e", f"{folder}/error.log", "-c", str(settings)]
        running = start(command, port, Path(folder) / "error.log")
        try:
            yield Client(f"http://127.0.0.1:{port}")
        finally:
            running.terminate()
            running.wait(timeout=60)


@pytest.fixture(scope="module")
def ours(site_url: str) -> Client:
    return Client(site_url)


@pytest.fixture(scope="module")
def things(conversion: Conversion, project: Project) -> list[str]:
    """Paths of things, drawn by lot from all that are ours."""
    dataset = conversion.dataset
    iris = {node.value for node in (*dataset.by_subject, *dataset.by_graph) if isinstance(node, NamedNode)}
    own = sorted(iri for iri in iris if iri.startswith(project.base) and iri != project.base)
    assert len(own) > THINGS
    drawn = random.Random(SEED).sample(own, THINGS)
    return ["/" + quote(iri.removeprefix(project.base), safe="/%~!$&'()*+,;=@:") for iri in drawn]


def test_every_rule_answers_the_same(host: Client, ours: Client, things: list[str]) -> None:
    examples = list(example_headers())
    assert len(examples) > 50
    for accept, suffix in examples:
        for path in things[:2]:
            expected = ours.ask(path, accept)
            assert expected.location.rpartition(".")[2] == suffix, accept
            assert host.ask(path, accept) == expected, accept


def test_things_answer_the_same_to_every_client(host: Client, ours: Client, things: list[str]) -> None:
    for path in things:
        for accept in ACCEPTS:
            expected = ours.ask(path, accept)
            assert expected.status == 303
            assert host.ask(path, accept) == expected, (path, accept)
            if accept == COMUNICA:
                assert not expected.location.endswith(".html")


def test_what_a_thing_leads_to_is_the_same_file(host: Client, ours: Client, things: list[str]) -> None:
    for path in things[:20]:
        for accept in ACCEPTS:
            location = ours.ask(path, accept).location
            expected = ours.ask(location, accept)
            assert expected.status == 200
            assert expected.open == "*"
            assert host.ask(location, accept) == expected, location


@pytest.mark.parametrize(
    "language", ["zh", "zh-CN,en;q=0.5", "en;q=0.5,zh;q=0.6", "fr", "fr, zh;q=0.1", "zh;q=0, *", "x"]
)
def test_languages_answer_the_same(host: Client, ours: Client, things: list[str], language: str) -> None:
    for path in (*things[:10], "/", "/queries"):
        expected = ours.ask(path, "text/html", language)
        assert host.ask(path, "text/html", language) == expected, path


@pytest.mark.parametrize(
    "path",
    ["/", "/index", "/queries", "/def", "/def/", "/nothing", "/id", "/id/", "/id/nothing/here", "/data",
     "/data/dataset", "/data/dataset.nq", "/data/dataset.nq.gz", "/data/context.jsonld", "/def.ttl", "/nothing.ttl",
     f"/{WELL_KNOWN}", "/def?query=1", "/assets/comity.css", "/sitemap.xml", "/robots.txt", "/ro-crate-metadata.json"],
)  # fmt: skip
@pytest.mark.parametrize("accept", [*ACCEPTS, "image/png", "text/html;q=0, */*;q=0", "text/turtle, text/html;q=0.1"])
def test_other_addresses_answer_the_same(host: Client, ours: Client, path: str, accept: str) -> None:
    assert host.ask(path, accept) == ours.ask(path, accept)


@pytest.mark.parametrize("name", ["apache2", "nginx"])
def test_a_site_works_below_the_top_of_a_host(name: str, tmp_path: Path) -> None:
    """Home page, things, and the page for what is missing, whose links are good at any depth."""
    (tmp_path / "zoo.ttl").write_text(f'<{ZOO}id/lion> <http://www.w3.org/2000/01/rdf-schema#label> "Lion" .')
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        publish_files([tmp_path / "zoo.ttl"], ZOO, Path(folder) / "deep")
        for client in running_host(name, Path(folder)):
            assert client.ask("/deep/id/lion", "text/turtle").location == "/deep/id/lion.ttl"
            assert b"<h1" in client.ask("/deep/", "text/html").body
            assert client.ask("/deep/id/lion.ttl").status == 200
            assert client.ask(f"/deep/{WELL_KNOWN}").content_type.startswith("text/turtle")
            page = client.page("/deep/no/such/place").decode()
            links = re.findall(r'(?:href|src)="(/[^"#]*)"', page)
            assert len(links) >= 3
            assert all(client.ask(link, "text/html").status == 200 for link in links)


def test_the_rules_for_w3id_lead_to_the_site(tmp_path: Path) -> None:
    """IRIs under one host, files at another: the ontology is as FAIR as where it stands, and everything is found."""
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        rules = Path(folder) / "w3" / ".htaccess"
        for client in running_host("apache2", Path(folder)):
            base = f"http://{client.address.netloc}/w3/"
            start_project(tmp_path / "room", base, "Reading Room")
            project = load_project(tmp_path / "room", [f"host=http://127.0.0.1:{port}/"])
            assert build(project).report.ok
            rules.parent.mkdir()
            rules.write_bytes((project.build / "site" / "hosts" / "w3id" / ".htaccess").read_bytes())
            command = [sys.executable, "-c", SERVE_AT, str(project.build / "site"), base, str(port)]
            server = start(command, port, tmp_path / "no log")
            try:
                found = audit_served(base, Bounds(pages=40, also=(project.host,)))
                direct = audit(project.build / "site", asking(project.build / "site", base))
            finally:
                server.terminate()
                server.wait(timeout=60)
            assert found.report.ok, found.report.text()
            assert found.report.inspected["answers to clients"] > 50
            assert found.fair == direct.fair
            assert {one.test for one in found.fair if one.outcome == "passed"} >= {
                "CN1",
                "URI1",
                "URI2",
                "VOC3",
                "RDF1",
            }


SERVE_AT = """
import sys
from pathlib import Path
from comity.serving.server import serve
serve(Path(sys.argv[1]), "127.0.0.1", int(sys.argv[3]), base=sys.argv[2])
"""


def test_preflight_is_answered(host: Client) -> None:
    answer = host.ask("/def", method="OPTIONS")
    assert (answer.status, answer.open) == (204, "*")
