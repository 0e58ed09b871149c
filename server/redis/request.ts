/** One command of Redis as bytes, and what it answers; ioredis' own types know neither. */
export type Argument = string | Buffer;
export type Request = readonly [name: string, ...args: Argument[]];
export type Reply = Buffer | number | null | readonly Reply[];
