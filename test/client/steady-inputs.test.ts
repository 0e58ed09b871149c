/** Inputs of a match one by one: at the match's rate, and no longer than the match. */
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { ConnectionState } from "../../shared/client/connection-state.ts";
import { LineProbe } from "../../shared/client/line-probe.ts";
import { Listeners } from "../../shared/client/listeners.ts";
import { steadyInputs } from "../../shared/client/steady-inputs.ts";
import { pongOf } from "../../shared/wire/pong.ts";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** A connection as far as inputs need it. */
function connected() {
  const states = new Listeners<[ConnectionState]>();
  const now = () => performance.now();
  let pings = 0;
  const line = new LineProbe({ now, ping: () => pings++ });
  const connection = {
    line,
    now,
    welcome: { tickRate: 50 },
    onState: states.add,
    state: { kind: "playing" },
  };
  const sent: number[] = [];
  const end = steadyInputs(connection as never, (nowMs) => sent.push(nowMs));
  return { sent, end, line, enter: (kind: "over" | "left") => states.call({ kind } as ConnectionState) };
}

test("one is sent for each tick, evenly", () => {
  const { sent } = connected();
  vi.advanceTimersByTime(1000);
  expect(sent.length).toBeGreaterThanOrEqual(50);
  expect(sent.length).toBeLessThanOrEqual(51);
  const gaps = sent.slice(1).map((at, before) => at - sent[before]!);
  expect(Math.max(...gaps)).toBeLessThanOrEqual(21);
});

test.each(["over", "left"] as const)(
  "none is sent when the match is %s, nor after the caller ended it",
  (kind) => {
    const match = connected();
    vi.advanceTimersByTime(100);
    match.enter(kind);
    const before = match.sent.length;
    vi.advanceTimersByTime(1000);
    expect(match.sent).toHaveLength(before);
    const other = connected();
    other.end();
    const sent = other.sent.length;
    vi.advanceTimersByTime(1000);
    expect(other.sent).toHaveLength(sent);
    expect(vi.getTimerCount()).toBe(0);
  },
);

test("those that have time to spare are sent later, a little with each, and the rate is the match's again", () => {
  const { sent, line } = connected();
  const answer = () => {
    line.patched();
    line.heard(pongOf({ serverMs: 0, spareMs: 15, waitMs: 15, missed: 0, waiting: 0 }).buffer as ArrayBuffer);
  };
  for (let turn = 0; turn < 4; turn++) {
    vi.advanceTimersByTime(500);
    answer();
  }
  const gaps = sent.slice(1).map((at, before) => at - sent[before]!);
  expect(Math.max(...gaps)).toBeLessThanOrEqual(23);
  expect(Math.max(...gaps)).toBeGreaterThan(20);
  vi.advanceTimersByTime(1000);
  expect(sent.slice(-10).every((at, place, all) => place === 0 || at - all[place - 1]! <= 21)).toBe(true);
});
