/** The outside failed: a disk, Redis. `code` is in shared/wire/errors.ts, with what an operator does about it. */
export class StoreError extends Error {
  readonly code: string;
  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "StoreError";
    this.code = code;
  }
}
