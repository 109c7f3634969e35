"""Which language a block is in: by its script, and among Latin letters by py3langid."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from functools import cache
from typing import Any

from comity.conversion.documents.document import Block, Document

SCRIPTS = (
    ("ja", re.compile(r"[\u3040-\u30ff]")),
    ("zh", re.compile(r"[\u3400-\u9fff]")),
    ("ru", re.compile(r"[\u0400-\u04ff]")),
    ("ar", re.compile(r"[\u0600-\u06ff]")),
)
LATIN = ("en", "fr", "es", "de", "it", "pt", "nl", "pl", "cs", "sv", "da", "fi", "hu", "ro", "tr", "vi", "id")
SAMPLE = 1000
CERTAIN = 80
"""So many Latin letters tell a language; shorter blocks are in that of the document."""
BEGINNING = 120
"""So many letters show that a block is in the language of its document; where they do not, the whole sample tells."""


def with_languages(document: Document) -> Document:
    """Return the document with a language for itself, if it had none, and for every block."""
    text = document.text
    main = document.language or _of(text[:SAMPLE]) or _of(text[:20000])
    blocks = []
    for block in document.blocks:
        words = text[block.start : min(block.end, block.start + SAMPLE)]
        blocks.append(Block(block.kind, block.start, block.end, block.level, _of_block(words, main)))
    counts = Counter[str]()
    for block in blocks:
        counts[block.language] += block.end - block.start
    most = counts.most_common(1)[0][0] if counts else main
    return replace(document, language=document.language or most, blocks=tuple(blocks))


def _of_block(words: str, main: str) -> str:
    script = _script(words)
    if script or len(words) < CERTAIN or _latin(words[:BEGINNING]) == main:
        return script or main
    return _latin(words) or main


def _of(words: str) -> str:
    return _script(words) or (_latin(words) if len(words) >= CERTAIN // 4 else "")


def _script(words: str) -> str:
    """Return the language that a script tells, where it makes up a third of the letters."""
    if words.isascii():
        return ""
    letters = sum(character.isalpha() for character in words)
    for language, pattern in SCRIPTS:
        if letters and len(pattern.findall(words)) * 3 >= letters:
            return language
    return ""


def _latin(words: str) -> str:
    identifier = _identifier()
    return str(identifier.classify(words)[0]) if identifier else ""


@cache
def _identifier() -> Any:  # noqa: ANN401  # py3langid has no types
    try:
        from py3langid.langid import MODEL_FILE, LanguageIdentifier
    except ModuleNotFoundError:
        return None
    identifier = LanguageIdentifier.from_model_file(MODEL_FILE)
    identifier.set_languages(list(LATIN))
    return identifier
