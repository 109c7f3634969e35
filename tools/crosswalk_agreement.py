"""How far the two readings of the source principles agree: per cent and Cohen's kappa (Cohen 1960).

The first reading is the best mapping of each source principle in ``principle-mappings.csv``; the second stands in
``second-readings.csv``. Run it from the project folder; ``docs/crosswalk.md`` gives its figures.
"""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path
from typing import NamedTuple

TABLES = Path("data/tables")


class Agreement(NamedTuple):
    """The figures of two readings of the same principles."""

    principles: int
    same: int
    same_or_secondary: int
    kappa: float

    @property
    def percent(self) -> float:
        """Return the share of principles that both readings put under one concept, in per cent."""
        return 100 * self.same / self.principles


def rows(path: Path) -> list[dict[str, str]]:
    """Return the rows of a table."""
    with path.open(encoding="utf-8", newline="") as table:
        return list(csv.DictReader(table))


def kappa(pairs: list[tuple[str, str]]) -> float:
    """Return Cohen's kappa of pairs of categories.

    >>> kappa([("a", "a"), ("b", "b"), ("a", "b"), ("b", "a")])
    0.0
    >>> kappa([("a", "a"), ("b", "b")])
    1.0
    """
    total = len(pairs)
    observed = sum(one == other for one, other in pairs) / total
    first, second = (Counter(pair[side] for pair in pairs) for side in (0, 1))
    expected = sum(first[category] * second[category] for category in first) / total**2
    return (observed - expected) / (1 - expected)


def agreement(tables: Path = TABLES) -> Agreement:
    """Compare the two readings of every principle that was read twice."""
    mapped: dict[str, list[tuple[float, str]]] = {}
    for row in rows(tables / "principle-mappings.csv"):
        mapped.setdefault(row["from"], []).append((float(row["confidence"]), row["to"]))
    again = {row["principle"]: row["read_as"] for row in rows(tables / "second-readings.csv")}
    best = {key: max(found, key=lambda pair: pair[0])[1] for key, found in mapped.items()}
    pairs = [(best[key], concept) for key, concept in again.items()]
    either = sum(concept in {target for _, target in mapped[key]} for key, concept in again.items())
    return Agreement(len(pairs), sum(one == other for one, other in pairs), either, kappa(pairs))


if __name__ == "__main__":
    found = agreement()
    print(f"{found.principles} principles, {found.same} alike ({found.percent:.1f} %), kappa {found.kappa:.2f};")
    print(f"{found.same_or_secondary} alike with the first reading's further concepts")
