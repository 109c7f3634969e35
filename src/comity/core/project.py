"""A project: a folder with a ``comity.toml`` that says what is where and how it is named.

Every key is a field of :class:`Project`, described in its metadata (``docs/project.md`` is made of that). A setting
from the command line (``--set KEY=VALUE``) beats the environment (``COMITY_KEY``), which beats the file. An unknown key
is an error with the nearest known name.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import MISSING, Field, dataclass, field, fields
from pathlib import Path
from typing import Any

from comity.core.errors import ConfigError, UnreadableInput, nearest_hint
from comity.core.input import as_utf8

FILE_NAME = "comity.toml"
ENVIRONMENT = "COMITY_"


def _key(what: str, example: str, **options: Any) -> Any:  # noqa: ANN401  # as dataclasses.field itself
    return field(metadata={"what": what, "example": example}, **options)


def _folder(what: str, default: str) -> Any:  # noqa: ANN401
    return _key(what, default, default=Path(default))


@dataclass(frozen=True, slots=True)
class Project:
    """What ``comity.toml`` says, with folders made absolute; ``root`` is the folder that holds it."""

    root: Path
    base: str = _key("IRI under which everything of the project is named; ends in `/`", "https://example.org/library/")
    title: Mapping[str, str] = _key("the site's name, by language", '{ en = "Library" }')
    tagline: Mapping[str, str] = _key("one sentence under the name, by language", '{ en = "What we hold." }')
    license: str = _key("IRI of the licence of ontology and data", "https://creativecommons.org/licenses/by/4.0/")
    host: str = _key(
        "address at which the files of the site are served, where that is not the base: w3id.org leads there; "
        "ends in `/`",
        "https://books.example/catalogue/",
        default="",
    )
    languages: tuple[str, ...] = _key("languages of the pages, the first is the default", '["en"]', default=("en",))
    questions: tuple[str, ...] = _key(
        "names of the example queries that the home page shows, in order; without it the first three",
        '["books-by-year"]',
        default=(),
    )
    ways: tuple[str, ...] = _key(
        "classes and schemes that the home page leads to, in order; without it the classes that most is said about",
        '["def/Book"]',
        default=(),
    )
    found_first: tuple[str, ...] = _key(
        "classes whose things the search shows before others, in order", '["def/Book"]', default=()
    )
    found_last: tuple[str, ...] = _key(
        "classes whose things the search shows after all others, in order", '["def/Printing"]', default=()
    )
    ontology: Path = _folder("folder of the ontology and its schemes (Turtle)", "ontology")
    shapes: Path = _folder("folder of the shapes (Turtle)", "shapes")
    tables: Path = _folder("folder of the tables and their descriptions (CSV, JSON)", "data/tables")
    queries: Path = _folder("folder of the queries (SPARQL)", "queries")
    site: Path = _folder("folder of templates, interface texts and assets of the site's own", "site")
    releases: Path = _folder("folder of the frozen releases", "releases")
    build: Path = _folder("folder of what is built", "build")

    @property
    def namespace(self) -> str:
        """The namespace of the project's classes and properties, ``{base}def/``."""
        return f"{self.base}def/"

    @property
    def home(self) -> str:
        """Under which descriptions of the whole are named: the base, with ``/`` where a foreign one ends in ``#``."""
        return f"{self.base[:-1]}/"

    @property
    def address(self) -> str:
        """Where the files of the site are to be found."""
        return self.host or self.home

    def relative(self, path: Path) -> str:
        """Return a path as messages show it: from the project's folder where it lies inside."""
        return path.relative_to(self.root).as_posix() if path.is_relative_to(self.root) else str(path)


KEYS: Mapping[str, Field[Any]] = {item.name: item for item in fields(Project) if item.name != "root"}
FOLDERS = tuple(name for name, item in KEYS.items() if isinstance(item.default, Path))
BY_LANGUAGE = ("title", "tagline")
LISTS = ("languages", "questions", "ways", "found_first", "found_last")


def find_project(start: Path) -> Path:
    """Return the nearest folder at or above ``start`` that holds a ``comity.toml``.

    Raises:
        ConfigError: if there is none.
    """
    for folder in (start.resolve(), *start.resolve().parents):
        if (folder / FILE_NAME).is_file():
            return folder
    raise ConfigError(
        f"no {FILE_NAME} in {start} or above it",
        "name the project's folder with --project DIR, or make a new project: comity init DIR",
    )


def load_project(folder: Path, settings: Iterable[str] = ()) -> Project:
    """Read ``folder/comity.toml``, then the environment, then ``settings`` (each ``KEY=VALUE`` or ``KEY.LANG=VALUE``).

    Raises:
        ConfigError: if the file is missing, is no TOML, or a key is unknown or its value of the wrong kind.
    """
    path = folder / FILE_NAME
    try:
        values = tomllib.loads(as_utf8(path.read_bytes(), str(path)))
    except (FileNotFoundError, NotADirectoryError):
        raise ConfigError(f"{path} is missing", "name the project's folder with --project DIR") from None
    except UnreadableInput as error:
        raise ConfigError(error.message, error.hint) from None
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}", "see that whoever runs this may read it") from None
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path}: {error}", "mend the TOML and run again") from None
    _known(values, str(path))
    for name in KEYS:
        if text := os.environ.get(f"{ENVIRONMENT}{name.upper()}"):
            values[name] = _from_text(name, text)
    for setting in settings:
        _set(values, setting)
    return _project(folder.resolve(), values, str(path))


