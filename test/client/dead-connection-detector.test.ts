/** When a silence is taken for a dead connection: in a page that is seen, and in one that is not and whose timers are slow. */
import { afterEach, describe, expect, it, vi } from "vitest";
import { DeadConnectionDetector } from "../../shared/client/dead-connection.ts";
import { inFreshTask } from "../../shared/client/fresh-task.ts";
import { HiddenTab } from "./hidden-tab.ts";

afterEach(() => vi.unstubAllGlobals());

/** A watch in a hidden tab; a live connection brings something every 50 ms, and answers pings. */
function watched({ chance = 0.5 } = {}) {
  const tab = new HiddenTab();
  const told: { what: string; atMs: number }[] = [];
  let answersPings = false;
  const watch: DeadConnectionDetector = new DeadConnectionDetector({
    now: () => tab.nowMs,
    chance: () => chance,
    ping: () => answersPings && tab.network(20, () => watch.heard()),
    onSilent: () => told.push({ what: "silence", atMs: tab.nowMs }),
    onDead: () => told.push({ what: "dead", atMs: tab.nowMs }),
  });
  const brings = (forMs: number) => {
    for (let atMs = 0; atMs < forMs; atMs += 50) tab.network(atMs, () => watch.heard());
    tab.run(forMs);
  };
  const freeze = () => {
    answersPings = true;
  };
  return { tab, watch, told, brings, freeze };
}

describe("a hidden tab", () => {
  it("is as slow as it is modelled: the sixth timer of a chain waits for the minute, a fresh task for nothing", () => {
    const tab = new HiddenTab();
    const ranAtMs: number[] = [];
    const chain = () => {
      ranAtMs.push(tab.nowMs);
      if (ranAtMs.length < 8) setTimeout(chain, 200);
    };
    tab.network(0, chain);
    tab.run(200_000);
    expect(ranAtMs).toEqual([0, 1000, 2000, 3000, 4000, 5000, 60_000, 120_000]);
    ranAtMs.length = 0;
    const fresh = () => {
      ranAtMs.push(tab.nowMs);
      if (ranAtMs.length < 8) setTimeout(() => inFreshTask(fresh), 200);
    };
    tab.network(0, fresh);
    tab.run(10_000);
    expect(ranAtMs.map((atMs) => atMs - 200_000)).toEqual([0, 1000, 2000, 3000, 4000, 5000, 6000, 7000]);
  });

  it.each([0, 0.5, 1])(
    "notices a dead connection within seven seconds, after minutes of play (%s)",
    (chance) => {
      const { tab, told, brings } = watched({ chance });
      brings(120_000);
      expect(told).toEqual([]);
      tab.run(90_000);
      expect(told.map(({ what }) => what)).toEqual(["silence", "dead"]);
      expect(told[1]!.atMs - 120_000).toBeLessThanOrEqual(7_000);
    },
  );

  it("[P5] leaves a match alone that is frozen for minutes, and notices when it dies", () => {
    const { tab, told, brings, freeze } = watched();
    brings(5_000);
    freeze();
    tab.run(300_000);
    expect(told.every(({ what }) => what === "silence")).toBe(true);
    expect(told.length).toBeGreaterThan(10);
  });

  it("hears nothing more of a connection that is gone, or watched no longer", () => {
    for (const end of ["lost", "close"] as const) {
      const { tab, watch, told, brings } = watched();
      brings(3_000);
      watch[end]();
      tab.run(90_000);
      expect(told).toEqual([]);
    }
  });
});
