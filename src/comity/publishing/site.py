"""Publish a dataset: every file of the site, and the folder that holds them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from minijinja import safe
from pyoxigraph import NamedNode, Quad

from comity.core.errors import UsageError
from comity.core.output import Replaced, WriteSummary, write_tree
from comity.core.progress import Progress
from comity.core.project import Project
from comity.core.rdf import FORMATS, serialise_each
from comity.model.queries import QueryFile
from comity.publishing.citations import Citations
from comity.publishing.edition import Edition
from comity.publishing.evidence import Witness
from comity.publishing.holdings import Holdings, gather
from comity.publishing.names import names_by_language
from comity.publishing.offline import VERSION
from comity.publishing.overview import Overview
from comity.publishing.pages import render_context
from comity.publishing.paging import cut
from comity.publishing.paths import HOME
from comity.publishing.rendering import site_folders
from comity.publishing.renewal import Make, Renewal
from comity.publishing.sheets import Named, Sheet, Works, further, make_press, shared_files
from comity.publishing.texts import load_texts
from comity.store.dataset import Dataset

_EMBEDDED = "jsonld"
EMBEDDED_LIMIT = 100_000
"""Bytes up to which a page holds its own data; of more, it links to it."""


@dataclass(frozen=True, slots=True)
class PublishSummary:
    """What a publication did: IRIs with pages, files of the site, their bytes, how many are new or changed.

    Where notes were taken, ``digest`` tells this site from one that somebody touched.
    """

    pages: int
    files: int
    bytes: int
    changed: int
    digest: str = ""


def publish(
    project: Project,
    dataset: Dataset,
    queries: Iterable[QueryFile] = (),
    shapes: Iterable[Quad] = (),
    out: Path | None = None,
    progress: Progress | None = None,
    notes: Path | None = None,
) -> PublishSummary:
    """Write the site of a dataset to a folder (``build/site`` of the project, if no other is named).

    Args:
        project: whose site it is.
        dataset: what is published.
        queries: example queries, asked and shown.
        shapes: the shapes, shown.
        out: folder of the site.
        progress: told what goes on.
        notes: where to note what each page was made of; with the notes of the site that stands, only what would
            differ is made again.

    Raises:
        CannotRun: if an IRI cannot be the name of a file, or the disk refuses.
        ConfigError: if a template or an interface text is missing or at fault.
        UsageError: if an example query is no query, or the folder holds what is no site.
    """
    folder = own_folder(out or project.build / "site")
    holdings = gather(project, dataset, queries, shapes)
    works = _works(holdings)
    if notes:
        written, digest = _renew(works, folder, notes, progress)
    else:
        written, digest = write_tree(folder, _files(works, progress)), ""
    return PublishSummary(len(holdings.nodes), written.files, written.bytes, written.changed, digest)


def own_folder(folder: Path) -> Path:
    """Return the whole path of a folder that a site may be written to: what else it held would be gone.

    Raises:
        UsageError: if something is there that no site of ours is.
    """
    whole = folder.resolve()
    if whole.is_dir() and any(whole.iterdir()) and not (whole / VERSION).is_file():
        raise UsageError(f"{folder} holds what is no site of ours", "name a folder that is empty or not there yet")
    return whole


def site_files(
    project: Project,
    dataset: Dataset,
    queries: Iterable[QueryFile] = (),
    shapes: Iterable[Quad] = (),
    progress: Progress | None = None,
) -> Iterator[tuple[str, bytes]]:
    """Yield every file of the site as path and content, one at a time; raises as :func:`publish` does."""
    return holdings_files(gather(project, dataset, queries, shapes), progress)


def holdings_files(holdings: Holdings, progress: Progress | None = None) -> Iterator[tuple[str, bytes]]:
    """Yield every file of the site of what is held, one at a time."""
    return _files(_works(holdings), progress)


def _renew(works: Works, folder: Path, notes: Path, progress: Progress | None) -> tuple[WriteSummary, str]:
    """Write a site with the help of the one that stands; if another build replaces that meanwhile, without it.

    Return what was done, and the digest of the site.
    """
    frame, digests = works.frame(), works.digests()
    for whole in (False, True):
        renewal = Renewal(notes, folder, works.holdings, frame, digests, whole=whole)
        try:
            written = write_tree(folder, _renewed(works, frame, renewal, progress), renewal.standing)
            digest = renewal.close()
        except Replaced:
            if whole:
                raise
        else:
            return written, digest
        finally:
            renewal.drop()
    raise AssertionError("the second time either writes or raises")


def _renewed(
    works: Works, frame: str, renewal: Renewal, progress: Progress | None
) -> Iterator[tuple[str, bytes | None]]:
    yield from shared_files(works, frame, partial(_renewed_sheet, renewal), renewal.standing_file)
    for node in _told(works.holdings.nodes, progress):
        stem = works.holdings.names[node]
        yield from _kept_or_made(renewal, node.value, stem, partial(_thing, works, node))


def _renewed_sheet(renewal: Renewal, sheet: Sheet) -> Iterable[tuple[str, bytes | None]]:
    return _kept_or_made(renewal, sheet.key, "", sheet.make) if sheet.key else sheet.make()


def _kept_or_made(renewal: Renewal, key: str, stem: str, make: Make) -> Iterator[tuple[str, bytes | None]]:
    kept = renewal.kept(key, stem)
    if kept:
        yield from ((name, None) for name in kept)
    else:
        yield from renewal.noted(key, stem, make)


def _files(works: Works, progress: Progress | None) -> Iterator[Named]:
    for name, content in shared_files(works, works.frame(), lambda sheet: sheet.make()):
        if content is not None:
            yield name, content
    for node in _told(works.holdings.nodes, progress):
        works.holdings.ledger.open.clear()
        yield from _thing(works, node)


def _told(nodes: Sequence[NamedNode], progress: Progress | None) -> Iterator[NamedNode]:
    """Pass on the things and tell how far it got."""
    if progress:
        progress.step("Writing pages", len(nodes))
    for node in nodes:
        yield node
        if progress:
            progress.advance()


def _works(holdings: Holdings) -> Works:
    folders = site_folders(holdings.project)
    witnesses = [
        Witness(Edition(holdings, language, load_texts(folders, language))) for language in holdings.project.languages
    ]
    overview = Overview(witnesses[0])
    called = names_by_language(holdings)
    presses = [make_press(witness, overview, folders, called) for witness in witnesses]
    return Works(holdings, overview, presses, Citations(presses[0].witness.edition), folders, called)


def _thing(works: Works, node: NamedNode) -> Iterator[tuple[str, bytes]]:
    """Yield the files of one IRI: its RDF in each format, its citations, and its page in each language."""
    holdings = works.holdings
    name = holdings.names[node]
    triples = holdings.description(node)
    prefixes, tags = holdings.dataset.prefixes, holdings.dataset.tags
    embedded = ""
    for format_, content in zip(FORMATS, serialise_each(triples, FORMATS, prefixes, tags), strict=True):
        yield f"{name}.{format_.suffix}", content
        if format_.suffix == _EMBEDDED and len(content) <= EMBEDDED_LIMIT:
            embedded = _embeddable(content)
    yield from works.citations.files(node)
    if name == HOME:
        return  # its page is the home page
    for press in works.presses:
        file = holdings.paths.page(name, press.witness.edition.language)
        template, context = render_context(press.witness, node, file, embedded)
        left = cut(press.witness.edition, name, context)
        yield file, press.page(template, context)
        yield from further(press, left, context["title"], file)


def _embeddable(jsonld: bytes) -> str:
    """Return JSON that can stand in a script element: ``<`` is written as JSON writes it otherwise (RFC 8259 §7)."""
    return safe(jsonld.decode().strip().replace("<", "\\u003c"))
