"""Our reader of endpoints against another maker's server: Virtuoso, as Debian packages it."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, parse, serialize

from comity.conversion.endpoints import Request, fetch
from debian import free_port, program

PACKAGE = "virtuoso-opensource-7"
GRAPH = "http://example.org/graph"
TRIPLES = 2500
QUERY = f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH <{GRAPH}> {{ ?s ?p ?o }} }} ORDER BY ?s ?p ?o"
INI = """[Database]
DatabaseFile = {folder}/virtuoso.db
ErrorLogFile = {folder}/virtuoso.log
LockFile = {folder}/virtuoso.lck
TransactionFile = {folder}/virtuoso.trx
xa_persistent_file = {folder}/virtuoso.pxa
[TempDatabase]
DatabaseFile = {folder}/virtuoso-temp.db
TransactionFile = {folder}/virtuoso-temp.trx
[Parameters]
ServerPort = 127.0.0.1:{sql}
DirsAllowed = {folder}
NumberOfBuffers = 10000
[HTTPServer]
ServerPort = 127.0.0.1:{http}
[SPARQL]
ResultSetMaxRows = 10000
"""


def triples() -> list[Quad]:
    about = NamedNode("http://example.org/number")
    return [
        Quad(NamedNode(f"http://example.org/{number}"), about, Literal(f"Zahl {number}", language="de"))
        for number in range(TRIPLES)
    ]


@pytest.fixture(scope="module")
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a Virtuoso that holds our triples."""
    server, client = program(PACKAGE, "virtuoso-t"), program(PACKAGE, "isql-vt", "isql-v")
    folder = tmp_path_factory.mktemp("virtuoso")
    sql, http = free_port(), free_port()
    (folder / "virtuoso.ini").write_text(INI.format(folder=folder, sql=sql, http=http))
    (folder / "data.nt").write_bytes(serialize([quad.triple for quad in triples()], format=RdfFormat.N_TRIPLES) or b"")
    process = subprocess.Popen([server, "+foreground", "+configfile", str(folder / "virtuoso.ini")], cwd=folder)
    try:
        wait_for(f"http://127.0.0.1:{http}/sparql", process)
        load = f"DB.DBA.TTLP_MT(file_to_string_output('{folder}/data.nt'), '', '{GRAPH}'); checkpoint;"
        command = [client, f"127.0.0.1:{sql}", "dba", "dba", f"exec={load}"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        yield f"http://127.0.0.1:{http}/sparql"
    finally:
        process.terminate()
        process.wait(timeout=60)


def wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    for _ in range(240):
        assert process.poll() is None, "Virtuoso stopped"
        try:
            urlopen(url, timeout=2).close()
        except (URLError, OSError):
            time.sleep(0.5)
        else:
            return
    raise AssertionError(f"nothing answers at {url}")


def test_virtuoso_is_read_page_by_page_and_gives_all_it_has(endpoint: str, tmp_path: Path) -> None:
    answer = fetch(Request(endpoint, QUERY, page=400), tmp_path)
    assert (answer.triples, answer.pages) == (TRIPLES, 7)
    found = {quad.triple for quad in parse(path=str(answer.path), format=RdfFormat.N_QUADS)}
    assert found == {quad.triple for quad in triples()}
    assert fetch(Request(endpoint, QUERY, page=1000), tmp_path).sha256 == answer.sha256
