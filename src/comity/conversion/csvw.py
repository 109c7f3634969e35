"""Table descriptions: the part of CSV on the Web that the tables here use.

The metadata file *is* the mapping. What it may hold is listed below by name; anything else is an error and never
ignored, so that no table is converted by half of what its description says.

Standards: Metadata Vocabulary for Tabular Data (W3C, 17 December 2015) §5.3 to §5.7, §5.11; RFC 6570.
Two annotations of ours, which other processors pass over: ``comity:graph`` on a table or column (URI template of
the named graph), and ``comity:itemUrl`` on a column with a separator (a value URL for each item of the list).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from uritemplate import URITemplate

from comity.core.errors import UnreadableInput, nearest_hint
from comity.core.input import read_utf8

METADATA_SUFFIX = "-metadata.json"
TABLE_KEYS = ("@context", "@type", "url", "dc:title", "dc:description", "comity:graph", "tableSchema")
SCHEMA_KEYS = ("aboutUrl", "primaryKey", "columns", "foreignKeys")
COLUMN_KEYS = (
    "name", "titles", "required", "suppressOutput", "virtual", "datatype", "lang", "default", "separator",
    "aboutUrl", "propertyUrl", "valueUrl", "dc:description", "comity:graph", "comity:itemUrl",
)  # fmt: skip
DATATYPES = ("string", "date", "gYear", "gYearMonth", "integer", "decimal", "boolean", "anyURI")


@dataclass(frozen=True, slots=True)
class Datatype:
    """A cell's datatype (§5.11): a name of :data:`DATATYPES`, and for strings a pattern that must match."""

    base: str = "string"
    format: re.Pattern[str] | None = None


@dataclass(frozen=True)
class Column:
    """One column (§5.6); ``index`` is its place in the file from 0, of a virtual column ``None``."""

    name: str
    index: int | None
    titles: str
    required: bool
    datatype: Datatype
    lang: str
    default: str
    separator: str
    about: URITemplate | None
    property: URITemplate | None
    value: URITemplate | None
    item: URITemplate | None
    graph: URITemplate | None


@dataclass(frozen=True, slots=True)
class ForeignKey:
    """A rule that values of a column stand in a column of another table (§5.5.2.1)."""

    column: str
    resource: str
    referenced: str


@dataclass(frozen=True)
class TableDescription:
    """One table: where it stands and how each cell becomes a triple."""

    path: Path
    metadata: Path
    title: str
    columns: tuple[Column, ...]
    primary_key: tuple[str, ...]
    foreign_keys: tuple[ForeignKey, ...]

    @cached_property
    def real_columns(self) -> tuple[Column, ...]:
        """The columns that stand in the file."""
        return tuple(column for column in self.columns if column.index is not None)


def load_descriptions(folder: Path) -> list[TableDescription]:
    """Read the descriptions of all tables in a folder, in order of their names.

    Raises:
        UnreadableInput: if there is none, a table has no description, or a description holds what is not known here.
    """
    described = [load_description(path) for path in sorted(folder.glob(f"*.csv{METADATA_SUFFIX}"))]
    if not described:
        raise UnreadableInput(f"{folder} holds no table description", f"a table x.csv needs x.csv{METADATA_SUFFIX}")
    bare = sorted(set(folder.glob("*.csv")) - {table.path for table in described})
    if bare:
        raise UnreadableInput(f"{bare[0]} has no description", f"write {bare[0].name}{METADATA_SUFFIX} beside it")
    return described


def load_description(path: Path) -> TableDescription:
    """Read one ``*.csv-metadata.json``.

    Raises:
        UnreadableInput: if it is no JSON object of the form known here.
    """
    try:
        data = json.loads(read_utf8(path))
    except ValueError as error:
        raise UnreadableInput(f"{path}: {error}", "mend the JSON") from None
    try:
        return _table(path, data)
    except _Unknown as problem:
        raise UnreadableInput(f"{path}: {problem.where}: {problem}", problem.hint) from None
    except (KeyError, TypeError, AttributeError, ValueError, re.error) as error:
        raise UnreadableInput(f"{path}: not a table description: {error!r}", "see data/README.md") from None


class _Unknown(Exception):
    """A key or value that is not known here."""

    def __init__(self, where: str, what: str, name: str, known: Iterable[str]) -> None:
        super().__init__(f"{what} {name!r} is not known here")
        self.where = where
        self.hint = nearest_hint(name, known)


def _known(where: str, data: Mapping[str, Any], keys: tuple[str, ...]) -> None:
    for key in data:
        if key not in keys:
            raise _Unknown(where, "key", key, keys)


def _table(path: Path, data: dict[str, Any]) -> TableDescription:
    _known("table", data, TABLE_KEYS)
    schema = data["tableSchema"]
    _known("tableSchema", schema, SCHEMA_KEYS)
    inherited = {"aboutUrl": schema.get("aboutUrl"), "comity:graph": data.get("comity:graph")}
    columns = tuple(_column(index, {**inherited, **column}) for index, column in enumerate(schema["columns"]))
    key = schema.get("primaryKey", [])
    return TableDescription(
        path=path.parent / data["url"],
        metadata=path,
        title=data.get("dc:title", data["url"]),
        columns=columns,
        primary_key=(key,) if isinstance(key, str) else tuple(key),
        foreign_keys=tuple(_foreign_key(entry) for entry in schema.get("foreignKeys", [])),
    )


def _column(index: int, data: dict[str, Any]) -> Column:
    where = f"column {data.get('name', index + 1)!r}"
    _known(where, data, COLUMN_KEYS)
    silent = data.get("suppressOutput", False)
    return Column(
        name=data["name"],
        index=None if data.get("virtual") else index,
        titles=data.get("titles", data["name"]),
        required=data.get("required", False),
        datatype=_datatype(where, data.get("datatype", "string")),
        lang=data.get("lang", ""),
        default=data.get("default", ""),
        separator=data.get("separator", ""),
        about=_template(data.get("aboutUrl")),
        property=None if silent else _template(data.get("propertyUrl")),
        value=_template(data.get("valueUrl")),
        item=_template(data.get("comity:itemUrl")),
        graph=_template(data.get("comity:graph")),
    )


def _template(text: str | None) -> URITemplate | None:
    return URITemplate(text) if text else None


def _datatype(where: str, data: str | dict[str, str]) -> Datatype:
    described = {"base": data} if isinstance(data, str) else data
    _known(where, described, ("base", "format"))
    base = described.get("base", "string")
    if base not in DATATYPES:
        raise _Unknown(where, "datatype", base, DATATYPES)
    pattern = described.get("format")
    return Datatype(base, re.compile(pattern) if pattern else None)


def _foreign_key(data: dict[str, Any]) -> ForeignKey:
    _known("foreignKeys", data, ("columnReference", "reference"))
    reference = data["reference"]
    _known("foreignKeys reference", reference, ("resource", "columnReference"))
    return ForeignKey(_one(data["columnReference"]), reference["resource"], _one(reference["columnReference"]))


def _one(columns: str | list[str]) -> str:
    if isinstance(columns, str):
        return columns
    if len(columns) == 1:
        return columns[0]
    raise _Unknown("foreignKeys", "a key of several columns", ", ".join(columns), ())
