/** What one connection measures: a bot reports it, the page shows it. Every list is bounded. */

const latenciesMax = 1_000;
const gapsMax = 256;
/** More inputs than this are hardly ever in flight; an older send time is overwritten and not measured. */
const sendTimesMax = 256;

export class ConnectionMetrics {
  patches = 0;
  bytes = 0;
  inputsSent = 0;
  drops = 0;
  /** Time from an input to the first patch that contains it, in ms: the last 1,000, oldest first. */
  readonly ackMs: number[] = [];
  /** Time from a lost connection to the first patch of the next one, in ms: the last 256. */
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

  /** The connection broke: on the next one, inputs are counted from 1 again. */
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
