/**
 * What players do in a room during chaos, and how they know that something is gone: a module that somebody writes for
 * their own room, loaded here. It knows the room's messages; everything else of chaos does not.
 */
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { Room } from "@colyseus/sdk";

/** What a player was told, by a message or as the answer to a request. */
export interface ToldInRoom {
  readonly type: string | number;
  readonly message: unknown;
  readonly sessionId: string;
}

interface Actor {
  /** The SDK's own; it is connected. */
  readonly room: Room;
  /** Counts the players, from 0. */
  readonly number: number;
  /** How often this player has acted. */
  readonly turn: number;
  /** From 0 to 1, by the seed of the run. */
  readonly random: () => number;
  /** The player was answered: it is kept as what they were told. Messages of the room are, by themselves. */
  readonly told: (type: string, answer: unknown) => void;
}

/** States are plain data, as `toJSON()` has them, with numbers as precise as they may be sent. */
export interface RoomScript {
  /** What a player joins with. Default: a name. */
  readonly options?: (number: number) => object;
  /** How often each player acts. Default: 100 ms. */
  readonly everyMs?: number;
  readonly act: (actor: Actor) => void;
  /** Why `after` cannot have become of `before`: what was there and must not be gone. Asked over each change of process. */
  readonly lost?: (before: unknown, after: unknown) => string | undefined;
  /** Whether the state at the end has what a player was told. */
  readonly keeps?: (told: ToldInRoom, state: unknown) => boolean;
}

/** @throws Error in words */
export async function loadScript(path: string): Promise<RoomScript> {
  const from = resolve(path);
  const module = await import(pathToFileURL(from).href).catch((error: unknown) => {
    throw new Error(`--script: ${from} cannot be loaded: ${(error as Error)?.message ?? error}`);
  });
  const script = (module.default ?? module) as Partial<RoomScript>;
  if (typeof script.act !== "function")
    throw new Error(`--script: ${from} must export an object with a function \`act\` as its default`);
  return script as RoomScript;
}
