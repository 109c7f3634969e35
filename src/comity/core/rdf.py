"""RDF files in and out, in the formats that we publish; quads as pyoxigraph holds them.

What is read is passed on as it stands: a store would rewrite literals, so nothing here goes through one. Only the
letter case of a language tag is lost when pyoxigraph makes a literal (RDF 1.1 Concepts §3.3 lets it). So
:func:`written_tags` reads from the files how each tag is spelt there, and it is written so again; two spellings of one
tag are one tag, and come out as the first. A tag that no file spells is written as RFC 5646 recommends.
"""

from __future__ import annotations

import gzip
import operator
import re
from codecs import BOM_UTF8
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, RdfFormat, Triple, parse, serialize

from comity.core.errors import UnreadableInput, cause_of

Node = NamedNode | BlankNode | Literal
Subject = NamedNode | BlankNode


@dataclass(frozen=True, slots=True)
class Format:
    """One serialisation.

    Attributes:
        suffix: of its files.
        media_type: what it is.
        name: what people know it by.
        writer: pyoxigraph's.
        also: media types of supersets and of old names: who asks for one of those can read this.
    """

    suffix: str
    media_type: str
    name: str
    writer: RdfFormat
    also: tuple[str, ...] = ()


FORMATS = (
    # Turtle is a part of N3 and of TriG, N-Triples is a part of N-Quads and was once text/plain.
    Format(
        "ttl",
        "text/turtle",
        "Turtle",
        RdfFormat.TURTLE,
        ("application/x-turtle", "text/n3", "text/rdf+n3", "application/trig"),
    ),
    Format("jsonld", "application/ld+json", "JSON-LD", RdfFormat.JSON_LD, ("application/json",)),
    Format("nt", "application/n-triples", "N-Triples", RdfFormat.N_TRIPLES, ("application/n-quads", "text/plain")),
    Format("rdf", "application/rdf+xml", "RDF/XML", RdfFormat.RDF_XML),
)
"""The formats in which every IRI of a project is published, the one that we like best first."""


N_QUADS = Format("nq", "application/n-quads", "N-Quads", RdfFormat.N_QUADS)
TRIG = Format("trig", "application/trig", "TriG", RdfFormat.TRIG)
TURTLE, JSON_LD, N_TRIPLES, RDF_XML = FORMATS
DATASET_FORMATS = (N_QUADS, TRIG, JSON_LD)
"""The formats that know named graphs: a whole dataset can be had in them."""


def parse_file(path: Path, *, keep_names: bool = False) -> Iterator[Quad]:
    """Yield the quads of a Turtle, TriG, N-Triples, N-Quads or RDF/XML file, which may be compressed (``.gz``).

    Blank nodes are named after the file, so that two files never share one by accident; ``keep_names`` leaves the
    names of a file that stands alone.

    Raises:
        UnreadableInput: with file, line and column of the first syntax error, or if the file cannot be opened.
    """
    plain = path.with_suffix("") if path.suffix == ".gz" else path
    suffix = plain.suffix.lstrip(".")
    format_ = RdfFormat.RDF_XML if suffix == "owl" else RdfFormat.from_extension(suffix)  # so Protégé names RDF/XML
    if format_ is None:
        raise UnreadableInput(f"{path}: no RDF format has the suffix {plain.suffix!r}", "use .ttl, .trig, .nt or .nq")
    names = _Names(path)
    try:
        content = _content(path, packed=plain is not path)
        for quad in parse(content, format=format_, path=None if content is not None else str(path)):
            yield quad if keep_names else names.quad(quad)
    except SyntaxError as error:
        raise UnreadableInput(f"{path}:{error.lineno}:{error.offset}: {error.msg}", "mend the syntax") from None
    except (OSError, EOFError, ValueError) as error:
        hint = "see that the file exists, may be read, and is UTF-8"
        raise UnreadableInput(f"{path}: {cause_of(error)}", hint) from None


def _content(path: Path, *, packed: bool) -> bytes | None:
    """Return what the parser cannot read from the file itself: what is packed, or follows a byte order mark."""
    if packed:
        return gzip.decompress(path.read_bytes()).removeprefix(BOM_UTF8)
    with path.open("rb") as file:
        return file.read() if file.read(len(BOM_UTF8)) == BOM_UTF8 else None


def is_iri(text: str) -> bool:
    """Return whether a text is an absolute IRI."""
    try:
        NamedNode(text)
    except ValueError:
        return False
    return True


_WRITTEN_TAG = re.compile(
    rb"""(?:"(?:@language|lang)"\s*:\s*"|xml:lang\s*=\s*["']|["']@)([A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*)"""
)
"""A language tag in the Turtle family, in RDF/XML, and in JSON-LD or the description of a table."""


