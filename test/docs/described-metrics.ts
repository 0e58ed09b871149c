/** The metrics that docs/operations.md describes, as its tables have them, and those that a registry shows. */
import { readFileSync } from "node:fs";
import { join } from "node:path";

const page = readFileSync(join(import.meta.dirname, "..", "..", "docs", "operations.md"), "utf8");

export interface DescribedMetric {
  readonly name: string;
  readonly type: string;
  readonly labels: readonly string[];
}

const codeIn = (cell: string) => [...cell.matchAll(/`([^`]+)`/g)].map(([, code]) => code!);

/** The metrics of the section "Metrics", by name. */
export function describedMetrics(): readonly DescribedMetric[] {
  const [, section = ""] = /^## Metrics\n(.*?)^## /ms.exec(page) ?? [];
  const rows = section.split("\n").filter((line) => line.startsWith("| `"));
  const described = rows.flatMap((row) => {
    const [, names = "", type = "", labels = ""] = row.split("|");
    return codeIn(names).map((name) => ({ name, type: type.trim(), labels: codeIn(labels).toSorted() }));
  });
  return described.toSorted(byName);
}

/** What `/metrics` says; a metric without a series has no labels here. */
export function shownMetrics(text: string): readonly DescribedMetric[] {
  const types = [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)];
  const shown = types.map(([, name, type]) => {
    const series = new RegExp(`^${name}(?:_bucket|_sum|_count)?\\{(.*)\\} `, "gm");
    const labels = [...text.matchAll(series)].flatMap(([, inside]) =>
      [...inside!.matchAll(/(\w+)="/g)].map(([, label]) => label!),
    );
    const own = new Set(labels.filter((label) => type !== "histogram" || label !== "le"));
    return { name: name!, type: type!, labels: [...own].toSorted() };
  });
  return shown.toSorted(byName);
}

const byName = (a: DescribedMetric, b: DescribedMetric) => (a.name < b.name ? -1 : 1);

/** Samples by their name and labels, as they are written. */
export function samplesOf(text: string): ReadonlyMap<string, number> {
  const lines = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  return new Map(lines.map((line) => [line.slice(0, line.lastIndexOf(" ")), Number(line.split(" ").at(-1))]));
}
