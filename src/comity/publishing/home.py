"""The first page: numbers, how what is said here is meant, questions to click, and ways in.

Which questions and which ways, and in which order, the project says itself (``questions`` and ``ways`` in its
``comity.toml``); without that, what is most spoken of comes first.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pyoxigraph import NamedNode

from comity.core.errors import ConfigError, nearest_hint
from comity.core.rdf import Node
from comity.model.vocabulary import IN_SCHEME, LEADS, MODALITY, STATEMENT
from comity.publishing.edition import Cell, Edition
from comity.publishing.evidence import Badge, Witness

Link = tuple[Cell, str, int]
"""What leads to a list: its name, its page, how many it holds."""

QUESTIONS = 3
EXAMPLES = 4
PICTURE = 1000


@dataclass(frozen=True, slots=True)
class Way:
    """A way into the site from its first page."""

    cell: Cell
    path: str
    count: int
    definition: Cell | None
    examples: tuple[Cell, ...]
    under: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class Share:
    """How many statements are made in one way, and where they stand in a bar that is ``PICTURE`` wide."""

    modality: Badge
    count: int
    start: int
    width: int

    @property
    def shown(self) -> str:
        """The number as people write it."""
        return f"{self.count:,}"


@dataclass(frozen=True, slots=True)
class Question:
    """A question with why one asks it, and how many rows answer it."""

    cell: Cell
    why: str
    rows: int


def questions(edition: Edition) -> list[Question]:
    """Return the questions of the first page.

    Raises:
        ConfigError: if the project names one that it does not have.
    """
    holdings = edition.holdings
    by_name = {query.name: iri for iri, query in holdings.queries.items()}
    for name in holdings.project.questions:
        if name not in by_name:
            raise ConfigError(f"questions: there is no example query {name!r}", nearest_hint(name, by_name))
    chosen = holdings.project.questions or tuple(by_name)[:QUESTIONS]
    return [question(edition, by_name[name]) for name in chosen]


def question(edition: Edition, iri: NamedNode) -> Question:
    """Return a query as a question."""
    answer = edition.holdings.answers.get(iri)
    why = edition.holdings.queries[iri].said("why", edition.language)
    return Question(edition.cell(iri), why, len(answer.rows) if answer else 0)


def shares(witness: Witness) -> list[Share]:
    """Return how many statements are made in which way, the most frequent first; a softer way counts as what it is."""
    index = witness.index
    ways = (index.object(statement, MODALITY) for statement in index.instances(STATEMENT))
    found = Counter(witness.broadest(modality) for modality in ways if modality is not None)
    counted = {witness.badge(modality): number for modality, number in found.items()}
    ordered = sorted(counted, key=lambda badge: (-counted[badge], badge.cell.key))
    total, before = max(sum(counted.values()), 1), 0
    made = []
    for badge in ordered:
        start, end = (PICTURE * number // total for number in (before, before + counted[badge]))
        made.append(Share(badge, counted[badge], start, end - start))
        before += counted[badge]
    return made


def way(edition: Edition, node: Node, path: str, members: Iterable[Node], under: Iterable[Link] = ()) -> Way:
    """Return a way in, with those of its members that most leads to, and the lists ``under`` it."""
    known = list(dict.fromkeys(members))
    weight = {one: sum(map(len, edition.index.into(one).values())) for one in known}
    first = sorted(known, key=lambda one: (-weight[one], edition.cell(one).key))[:EXAMPLES]
    examples = tuple(map(edition.cell, first))
    return Way(edition.cell(node), path, len(known), edition.text(node, *LEADS), examples, tuple(under))


def named_ways(edition: Edition, lists: Mapping[NamedNode, Way]) -> list[Way]:
    """Return the ways that the project names: to the list of a class, or to a scheme.

    Raises:
        ConfigError: if it names what is neither.
    """
    return [_named(edition, name, lists) for name in edition.holdings.project.ways]


def _named(edition: Edition, name: str, lists: Mapping[NamedNode, Way]) -> Way:
    base, index = edition.holdings.project.base, edition.index
    node = NamedNode(f"{base}{name}")
    if node in lists:
        return lists[node]
    concepts = index.subjects(IN_SCHEME, node)
    if not concepts:
        schemes = {scheme for thing in index.by_subject for scheme in index.objects(thing, IN_SCHEME)}
        known = [n.value.removeprefix(base) for n in (*lists, *schemes)]
        raise ConfigError(f"ways: {name!r} is no class with things and no scheme", nearest_hint(name, known))
    return way(edition, node, edition.path(node), concepts)
