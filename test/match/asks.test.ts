/**
 * What a game asks of the outside: journaled before it is carried out, under one key until it is answered, and heard once
 * by the World, wherever the node dies. Also its limits, its times, and the end of a match that still asks.
 */
import { describe, expect, it } from "vitest";
import type { LiveMatch } from "../../server/match/live-match.ts";
import { replay, replayable } from "../../server/match/replay.ts";
import { aboutOf } from "../../server/match/versions.ts";
import { hashPlain } from "../../shared/game/deterministic/hash.ts";
import { type AskingWorld, asking, type Point, Shop } from "./asking-game.ts";
import { type AskingNode, failover, lastId, opened, setUp, tick, wish, worldOf } from "./asking-setup.ts";
import { StubbornStore, settled } from "./live-setup.ts";
import { fc } from "./property.ts";

describe("an ask", () => {
  it("[P2.13] is carried out when its record is durable, not before", async () => {
    const { shop, newNode } = setUp();
    const node = newNode();
    const live = await opened(node);
    wish(live, { item: "sword" });
    await tick(live);
    await tick(live);
    expect([worldOf(live).asked, shop.calls.length]).toEqual([[1], 0]);
    node.committer.flush();
    await settled();
    expect(shop.calls).toMatchObject([{ payload: { item: "sword" }, matchId: "m", attempt: 1 }]);
    await tick(live);
    expect(worldOf(live).heard).toEqual(["1 sword sword"]);
    expect(live.match.pendingAsks).toBe(0);
  });

  /** Every point at which a node can die between the command and the answer. */
  const deaths: readonly (readonly [
    string,
    Point[],
    (live: LiveMatch<string>, node: AskingNode, shop: Shop) => Promise<void>,
  ])[] = [
    ["before the tick that asks", [], async () => {}],
    ["before its record is durable", [], async (live) => tick(live)],
    ["when its handler was called", ["called"], async (live, node) => node.play(live, 1)],
    ["when its handler has committed", ["committed"], async (live, node) => node.play(live, 1)],
    ["when the answer waits for a tick", [], async (live, node) => node.play(live, 1)],
    [
      "when the record with the answer is not durable",
      [],
      async (live, node) => {
        await node.play(live, 1);
        await tick(live);
        expect(worldOf(live).heard).toHaveLength(1);
      },
    ],
    ["when the record with the answer is durable", [], async (live, node) => node.play(live, 2)],
    [
      "when a snapshot has it pending",
      ["committed"],
      async (live, node) => {
        await node.play(live, 1);
        await live.park();
      },
    ],
    [
      "when a snapshot has its answer",
      [],
      async (live, node) => {
        await node.play(live, 2);
        await live.park();
      },
    ],
  ];
  it.each(deaths)(
    "[P5.16] is booked once and heard once when its node dies %s",
    async (_when, stopsAt, until) => {
      const { shop, newNode } = setUp({ shop: new Shop(...stopsAt) });
      const node = newNode();
      const live = await opened(node);
      wish(live, { item: "sword" });
      await until(live, node, shop);
      const calls = shop.standing.length;
      shop.stopsAt = new Set();
      const next = newNode();
      const after = await failover(next);
      await next.play(after, 1);
      // The client asks again, as it was not answered, and its command counts once.
      void after.match.command("a", { id: lastId(), name: "say", payload: { item: "sword" } });
      await next.play(after, 3);
      // The dead node's handler goes on in the database.
      for (const { goOn } of shop.standing.splice(0)) goOn();
      await settled();
      await next.play(after, 3);
      expect(worldOf(after)).toMatchObject({ asked: [1], heard: ["1 sword sword"] });
      expect([...shop.till.values()]).toEqual(["sword"]);
      expect(new Set(shop.calls.map(({ key }) => key)).size).toBe(1);
      expect(shop.calls.length).toBeGreaterThanOrEqual(calls);
    },
  );

  it("[P2.13] waits while its match plays on unprotected, until a snapshot protects it again", async () => {
    const store = new StubbornStore();
    const { shop, newNode } = setUp({ store });
    const node = newNode({ gate: "available" });
    const live = await opened(node);
    const release = store.stall();
    store.failure = new Error("away");
    await node.play(live, 70);
    wish(live, { item: "sword" });
    await node.play(live, 50);
    expect([live.unprotected, worldOf(live).asked, shop.calls.length]).toEqual([true, [1], 0]);
    store.failure = undefined;
    release();
    await node.play(live, 100);
    expect([live.unprotected, worldOf(live).heard]).toEqual([false, ["1 sword sword"]]);
  });

  it("[P5.16] moves with its match, under its key", async () => {
    const { shop, newNode } = setUp({ shop: new Shop("called") });
    const [node, next] = [newNode(), newNode()];
    const live = await opened(node);
    wish(live, { item: "sword" });
    await node.play(live, 1);
    const handing = live.handOver();
    await settled();
    await handing;
    shop.stopsAt = new Set();
    const after = await failover(next);
    live.giveUp();
    expect(shop.calls[0]!.signal.aborted).toBe(true);
    await next.play(after, 3);
    expect(worldOf(after).heard).toEqual(["1 sword sword"]);
    expect(shop.calls.map(({ key }) => key)).toEqual([shop.calls[0]!.key, shop.calls[0]!.key]);
  });

  it("[P5.16] whatever happens in whatever order, what was asked is booked once and heard once", async () => {
    const action = fc.constantFrom("wish", "tick", "tick", "flush", "flush", "go on", "fail", "later", "die");
    await fc.assert(
      fc.asyncProperty(fc.array(action, { minLength: 5, maxLength: 60 }), async (actions) => {
        const { shop, newNode, clock } = setUp({ shop: new Shop("called", "committed"), placesMax: 3 });
        let node = newNode();
        let live = await opened(node);
        for (const each of actions) {
          if (each === "wish") wish(live, { item: `${lastId()}` });
          else if (each === "tick") live.tick();
          else if (each === "flush") node.committer.flush();
          else if (each === "go on") shop.standing.shift()?.goOn();
          else if (each === "fail") shop.standing.shift()?.goOn(new Error("the database is away"));
          else if (each === "later") clock.advance(150);
          else {
            node = newNode();
            live = await failover(node);
          }
          await settled();
        }
        shop.stopsAt = new Set();
        for (const { goOn } of shop.standing.splice(0)) goOn();
        clock.advance(11_000);
        await node.play(live, 20);
        for (let left = 20; left > 0 && live.match.pendingAsks > 0; left--) {
          clock.advance(11_000);
          await node.play(live, 2);
        }
        const { asked, heard } = worldOf(live);
        const items = [...shop.till.values()];
        expect(heard.map((each) => Number(each.split(" ")[0])).toSorted((a, b) => a - b)).toEqual(asked);
        expect(heard.map((each) => each.split(" ")[2]).toSorted()).toEqual(items.toSorted());
        expect(new Set(items).size).toBe(items.length);
      }),
      { numRuns: 40 },
    );
  });

  it("[P7.14] that fails is tried again with growing delays, under its key, and its match goes on", async () => {
    const { shop, newNode, clock } = setUp({ shop: new Shop("called") });
    const node = newNode();
    const live = await opened(node);
    wish(live, { item: "sword" });
    await node.play(live, 1);
    const fails = async () => {
      shop.standing.shift()!.goOn(new Error("no such table: till"));
      await settled();
    };
    await fails();
    for (const [attempt, delayMs] of [
      [2, 100],
      [3, 200],
      [4, 400],
    ] as const) {
      clock.advance(delayMs - 1);
      expect(shop.calls).toHaveLength(attempt - 1);
      clock.advance(1);
      expect(shop.calls.at(-1)).toMatchObject({ attempt, key: shop.calls[0]!.key });
      await fails();
    }
    expect(node.logged.filter((line) => line.includes("tried again"))).toHaveLength(3);
    expect(JSON.stringify(live.match.state)).not.toContain("no such table");
    await node.play(live, 1);
    expect(live.lifecycle).toBe("running");
  });
});

