/** A command of Redis as bytes, and its answer; ioredis' own types have neither. */
export type Argument = string | Buffer;
export type RedisRequest = readonly [name: string, ...args: Argument[]];
export type RedisReply = Buffer | number | null | readonly RedisReply[];
