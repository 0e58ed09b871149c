/** An order to stop, as a terminal and npm give it. */
import { EventEmitter } from "node:events";
import { expect, test } from "vitest";
import { listenToStopSignals } from "../../server/ops/stop-signals.ts";

function setUp() {
  let nowMs = 0;
  const signals = new EventEmitter();
  const orders: string[] = [];
  const stopListening = listenToStopSignals({
    ...{ signals, nowMs: () => nowMs },
    onFirst: () => orders.push("stop"),
    onAgain: () => orders.push("kill"),
  });
  const send = (name: "SIGINT" | "SIGTERM", atMs: number) => {
    nowMs = atMs;
    signals.emit(name);
  };
  return { signals, orders, send, stopListening };
}

test("one Ctrl-C that comes twice, from the terminal and from npm, is one order", () => {
  const { send, orders } = setUp();
  send("SIGINT", 1000);
  send("SIGINT", 1020);
  expect(orders).toEqual(["stop"]);
});

test("a second Ctrl-C, of either kind, kills", () => {
  const { send, orders } = setUp();
  send("SIGINT", 1000);
  send("SIGTERM", 1900);
  expect(orders).toEqual(["stop", "kill"]);
});

test("who no longer listens leaves nothing behind", () => {
  const { signals, stopListening } = setUp();
  stopListening();
  expect([signals.listenerCount("SIGINT"), signals.listenerCount("SIGTERM")]).toEqual([0, 0]);
});
