// The picture of what is near, as a graph that grows: whoever is chosen brings its own neighbours.
import {
  forceCollide,
  forceLink,
  forceManyBody,
  forceSimulation,
  forceX,
  forceY,
  type SimulationLinkDatum,
  type SimulationNodeDatum,
} from "d3-force";

const SPACE = "http://www.w3.org/2000/svg";
const MOST = 90;
const STEPS = 260;
const SIGNS = 26;
const MARGIN = 90;
const EDGE = 24;

/** One neighbour, as the list of a page names it. */
export interface Near {
  readonly href: string;
  readonly name: string;
  readonly language: string;
  readonly property: string;
  readonly into: boolean;
}

export interface Spot extends SimulationNodeDatum {
  readonly href: string;
  readonly name: string;
  readonly language: string;
  open: boolean;
}

export interface Tie extends SimulationLinkDatum<Spot> {
  source: Spot;
  target: Spot;
  readonly property: string;
}

export interface Graph {
  readonly spots: Map<string, Spot>;
  readonly ties: Map<string, Tie>;
}

/** Read the neighbours from the list that stands beside the picture of a page. */
export function read(page: ParentNode, address: string): Near[] {
  return [...page.querySelectorAll<HTMLElement>(".near-list > div")].flatMap((row) =>
    [...row.querySelectorAll<HTMLAnchorElement>("dd li:not(.hint) a[href]")].map((link) => ({
      href: new URL(link.getAttribute("href") ?? "", address).href,
      name: link.textContent ?? "",
      language: link.querySelector("[lang]")?.getAttribute("lang") ?? "",
      property: row.querySelector("dt")?.textContent ?? "",
      into: row.parentElement?.dataset["way"] === "into",
    })),
  );
}

/** Put the neighbours of a thing into the graph, as far as there is room; return whether all found it. */
export function grow(graph: Graph, centre: Spot, neighbours: readonly Near[]): boolean {
  centre.open = true;
  let all = true;
  for (const near of neighbours) {
    let spot = graph.spots.get(near.href);
    if (!spot) {
      if (graph.spots.size >= MOST) {
        all = false;
        continue;
      }
      const { href, name, language } = near;
      // close to whom it belongs, and always the same
      const turn = graph.spots.size * 2.4;
      spot = { href, name, language, open: false };
      spot.x = (centre.x ?? 0) + 60 * Math.cos(turn);
      spot.y = (centre.y ?? 0) + 60 * Math.sin(turn);
      graph.spots.set(href, spot);
    }
    const [source, target] = near.into ? [spot, centre] : [centre, spot];
    graph.ties.set(`${source.href} ${near.property} ${target.href}`, { source, target, property: near.property });
  }
  return all;
}

function settle(graph: Graph, width: number, height: number): void {
  const spots = [...graph.spots.values()];
  forceSimulation(spots)
    .force("link", forceLink<Spot, Tie>([...graph.ties.values()]).distance(90))
    .force("charge", forceManyBody().strength(-700))
    .force("x", forceX(width / 2).strength(0.05))
    .force("y", forceY(height / 2).strength(0.1))
    .force("apart", forceCollide(36))
    .stop()
    .tick(STEPS);
  fit(spots, "x", MARGIN, width - MARGIN);
  fit(spots, "y", EDGE, height - EDGE);
}

/** Let the graph fill its frame. */
function fit(spots: readonly Spot[], way: "x" | "y", from: number, to: number): void {
  const places = spots.map((spot) => spot[way] ?? 0);
  const [least, most] = [Math.min(...places), Math.max(...places)];
  for (const spot of spots) {
    spot[way] = most > least ? from + (((spot[way] ?? 0) - least) * (to - from)) / (most - least) : (from + to) / 2;
  }
}

function svg(tag: string, attributes: Record<string, string | number>, text = ""): SVGElement {
  const made = document.createElementNS(SPACE, tag) as SVGElement;
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, String(value));
  if (text) made.textContent = text;
  return made;
}

