/** What zod found wrong with what somebody sent or wrote, as one line: its own message is JSON over many lines. */

/** @param whole what the faults of the whole are called */
export function words(issues: readonly { path: PropertyKey[]; message: string }[], whole = "body"): string {
  return issues.map(({ path, message }) => `${path.join(".") || whole}: ${message}`).join("; ");
}
