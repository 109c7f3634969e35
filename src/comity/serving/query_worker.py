"""One process that answers strangers' queries, and that may be killed at any moment.

A query can nest so deeply that the engine's stack overflows, or run for days: neither can be stopped from inside.
So it runs here: ``python -m comity.serving.query_worker DATASET.nq``. Frames come in on standard input and go out on
standard output; when the dataset is loaded the process can open no file and no socket any more.

A frame is two lengths of four bytes, big-endian, then a JSON header and a body of these lengths.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import re
import resource
import signal
import struct
import sys
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import IO, TYPE_CHECKING, Any

from pyoxigraph import NamedNode, QueryResultsFormat, QueryTriples, RdfFormat, Store, Triple, serialize

from comity.core.errors import UsageError
from comity.store.answers import refuse_remote

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer as Buffer

LENGTHS = struct.Struct(">II")
POSITION = re.compile(r"error at (?P<line>\d+):(?P<column>\d+): (?P<problem>.*)", re.DOTALL)
PROLOGUE = r"(?:\s|#[^\n]*\n|BASE\s*<[^>]*>|PREFIX\s*[^\s:]*:\s*<[^>]*>)*"
UPDATE = re.compile(PROLOGUE + r"(?:INSERT|DELETE|LOAD|CLEAR|CREATE|DROP|COPY|MOVE|ADD|WITH)\b", re.IGNORECASE)
GRACE = 2.0
"""Seconds after its time that a query ends its own process, should nobody be there any more to kill it."""


class Outcome(StrEnum):
    """How a question ended."""

    ANSWERED = "answered"
    MALFORMED = "malformed"
    UPDATE = "update"
    REMOTE = "remote"
    NOT_ACCEPTABLE = "not acceptable"
    TOO_LARGE = "too large"
    FAILED = "failed"
    TIMED_OUT = "timed out"
    CRASHED = "crashed"
    BUSY = "busy"


@dataclass(frozen=True, slots=True)
class Question:
    """A query as the protocol gives it.

    Attributes:
        results_type: media type for the answer to SELECT and ASK; empty if the client accepts none.
        graph_type: media type for the answer to CONSTRUCT and DESCRIBE; empty if the client accepts none.
        default_graphs, named_graphs: the dataset of the protocol; ``None`` leaves it to the query.
    """

    query: str
    results_type: str
    graph_type: str
    base: str
    default_graphs: list[str] | None = None
    named_graphs: list[str] | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of a question: results in ``body``, or a message that says why there are none."""

    outcome: Outcome
    message: str = ""
    media_type: str = ""
    body: bytes = b""


class TooLargeError(Exception):
    """The result has more bytes than we send."""


class CappedOutput(io.BytesIO):
    """Collects what is written, up to a limit."""

    def __init__(self, limit: int) -> None:
        super().__init__()
        self.limit = limit

    def write(self, part: Buffer, /) -> int:
        """Take some bytes in.

        Raises:
            TooLargeError: if there is no room for them.
        """
        if self.tell() + len(memoryview(part)) > self.limit:
            raise TooLargeError
        return super().write(part)


def pack(header: dict[str, Any], body: bytes = b"") -> bytes:
    """Return a frame."""
    text = json.dumps(header).encode()
    return LENGTHS.pack(len(text), len(body)) + text + body


def answer(store: Store, question: Question, limit: int) -> Answer:
    """Answer one question; the default graph is never the union of the named ones."""
    try:
        refuse_remote(question.query)
        return _evaluate(store, question, limit)
    except UsageError as error:
        return Answer(Outcome.REMOTE, f"{error.message}; {error.hint}")
    except SyntaxError as error:
        return _malformed(question.query, str(error))
    except ValueError as error:
        return Answer(Outcome.MALFORMED, f"an IRI in the request is malformed: {error}")
    except TooLargeError:
        return Answer(Outcome.TOO_LARGE, f"the result has more than {limit:,} bytes; ask for less, or use LIMIT")
    except (OSError, RuntimeError) as error:
        return Answer(Outcome.FAILED, str(error))


