/**
 * A match older than 49.7 days: its time does not fit into the 32 bits any more that a patch has for it. The match and
 * our client count ticks. The plain SDK has a clock of its own that is told the time from 0 again; it plays on.
 */
import { Client, type Room } from "@colyseus/sdk";
import { afterAll, beforeAll, expect, test } from "vitest";
import { packSnapshot } from "../../server/match/snapshot-codec.ts";
import { newMatchState } from "../../server/match/state.ts";
import type { About } from "../../server/match/versions.ts";
import { joinMatch } from "../../shared/client/follow-match.ts";
import { arena } from "../../shared/games/arena/game.ts";
import type { ArenaInput } from "../../shared/games/arena/input.ts";
import type { ArenaView } from "../../shared/games/arena/view-schema.ts";
import { openRooms, type RoomServer, until } from "./room-server.ts";

/** Milliseconds on the wire begin again here. */
const wrapMs = 2 ** 32;
let server: RoomServer;
let url: string;

beforeAll(async () => {
  server = await openRooms();
  url = server.url.replace("ws", "http");
});

afterAll(() => server.close());

async function reserved(userId: string, matchId?: string) {
  const where = matchId === undefined ? {} : { matchId };
  const joined = await server.parts.door.join({ game: "arena", spectate: false, ...where }, { userId });
  if (!joined.ok) throw new Error(joined.detail);
  return joined.response;
}

async function playing(userId: string, matchId?: string) {
  const { reservation } = await reserved(userId, matchId);
  return joinMatch<ArenaInput, ArenaView>({ url, game: "arena", assignment: { reservation } });
}

/** A match as it is stored after so long, one second before its time wraps, and restored here. */
async function oldMatch() {
  const seed = 1;
  const options = arena.options.parse({});
  const state = newMatchState(arena, seed, options);
  const wrapTick = Math.ceil((wrapMs * arena.tickRate) / 1000);
  const tick = wrapTick - arena.tickRate;
  Object.assign(state.world, { tick, endsAtTick: wrapTick * 2 });
  state.tick = tick;
  state.lastLeftTick = tick;
  const about: About = { game: arena.name, version: arena.version, seed, options };
  const { store, parts } = server;
  const { epoch, id } = await store.create({ id: "oldmatch", node: "n", about: JSON.stringify(about) });
  const bytes = packSnapshot({ epoch, state, version: arena.version });
  await store.snapshot({ id, epoch, tick, bytes });
  await parts.host.restoreAll();
  await parts.rooms.openRoom(id);
  return { matchId: id, wrapTick };
}

test("[P5] a match goes on over its 49.7th day: inputs count, Views come, and who joins then plays too", async () => {
  const { matchId, wrapTick } = await oldMatch();
  const ann = await playing("ann", matchId);
  const sdkSeat = (await reserved("ben", matchId)).reservation;
  const sdk: Room = await new Client(url).consumeSeatReservation(sdkSeat as never);
  sdk.onMessage("*", () => {});
  const idle = { moveX: 0, moveY: 0, aim: 0, buttons: 0, seen: 0 };
  const seesTick = (tick: number) => {
    if (ann.state.kind === "playing") ann.sendInput(idle);
    return ann.view.tick >= tick;
  };
  await until("an input to count", () => seesTick(0) && ann.acknowledged > 0);
  await until("the wrap", () => seesTick(wrapTick));
  const before = ann.acknowledged;
  await until("an input to count after it", () => seesTick(0) && ann.acknowledged > before);
  expect(ann.state.kind).toBe("playing");
  await until("the plain SDK to see it", () => (sdk.state as { tick: number }).tick >= wrapTick);
  expect(sdk.connection.isOpen).toBe(true);
  const cem = await playing("cem", matchId);
  expect(cem.view.tick).toBeGreaterThanOrEqual(wrapTick);
  await Promise.all([ann.leave(), cem.leave(), sdk.leave()]);
});
