/** When a client is sent what its game told it: never before the View that shows it. */
import type { Client } from "@colyseus/core";
import { expect, test } from "vitest";
import { RoomEvents } from "../../server/room/room-events.ts";

test("[P2.12] a client that is let in between two patches hears of what came since with the next one, and of each once", () => {
  const match = { tick: 4, seat: () => seat as never };
  const seat = { told: { last: 0, kept: [] as { id: number; tick: number }[] } };
  const tell = (tick: number) => {
    match.tick = tick;
    seat.told.last += 1;
    seat.told.kept.push({ id: seat.told.last, tick });
  };
  const heard: number[] = [];
  const client = { sessionId: "a", send: (_type: string, { id }: { id: number }) => heard.push(id) };
  const clients: Client[] = [];
  const events = new RoomEvents({ clients }, () => match);
  events.shown();
  tell(4);
  tell(5);
  clients.push(client as never);
  events.letIn(client as never);
  expect(heard).toEqual([1]);
  tell(6);
  events.patched();
  expect(heard).toEqual([1, 2, 3]);
  tell(7);
  events.letIn(client as never);
  expect(heard).toEqual([1, 2, 3, 1, 2, 3]);
  tell(8);
  events.patched();
  expect(heard).toEqual([1, 2, 3, 1, 2, 3, 4, 5]);
});
