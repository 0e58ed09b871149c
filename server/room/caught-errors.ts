/**
 * A net under a room of Colyseus, whatever its kind: what its hooks, timers and handlers throw is told and ends nothing else.
 * A client that waits for an answer gets the error as its answer, which Colyseus' own net would make a success.
 */
import type { Room } from "@colyseus/core";

type MessageHandler = (...given: unknown[]) => unknown;

/** Set while a handler of messages is registered: see `onMessage` below. */
let registering = false;

/** Colyseus catches what hooks and timers throw when there is an `onUncaughtException`. For a class that has none of its own. */
export function catchErrors(
  guarded: typeof Room,
  failed: (room: Room, method: string, error: unknown) => void,
): void {
  Object.defineProperty(guarded.prototype, "onUncaughtException", {
    configurable: true,
    // Colyseus would also answer requests whose handler failed as if it had not: those are caught below.
    get(this: Room) {
      return registering ? undefined : (error: unknown, method: string) => failed(this, method, error);
    },
    set(this: Room, value: unknown) {
      Object.defineProperty(this, "onUncaughtException", { value, writable: true, configurable: true });
    },
  });
  const register = guarded.prototype.onMessage as (this: Room, ...given: unknown[]) => () => void;
  guarded.prototype.onMessage = function onMessage(this: Room, type: unknown, ...given: unknown[]) {
    const handler = given.pop();
    const safe = typeof handler === "function" ? caught(this, handler as MessageHandler, failed) : handler;
    registering = true;
    try {
      return register.call(this, type, ...given, safe);
    } finally {
      registering = false;
    }
  } as Room["onMessage"];
}

/** What a handler throws is logged. A client that waits for an answer gets the error as its answer. */
function caught(
  room: Room,
  handler: MessageHandler,
  failed: (room: Room, method: string, error: unknown) => void,
): MessageHandler {
  return (...given) => {
    const [, , context] = given;
    const isRequest = typeof (context as { id?: unknown } | undefined)?.id === "number";
    try {
      const result = handler(...given);
      if (isRequest || !(result instanceof Promise)) return result;
      return result.catch((error) => failed(room, "onMessage", error));
    } catch (error) {
      if (isRequest) throw error;
      failed(room, "onMessage", error);
      return undefined;
    }
  };
}
