"""Documentation that cannot drift: generated parts are compared, examples are run, every verb and code is there.

``COMITY_WRITE_DOCS=1 pytest tests/test_docs.py`` writes the generated parts anew.
"""

from __future__ import annotations

import doctest
import os
import re
import tomllib
from pathlib import Path

import pytest

import comity
from comity.cli import cli
from comity.core.catalogue import catalogue
from comity.core.project import KEYS, keys_table

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"


def catalogue_text() -> str:
    parts = []
    for entry in catalogue().values():
        parts += [f"## {entry.code}", "", f"**{entry.problem}** {entry.why}", "", f"*Remedy.* {entry.remedy}", ""]
        parts += ["```", entry.example, "```", ""]
    return "\n".join(parts)


@pytest.mark.parametrize(
    ("file", "name", "made"),
    [("project.md", "keys", keys_table), ("diagnostics.md", "catalogue", catalogue_text)],
)
def test_a_generated_part_is_up_to_date(file: str, name: str, made) -> None:
    path = DOCS / file
    text = path.read_text(encoding="utf-8")
    part = re.compile(f"(<!-- {name} -->\n).*?(<!-- /{name} -->)", re.DOTALL)
    assert part.search(text)
    fresh = part.sub(lambda match: match[1] + made() + match[2], text)
    if os.environ.get("COMITY_WRITE_DOCS"):
        path.write_text(fresh, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == fresh


def test_the_examples_of_the_api_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    options = doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS
    failed, tried = doctest.testfile(str(DOCS / "api.md"), module_relative=False, optionflags=options, encoding="utf-8")
    assert tried > 10
    assert not failed


def test_every_code_in_use_is_in_the_catalogue() -> None:
    used = set()
    for path in (ROOT / "src").rglob("*.py"):
        used |= set(re.findall(r'"([A-Z]{2,6}\d{3}|EMPTY|SHACL|HYG)"', path.read_text(encoding="utf-8")))
    assert len(used) > 10
    assert used == set(catalogue())


def verbs(group, above: str = "comity") -> list[tuple[str, object]]:
    found = []
    for name, command in group.commands.items():
        found.append((f"{above} {name}", command))
        if hasattr(command, "commands"):
            found += verbs(command, f"{above} {name}")
    return found


@pytest.mark.parametrize(("name", "command"), verbs(cli))
def test_every_verb_has_help_an_example_and_the_shared_options(name: str, command) -> None:
    assert command.help
    if hasattr(command, "commands"):
        return
    assert f"      {name}".strip() in command.help, "no example"
    options = {option for parameter in command.params for option in parameter.opts}
    assert {"--json", "--quiet", "--verbose"} <= options


def test_the_public_names_are_frozen() -> None:
    assert set(comity.__all__) == {
        "ComityError", "Diagnostic", "Report", "__version__",
        "check", "convert", "load", "publish", "query", "reason",
    }  # fmt: skip
    import importlib
    import pkgutil

    for module in pkgutil.walk_packages(comity.__path__, "comity."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    for name in ("check", "convert", "load", "publish", "query", "reason"):
        assert callable(getattr(comity, name)), f"a submodule has overwritten comity.{name}"


def test_the_keys_are_those_of_the_issue_with_a_description() -> None:
    assert all(item.metadata["what"] for item in KEYS.values())


def test_the_version_stands_in_one_place_and_the_others_agree() -> None:
    pyproject = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert f'version = "{comity.__version__}"' in pyproject


def test_readme_names_every_room_and_folder() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for room in ("cli.py", "serving/", "publishing/", "checking/", "conversion/", "store/", "model/", "core/"):
        assert f"`{room}`" in readme
    for folder in ("ontology", "shapes", "queries", "site", "tests", "docs"):
        assert f"`{folder}/" in readme


def test_every_place_names_the_same_version() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    citation = re.search(r"^version: (.+)$", (ROOT / "CITATION.cff").read_text(encoding="utf-8"), re.MULTILINE)
    assert citation is not None
    assert version == comity.__version__ == citation[1]


def test_every_target_of_make_is_described_and_every_one_named_is_there() -> None:
    targets = set(re.findall(r"^([a-z-]+):.*## ", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    phony = re.search(r"^\.PHONY: (.+)$", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    assert phony is not None
    assert targets == set(phony[1].split())
    for file in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", ".ci/run"):
        named = set(re.findall(r"(?:`|^)make ([a-z-]+)", (ROOT / file).read_text(encoding="utf-8"), re.MULTILINE))
        assert named <= targets, file
