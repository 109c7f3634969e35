"""Draw the core model as SVG: one file that follows the reader's light or dark colours. Run from the checkout."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from pathlib import Path

TARGET = Path(__file__).parent.parent / "site" / "assets" / "model.svg"
WIDTH, HEIGHT, LINE = 960, 640, 20
STYLE = """
  .paper { fill: #ffffff } .box { fill: #f4f6fa; stroke: #3b4a63 } .saying { fill: #fdf3e3; stroke: #96600f }
  .text { fill: #1b2330; font: 15px system-ui, sans-serif } .note { fill: #4c586b; font: 12.5px system-ui, sans-serif }
  .edge { stroke: #5b6880; fill: none } .head { fill: #5b6880 }
  @media (prefers-color-scheme: dark) {
    .paper { fill: #12161d } .box { fill: #1d2531; stroke: #9db0cf } .saying { fill: #33270f; stroke: #e0b264 }
    .text { fill: #eef2f8 } .note { fill: #b3bfd1 } .edge { stroke: #93a1b8 } .head { fill: #93a1b8 }
  }
"""


@dataclass(frozen=True, slots=True)
class Box:
    """A class: its place, its name and a few words."""

    x: int
    y: int
    name: str
    note: str
    style: str = "box"
    width: int = 190
    height: int = 56


BOXES = {
    "actor": Box(40, 60, "Actor", "state, person, organization"),
    "proposal": Box(40, 200, "InstitutionProposal", "not an organization yet"),
    "institution": Box(40, 340, "Institution", "establishment evidenced"),
    "episode": Box(40, 480, "StatusEpisode", "dated status of anything"),
    "event": Box(330, 60, "Event", "in a series, at a place"),
    "instrument": Box(330, 200, "Instrument", "treaty, resolution, plan, …"),
    "provision": Box(330, 340, "Provision", "article, section"),
    "measure": Box(330, 480, "Measure", "a concept, never an action"),
    "set": Box(620, 60, "PrincipleSet", "in its order, as coded"),
    "principle": Box(620, 200, "SourcePrinciple", "as one text words it"),
    "canonical": Box(620, 340, "CanonicalPrinciple", "the concept texts share"),
    "statement": Box(620, 480, "Statement", "who says what, how firmly", "saying"),
    "passage": Box(850, 480, "Passage", "", "saying", 90),
    "source": Box(850, 340, "Source", "", "saying", 90),
}


@dataclass(frozen=True, slots=True)
class Edge:
    """A property from one class to another: the points it runs through and where its name stands."""

    points: tuple[tuple[int, int], ...]
    name: str
    at: tuple[int, int]
    anchor: str = "start"


EDGES = (
    Edge(((135, 116), (135, 200)), "proposes", (143, 162)),
    Edge(((135, 340), (135, 256)), "realises", (143, 302)),
    Edge(((135, 480), (135, 396)), "statusOf", (143, 442)),
    Edge(((330, 215), (280, 215), (280, 88), (230, 88)), "adoptedBy", (272, 150), "end"),
    Edge(((425, 200), (425, 116)), "releasedAt", (433, 162)),
    Edge(((330, 240), (230, 240)), "foundingAgreementOf", (280, 268), "middle"),
    Edge(((425, 340), (425, 256)), "provisionOf", (433, 302)),
    Edge(((425, 396), (425, 480)), "callsFor", (433, 442)),
    Edge(((620, 88), (570, 88), (570, 215), (520, 215)), "principlesOf", (578, 162)),
    Edge(((715, 200), (715, 116)), "inSet", (723, 162)),
    Edge(((715, 256), (715, 340)), "PrincipleMapping", (723, 302)),
    Edge(((810, 508), (850, 508)), "hasPassage", (830, 556), "middle"),
    Edge(((895, 480), (895, 396)), "inSource", (887, 442), "end"),
)
HEAD = (
    '<defs><marker id="head" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="8" markerHeight="8" orient="auto">'
    '<path class="head" d="M0 0 10 5 0 10z"/></marker></defs>'
)
CAPTION = (
    "Each statement has a subject, a predicate, one object or value, a modality, a holder and a rank.",
    "One rule derives plain facts: from what is asserted and not disputed, and from acts of saying as what they are.",
)


def draw() -> str:
    """Return the picture."""
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-labelledby="t d">',
        '<title id="t">The core model of the Comity ontology</title>',
        '<desc id="d">Classes as boxes, properties as arrows; the evidence stands in the lower right.</desc>',
        f"<style>{STYLE}</style>",
        HEAD,
        f'<rect class="paper" width="{WIDTH}" height="{HEIGHT}"/>',
        *(_edge(edge) for edge in EDGES),
        *(_box(box) for box in BOXES.values()),
        *(_text(40, 590 + LINE * number, line, "note") for number, line in enumerate(CAPTION)),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _box(box: Box) -> str:
    middle = box.x + box.width // 2
    name_y = box.y + (24 if box.note else 34)
    note = _text(middle, box.y + 43, box.note, "note", "middle") if box.note else ""
    shape = f'<rect class="{box.style}" x="{box.x}" y="{box.y}" width="{box.width}" height="{box.height}" rx="6"/>'
    return shape + _text(middle, name_y, box.name, "text", "middle") + note


def _edge(edge: Edge) -> str:
    path = "M" + " L".join(f"{x} {y}" for x, y in edge.points)
    return f'<path class="edge" d="{path}" marker-end="url(#head)"/>' + _text(*edge.at, edge.name, "note", edge.anchor)


def _text(x: int, y: int, text: str, style: str, anchor: str = "start") -> str:
    return f'<text class="{style}" x="{x}" y="{y}" text-anchor="{anchor}">{escape(text)}</text>'


if __name__ == "__main__":
    TARGET.write_text(draw(), encoding="utf-8")