def written_tags(paths: Iterable[Path]) -> dict[str, str]:
    """Return how files spell their language tags, by tag in small letters: those that RFC 5646 would spell otherwise.

    Raises:
        UnreadableInput: if a file cannot be read.
    """
    found: dict[str, str] = {}
    for path in paths:
        try:
            content = path.read_bytes()
            text = gzip.decompress(content) if path.suffix == ".gz" else content
        except (OSError, EOFError) as error:
            hint = "see that the file exists, and may be read"
            raise UnreadableInput(f"{path}: {cause_of(error)}", hint) from None
        for tag in dict.fromkeys(_WRITTEN_TAG.findall(text)):
            found.setdefault(tag.decode().lower(), tag.decode())
    return {tag: spelt for tag, spelt in found.items() if spelt != spell_tag(tag)}


def subject_of(quad: Quad | Triple) -> Subject:
    """Return a quad's subject (RDF 1.1: never a triple, which no file read here can hold)."""
    return quad.subject  # type: ignore[return-value]


def object_of(quad: Quad | Triple) -> Node:
    """Return a quad's object (RDF 1.1: never a triple)."""
    return quad.object  # type: ignore[return-value]


class _Names:
    """Names for the blank nodes of one file, by order of appearance: the parser's own change from run to run."""

    def __init__(self, path: Path) -> None:
        self.stem = "".join(
            character if character.isascii() and character.isalnum() else "-" for character in path.stem
        )
        self.given: dict[BlankNode, BlankNode] = {}

    def quad(self, quad: Quad) -> Quad:
        subject, object_ = quad.subject, quad.object
        if isinstance(subject, Triple) or isinstance(object_, Triple):
            raise ValueError(f"a triple stands within a triple, which is RDF 1.2: {quad}")
        if isinstance(subject, BlankNode):
            subject = self._name(subject)
        if isinstance(object_, BlankNode):
            object_ = self._name(object_)
        return Quad(subject, quad.predicate, object_, quad.graph_name)

    def _name(self, node: BlankNode) -> BlankNode:
        return self.given.setdefault(node, BlankNode(f"{self.stem}-{len(self.given)}"))


def sort_key(quad: Quad | Triple) -> tuple[str, str, str]:
    """Return what quads are ordered by in every file: subject, predicate (``rdf:type`` first), object."""
    predicate = str(quad.predicate)
    return (str(quad.subject), "" if predicate == RDF_TYPE_TEXT else predicate, str(quad.object))


RDF_TYPE_TEXT = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"


Statement = TypeVar("Statement", Triple, Quad)


def in_order(statements: Iterable[Statement]) -> list[Statement]:
    """Return distinct triples or quads in order; what is in order already, as most is, is not sorted again."""
    held = list(dict.fromkeys(statements))
    keys = [sort_key(one) for one in held]
    if all(map(operator.le, keys, keys[1:])):
        return held
    return [held[place] for place in sorted(range(len(held)), key=keys.__getitem__)]


_UNSAID = {RDF_TYPE_TEXT.strip("<>"), "http://www.w3.org/2001/XMLSchema#string"}
"""What is written without its IRI."""

NO_TAGS: Mapping[str, str] = {}


def serialise(
    triples: Iterable[Triple], format_: Format, prefixes: Mapping[str, str], tags: Mapping[str, str] = NO_TAGS
) -> bytes:
    """Return triples in one format; the same triples give the same bytes, in whatever order they come."""
    return next(serialise_each(triples, (format_,), prefixes, tags))


def serialise_each(
    triples: Iterable[Triple],
    formats: Iterable[Format],
    prefixes: Mapping[str, str],
    tags: Mapping[str, str] = NO_TAGS,
) -> Iterator[bytes]:
    """Yield the same triples in each of some formats; they are put in order once.

    Of the prefixes those are written that the triples need. Language tags are spelt as ``tags`` says, else as
    RFC 5646 recommends.
    """
    ordered = in_order(triples)
    known = _needed(prefixes, ordered)
    tagged = _needs_spelling(ordered, tags)
    for format_ in formats:
        text = serialize(ordered, format=format_.writer, prefixes=known) or b""
        text = text if text.endswith(b"\n") else text + b"\n"
        yield _with_tags(text, format_, tags) if tagged else text


