/**
 * Other rules for a match that runs, over the connections that there are: two players on the Colyseus SDK alone, each with
 * a part of the View of their own. A restore meets the new rules, and a View of another shape is told from one of the same.
 */
import { Client, type Room } from "@colyseus/sdk";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { bool, defineGame, map, text, u16 } from "../../doors/game.ts";
import { changeRules } from "../../server/compose/change-rules.ts";
import { loadPlan } from "../../server/durability/load-plan.ts";
import { restoredState } from "../../server/match/restore.ts";
import { aboutOf } from "../../server/match/versions.ts";
import { viewShape } from "../../server/room/view-shape.ts";
import type { AnyGame } from "../../shared/game/game.ts";
import { openRooms, type RoomServer, until } from "../room/room-server.ts";

/** Presses are counted, each worth as much as the rules say; who pressed how often is nobody else's business. */
function secretPress({ worth, more = {} }: { worth: number; more?: object }) {
  return defineGame({
    ...{ name: "secret-press", version: 1, tickRate: 30, patchRate: 30, seats: [1, 4] },
    options: z.object({}).prefault({}),
    input: { pressed: bool },
    view: { players: map({ name: text }), total: u16, ...more },
    own: {
      fields: { points: u16 },
      see: (world, viewer) => ({ points: world.points[viewer] ?? 0 }),
    },
    create: () => ({ points: {} as Record<string, number>, names: {} as Record<string, string> }),
    step(world, { joins, leaves, inputs }) {
      for (const seat of leaves) delete world.names[seat];
      for (const { seat, name } of joins) world.names[seat] = name;
      for (const { seat, inputs: each } of inputs)
        for (const { pressed } of each) if (pressed) world.points[seat] = (world.points[seat] ?? 0) + worth;
    },
    see: ({ names, points }) => ({
      players: Object.fromEntries(Object.entries(names).map(([seat, name]) => [seat, { name }])),
      total: Object.values(points).reduce((sum, each) => sum + each, 0),
      extra: 0,
    }),
  });
}

/** As a server holds it: its parts are replaced. */
const held: AnyGame = { ...secretPress({ worth: 1 }) };
let server: RoomServer;
beforeAll(async () => {
  server = await openRooms({}, [held]);
});
afterAll(() => server.close());

async function player(userId: string, matchId?: string) {
  const wish = { game: held.name, name: userId, spectate: false, ...(matchId !== undefined && { matchId }) };
  const joined = await server.parts.door.join(wish, { userId });
  if (!joined.ok) throw new Error(joined.detail);
  const { reservation, matchId: id } = joined.response;
  const room: Room = await new Client(server.url.replace("ws", "http")).consumeSeatReservation(
    reservation as never,
  );
  const lost: number[] = [];
  room.onDrop((code) => lost.push(code));
  room.onLeave((code) => lost.push(code));
  room.onMessage("*", () => {});
  const state = () =>
    room.state as { total: number; players: Map<string, unknown>; own?: { points: number } };
  let seq = 0;
  const press = () => {
    const input = room.input();
    Object.assign(input.data as object, { seq: ++seq, pressed: 1 });
    input.send();
  };
  return {
    matchId: id,
    room,
    lost,
    press,
    seen: () => [state().total, state().own?.points, state().players.size],
  };
}

const sees = (who: { seen: () => unknown }, what: readonly number[]) =>
  until(`${what}`, () => `${who.seen()}` === `${what}`);

test("[P4] [P5] rules change between two ticks: nobody is disconnected, each sees their own, and a restore comes to the same", async () => {
  const ada = await player("ada");
  const ben = await player("ben", ada.matchId);
  ada.press();
  await sees(ada, [1, 1, 2]);
  await sees(ben, [1, 0, 2]);

  const { changed, unkept } = await changeRules(server.parts, held, () => {
    Object.assign(held, secretPress({ worth: 7 }));
  });
  expect([changed, unkept]).toEqual([[ada.matchId], []]);
  ben.press();
  await sees(ben, [8, 7, 2]);
  await sees(ada, [8, 1, 2]);

  const { live } = server.parts.host.all().find(({ live }) => live.id === ada.matchId)!;
  await until("all to be durable", () => live.durableTick === live.match.tick);
  const [entry] = (await server.store.list()).filter(({ id }) => id === ada.matchId);
  const plan = await loadPlan(server.store, ada.matchId);
  if (plan.kind !== "restore") throw new Error(plan.reason);
  expect(restoredState(held, aboutOf(entry!), plan).world).toMatchObject({ points: { 0: 1, 1: 7 } });

  const cem = await player("cem", ada.matchId);
  await sees(cem, [8, 0, 3]);
  await sees(ada, [8, 1, 3]);
  await cem.room.leave();
  await sees(ben, [8, 7, 2]);
  expect([ada.lost, ben.lost]).toEqual([[], []]);
});

test("[P5] a View of other fields is told from one that only shows other things", () => {
  const same = viewShape(secretPress({ worth: 5 }));
  expect(viewShape(secretPress({ worth: 1 }))).toBe(same);
  expect(viewShape(secretPress({ worth: 1, more: { extra: u16 } }))).not.toBe(same);
});
