/** The limits of asks: how many, how long, how large, how many handlers at once; in games with ticks and by events. */
import { describe, expect, it } from "vitest";
import { MemoryStore } from "../../server/durability/stores/memory.ts";
import { CallPlaces } from "../../server/match/asks/call-places.ts";
import { attemptMsMax } from "../../server/match/asks/match-asks.ts";
import { WaitingAnswers } from "../../server/match/asks/waiting-answers.ts";
import { askAnswerCharactersMax, asksPendingMax } from "../../shared/game/asks.ts";
import type { AnyGame } from "../../shared/game/game.ts";
import { nowhere } from "../../shared/game/handlers.ts";
import { FakeClock } from "../../testkit/fake-clock.ts";
import { asking, Shop } from "./asking-game.ts";
import { failover, opened, setUp, wish, worldOf } from "./asking-setup.ts";
import { nodeAt, sit } from "./by-events-setup.ts";
import { settled } from "./live-setup.ts";

describe("an ask", () => {
  it("[P6.15] whose handler does not answer is called again, and gives up its place meanwhile", async () => {
    const { shop, newNode, clock } = setUp({ shop: new Shop("called"), placesMax: 1 });
    const node = newNode();
    const live = await opened(node);
    wish(live, { item: "sword", timeoutSeconds: 60 });
    wish(live, { item: "shield", timeoutSeconds: 60 });
    await node.play(live, 1);
    expect(shop.calls).toHaveLength(1);
    clock.advance(attemptMsMax);
    await settled();
    expect(shop.calls.map(({ payload }) => (payload as { item: string }).item)).toEqual(["sword", "shield"]);
    expect(shop.calls.map(({ signal }) => signal.aborted)).toEqual([true, false]);
  });

  it("[P6.15] that is not answered in its ticks has timed out, for a restored match at the same tick", async () => {
    const { shop, newNode, ended } = setUp({ shop: new Shop("called") });
    const node = newNode();
    const live = await opened(node);
    wish(live, { item: "sword", timeoutSeconds: 0.2 });
    await node.play(live, 6);
    expect(worldOf(live).heard).toEqual([]);
    const next = newNode();
    const after = await failover(next);
    await next.play(after, 1);
    expect(worldOf(after).heard).toEqual(["1 sword ask/timed-out"]);
    shop.standing[0]!.goOn();
    await settled();
    await next.play(after, 2);
    expect(worldOf(after).heard).toEqual(["1 sword ask/timed-out"]);
    expect(next.logged).toContain("an ask was not answered in its time");
    expect(ended[0]).toBe("timed-out");
  });

  it("[P6.15] beyond the limit of a match is answered no at the next tick, and was not carried out", async () => {
    const { shop, newNode, ended } = setUp();
    const node = newNode();
    const live = await opened(node);
    wish(live, { item: "sword", times: asksPendingMax + 2 });
    await node.play(live, 1);
    expect(live.match.pendingAsks).toBe(asksPendingMax);
    await node.play(live, 1);
    const { heard } = worldOf(live);
    expect(heard.slice(0, 2)).toEqual([257, 258].map((id) => `${id} sword ask/too-many`));
    for (let left = 20; left > 0 && live.match.pendingAsks > 0; left--) await node.play(live, 1);
    expect([worldOf(live).heard.length, shop.till.size]).toEqual([asksPendingMax + 2, asksPendingMax]);
    expect(ended.filter((each) => each === "too-many")).toHaveLength(2);
  });

  it.each([
    ["a payload that is not declared", { item: 7 }, /the ask "book": item: /],
    ["a payload that is too large", { item: "x".repeat(5000) }, /its payload has 50\d\d characters/],
    ["no time", { item: "sword", timeoutSeconds: -1 }, /waits for -1 s/],
    ["without end", { item: "sword", times: 1025 }, /asked 1025 times/],
  ])("[P7.7] with %s stops its match, and says so", async (_what, payload, words) => {
    const { newNode } = setUp();
    const node = newNode();
    const live = await opened(node);
    wish(live, payload);
    await node.play(live, 1);
    expect(live.lifecycle).toBe("stopped");
    expect(node.logged.join()).toMatch(words);
  });
});

it("[P6.15] large answers of one moment go into several records, in their order, and none is lost", () => {
  const waiting = new WaitingAnswers();
  const data = "x".repeat(askAnswerCharactersMax - 2);
  for (const id of [1, 2, 3, 4, 5, 6]) waiting.add({ id, data });
  waiting.add({ id: 6, data: "a second answer to the same ask" });
  const records: number[][] = [];
  for (; waiting.any; waiting.carried()) records.push(waiting.next().map(({ id }) => id));
  expect(records).toEqual([
    [1, 2, 3, 4],
    [5, 6],
  ]);
});

describe("in a game by events", () => {
  const game: AnyGame = { ...asking, rate: "events" };

  function atEvents() {
    const clock = new FakeClock(1_000_000);
    const store = new MemoryStore({ now: clock.now });
    const shop = new Shop("called");
    const asks = () => ({
      handlers: shop.handlers,
      locate: nowhere,
      places: new CallPlaces(9),
      timer: clock.later,
    });
    const newNode = () => nodeAt(clock, store, { games: [game], asks: asks() });
    return { clock, shop, newNode };
  }

  it("[P5.16] an answer makes its match step, also at the next owner", async () => {
    const { shop, newNode } = atEvents();
    const node = newNode();
    const { live } = await node.open();
    void sit(live, "a");
    await node.pass(100);
    wish(live, { item: "sword" });
    wish(live, { item: "shield" });
    await node.pass(1000);
    shop.standing[0]!.goOn();
    await node.pass(1000);
    expect(worldOf(live).heard).toEqual(["1 sword sword"]);
    shop.stopsAt = new Set();
    const next = newNode();
    const after = await next.restored();
    await next.pass(1000);
    expect(worldOf(after.live).heard).toEqual(["1 sword sword", "2 shield shield"]);
  });

  it("[P6.15] an ask times out, and one too many is heard, although nothing arrives", async () => {
    const { newNode } = atEvents();
    const node = newNode();
    const { live } = await node.open();
    void sit(live, "a");
    await node.pass(100);
    wish(live, { item: "sword", times: asksPendingMax + 1, timeoutSeconds: 5 });
    await node.pass(1000);
    expect(worldOf(live).heard).toEqual(["257 sword ask/too-many"]);
    await node.pass(5000);
    expect(worldOf(live).heard).toHaveLength(asksPendingMax + 1);
    expect(worldOf(live).heard.at(-1)).toBe("256 sword ask/timed-out");
  });
});
