"""Throughput and memory of documents: 100 to 1,000 plain texts of 20 kB, against reading and normalising alone.

Reading and normalising is what the readers do: a file becomes one Document, in NFC, of blocks that each have a
language. The ratio to opening the file and normalising its characters, without blocks and languages, stands beside it:
it is far larger, since that is two calls of C. Figures are processor milliseconds a document, in one process.

Usage: python benchmarks/documents.py [NUMBER…]      (default: 100 300 1000)
"""

from __future__ import annotations

import random
import resource
import sys
import tempfile
import time
import unicodedata
from pathlib import Path

from comity.conversion.documents.aliases import alias_table
from comity.conversion.documents.convert import Settings, SourceReference, convert_sources
from comity.conversion.documents.files import read_bytes
from comity.conversion.documents.lexicon import lexicon_folder, load_lexicon
from comity.conversion.documents.reading import read_document
from comity.conversion.project import convert
from comity.core.project import load_project
from comity.core.rdf import serialise_quads

ROOT = Path(__file__).parent.parent
SIZE = 20_000
PROSE = (
    "the members of each house should keep doors open and share what they hold with all who ask for it while a "
    "committee in Shanghai reads reports by the United Nations and the International Telecommunication Union on rules "
    "that states must follow where cooperation helps people to learn"
)
WORDS = PROSE.split()


def text(seed: int) -> str:
    """Return a numbered text of 20 kB, with names and modals as real ones have."""
    chance = random.Random(seed)
    parts = [f"Rules of House {seed}"]
    length = number = 0
    while length < SIZE:
        number += 1
        sentences = [" ".join(chance.choices(WORDS, k=18)).capitalize() + "." for _ in range(4)]
        parts.append(f"{number}. {' '.join(sentences)}")
        length += len(parts[-1])
    return "\n\n".join(parts)


def main() -> None:
    counts = [int(word) for word in sys.argv[1:]] or [100, 300, 1000]
    project = load_project(ROOT)
    dataset = convert(project).dataset
    folder = lexicon_folder(project)
    lexicon = load_lexicon(folder)
    settings = Settings(project.base, folder, alias_table(dataset, folder), {})
    del dataset  # a process of the pool has none, and its garbage collector none to walk through
    with tempfile.TemporaryDirectory() as name:
        paths = [Path(name) / f"{seed}.txt" for seed in range(max(counts))]
        for seed, path in enumerate(paths):
            path.write_text(text(seed), encoding="utf-8")
        list(convert_sources(settings, [SourceReference(paths[0])]))  # what is loaded once is loaded now
        print("documents  read+NFC  Document  convert  N-Quads  convert/Document  convert/(read+NFC)  peak MB")
        for count in counts:
            some = paths[:count]
            bare = timed(lambda some=some: [unicodedata.normalize("NFC", read_bytes(p).decode()) for p in some])
            document = timed(lambda some=some: [None for p in some if read_document(p, lexicon)])
            references = [SourceReference(path) for path in some]
            whole = timed(lambda references=references: [None for _ in convert_sources(settings, references)])
            written = timed(
                lambda references=references: [
                    None for done in convert_sources(settings, references) if serialise_quads(done.quads)
                ]
            )
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
            each = [1000 * seconds / count for seconds in (bare, document, whole, written - whole)]
            print(
                f"{count:9}  {each[0]:8.2f}  {each[1]:8.2f}  {each[2]:7.2f}  {each[3]:7.2f}  {whole / document:16.1f}  "
                f"{whole / bare:18.0f}  {peak:7.0f}"
            )


def timed(job) -> float:  # noqa: ANN001
    """Return the processor seconds of a job: others may use the machine."""
    before = time.process_time()
    job()
    return time.process_time() - before


if __name__ == "__main__":
    main()
