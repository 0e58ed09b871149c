/** What one connection measures of itself: a bot reports it, the page shows it. Every list is bounded. */

const latenciesMax = 1_000;
const gapsMax = 256;
/** More inputs than this are never in flight; an older send time is overwritten and not measured. */
const sendTimesMax = 256;

export class ConnectionMetrics {
  patches = 0;
  bytes = 0;
  inputsSent = 0;
  drops = 0;
  /** Input sent → first patch that contains it, ms, oldest first; the last 1,000. */
  readonly ackMs: number[] = [];
  /** Connection lost → first patch of the new connection, ms; the last 256. */
  readonly gapsMs: number[] = [];
  readonly #sentAtMs = new Float64Array(sendTimesMax);
  #sent = 0;
  #acknowledged = 0;

  inputSent(sent: number, nowMs: number): void {
    this.inputsSent += 1;
    this.#sent = sent;
    this.#sentAtMs[sent % sendTimesMax] = nowMs;
  }

  /**
   * Everything up to input `acknowledged` is in the View now.
   * @returns latency of the newest of them in ms; undefined when nothing new was acknowledged
   */
  acknowledged(acknowledged: number, nowMs: number): number | undefined {
    const last = Math.min(acknowledged, this.#sent);
    if (last <= this.#acknowledged) return undefined;
    const first = Math.max(this.#acknowledged + 1, this.#sent - sendTimesMax + 1);
    let latencyMs: number | undefined;
    for (let input = first; input <= last; input += 1) {
      latencyMs = nowMs - this.#sentAtMs[input % sendTimesMax]!;
      keep(this.ackMs, latencyMs, latenciesMax);
    }
    this.#acknowledged = last;
    return latencyMs;
  }

  /** The connection broke: the inputs of the next one are counted from 1 again. */
  dropped(): void {
    this.drops += 1;
    this.#sent = 0;
    this.#acknowledged = 0;
  }

  returned(gapMs: number): void {
    keep(this.gapsMs, gapMs, gapsMax);
  }
}

function keep(list: number[], value: number, max: number): void {
  list.push(value);
  if (list.length > max) list.shift();
}
