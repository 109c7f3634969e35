"""The built site under Apache and nginx as Debian has them, each started on a free port of its own."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from time import monotonic, sleep

import pytest

from comity.core.rdf import FORMATS

ROOT = Path(__file__).parent.parent.parent
SITE = ROOT / "build" / "site"
PACKAGES = {"apache2": "apache2-bin", "nginx": "nginx"}
THING = "/id/institution/world-ai-cooperation-organization-proposal"
START_SECONDS = 10.0

APACHE = """
ServerName localhost
Listen 127.0.0.1:{port}
PidFile {folder}/pid
ErrorLog {folder}/error.log
DefaultRuntimeDir {folder}
Mutex file:{folder}
LoadModule mpm_event_module {modules}/mod_mpm_event.so
LoadModule authz_core_module {modules}/mod_authz_core.so
LoadModule mime_module {modules}/mod_mime.so
LoadModule dir_module {modules}/mod_dir.so
LoadModule headers_module {modules}/mod_headers.so
LoadModule rewrite_module {modules}/mod_rewrite.so
LoadModule negotiation_module {modules}/mod_negotiation.so
TypesConfig {folder}/mime.types
DocumentRoot {site}
<Directory {site}>
    Require all granted
    AllowOverride All
    Options FollowSymLinks
</Directory>
"""

NGINX = """
daemon off;
worker_processes 1;
pid {folder}/pid;
error_log {folder}/error.log;
events {{ }}
http {{
    include {folder}/types.conf;
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    server {{
        listen 127.0.0.1:{port};
        root {site};
        index index.html;
    }}
}}
"""

TYPES = {
    "html": "text/html", "css": "text/css", "js": "text/javascript", "svg": "image/svg+xml", "csv": "text/csv",
    "nq": "application/n-quads", **{format_.suffix: format_.media_type for format_ in FORMATS},
}  # fmt: skip


def program(name: str) -> str:
    """Return a web server's program; Debian's package is installed where it is missing."""
    path = os.environ["PATH"] + ":/usr/sbin"
    if not shutil.which(name, path=path):
        assert os.geteuid() == 0, f"{name} is missing and only root can install it: apt-get install {PACKAGES[name]}"
        # the tests start their own: no service of the machine's is wanted
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "RUNLEVEL": "1"}
        for command in (["update"], ["install", "--yes", "--no-install-recommends", PACKAGES[name]]):
            done = subprocess.run(
                ["apt-get", "--quiet", *command], env=quiet, capture_output=True, text=True, check=False
            )
            assert done.returncode == 0, done.stdout + done.stderr
    found = shutil.which(name, path=path)
    assert found is not None
    return found


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def start_apache(folder: Path, port: int) -> list[str]:
    (folder / "mime.types").write_text("".join(f"{type_} {suffix}\n" for suffix, type_ in TYPES.items()))
    settings = APACHE.format(folder=folder, port=port, site=SITE, modules="/usr/lib/apache2/modules")
    (folder / "apache.conf").write_text(settings)
    return [program("apache2"), "-f", str(folder / "apache.conf"), "-D", "FOREGROUND"]


def start_nginx(folder: Path, port: int) -> list[str]:
    types = "".join(f"{type_} {suffix};\n" for suffix, type_ in TYPES.items())
    (folder / "types.conf").write_text(f"types {{\n{types}}}\n")
    (folder / "nginx.conf").write_text(NGINX.format(folder=folder, port=port, site=SITE))
    return [program("nginx"), "-c", str(folder / "nginx.conf"), "-e", str(folder / "error.log")]


STARTERS = {"apache2": start_apache, "nginx": start_nginx}


@pytest.fixture(scope="module", params=STARTERS)
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The port of a web server over the built site."""
    assert (SITE / "index.html").is_file(), "run `make site` first"
    folder, port = tmp_path_factory.mktemp(request.param), free_port()
    folder.chmod(0o755)
    process = subprocess.Popen(STARTERS[request.param](folder, port), stderr=subprocess.PIPE, text=True)
    end = monotonic() + START_SECONDS
    while not answers(port):
        if process.poll() is not None or monotonic() > end:
            process.kill()
            log = folder / "error.log"
            pytest.fail(
                f"{request.param} does not start: {process.communicate()[1]}{log.read_text() if log.is_file() else ''}"
            )
        sleep(0.05)
    yield port
    process.terminate()
    process.wait(timeout=20)


def answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def get(port: int, path: str) -> tuple[HTTPResponse, bytes]:
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("GET", path)
    response = connection.getresponse()
    return response, response.read()


@pytest.mark.parametrize(
    ("path", "type_"),
    [
        ("/index.html", "text/html"),
        ("/index.zh.html", "text/html"),
        (f"{THING}.html", "text/html"),
        (f"{THING}.zh.html", "text/html"),
        *((f"{THING}.{format_.suffix}", format_.media_type) for format_ in FORMATS),
        ("/data/dataset.nq", "application/n-quads"),
        ("/assets/comity.css", "text/css"),
        ("/assets/app.js", "text/javascript"),
        ("/assets/favicon.svg", "image/svg+xml"),
    ],
)
def test_a_file_is_served_as_what_it_is(server: int, path: str, type_: str) -> None:
    response, body = get(server, path)
    assert response.status == 200
    assert (response.getheader("Content-Type") or "").partition(";")[0] == type_
    assert body == (SITE / path.lstrip("/")).read_bytes()


def test_the_home_page_is_the_front(server: int) -> None:
    response, body = get(server, "/")
    assert response.status == 200
    assert body == (SITE / "index.html").read_bytes()


def test_what_is_not_there_is_not_found(server: int) -> None:
    assert get(server, "/id/institution/no-such-thing.html")[0].status == 404
