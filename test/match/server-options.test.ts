/** What only the server's side may set of a match: a queue says it, a client cannot, and a restore knows it again. */
import { expect, it } from "vitest";
import { z } from "zod";
import { MemoryStore } from "../../server/durability/stores/memory.ts";
import type { AnyGame } from "../../shared/game/game.ts";
import { nodeOn } from "./host-setup.ts";
import { tally } from "./tally.ts";

const stakes: AnyGame = {
  ...tally,
  serverOptions: z.object({ stake: z.int().max(100).default(0) }),
  create: (seed, options, serverOptions) => ({ ...tally.create(seed, options as never), serverOptions }),
};
const origin = { queue: "rich", region: "eu", teams: 1, teamSize: 2, backfill: false };

it("[P1.14] a queue sets them, a client gets the defaults whatever it asks for, and a match without a snapshot has them again", async () => {
  const store = new MemoryStore();
  const first = nodeOn(store, "n1", [stakes]);
  const rich = await first.open("rich", 2, { origin: { ...origin, serverOptions: { stake: 50 } } });
  const poor = await first.open("poor", 2, { options: { stake: 50, serverOptions: { stake: 50 } } });
  expect(rich.match.state.world).toMatchObject({ serverOptions: { stake: 50 } });
  expect(poor.match.state.world).toMatchObject({ serverOptions: { stake: 0 } });
  const next = nodeOn(store, "n2", [stakes]);
  expect(await next.restore("rich")).toEqual({ kind: "restored" });
  expect(next.live("rich").match.state.world).toEqual(rich.match.state.world);
});

it("[P7] a match with options that its game refuses is not made", async () => {
  const { host } = nodeOn(new MemoryStore(), "n1", [stakes]);
  const by = { origin: { ...origin, serverOptions: { stake: 1000 } } };
  expect(await host.open("m", stakes, {}, by)).toMatchObject({ ok: false, code: "match/bad-options" });
  expect(await host.open("m", stakes, { overAt: "soon" })).toEqual({
    ok: false,
    code: "match/bad-options",
    detail: "overAt: Invalid input: expected number, received string",
  });
});
