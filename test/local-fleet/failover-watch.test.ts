/** What is seen of a failover from outside: which matches it is about, and when it is over. Time is a number. */
import { expect, test } from "vitest";
import { watchFailover } from "../../local-fleet/failover-watch.ts";
import type { MatchInfo } from "../../shared/wire/api.ts";

const seats = { taken: 8, max: 16 };
const on = (node: string, id: string): MatchInfo => ({
  ...{ id, node, epoch: 1, game: "arena", tick: 1, seats, startedAt: "" },
});

/** @param lists one after the other, the last one for ever; undefined: nobody answers */
function watch(before: readonly MatchInfo[], lists: readonly (readonly MatchInfo[] | undefined)[]) {
  let nowMs = 0;
  let at = 0;
  return watchFailover({
    node: "room-1",
    before,
    matches: async () => {
      const list = lists[Math.min(at++, lists.length - 1)];
      if (list === undefined) throw new Error("no matchmaker lists the matches");
      return list;
    },
    nowMs: () => nowMs,
    pause: async (ms) => {
      nowMs += ms;
    },
  });
}

const a = on("room-1.aaaaaa", "a");
const b = on("room-1.aaaaaa", "b");

test("it is over when the last match of the dead node is on another one", async () => {
  const lists = [
    [a, b],
    undefined,
    [on("room-2.bbbbbb", "a")],
    [on("room-2.bbbbbb", "a"), on("room-3.cccccc", "b")],
  ];
  expect(await watch([a, b], lists)).toEqual({ matches: 2, ms: 300 });
});

test("the dead node's next start is another node, also under its name", async () => {
  expect(await watch([a], [[on("room-1.dddddd", "a")]])).toEqual({ matches: 1, ms: 0 });
});

test("other nodes' matches do not count, not even those of a longer name", async () => {
  expect(await watch([on("room-2.bbbbbb", "a"), on("room-10.eeeeee", "b")], [[]])).toBeUndefined();
});

test("[P6] a match that does not come is not waited for for ever", async () => {
  expect(await watch([a], [[]])).toEqual({ matches: 1, ms: undefined });
});
