/** Which matches may sleep, until when, and that a start of the server leaves them asleep. */
import { describe, expect, it } from "vitest";
import { MemoryStore } from "../../server/durability/stores/memory.ts";
import type { AnyGame } from "../../shared/game/game.ts";
import { FakeClock } from "../../testkit/fake-clock.ts";
import { bell, nodeAt, sit } from "./by-events-setup.ts";

const sleepy: AnyGame = { ...bell, whenEmpty: "sleep" };
const ticking: AnyGame = { ...sleepy, rate: undefined, wakeAt: undefined } as never;

async function setUp(game: AnyGame) {
  const clock = new FakeClock(1_000_000);
  const store = new MemoryStore({ now: clock.now });
  const node = nodeAt(clock, store, { games: [game], limits: { seatGraceSeconds: 30, emptySeconds: 60 } });
  const { live, told } = await node.open();
  await Promise.all([sit(live, "ada"), node.pass(300)]);
  return { clock, store, node, live, told };
}

describe("a match may sleep", () => {
  it("[P5.18] when everybody is away, and not while somebody is there or something waits", async () => {
    const { live, node } = await setUp(sleepy);
    expect(live.rest()).toBeUndefined();
    live.match.drop("ada");
    expect(live.rest()).toBeUndefined();
    await node.pass(300);
    expect(live.rest()).toEqual({ until: Number.POSITIVE_INFINITY });
    void live.match.comeBack("ada");
    expect(live.rest()).toBeUndefined();
  });

  it("[P5.18] until its game wants a step", async () => {
    const { live, node } = await setUp(sleepy);
    void live.match.command("ada", { id: 0, name: "ringIn", payload: { ms: 86_400_000 } });
    live.match.drop("ada");
    await node.pass(300);
    expect(live.rest()!.until).toBeGreaterThan(86_400_000);
  });

  it("[P5.4] its seats are held as long as it lasts, if its game does not say how long", async () => {
    const { live, node, told } = await setUp(sleepy);
    live.match.drop("ada");
    await node.pass(86_400_000);
    expect([live.match.seatsTaken, told]).toEqual([1, []]);
  });

  it("[P5.4] until the grace of a seat is over, if its game says how long that is", async () => {
    const { live, node } = await setUp({ ...sleepy, seatGrace: 3600 });
    live.match.drop("ada");
    await node.pass(300);
    expect(live.rest()!.until - live.match.clock).toBeGreaterThan(3_500_000);
    expect(live.rest()!.until - live.match.clock).toBeLessThanOrEqual(3_600_000);
  });

  it("[P5.10] and a match that nobody has a seat in does not end", async () => {
    const { live, node, told } = await setUp(sleepy);
    live.match.leave("ada");
    await node.pass(600_000);
    expect(told).toEqual(["gone ada"]);
    expect(live.rest()).toEqual({ until: Number.POSITIVE_INFINITY });
  });

  it("[P5.18] also with ticks, whose time stands still, so it does not while a seat's grace runs", async () => {
    const { live, node } = await setUp(ticking);
    live.match.drop("ada");
    await node.pass(300, 10);
    expect(live.rest()).toEqual({ until: Number.POSITIVE_INFINITY });
    const graced = await setUp({ ...ticking, seatGrace: 30 });
    graced.live.match.drop("ada");
    await graced.node.pass(300, 10);
    expect(graced.live.rest()).toBeUndefined();
  });

  it("[P5.10] only if its game wants that: another one ends, and one that plays on does neither", async () => {
    for (const [whenEmpty, expected] of [
      ["end", ["gone ada", "over empty"]],
      ["play on", ["gone ada"]],
    ] as const) {
      const { live, node, told } = await setUp({ ...bell, whenEmpty });
      live.match.leave("ada");
      await node.pass(600_000);
      expect(told).toEqual(expected);
      expect(live.rest()).toBeUndefined();
    }
  });
});

it("[P5.18] a start of the server leaves it asleep, and it goes on when it is woken, with the time that passed", async () => {
  const { clock, store, node, live, told } = await setUp(sleepy);
  live.match.drop("ada");
  await node.pass(300);
  await live.handOver();
  await store.sleep({ id: "m", epoch: 1, asleep: { shown: "{}" } });
  live.fellAsleep();
  expect(told).toEqual(["match/asleep"]);
  const next = nodeAt(new FakeClock(clock.now() + 86_400_000), store, { games: [sleepy] });
  expect(await next.host.restoreAll()).toEqual({ restored: [], setAside: [], left: [] });
  const again = await next.restored();
  expect(again.live.epoch).toBe(2);
  expect(again.live.match.seat("ada")?.name).toBe("ada");
  expect(again.live.match.clock).toBeGreaterThanOrEqual(86_400_000);
});
