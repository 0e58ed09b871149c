/** What several processes of bots measured, added up, and that the report says what they could not keep up with. */
import { expect, it, vi } from "vitest";
import { shares } from "../../../client-sim/bots/crew-processes.ts";
import { InputTimer } from "../../../client-sim/bots/input-timer.ts";
import {
  type BotFigures,
  figuresOf,
  merged,
  type OwnFigures,
  readableReport,
  reportOf,
} from "../../../client-sim/bots/report.ts";
import { BotTally } from "../../../client-sim/bots/tally.ts";

const own: OwnFigures = {
  ...{ processes: 1, notConnected: 0, inputsLate: 0, inputsSkipped: 0, cpuSeconds: 2, ownLagsMs: [3] },
};

/** One bot that played one match with these latencies. */
function tally(matchId: string, ackMs: readonly number[], gapsMs: readonly number[] = []): BotTally {
  const one = new BotTally();
  const metrics = { patches: 10, bytes: 1000, inputsSent: 20, drops: gapsMs.length, ackMs, gapsMs };
  one.joined({ matchId, metrics } as never);
  one.commands = 2;
  return one;
}

it("figures of several processes are added up, and percentiles are those of all values together", () => {
  const fast = figuresOf(
    Array.from({ length: 3 }, () => tally("m1", [10, 11, 12])),
    own,
  );
  const slow = figuresOf([tally("m1", [100], [500]), tally("m2", [200])], {
    ...{ ...own, notConnected: 1, inputsLate: 7, inputsSkipped: 2, cpuSeconds: 3, ownLagsMs: [9, 80] },
  });
  expect(reportOf(merged([fast, slow]), 5)).toEqual({
    ...{ players: 5, matches: 2, patches: 50, bytes: 5000, inputs: 100, seconds: 5, processes: 2 },
    ...{ ackMs: { p50: 11, p99: 200 }, gapMs: { p50: 500, p99: 500, max: 500 } },
    ...{ disconnects: 1, reconnects: 0, commands: 10, commandsAnswered: 0, errors: 0 },
    ...{ notConnected: 1, inputsLate: 7, inputsSkipped: 2, ownCores: 1 },
    ownLagMs: { p50: 9, p99: 80, max: 80 },
  });
});

it("[P7] the report says what the bots' own machine could not keep up with, and that it kept up only when it did", () => {
  const kept = readableReport(reportOf(figuresOf([tally("m", [10])], own), 5));
  expect(kept).toContain("1 player in 1 match, 5 s");
  expect(kept).toContain("the bots kept up, with 0.4 cores in 1 process");
  const behind = { ...own, notConnected: 1, inputsLate: 7, inputsSkipped: 2, ownLagsMs: [120] };
  expect(readableReport(reportOf(figuresOf([tally("m", [10])], behind), 5))).toContain(
    "the bots did not keep up, with 0.4 cores in 1 process: 1 of 1 bots were not connected at the end; " +
      "7 inputs left late; 2 inputs never left; the bots' own process stood still for up to 120 ms",
  );
});

it("[P6] a process hands on a bounded number of times, and the percentiles stay what they were", () => {
  const times = Array.from({ length: 100_000 }, (_, at) => at);
  const { ackMs } = figuresOf([tally("m", times)], own);
  expect(ackMs).toHaveLength(20_000);
  const report = reportOf({ ...merged([]), ackMs } as BotFigures, 1);
  expect(Math.abs(report.ackMs.p50 - 50_000)).toBeLessThan(10);
  expect(Math.abs(report.ackMs.p99 - 99_000)).toBeLessThan(10);
});

it("every bot is in one process, whatever the numbers", () => {
  const plan = { url: ["http://one"], queue: undefined, seed: 1, first: 0, players: 10 };
  const parts = shares(plan, 3);
  expect(parts.map(({ first, players }) => [first, players])).toEqual([
    [0, 3],
    [3, 3],
    [6, 4],
  ]);
});

it("[P7] inputs that leave late and those that never leave are counted", () => {
  vi.useFakeTimers({ toFake: ["performance", "setTimeout", "clearTimeout"] });
  const faked = performance.now.bind(performance);
  let stalledMs = 0;
  const clock = vi.spyOn(performance, "now").mockImplementation(() => faked() + stalledMs);
  try {
    const timer = new InputTimer(30);
    const source = { step: vi.fn() };
    timer.add(source);
    vi.advanceTimersByTime(1000);
    expect(source.step.mock.calls.length).toBeGreaterThanOrEqual(29);
    expect(timer).toMatchObject({ late: 0, skipped: 0 });
    // The clock goes on, and no timer runs meanwhile.
    stalledMs += 60;
    vi.advanceTimersByTime(100);
    expect(timer.late).toBeGreaterThan(0);
    expect(timer.skipped).toBe(0);
    stalledMs += 1000;
    vi.advanceTimersByTime(100);
    expect(timer.skipped).toBeGreaterThanOrEqual(25);
    expect(timer.skipped).toBeLessThanOrEqual(30);
    timer.remove(source);
  } finally {
    clock.mockRestore();
    vi.useRealTimers();
  }
});
