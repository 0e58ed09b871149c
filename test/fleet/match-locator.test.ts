/** Where a match is, asked while it is between two owners: at once, when it has one, or not in time. */
import { beforeEach, expect, test } from "vitest";
import { MatchLocator } from "../../server/fleet/match-locator.ts";
import type { RegisteredNode } from "../../server/fleet/node-registry.ts";
import { Scheduler } from "../simulation/scheduler.ts";
import { hosted, registered } from "./node-entries.ts";

const limits = { lookEveryMs: 250, waitMsMax: 3000, waitingMax: 2 };

let scheduler: Scheduler;
let nodes: readonly RegisteredNode[];
let changed: () => void;
let locator: MatchLocator;

beforeEach(async () => {
  scheduler = new Scheduler();
  nodes = [owner("a", 1)];
  locator = new MatchLocator({
    registry: {
      read: async () => nodes,
      onChanged: (listener) => {
        changed = listener;
        return () => {};
      },
    },
    nowMs: () => scheduler.nowMs,
    later: (ms, task) => scheduler.later(ms, task),
    log: () => {},
    limits,
  });
  await locator.start();
});

function owner(name: string, epoch: number, { connected = true } = {}): RegisteredNode {
  const { entry, ...lease } = registered(name, { connected });
  return { ...lease, entry: { ...entry, address: `${name}:1`, matches: [hosted("m", { epoch })] } };
}

/** What came of it so far. */
function told<Answer>(asked: Promise<Answer>): { at?: number; answer?: Answer } {
  const outcome: { at?: number; answer?: Answer } = {};
  void asked.then((answer) => Object.assign(outcome, { at: scheduler.nowMs, answer }));
  return outcome;
}

async function pass(ms: number): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
  await scheduler.runUntil(scheduler.nowMs + ms);
}

test("a match with an owner is told at once, unless it is the one that does not answer", async () => {
  expect(await locator.ownerOf("m")).toBe("a:1");
  const other = told(locator.ownerOf("m", "a:1"));
  await pass(100);
  expect(other).toEqual({});
  nodes = [owner("a", 1), owner("b", 2)];
  changed();
  await pass(1);
  expect(other).toMatchObject({ answer: "b:1", at: 100 });
});

test("who waits for a later owner hears of it in the moment in which the registry shows it", async () => {
  const later = told(locator.ownerAfter("m", 1));
  await pass(600);
  expect(later).toEqual({});
  // Not of one that is gone itself.
  nodes = [owner("b", 2, { connected: false })];
  changed();
  await pass(100);
  expect(later).toEqual({});
  nodes = [owner("c", 3)];
  changed();
  await pass(1);
  expect(later.at).toBe(700);
});

test("[P6] a question is answered in time also when nothing comes, and no more wait than may", async () => {
  const first = told(locator.ownerAfter("m", 1));
  const second = told(locator.ownerOf("nowhere"));
  const third = told(locator.ownerAfter("m", 1));
  await pass(10);
  expect(third.at).toBe(0);
  expect(first).toEqual({});
  await pass(limits.waitMsMax + limits.lookEveryMs);
  expect(first.at).toBeLessThanOrEqual(limits.waitMsMax + limits.lookEveryMs);
  expect(second).toMatchObject({ answer: undefined, at: first.at });
});
