"""Sentences of our own for statements, made from patterns that stand in the ontology.

A property's ``comity:sentencePattern`` says how its triple reads; the modality's ``comity:sentenceFrame`` says who
holds it and how, so that a wish never reads as a fact.
"""

from __future__ import annotations

import re

_SLOT = re.compile(r"\{(subject|object|holder|source|sentence)\}")


def fill(pattern: str, **parts: str) -> str:
    """Return a pattern with its slots filled; a part may itself hold braces.

    >>> fill("{subject} proposes {object}", subject="China", object="a {new} body")
    'China proposes a {new} body'
    """
    return _SLOT.sub(lambda match: parts[match[1]], pattern)
