/**
 * Turns a batch of records into scripts and their answers into results. It keeps what shows whether Redis lost data:
 * the number of the last flush that was answered, and the newest acknowledged tick per match.
 */

import type { Call } from "../../redis/connection.ts";
import type { Argument, RedisReply } from "../../redis/request.ts";
import type { RecordWrite, WriteResult } from "../store.ts";
import type { Holdings } from "./redis-holdings.ts";
import { flushesKey, matchKeys } from "./redis-keys.ts";
import { append } from "./redis-scripts.ts";

/**
 * Redis runs a script alone: this many records take a few milliseconds. A larger batch is split into several scripts.
 */
const recordsPerScriptMax = 1000;
/** An expired count costs one check of each match; an unused one expires by itself. */
const countKeptSeconds = 3600;

export class Flushes {
  readonly #prefix: string;
  readonly #writer: string;
  readonly #holdings: Holdings;
  /** Incremented at every doubt: the count starts again, and every match of this process is checked once. */
  #count = 0;
  #sent = 0;
  #answered = 0;

  constructor({ prefix, writer, holdings }: { prefix: string; writer: string; holdings: Holdings }) {
    this.#prefix = prefix;
    this.#writer = writer;
    this.#holdings = holdings;
  }

  /** One or more scripts, each a flush with its own number. */
  flush(batch: readonly RecordWrite[]): Flush {
    const calls: Call[] = [];
    for (let at = 0; at < batch.length; at += recordsPerScriptMax) {
      calls.push(this.#call(batch.slice(at, at + recordsPerScriptMax)));
    }
    return { batch, calls, count: this.#count, lastNumber: this.#sent };
  }

  /** The results of the records, in their order. */
  answered(flush: Flush, answers: readonly RedisReply[]): WriteResult[] {
    const trusts: string[] = [];
    const verdicts: string[] = [];
    for (const answer of answers) {
      const [trust, ...rest] = (answer as readonly RedisReply[]).map(String);
      trusts.push(trust!);
      verdicts.push(...rest);
    }
    if (flush.count === this.#count) {
      if (trusts.includes("doubt")) this.#doubt();
      else this.#answered = Math.max(this.#answered, flush.lastNumber);
    }
    return flush.batch.map((write, index) => {
      const result = resultOf(verdicts[index]!);
      if (result.ok) this.#holdings.acknowledgeRecord(write);
      return result;
    });
  }

  #doubt(): void {
    this.#holdings.doubtAll();
    this.#count += 1;
    this.#sent = 0;
    this.#answered = 0;
  }

  #call(batch: readonly RecordWrite[]): Call {
    this.#sent += 1;
    const look = batch.some((write) => this.#holdings.isDoubtful(write));
    const keys = [flushesKey(this.#prefix, `${this.#writer}-${this.#count}`)];
    const args: Argument[] = [
      String(this.#sent),
      String(this.#answered),
      String(countKeptSeconds),
      look ? "look" : "",
    ];
    for (const write of batch) {
      const { entry, journal } = matchKeys(this.#prefix, write.id);
      keys.push(entry, journal);
      args.push(String(write.epoch), String(write.tick), this.#holdings.writerOf(write));
      args.push(String(this.#holdings.tickOf(write)), bufferOf(write.bytes));
    }
    return { script: append, keys, args };
  }
}

export interface Flush {
  readonly batch: readonly RecordWrite[];
  readonly calls: readonly Call[];
  readonly count: number;
  readonly lastNumber: number;
}

/** Converts a script's "ok" or code. */
export function resultOf(answer: string): WriteResult {
  return answer === "ok"
    ? { ok: true }
    : { ok: false, code: answer as (WriteResult & { ok: false })["code"] };
}

/** Shares the bytes: ioredis accepts only Buffers as binary. */
export function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}
