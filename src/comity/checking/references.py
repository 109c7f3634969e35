"""References and provenance: every IRI of ours that is used is described, every named graph says where it is from."""

from __future__ import annotations

from collections.abc import Iterator

from pyoxigraph import DefaultGraph, NamedNode, Quad

from comity.checking.shapes import Locate
from comity.core.diagnostics import Diagnostic, Report, Severity
from comity.core.rdf import object_of, subject_of
from comity.model.vocabulary import EVIDENCE_GRADE, WAS_DERIVED_FROM, WAS_GENERATED_BY
from comity.store.dataset import Dataset

PROVENANCE = (WAS_DERIVED_FROM, WAS_GENERATED_BY, EVIDENCE_GRADE)


def check_references(dataset: Dataset, base: str, locate: Locate) -> Report:
    """Report IRIs under ``base`` that some quad points at and no quad describes."""
    report = Report()
    dangling = list(_dangling(dataset, base, report))
    wanted = [(subject_of(quad).value, quad.predicate.value) for quad in dangling]
    cells = locate(wanted) if dangling else {}
    for quad, pair in zip(dangling, wanted, strict=True):
        report.add(
            Diagnostic(
                code="REF001",
                severity=Severity.VIOLATION,
                message=f"{object_of(quad).value} is referred to, but nothing describes it",
                hint="add the row or term that describes it, or mend the reference",
                focus=pair[0],
                path=pair[1],
                value=object_of(quad).value,
                location=cells.get(pair),
                rule="dangling-reference",
            )
        )
    return report


def _dangling(dataset: Dataset, base: str, report: Report) -> Iterator[Quad]:
    used = 0
    for object_, quads in dataset.by_object.items():
        if isinstance(object_, NamedNode) and object_.value.startswith(base):
            used += 1
            if not _described(dataset, object_):
                stated = [quad for quad in quads if not isinstance(quad.graph_name, DefaultGraph)]
                yield from stated or quads  # a fact that was derived is no second fault
    report.count("references between things", used)


def _described(dataset: Dataset, node: NamedNode) -> bool:
    """Whether anything but facts is said of a node: a fact follows even from a statement with a slip in it."""
    return any(
        not isinstance(quad.graph_name, DefaultGraph) or quad.triple not in dataset.facts
        for quad in dataset.by_subject.get(node, ())
    )


def check_provenance(dataset: Dataset) -> Report:
    """Report named graphs that do not say what they were derived from, by which activity, with which grade."""
    report = Report()
    graphs = [graph for graph in dataset.by_graph if not isinstance(graph, DefaultGraph)]
    report.count("named graphs", len(graphs))
    for graph in graphs:
        said = {quad.predicate for quad in dataset.by_subject.get(graph, ())}
        for missing in (term for term in PROVENANCE if term not in said):
            report.add(
                Diagnostic(
                    code="PROV001",
                    severity=Severity.VIOLATION,
                    message=f"the graph does not state {missing.value}",
                    hint="state source, activity and grade in the row or table that makes the graph",
                    focus=graph.value,
                    path=missing.value,
                    rule="graph-provenance",
                )
            )
    return report
