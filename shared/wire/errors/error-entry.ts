/** One row of the error catalogue. Everything that the code of an error decides is a field here. */
export interface ErrorEntry {
  /** What an operator or a caller does about it; it is the title of a problem and a line of the log. */
  readonly advice: string;
  /** HTTP status; absent when the code never answers a request, or only as a failure (500). */
  readonly status?: number;
  /**
   * Whether the same request may succeed later by itself. False is final.
   * Invariant: it agrees with the status (429 and 503 are temporary), for clients that know no codes.
   */
  readonly retry: boolean;
  /** What a player is told; absent when no player meets it, or when the detail of the answer says more. */
  readonly player?: string;
  /** Sent to a caller instead of the message, which names internal addresses and goes into the log. */
  readonly outside?: string;
  /** One node of a fleet refuses; another may accept. */
  readonly otherNode?: true;
  /** The fate of a match that this node cannot take over: another has it, or it is left for another; absent: set aside. */
  readonly takeOver?: "lost-race" | "left";
  /** The process ends with this exit code of shared/command-line/exit-codes.ts. */
  readonly ends?: "badSetting" | "lost";
}
