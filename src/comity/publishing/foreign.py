"""A site of any RDF, of any vocabulary, without a project: what a project would say is read from the files."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from pyoxigraph import NamedNode, Quad

from comity.core.errors import UsageError
from comity.core.output import write_tree
from comity.core.progress import Progress
from comity.core.project import Project
from comity.core.rdf import Node, is_iri, parse_file, written_tags
from comity.core.resources import bundled_project
from comity.model.vocabulary import (
    COMMENT,
    CONCEPT_SCHEME,
    DCTERMS,
    DEFINITION,
    DESCRIPTION,
    LABEL,
    ONTOLOGY,
    PREF_LABEL,
)
from comity.publishing.holdings import hold
from comity.publishing.paths import OpenPaths
from comity.publishing.site import PublishSummary, holdings_files, own_folder
from comity.store.dataset import Dataset

DC = "http://purl.org/dc/elements/1.1/"
TITLES = (NamedNode(DCTERMS + "title"), NamedNode(DC + "title"), LABEL, PREF_LABEL)
TAGLINES = (NamedNode(DCTERMS + "abstract"), DESCRIPTION, NamedNode(DC + "description"), DEFINITION, COMMENT)
LICENSES = (NamedNode(DCTERMS + "license"), NamedNode(DCTERMS + "rights"), NamedNode(DC + "rights"))
PREFIX = re.compile(
    r"""(?:@?prefix\s+(?P<name>[\w.-]*):\s*<|xmlns:(?P<xml>[\w.-]+)\s*=\s*["'])(?P<iri>[^<>"'\s]+)""", re.I
)
LONGEST_TAGLINE = 300


def publish_files(files: Sequence[Path], base: str, out: Path, progress: Progress | None = None) -> PublishSummary:
    """Write the site of RDF files: a page and the RDF of everything whose IRI begins with ``base``.

    Args:
        files: Turtle, TriG, N-Triples, N-Quads, RDF/XML or JSON-LD.
        base: what the IRIs begin with; ends in ``#`` or ``/``.
        out: folder of the site.
        progress: told what goes on.

    Raises:
        UnreadableInput: at the first syntax error.
        UsageError: if the base is none, the files say nothing about anything under it, or the folder holds what is no
            site.
        CannotRun: if an IRI cannot be the name of a file, or the disk refuses.
    """
    if not re.match(r"https?://[^\s<>\"]+[#/]\Z", base) or not is_iri(base):
        raise UsageError(f"{base!r} is no base IRI", "use an http(s) IRI that ends in # or /")
    folder = own_folder(out)
    dataset = Dataset(_quads(files), _prefixes(files), written_tags(files))
    paths = OpenPaths(base, ("en",))
    if not any(isinstance(node, NamedNode) and paths.owns(node.value) for node in dataset.by_subject):
        raise UsageError(f"nothing in the files is named under {base}", f"known: {', '.join(_spaces(dataset))}")
    holdings = hold(_project(dataset, base, folder), dataset, paths)
    written = write_tree(folder, holdings_files(holdings, progress))
    return PublishSummary(len(holdings.nodes), written.files, written.bytes, written.changed)


def _quads(files: Iterable[Path]) -> Iterator[Quad]:
    for path in files:
        yield from parse_file(path)


def _prefixes(files: Iterable[Path]) -> dict[str, str]:
    found: dict[str, str] = {}
    for path in files:
        for match in PREFIX.finditer(path.read_text(encoding="utf-8", errors="replace")):
            name = match["name"] or match["xml"]
            if name and is_iri(match["iri"]):
                found.setdefault(name, match["iri"])
    return found


def _spaces(dataset: Dataset) -> list[str]:
    """Return the namespaces of what is described, the most frequent first."""
    counts: dict[str, int] = {}
    for node in dataset.by_subject:
        if isinstance(node, NamedNode) and (cut := max(node.value.rfind("#"), node.value.rfind("/"))) > 0:
            space = node.value[: cut + 1]
            counts[space] = counts.get(space, 0) + 1
    return sorted(counts, key=lambda space: -counts[space])[:3]


def _project(dataset: Dataset, base: str, out: Path) -> Project:
    """Return the project that the files describe: their ontology or scheme gives title, description and licence."""
    heads = [*dataset.instances(ONTOLOGY), *dataset.instances(CONCEPT_SCHEME)]
    stem = base.rstrip("#/")
    heads.sort(key=lambda node: node.value.rstrip("#/") != stem)
    title = _first(dataset, heads[:1], TITLES) or base
    tagline = _first(dataset, heads[:1], TAGLINES)
    licences = (node for head in heads for name in LICENSES for node in dataset.objects(head, name))
    licence = next((node.value for node in licences if isinstance(node, NamedNode)), "")
    short = tagline if len(tagline) <= LONGEST_TAGLINE else f"{tagline[:LONGEST_TAGLINE].rpartition(' ')[0]} …"
    return Project(
        root=out.parent, base=base, title={"en": title}, tagline={"en": short}, license=licence,
        site=bundled_project() / "site", build=out.parent,
    )  # fmt: skip


def _first(dataset: Dataset, heads: Sequence[Node], properties: Iterable[NamedNode]) -> str:
    for name in properties:
        for head in heads:
            found = dataset.literal(head, name, "en")  # type: ignore[arg-type]
            if found and found.value.strip():
                return " ".join(found.value.split())
    return ""
