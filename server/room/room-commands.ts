/** Checks what clients send besides inputs: commands go to the match, everything else gets a clear refusal. */

import type { AnyGame, CommandAnswer } from "../../shared/game/game.ts";
import { words } from "../../shared/game/issues.ts";
import { commandEnvelope, type JoinOptions, joinOptions } from "../../shared/wire/room-messages.ts";
import type { CommandRequest } from "../match/waiting-commands.ts";
import { RoomError } from "./room-error.ts";

export type CheckedCommand = { ok: true; request: CommandRequest } | { ok: false; answer: CommandAnswer };

/** A valid command of the game, or the answer that says why it is invalid. */
export function checkedCommand(game: AnyGame, message: unknown): CheckedCommand {
  const envelope = commandEnvelope.safeParse(message);
  if (!envelope.success) return refused("command/invalid");
  const { id, name, payload } = envelope.data;
  if (!Object.hasOwn(game.commands, name)) return refused("command/unknown");
  const parsed = game.commands[name]!.safeParse(payload ?? {});
  if (!parsed.success) return refused("command/invalid");
  return { ok: true, request: { id, name, payload: parsed.data } };
}

function refused(reason: "command/invalid" | "command/unknown"): CheckedCommand {
  return { ok: false, answer: { ok: false, reason } };
}

/** @throws RoomError `join/invalid` */
export function checkedJoin(raw: unknown): JoinOptions {
  const parsed = joinOptions.safeParse(raw ?? {});
  if (!parsed.success) throw new RoomError("join/invalid", words(parsed.error.issues, "options"));
  return parsed.data;
}

/** The answer to a message type that the room does not handle. */
export function unknownMessage(type: string | number): { code: "message/unknown"; text: string } {
  const text = `Messages of type "${String(type).slice(0, 32)}" are not supported; use "command".`;
  return { code: "message/unknown", text };
}

/** Sent to a client all of whose inputs are dropped. */
export const staleInputs = {
  code: "input/stale-seq",
  text: "None of your inputs counts: their `seq` does not grow. Count on from the `lastInputSeq` of the welcome.",
} as const;
