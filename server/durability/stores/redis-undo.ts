/**
 * Undoes creations that failed: the caller was told so, and a match that nobody owns must not be listed as running.
 * It tries until Redis answers, as long as the process lives. A `create` that arrives late finds a mark in the place
 * of its entry and does nothing.
 */
import type { Call, RedisConnection } from "../../redis/connection.ts";
import { indexKey, matchKeys } from "./redis-keys.ts";
import { uncreate } from "./redis-scripts.ts";

const againAfterMs = 500;
/** How many one round trip undoes. */
const atOnce = 100;
/** Beyond it the oldest stays listed: it is restored, empty, like any other. */
const waitingMax = 10_000;
/** No command of ours is in flight for this long. */
const markSeconds = 3600;

export class Undo {
  readonly #prefix: string;
  readonly #writer: string;
  readonly #connection: () => RedisConnection;
  readonly #waiting = new Set<string>();
  #timer: NodeJS.Timeout | undefined;
  #isUnderWay = false;
  #closed = false;

  constructor(options: { prefix: string; writer: string; connection: () => RedisConnection }) {
    this.#prefix = options.prefix;
    this.#writer = options.writer;
    this.#connection = options.connection;
  }

  creation(id: string): void {
    this.#waiting.add(id);
    const oldest = this.#waiting.size > waitingMax ? this.#waiting.values().next().value : undefined;
    if (oldest !== undefined) this.#waiting.delete(oldest);
    if (!this.#isUnderWay && this.#timer === undefined) void this.#undo();
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
  }

  async #undo(): Promise<void> {
    this.#timer = undefined;
    this.#isUnderWay = true;
    const ids = [...this.#waiting].slice(0, atOnce);
    try {
      await this.#takeBack(ids);
      for (const id of ids) this.#waiting.delete(id);
    } catch {
      // The caller that asked for the match was told why; here it is only tried again.
    }
    this.#isUnderWay = false;
    if (this.#waiting.size === 0 || this.#closed) return;
    this.#timer = setTimeout(() => void this.#undo(), againAfterMs).unref();
  }

  async #takeBack(ids: readonly string[]): Promise<void> {
    const tried = () => `taking back the creation of ${ids.length} matches`;
    const calls = ids.map((id): Call => {
      const { entry, journal, snapshots } = matchKeys(this.#prefix, id);
      return {
        script: uncreate,
        keys: [entry, journal, snapshots],
        args: [this.#writer, String(markSeconds)],
      };
    });
    const answers = await this.#connection().call(calls, [], tried);
    const gone = ids.filter((_, at) => String(answers[at]) === "ok");
    if (gone.length > 0) await this.#connection().ask([["SREM", indexKey(this.#prefix), ...gone]], tried);
  }
}
