/** A match replayed from its records: the same World at every tick, and every difference found and named. */
import { describe, expect, it } from "vitest";
import { type History, historyOf } from "../../../server/durability/history.ts";
import type { StoredMatch } from "../../../server/durability/store.ts";
import { MemoryStore } from "../../../server/durability/stores/memory.ts";
import { replay } from "../../../server/match/replay.ts";
import { aboutOf } from "../../../server/match/versions.ts";
import { hashPlain } from "../../../shared/game/deterministic/hash.ts";
import type { AnyGame } from "../../../shared/game/game.ts";
import { arena } from "../../../shared/games/arena/game.ts";
import { type PlayedMatch, playMatch } from "./played-match.ts";

const ticks = 200;

async function played(): Promise<{ match: PlayedMatch; stored: StoredMatch }> {
  const store = new MemoryStore();
  const match = await playMatch(store, { id: "m", ticks });
  return { match, stored: await store.load("m") };
}

function replayOf(
  stored: StoredMatch,
  options: { game?: AnyGame; history?: History; untilTick?: number } = {},
) {
  return replay({ game: arena, about: aboutOf(stored.entry), history: historyOf(stored), ...options });
}

describe("replay", () => {
  it("[P4.1] makes the World, the View and the seats of every tick as they were live", async () => {
    const { match, stored } = await played();
    const replayed: unknown[] = [];
    const history = historyOf(stored);
    const about = aboutOf(stored.entry);
    const result = replay({
      ...{ game: arena, about, history },
      onTick: ({ state }) =>
        replayed.push({
          tick: state.tick,
          hash: hashPlain(state.world),
          view: hashPlain(arena.view.of(state.world as never)),
          seats: state.seats.map(({ sessionId }) => sessionId),
        }),
    });
    expect(replayed).toEqual(match.ticks);
    expect(history).toMatchObject({ firstTick: 0, lastTick: ticks, refusal: undefined });
    expect(result.checked.hashes).toBe(Math.ceil(ticks / arena.tickRate));
    expect(result.checked.snapshots).toBe(stored.snapshots.length);
    expect(stored.snapshots.length).toBeGreaterThan(0);
    expect(result.fault).toBeUndefined();
  });

  it("[P4] ends at any tick that is asked for", async () => {
    const { match, stored } = await played();
    for (const untilTick of [0, 1, 77, ticks]) {
      expect(hashPlain(replayOf(stored, { untilTick }).state.world)).toBe(match.ticks[untilTick]!.hash);
    }
  });

  it("[P4.7] another seed in the entry is a difference at the first stored hash", async () => {
    const { stored } = await played();
    const about = JSON.stringify({ ...aboutOf(stored.entry), seed: 12 });
    const { fault } = replayOf({ ...stored, entry: { ...stored.entry, about } });
    expect(fault).toMatchObject({ tick: 1, reason: expect.stringContaining("World at tick 0 has hash") });
  });

  it("[P4.7] a rule that changed since is a difference at the next stored hash, and the replay ends there", async () => {
    const { match, stored } = await played();
    const changed: AnyGame = {
      ...arena,
      step: (world, record) => {
        const answers = arena.step(world, record);
        if (record.tick === 95) world.players[0].health -= 1;
        return answers;
      },
    };
    const { fault, state, checked } = replayOf(stored, { game: changed });
    expect(fault?.reason).toMatch(/^the World at tick 120 has hash/);
    expect(state.tick).toBe(fault!.tick - 1);
    expect(checked.hashes).toBe(4);
    expect(hashPlain(state.world)).not.toBe(match.ticks[state.tick]!.hash);
  });

  it("[P7] a rule that throws ends the replay at the whole tick before it", async () => {
    const { match, stored } = await played();
    const broken: AnyGame = {
      ...arena,
      step: (world, record) => {
        if (record.tick !== 61) return arena.step(world, record);
        world.tick = -1;
        throw new Error("division by a duck");
      },
    };
    const { fault, state } = replayOf(stored, { game: broken });
    expect(fault).toEqual({ tick: 61, reason: "division by a duck" });
    expect(state.tick).toBe(60);
    expect(hashPlain(state.world)).toBe(match.ticks[60]!.hash);
  });
});

describe("history", () => {
  const recordsWithout = (stored: StoredMatch, from: number, to: number): StoredMatch => ({
    ...stored,
    records: stored.records.filter((_, index) => index + 1 < from || index + 1 > to),
  });

  it("begins at the oldest snapshot when the journal no longer reaches back to the creation", async () => {
    const { match, stored } = await played();
    const history = historyOf(recordsWithout(stored, 1, 10));
    const oldest = history.start!.tick;
    expect(oldest).toBeGreaterThan(10);
    expect(history).toMatchObject({ firstTick: oldest, lastTick: ticks, refusal: undefined });
    expect(history.snapshots.map(({ tick }) => tick)).not.toContain(oldest);
    const result = replayOf(stored, { history });
    expect(hashPlain(result.state.world)).toBe(match.ticks[ticks]!.hash);
  });

  it("[P7] of a match that cannot be restored goes as far as the hole, and says why", async () => {
    const { match, stored } = await played();
    const holed = { ...recordsWithout(stored, 120, 121), snapshots: [] };
    const history = historyOf(holed);
    expect(history).toMatchObject({ firstTick: 0, lastTick: 119 });
    expect(history.refusal).toContain("recovery/journal-gap");
    expect(hashPlain(replayOf(holed).state.world)).toBe(match.ticks[119]!.hash);
  });

  it("of a match without a tick is its creation", async () => {
    const store = new MemoryStore();
    const match = await playMatch(store, { id: "m", ticks: 0 });
    const stored = await store.load("m");
    expect(historyOf(stored)).toMatchObject({ firstTick: 0, lastTick: 0, records: [], refusal: undefined });
    expect(hashPlain(replayOf(stored).state.world)).toBe(match.ticks[0]!.hash);
  });
});
