/**
 * Why a stored match cannot continue here: its replay differs from what is stored, it needs other rules, or its bytes
 * are not what a game of its version writes. `code` is listed in errors.ts.
 */
export class RestoreError extends Error {
  readonly code:
    | "restore/diverged"
    | "restore/other-version"
    | "restore/rules-changed"
    | "restore/unreadable";
  constructor(code: RestoreError["code"], message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "RestoreError";
    this.code = code;
  }
}
