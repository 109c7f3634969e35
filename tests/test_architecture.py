"""The house: imports only point down, there is no cycle, and help needs nothing heavy."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "src" / "comity"
LADDER = ("core", "model", "store", "conversion", "checking", "publishing", "serving", "api", "cli")
HEAVY = ("rdflib", "pyshacl", "owlready2", "pyoxigraph", "SPARQLWrapper", "granian", "minijinja", "lxml", "ahocorasick")


def modules() -> dict[str, Path]:
    names = {}
    for path in PACKAGE.rglob("*.py"):
        parts = ["comity", *path.relative_to(PACKAGE).with_suffix("").parts]
        names[".".join(parts).removesuffix(".__init__")] = path
    return names


def imports(path: Path) -> set[str]:
    """Return the modules of ours that a file imports, wherever in it."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] == "comity":
            assert node.level == 0
            found |= {f"{node.module}.{name.name}" for name in node.names} | {node.module}
        elif isinstance(node, ast.Import):
            found |= {name.name for name in node.names if name.name.split(".")[0] == "comity"}
    return found & set(modules())


def room(module: str) -> int:
    parts = module.split(".")
    return LADDER.index(parts[1]) if len(parts) > 1 and parts[1] in LADDER else len(LADDER)


def test_every_module_has_a_room() -> None:
    outside = {name for name in modules() if room(name) == len(LADDER)}
    assert outside == {"comity", "comity.__main__"}


@pytest.mark.parametrize("module", sorted(modules()))
def test_imports_point_down(module: str) -> None:
    if module in ("comity", "comity.__main__"):
        return
    upward = {name for name in imports(modules()[module]) if room(name) > room(module) and name != "comity"}
    assert not upward


def test_no_module_imports_itself_in_a_circle() -> None:
    graph = {name: imports(path) - {name} for name, path in modules().items()}
    done: set[str] = set()

    def visit(name: str, above: tuple[str, ...]) -> None:
        assert name not in above, " → ".join((*above, name))
        if name not in done:
            for other in sorted(graph[name]):
                visit(other, (*above, name))
            done.add(name)

    for name in sorted(graph):
        visit(name, ())
    assert len(done) == len(graph) > 20


@pytest.mark.parametrize("arguments", [["--help"], ["build", "--help"], ["query", "--help"], ["--version"], []])
def test_help_imports_nothing_heavy(arguments: list[str]) -> None:
    code = (
        f"import sys; sys.argv = ['comity', *{arguments!r}]\n"
        "from comity.cli import main\n"
        "try: main()\n"
        "except SystemExit as end: assert not end.code, end.code\n"
        f"loaded = sorted(set({HEAVY!r}) & set(sys.modules)); assert not loaded, loaded"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_no_star_import_and_no_utils() -> None:
    for name, path in modules().items():
        assert "utils" not in name
        assert "import *" not in path.read_text(encoding="utf-8"), name
