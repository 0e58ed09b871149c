/** Colyseus' errors as our refusals: what a client is told of a match that runs is not that there is none. */
import { ErrorCode, matchMaker, ServerError } from "@colyseus/core";
import { expect, test } from "vitest";
import { refusalOf } from "../../server/room/reservation.ts";
import { RoomError, worded } from "../../server/room/room-error.ts";
import { StoreError } from "../../server/store-error.ts";

const seatError = (message: string) =>
  Object.assign(new (class SeatReservationError extends Error {})(message), {});

test.each([
  [new ServerError(ErrorCode.MATCHMAKE_INVALID_ROOM_ID, 'room "m1" not found'), "match/unknown"],
  [new ServerError(ErrorCode.MATCHMAKE_INVALID_ROOM_ID, 'room "m1" is locked'), "seat/full"],
  [seatError("m1 is already full."), "seat/full"],
  [seatError("process p1 is not available."), "node/full"],
  [new RoomError("store/full", "Redis has no room"), "store/full"],
  [new Error("store/unavailable: Redis: the connection was lost"), "store/unavailable"],
])("[P7] %s is refused as %s", (error, code) => {
  expect(refusalOf(error)).toMatchObject({ ok: false, code });
});

test("[P7] what a store threw keeps its code where only messages travel", async () => {
  const failed = worded(
    Promise.reject(new StoreError("store/full", "creating match m1 failed: Redis has no room")),
  );
  const { message } = (await failed.catch((error: Error) => error)) as Error;
  expect(refusalOf(new Error(message))).toMatchObject({ code: "store/full" });
});

test("a room that Colyseus does not know is unknown in its own words", async () => {
  await matchMaker.setup();
  const asked = matchMaker.joinById("nobody", {});
  expect(refusalOf((await asked.catch((error: Error) => error)) as Error)).toMatchObject({
    code: "match/unknown",
  });
});
