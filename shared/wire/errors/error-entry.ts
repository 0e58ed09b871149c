/** One row of the error catalogue: all that anybody needs to know of a code. Whatever is decided by a code is a field here. */
export interface ErrorEntry {
  /** What an operator or a caller does about it: the title of a problem, and a line of a log. */
  readonly advice: string;
  /** Of an HTTP answer that carries it; left out: it never answers a request, or as a failure (500). */
  readonly status?: number;
  /**
   * Whether the same, asked again, may succeed by itself. False is final.
   * Invariant: it says the same as the status, for those who know no codes (429 and 503 pass).
   */
  readonly retry: boolean;
  /** What a player is told; left out: no player meets it, or only the detail of the answer tells what is wrong. */
  readonly player?: string;
  /** The outside failed: what is told in place of the message, which says where it is and is for the log. */
  readonly outside?: string;
  /** Said by one node of a fleet; another one may say yes. */
  readonly otherNode?: true;
  /** What becomes of a match that a node could not take over: another one has it, or is to have it; left out: set aside. */
  readonly takeOver?: "lost-race" | "left";
  /** A process that meets it ends, with this exit code of shared/command-line/exit-codes.ts. */
  readonly ends?: "badSetting" | "lost";
}
