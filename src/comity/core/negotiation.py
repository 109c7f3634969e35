"""Content negotiation: which file of a thing a client gets (RFC 9110 §12).

One table, :data:`VARIANTS`, holds the rules. Our server reads it, and rules for other servers are made from it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from comity.core.rdf import FORMATS

ITEM = re.compile(r'(?:[^,"]|"(?:[^"\\]|\\.)*")+')
PARAMETER = re.compile(r';(?=(?:[^"]|"[^"]*")*$)')
WEIGHT = re.compile(r"0(\.\d{0,3})?|1(\.0{0,3})?")


@dataclass(frozen=True, slots=True)
class Variant:
    """One form in which a thing can be had.

    Attributes:
        suffix: of the file that holds it.
        media_type: what it is, and what the response says it is.
        also: media types of supersets and of old names: who asks for one of those can read this.
        quality: decides between variants that the client likes equally; the highest wins.
    """

    suffix: str
    media_type: str
    also: tuple[str, ...]
    quality: float

    @property
    def content_type(self) -> str:
        """The value of Content-Type; only text types have a character set to name."""
        return f"{self.media_type}; charset=utf-8" if self.media_type.startswith("text/") else self.media_type


# HTML comes first: a browser likes it best anyway, and "*/*" or no Accept at all (curl, a link checker, a search
# engine) says nothing about RDF, while every RDF client names the types that it can read.
HTML = Variant("html", "text/html", ("application/xhtml+xml",), 1.0)
RDF_VARIANTS = tuple(
    Variant(format_.suffix, format_.media_type, format_.also, round(0.9 - place / 10, 1))
    for place, format_ in enumerate(FORMATS)
)
VARIANTS = (HTML, *RDF_VARIANTS)


OTHER_TYPES = {
    "csljson": "application/vnd.citationstyles.csl+json",
    "css": "text/css; charset=utf-8",
    "bib": "application/x-bibtex; charset=utf-8",
    "csv": "text/csv; charset=utf-8",
    "gz": "application/gzip",
    "ico": "image/x-icon",
    "js": "text/javascript; charset=utf-8",
    "json": "application/json",
    "linkset": "application/linkset+json",
    "map": "application/json",
    "mjs": "text/javascript; charset=utf-8",
    "md": "text/markdown; charset=utf-8",
    "nq": "application/n-quads",
    "png": "image/png",
    "rq": "application/sparql-query",
    "svg": "image/svg+xml",
    "trig": "application/trig",
    "txt": "text/plain; charset=utf-8",
    "wasm": "application/wasm",
    "webmanifest": "application/manifest+json",
    "webp": "image/webp",
    "woff2": "font/woff2",
    "xml": "application/xml",
    "zip": "application/zip",
}
"""What the other files of a site are, by suffix."""


def weighted(header: str) -> dict[str, float]:
    """Return the ranges of an Accept or Accept-Language header with their weights (RFC 9110 §12.4.2).

    Parameters other than ``q`` are passed over; an item with a malformed weight counts as not there.

    >>> weighted("text/turtle;q=0.5, */*;q=0.1, text/html")
    {'text/turtle': 0.5, '*/*': 0.1, 'text/html': 1.0}
    """
    ranges: dict[str, float] = {}
    for item in ITEM.findall(header):
        name, *parameters = (part.strip() for part in PARAMETER.split(item))
        weight = _weight(parameters)
        if name and weight is not None:
            ranges[name.lower()] = max(weight, ranges.get(name.lower(), 0.0))
    return ranges


def _weight(parameters: Iterable[str]) -> float | None:
    for parameter in parameters:
        key, _, value = (part.strip() for part in parameter.partition("="))
        if key.lower() == "q":
            return float(value) if WEIGHT.fullmatch(value) else None
    return 1.0


def choose(accept: str, variants: Sequence[Variant]) -> Variant | None:
    """Return the variant that suits an Accept header best, or ``None`` if none is acceptable (RFC 9110 §12.5.1).

    >>> choose("text/turtle, */*;q=0.1", VARIANTS).suffix
    'ttl'
    >>> choose("*/*", VARIANTS).suffix
    'html'
    """
    accepted = weighted(accept) or {"*/*": 1.0}
    best = max(variants, key=lambda variant: (_liking(variant, accepted), variant.quality), default=None)
    return best if best and _liking(best, accepted) > 0 else None


def _liking(variant: Variant, accepted: Mapping[str, float]) -> float:
    """Return the client's weight: of the type itself, else of one that it also is, else of a wildcard."""
    if variant.media_type in accepted:
        return accepted[variant.media_type]
    if named := max((accepted.get(name, 0.0) for name in variant.also), default=0.0):
        return named
    family = variant.media_type.partition("/")[0]
    return accepted.get(f"{family}/*", accepted.get("*/*", 0.0))


def choose_language(header: str, languages: Sequence[str]) -> str:
    """Return the language that suits an Accept-Language header best (RFC 4647 §3.4, lookup).

    A reader whose languages we do not have gets the first of ours: another language is better than an error.

    >>> choose_language("fr, zh-CN;q=0.8, en;q=0.5", ["en", "zh"])
    'zh'
    """
    wanted = weighted(header) or {"*": 1.0}
    # max() keeps the first of equals, so the site's default language wins a tie.
    return max(languages, key=lambda language: _language_weight(language.lower(), wanted))


def _language_weight(language: str, wanted: Mapping[str, float]) -> tuple[float, int]:
    """Return the reader's weight for a language, and how well the range that gives it fits."""
    if language in wanted:
        return wanted[language], 2 if wanted[language] else 0
    narrower = [weight for range_, weight in wanted.items() if range_.startswith(f"{language}-")]
    wider = wanted.get(language.partition("-")[0])
    if narrower or wider is not None:
        weight = max([*narrower, wider or 0.0])
        return weight, 1 if weight else 0
    return wanted.get("*", 0.0), 0
