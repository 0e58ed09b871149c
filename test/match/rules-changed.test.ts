/** Rules that changed under the same version: recognised by their fingerprint, named with what to do, and nothing is lost. */
import { describe, expect, it } from "vitest";
import { historyOf } from "../../server/durability/history.ts";
import { MemoryStore } from "../../server/durability/stores/memory.ts";
import { replay, replayable } from "../../server/match/replay.ts";
import { aboutOf } from "../../server/match/versions.ts";
import { setFingerprint } from "../../shared/game/fingerprint.ts";
import type { AnyGame } from "../../shared/game/game.ts";
import { nodeOn } from "./host-setup.ts";
import { type TallyWorld, tally } from "./tally.ts";

/** Two ticks' worth of a story goes into the World, so that other rules show in its hash. */
function rules(fingerprint: string | undefined, word: string): AnyGame {
  const game: AnyGame = {
    ...tally,
    step: (world: TallyWorld, record: Parameters<typeof tally.step>[1]) => {
      if (record.tick % 10 === 0) world.story.push(word);
      return tally.step(world, record);
    },
  };
  setFingerprint(game, fingerprint);
  return game;
}

const old = rules("old", "hello");
const fresh = rules("fresh", "goodbye");
const sameWords = rules("fresh", "hello");

/** A match that was played by the old rules for some seconds, without a snapshot, and whose owner died. */
async function playedByOld(game = old): Promise<MemoryStore> {
  const store = new MemoryStore();
  await nodeOn(store, "n1", [game]).open("m", 75);
  return store;
}

describe("rules that changed under the same version", () => {
  it("[P7.13] leave a match alone that they cannot play again, and say what to do; the old rules get it back", async () => {
    const store = await playedByOld();
    const left = await nodeOn(store, "n2", [fresh]).restore("m");
    expect(left).toMatchObject({ kind: "left" });
    expect((left as { reason: string }).reason).toMatch(
      /^match m: the World at tick 30 has hash .*; the rules of "tally" changed since, under the same version 1: it was played with old, here is fresh: raise `version`.*`migrate`.*bring back/,
    );
    expect(await store.find("m")).toMatchObject({ state: "running" });
    const node = nodeOn(store, "n3", [old]);
    expect(await node.restore("m")).toEqual({ kind: "restored" });
    expect(node.live("m").match.tick).toBe(75);
    expect(node.logged).toEqual([]);
  });

  it("[P7.13] a node that left such a match looks before it claims it again", async () => {
    const store = await playedByOld();
    const node = nodeOn(store, "n2", [fresh]);
    for (let turn = 0; turn < 3; turn++) expect(await node.restore("m")).toMatchObject({ kind: "left" });
    expect(await store.find("m")).toMatchObject({ epoch: 2 });
  });

  it("[P7.13] are named once when they play it again all the same", async () => {
    const store = await playedByOld();
    const node = nodeOn(store, "n2", [sameWords]);
    expect(await node.restore("m")).toEqual({ kind: "restored" });
    expect(node.logged).toEqual([
      "the rules of a match changed under the same version of its game; it goes on with the new ones",
    ]);
    await node.play(node.live("m"), 3);
    const again = nodeOn(store, "n3", [sameWords]);
    expect(await again.restore("m")).toEqual({ kind: "restored" });
    expect(again.logged).toEqual([]);
  });

  it("[P7.3] without fingerprints the match is set aside, as one whose rules depend on more than the World", async () => {
    const unknown = rules(undefined, "hello");
    for (const [before, now] of [
      [unknown, fresh],
      [old, rules(undefined, "goodbye")],
      [old, rules("old", "goodbye")],
    ]) {
      const store = await playedByOld(before);
      const aside = await nodeOn(store, "n2", [now!]).restore("m");
      expect(aside).toMatchObject({ kind: "set-aside" });
      expect((aside as { reason: string }).reason).not.toContain("changed since");
    }
  });

  it("[P7.13] are named by a replay that differs", async () => {
    const store = await playedByOld();
    const stored = await store.load("m");
    const { fault } = replay({ game: fresh, about: aboutOf(stored.entry), history: historyOf(stored) });
    expect(fault).toMatchObject({
      tick: 31,
      reason: expect.stringContaining("it was played with old, here is fresh"),
    });
  });

  it("[P5.1] while a game is developed, a match goes on by the new rules, and a replay begins behind the change", async () => {
    const store = await playedByOld();
    const node = nodeOn(store, "n2", [fresh], { developing: true });
    expect(await node.restore("m")).toEqual({ kind: "restored" });
    const live = node.live("m");
    const { story } = live.match.state.world as TallyWorld;
    expect(story.filter((word) => word === "goodbye")).toHaveLength(7);
    expect(live.match.state.seats).toHaveLength(1);
    await node.play(live, 40);
    const stored = await store.load("m");
    const about = aboutOf(stored.entry);
    const history = replayable(stored, about, fresh);
    expect(history).toMatchObject({ firstTick: 75, lastTick: 115 });
    expect(replay({ game: fresh, about, history })).toMatchObject({
      state: { tick: 115 },
      checked: { hashes: 1 },
    });
    expect(await nodeOn(store, "n3", [fresh]).restore("m")).toEqual({ kind: "restored" });
  });

  it("[P7.13] while a game is developed, rules that cannot play it again at all leave it to those that can", async () => {
    const store = await playedByOld();
    const step = () => {
      throw new Error("no way");
    };
    const broken: AnyGame = { ...tally, step };
    setFingerprint(broken, "broken");
    const left = await nodeOn(store, "n2", [broken], { developing: true }).restore("m");
    expect(left).toMatchObject({ kind: "left", reason: expect.stringContaining("no way; the rules") });
  });
});
