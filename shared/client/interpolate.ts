/**
 * Draws the others a little in the past, where the positions before and after the drawn moment are known. How far follows
 * the line: as little as nearly all patches need to be there in time. Two parts: which server time to draw now, and where
 * a thing was at that time. When a patch is late, things run on as they ran for a moment, and what was wrong about it is
 * made up for softly.
 */

const samplesMax = 32;
/** About 3 s of patches: what is known of the line. */
const patchesKept = 64;
/** One patch in so many may be late. */
const lateOneIn = 10;
/** Things may run on for this long as a rule: the next patch is nearly there. */
const runOnMs = 16;
const delayMs = { min: 20, max: 200 };
/** By how much faster or slower than the clock the drawn time may run while it changes its delay. */
const slewPart = 0.1;
/** When a patch is late, things run on for this long at most, and then stand. */
const runOnMsMax = 200;
/** Things that two samples this far apart show have no known speed. */
const speedKnownMsMax = 150;
/** Time in which a visible correction shrinks to a third. */
const smoothMs = 80;

export interface Placement {
  readonly x: number;
  readonly y: number;
  /** In radians; interpolated the short way round. */
  readonly angle: number;
}

interface PatchArrival {
  /** Local time of its arrival, less its server time: the line, and the difference of the clocks. */
  readonly behindMs: number;
  /** The same less the server time of the patch before: what is drawn until it comes lies before that. */
  readonly awaitedMs: number;
}

/** Maps local time to the server's tick time. Both in ms; the server's is tick number times tick length. */
export class ServerTime {
  /** A larger difference is no jitter but a pause (a crash, a sleeping tab): the new time is taken at once. */
  readonly #jumpMs: number;
  #arrivals: PatchArrival[] = [];
  #heardMs: number | undefined;
  /** The fastest patch that is known: no other could have been here sooner. */
  #behindMs = 0;
  /** How far the drawn time should be behind local time, and how far it is. */
  #wantedMs = 0;
  #drawnBehindMs: number | undefined;
  #drawnAtMs = 0;

  constructor(options: { jumpMs: number }) {
    this.#jumpMs = options.jumpMs;
  }

