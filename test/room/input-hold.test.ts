/** How many inputs a tick takes of those that wait, under a clock of its own. */
import { expect, test } from "vitest";
import { InputHold } from "../../server/room/input-hold.ts";

const tickMs = 100;

/** A hold, and the inputs that wait before it. */
function holding() {
  const hold = new InputHold(tickMs);
  let [waiting, nowMs] = [0, 0];
  return {
    hold,
    /** Inputs come so many ms before the next tick. */
    come: (...beforeMs: number[]) => {
      for (const ms of beforeMs) {
        hold.arrived(nowMs + tickMs - ms);
        waiting += 1;
      }
    },
    /** @returns how many the next tick takes */
    tick: (max = 4) => {
      nowMs += tickMs;
      const taken = hold.take(waiting, max, nowMs);
      waiting -= taken;
      return taken;
    },
    get waiting() {
      return waiting;
    },
  };
}

/** An input for each of the next ticks, in time. */
function steady({ come, tick }: ReturnType<typeof holding>, ticks: number, beforeMs = 50): number[] {
  return Array.from({ length: ticks }, () => {
    come(beforeMs);
    return tick();
  });
}

test("[P1.19] inputs that come in a heap are played one in a tick", () => {
  const line = holding();
  steady(line, 3);
  line.come(50, 40, 30);
  expect([line.tick(), line.tick(), line.tick()]).toEqual([1, 1, 1]);
});

test("[P1.19] at most two inputs wait behind a tick", () => {
  const line = holding();
  line.come(9, 8, 7, 6, 5, 4);
  expect(line.tick()).toBe(4);
  expect(line.waiting).toBe(2);
  line.come(9, 8, 7);
  expect(line.tick(2)).toBe(2);
});

test("[P1.19] what a silent line held back is taken at once, and later inputs wait no longer than before", () => {
  const line = holding();
  steady(line, 5);
  expect([line.tick(), line.tick(), line.tick()]).toEqual([0, 0, 0]);
  line.come(10, 10, 10, 10);
  expect(line.tick()).toBe(4);
  expect(steady(line, 3)).toEqual([1, 1, 1]);
  expect(line.waiting).toBe(0);
});

test("[P1.19] one input that is late is made up for; when it happens again soon, one more waits from then on", () => {
  const line = holding();
  steady(line, 130);
  expect(line.tick()).toBe(0);
  line.come(95, 50);
  expect(line.tick()).toBe(2);
  expect(line.tick()).toBe(0);
  line.come(95, 50);
  expect(line.tick()).toBe(1);
  expect(steady(line, 5)).toEqual([1, 1, 1, 1, 1]);
  expect(line.waiting).toBe(1);
});

test("[P1.19] inputs that all wait longer than a tick for seconds are shortened by one", () => {
  const line = holding();
  line.come(50);
  const taken = steady(line, 100, 50);
  expect(taken.filter((count) => count === 2)).toHaveLength(1);
  expect(line.waiting).toBe(0);
});

test("a client is told the least time that an input had to spare, and the ticks that had none", () => {
  const line = holding();
  steady(line, 5, 60);
  steady(line, 1, 20);
  expect(line.hold.heard()).toMatchObject({ spareMs: 20, missed: 0, waiting: 0 });
  expect(line.tick()).toBe(0);
  line.come(85);
  line.tick();
  expect(line.hold.heard()).toEqual({ spareMs: -15, waitMs: 85, missed: 1, waiting: 0 });
  expect(line.hold.heard()).toEqual({ spareMs: undefined, waitMs: 0, missed: 0, waiting: 0 });
});

test("a client that sends nothing misses nothing, and one that stopped misses no more after half a second", () => {
  const line = holding();
  for (let turn = 0; turn < 50; turn++) line.tick();
  expect(line.hold.heard().missed).toBe(0);
  steady(line, 3);
  for (let turn = 0; turn < 50; turn++) line.tick();
  expect(line.hold.heard().missed).toBe(15);
  line.come(10);
  line.tick();
  expect(line.hold.heard().spareMs).toBeUndefined();
});