function line({ source, target, property }: Tie): SVGElement {
  const drawn = svg("line", { x1: source.x ?? 0, y1: source.y ?? 0, x2: target.x ?? 0, y2: target.y ?? 0 });
  drawn.append(svg("title", {}, `${source.name} · ${property} · ${target.name}`));
  return drawn;
}

function dot(spot: Spot, width: number, chosen: boolean): SVGElement {
  const left = (spot.x ?? 0) > width * 0.6;
  const name = spot.name.length > SIGNS ? `${spot.name.slice(0, SIGNS)}…` : spot.name;
  const text = svg("text", { x: left ? -11 : 11, y: 5, "text-anchor": left ? "end" : "start" }, name);
  if (spot.language) text.setAttribute("lang", spot.language);
  const drawn = svg("g", {
    class: `spot${spot.open ? " open" : ""}${chosen ? " chosen" : ""}`,
    transform: `translate(${Math.round(spot.x ?? 0)} ${Math.round(spot.y ?? 0)})`,
    tabindex: 0,
    role: "button",
    "aria-label": spot.name,
  });
  drawn.append(svg("title", {}, spot.name), svg("circle", { r: spot.open ? 8 : 6 }), text);
  return drawn;
}

async function fetched(address: string): Promise<Near[]> {
  try {
    const got = await fetch(address);
    return got.ok ? read(new DOMParser().parseFromString(await got.text(), "text/html"), address) : [];
  } catch {
    return [];
  }
}

/** Turn the picture of a section into a graph. */
export function explore(section: HTMLElement): void {
  const place = section.querySelector<HTMLElement>(".picture");
  const title = document.querySelector("h1");
  if (!place || !title) {
    return;
  }
  const width = Math.max(320, Math.round(section.clientWidth));
  const height = Math.round(Math.min(620, Math.max(420, width * 0.62)));
  const address = location.href.split("#")[0] ?? location.href;
  const centre: Spot = { href: address, name: title.textContent ?? "", language: "", open: false };
  centre.x = width / 2;
  centre.y = height / 2;
  const graph: Graph = { spots: new Map([[centre.href, centre]]), ties: new Map() };
  const caption = document.createElement("p");
  caption.className = "hint chosen";
  caption.setAttribute("aria-live", "polite");

  const show = (chosen: Spot): void => {
    settle(graph, width, height);
    const picture = svg("svg", {
      class: "near grown",
      viewBox: `0 0 ${width} ${height}`,
      width,
      height,
      role: "group",
      "aria-labelledby": "h-near",
    });
    picture.append(...[...graph.ties.values()].map(line));
    // those that are open are drawn last, over the others
    for (const spot of [...graph.spots.values()].sort((one, other) => Number(one.open) - Number(other.open))) {
      const drawn = dot(spot, width, spot === chosen);
      const choose = (): void => void open(spot);
      drawn.addEventListener("click", choose);
      drawn.addEventListener("keydown", (event) => {
        if (event.key === "Enter" || event.key === " ") {
          event.preventDefault();
          choose();
        }
      });
      picture.append(drawn);
    }
    place.replaceChildren(picture);
    const link = document.createElement("a");
    link.href = chosen.href;
    link.textContent = chosen.name;
    caption.replaceChildren(link);
    place.after(caption);
    place.classList.add("grown");
  };
  let last = 0;
  const open = async (spot: Spot): Promise<void> => {
    last += 1;
    const turn = last;
    if (!spot.open) {
      grow(graph, spot, spot === centre ? read(section, address) : await fetched(spot.href));
    }
    // another was chosen meanwhile, and is shown: what came late is seen with the next
    if (turn !== last) {
      return;
    }
    const at = document.activeElement;
    const here = at === document.body || section.contains(at);
    show(spot);
    // who has gone on is not called back
    if (here) {
      section.querySelector<SVGElement>(".spot.chosen")?.focus();
    }
  };
  void open(centre);
}
