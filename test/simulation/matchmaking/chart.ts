/** The comparison as an SVG that stands alone: axes with units, curves with names. Text in, text out. */
import type { Comparison, Curve } from "./compare.ts";

interface Line {
  readonly name: string;
  readonly colour: string;
  readonly dashes: string;
  readonly points: readonly (readonly [number, number])[];
}

interface Panel {
  readonly title: string;
  readonly across: Axis;
  readonly up: Axis;
  readonly lines: readonly Line[];
}

interface Axis {
  readonly name: string;
  readonly ticks: readonly number[];
  readonly scale: "linear" | "logarithmic";
}

const panelWidth = 820;
const panelHeight = 400;
const plot = { left: 70, top: 40, width: 460, height: 290 };

const colours = { ours: "#c2410c", "first come": "#2563eb", QueueRoom: "#0f766e" } as const;
const secondTicks = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000];

export function chartOf(comparisons: readonly Comparison[]): string {
  const panels = comparisons.flatMap(panelsOf);
  const height = panels.length * panelHeight;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${panelWidth} ${height}" font-family="sans-serif" font-size="12">`,
    "<title>Waiting against fairness and latency, for each way to make matches</title>",
    `<rect width="${panelWidth}" height="${height}" fill="#fff"/>`,
    ...panels.map((panel, at) => `<g transform="translate(0 ${at * panelHeight})">${panelText(panel)}</g>`),
    "</svg>\n",
  ].join("\n");
}

function panelsOf({ format, curves }: Comparison): Panel[] {
  const wait = { name: "waiting, 95th percentile (s)", scale: "logarithmic" } as const;
  const seconds = ticksFor(
    curves.flatMap(({ points }) => points.map(({ result }) => result.waitSeconds.p95)),
    secondTicks,
  );
  const lines = (value: (curve: Curve["points"][number]["result"]) => number) =>
    curves.map((curve) =>
      lineOf(
        curve,
        curve.points.map(({ result }) => [result.waitSeconds.p95, value(result)]),
      ),
    );
  const panel = (title: string, name: string, made: Line[]): Panel => ({
    title: `${format}: ${title}`,
    across: { ...wait, ticks: seconds },
    up: {
      name,
      scale: "linear",
      ticks: ticksUpTo(Math.max(...made.flatMap((line) => line.points.map(([, y]) => y)))),
    },
    lines: made,
  });
  return [
    panel(
      "unfairness at a given waiting time",
      "mean |p(win) - 0.5| by the ratings",
      lines((each) => each.unfairness),
    ),
    panel(
      "latency spread at a given waiting time",
      "slowest less fastest, mean (ms)",
      lines((each) => each.latencySpreadMs),
    ),
    decilePanel(format, curves),
  ];
}

/** Our waiting by skill, at the middle setting. */
function decilePanel(format: string, curves: readonly Curve[]): Panel {
  const points = curves.find(({ kind }) => kind === "ours")!.points;
  const { result } = points[points.length >> 1]!;
  const deciles = result.waitSecondsByDecile;
  const lines = (["p50", "p95", "p99"] as const).map((part, at) => ({
    name: `Holdfast, ${part}`,
    colour: colours.ours,
    dashes: ["", "6 3", "2 3"][at]!,
    points: deciles.map((spread, decile) => [decile + 1, spread[part]] as const),
  }));
  return {
    title: `${format}: waiting by skill, patience ${points[points.length >> 1]!.setting}`,
    across: {
      name: "tenth of the players by true skill, weakest first",
      scale: "linear",
      ticks: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
    },
    up: {
      name: "waiting (s)",
      scale: "linear",
      ticks: ticksUpTo(Math.max(...deciles.map(({ p99 }) => p99))),
    },
    lines,
  };
}

function lineOf(curve: Curve, points: readonly (readonly [number, number])[]): Line {
  const dashes = { widening: "", "by region": "7 3", worldwide: "2 3" }[curve.reach];
  const plain = curve.kind !== "ours" && !curve.even;
  return { name: curve.name, colour: colours[curve.kind] + (plain ? "70" : ""), dashes, points };
}

function ticksFor(values: readonly number[], ticks: readonly number[]): number[] {
  const from = ticks.findLastIndex((tick) => tick <= Math.min(...values));
  const to = ticks.findIndex((tick) => tick >= Math.max(...values));
  return ticks.slice(Math.max(0, from), to < 0 ? undefined : to + 1);
}

function ticksUpTo(most: number): number[] {
  const rough = most / 5;
  const power = 10 ** Math.floor(Math.log10(rough || 1));
  const step = [1, 2, 5, 10].map((each) => each * power).find((each) => each >= rough)!;
  return Array.from({ length: 6 }, (_, at) => Number((at * step).toPrecision(6)));
}

function panelText({ title, across, up, lines }: Panel): string {
  const { left, top, width, height } = plot;
  const x = (value: number) => left + width * part(across, value);
  const y = (value: number) => top + height * (1 - part(up, value));
  const grid = [
    ...across.ticks.map(
      (tick) =>
        `<path d="M${at(x(tick))} ${top}v${height}" stroke="#ddd"/><text x="${at(x(tick))}" y="${top + height + 16}" text-anchor="middle">${tick}</text>`,
    ),
    ...up.ticks.map(
      (tick) =>
        `<path d="M${left} ${at(y(tick))}h${width}" stroke="#ddd"/><text x="${left - 6}" y="${at(y(tick) + 4)}" text-anchor="end">${tick}</text>`,
    ),
  ];
  const curves = lines.map(({ name, colour, dashes, points }, row) => {
    const path = points.map(([a, b], index) => `${index === 0 ? "M" : "L"}${at(x(a))} ${at(y(b))}`).join("");
    const stroke = `fill="none" stroke="${colour}" stroke-width="2" stroke-dasharray="${dashes}"`;
    const dots = points.map(
      ([a, b]) => `<circle cx="${at(x(a))}" cy="${at(y(b))}" r="2.5" fill="${colour}"/>`,
    );
    const legendY = top + 10 + row * 18;
    const legend = `<path d="M545 ${legendY}h24" ${stroke}/><text x="575" y="${legendY + 4}">${name}</text>`;
    return `<path d="${path}" ${stroke}/>${dots.join("")}${legend}`;
  });
  const names = [
    `<text x="${left}" y="24" font-size="14" font-weight="bold">${title}</text>`,
    `<text x="${left + width / 2}" y="${top + height + 36}" text-anchor="middle">${across.name}</text>`,
    `<text transform="translate(18 ${top + height / 2}) rotate(-90)" text-anchor="middle">${up.name}</text>`,
  ];
  // The first curve is ours: drawn last, it lies on top.
  return [...names, ...grid, ...curves.reverse()].join("\n");
}

/** 0 at the first tick, 1 at the last. */
function part({ ticks, scale }: Axis, value: number): number {
  const measure = scale === "linear" ? (each: number) => each : Math.log;
  const first = measure(ticks[0]!);
  return (measure(value) - first) / (measure(ticks.at(-1)!) - first);
}

function at(position: number): string {
  return position.toFixed(1);
}
