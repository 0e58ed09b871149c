/** A roll as a decision: the order of things, what counts as moved, what counts as lost. Time is a number. */
import { expect, test } from "vitest";
import { type RollParts, rollFleet } from "../../local-fleet/roll.ts";
import type { MatchInfo } from "../../shared/wire/api.ts";

const seats = { taken: 8, max: 16 };
const match = (id: string, epoch = 1): MatchInfo => ({
  ...{ id, epoch, game: "arena", tick: 1, node: "room-1.aaaaaa", seats, startedAt: "" },
});

/** A fleet of two rooms whose list of matches changes as `onReplace` says. */
function fleet(first: readonly MatchInfo[], onReplace: (node: string) => readonly MatchInfo[] | undefined) {
  let matches = first;
  let nowMs = 0;
  const said: string[] = [];
  const replaced: string[] = [];
  const over = new Set<string>();
  const parts: RollParts = {
    nodes: ["room-1", "room-2"],
    replace: async (node) => {
      replaced.push(node);
      nowMs += 1500;
      matches = onReplace(node) ?? matches;
      return node !== "room-2";
    },
    pidOf: (node) => (node === "room-1" ? 101 : undefined),
    matches: async () => matches,
    overIds: async () => over,
    say: (text) => said.push(text),
    nowMs: () => nowMs,
    pause: async (ms) => {
      nowMs += ms;
    },
  };
  return { parts, said, replaced, over, matchesBecome: (next: readonly MatchInfo[]) => (matches = next) };
}

test("nodes are replaced one after the other; a match with a higher epoch has moved", async () => {
  const { parts, replaced, said } = fleet([match("a"), match("b")], (node) =>
    node === "room-1" ? [match("a", 2), match("b")] : undefined,
  );
  const report = await rollFleet(parts);
  expect(replaced).toEqual(["room-1", "room-2"]);
  expect(report).toMatchObject({ matches: 2, moves: 1, lost: [], seconds: 3 });
  expect(report.nodes).toEqual([
    { node: "room-1", moved: 1, seconds: 1.5, killed: false },
    { node: "room-2", moved: 0, seconds: 1.5, killed: true },
  ]);
  expect(said[0]).toBe("rolled room-1: 1 match moved, 1.5 s; now process 101");
  expect(said[1]).toContain("KILLED: it did not end in time");
  expect(said.at(-1)).toBe("2 nodes replaced in 3 s, 1 move; 0 matches lost of 2");
});

test("[P5] a match that neither runs nor is over is lost, and named", async () => {
  const { parts, said } = fleet([match("a"), match("b")], () => [match("a", 2)]);
  const report = await rollFleet(parts);
  expect(report.lost).toEqual(["b"]);
  expect(said.at(-1)).toContain("1 match lost of 2\n  lost: b");
});

test("a match that came to its end by its own rules is not lost", async () => {
  const { parts, over } = fleet([match("a")], () => []);
  over.add("a");
  expect((await rollFleet(parts)).lost).toEqual([]);
});

test("a match that is between two owners at the end is waited for", async () => {
  const { parts, matchesBecome } = fleet([match("a")], () => []);
  let waits = 0;
  const pause = async (ms: number) => {
    await parts.pause(ms);
    if (++waits === 3) matchesBecome([match("a", 2)]);
  };
  expect((await rollFleet({ ...parts, pause })).lost).toEqual([]);
  expect(waits).toBe(3);
});

test("[P6] it is waited for, but not for ever", async () => {
  const { parts } = fleet([match("a")], () => []);
  await rollFleet(parts);
  expect(parts.nowMs()).toBeLessThan(20_000);
});

test("a new node that does not start ends the roll; the nodes after it stay", async () => {
  const { parts, replaced } = fleet([match("a")], (node) => {
    throw new Error(`${node} did not start`);
  });
  await expect(rollFleet(parts)).rejects.toThrow("room-1 did not start");
  expect(replaced).toEqual(["room-1"]);
});
