/**
 * Draws the other players about 100 ms in the past, where the positions before and after the drawn moment are
 * known, so nothing is guessed. Two parts: which server time to draw now, and where a thing was at that time.
 */

const samplesMax = 32;
/** Share of a small difference that one patch corrects: arrival times jitter, the server's ticks do not. */
const followShare = 0.1;

export interface Placement {
  readonly x: number;
  readonly y: number;
  /** In radians; interpolated the short way round. */
  readonly angle: number;
}

/** Maps local time to the server's tick time. Both in ms; the server's is tick number times tick length. */
export class ServerTime {
  readonly #delayMs: number;
  /** A larger difference is no jitter but a pause (a crash, a sleeping tab): the new time is taken at once. */
  readonly #jumpMs: number;
  #behindMs: number | undefined;

  constructor(options: { delayMs: number; jumpMs: number }) {
    this.#delayMs = options.delayMs;
    this.#jumpMs = options.jumpMs;
  }

  /** A patch of server time `serverMs` arrived at `nowMs`. */
  heard(serverMs: number, nowMs: number): void {
    const behindMs = nowMs - serverMs;
    const difference = behindMs - (this.#behindMs ?? Number.POSITIVE_INFINITY);
    const jumps = !(Math.abs(difference) <= this.#jumpMs);
    this.#behindMs = jumps ? behindMs : this.#behindMs! + difference * followShare;
  }

  /** Server time by the newest patches, running on between them; undefined before the first patch. */
  present(nowMs: number): number | undefined {
    return this.#behindMs === undefined ? undefined : nowMs - this.#behindMs;
  }

  /** The server time to draw, far enough in the past to lie between two patches. */
  drawn(nowMs: number): number | undefined {
    const presentMs = this.present(nowMs);
    return presentMs === undefined ? undefined : presentMs - this.#delayMs;
  }
}

interface Sample extends Placement {
  readonly serverMs: number;
}

/** Where one thing was, over time. */
export class Track {
  readonly #jumpDistance: number;
  #samples: Sample[] = [];

  /** @param jumpDistance two samples further apart are a respawn: never drawn in between */
  constructor(jumpDistance: number) {
    this.#jumpDistance = jumpDistance;
  }

  /** Samples must come in order of server time; an older one is ignored. */
  add(serverMs: number, placement: Placement): void {
    const newest = this.#samples.at(-1);
    if (newest && serverMs <= newest.serverMs) return;
    this.#samples.push({ serverMs, x: placement.x, y: placement.y, angle: placement.angle });
    if (this.#samples.length > samplesMax) this.#samples.shift();
  }

  /** Where it was; outside the known range, the nearest known place. Undefined without any sample. */
  at(serverMs: number): Placement | undefined {
    const after = this.#samples.findIndex((sample) => sample.serverMs >= serverMs);
    if (after < 0) return this.#samples.at(-1);
    const to = this.#samples[after]!;
    const from = this.#samples[after - 1];
    if (!from || Math.hypot(to.x - from.x, to.y - from.y) > this.#jumpDistance) return to;
    const part = (serverMs - from.serverMs) / (to.serverMs - from.serverMs);
    return {
      x: from.x + (to.x - from.x) * part,
      y: from.y + (to.y - from.y) * part,
      angle: from.angle + shortTurn(to.angle - from.angle) * part,
    };
  }
}

/** The same angle, within -π to π. */
export function shortTurn(radians: number): number {
  return radians - Math.round(radians / (2 * Math.PI)) * 2 * Math.PI;
}
