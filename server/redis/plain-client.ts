/**
 * The client that Colyseus' own Redis parts are given. Unlike connection.ts it queues while Redis is away, for a
 * bounded time: a command that finds no Redis within `answerMsMax` rejects.
 */
import { Redis } from "ioredis";

const reconnectMsMax = 500;

export interface PlainClientOptions {
  readonly url: string;
  /** Of every key; channels have none, Colyseus' names for them are unique by themselves. */
  readonly prefix: string;
  readonly answerMsMax: number;
  readonly onError: (error: Error) => void;
}

export function plainClient({ url, prefix, answerMsMax, onError }: PlainClientOptions): Redis {
  const redis = new Redis(url, {
    keyPrefix: prefix,
    commandTimeout: answerMsMax,
    maxRetriesPerRequest: null,
    disableClientInfo: true,
    retryStrategy: (attempt) => Math.min(20 * 2 ** Math.min(attempt, 10), reconnectMsMax),
  });
  redis.on("error", onError);
  return redis;
}
