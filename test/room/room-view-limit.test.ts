/** A match that shows more than a client may be sent says so to who joins, and once to the log. */
import type { Room } from "@colyseus/core";
import { expect, test } from "vitest";
import { RoomView } from "../../server/room/room-view.ts";

test("[P6] [P7] a View that is too large refuses joins by name, and takes them again when it has shrunk", () => {
  const lines: object[] = [];
  const size = { bytes: 500, reads: 0 };
  const room = {
    _serializer: {
      getFullState: () => {
        size.reads += 1;
        return new Uint8Array(size.bytes);
      },
    },
  } as unknown as Room;
  const view = new RoomView({
    ...{ room, live: () => ({ id: "m1" }) as never, socketOf: () => undefined, onPatch: () => {} },
    bytesMax: () => 1000,
    log: (_, details) => lines.push(details),
  });
  view.assertSendable();
  view.assertSendable();
  expect(size.reads).toBe(1);
  view.states.onTooLarge(1500);
  size.bytes = 1500;
  for (let i = 0; i < 2; i++)
    expect(() => view.assertSendable()).toThrow("match/view-too-large: 1500 bytes, at most 1000");
  expect(lines).toEqual([{ match: "m1", code: "match/view-too-large", bytes: 1500, bytesMax: 1000 }]);
  size.bytes = 900;
  view.assertSendable();
});
