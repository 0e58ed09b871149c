/**
 * A message to a durable room that is applied once, however often it arrives: how it travels, as a request of the SDK, and how
 * it is answered. Which handler it is for, its content says; what it means, only that handler knows.
 */

/** The type of the request. No room has a message of this name. */
export const onceType = "holdfast.once";

/** So many of a client's newest messages keep their answers, and so many may wait for theirs. */
export const onceKeptMax = 16;

export interface OnceMessage {
  /** A text of its sender's, drawn anew by each client program: its ids count within it. */
  readonly line: string;
  /** Grows by one with each message of the line. */
  readonly id: number;
  readonly type: string | number;
  readonly message?: unknown;
}

export type OnceAnswer =
  /** It was applied, now or before. `forgotten`: before, and what its handler gave back is not kept any more. */
  | { readonly ok: true; readonly answer?: unknown; readonly forgotten?: true }
  /** It was not. `reason`: what the handler gave as one, or a text. */
  | { readonly ok: false; readonly code: OnceRefusal; readonly reason?: unknown };

export type OnceRefusal = "message/invalid" | "message/unknown" | "message/refused" | "message/too-many";

/** Whether a request has the shape. What is in it besides goes to a handler, as any message does. */
export function isOnceMessage(given: unknown): given is OnceMessage {
  if (typeof given !== "object" || given === null) return false;
  const { line, id, type } = given as Partial<OnceMessage>;
  const hasType = (typeof type === "string" && type !== onceType) || typeof type === "number";
  return (
    typeof line === "string" &&
    line !== "" &&
    line.length <= 64 &&
    Number.isSafeInteger(id) &&
    id! > 0 &&
    hasType
  );
}
