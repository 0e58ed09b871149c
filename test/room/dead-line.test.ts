/**
 * Connections that go dead without closing, to real rooms over real sockets: our client takes its seat again before the
 * room knows, and of the SDK alone the room frees itself. The waits run side by side.
 */
import { Client } from "@colyseus/sdk";
import { afterAll, beforeAll, describe, type TestContext, test, vi } from "vitest";
import { joinMatch } from "../../shared/client/follow-match.ts";
import type { ArenaInput } from "../../shared/games/arena/input.ts";
import type { ArenaView } from "../../shared/games/arena/view-schema.ts";
import { DeadLine } from "../client/dead-line.ts";
import { openRooms, type RoomServer } from "./room-server.ts";

let server: RoomServer;
let users = 0;

beforeAll(async () => {
  for (const level of ["info", "warn"] as const) vi.spyOn(console, level).mockImplementation(() => undefined);
  server = await openRooms();
});

afterAll(() => server.close());

async function line({ onTestFinished }: TestContext): Promise<DeadLine> {
  const made = await DeadLine.to(server.url);
  onTestFinished(() => made.stop());
  return made;
}

async function reserve() {
  const joined = await server.parts.door.join(
    { game: "arena", spectate: false },
    { userId: `user ${++users}` },
  );
  if (!joined.ok) throw new Error(joined.detail);
  return joined.response.reservation;
}

function seatOf({ roomId, sessionId }: { roomId: string; sessionId: string }) {
  return server.parts.host
    .all()
    .find((each) => each.live.id === roomId)
    ?.live.match.seat(sessionId);
}

describe.concurrent("a connection that is dead at both ends, and open", () => {
  test("[P5] is replaced by our client: it has its seat before the room knew that it was away", async (context) => {
    const { expect } = context;
    const way = await line(context);
    const reservation = await reserve();
    const connection = await joinMatch<ArenaInput, ArenaView>({
      ...{ url: way.url, game: "arena", assignment: { reservation } },
    });
    way.die({ serverKnows: false });
    await expect.poll(() => connection.metrics.gapsMs.length).toBe(1);
    expect(connection.state.kind).toBe("playing");
    expect(connection.sessionId).toBe(reservation.sessionId);
    const { tick } = connection.view;
    await expect.poll(() => connection.view.tick).toBeGreaterThan(tick + 5);
    expect(seatOf(reservation)?.droppedAt).toBeUndefined();
    await connection.leave();
  });

  test("that is left on the way back gives its seat back in person", async (context) => {
    const { expect } = context;
    const way = await line(context);
    const reservation = await reserve();
    const connection = await joinMatch<ArenaInput, ArenaView>({
      ...{ url: way.url, game: "arena", assignment: { reservation } },
    });
    await expect.poll(() => seatOf(reservation)).toBeDefined();
    const left = new Promise<void>((resolve) => {
      connection.onState(({ kind }) => kind === "reconnecting" && resolve(connection.leave()));
    });
    way.die({ serverKnows: true });
    await left;
    expect(connection.state).toMatchObject({ kind: "left", code: 4000 });
    await expect.poll(() => seatOf(reservation)).toBeUndefined();
  });

  test("[P5] is given up by the room, also when the client hears of nothing: the seat is held for its player", async (context) => {
    const { expect } = context;
    const way = await line(context);
    const reservation = await reserve();
    const room = await new Client(way.url).consumeSeatReservation<ArenaView>(reservation as never);
    room.onMessage("*", () => undefined);
    const patched = new Promise<void>((resolve) => room.onStateChange.once(() => resolve()));
    await patched;
    way.die({ serverKnows: false });
    // The room pings four times, 1.5 s apart; the SDK alone hears of nothing.
    await expect.poll(() => seatOf(reservation)?.droppedAt, { timeout: 30_000 }).toBeDefined();
    expect(room.connection.isOpen).toBe(true);
    room.reconnection.enabled = false;
    room.connection.close();
  });
});
