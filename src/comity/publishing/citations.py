"""How to cite a thing, and how machines find their way around it: BibTeX, CSL-JSON, and its links as a linkset.

The linkset (RFC 9264 §4.2) holds the typed links of FAIR Signposting (https://signposting.org/FAIR/); pages and the
server's Link headers say the same.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from pyoxigraph import NamedNode

from comity.core.negotiation import OTHER_TYPES, RDF_VARIANTS
from comity.model.vocabulary import NAMED_INDIVIDUAL, TYPE
from comity.publishing.catalogue import date_of
from comity.publishing.edition import Edition, web_address
from comity.publishing.paths import href

ABOUT_PAGE = "https://schema.org/AboutPage"
LINKSET = "linkset"
CITATION_FORMATS = (
    ("BibTeX", "bib", OTHER_TYPES["bib"].partition(";")[0]),
    ("CSL-JSON", "csljson", OTHER_TYPES["csljson"]),
)
_TEX = {sign: f"\\{sign}" for sign in "&%$#_{}"} | {
    "\\": "\\textbackslash{}",
    "~": "\\textasciitilde{}",
    "^": "\\textasciicircum{}",
}


class Citations:
    """What all things of one site share when they are cited."""

    def __init__(self, edition: Edition) -> None:
        self.edition = edition
        project = edition.holdings.project
        self.address = project.address
        self.license = project.license
        self.site = project.title.get(edition.language) or project.title[project.languages[0]]
        self.date = date_of(edition.holdings.dataset)

    def files(self, node: NamedNode) -> Iterator[tuple[str, bytes]]:
        """Yield the citation of a thing in both formats, and its linkset."""
        name, title = self.edition.holdings.names[node], self.edition.cell(node).text
        yield f"{name}.bib", self.bibtex(node, name, title).encode()
        yield f"{name}.csljson", self.csl(node, title)
        yield f"{name}.{LINKSET}", self.linkset(node, name)

    def bibtex(self, node: NamedNode, name: str, title: str) -> str:
        """Return a thing as a BibTeX entry; its key is its name in letters and digits."""
        key = "".join(sign if sign.isascii() and (sign.isalnum() or sign in "-/.") else "_" for sign in name)
        fields = {
            "title": f"{{{_tex(title)}}}",
            "author": f"{{{_tex(self.site)}}}",
            "howpublished": f"\\url{{{node.value}}}",
            "url": node.value,
            **({"year": self.date[:4]} if self.date else {}),
        }
        rows = "".join(f"  {field} = {{{value}}},\n" for field, value in fields.items())
        return f"@misc{{{key.replace('/', ':')},\n{rows}}}\n"

    def csl(self, node: NamedNode, title: str) -> bytes:
        """Return a thing as CSL-JSON (https://citationstyles.org), a list of one."""
        item: dict[str, object] = {
            "id": node.value,
            "type": "entry",
            "title": title,
            "container-title": self.site,
            "publisher": self.site,
            "URL": node.value,
            "language": self.edition.language,
        }
        parts = self.date.split("-")
        if all(part.isdecimal() for part in parts):
            item["issued"] = {"date-parts": [[int(part) for part in parts]]}
        return (json.dumps([item], ensure_ascii=False, indent=1) + "\n").encode()

    def linkset(self, node: NamedNode, name: str) -> bytes:
        """Return the typed links of a thing."""
        links = {
            "anchor": node.value,
            "cite-as": [{"href": node.value}],
            **({"license": [{"href": self.license}]} if self.license else {}),
            "type": [{"href": iri} for iri in page_types(self.edition, node)],
            "describedby": [{"href": f"{self.address}{href(file)}", "type": kind} for file, kind in described_by(name)],
            "item": [
                {"href": f"{self.address}{href(page)}", "type": "text/html", "hreflang": [language]}
                for language, page in self._pages(name)
            ],
        }
        return (json.dumps({"linkset": [links]}, ensure_ascii=False, separators=(",", ":")) + "\n").encode()

    def _pages(self, name: str) -> Sequence[tuple[str, str]]:
        paths = self.edition.holdings.paths
        return [(language, paths.page(name, language)) for language in paths.languages]


def page_types(edition: Edition, node: NamedNode) -> list[str]:
    """Return the types of a thing's page, as web addresses: that it is a page about it, and what it is."""
    found = (type_.value for type_ in edition.index.objects(node, TYPE) if isinstance(type_, NamedNode))
    return [ABOUT_PAGE, *(iri for iri in found if iri != NAMED_INDIVIDUAL.value and web_address(iri))]


def described_by(name: str) -> list[tuple[str, str]]:
    """Return the RDF files of a thing with their media types."""
    return [(f"{name}.{variant.suffix}", variant.media_type) for variant in RDF_VARIANTS]


def _tex(text: str) -> str:
    return "".join(_TEX.get(sign, sign) for sign in text)
