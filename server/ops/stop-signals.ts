/**
 * SIGINT and SIGTERM as stop requests: the first stops in order, the second at once. Under npm one Ctrl-C arrives
 * twice, from the terminal and passed on by npm, so a signal right after another is the same request.
 */
import type { SteadyClock } from "../../shared/clock.ts";

const sameOrderMs = 300;

const names = ["SIGINT", "SIGTERM"] as const;

export interface StopSignalsParts {
  /** Where they arrive: `process`. */
  readonly signals: Pick<NodeJS.EventEmitter, "on" | "off">;
  readonly nowMs: SteadyClock;
  readonly onFirst: () => void;
  readonly onAgain: () => void;
}

/** @returns a function that stops listening */
export function listenToStopSignals({ signals, nowMs, onFirst, onAgain }: StopSignalsParts): () => void {
  let firstMs: number | undefined;
  const onSignal = () => {
    if (firstMs === undefined) {
      firstMs = nowMs();
      onFirst();
    } else if (nowMs() - firstMs > sameOrderMs) onAgain();
  };
  for (const name of names) signals.on(name, onSignal);
  return () => {
    for (const name of names) signals.off(name, onSignal);
  };
}
