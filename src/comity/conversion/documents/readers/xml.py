"""XML, safely: nothing with a document type declaration, nothing external, nothing absurdly deep."""

from __future__ import annotations

import re

from lxml import etree

from comity.core.errors import UnreadableInput

PROLOG = re.compile(r"\s*(?:<\?.*?\?>\s*|<!--.*?-->\s*)*", re.DOTALL)
MAX_DEPTH = 200
"""How deep elements may be nested; laws reach about twenty."""


def parse_xml(content: bytes, name: str) -> etree._Element:
    """Return the root element of an XML file.

    Raises:
        UnreadableInput: if the file has a DOCTYPE (entities and external subsets come with one), is not
            well-formed, or is nested deeper than :data:`MAX_DEPTH`.
    """
    refuse_doctype(content, name)
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, huge_tree=False,
        remove_comments=True, remove_pis=True,
    )  # fmt: skip
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise UnreadableInput(
            f"{name}: {error}", "mend the XML: it must be well-formed and not nested deeply"
        ) from None
    depth = max((sum(1 for _ in leaf.iterancestors()) for leaf in root.iter() if not len(leaf)), default=0)
    if depth > MAX_DEPTH:
        raise UnreadableInput(f"{name}: elements are nested {depth} deep", f"at most {MAX_DEPTH} are read")
    return root


def refuse_doctype(content: bytes, name: str) -> None:
    """Refuse XML with a document type declaration before any parser sees it.

    Raises:
        UnreadableInput: if there is one, or if the encoding is one that could hide it.
    """
    head = _decoded(content, name)
    match = PROLOG.match(head)
    rest = head[match.end() :] if match else head
    if rest[:9].upper().startswith("<!DOCTYPE") or "<!ENTITY" in head:
        raise UnreadableInput(f"{name} has a DOCTYPE", "take the declaration out: entities are not read")


def _decoded(content: bytes, name: str) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace")
    declared = re.match(rb"\s*(?:\xef\xbb\xbf)?\s*<\?xml[^>]*encoding\s*=\s*[\"']([A-Za-z0-9._-]+)", content)
    encoding = declared[1].decode().lower() if declared else "utf-8"
    if encoding not in ("utf-8", "us-ascii", "ascii", "iso-8859-1", "windows-1252"):
        raise UnreadableInput(f"{name}: the encoding {encoding} is not read", "save it as UTF-8")
    if b"\x00" in content[:64]:
        raise UnreadableInput(f"{name} is no XML in UTF-8", "save it as UTF-8")
    return content.decode("utf-8", errors="replace")


def local(element: etree._Element) -> str:
    """Return an element's name without its namespace; an empty one for what is no element."""
    return etree.QName(element).localname if isinstance(element.tag, str) else ""