it("[P4.10] a replay hears what the journal has, and calls no handler", async () => {
  const { shop, newNode, store } = setUp();
  const node = newNode();
  const live = await opened(node);
  wish(live, { item: "sword" });
  wish(live, { item: "shield", timeoutSeconds: 60 });
  await node.play(live, 4);
  const stored = await store.load("m");
  const about = aboutOf(stored.entry);
  const before = shop.calls.length;
  const { state, fault } = replay({ game: asking, about, history: replayable(stored, about) });
  expect([fault, shop.calls.length]).toEqual([undefined, before]);
  expect(hashPlain(state.world)).toBe(hashPlain(live.match.state.world));
  expect((state.world as AskingWorld).heard).toHaveLength(2);
});

describe("a match that is over", () => {
  it("[P5.17] counts as running until what it asked is answered", async () => {
    const { shop, newNode } = setUp({ shop: new Shop("called") });
    const node = newNode();
    const live = await opened(node);
    wish(live, { item: "result", last: true });
    await node.play(live, 3);
    expect([live.lifecycle, shop.till.size]).toEqual(["finishing", 0]);
    shop.standing[0]!.goOn();
    await settled();
    await node.play(live, 2);
    expect([live.lifecycle, ...shop.till.values()]).toEqual(["over", "result"]);
  });

  it.each(["called", "committed"] as const)(
    "[P5.17] is over once its result is saved once, although its node died when the handler had %s",
    async (point) => {
      const { shop, newNode, store } = setUp({ shop: new Shop(point) });
      const node = newNode();
      const live = await opened(node);
      wish(live, { item: "result", last: true });
      await node.play(live, 2);
      shop.stopsAt = new Set();
      const next = newNode();
      expect(await next.restore("m")).toEqual({ kind: "restored" });
      const after = next.live("m");
      await next.play(after, 3);
      expect([after.lifecycle, ...shop.till.values()]).toEqual(["over", "result"]);
      expect((await store.find("m"))!.state).toBe("over");
    },
  );

  it("[P5.17] carries out what it asks in the tick that ends it because nobody is there", async () => {
    const { shop, newNode } = setUp();
    const node = newNode({ limits: { emptySeconds: 1 } });
    const live = await opened(node);
    live.match.leave("a");
    await node.play(live, 40);
    expect([live.lifecycle, ...shop.till.values()]).toEqual(["over", "empty"]);
  });

  it("[P5.17] waits no longer than its ask may take", async () => {
    const { newNode, clock } = setUp({ shop: new Shop("called") });
    const node = newNode();
    const live = await opened(node);
    wish(live, { item: "result", last: true, timeoutSeconds: 5 });
    await node.play(live, 2);
    clock.advance(4900);
    await node.play(live, 2);
    expect(live.lifecycle).toBe("finishing");
    clock.advance(200);
    await node.play(live, 2);
    expect(live.lifecycle).toBe("over");
    expect(node.logged).toContain("an ask was not answered in its time");
  });
});
