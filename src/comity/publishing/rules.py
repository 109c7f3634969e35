"""The table of content negotiation as an ordered list of patterns, for servers that can only match a header.

:data:`comity.core.negotiation.VARIANTS` holds what there is to choose from. A rule says: if the header matches this
pattern, and no rule before it did, answer so. Weights count in tenths: a client that tells 0.85 from 0.81 gets what we
like better of the two. The patterns use only what PCRE, JavaScript and Python have in common, and no backslash, which
every configuration language reads in its own way.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from comity.core.negotiation import VARIANTS, Variant

_PARAMETERS = "(?: *;(?! *q *=)[^,;]*)*"
_AFTER = "(?: *;[^,;]*)*"
_END = " *(?:,|$)"
_LEVELS = (None, *(f"0[.]{tenth}[0-9]{{0,2}}" for tenth in range(9, 0, -1)), "0[.]0(?:[1-9][0-9]?|0[1-9])")
"""Weights from the highest down: 1 (or none given), the tenths, and what lies between 0 and 0.1."""
_ONE = "1(?:[.]0{0,3})?"
_VALID = "(?:0(?:[.][0-9]{0,3})?|1(?:[.]0{0,3})?)"


@dataclass(frozen=True, slots=True)
class Rule:
    """A pattern for a header, matched without regard to letter case, and the answer."""

    pattern: str
    answer: str

    def matches(self, header: str) -> bool:
        """Return whether a header calls for this answer."""
        return re.search(self.pattern, header, re.IGNORECASE) is not None


def first_answer(rules: Sequence[Rule], header: str) -> str:
    """Return the answer of the first rule that matches; nothing if none does."""
    return next((rule.answer for rule in rules if rule.matches(header)), "")


def accept_rules(variants: Sequence[Variant] = VARIANTS) -> tuple[Rule, ...]:
    """Return which variant an Accept header gets (RFC 9110 §12.5.1), as the suffix of its files.

    >>> first_answer(accept_rules(), "text/html;q=0.2, application/n-quads, text/turtle;q=0.9")
    'nt'
    """
    nothing = Rule(f"^(?!(?:.*,)? *[^,; ][^,;]*{_weighted(_VALID)})", variants[0].suffix)
    liked = (Rule(_liking(variant, level), variant.suffix) for level in _LEVELS for variant in variants)
    return (nothing, *liked)


def html_rules() -> tuple[Rule, ...]:
    """Return whether an Accept header lets a page through that has no other form."""
    return tuple(Rule(rule.pattern, "yes") for rule in accept_rules(VARIANTS[:1]))


def language_rules(languages: Sequence[str]) -> tuple[Rule, ...]:
    """Return which language an Accept-Language header gets (RFC 4647 §3.4); the first one where no rule matches.

    >>> first_answer(language_rules(["en", "zh"]), "fr, zh-CN;q=0.8, en;q=0.5")
    'zh'
    """
    return tuple(
        Rule(pattern, language)
        for level in _LEVELS
        for fitting in (_exactly, _nearly, _anyhow)
        for language in languages
        if (pattern := fitting(language, level))
    )


def _weighted(weight: str | None) -> str:
    """Return the pattern of what follows a name: its parameters, and a weight; ``None`` is the weight 1, or none."""
    given = f"(?: *; *q *= *{weight or _ONE}{_AFTER})"
    return f"{_PARAMETERS}{given}{'' if weight and weight != _VALID else '?'}{_END}"


def _has(names: Sequence[str], weight: str | None) -> str:
    return f"(?:.*,)? *(?:{'|'.join(map(_literal, names))}){_weighted(weight)}"


def _literal(name: str) -> str:
    """Return a name as a pattern; a name that ends in ``-*`` stands for all that begin so."""
    if name.endswith("-*"):
        return f"{name[:-1]}[a-z0-9-]+"
    return "".join(f"[{sign}]" if sign in ".+*" else sign for sign in name)


def _liking(variant: Variant, level: str | None) -> str:
    """Return the pattern of headers that give a variant a weight: its type, else what it also is, else a wildcard."""
    family = f"{variant.media_type.partition('/')[0]}/*"
    groups = [names for names in ((variant.media_type,), variant.also, (family,), ("*/*",)) if names]
    branches, passed = [], ""
    for names in groups:
        branches.append(f"{passed}(?={_has(names, level)})")
        # What it also is counts by its highest weight, so a weight of 0 does not shut the wildcards out.
        shut = _VALID if names != variant.also else f"(?!0(?:[.]0{{0,3}})?{_AFTER}{_END}){_VALID}"
        passed += f"(?!{_has(names, shut)})"
        if shut != _VALID:
            passed += f"(?!{_has(names, None)})"
    return f"^(?:{'|'.join(branches)})"


def _exactly(language: str, level: str | None) -> str:
    return f"^{_has((language,), level)}"


def _nearly(language: str, level: str | None) -> str:
    wider = language.partition("-")[0]
    near = (f"{language}-*", wider) if wider != language else (f"{language}-*",)
    return f"^(?!{_has((language,), _VALID)})(?={_has(near, level)})"


def _anyhow(language: str, level: str | None) -> str:
    near = (language, f"{language}-*", language.partition("-")[0])
    return f"^(?!{_has(near, _VALID)})(?={_has(('*',), level)})"


def example_headers() -> Iterator[tuple[str, str]]:
    """Yield, for each rule about media types, a header that only it and later rules match, with its answer."""
    levels = ("", *(f";q=0.{tenth}" for tenth in range(9, 0, -1)), ";q=0.05")
    yield "", VARIANTS[0].suffix
    for level in levels:
        for variant in VARIANTS:
            yield f"{variant.media_type}{level}", variant.suffix
            for name in variant.also:
                yield f"{name}{level}", variant.suffix
    for variant in VARIANTS[1:]:
        yield f"{variant.media_type};q=0, */*;q=0.3", VARIANTS[0].suffix
