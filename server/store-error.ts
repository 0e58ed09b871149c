/** The outside failed: a disk, Redis. `code` is in shared/wire/errors.ts, with what an operator does about it. */

export interface StoreErrorOptions extends ErrorOptions {
  /** For the log and the terminal alone; the message has no address, because callers are shown it. */
  readonly where?: string;
  /** It may be gone in some seconds by itself, as while a replica is made master: who starts waits a little. */
  readonly momentary?: boolean;
}

/** A store that cannot be asked at present. */
export interface StoreAway {
  /** For this long it has answered nothing. */
  readonly ms: number;
  readonly why: string;
}

/** Of what is outside the process; what is inside is never away. */
export interface MayBeAway {
  /** undefined while it answers. */
  readonly away?: StoreAway | undefined;
}

export class StoreError extends Error {
  readonly code: string;
  declare readonly where?: string;
  declare readonly momentary?: boolean;
  constructor(code: string, message: string, { where, momentary, ...options }: StoreErrorOptions = {}) {
    super(message, options);
    this.name = "StoreError";
    this.code = code;
    if (where !== undefined) this.where = where;
    if (momentary !== undefined) this.momentary = momentary;
  }
}
