// Things that an answer joins, as a network: each row joins the things of its columns, in their order.
import {
  forceCenter,
  forceCollide,
  forceLink,
  forceManyBody,
  forceSimulation,
  forceX,
  forceY,
  type SimulationLinkDatum,
  type SimulationNodeDatum,
} from "d3-force";

import { type Answer, kindOf, type Term } from "../live/answer.ts";
import type { Wording } from "../live/naming.ts";
import type { Drawn } from "./charts.ts";

const MOST = 120;
const STEPS = 300;
/** Square pixels that a thing with its name takes; where there is more room, things stand farther apart. */
const AREA = 9000;
const FARTHEST = 2;
const SPACE = "http://www.w3.org/2000/svg";

interface Spot extends SimulationNodeDatum {
  term: Term;
  links: number;
  column: number;
}

type Tie = SimulationLinkDatum<Spot>;

/** The nodes and links of an answer; rows are left out when there is no room for more nodes. */
export function joined(answer: Answer): { spots: Spot[]; ties: Tie[]; left: number } {
  const spots = new Map<string, Spot>();
  const ties = new Map<string, Tie>();
  let left = 0;
  for (const row of answer.rows) {
    const terms = answer.columns.flatMap((name, column) => {
      const term = row[name];
      return term && kindOf(term) === "iri" ? [{ term, column }] : [];
    });
    const fresh = new Set(terms.filter(({ term }) => !spots.has(term.value)).map(({ term }) => term.value));
    if (spots.size + fresh.size > MOST) {
      left += 1;
      continue;
    }
    for (const { term, column } of terms) {
      if (!spots.has(term.value)) spots.set(term.value, { term, links: 0, column });
    }
    terms.slice(1).forEach(({ term }, place) => {
      const [source, target] = [spots.get(terms[place]?.term.value ?? ""), spots.get(term.value)];
      if (source && target && source !== target) {
        ties.set(`${source.term.value} ${target.term.value}`, { source, target });
        source.links += 1;
        target.links += 1;
      }
    });
  }
  return { spots: [...spots.values()], ties: [...ties.values()], left };
}

export function network(answer: Answer, wording: Wording, width: number): Drawn {
  const { spots, ties, left } = joined(answer);
  const height = Math.round(Math.min(900, Math.max(440, spots.length * 14)));
  const room = Math.max(1, Math.min(FARTHEST, Math.sqrt((width * height) / (spots.length * AREA))));
  const simulation = forceSimulation(spots)
    .force("link", forceLink<Spot, Tie>(ties).distance(70 * room))
    .force("charge", forceManyBody().strength(-320 * room * room))
    .force("centre", forceCenter(width / 2, height / 2))
    .force("x", forceX(width / 2).strength(0.05))
    .force("y", forceY(height / 2).strength(0.12))
    .force("apart", forceCollide(16))
    .stop();
  simulation.tick(STEPS);
  const picture = svg("svg", { viewBox: `0 0 ${width} ${height}`, width, height, class: "network" });
  for (const { source, target } of ties) {
    const [a, b] = [source as Spot, target as Spot];
    picture.append(svg("line", { x1: a.x ?? 0, y1: a.y ?? 0, x2: b.x ?? 0, y2: b.y ?? 0 }));
  }
  for (const spot of spots) {
    picture.append(...drawn(spot, wording, width, height));
  }
  return { picture, left };
}

function drawn(spot: Spot, wording: Wording, width: number, height: number): SVGElement[] {
  const x = Math.max(8, Math.min(width - 8, spot.x ?? 0));
  const y = Math.max(12, Math.min(height - 8, spot.y ?? 0));
  const label = wording.label(spot.term);
  const dot = svg("circle", {
    cx: x,
    cy: y,
    r: 4 + Math.min(8, Math.sqrt(spot.links)),
    class: `column-${spot.column % 4}`,
  });
  const title = svg("title", {});
  title.textContent = label;
  dot.append(title);
  const left = x > width * 0.7;
  const text = svg("text", { x: x + (left ? -9 : 9), y: y + 4, "text-anchor": left ? "end" : "start" });
  text.textContent = label.length > 28 ? `${label.slice(0, 28)}…` : label;
  return [dot, text];
}

function svg(tag: string, attributes: Record<string, string | number>): SVGElement {
  const made = document.createElementNS(SPACE, tag) as SVGElement;
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, String(value));
  return made;
}
