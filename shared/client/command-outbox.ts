/**
 * Commands that wait for their answer. A command keeps its id for life: when the connection breaks before
 * the answer, it is sent again under the same id, and the server applies it once. Bounded: a command that does
 * not fit is refused at once; when the match is left, every waiting command is rejected with a reason.
 */
import type { CommandAnswer } from "../game/game.ts";

/** Commands are rare (a chat line, a weapon): more than this unanswered means that something is wrong. */
export const outboxMax = 16;

export interface WireCommand {
  readonly id: number;
  readonly name: string;
  readonly payload: unknown;
}

/** Why a command has no answer. `code` is one of shared/wire/errors.ts. */
export class CommandError extends Error {
  readonly code: string;
  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "CommandError";
    this.code = code;
  }
}

interface UnansweredCommand<Answer> {
  readonly command: WireCommand;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: CommandError) => void;
}

export class CommandOutbox<Answer = CommandAnswer> {
  readonly #ask: (command: WireCommand) => Promise<Answer>;
  /** Ordered by id. Commands are sent and sent again in this order. */
  readonly #waiting = new Map<number, UnansweredCommand<Answer>>();
  #nextId = 1;
  #open = false;
  /** Grows with every lost connection, so that a late failure of an old request can be told apart. */
  #connection = 0;
  #ended: CommandError | undefined;

  constructor(ask: (command: WireCommand) => Promise<Answer>) {
    this.#ask = ask;
  }

  get waitingCount(): number {
    return this.#waiting.size;
  }

  add(name: string, payload: unknown): Promise<Answer> {
    if (this.#ended) return Promise.reject(this.#ended);
    if (this.#waiting.size >= outboxMax) {
      const message = `Command "${name}" was not sent: ${outboxMax} commands wait for an answer already.`;
      return Promise.reject(new CommandError("command/outbox-full", message));
    }
    const command = { id: this.#nextId, name, payload };
    this.#nextId += 1;
    return new Promise((resolve, reject) => {
      const waiting = { command, resolve, reject };
      this.#waiting.set(command.id, waiting);
      if (this.#open) this.#send(waiting);
    });
  }

  /** The connection is open (again): every command without an answer is sent, oldest first. */
  connected(lastCommandId: number): void {
    this.#nextId = Math.max(this.#nextId, lastCommandId + 1);
    if (this.#open) return;
    this.#open = true;
    for (const waiting of this.#waiting.values()) this.#send(waiting);
  }

  disconnected(): void {
    this.#open = false;
    this.#connection += 1;
  }

  /** There will be no further connection. */
  end(reason: string): void {
    this.disconnected();
    this.#ended = new CommandError("command/left", `The match was left before the answer: ${reason}`);
    for (const waiting of this.#waiting.values()) waiting.reject(this.#ended);
    this.#waiting.clear();
  }

  #send(waiting: UnansweredCommand<Answer>): void {
    const connection = this.#connection;
    this.#ask(waiting.command).then(
      (answer) => {
        this.#waiting.delete(waiting.command.id);
        waiting.resolve(answer);
      },
      (cause: Error) => {
        if (connection !== this.#connection) return;
        this.#waiting.delete(waiting.command.id);
        const message = `Command "${waiting.command.name}" got no answer: ${cause.message}`;
        waiting.reject(new CommandError("command/failed", message, { cause }));
      },
    );
  }
}
