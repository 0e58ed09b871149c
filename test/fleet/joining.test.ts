/** Which nodes of a fleet are asked to take a player, and which answer counts. */
import { expect, test } from "vitest";
import { fleetJoin, type RemoteJoin } from "../../server/fleet/joining.ts";
import type { JoinRequest } from "../../shared/wire/api.ts";
import { entry, hosted, registered } from "./node-entries.ts";

const yes = { ok: true, response: { matchId: "m1" } } as RemoteJoin;
const no = (code: (RemoteJoin & { ok: false })["code"]): RemoteJoin => ({ ok: false, code, detail: "why" });

/** Nodes that answer as they are told, in the order in which they are asked. */
function fleet(
  answers: readonly (RemoteJoin | Error)[],
  { names = ["a", "b", "c", "d"], running = [] as readonly string[] } = {},
) {
  const asked: string[] = [];
  const nodes = names.map((name) =>
    registered(name, {
      entry: entry(name, { games: { arena: 1 }, matches: name === "b" ? [hosted("m1")] : [] }),
    }),
  );
  const join = fleetJoin({
    locator: { nodes: () => nodes, ownerOf: async () => undefined },
    nodes: {
      join: async (address) => {
        asked.push(address);
        const answer = answers[asked.length - 1] ?? yes;
        if (answer instanceof Error) throw answer;
        return answer;
      },
    },
    games: [{ name: "arena" }],
    isRunning: async (matchId) => running.includes(matchId),
    wake: async (matchId) =>
      matchId === "asleep" ? { ok: false, code: "match/waking", detail: "why" } : { ok: true },
  });
  const wish = (wanted: Partial<JoinRequest> = {}) =>
    join({ game: "arena", spectate: false, ...wanted } as JoinRequest, { userId: "ann" });
  return { wish, asked };
}

test("a join is asked of one node, and a game that nobody has of none", async () => {
  const { wish, asked } = fleet([]);
  expect(await wish()).toEqual(yes);
  expect(asked).toHaveLength(1);
  expect(await wish({ game: "chess" })).toMatchObject({ ok: false, code: "game/unknown" });
  expect(asked).toHaveLength(1);
});

test.each<[string, RemoteJoin | Error]>([
  ["is full", no("node/full")],
  ["runs all the matches it may", no("match/too-many")],
  ["has another secret", no("request/forbidden")],
  ["does not answer", new Error("fetch failed")],
])("when a node %s, the next one is asked, and not the same", async (_why, answer) => {
  const { wish, asked } = fleet([answer]);
  expect(await wish()).toEqual(yes);
  expect(new Set(asked).size).toBe(2);
});

test("[P6] three nodes are asked, no more, and the last no counts", async () => {
  const { wish, asked } = fleet([no("node/full"), no("match/too-many"), new Error("fetch failed")]);
  expect(await wish()).toEqual(no("match/too-many"));
  expect(new Set(asked).size).toBe(3);
});

test("a no that every node would say is final", async () => {
  const { wish, asked } = fleet([no("match/bad-options")]);
  expect(await wish()).toEqual(no("match/bad-options"));
  expect(asked).toHaveLength(1);
});

test("an unknown match is final, except for a player who wants no new one: the next node may have an open one", async () => {
  const final = fleet([no("match/unknown")]);
  expect(await final.wish()).toEqual(no("match/unknown"));
  const open = fleet([no("match/unknown")]);
  expect(await open.wish({ create: false })).toEqual(yes);
  expect(open.asked).toHaveLength(2);
});

test("when no node gives an answer that counts, the player hears what is missing", async () => {
  const outdated = fleet([no("request/forbidden"), no("request/forbidden"), no("request/forbidden")]);
  expect(await outdated.wish()).toMatchObject({ ok: false, code: "fleet/no-room" });
  const named = fleet([new Error("fetch failed")]);
  expect(await named.wish({ matchId: "m1" })).toMatchObject({ ok: false, code: "match/unknown" });
  expect(named.asked).toEqual(["b:1"]);
  const nobody = fleet([], { names: [] });
  expect(await nobody.wish()).toMatchObject({ ok: false, code: "fleet/no-room" });
});

test.each<[string, string, RemoteJoin | Error]>([
  ["has no owner right now", "m2", yes],
  ["has an owner that does not answer", "m1", new Error("fetch failed")],
  ["has just left the node that is asked", "m1", no("match/unknown")],
])(
  "[P5] a running match that %s is said to move, and one that is over to be unknown",
  async (_why, matchId, answer) => {
    const { wish } = fleet([answer], { running: [matchId] });
    expect(await wish({ matchId })).toMatchObject({ ok: false, code: "match/moving" });
    const over = fleet([answer]);
    expect(await over.wish({ matchId })).toMatchObject({ ok: false, code: "match/unknown" });
  },
);

test("[P5.18] a named match that sleeps is woken before any node is asked, or the player is told to ask again", async () => {
  const { wish, asked } = fleet([]);
  expect(await wish({ matchId: "asleep" })).toMatchObject({ ok: false, code: "match/waking" });
  expect(asked).toEqual([]);
  expect(await wish({ matchId: "m1" })).toEqual(yes);
});
