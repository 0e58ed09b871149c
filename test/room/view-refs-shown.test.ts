/**
 * Reference ids beyond what was reserved ahead: a live match with its real gate and View, whose World shows thousands of new
 * things at once. Nobody is sent an id that a restored room could give to something else.
 */
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { defineGame } from "../../shared/game/define-game.ts";
import { map } from "../../shared/game/view/composed.ts";
import { u32 } from "../../shared/game/view/scalars.ts";
import { after, begun } from "./match-owner.ts";
import { Onlooker } from "./viewing.ts";

const numbered = (from: number, count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, at) => [from + at, { n: from + at }]));

/** Seat 1 alone sees `near`. */
const gameWith = (rate?: "events") =>
  defineGame({
    ...{
      name: "burst",
      version: 1,
      ...(rate && { rate }),
      tickRate: 20,
      seats: [1, 2],
      options: z.object({}),
    },
    commands: { show: z.object({ from: z.int(), count: z.int(), over: z.boolean().default(false) }) },
    view: { tick: u32, things: map({ n: u32 }) },
    sight: {
      fields: { n: u32 },
      see: ({ near }, id) => near[id]!,
      sees: ({ near }, viewer) => (viewer === 1 ? Object.keys(near) : []),
    },
    create: () => ({ tick: 0, things: numbered(0, 2), near: numbered(0, 3000), over: false }),
    step(world, { tick, commands }) {
      world.tick = tick;
      for (const { payload, answer } of commands) {
        world.things = numbered(payload.from, payload.count);
        world.over = payload.over;
        answer(true);
      }
    },
    see: ({ tick, things }) => ({ tick, things }),
    outcome: ({ over }) => (over ? { reason: "shown", ranking: [], players: [] } : undefined),
  });
const burst = gameWith();

const thingsOf = ({ state }: Onlooker) => burst.view.read(state as never);

describe("reference ids beyond those reserved ahead", () => {
  it("[P5.3] a client that was sent thousands of new things has the right ones after a crash", async () => {
    const owner = await begun(burst);
    const ada = new Onlooker(0);
    owner.admit("0", ada);
    await owner.tick();
    owner.show(1, { from: 100, count: 3000 });
    for (let tick = 0; tick < 3; tick++) {
      await owner.tick();
      // A crash now: the next owner gives no id of these to anything else.
      expect(owner.seen).toBeLessThanOrEqual((await owner.kept()).refsReserved);
    }
    expect(thingsOf(ada)).toEqual(burst.view.of(owner.live.match.state.world as never));
    const next = await after(owner, { 0: ada });
    next.show(2, { from: 5000, count: 200 });
    for (let tick = 0; tick < 3; tick++) await next.tick();
    expect(thingsOf(ada)).toEqual(burst.view.of(next.live.match.state.world as never));
  });

  it("[P2.1] [P2.2] what shows them waits for the record that reserves them, and nothing overtakes it", async () => {
    const owner = await begun(burst);
    const ada = new Onlooker(0);
    owner.admit("0", ada);
    await owner.tick();
    owner.show(1, { from: 100, count: 3000 });
    await owner.tick();
    const before = ada.bytes.length;
    owner.admit("1", new Onlooker(1));
    expect(owner.seen).toBeLessThan(1024);
    await owner.tick();
    expect(owner.seen).toBeGreaterThan(4000);
    expect(ada.bytes.length).toBe(before + 2);
  });

  it("[P2.3] so does the full state of somebody who sees what nobody saw before", async () => {
    const owner = await begun(burst);
    await owner.tick();
    const ben = new Onlooker(1);
    owner.admit("1", ben);
    expect(ben.bytes).toEqual([]);
    await owner.tick();
    expect(ben.bytes.length).toBeGreaterThan(0);
    expect(owner.seen).toBeLessThanOrEqual((await owner.kept()).refsReserved);
  });

  it("[P2.1] in a game by events, the record that reserves them comes by itself", async () => {
    const owner = await begun(gameWith("events"));
    for (let turn = 0; turn < 4 && owner.live.waitMs() === 0; turn++) await owner.tick();
    expect(owner.live.waitMs()).toBeUndefined();
    const [ada, ben] = [new Onlooker(0), new Onlooker(1)];
    owner.admit("0", ada);
    expect(ada.bytes).toHaveLength(1);
    owner.admit("1", ben);
    expect(ben.bytes).toEqual([]);
    expect(owner.live.waitMs()).toBe(0);
    await owner.tick();
    expect(ben.bytes.length).toBeGreaterThan(0);
    expect(owner.seen).toBeLessThanOrEqual((await owner.kept()).refsReserved);
  });

  it("[P6.2] however much waits for the next record, the match makes it", async () => {
    const owner = await begun(burst);
    owner.admit("1", new Onlooker(1));
    const frame = { kind: "message", to: { show: () => {} }, data: new Uint8Array(9e6) } as never;
    owner.live.send(frame, 9e6);
    const { tick } = owner.live.match;
    await owner.tick();
    expect(owner.live.match.tick).toBe(tick + 1);
    expect(owner.live.frozen).toBe(false);
  });

  it("[P5.3] the last patch of a match is seen, and the rooms of its next owners number apart", async () => {
    const owner = await begun(burst);
    const ada = new Onlooker(0);
    owner.admit("0", ada);
    await owner.tick();
    owner.show(1, { from: 100, count: 3000, over: true });
    await owner.tick();
    expect(thingsOf(ada)).toEqual(burst.view.of(owner.live.match.state.world as never));
    const second = await after(owner, { 0: ada });
    expect(thingsOf(ada)).toEqual(burst.view.of(owner.live.match.state.world as never));
    const third = await after(second, {});
    const shownBySecond = second.room.nextRef;
    expect(owner.room.nextRef).toBeLessThan(second.seen - 3000);
    expect(third.room.nextRef - 3000).toBeGreaterThan(shownBySecond);
  });
});
