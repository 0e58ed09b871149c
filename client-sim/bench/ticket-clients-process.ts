/** The clients that create and read tickets, as the benchmark sees them: a process of their own. */

/** The role of all players. A match also needs another role, so all tickets wait and none is matched. */
export const everybodysRole = "keeper";
export const crowdQueue = "crowd";

export interface TicketClientsSize {
  readonly url: string;
  readonly users: number;
  /** Keep-alive connections, each with one request at a time. */
  readonly connections: number;
}

export type TicketOrder =
  /** Every user begins a session. */
  | ({ readonly type: "begin" } & TicketClientsSize)
  /** Every user creates, reads or cancels a ticket. */
  | { readonly type: "create" | "read" | "cancel" };

export interface TicketAnswer {
  readonly questions: number;
  readonly seconds: number;
  /** Processor time of the clients' process. */
  readonly cpuSeconds: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}
