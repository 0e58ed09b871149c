/** A histogram in Prometheus' text format, as prom-client writes it. */

/** @param counts cumulative, by upper bound in seconds @param count of everything */
export function histogramText(name: string, counts: Record<number, number>, count: number): string {
  const bounds = Object.entries(counts).sort(([a], [b]) => Number(a) - Number(b));
  return [
    `# HELP ${name} what it is`,
    `# TYPE ${name} histogram`,
    ...bounds.map(([bound, upTo]) => `${name}_bucket{le="${bound}"} ${upTo}`),
    `${name}_bucket{le="+Inf"} ${count}`,
    `${name}_sum 1.5`,
    `${name}_count ${count}`,
    `other{reason="late"} 3`,
  ].join("\n");
}
