"""The hand-written RDF of a project: ontology and schemes, its prefix map, and its shapes.

Every project rests on the evidence core: statements, sources, passages, modality, rank and grade. It stands in the
project that comes with the package; another project takes it from there and never copies it.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from pyoxigraph import Quad

from comity.core.errors import UnreadableInput
from comity.core.project import Project
from comity.core.rdf import Node, object_of, parse_file, subject_of
from comity.core.resources import bundled_project
from comity.model.vocabulary import COMITY, SH_NAMESPACE, SH_PREFIX

CORE_ONTOLOGY = (
    "borrowed.ttl",
    "documents.ttl",
    "prefixes.ttl",
    "quantities.ttl",
    "sources.ttl",
    "statements.ttl",
    "schemes/bound.ttl",
    "schemes/completeness.ttl",
    "schemes/defect-kind.ttl",
    "schemes/deontic-strength.ttl",
    "schemes/evidence-grade.ttl",
    "schemes/modality.ttl",
    "schemes/polarity.ttl",
    "schemes/rank.ttl",
    "schemes/translation-status.ttl",
    "schemes/voice.ttl",
)
CORE_SHAPES = ("documents.ttl", "quantities.ttl", "sources.ttl", "statements.ttl")


def load_ontology(project: Project) -> list[Quad]:
    """Read a project's ontology and schemes, and below them the evidence core.

    Raises:
        UnreadableInput: at the first syntax error, with file, line and column; or if the folder holds no file.
    """
    return [*_core(project, "ontology", CORE_ONTOLOGY), *load_turtle(project.ontology)]


def load_shapes(project: Project) -> list[Quad]:
    """Read a project's shapes, and below them those of the evidence core.

    Raises:
        UnreadableInput: as :func:`load_ontology`.
    """
    return [*_core(project, "shapes", CORE_SHAPES), *load_turtle(project.shapes)]


def has_own_core(project: Project) -> bool:
    """Whether a project is the home of the evidence core itself."""
    return project.namespace == COMITY


def _core(project: Project, folder: str, names: Iterable[str]) -> list[Quad]:
    if has_own_core(project):
        return []
    home = bundled_project() / folder
    return [quad for name in names for quad in parse_file(home / name)]


def load_turtle(folder: Path) -> list[Quad]:
    """Read every Turtle file below a folder, in order of their paths.

    Raises:
        UnreadableInput: at the first syntax error, with file, line and column; or if there is no file at all.
    """
    files = sorted(folder.rglob("*.ttl"))
    if not files:
        raise UnreadableInput(f"{folder} holds no Turtle file", "see that comity.toml names the right folder")
    return [quad for path in files for quad in parse_file(path)]


def declared_prefixes(quads: Iterable[Quad]) -> dict[str, str]:
    """Return the prefix map that ``sh:declare`` states (SHACL 1.0 §5.2.1), in order of the prefixes."""
    prefixes: dict[Node, str] = {}
    namespaces: dict[Node, str] = {}
    for quad in quads:
        if quad.predicate == SH_PREFIX:
            prefixes[subject_of(quad)] = object_of(quad).value
        elif quad.predicate == SH_NAMESPACE:
            namespaces[subject_of(quad)] = object_of(quad).value
    pairs = ((prefix, namespaces[node]) for node, prefix in prefixes.items() if node in namespaces)
    return dict(sorted(pairs))
