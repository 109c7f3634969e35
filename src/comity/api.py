"""The functions for Python users, over paths and rdflib graphs; ``import comity`` gives them all.

Everything heavy is imported when a function is called. Each function takes a project's folder, an RDF file, or a graph
that is already in memory; each says in its result what it looked at.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from comity.core.diagnostics import Report
from comity.core.errors import FindingsError, UnreadableInput, UsageError
from comity.core.project import FILE_NAME, Project, load_project

if TYPE_CHECKING:
    import pyoxigraph
    import rdflib

    from comity.publishing.build import BuildSummary
    from comity.store.answers import Table
    from comity.store.dataset import Dataset

    Data = str | Path | rdflib.Graph
    """A project's folder, an RDF file, or a graph or dataset in memory."""


def load(data: Data) -> rdflib.Dataset:
    """Return a project (converted now) or an RDF file as an rdflib dataset.

    The default graph holds ontology, schemes and facts; statements and records stand in named graphs. Nothing is read
    from the network.

    Raises:
        FindingsError: if the project's tables have broken cells; its message holds the report.
        UnreadableInput: if the file cannot be read.
    """
    import rdflib

    dataset = _dataset(data)
    result = rdflib.Dataset()
    for graph, quads in dataset.by_graph.items():
        text = "".join(f"{quad.triple} .\n" for quad in quads)
        name = getattr(graph, "value", None)
        target = result.graph(rdflib.URIRef(name)) if name else result.default_graph
        target.parse(data=text, format="nt")
    for prefix, namespace in dataset.prefixes.items():
        result.bind(prefix, namespace)
    return result


def convert(folder: str | Path) -> rdflib.Dataset:
    """Convert the tables of a project and return everything: records, statements, sentences, facts, ontology.

    Raises:
        FindingsError: if cells are broken; its message holds the report.
        ConfigError: if the folder holds no project.
    """
    return load(_project_folder(folder))


def check(data: Data, shapes: Data | None = None) -> Report:
    """Check a project in every way there is, or a graph against shapes, and return the report.

    Args:
        data: a project's folder, an RDF file or a graph.
        shapes: the shapes for a file or graph; a project brings its own.

    Raises:
        UsageError: if a file or graph is to be checked without shapes.
    """
    from comity.checking.project import check as check_project
    from comity.checking.shapes import check_shapes
    from comity.conversion.project import convert as convert_project

    project = _as_project(data)
    if project is not None:
        return check_project(project, convert_project(project))
    if shapes is None:
        raise UsageError("a graph is checked against shapes", "give shapes=… a file or graph")
    return check_shapes(_dataset(data), _dataset(shapes).quads, lambda _: {})


def reason(data: Data) -> Report:
    """Ask HermiT whether an ontology and its facts are consistent; without Java the report says *not run*."""
    from comity.checking.reasoning import check_consistency

    return check_consistency(_dataset(data))


def query(data: Data, text: str) -> Table:
    """Answer a SPARQL query from a project, an RDF file, a graph, or an endpoint (an http(s) address).

    Only an endpoint's address opens a connection; ``SERVICE`` is refused.

    Raises:
        UsageError: if the text is no query.
        CannotRun: if the endpoint does not answer.
    """
    if isinstance(data, str) and data.startswith(("http://", "https://")):
        from comity.store.endpoint import ask_endpoint

        return ask_endpoint(data, text)
    from comity.store.answers import ask

    return ask(_dataset(data), text)


def publish(folder: str | Path, out: str | Path | None = None, *, force: bool = False) -> BuildSummary:
    """Convert, check and publish a project: its site goes to ``{build}/site``, or below another build folder.

    Raises:
        FindingsError: if something is wrong with the data; nothing is written then.
    """
    from dataclasses import replace

    from comity.publishing.build import build

    project = load_project(_project_folder(folder))
    summary = build(replace(project, build=Path(out).resolve()) if out else project, force=force)
    _require(summary.report)
    return summary


def _as_project(data: Data) -> Project | None:
    if isinstance(data, str | Path) and (Path(data) / FILE_NAME).is_file():
        return load_project(Path(data))
    return None


def _project_folder(folder: str | Path) -> Path:
    path = Path(folder)
    return path.parent if path.name == FILE_NAME else path


def _dataset(data: Data) -> Dataset:
    from comity.conversion.project import convert as convert_project
    from comity.store.dataset import Dataset, load_dataset

    project = _as_project(data)
    if project is not None:
        conversion = convert_project(project)
        _require(conversion.report)
        return conversion.dataset
    if isinstance(data, str | Path):
        if Path(data).is_dir():
            raise UnreadableInput(f"{data} holds no {FILE_NAME}", "give a project's folder, or an RDF file")
        return load_dataset(Path(data), {})
    return Dataset(_quads(data), {prefix: str(namespace) for prefix, namespace in data.namespaces()})


def _quads(graph: rdflib.Graph) -> list[pyoxigraph.Quad]:
    import pyoxigraph
    import rdflib

    if isinstance(graph, rdflib.Dataset):
        text, form = graph.serialize(format="nquads"), pyoxigraph.RdfFormat.N_QUADS
    else:
        text, form = graph.serialize(format="nt"), pyoxigraph.RdfFormat.N_TRIPLES
    default = pyoxigraph.NamedNode("urn:x-rdflib:default")
    quads = list(pyoxigraph.parse(input=text, format=form))
    return [pyoxigraph.Quad(*quad.triple) if quad.graph_name == default else quad for quad in quads]


def _require(report: Report) -> None:
    if not report.ok:
        raise FindingsError(report.text(), "mend what the report names, then run again")
