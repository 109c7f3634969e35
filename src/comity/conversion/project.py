"""Convert a whole project: its ontology, tables, shapes and queries to one set of quads.

Graphs: the ontology, the schemes and the derived facts are the default graph; each table row goes where its
description says; shapes and queries go into a graph each, derived from the ontology that they belong to.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from pyoxigraph import NamedNode, Quad

from comity.conversion.csvw import load_descriptions
from comity.conversion.sentences import sentences
from comity.conversion.tables import Row, TableConverter, check_foreign_keys
from comity.core.diagnostics import Location, Report
from comity.core.project import Project
from comity.core.rdf import spell_tag, subject_of, written_tags
from comity.model.facts import derive_facts, facts_rule
from comity.model.ontology import declared_prefixes, load_ontology, load_shapes
from comity.model.queries import QueryFile, named_queries, query_iri, query_quads
from comity.model.vocabulary import (
    ENTITY,
    EVIDENCE_GRADE,
    GRADE_PRIMARY,
    TYPE,
    WAS_DERIVED_FROM,
    WAS_GENERATED_BY,
)
from comity.store.dataset import Dataset


@dataclass(slots=True)
class Conversion:
    """What came of a project: all its quads, what was found on the way, and counts for the reader."""

    dataset: Dataset
    report: Report
    counts: dict[str, int] = field(default_factory=dict)


def convert(project: Project) -> Conversion:
    """Read a project and return its quads, facts and sentences included; with broken cells, the rows alone.

    Raises:
        UnreadableInput: if a file cannot be read as what it claims to be.
    """
    report = Report()
    ontology = load_ontology(project)
    prefixes = declared_prefixes(ontology)
    rows = list(_table_quads(project, prefixes, report))
    shapes = load_shapes(project)
    queries = named_queries(project).values()
    quads = [*ontology, *rows, *_shape_quads(project, shapes), *_query_quads(project, queries)]
    if not report.ok:
        return Conversion(Dataset(quads, prefixes), report)
    quads += sentences(Dataset(quads, prefixes), project.languages, report)
    facts = derive_facts(quads, facts_rule(project))
    dataset = Dataset([*quads, *facts], prefixes, _tags(project))
    counts = {
        "tables": len(load_descriptions(project.tables)),
        "rows": report.inspected.get("rows", 0),
        "statements": report.inspected.get("statements", 0),
        "facts": len(dataset.facts),
        "quads": len(dataset.quads),
    }
    return Conversion(dataset, report, counts)


def _tags(project: Project) -> dict[str, str]:
    """Return how the files of a project spell language tags, its own languages at last."""
    files = [*sorted(project.ontology.rglob("*.ttl")), *sorted(project.shapes.rglob("*.ttl"))]
    files += sorted(project.tables.rglob("*.json"))
    return {tag.lower(): tag for tag in project.languages if tag != spell_tag(tag)} | written_tags(files)


def _converters(project: Project, prefixes: dict[str, str], report: Report) -> list[TableConverter]:
    tables = load_descriptions(project.tables)
    return [TableConverter(table, prefixes, report, project.relative(table.path)) for table in tables]


def _table_quads(project: Project, prefixes: dict[str, str], report: Report) -> Iterator[Quad]:
    converters = _converters(project, prefixes, report)
    for converter in converters:
        yield from converter.quads()
    check_foreign_keys(converters, report)


def _shape_quads(project: Project, shapes: Iterable[Quad]) -> Iterator[Quad]:
    graph = NamedNode(f"{project.base}graph/shapes")
    for quad in shapes:
        yield Quad(quad.subject, quad.predicate, quad.object, graph)
    yield from _provenance(project, graph)


def _query_quads(project: Project, queries: Iterable[QueryFile]) -> Iterator[Quad]:
    graph = NamedNode(f"{project.base}graph/queries")
    for query in queries:
        yield from query_quads(query_iri(project.base, query), query, graph)
    yield from _provenance(project, graph)


def _provenance(project: Project, graph: NamedNode) -> Iterator[Quad]:
    """Yield a graph's description of itself: hand-written files of the project, derived from its ontology.

    It is no record graph: shapes and queries are no facts about the world.
    """
    yield Quad(graph, TYPE, ENTITY, graph)
    yield Quad(graph, WAS_DERIVED_FROM, NamedNode(f"{project.base}def"), graph)
    yield Quad(graph, WAS_GENERATED_BY, NamedNode(f"{project.base}id/activity/conversion"), graph)
    yield Quad(graph, EVIDENCE_GRADE, GRADE_PRIMARY, graph)


def locate(project: Project, wanted: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Location]:
    """Return where the tables say something: for each (focus IRI, property IRI), the cell.

    Where no cell makes that property, it is the empty cell that would, else the row that makes the focus.
    The tables are read again for it, which costs nothing as long as nothing is found.
    """
    pairs = set(wanted)
    paths: dict[str, set[str]] = {focus: set() for focus, _ in pairs}
    for focus, path in pairs:
        paths[focus].add(path)
    found: dict[tuple[str, str], Location] = {}
    prefixes = declared_prefixes(load_ontology(project))
    for converter in _converters(project, prefixes, Report()):
        for row in converter.rows():
            for focus, path, location in _places(converter, row, paths):
                found.setdefault((focus, path), location)
    return {pair: found[pair] for pair in pairs if pair in found}


def _places(converter: TableConverter, row: Row, paths: Mapping[str, set[str]]) -> Iterator[tuple[str, str, Location]]:
    """Yield the place of each wanted property of the focuses that a row makes, the best place first."""
    quads = converter.row_quads(row, paths)
    made = [(subject_of(one.quad).value, one.quad.predicate.value, one.column) for one in quads]
    for focus, path, column in made:
        if path in paths[focus] and column.index is not None:
            yield focus, path, converter.location(row, column)
    for focus in dict.fromkeys(focus for focus, _, _ in made):
        for path in paths[focus]:
            yield focus, path, converter.location(row, converter.column_for(path))
