/** One command of Redis as bytes, and what it answers; ioredis' own types know neither. */
export type Argument = string | Buffer;
export type RedisRequest = readonly [name: string, ...args: Argument[]];
export type RedisReply = Buffer | number | null | readonly RedisReply[];