def _malformed(query: str, problem: str) -> Answer:
    if UPDATE.match(query):
        return Answer(Outcome.UPDATE, "this endpoint answers queries; nothing can be changed through it")
    if found := POSITION.match(problem):
        problem = f"line {found['line']}, column {found['column']}: {found['problem']}"
    return Answer(Outcome.MALFORMED, f"the query is malformed at {problem}")


def _evaluate(store: Store, question: Question, limit: int) -> Answer:
    found = store.query(
        question.query,
        base_iri=question.base,
        default_graph=_nodes(question.default_graphs),
        named_graphs=_nodes(question.named_graphs),
    )
    media_type = question.graph_type if isinstance(found, QueryTriples) else question.results_type
    if not media_type:
        return Answer(Outcome.NOT_ACCEPTABLE, _offered(isinstance(found, QueryTriples)))
    output = CappedOutput(limit)
    if isinstance(found, QueryTriples):
        serialize(_distinct(found), output, format=RdfFormat.from_media_type(media_type))
    else:
        found.serialize(output, format=QueryResultsFormat.from_media_type(media_type))
    return Answer(Outcome.ANSWERED, "", media_type, output.getvalue())


def _offered(graph: bool) -> str:
    forms = "Turtle, JSON-LD, N-Triples or RDF/XML" if graph else "JSON, XML, CSV or TSV"
    return f"the answer can be had as {forms}"


def _nodes(iris: list[str] | None) -> list[Any] | None:
    # Any: the engine's two parameters are lists of different unions, both of which hold named nodes
    return None if iris is None else [NamedNode(iri) for iri in iris]


def _distinct(triples: Iterable[Triple]) -> Iterator[Triple]:
    """Yield each triple once: the answer to CONSTRUCT is a graph, a set (SPARQL 1.1 Query §16.2)."""
    seen: set[Triple] = set()
    for triple in triples:
        if triple not in seen:
            seen.add(triple)
            yield triple


def limit_memory(size: int) -> None:
    """Let the process have at most ``size`` bytes of address space, and leave no core file when it dies."""
    resource.setrlimit(resource.RLIMIT_AS, (size, size))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def seal() -> None:
    """Let the process open no file and no socket any more: standard input, output and error stay."""
    resource.setrlimit(resource.RLIMIT_NOFILE, (3, 3))


def work(store: Store, seconds: float, limit: int, source: IO[bytes], target: IO[bytes]) -> None:
    """Answer questions one by one until there are no more."""
    while lengths := source.read(LENGTHS.size):
        header, _body = LENGTHS.unpack(lengths)
        question = Question(**json.loads(source.read(header)))
        # The default action of the alarm ends the process even when it is deep inside the engine.
        signal.setitimer(signal.ITIMER_REAL, seconds + GRACE)
        found = asdict(answer(store, question, limit))
        signal.setitimer(signal.ITIMER_REAL, 0)
        body = found.pop("body")
        target.write(pack(found, body))
        target.flush()


def main() -> None:
    """Load the dataset, say so in a first empty frame, and answer."""
    parser = argparse.ArgumentParser(prog="python -m comity.serving.query_worker", description=__doc__)
    parser.add_argument("dataset")
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--memory", type=int, default=2 << 30)
    parser.add_argument("--result-bytes", type=int, default=50_000_000)
    given = parser.parse_args()
    limit_memory(given.memory)
    os.nice(5)  # pages come before questions
    store = Store()
    store.bulk_load(path=given.dataset, format=RdfFormat.N_QUADS)
    seal()
    sys.stdout.buffer.write(pack({"outcome": Outcome.ANSWERED}))
    sys.stdout.buffer.flush()
    work(store, given.seconds, given.result_bytes, sys.stdin.buffer, sys.stdout.buffer)


if __name__ == "__main__":
    main()
