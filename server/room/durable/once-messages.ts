/**
 * Messages with an id, in a durable room: hands each to the room's own handler once, and answers one that comes again as it
 * was answered before. What it has applied is part of the next turn, with what the handler did. A client's messages are
 * handled one after the other, also when a handler waits.
 */
import type { Client, MessageContext, Room } from "@colyseus/core";
import {
  isOnceMessage,
  type OnceAnswer,
  type OnceMessage,
  onceKeptMax,
  onceType,
} from "../../../shared/wire/once.ts";
import { handlerOf, validatorOf } from "../colyseus-internals/room-internals.ts";
import { type KeptOnce, type KeptOutcome, withOnce } from "./kept-once.ts";
import { packed, unpacked } from "./packed.ts";

/** What a handler gives back is kept up to this size, for 16 messages of each client. */
const answerBytesMax = 1024;

/** The messages of one client program. */
interface SenderLine {
  readonly kept: KeptOnce;
  /** Those that are being handled, or wait for that. */
  readonly pending: Map<number, Promise<OnceAnswer>>;
}

export class OnceMessages {
  readonly #room: Room;
  /** By session id. */
  readonly #lines = new Map<string, SenderLine>();
  /** Since the last turn. */
  #changes: Record<string, KeptOnce> = {};

  constructor(room: Room) {
    this.#room = room;
    room.onMessage(onceType, (client: Client, given: unknown) => this.#take(client, given));
  }

  /** Whether the next turn has something of this. */
  get isAhead(): boolean {
    return Object.keys(this.#changes).length > 0;
  }

  /** What was applied since the last turn, by session id; undefined: nothing. */
  take(): Readonly<Record<string, KeptOnce>> | undefined {
    if (!this.isAhead) return undefined;
    const changes = this.#changes;
    this.#changes = {};
    return changes;
  }

  restore(kept: Readonly<Record<string, KeptOnce>>): void {
    for (const [sessionId, once] of Object.entries(kept))
      this.#lines.set(sessionId, { kept: once, pending: new Map() });
  }

  left(sessionId: string): void {
    this.#lines.delete(sessionId);
    delete this.#changes[sessionId];
  }

  #take(client: Client, given: unknown): OnceAnswer | Promise<OnceAnswer> {
    if (!isOnceMessage(given))
      return { ok: false, code: "message/invalid", reason: "it has no line, id or type" };
    const { sessionId } = client;
    const line = this.#lineOf(sessionId, given.line);
    const { kept, pending } = line;
    const again = pending.get(given.id);
    if (again !== undefined) return again;
    const done = kept.done.find(([id]) => id === given.id);
    if (done !== undefined)
      return done[1] === null ? { ok: true, forgotten: true } : (unpacked(done[1]) as OnceAnswer);
    if (given.id <= (kept.done.at(-1)?.[0] ?? 0)) return { ok: true, forgotten: true };
    if (pending.size >= onceKeptMax) return { ok: false, code: "message/too-many" };
    if (pending.size === 0) return this.#handle(client, given, pending);
    const answer = [...pending.values()].at(-1)!.then(() => this.#handle(client, given, pending));
    pending.set(given.id, answer);
    return answer;
  }

  #lineOf(sessionId: string, name: string): SenderLine {
    const known = this.#lines.get(sessionId);
    if (known?.kept.line === name) return known;
    const line: SenderLine = { kept: { line: name, done: [] }, pending: new Map() };
    this.#lines.set(sessionId, line);
    return line;
  }

  /** Where the handler does not wait, what it did and that it did it are in one turn. */
  #handle(
    client: Client,
    given: OnceMessage,
    pending: Map<number, Promise<OnceAnswer>>,
  ): OnceAnswer | Promise<OnceAnswer> {
    const noted = (answer: OnceAnswer): OnceAnswer => {
      pending.delete(given.id);
      this.#note(client.sessionId, given, answer);
      return answer;
    };
    const answer = this.#answerOf(client, given);
    if (!(answer instanceof Promise)) return noted(answer);
    const later = answer.then(noted);
    pending.set(given.id, later);
    return later;
  }

  /** As Colyseus answers a request. */
  #answerOf(client: Client, { type, message }: OnceMessage): OnceAnswer | Promise<OnceAnswer> {
    const handler = handlerOf(this.#room, type);
    if (handler === undefined)
      return { ok: false, code: "message/unknown", reason: `no handler for ${type}` };
    const valid = validated(validatorOf(this.#room, type), message);
    if ("issues" in valid) return { ok: false, code: "message/invalid", reason: valid.issues };
    const decision = new Decision();
    try {
      const given = handler(client, valid.value, decision as unknown as MessageContext);
      if (!(given instanceof Promise)) return decision.answer ?? { ok: true, answer: given };
      return given.then((value): OnceAnswer => decision.answer ?? { ok: true, answer: value }, failed);
    } catch (error) {
      return failed(error);
    }
  }

  #note(sessionId: string, { line, id }: OnceMessage, answer: OnceAnswer): void {
    const known = this.#lines.get(sessionId);
    // It has left meanwhile, or another program of the same player sends now.
    if (known === undefined || known.kept.line !== line) return;
    const done: KeptOutcome = [id, packedAnswer(answer)];
    const change = { line, done: [done] };
    this.#lines.set(sessionId, { ...known, kept: withOnce(known.kept, change) });
    const before = this.#changes[sessionId];
    this.#changes[sessionId] = withOnce(before, change);
  }
}

/** What a handler says of a message beside what it gives back. */
class Decision {
  /** It is answered, so an error of the handler is. */
  readonly id = 0;
  answer: OnceAnswer | undefined;

  reject(reason?: unknown): void {
    this.answer = { ok: false, code: "message/refused", reason };
  }

  resolve(value?: unknown): void {
    this.answer = { ok: true, answer: value };
  }
}

function failed(error: unknown): OnceAnswer {
  return { ok: false, code: "message/refused", reason: (error as Error)?.message ?? String(error) };
}

/** Null: it is too large, or something that cannot be kept. */
function packedAnswer(answer: OnceAnswer): Uint8Array | null {
  try {
    const bytes = packed(answer);
    return bytes.length <= answerBytesMax ? bytes : null;
  } catch {
    return null;
  }
}

type Validator = NonNullable<ReturnType<typeof validatorOf>>;

function validated(
  validator: Validator | undefined,
  message: unknown,
): { value: unknown } | { issues: string } {
  if (validator === undefined) return { value: message };
  const result = validator["~standard"].validate(message);
  if (result instanceof Promise) return { issues: "its validation must not wait" };
  return result.issues === undefined ? { value: result.value } : { issues: JSON.stringify(result.issues) };
}
