"""A project: a folder with a ``comity.toml`` that says what is where and how it is named.

Every key is a field of :class:`Project`; an unknown key is an error with the nearest known name.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields
from pathlib import Path
from typing import Any

from comity.core.errors import ConfigError, nearest_hint

FILE_NAME = "comity.toml"


@dataclass(frozen=True, slots=True)
class Project:
    """What ``comity.toml`` says, with folders made absolute.

    Attributes:
        root: the folder that holds ``comity.toml``.
        base: the IRI under which everything of the project is named; ends in ``/``.
        title: the site's name, by language tag.
        tagline: one sentence under it, by language tag.
        languages: languages of the pages, the default first.
        license: IRI of the licence of ontology and data.
        ontology, shapes, tables, queries, site, build: folders.
    """

    root: Path
    base: str
    title: Mapping[str, str]
    tagline: Mapping[str, str]
    license: str
    languages: tuple[str, ...] = ("en",)
    ontology: Path = field(default=Path("ontology"))
    shapes: Path = field(default=Path("shapes"))
    tables: Path = field(default=Path("data/tables"))
    queries: Path = field(default=Path("queries"))
    site: Path = field(default=Path("site"))
    build: Path = field(default=Path("build"))

    @property
    def namespace(self) -> str:
        """The namespace of the project's classes and properties, ``{base}def/``."""
        return f"{self.base}def/"

    def relative(self, path: Path) -> str:
        """Return a path as messages show it: from the project's folder where it lies inside."""
        return path.relative_to(self.root).as_posix() if path.is_relative_to(self.root) else str(path)


FOLDERS = ("ontology", "shapes", "tables", "queries", "site", "build")


def find_project(start: Path) -> Path:
    """Return the nearest folder at or above ``start`` that holds a ``comity.toml``.

    Raises:
        ConfigError: if there is none.
    """
    for folder in (start.resolve(), *start.resolve().parents):
        if (folder / FILE_NAME).is_file():
            return folder
    raise ConfigError(f"no {FILE_NAME} in {start} or above it", "name the project's folder with --project DIR")


def load_project(folder: Path) -> Project:
    """Read ``folder/comity.toml``.

    Raises:
        ConfigError: if the file is missing, is no TOML, or holds an unknown key or a value of the wrong kind.
    """
    path = folder / FILE_NAME
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ConfigError(f"{path} is missing", "name the project's folder with --project DIR") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: {error}", "mend the TOML and run again") from None
    return _project(folder.resolve(), values, str(path))


def _project(root: Path, values: dict[str, Any], where: str) -> Project:
    known = {item.name: item for item in fields(Project) if item.name != "root"}
    for key in values:
        if key not in known:
            raise ConfigError(f"{where}: unknown key {key!r}", nearest_hint(key, known))
    for name, item in known.items():
        if item.default is MISSING and name not in values:
            raise ConfigError(f"{where}: key {name!r} is missing", f"add a line: {name} = …")
    checked = {key: _checked(key, value, where) for key, value in values.items()}
    for name in FOLDERS:
        checked[name] = root / checked.get(name, known[name].default)
    return Project(root=root, **checked)


def _checked(key: str, value: object, where: str) -> Any:  # noqa: ANN401  # as many types as keys
    if key in FOLDERS and isinstance(value, str):
        return Path(value)
    if key in ("title", "tagline") and isinstance(value, dict):
        return {str(name): str(text) for name, text in value.items()}
    if key == "languages" and isinstance(value, list) and value:
        return tuple(str(language) for language in value)
    if key == "license" and isinstance(value, str):
        return value
    if key == "base" and isinstance(value, str):
        if value.startswith(("http://", "https://")) and value.endswith("/"):
            return value
        raise ConfigError(f"{where}: base = {value!r} is no base IRI", "use an http(s) IRI that ends in /")
    raise ConfigError(f"{where}: {key} = {value!r} is of the wrong kind", "see the table of keys in docs/project.md")
