"""The generated rules choose as our own negotiation does."""

from __future__ import annotations

import random

import pytest

from comity.core.negotiation import VARIANTS, choose, choose_language
from comity.publishing.rules import accept_rules, example_headers, first_answer, html_rules, language_rules

TYPES = ("TEXT/HTML", "image/png", "text/turtle;profile=x", "*/*", "text/*", "application/*")
NAMES = (*TYPES, *(name for variant in VARIANTS for name in (variant.media_type, *variant.also)))
WEIGHTS = ("", ";q=0", ";q=1", ";q=1.0", "; q = 0.0", ";q=x", ";q=0.05", *(f";q=0.{tenth}" for tenth in range(1, 10)))
RANGES = ("en", "zh", "en-GB", "zh-CN", "zh-Hant-TW", "fr", "*")


def headers(names: tuple[str, ...], seed: int) -> list[str]:
    lot = random.Random(seed)
    return [
        lot.choice((", ", ",")).join(lot.choice(names) + lot.choice(WEIGHTS) for _ in range(lot.randint(1, 5)))
        for _ in range(600)
    ]


@pytest.mark.parametrize("seed", [1, 2])
def test_rules_choose_the_same_form(seed: int) -> None:
    forms, pages = accept_rules(), html_rules()
    for header in headers(NAMES, seed):
        chosen, page = choose(header, VARIANTS), choose(header, VARIANTS[:1])
        assert first_answer(forms, header) == (chosen.suffix if chosen else ""), header
        assert bool(first_answer(pages, header)) == bool(page), header


def test_every_rule_has_an_example() -> None:
    forms = accept_rules()
    hit = set()
    for header, suffix in example_headers():
        rule = next(rule for rule in forms if rule.matches(header))
        assert rule.answer == suffix, header
        hit.add(rule)
    assert hit == set(forms)


@pytest.mark.parametrize("languages", [("en", "zh"), ("zh", "en"), ("en",), ("pt-BR", "en")])
def test_rules_choose_the_same_language(languages: tuple[str, ...]) -> None:
    rules = language_rules(languages)
    for header in headers((*RANGES, "pt", "pt-BR", "pt-PT"), 3):
        expected = choose_language(header, languages)
        assert (first_answer(rules, header) or languages[0]) == expected, header