def _known(values: Iterable[str], where: str) -> None:
    for key in values:
        if key not in KEYS:
            raise ConfigError(f"{where}: unknown key {key!r}", nearest_hint(key, KEYS))


def _set(values: dict[str, Any], setting: str) -> None:
    name, equals, text = setting.partition("=")
    key, _, language = name.partition(".")
    if not equals:
        raise ConfigError(f"--set {setting}: no value", "write --set KEY=VALUE")
    _known([key], "--set")
    if language and key in BY_LANGUAGE:
        values[key] = {**values.get(key, {}), language: text}
    else:
        values[key] = _from_text(key, text)


def _from_text(key: str, text: str) -> object:
    if key in BY_LANGUAGE:
        return {"en": text}
    return [part.strip() for part in text.split(",")] if key in LISTS else text


def _project(root: Path, values: Mapping[str, Any], where: str) -> Project:
    for name, item in KEYS.items():
        if item.default is MISSING and name not in values:
            raise ConfigError(f"{where}: key {name!r} is missing", f"add a line such as: {name} = {_example(item)}")
    checked = {key: _checked(key, value, where) for key, value in values.items()}
    for name in FOLDERS:
        checked[name] = root / checked.get(name, KEYS[name].default)
    project = Project(root=root, **checked)
    first = project.languages[0]
    for name in BY_LANGUAGE:
        if first not in getattr(project, name):
            raise ConfigError(
                f"{where}: {name} says nothing in {first!r}, the first of the languages",
                f"add it under [{name}], or change languages",
            )
    _keep_sources(project, where)
    return project


def _keep_sources(project: Project, where: str) -> None:
    """See that the site, which replaces what stands in its place, replaces nothing that it is made of."""
    site = (project.build / "site").resolve()
    for own in (getattr(project, name).resolve() for name in ("root", *FOLDERS) if name != "build"):
        if own.is_relative_to(site):
            raise ConfigError(f"{where}: the site would take the place of {own}", "choose another folder for build")


def _example(item: Field[Any]) -> str:
    example = str(item.metadata["example"])
    return example if example.startswith(("{", "[")) else f'"{example}"'


def _is_text_map(value: object) -> bool:
    return isinstance(value, dict) and bool(value) and all(isinstance(text, str) for text in value.values())


def is_base(value: object) -> bool:
    """Return whether things can be named under a value: other letters than ASCII's have two spellings in an IRI."""
    from comity.core.rdf import is_iri  # here, so that --help loads no RDF

    return (
        isinstance(value, str)
        and bool(re.match(r"https?://[^/]", value))
        and value.endswith("/")
        and value.isascii()
        and is_iri(value)
    )


def _is_iri(value: object) -> bool:
    from comity.core.rdf import is_iri

    return isinstance(value, str) and is_iri(value)


def _is_list(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) for one in value)


def _is_languages(value: object) -> bool:
    return _is_list(value) and bool(value)


BASE_HINT = "use an http(s) IRI in ASCII that ends in /"
RULES: Mapping[str, tuple[Callable[[object], bool], str]] = {
    "base": (is_base, BASE_HINT),
    "host": (is_base, "use an http(s) address in ASCII that ends in /"),
    "license": (_is_iri, "write an IRI, such as https://creativecommons.org/licenses/by/4.0/"),
    "title": (_is_text_map, "write a table with a text for each language"),
    "tagline": (_is_text_map, "write a table with a text for each language"),
    "languages": (_is_languages, "write a list of language tags"),
    "questions": (_is_list, "write a list of names of queries"),
    "ways": (_is_list, "write a list of names of classes and schemes"),
    "found_first": (_is_list, "write a list of names of classes"),
    "found_last": (_is_list, "write a list of names of classes"),
}


def _checked(key: str, value: object, where: str) -> Any:  # noqa: ANN401  # as many types as keys
    valid, hint = RULES.get(key, (lambda text: isinstance(text, str) and bool(text), "write a text"))
    if not valid(value):
        raise ConfigError(f"{where}: {key} = {value!r} will not do", hint)
    if key in FOLDERS:
        return Path(str(value))
    return tuple(value) if isinstance(value, list) else value


def keys_table() -> str:
    """Return the table of all keys in Markdown."""
    lines = ["| key | what it says | default | example |", "|---|---|---|---|"]
    for name, item in KEYS.items():
        default = "required" if item.default is MISSING else f"`{_shown(item.default)}`"
        lines.append(f"| `{name}` | {item.metadata['what']} | {default} | `{_example(item)}` |")
    return "\n".join(lines) + "\n"


def _shown(value: object) -> str:
    return str(list(value)).replace("'", '"') if isinstance(value, tuple) else f'"{value}"'
