/**
 * A runner as a client draws them over a line that delays, jitters and stalls, under a clock of its own. Patches come in
 * order, as over TCP: what is late holds up what follows.
 */
import { ServerTime, Track } from "../../shared/client/interpolate.ts";
import { Chance } from "../simulation/chance.ts";

export interface Line {
  readonly delayMs: number;
  readonly jitterMs: number;
  /** How many of a hundred patches come `stallMs` late. */
  readonly stalls: number;
  readonly stallMs: number;
}

export interface Drawn {
  /** Share of frames in which a runner who ran was drawn standing still. */
  readonly frozen: number;
  /** Frames in a minute in which they moved several times as far as they run. */
  readonly jumpsPerMinute: number;
  /** How far behind the newest moment that the line allows they were drawn, median. */
  readonly delayMs: number;
  /** How far from where they really were at the drawn moment, at the 99th percentile, in units. */
  readonly wrongUnits: number;
}

const frameMs = 1000 / 60;
const tickMs = 1000 / 30;
/** Two patches in three ticks. */
const isPatchTick = (tick: number) => (tick * 20) % 30 < 20;
/** Units per second. */
const speed = 280;
/** They run to and fro, and in curves: on a circle, turning round now and then. */
const radius = 200;

function runnerAt(ms: number): { x: number; y: number; angle: number } {
  const turns = Math.floor(ms / 1700);
  const withinMs = ms % 1700;
  const run = turns % 2 === 0 ? withinMs : 1700 - withinMs;
  const angle = (run * speed) / 1000 / radius;
  return { x: 1000 + radius * Math.cos(angle), y: 1000 + radius * Math.sin(angle), angle };
}

export function drawnOver(line: Line, { seconds = 120, seed = 7 } = {}): Drawn {
  const chance = new Chance(seed);
  const time = new ServerTime({ jumpMs: 250 });
  const track = new Track(120);
  const arrivals = arrivalsOver(line, seconds, chance);
  const result = { frozen: 0, jumps: 0, delays: [] as number[], wrong: [] as number[] };
  let next = 0;
  let last: { x: number; y: number } | undefined;
  let frames = 0;
  for (let nowMs = 2000; nowMs < seconds * 1000; nowMs += frameMs) {
    for (; next < arrivals.length && arrivals[next]!.atMs <= nowMs; next++) {
      const { serverMs, atMs } = arrivals[next]!;
      time.heard(serverMs, atMs);
      track.add(serverMs, runnerAt(serverMs));
    }
    const serverMs = time.drawn(nowMs)!;
    const drawn = track.shown(serverMs, nowMs)!;
    if (nowMs > 6000) {
      frames += 1;
      const moved = Math.hypot(drawn.x - last!.x, drawn.y - last!.y);
      const expected = (speed * frameMs) / 1000;
      if (moved < 0.1 * expected) result.frozen += 1;
      if (moved > 4 * expected) result.jumps += 1;
      result.delays.push(nowMs - line.delayMs - serverMs);
      const really = runnerAt(serverMs);
      result.wrong.push(Math.hypot(drawn.x - really.x, drawn.y - really.y));
    }
    last = drawn;
  }
  const minutes = (frames * frameMs) / 60_000;
  return {
    frozen: result.frozen / frames,
    jumpsPerMinute: result.jumps / minutes,
    delayMs: at(result.delays, 0.5),
    wrongUnits: at(result.wrong, 0.99),
  };
}

function arrivalsOver({ delayMs, jitterMs, stalls, stallMs }: Line, seconds: number, chance: Chance) {
  const arrivals: { serverMs: number; atMs: number }[] = [];
  let freeAtMs = 0;
  for (let tick = 1; tick * tickMs < seconds * 1000; tick++) {
    if (!isPatchTick(tick)) continue;
    const serverMs = tick * tickMs;
    const lateMs = (chance.below(1000) / 1000) * jitterMs + (chance.happens(stalls) ? stallMs : 0);
    freeAtMs = Math.max(freeAtMs, serverMs + delayMs + lateMs);
    arrivals.push({ serverMs, atMs: freeAtMs });
  }
  return arrivals;
}

function at(values: number[], part: number): number {
  return values.sort((a, b) => a - b)[Math.floor(part * (values.length - 1))]!;
}
