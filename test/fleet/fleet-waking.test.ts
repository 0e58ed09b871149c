/** Which nodes are asked to wake a sleeping match, and what becomes of those who wait for it. */
import { expect, test } from "vitest";
import { fleetWaking } from "../../server/fleet/fleet-waking.ts";
import type { Peers } from "../../server/fleet/ports.ts";
import { entry, registered } from "./node-entries.ts";

type Answer = Awaited<ReturnType<Peers["offer"]>> | Error;

function fleet(answers: readonly Answer[], { owner = false, version = 2, full = false } = {}) {
  const asked: string[] = [];
  let nowMs = 0;
  let isAsleep = true;
  const nodes = ["a", "b", "c"].map((name) =>
    registered(name, {
      entry: entry(name, {
        ...{ games: { cards: name === "c" ? 1 : 2 }, matches: [] },
        ...(full && { load: { ...entry(name).load, full } }),
      }),
    }),
  );
  const waking = (): ReturnType<typeof fleetWaking> =>
    fleetWaking({
      locator: { nodes: () => nodes, addressOf: () => (owner ? "a:1" : undefined) },
      peers: {
        offer: async (address, { epoch }) => {
          expect(epoch).toBe(7);
          asked.push(address);
          const answer = answers[asked.length - 1] ?? { ok: true };
          if (answer instanceof Error) throw answer;
          if (answer.ok) isAsleep = false;
          return answer;
        },
      },
      asleep: async (id) =>
        isAsleep && id === "m1" ? { id, epoch: 7, node: "gone", game: "cards", version } : undefined,
      nowMs: () => nowMs,
    });
  const woken = () => {
    isAsleep = false;
  };
  const pass = (ms: number) => {
    nowMs += ms;
  };
  return { wake: waking(), other: waking(), asked, woken, pass };
}

const no: Answer = { ok: false, reason: "full" };

test("[P5.18] one node is asked, by several matchmakers the same, and not one that lacks the version", async () => {
  const { wake, other, asked } = fleet([new Error("no answer"), new Error("no answer"), no, no]);
  expect(await wake("m1")).toMatchObject({ ok: false, code: "match/waking" });
  expect(await other("m1")).toMatchObject({ ok: false, code: "match/waking" });
  expect(asked.slice(0, 2)).toEqual(asked.slice(2));
  expect(new Set(asked.map((address) => address.split(":")[0])).size).toBe(2);
});

test("[P5.18] those who want one match at once wait for one waking; who wants another, or one with an owner, waits for none", async () => {
  const { wake, asked } = fleet([]);
  expect(await Promise.all([wake("m1"), wake("m1"), wake("m2")])).toEqual([
    { ok: true },
    { ok: true },
    { ok: true },
  ]);
  expect(asked).toHaveLength(1);
  const owned = fleet([], { owner: true });
  expect(await owned.wake("m1")).toEqual({ ok: true });
  expect(owned.asked).toEqual([]);
});

test("[P5.18] a match that another process woke meanwhile counts as awake", async () => {
  const { wake, asked, woken } = fleet([no, no]);
  const waiting = wake("m1");
  woken();
  expect(await waiting).toEqual({ ok: true });
  expect(asked).toHaveLength(2);
});

const final = { ok: false, code: "match/no-node" };
const later = { ok: false, code: "match/waking" };
const noes = Array.from({ length: 100 }, () => no);

test("[P6.17] a match that no node can open gets a final answer after a minute, and is tried again each time", async () => {
  const { wake, asked, pass } = fleet(noes);
  for (const _ of [0, 1, 2]) {
    expect(await wake("m1")).toMatchObject(later);
    pass(20_000);
  }
  expect(await wake("m1")).toEqual({ ...final, detail: 'match "m1" sleeps on: a node refused it: full' });
  expect(asked).toHaveLength(8);
  // Somebody who comes much later begins anew.
  pass(300_000);
  expect(await wake("m1")).toMatchObject(later);
});

test("[P6.17] a match whose game no node has gets a final answer that says so", async () => {
  const { wake, asked, pass } = fleet([], { version: 3 });
  expect(await wake("m1")).toMatchObject(later);
  pass(60_000);
  const detail = 'match "m1" sleeps on: no node has cards in version 3, or a newer one';
  expect(await wake("m1")).toEqual({ ...final, detail });
  expect(asked).toEqual([]);
});

test("[P6.17] where the nodes are only full now, the answer stays to ask again", async () => {
  const { wake, pass } = fleet([], { full: true });
  for (const _ of [0, 1, 2, 3]) {
    expect(await wake("m1")).toMatchObject(later);
    pass(60_000);
  }
});

test("[P6.17] once a match was woken, patience with it begins anew", async () => {
  const { wake, pass, woken } = fleet(noes);
  expect(await wake("m1")).toMatchObject(later);
  pass(60_000);
  woken();
  expect(await wake("m1")).toEqual({ ok: true });
});
