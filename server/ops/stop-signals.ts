/**
 * SIGINT and SIGTERM as an order to stop: in order the first time, at once the second. One Ctrl-C under npm comes
 * twice, from the terminal and from npm, which passes its own on; so what follows at once is the same order.
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

/** @returns how to stop listening */
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
