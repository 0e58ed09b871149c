/** The arithmetic of the benchmark: what it reads from a server and what it says about a goal. */
import { describe, expect, it } from "vitest";
import { benchGame } from "../../client-sim/bench/bench-game.ts";
import { costResults, type LoadRound } from "../../client-sim/bench/cost.ts";
import type { Load } from "../../client-sim/bench/load.ts";
import { growth, quantile, readMetrics } from "../../client-sim/bench/metrics-text.ts";
import { result, resultTable } from "../../client-sim/bench/result.ts";
import { median } from "../../client-sim/bench/sample.ts";
import { histogramText } from "./histogram-text.ts";

const given = { games: "built-in", game: undefined, options: "{}" };

describe("metrics", () => {
  const before = readMetrics(histogramText("wait_seconds", { 0.001: 4, 0.002: 4, 0.004: 4 }, 5));
  const after = readMetrics(histogramText("wait_seconds", { 0.001: 4, 0.002: 14, 0.004: 94 }, 105));

  it("counts only what came between two readings", () => {
    expect(growth("wait_seconds_count", before, after)).toBe(100);
    // Between: 10 up to 2 ms, 80 up to 4 ms, 10 beyond.
    expect(quantile("wait_seconds", 0.1, before, after)).toBeCloseTo(0.002);
    expect(quantile("wait_seconds", 0.05, before, after)).toBeCloseTo(0.0015);
    expect(quantile("wait_seconds", 0.5, before, after)).toBeCloseTo(0.003);
  });

  it("says no more than the last bound of what lies beyond it", () => {
    expect(quantile("wait_seconds", 0.99, before, after)).toBe(0.004);
  });

  it("knows nothing of a time in which nothing came, and refuses a metric that is not there", () => {
    expect(quantile("wait_seconds", 0.5, after, after)).toBeNaN();
    expect(() => quantile("wait_second", 0.5, before, after)).toThrow("no metric wait_second");
    expect(() => growth("waits_total", before, after)).toThrow("no metric waits_total");
  });
});

describe("results", () => {
  it("compares the median with the goal, in its direction; nothing measured has met nothing", () => {
    expect(result("a", "ms", [9, 1, 2], { atMost: 2 })).toMatchObject({
      value: 2,
      min: 1,
      max: 9,
      of: 3,
      met: true,
    });
    expect(result("a", "ms", [2.02], { atMost: 2 }).met).toBe(false);
    expect(result("a", "×", [99], { atLeast: 100 }).met).toBe(false);
    expect(result("a", "×", [100], { atLeast: 100 }).met).toBe(true);
    expect(result("a", "ms", [Number.NaN], { atMost: 2 }).met).toBe(false);
    expect(result("a", "ms", [1])).not.toHaveProperty("met");
  });

  it("makes a table that names misses", () => {
    const table = resultTable([result("slow", "ms", [5, 7], { atMost: 3 }), result("free", "µs", [1])]);
    expect(table.split("\n").slice(2)).toEqual([
      "| slow | 6 ms   | 5 – 7 | ≤ 3 ms | NO  |",
      "| free | 1 µs   |       |        |     |",
    ]);
  });

  it("median", () => {
    expect(median([3, 1, 2])).toBe(2);
    expect(median([4, 1, 2, 3])).toBe(2.5);
    expect(median([])).toBeNaN();
  });

  it("the cost is the median of the ratios within the rounds, not the ratio of medians", async () => {
    const load = (cpuUsEach: number) => ({ cpuUsEach, cpuShare: 0.5 }) as Load;
    const round = (machine: number, off: number): LoadRound => ({
      machine: load(machine),
      process: load(machine),
      off: load(off),
    });
    // The machine got slower by half in the third round; every ratio says 10, 5 and 20 %.
    const rounds = [round(110, 100), round(105, 100), round(180, 150)];
    const results = costResults(rounds, await benchGame(given));
    expect(results[0]).toMatchObject({ value: 10, min: 5, max: 20, met: false });
    expect(results[0]!.name).toBe("CPU per patch, durable (machine) over off");
    // The goals are those of the arena, and a game by events is counted in answers.
    const games = "shared/games/hands/game.ts";
    const [cards] = costResults(rounds, await benchGame({ ...given, games }));
    expect(cards).toMatchObject({ value: 10, name: "CPU per answered command, durable (machine) over off" });
    expect(cards).not.toHaveProperty("met");
  });

  it("a benchmark plays matches that outlast it, in the arena by itself and in other games as asked", async () => {
    expect(await benchGame(given)).toMatchObject({ seats: 8, options: { durationSeconds: 3600 } });
    const games = "shared/games/hands/game.ts";
    const played = await benchGame({ games, game: "hands", options: '{"turnSeconds":99}' });
    expect(played).toMatchObject({ seats: 6, options: { turnSeconds: 99 }, flags: ["--games", games] });
    expect(played.asked).toEqual({ games, game: "hands", options: '{"turnSeconds":99}' });
  });
});
