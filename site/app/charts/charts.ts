// Pictures of an answer: bars, a timeline, a network, points on a grid. The table stays the full account.
import * as Plot from "@observablehq/plot";

import { el, filled } from "../dom.ts";
import { type Answer, columnKind, dateOf, kindOf, plain, pointOf, type Row, type Term } from "../live/answer.ts";
import type { Wording } from "../live/naming.ts";
import type { Texts } from "../live/page.ts";
import { latitude, short, type View } from "../live/views.ts";
import { network } from "./network.ts";

const BARS = 40;
const DOTS = 400;
/** What stands beside the axis of a picture, and on a narrow screen of how many signs. */
const MARGIN = 220;
const NARROW = 560;
const SHORTER = 16;

export function draw(
  view: Exclude<View, "table">,
  answer: Answer,
  wording: Wording,
  texts: Texts,
  width: number,
): HTMLElement {
  const size = Math.max(280, Math.min(width || 800, 1100));
  const makers = { chart, timeline, graph: network, map };
  const { picture, left } = makers[view](answer, wording, size);
  picture.setAttribute("role", "img");
  picture.setAttribute("aria-label", `${texts[`view_${view}`]}: ${texts.picture_label}`);
  const note = left > 0 ? [el("p", { class: "hint" }, filled(texts.picture_left, { n: left }))] : [];
  return el(
    "div",
    { class: "drawing" },
    el("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": texts[`view_${view}`] ?? "" }, picture),
    ...note,
  );
}

export interface Drawn {
  picture: HTMLElement | SVGElement;
  /** Rows that found no room. */
  left: number;
}

/** The room for names beside an axis; on a narrow screen they leave some to what is drawn. */
const beside = (width: number) =>
  width < NARROW
    ? { marginLeft: MARGIN / 2, tickFormat: (name: string) => short(name, SHORTER) }
    : { marginLeft: MARGIN, tickFormat: (name: string) => name };

function columnsOf(answer: Answer, kind: string): string[] {
  return answer.columns.filter((name) => columnKind(answer, name) === kind);
}

function said(row: Row, column: string | undefined, wording: Wording): string {
  const term = column ? row[column] : undefined;
  return term ? short(wording.label(term)) : "";
}

/** A bar for each row: the first number, by what stands before it; a further column is the colour. */
function chart(answer: Answer, wording: Wording, width: number): Drawn {
  const value = columnsOf(answer, "number").at(-1) ?? "";
  const names = answer.columns.filter((name) => name !== value);
  const [name, group] = names.length > 1 ? [names[0], names[1]] : [names[0], undefined];
  const all = answer.rows.flatMap((row) => {
    const number = row[value];
    return number
      ? [{ name: said(row, name, wording), group: said(row, group, wording), value: Number(number.value) }]
      : [];
  });
  const domain = largest(all);
  const data = all.filter((one) => domain.includes(one.name));
  const { marginLeft, tickFormat } = beside(width);
  const picture = Plot.plot({
    width,
    marginLeft,
    className: "plot",
    height: domain.length * 22 + 60,
    x: { label: wording.column(value), grid: true },
    y: { label: null, domain, tickFormat },
    ...(group ? { color: { legend: true, scheme: "Tableau10" as const } } : {}),
    marks: [
      Plot.barX(data, {
        x: "value",
        y: "name",
        ...(group ? { fill: "group" } : { fill: "currentColor", fillOpacity: 0.6 }),
      }),
      Plot.ruleX([0]),
    ],
  });
  return { picture, left: answer.rows.length - data.length };
}

/** The names in their order; of more than there is room for, those with the largest sums. */
function largest(bars: readonly { name: string; value: number }[]): string[] {
  const sums = new Map<string, number>();
  for (const { name, value } of bars) sums.set(name, (sums.get(name) ?? 0) + value);
  const names = [...sums.keys()];
  return names.length <= BARS ? names : names.sort((a, b) => (sums.get(b) ?? 0) - (sums.get(a) ?? 0)).slice(0, BARS);
}

/** A dot for each date, by what the first other column says. */
function timeline(answer: Answer, wording: Wording, width: number): Drawn {
  const column = columnsOf(answer, "date")[0] ?? "";
  const [name, group] = answer.columns.filter((one) => one !== column && columnKind(answer, one) !== "date");
  const dated = answer.rows.filter((row) => row[column]);
  const data = dated.slice(0, DOTS).map((row) => ({
    date: dateOf(plain(row[column])),
    name: said(row, name, wording) || said(row, column, wording),
    group: said(row, group, wording),
    text: `${said(row, column, wording)} ${said(row, group, wording)}`.trim(),
  }));
  data.sort((a, b) => a.date.getTime() - b.date.getTime());
  const { marginLeft, tickFormat } = beside(width);
  const picture = Plot.plot({
    width,
    height: Math.max(180, new Set(data.map((one) => one.name)).size * 20 + 80),
    marginLeft,
    className: "plot",
    x: { type: "utc", label: wording.column(column), grid: true },
    y: { label: null, domain: [...new Set(data.map((one) => one.name))], type: "point", tickFormat },
    marks: [
      Plot.dot(data, {
        x: "date",
        y: "name",
        r: 5,
        fill: "currentColor",
        fillOpacity: 0.7,
        title: "text",
        ariaLabel: "text",
      }),
    ],
  });
  return { picture, left: answer.rows.length - data.length };
}

/** Points by longitude and latitude, on a grid: no map is fetched from anywhere. */
function map(answer: Answer, wording: Wording, width: number): Drawn {
  const named = latitude(answer);
  const wkt = columnsOf(answer, "point")[0];
  const name = answer.columns.find((one) => one !== wkt && !named?.includes(one));
  const data = answer.rows.flatMap((row) => {
    const point = placeOf(row, named, wkt);
    return point ? [{ long: point[0], lat: point[1], name: said(row, name, wording) }] : [];
  });
  const picture = Plot.plot({
    width,
    className: "plot",
    projection: "equal-earth",
    marks: [
      Plot.sphere({ strokeOpacity: 0.5 }),
      Plot.graticule({ strokeOpacity: 0.25 }),
      Plot.dot(data, { x: "long", y: "lat", r: 4, fill: "currentColor", title: "name" }),
      Plot.text(data, { x: "long", y: "lat", text: "name", dy: -9 }),
    ],
  });
  return { picture, left: answer.rows.length - data.length };
}

function placeOf(row: Row, named: [string, string] | undefined, wkt: string | undefined): [number, number] | undefined {
  const terms: (Term | undefined)[] = named ? named.map((name) => row[name]) : [];
  if (terms[0] && terms[1]) return [Number(terms[1].value), Number(terms[0].value)];
  const point = wkt ? row[wkt] : undefined;
  return point && kindOf(point) === "point" ? pointOf(point.value) : undefined;
}
