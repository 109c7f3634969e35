"""How long work tells what it is doing, without knowing who listens."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """A listener: ``step`` begins a named part of the work, ``advance`` counts units of it that are done."""

    def step(self, name: str, total: int | None = None) -> None:
        """Begin a part of the work that has ``total`` units, or an unknown number."""

    def advance(self, units: int = 1) -> None:
        """Note that some units of the current part are done."""


class Silent:
    """A listener that says nothing."""

    def step(self, name: str, total: int | None = None) -> None:
        """Say nothing."""

    def advance(self, units: int = 1) -> None:
        """Say nothing."""
