/**
 * The connections of this process: how many there are, which were closed and why, and how many players reconnected.
 */
import type { Meters } from "./meters.ts";

/** Why a connection was closed for what its client sent or failed to send; room/frame-watch.ts has the rules. */
const refusalReasons = ["text", "kind", "shape", "rate", "early", "unjoined", "handler"] as const;
type RefusalReason = (typeof refusalReasons)[number];

/** Why a connection was refused or closed at the limit; room/connections.ts has the order. */
const turnedAwayReasons = ["full", "address", "idle", "pipelined"] as const;
type TurnedAwayReason = (typeof turnedAwayReasons)[number];

export class ConnectionMeters {
  readonly #open;
  readonly #clients;
  readonly #refusals;
  readonly #turnedAway;
  readonly #reconnects;

  constructor(meters: Meters) {
    this.#open = meters.gauge("connections_open", "Open connections of callers, HTTP and WebSocket");
    this.#clients = meters.gauge("clients_connected", "Players and spectators connected to a match");
    this.#refusals = meters.counterBy(
      "connections_refused_total",
      "Connections closed for what their clients sent",
      "reason",
      refusalReasons,
    );
    this.#turnedAway = meters.counterBy(
      "connections_turned_away_total",
      "Connections above a limit, or closed as idle to make room",
      "reason",
      turnedAwayReasons,
    );
    this.#reconnects = meters.counter(
      "reconnects_total",
      "Players and spectators who reconnected to their seat",
    );
  }

  now({ open, clients }: { open: number; clients: number }): void {
    this.#open.set(open);
    this.#clients.set(clients);
  }

  messageRefused(reason: RefusalReason): void {
    this.#refusals[reason].inc();
  }

  turnedAway(reason: TurnedAwayReason): void {
    this.#turnedAway[reason].inc();
  }

  reconnected(): void {
    this.#reconnects.inc();
  }
}
