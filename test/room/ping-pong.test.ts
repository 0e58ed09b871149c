/** A game made by `defineGame` on a real server: two players on the Colyseus SDK alone play it to its end. */
import { Client, type Room } from "@colyseus/sdk";
import { afterAll, beforeAll, expect, test } from "vitest";
import { joinMatch } from "../../shared/client/follow-match.ts";
import { steadyInputs } from "../../shared/client/steady-inputs.ts";
import type { SeatReservation } from "../../shared/wire/api.ts";
import type { Pong } from "../../shared/wire/pong.ts";
import type { Notice } from "../../shared/wire/room-messages.ts";
import { pingPong } from "../games/ping-pong.ts";
import { openRooms, type RoomServer, until } from "./room-server.ts";

let server: RoomServer;
beforeAll(async () => {
  server = await openRooms({}, [pingPong]);
});
afterAll(() => server.close());

type PingPongInput = { seq: number; move: number; fast: number };
/** What the SDK decodes. */
type PingPongState = ReturnType<typeof pingPong.view.create>;

async function player(userId: string, matchId?: string) {
  const where = matchId === undefined ? { options: { points: 1 } } : { matchId };
  const joined = await server.parts.door.join(
    { game: "ping-pong", name: userId, spectate: false, ...where },
    { userId },
  );
  if (!joined.ok) throw new Error(joined.detail);
  const { reservation, matchId: joinedId } = joined.response;
  const url = server.url.replace("ws", "http");
  const room: Room = await new Client(url).consumeSeatReservation(reservation as never);
  const notices: Notice[] = [];
  room.onMessage("notice", (notice: Notice) => notices.push(notice));
  room.onMessage("*", () => {});
  return { room, notices, matchId: joinedId, view: () => pingPong.view.read(room.state as PingPongState) };
}

test("[P4.8] a game of a few lines is played by the plain SDK: inputs, commands with answers, its View and its end", async () => {
  const ada = await player("ada");
  const ben = await player("ben", ada.matchId);
  await until("both to see both", () =>
    [ada, ben].every(({ view }) => Object.keys(view().players).join() === "0,1"),
  );
  expect(ben.view().players).toEqual({
    0: { name: "ada", y: 128, points: 0, side: "left" },
    1: { name: "ben", y: 128, points: 0, side: "right" },
  });
  // Both leave the middle: nobody keeps the ball.
  let seq = 0;
  const runAway = ({ room }: typeof ada) => {
    const input = room.input();
    Object.assign(input.data as object, { seq, move: -1, fast: 1 });
    input.send();
  };
  await until("both to be away from the middle", () => {
    seq++;
    for (const each of [ada, ben]) runAway(each);
    return Object.values(ada.view().players).every(({ y }) => y === 0);
  });
  const serve = (id: number) => ada.room.request("command", { id, name: "serve", payload: { up: false } });
  expect(await serve(1)).toEqual({ ok: true });
  expect(await serve(2)).toMatchObject({ ok: false, reason: "the ball is in play" });
  await until("the end", () =>
    [ada, ben].every(({ notices }) => notices.some(({ kind }) => kind === "over")),
  );
  expect(ada.notices.at(-1)).toMatchObject({ kind: "over", outcome: { reason: "points" } });
});

test("the decoded state has the declared types, for a client that reads it itself", async () => {
  const cem = await player("cem");
  const state = cem.room.state as PingPongState;
  await until("the state", () => state.players.get("0")?.name === "cem");
  expect([state.ball.x, state.players.get("0")!.side]).toEqual([320, "left"]);
});

test("[P1.19] our client is told how its inputs come, and what time it is on the server", async () => {
  const where = { options: { points: 1 } };
  const joined = await server.parts.door.join(
    { game: "ping-pong", name: "cleo", spectate: false, ...where },
    { userId: "cleo" },
  );
  if (!joined.ok) throw new Error(joined.detail);
  const { reservation } = joined.response;
  const url = server.url.replace("ws", "http");
  const assignment = { reservation: reservation as SeatReservation };
  const match = await joinMatch<PingPongInput, PingPongState>({ url, game: "ping-pong", assignment });
  const told: Pong[] = [];
  match.line.follow((pong) => told.push(pong));
  const end = steadyInputs(match, () => match.sendInput({ move: 0, fast: 0 }));
  await until("answers about inputs that came in time", () => {
    const inTime = told.filter(({ spareMs }) => spareMs !== undefined && spareMs >= 0);
    return inTime.length >= 2;
  });
  end();
  const times = told.map(({ serverMs }) => serverMs);
  expect(times).toEqual(times.toSorted((a, b) => a - b));
  expect(match.line.roundTripMs).toBeGreaterThan(0);
  const serverMs = match.line.serverMs(match.now())!;
  expect(serverMs).toBeGreaterThan(times.at(-1)! - match.line.roundTripMs!);
  await match.leave();
});