  /** A patch of server time `serverMs` arrived at `nowMs`. */
  heard(serverMs: number, nowMs: number): void {
    const behindMs = nowMs - serverMs;
    if (Math.abs(behindMs - this.#behindMs) > this.#jumpMs || this.#heardMs === undefined) this.#startAnew();
    this.#arrivals.push({ behindMs, awaitedMs: nowMs - (this.#heardMs ?? serverMs) });
    if (this.#arrivals.length > patchesKept) this.#arrivals.shift();
    this.#heardMs = serverMs;
    this.#behindMs = Math.min(...this.#arrivals.map((arrival) => arrival.behindMs));
    const delay = this.#awaited() - this.#behindMs - runOnMs;
    this.#wantedMs = this.#behindMs + Math.max(delayMs.min, Math.min(delayMs.max, delay));
  }

  /** Server time by the newest patches, running on between them; undefined before the first patch. */
  present(nowMs: number): number | undefined {
    return this.#heardMs === undefined ? undefined : nowMs - this.#behindMs;
  }

  /**
   * The server time to draw, far enough in the past to lie between two patches nearly always. It never runs backwards while
   * local time does not, except over a pause.
   */
  drawn(nowMs: number): number | undefined {
    if (this.#heardMs === undefined) return undefined;
    this.#drawnBehindMs ??= this.#wantedMs;
    const change = Math.max(0, nowMs - this.#drawnAtMs) * slewPart;
    const wanted = this.#wantedMs - this.#drawnBehindMs;
    this.#drawnBehindMs += Math.max(-change, Math.min(change, wanted));
    this.#drawnAtMs = nowMs;
    return nowMs - this.#drawnBehindMs;
  }

  #startAnew(): void {
    this.#arrivals = [];
    this.#heardMs = undefined;
    this.#drawnBehindMs = undefined;
  }

  /** Nearly all patches are here when local time is this far ahead of the patch before. */
  #awaited(): number {
    const sorted = this.#arrivals.map(({ awaitedMs }) => awaitedMs).sort((a, b) => a - b);
    return sorted[Math.floor((sorted.length - 1) * (1 - 1 / lateOneIn))]!;
  }
}

interface Sample extends Placement {
  readonly serverMs: number;
}

interface ShownPlace {
  readonly serverMs: number;
  readonly x: number;
  readonly y: number;
}

/** Where one thing was, over time. */
export class Track {
  readonly #jumpDistance: number;
  #samples: Sample[] = [];
  /** What was shown last, and whether samples came since. */
  #last: ShownPlace | undefined;
  #isNew = false;
  /** Shown minus known position; fades to nothing. */
  #offset = { x: 0, y: 0, atMs: 0 };

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
    this.#isNew = true;
  }

  /**
   * Where it was, as far as is known: before the known range the first place, behind it the newest one and on, as it ran.
   * Undefined without any sample.
   */
  at(serverMs: number): Placement | undefined {
    const after = this.#samples.findIndex((sample) => sample.serverMs >= serverMs);
    if (after < 0) return this.#runOn(serverMs);
    const to = this.#samples[after]!;
    const from = this.#samples[after - 1];
    if (!from || this.#isJump(from, to)) return to;
    const part = (serverMs - from.serverMs) / (to.serverMs - from.serverMs);
    return {
      x: from.x + (to.x - from.x) * part,
      y: from.y + (to.y - from.y) * part,
      angle: from.angle + shortTurn(to.angle - from.angle) * part,
    };
  }

  /**
   * Where to draw it, in every frame: `at`, and what is left of a correction.
   * @param serverMs as `ServerTime.drawn` says, of the same local time
   */
  shown(serverMs: number, nowMs: number): Placement | undefined {
    const known = this.at(serverMs);
    if (known === undefined) return undefined;
    if (this.#isNew && this.#last) this.#keepShown(this.#last, nowMs);
    this.#isNew = false;
    const left = Math.exp(-Math.max(0, nowMs - this.#offset.atMs) / smoothMs);
    const shown = {
      x: known.x + this.#offset.x * left,
      y: known.y + this.#offset.y * left,
      angle: known.angle,
    };
    this.#last = { serverMs, x: shown.x, y: shown.y };
    return shown;
  }

  #runOn(serverMs: number): Placement | undefined {
    const newest = this.#samples.at(-1);
    const before = this.#samples.at(-2);
    if (!newest || !before || this.#isJump(before, newest)) return newest;
    const betweenMs = newest.serverMs - before.serverMs;
    if (betweenMs > speedKnownMsMax) return newest;
    const part = Math.min(serverMs - newest.serverMs, runOnMsMax) / betweenMs;
    return {
      x: newest.x + (newest.x - before.x) * part,
      y: newest.y + (newest.y - before.y) * part,
      angle: newest.angle,
    };
  }

  /** What came shows that the thing was elsewhere: what is shown moves there softly, unless it is too far. */
  #keepShown(last: ShownPlace, nowMs: number): void {
    const now = this.at(last.serverMs)!;
    const offset = { x: last.x - now.x, y: last.y - now.y, atMs: nowMs };
    const isJump = Math.hypot(offset.x, offset.y) > this.#jumpDistance;
    this.#offset = isJump ? { x: 0, y: 0, atMs: nowMs } : offset;
  }

  #isJump(from: Placement, to: Placement): boolean {
    return Math.hypot(to.x - from.x, to.y - from.y) > this.#jumpDistance;
  }
}

/** The same angle, within -π to π. */
export function shortTurn(radians: number): number {
  return radians - Math.round(radians / (2 * Math.PI)) * 2 * Math.PI;
}
