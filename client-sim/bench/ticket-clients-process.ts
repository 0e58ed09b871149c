/** Clients that create and read tickets, as the benchmark sees them: a process of their own. */

/** A match needs another one too, so that all tickets wait and nobody is matched. */
export const everybodysRole = "keeper";
export const crowdQueue = "crowd";

export interface TicketClientsSize {
  readonly url: string;
  readonly users: number;
  /** Keep-alive connections, each with one question under way. */
  readonly connections: number;
}

export type TicketOrder =
  /** Every user begins a session. */
  | ({ readonly type: "begin" } & TicketClientsSize)
  /** Every user creates a ticket, reads it, takes it back. */
  | { readonly type: "create" | "read" | "cancel" };

export interface TicketAnswer {
  readonly questions: number;
  readonly seconds: number;
  /** Of the clients' process. */
  readonly cpuSeconds: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}
