"""The HTTP server: granian carries, :class:`Application` decides.

Granian runs inside this process, on its event loop; the only other processes are the query workers.
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn

from comity.core.errors import CannotRun, MissingDependency
from comity.serving.compression import Compression
from comity.serving.messages import EVERYWHERE, METHODS, Header, Request, Response, text_response
from comity.serving.pages import Site, load_site
from comity.serving.sparql import BODY_LIMIT, PATH, Endpoint
from comity.serving.workers import Limits, Pool

try:
    from granian.constants import Interfaces
    from granian.rsgi import HTTPProtocol, Scope  # type: ignore[attr-defined]  # imported there, but not listed
    from granian.server.embed import Server
except ImportError:
    raise MissingDependency("granian is not installed", "pip install 'comity[serve]'") from None

log = logging.getLogger(__name__)

DATASET = "data/dataset.nq"
START_SECONDS = 10.0
CLOSE_SECONDS = 3.0
PREFLIGHT: tuple[Header, ...] = (
    ("Access-Control-Allow-Headers", "Accept, Accept-Language, Content-Type, If-None-Match"),
    ("Access-Control-Max-Age", "86400"),
)


class BodyTooLargeError(Exception):
    """A request has more bytes than we read."""


@dataclass(frozen=True, slots=True)
class Application:
    """Answers all requests: the endpoint at its address, pages everywhere else."""

    site: Site
    endpoint: Endpoint | None
    compression: Compression = field(default_factory=Compression)

    async def __call__(self, scope: Scope, transport: HTTPProtocol) -> None:
        """Answer one request (RSGI)."""
        try:
            response = await self.respond(await _request(scope, transport))
        except BodyTooLargeError:
            response = text_response(413, f"a request has at most {BODY_LIMIT:,} bytes")
        except Exception:
            log.exception("%s %s failed", scope.method, scope.path)
            response = text_response(500, "the server made a mistake; it is in its log")
        _send(response, scope.method, transport)

    async def respond(self, request: Request) -> Response:
        """Answer one request."""
        at_endpoint = self.endpoint is not None and request.path == f"/{PATH}"
        allowed = METHODS.replace("HEAD", "HEAD, POST") if at_endpoint else METHODS
        if request.method == "OPTIONS":
            methods = (("Allow", allowed), ("Access-Control-Allow-Methods", allowed))
            return Response(204, (*methods, *PREFLIGHT))
        if request.method not in allowed.split(", "):
            return text_response(405, f"here you can use {allowed}", ("Allow", allowed))
        if self.endpoint and at_endpoint:
            return await self.endpoint.respond(request)
        return self.compression.answer(request, self.site.respond(request))


async def _request(scope: Scope, transport: HTTPProtocol) -> Request:
    fields: dict[str, str] = {}
    for name, value in scope.headers.items():
        fields[name] = f"{fields[name]}, {value}" if name in fields else value
    body = b""
    if scope.method == "POST":
        body = await _body(transport)
    return Request(scope.method, scope.path, scope.query_string, fields, body)


async def _body(transport: HTTPProtocol) -> bytes:
    parts: list[bytes] = []
    size = 0
    async for part in transport:
        size += len(part)
        if size > BODY_LIMIT:
            raise BodyTooLargeError
        parts.append(part)
    return b"".join(parts)


def _send(response: Response, method: str, transport: HTTPProtocol) -> None:
    headers = [(name.lower(), value) for name, value in (*response.headers, *EVERYWHERE)]
    if response.status in (204, 304):
        transport.response_empty(response.status, headers)
    elif method == "HEAD":
        transport.response_empty(response.status, [*headers, ("content-length", str(len(response.body)))])
    else:
        transport.response_bytes(response.status, headers, response.body)


def serve(
    site: Path,
    host: str = "127.0.0.1",
    port: int = 8080,
    *,
    base: str,
    timeout: float = 10.0,
    workers: int = 2,
    announce: Callable[[str], None] | None = None,
) -> None:
    """Serve a built site until SIGINT or SIGTERM.

    Args:
        site: folder of the built site; with ``data/dataset.nq`` in it there is an endpoint at ``/sparql``.
        host: address to listen on.
        port: 0 takes any free one.
        base: IRI under which the project's things are named.
        timeout: seconds after which a query is stopped.
        workers: queries answered at the same time.
        announce: called with one line when requests are answered; the line ends with the site's address.

    Raises:
        CannotRun: if the port is taken, or the site or its dataset cannot be read.
    """
    pages = load_site(site, base)
    dataset = site / DATASET
    pool = Pool(dataset, Limits(workers=workers, seconds=timeout)) if dataset.is_file() else None
    with free_port(host, port) as port, asyncio.Runner() as runner:
        runner.run(_run(pages, pool, host, port, announce or _to_stdout))


def leave() -> NoReturn:
    """End the process after :func:`serve`, with exit code 0.

    Threads of the HTTP server may still reach for Python, and they abort a process whose interpreter is taken down
    under them.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)


def _to_stdout(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


@contextmanager
def free_port(host: str, port: int) -> Iterator[int]:
    """Yield the port, or a free one for 0, which nobody else is given as a free one before we listen.

    Granian listens with SO_REUSEPORT, which lets two servers share a port and get half of the requests each; so we
    look ourselves whether somebody is there.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR if port else socket.SO_REUSEPORT, 1)
        try:
            probe.bind((host, port))
        except (OSError, OverflowError) as error:
            hint = "stop what listens there, or choose another with --port N (0 takes any free one)"
            raise CannotRun(f"cannot listen on {host} port {port}: {error}", hint) from None
        found = int(probe.getsockname()[1])
        if port:
            probe.close()
        yield found


async def _run(site: Site, pool: Pool | None, host: str, port: int, announce: Callable[[str], None]) -> None:
    stopping = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    try:
        if pool:
            await pool.start()
        application = Application(site, Endpoint(pool, site) if pool else None)
        server = Server(
            application, host, port, interface=Interfaces.RSGI, websockets=False, backlog=1024, log_enabled=False
        )
        running = asyncio.create_task(server.serve())
        await _listening(host, port, running)
        announce(f"Serving {len(site.pages):,} files at {_address(host, port)}")
        await _first(stopping, running)
    finally:
        if pool:
            await pool.close()
    server.stop()  # type: ignore[no-untyped-call]
    with suppress(TimeoutError):
        await asyncio.wait_for(running, CLOSE_SECONDS)


async def _first(stopping: asyncio.Event, running: asyncio.Task[None]) -> None:
    """Wait for a signal; a server that ends of itself is an error."""
    signalled = asyncio.create_task(stopping.wait())
    await asyncio.wait((signalled, running), return_when=asyncio.FIRST_COMPLETED)
    if not signalled.done():
        signalled.cancel()
        raise CannotRun("the HTTP server stopped", "its message is above")


async def _listening(host: str, port: int, running: asyncio.Task[None]) -> None:
    """Return when the server takes connections."""
    loop = asyncio.get_running_loop()
    until = loop.time() + START_SECONDS
    while not running.done() and loop.time() < until:
        with suppress(OSError):
            _reader, writer = await asyncio.open_connection(_reachable(host), port)
            writer.close()
            return
        await asyncio.sleep(0.02)
    raise CannotRun(f"the HTTP server does not start on {host} port {port}", "its message is above")


def _reachable(host: str) -> str:
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104


def _address(host: str, port: int) -> str:
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"
