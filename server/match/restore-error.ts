/**
 * Why a stored match cannot go on here: it does not say the same as its replay, it needs other rules, or what is
 * stored of it is not what a game of its version writes. `code` is in errors.ts.
 */
export class RestoreError extends Error {
  readonly code: "restore/diverged" | "restore/other-version" | "restore/unreadable";
  constructor(code: RestoreError["code"], message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "RestoreError";
    this.code = code;
  }
}
