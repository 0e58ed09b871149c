/**
 * Sends the calls of one turn of the event loop together: a round trip of its own costs a busy process more than the
 * script in it. If the round trip fails, all of its calls fail.
 */
import type { Call } from "../../redis/connection.ts";
import type { RedisReply } from "../../redis/request.ts";

/** Calls per round trip; further ones go with the next. */
const callsMax = 256;

interface WaitingCall {
  readonly call: Call;
  readonly resolve: (reply: RedisReply) => void;
  readonly reject: (error: unknown) => void;
}

export class GatheredCalls {
  readonly #send: (calls: readonly Call[]) => Promise<readonly RedisReply[]>;
  #waiting: WaitingCall[] = [];

  /** @param send answers every call, in order */
  constructor(send: (calls: readonly Call[]) => Promise<readonly RedisReply[]>) {
    this.#send = send;
  }

  add(call: Call): Promise<RedisReply> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ call, resolve, reject });
      if (this.#waiting.length === 1) setImmediate(() => this.#flush());
      if (this.#waiting.length === callsMax) this.#flush();
    });
  }

  #flush(): void {
    const waiting = this.#waiting;
    if (waiting.length === 0) return;
    this.#waiting = [];
    this.#send(waiting.map(({ call }) => call)).then(
      (replies) => replies.forEach((reply, at) => void waiting[at]!.resolve(reply)),
      (error) => {
        for (const { reject } of waiting) reject(error);
      },
    );
  }
}
