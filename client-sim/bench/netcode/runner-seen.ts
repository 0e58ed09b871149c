/**
 * Compares where a runner was drawn, frame by frame, with where they were: how far in the past, how often they stood still
 * though they ran, and how often they leapt. It is told where they were by a client without a line.
 */

export interface SeenAt {
  readonly atMs: number;
  readonly x: number;
  readonly y: number;
}

export interface RunnerSeen {
  /** Share of the frames in which a runner who ran was drawn standing. */
  readonly frozen: number;
  readonly jumpsPerMinute: number;
  /** How far in the past they were drawn, median of all seconds. */
  readonly delayMs: number;
}

/** The fastest that anybody runs in the arena, in units per ms. */
const speedMax = 0.28;
const windowFrames = 60;
const delayStepMs = 4;
const delayMsMax = 800;
/** Further than anybody runs between two patches: a respawn. */
const respawn = 120;

/** @param truth in order of time, with local times */
export function runnerSeen(frames: readonly SeenAt[], truth: readonly SeenAt[]): RunnerSeen {
  const where = placesOf(truth);
  const delays: number[] = [];
  const counted = { frames: 0, frozen: 0, jumps: 0, ms: 0 };
  for (let start = 1; start + windowFrames < frames.length; start += windowFrames) {
    const those = frames.slice(start - 1, start + windowFrames);
    const delayMs = delayOf(those, where);
    // Nothing moved in it: nobody can say how old it is.
    if (delayMs === undefined) continue;
    delays.push(delayMs);
    for (let at = 1; at < those.length; at++) {
      const [from, to] = [those[at - 1]!, those[at]!];
      const [wasFrom, wasTo] = [where(from.atMs - delayMs), where(to.atMs - delayMs)];
      const fullStep = speedMax * (to.atMs - from.atMs);
      const ran = distance(wasFrom, wasTo);
      const drawn = distance(from, to);
      if (ran > respawn || drawn > respawn) continue;
      counted.frames += 1;
      counted.ms += to.atMs - from.atMs;
      if (ran > fullStep / 2 && drawn < ran / 10) counted.frozen += 1;
      if (drawn > 4 * fullStep) counted.jumps += 1;
    }
  }
  delays.sort((a, b) => a - b);
  return {
    frozen: counted.frozen / counted.frames,
    jumpsPerMinute: (counted.jumps * 60_000) / counted.ms,
    delayMs: delays[delays.length >> 1] ?? Number.NaN,
  };
}

type Where = (atMs: number) => { readonly x: number; readonly y: number };

/** The delay with which what was drawn fits best to what was. */
function delayOf(frames: readonly SeenAt[], where: Where): number | undefined {
  const [first, last] = [frames[0]!, frames.at(-1)!];
  const way = frames.slice(1).reduce((sum, frame, at) => sum + distance(frames[at]!, frame), 0);
  if (way < (speedMax * (last.atMs - first.atMs)) / 2) return undefined;
  let best = { delayMs: 0, wrong: Number.POSITIVE_INFINITY };
  for (let delayMs = 0; delayMs <= delayMsMax; delayMs += delayStepMs) {
    const wrong = frames.reduce((sum, frame) => sum + distance(frame, where(frame.atMs - delayMs)), 0);
    if (wrong < best.wrong) best = { delayMs, wrong };
  }
  return best.delayMs;
}

/** Between two known places on the straight line. */
function placesOf(truth: readonly SeenAt[]): Where {
  return (atMs) => {
    let [low, high] = [0, truth.length - 1];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (truth[middle]!.atMs <= atMs) low = middle;
      else high = middle;
    }
    const [from, to] = [truth[low]!, truth[high]!];
    const part =
      to.atMs > from.atMs ? Math.max(0, Math.min(1, (atMs - from.atMs) / (to.atMs - from.atMs))) : 0;
    return { x: from.x + (to.x - from.x) * part, y: from.y + (to.y - from.y) * part };
  };
}

function distance(a: { x: number; y: number }, b: { x: number; y: number }): number {
  return Math.hypot(a.x - b.x, a.y - b.y);
}
