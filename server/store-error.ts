/** The outside failed: a disk, Redis. `code` is in shared/wire/errors.ts, with what an operator should do. */

export interface StoreErrorOptions extends ErrorOptions {
  /** Only for the log and the terminal; the message has no address, because callers see it. */
  readonly where?: string;
  /** Whether it may end within seconds, as while a replica is promoted: a starting server waits a little. */
  readonly momentary?: boolean;
}

/** A store that does not answer at present. */
export interface StoreAway {
  /** How long it has not answered. */
  readonly ms: number;
  readonly why: string;
}

/** Implemented by everything outside the process; what is inside is never away. */
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
