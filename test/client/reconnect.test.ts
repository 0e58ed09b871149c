/** How a client comes back: which closes of the server it believes. */
import { beforeEach, expect, test } from "vitest";
import { Reconnect } from "../../shared/client/reconnect.ts";
import { closeCodes } from "../../shared/wire/errors/close-codes.ts";

let nowMs: number;
let heard: number[];
let connection: {
  events: { onclose(event: { code: number; reason: string }): void };
  reconnect(p: unknown): void;
};
let reconnect: Reconnect;

/** A room as far as it is asked here: of its connection, the code of each close is kept that the SDK would hear of. */
beforeEach(() => {
  nowMs = 0;
  heard = [];
  const events = { onclose: ({ code }: { code: number }) => void heard.push(code) };
  const given = {
    ...{ events, url: "ws://one:1/p/r", reconnect: () => {} },
    close: (code: number) => events.onclose({ code }),
  };
  const room = { connection: given, reconnection: { isReconnecting: true, retryCount: 0 }, roomId: "r" };
  reconnect = new Reconnect({
    ...{ room: room as never, access: { url: "http://one:1" }, now: () => nowMs, chance: () => 0 },
    onNowhere: () => {},
  });
  connection = given as never;
});

/** The seat is with a newer connection, the server says. */
function takenOver(): number {
  connection.events.onclose({ code: closeCodes.takenOver, reason: "seat/taken-over" });
  return heard.at(-1)!;
}

/** It did not know yet that the match is elsewhere. */
function giveOneUp(): void {
  connection.reconnect({});
  reconnect.movedAway();
  reconnect.dropped({ moved: true });
}

test("[P5.5] a connection that lost the seat to an attempt that was given up tries once more, and then believes it", () => {
  giveOneUp();
  expect(heard).toEqual([closeCodes.mayTryReconnect]);
  connection.reconnect({});
  reconnect.answered();
  expect(takenOver()).toBe(closeCodes.mayTryReconnect);
  expect(takenOver()).toBe(closeCodes.takenOver);
});

test("[P5.5] who gave no attempt up, or long ago, has lost the seat to somebody else of theirs", () => {
  expect(takenOver()).toBe(closeCodes.takenOver);
  giveOneUp();
  nowMs = 30_000;
  expect(takenOver()).toBe(closeCodes.takenOver);
});
