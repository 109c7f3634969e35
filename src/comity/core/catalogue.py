"""The catalogue of diagnostics: for every code its problem, why it matters, the remedy, and an example."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from importlib import resources

from comity.core.errors import UnknownName


@dataclass(frozen=True, slots=True)
class Entry:
    """What one code stands for."""

    code: str
    problem: str
    why: str
    remedy: str
    example: str

    def text(self) -> str:
        """Return the entry for a person."""
        parts = (("why it matters", self.why), ("remedy", self.remedy), ("example", self.example))
        return "\n".join([f"{self.code}: {self.problem}", *(f"  {name}: {text}" for name, text in parts)])


def catalogue() -> dict[str, Entry]:
    """Return all entries by code, in the order of the catalogue."""
    data = tomllib.loads(resources.files("comity.core").joinpath("catalogue.toml").read_text(encoding="utf-8"))
    return {code: Entry(code, **entry) for code, entry in data.items()}


def entry(code: str) -> Entry:
    """Return the entry of a code.

    Raises:
        UnknownName: if the catalogue has no such code; names the nearest.
    """
    entries = catalogue()
    if code.upper() not in entries:
        raise UnknownName("diagnostic code", code, entries)
    return entries[code.upper()]
