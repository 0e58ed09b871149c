/** The ticker under a clock that the test moves. */
import { describe, expect, it } from "vitest";
import { Ticker } from "../../server/match/ticker.ts";

const behindPeriodsMax = 5;

const rate = 10;
const periodMs = 1000 / rate;

/** A clock with its timers; `run` lets `ms` pass, and `work` is time that passes inside a tick. */
function setUp() {
  let now = 0;
  const timers: { at: number; run: () => void }[] = [];
  const lateness: number[] = [];
  let slowed = 0;
  let flushes = 0;
  const ticker = new Ticker({
    nowMs: () => now,
    later: (ms, run) => timers.push({ at: now + ms, run }),
    onLateness: (seconds) => lateness.push(seconds * 1000),
    onSlowed: (ticks) => {
      slowed += ticks;
    },
    afterSlot: () => {
      flushes += 1;
    },
  });
  const run = (ms: number) => {
    const end = now + ms;
    for (;;) {
      timers.sort((a, b) => a.at - b.at);
      if (timers.length === 0 || timers[0]!.at > end) break;
      const timer = timers.shift()!;
      now = Math.max(now, timer.at);
      timer.run();
    }
    now = Math.max(now, end);
  };
  const work = (ms: number) => {
    now += ms;
  };
  return { ticker, run, work, lateness, slowed: () => slowed, flushes: () => flushes };
}

describe("ticker", () => {
  it("ticks at its rate, for ever on the same schedule", () => {
    const { ticker, run } = setUp();
    let ticks = 0;
    ticker.add(rate, { tick: () => ticks++ });
    run(60_000 - 1);
    expect(ticks).toBe(600);
  });

  it.each([
    [1, 1],
    [6, 1],
    [7, 2],
    [24, 4],
    [100, 8],
  ])("spreads %i matches over %i slots of the period, one flush per slot", (matches, slots) => {
    const { ticker, run, flushes } = setUp();
    const ticks: number[] = [];
    for (let match = 0; match < matches; match++) ticker.add(rate, { tick: () => ticks.push(match) });
    run(periodMs - 1);
    expect(ticks.toSorted((a, b) => a - b)).toEqual(Array.from({ length: matches }, (_, match) => match));
    expect(flushes()).toBe(slots);
  });

  it("gives all matches of a period the same turn, whatever their slot", () => {
    const { ticker, run } = setUp();
    const turns = new Set<string>();
    for (let match = 0; match < 64; match++) {
      let ticks = 0;
      ticker.add(rate, { tick: (turn) => turns.add(`${ticks++}:${turn}`) });
    }
    run(10 * periodMs - 1);
    expect(turns.size).toBe(10);
  });

  it("[P6] after a pause it catches up at most five periods and gives up the rest, counted", () => {
    const { ticker, run, work, slowed } = setUp();
    let ticks = 0;
    ticker.add(rate, { tick: () => ticks++ });
    run(1000 - 1);
    expect(ticks).toBe(10);
    work(periodMs * 20);
    run(0);
    const caughtUp = ticks - 10;
    expect(caughtUp).toBeGreaterThan(0);
    expect(caughtUp).toBeLessThanOrEqual(behindPeriodsMax + 1);
    expect(slowed() + caughtUp).toBeGreaterThanOrEqual(20);
    const before = ticks;
    run(1000);
    expect(ticks - before).toBe(10);
  });

  it("[P6] ticks that take longer than their period slow the match down, one tick at a time", () => {
    const { ticker, run, work, slowed } = setUp();
    let ticks = 0;
    ticker.add(rate, {
      tick: () => {
        ticks += 1;
        work(periodMs * 2);
      },
    });
    run(periodMs * 200);
    expect(ticks).toBeGreaterThanOrEqual(95);
    expect(ticks).toBeLessThanOrEqual(105);
    expect(slowed()).toBeGreaterThan(80);
  });

  it("reports how late a slot began", () => {
    const { ticker, run, work, lateness } = setUp();
    ticker.add(rate, { tick: () => {} });
    run(1);
    work(5 * periodMs);
    run(0);
    expect(Math.max(...lateness)).toBeCloseTo(4 * periodMs + 1, 0);
  });

  it("a match that takes itself off inside its tick ticks no more, and the others of its slot do", () => {
    const { ticker, run } = setUp();
    const ticks: string[] = [];
    const takeOff = ticker.add(rate, {
      tick: () => {
        ticks.push("a");
        takeOff();
      },
    });
    for (let other = 0; other < 8; other++) ticker.add(rate, { tick: () => ticks.push("b") });
    run(2 * periodMs - 1);
    expect(ticks.filter((name) => name === "a")).toHaveLength(1);
    expect(ticks.filter((name) => name === "b")).toHaveLength(16);
  });

  it("stops", () => {
    const { ticker, run } = setUp();
    let ticks = 0;
    ticker.add(rate, { tick: () => ticks++ });
    run(1000 - 1);
    ticker.stop();
    run(1000);
    expect(ticks).toBe(10);
  });
});

describe("those that are called when something comes", () => {
  /** Rooms that each want a turn every 50 ms, at moments of their own. */
  function patching(rooms: number) {
    const world = setUp();
    const turns: number[] = [];
    const takers = Array.from({ length: rooms }, (_, room) => {
      const taker = { tick: () => turns.push(room), waitMs: () => undefined, onSoon: () => {} };
      return { taker, takeOff: world.ticker.addByEvents(60, taker, true) };
    });
    const patch = () => {
      for (const { taker } of takers) {
        world.run(50 / rooms);
        taker.onSoon();
      }
    };
    return { ...world, turns, takers, patch };
  }

  it.each([
    [2, 2],
    [11, 11],
    [24, 13],
    [200, 13],
  ])(
    "%i rooms that patch at moments of their own take at most %i turns for it, with a flush each",
    (rooms, most) => {
      const { patch, run, turns, flushes } = patching(rooms);
      for (let time = 0; time < 10; time++) patch();
      run(5);
      expect(turns.length).toBe(10 * rooms);
      expect(flushes()).toBeLessThanOrEqual(10 * most + 1);
      expect(flushes()).toBeGreaterThan(10 * Math.min(rooms, 10) - 10);
    },
  );

  it("[P6] rooms that are gone do not keep others from turns of their own", () => {
    const { patch, run, takers, flushes } = patching(24);
    for (const { takeOff } of takers.splice(2)) {
      takeOff();
      takeOff();
    }
    patch();
    run(0);
    expect(flushes()).toBe(2);
  });
});
