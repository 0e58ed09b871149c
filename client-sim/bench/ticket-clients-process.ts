/** Clients that create and read tickets, as the benchmark sees them: a process of their own. */

export interface TicketClientsSize {
  readonly url: string;
  readonly users: number;
  /** Keep-alive connections, each with one question under way. */
  readonly connections: number;
}

export type TicketOrder =
  /** Every user begins a session. */
  | ({ readonly type: "begin" } & TicketClientsSize)
  /** Every user creates a ticket in this queue, or reads the one that he created last. */
  | { readonly type: "create"; readonly queue: string }
  | { readonly type: "read" };

export interface TicketAnswer {
  readonly questions: number;
  readonly seconds: number;
  /** Of the clients' process. */
  readonly cpuSeconds: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}
