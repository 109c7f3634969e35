"""All checks of a project, one after another, in one report."""

from __future__ import annotations

from functools import partial

from pyoxigraph import Quad

from comity.checking.hygiene import check_hygiene
from comity.checking.profiles import check_profiles
from comity.checking.reasoning import check_closure, check_consistency
from comity.checking.references import check_provenance, check_references
from comity.checking.shapes import check_shapes
from comity.checking.verdicts import Verdicts
from comity.conversion.project import Conversion, locate
from comity.core.diagnostics import Report
from comity.core.manifest import tree_digest
from comity.core.project import Project
from comity.core.rdf import serialise_quads
from comity.model.ontology import load_shapes
from comity.model.queries import QueryFile, hygiene_rules, load_queries, named_queries
from comity.store.answers import ask_query
from comity.store.dataset import Dataset


def check(project: Project, conversion: Conversion, verdicts: Verdicts | None = None) -> Report:
    """Return what was found on converting a project and on checking what came of it.

    Where cells themselves are broken, the checks of the whole are left for when they are mended.

    Args:
        project: whose rules hold.
        conversion: what is judged.
        verdicts: those of the build before; without them everything is checked. Whoever gives them keeps them.

    Raises:
        UsageError: if a question holds no SPARQL query.
    """
    verdicts = verdicts or Verdicts()
    report = Report().merge(conversion.report)
    if not report.ok:
        return report
    _read_questions(project)
    shapes, rules = list(load_shapes(project)), list(hygiene_rules(project))
    settings = repr((rules, project.base, project.languages)).encode()
    rows = tree_digest(project.tables).encode()  # a finding names the place of its cell
    judged = (conversion.dataset.n_quads, serialise_quads(shapes), settings, rows)
    dataset = conversion.dataset
    report.merge(verdicts.given("all", judged, lambda: _check_all(project, dataset, shapes, rules, verdicts)))
    return report


def _read_questions(project: Project) -> None:
    """See that every query that the site answers is one, as the build would; what it answers is not asked here.

    Raises:
        UsageError: naming the file that holds none.
    """
    nothing = Dataset([], {})
    for query in (*named_queries(project).values(), *load_queries(project.queries / "pages")):
        ask_query(nothing, query)


def _check_all(
    project: Project, dataset: Dataset, shapes: list[Quad], rules: list[QueryFile], verdicts: Verdicts
) -> Report:
    report = Report()
    find = partial(locate, project)
    report.merge(check_references(dataset, project.base, find))
    report.merge(check_provenance(dataset))
    report.merge(check_shapes(dataset, shapes, find, project.languages[0], verdicts))
    report.merge(check_hygiene(dataset, rules))
    report.merge(check_profiles(dataset))
    report.merge(check_closure(dataset))
    report.merge(check_consistency(dataset, verdicts))
    return report
