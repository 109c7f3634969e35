// Which pictures an answer allows.
import { type Answer, columnKind } from "./answer.ts";

export const VIEWS = ["table", "chart", "timeline", "graph", "map"] as const;
export type View = (typeof VIEWS)[number];

export function suitable(answer: Answer): View[] {
  const kinds = answer.columns.map((name) => columnKind(answer, name));
  const has = (kind: string) => kinds.includes(kind as never);
  const rows = answer.rows.length > 0;
  const fits: Record<View, boolean> = {
    table: true,
    chart: rows && has("number") && answer.columns.length > 1,
    timeline: rows && has("date"),
    graph: rows && kinds.filter((kind) => kind === "iri").length > 1,
    map: rows && (has("point") || latitude(answer) !== undefined),
  };
  return VIEWS.filter((view) => fits[view]);
}

/** The columns that hold latitude and longitude, by their names. */
export function latitude(answer: Answer): [string, string] | undefined {
  const named = (names: RegExp) =>
    answer.columns.find((name) => names.test(name) && columnKind(answer, name) === "number");
  const [lat, long] = [named(/^lat(itude)?$/i), named(/^(lon|long|lng|longitude)$/i)];
  return lat && long ? [lat, long] : undefined;
}

/** What a name in a picture may take, in Latin letters. */
const SHORT = 34;
const WIDE = /[\p{Script=Han}\u3000-\u303f\uff00-\uffef]/u;

/** A text cut to the width of so many Latin letters: a Chinese sign takes two. */
export function short(text: string, most = SHORT): string {
  let width = 0;
  let kept = "";
  for (const sign of text) {
    width += WIDE.test(sign) ? 2 : 1;
    if (width > most) return `${kept}…`;
    kept += sign;
  }
  return text;
}