def _needed(prefixes: Mapping[str, str], triples: Iterable[Triple]) -> dict[str, str]:
    """Return the prefixes whose namespace some IRI of the triples stands in."""
    iris: set[str] = set()
    for subject, predicate, object_ in triples:
        if isinstance(subject, NamedNode):
            iris.add(subject.value)
        iris.add(predicate.value)
        if isinstance(object_, NamedNode):
            iris.add(object_.value)
        elif isinstance(object_, Literal) and not object_.language:
            iris.add(object_.datatype.value)
    iris -= _UNSAID
    spaces = {iri[: max(iri.rfind("#"), iri.rfind("/")) + 1] for iri in iris}
    return {
        prefix: space
        for prefix, space in prefixes.items()
        if space in spaces or (not space.endswith(("#", "/")) and any(iri.startswith(space) for iri in iris))
    }


def serialise_graphs(
    quads: Iterable[Quad], format_: Format, prefixes: Mapping[str, str], tags: Mapping[str, str] = NO_TAGS
) -> bytes:
    """Return quads in a format that knows named graphs, the default graph first; the same quads give the same bytes."""
    return next(serialise_graphs_each(quads, (format_,), prefixes, tags))


def serialise_graphs_each(
    quads: Iterable[Quad],
    formats: Iterable[Format],
    prefixes: Mapping[str, str],
    tags: Mapping[str, str] = NO_TAGS,
) -> Iterator[bytes]:
    """Yield the same quads in each of some formats that know named graphs; they are put in order once."""
    ordered = sorted(in_order(quads), key=_graph_key)  # which leaves those of one graph as they stand
    tagged, known = _needs_spelling(ordered, tags), dict(prefixes)
    for format_ in formats:
        text = serialize(ordered, format=format_.writer, prefixes=known) or b""
        text = text if text.endswith(b"\n") else text + b"\n"
        yield _with_tags(text, format_, tags) if tagged else text


def _graph_key(quad: Quad) -> str:
    return "" if isinstance(quad.graph_name, DefaultGraph) else str(quad.graph_name)


def serialise_quads(quads: Iterable[Quad], tags: Mapping[str, str] = NO_TAGS) -> bytes:
    """Return quads as sorted N-Quads (RDF 1.1 N-Quads §2), one line each, no line twice."""
    held = list(quads)
    lines = set((serialize(held, format=N_QUADS.writer) or b"").splitlines(keepends=True))
    text = b"".join(sorted(lines))
    return _with_tags(text, N_QUADS, tags) if _needs_spelling(held, tags) else text


_STRING = re.compile(rb'"(?:[^"\\]|\\.)*"(?:@(?P<tag>[a-z]+[a-z0-9-]*))?', re.DOTALL)
_JSON_TAG = re.compile(rb'(?<=[{,])"@language":"(?P<tag>[a-z]+[a-z0-9-]*)"')
_XML_TAG = re.compile(rb'<[^<>]*? xml:lang="(?P<tag>[a-z]+[a-z0-9-]*)"')
_TAG_PLACES = {"jsonld": _JSON_TAG, "rdf": _XML_TAG}
"""Where a language tag stands: after a string in the Turtle family, which is read string by string."""


def _needs_spelling(triples: Iterable[Triple | Quad], tags: Mapping[str, str]) -> bool:
    """Return whether some tag is not written in small letters alone, as pyoxigraph writes all of them."""
    spoken = (one.object.language for one in triples if isinstance(one.object, Literal) and one.object.language)
    return any("-" in tag or tag in tags for tag in spoken)


def _with_tags(text: bytes, format_: Format, tags: Mapping[str, str]) -> bytes:
    def spelt(match: re.Match[bytes]) -> bytes:
        tag, whole = match["tag"], match[0]
        if tag is None:
            return whole
        start, name = match.start("tag") - match.start(), tag.decode()
        return whole[:start] + tags.get(name, spell_tag(name)).encode() + whole[start + len(tag) :]

    return _TAG_PLACES.get(format_.suffix, _STRING).sub(spelt, text)


def spell_tag(tag: str) -> str:
    """Return a language tag with the letters of RFC 5646 §2.1.1: a script in title case, a region in capitals.

    >>> spell_tag("zh-hant-tw"), spell_tag("en-gb"), spell_tag("sl-rozaj-biske"), spell_tag("en-x-us")
    ('zh-Hant-TW', 'en-GB', 'sl-rozaj-biske', 'en-x-us')
    """
    language, *subtags = tag.lower().split("-")
    spelt = [language]
    for place, subtag in enumerate(subtags):
        alone = len(spelt[-1]) == 1 or any(len(before) == 1 for before in subtags[:place])
        spelt.append(subtag if alone else {2: subtag.upper(), 4: subtag.title()}.get(len(subtag), subtag))
    return "-".join(spelt)
