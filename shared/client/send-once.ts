/**
 * Messages to a durable room that are applied once. Each keeps its id: when the connection breaks before its answer, it is
 * sent again, and the room knows it. What comes of it is the answer of the room's handler, which is durable when it arrives.
 */
import { type OnceAnswer, onceType } from "../wire/once.ts";
import { CommandError, CommandOutbox } from "./command-outbox.ts";
import { newKey } from "./tickets.ts";

/** A store that is away holds answers back. */
const answerMsMax = 60_000;

/** The SDK's room, as far as it is needed here. */
interface SendingRoom {
  readonly connection: { readonly isOpen: boolean };
  request(type: never, message: never, options: { readonly timeout: number }): Promise<unknown>;
  onDrop(call: () => void): unknown;
  onReconnect(call: () => void): unknown;
  onLeave(call: (code: number, reason?: string) => void): unknown;
}

const outboxes = new WeakMap<object, CommandOutbox<OnceAnswer>>();

/**
 * @param type of a handler of the room, which gets `message` as it gets any other
 * @returns what the handler gives back; undefined also when that was too long ago, or too large, to be kept
 * @throws CommandError (rejects) `message/…` with the handler's reason as its cause, or `command/outbox-full`, `command/left`,
 * `command/failed`
 */
export async function sendOnce<Answer = unknown>(
  room: SendingRoom,
  type: string,
  message?: unknown,
): Promise<Answer> {
  const answer = await outboxOf(room).add(type, message);
  if (answer.ok) return answer.answer as Answer;
  const { code, reason } = answer;
  const why = typeof reason === "string" ? `: ${reason}` : "";
  throw new CommandError(code, `The room did not take the message "${type}"${why}`, { cause: reason });
}

function outboxOf(room: SendingRoom): CommandOutbox<OnceAnswer> {
  const known = outboxes.get(room);
  if (known !== undefined) return known;
  const line = newKey();
  const request = room.request.bind(room) as (
    type: string,
    message: unknown,
    options: object,
  ) => Promise<unknown>;
  const outbox = new CommandOutbox<OnceAnswer>(
    ({ id, name, payload }) =>
      request(
        onceType,
        { line, id, type: name, message: payload },
        { timeout: answerMsMax },
      ) as Promise<OnceAnswer>,
  );
  outboxes.set(room, outbox);
  if (room.connection.isOpen) outbox.connected(0);
  room.onDrop(() => outbox.disconnected());
  room.onReconnect(() => outbox.connected(0));
  room.onLeave((code, reason = "") => outbox.end(`code ${code} ${reason}`.trim()));
  return outbox;
}
